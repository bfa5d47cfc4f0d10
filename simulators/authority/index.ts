import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../src/domain/clock.ts'
import type { Judge } from '../../src/domain/judge.ts'
import type { Instant } from '../../src/domain/time.ts'
import type { Accepted, Book } from './book.ts'
import { book } from './book.ts'
import { CONTROLS, control, readRegistration } from './control.ts'
import { desk } from './desk.ts'
import { identity } from './identity.ts'
import { inbox, type LetterEvent, type ReviewOrder } from './inbox.ts'
import type { Letter, Registration } from './letters.ts'
import { type Logged, logFile } from './log.ts'
import { MOODS, weather } from './moods.ts'
import { wire } from './wire.ts'

export type { Accepted, Letter, Registration, ReviewOrder }
export { MOODS, readRegistration }

export interface AuthorityOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string
  readonly judge: Judge
  readonly clock: Clock
  /** JSON lines of all requests, for whoever checks the gateway's own account of them. */
  readonly log?: string
  /** Memory that survives a restart, JSON lines; without it everything is forgotten at the end. */
  readonly store?: string
  /** Folder of the key that seals replies; made at the first use. Without it a new key lives in memory. */
  readonly keys?: string
  readonly moods?: readonly string[]
  readonly seed?: number
  /** The one login that is let in; without it any. */
  readonly account?: { readonly username: string; readonly password: string }
  readonly tokenSeconds?: number
  /** Milliseconds from a message to its 204: 300; in the mood `late`: 60,000; an answer in the mood `slow`: 3,000. */
  readonly resultMs?: number
  readonly lateMs?: number
  readonly slowMs?: number
  readonly retryAfterSeconds?: number
  /** Tax code of a T-VAN that puts its own prefix before message ids, as real ones do. */
  readonly rewrap?: string
  /** The five characters of the code given to each taxpayer; others may use any. */
  readonly blocks?: Readonly<Record<string, string>>
  /** Serial numbers (hex) of each taxpayer's registered certificates; others may use any of theirs (R-014). */
  readonly certificates?: Readonly<Record<string, readonly string[]>>
  /** From this second on nothing is accepted any more (R-016). */
  readonly suspendedFrom?: Instant
  /** Invoices to be reviewed as soon as they are accepted (302). */
  readonly reviews?: readonly ReviewOrder[]
  /** Days after which an issue date is absurd: 31. */
  readonly oldestDays?: number
  /** Certificates (PEM or DER) that may have issued the taxpayers' ones; without it any issuer will do. */
  readonly trust?: readonly Uint8Array[]
}

export interface Authority {
  readonly url: string
  /** What a gateway must trust to believe the replies. */
  readonly certificatePem: string
  /** Resolves when in force; rejects on a name that is no mood and keeps the former ones. */
  setMoods(moods: readonly string[]): Promise<void>
  moods(): readonly string[]
  /** Every invoice accepted so far, in order. */
  accepted(): readonly Accepted[]
  /** Accepts a registration and judges by it: 102 and 103 wait for the taxpayer, and are given back. */
  register(registration: Registration): readonly Letter[]
  /** Asks for a review of accepted invoices of one seller, by `seller/1C26MAA/12`; undefined: not all are known. */
  review(invoices: readonly string[], days: number, text?: string): Letter | undefined
  /** All letters with what became of them. */
  letters(): readonly Letter[]
  stop(): Promise<void>
}

/**
 * A T-VAN with the tax authority behind it: takes messages, judges them with the eyes it is given and by what it knows, remembers
 * them, and answers as the real one would, or as badly as its moods say. For developers `GET /moods`, `POST /moods`,
 * `GET /accepted`, `GET /reviews`, `POST /reviews`, `POST /registrations` (README).
 */
export async function authority(options: AuthorityOptions): Promise<Authority> {
  const { clock, judge, seed = 1 } = options
  const sky = weather(options.moods ?? [], seed)
  const memory = book(options.store)
  const seal = await identity(options.keys, clock)
  const lines = logFile(options.log)
  const ending = new AbortController()
  // One listener for each answer that is slow: as many as there are.
  setMaxListeners(0, ending.signal)
  const log = (line: Omit<Parameters<typeof lines.write>[0], 'at'>): void => lines.write({ ...line, at: clock.now() })
  const rewrap = options.rewrap === undefined ? {} : { rewrap: options.rewrap }
  const letters = inbox(memory, seal, {
    now: () => clock.now(),
    orders: options.reviews ?? [],
    tell: (event) => log(lineOf(event, memory)),
    ...rewrap,
  })
  const clerk = desk({
    ...{ book: memory, inbox: letters, identity: seal, weather: sky },
    options: {
      judge,
      clock,
      seed,
      resultMs: options.resultMs ?? 300,
      lateMs: options.lateMs ?? 60_000,
      blocks: options.blocks ?? {},
      certificates: options.certificates ?? {},
      oldestDays: options.oldestDays ?? 31,
      ...rewrap,
      ...(options.suspendedFrom === undefined ? {} : { suspendedFrom: options.suspendedFrom }),
      ...(options.trust === undefined ? {} : { trust: options.trust }),
    },
  })
  const serve = wire(clerk.handle, memory, letters, sky, log, ending.signal, {
    clock,
    tokenSeconds: options.tokenSeconds ?? 3600,
    slowMs: options.slowMs ?? 3000,
    retryAfterSeconds: options.retryAfterSeconds ?? 2,
    ...(options.account ? { account: options.account } : {}),
  })

  const server = createServer((request, response) => {
    letters.watch()
    const about = { book: memory, inbox: letters, weather: sky, clock, turn, signal: ending.signal }
    const done = CONTROLS.test(request.url ?? '') ? control(request, response, about) : serve(request, response)
    // A bug must be seen by whoever runs the simulator, and the client must not wait for it.
    done.catch((error: unknown) => {
      response.destroy()
      process.emitWarning(error instanceof Error ? error : String(error))
    })
  })
  const { host, port } = address(options.listen)
  const open = (on: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(on, host, () => {
        server.off('error', reject)
        resolve()
      })
    })
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await open(port)
  const bound = (server.address() as AddressInfo).port
  let turning: Promise<void> = Promise.resolve()

  /** `down` is true absence: nobody listens, so connections are refused and provably nothing arrived. */
  const turn = (): Promise<void> => {
    turning = turning.then(async () => {
      const wanted = !sky.strikes('down') && !ending.signal.aborted
      if (wanted && !server.listening) await open(bound)
      if (!wanted && server.listening) await close()
    })
    return turning
  }
  const setMoods = async (moods: readonly string[]): Promise<void> => {
    sky.set(moods)
    await turn()
  }

  await turn()
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    certificatePem: seal.certificatePem,
    setMoods,
    moods: () => sky.names(),
    accepted: () => memory.all(),
    register: letters.register,
    review: (invoices, days, text = '') => letters.ask(invoices, text, days),
    letters: () => memory.letters(),
    stop: async () => {
      ending.abort()
      await turn()
      await clerk.idle()
      letters.watch()
      memory.close()
      lines.close()
    },
  }
}

/** Letters stand in the log in the shape of messages: the invoices they are about, and what became of them. */
function lineOf({ letter, what }: LetterEvent, memory: Book): Omit<Logged, 'at'> {
  const invoices = (letter.review?.invoices ?? []).flatMap((name) => memory.invoices.find(name) ?? [])
  const sha256 = createHash('sha256').update(letter.xml).digest('hex')
  return { kind: `${letter.type}`, mtdiep: letter.id, sha256, invoices, verdict: what, answered: letter.number }
}

function address(listen: string): { host: string; port: number } {
  const parts = /^(?:(.*):)?(\d+)$/.exec(listen)
  if (!parts) throw new Error(`host:port expected, not ${listen}`)
  return { host: (parts[1] || '127.0.0.1').replace(/^\[|\]$/g, ''), port: Number(parts[2]) }
}
