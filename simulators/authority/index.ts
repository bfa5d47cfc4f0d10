import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../src/domain/clock.ts'
import type { Judge } from '../../src/domain/judge.ts'
import type { Accepted } from './book.ts'
import { book, identityOf } from './book.ts'
import { desk } from './desk.ts'
import { identity } from './identity.ts'
import { logFile } from './log.ts'
import { MOODS, weather } from './moods.ts'
import { bodyOf, wire } from './wire.ts'

export type { Accepted }
export { MOODS }

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
  stop(): Promise<void>
}

/**
 * A T-VAN with the tax authority behind it: takes messages, judges them with the eyes it is given, remembers them, and
 * answers as the real one would, or as badly as its moods say. For developers `GET /moods`, `POST /moods {"moods":[...],
 * "ms":5000}` (back to the former ones after `ms`), `GET /accepted`, and `POST /reviews {"seller","form","symbol","number",
 * "text"}`, after which the message of that invoice also shows a 302.
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
  const clerk = desk(memory, seal, sky, {
    judge,
    clock,
    seed,
    resultMs: options.resultMs ?? 300,
    lateMs: options.lateMs ?? 60_000,
    blocks: options.blocks ?? {},
    oldestDays: options.oldestDays ?? 31,
    ...(options.rewrap === undefined ? {} : { rewrap: options.rewrap }),
    ...(options.trust === undefined ? {} : { trust: options.trust }),
  })
  const log = (line: Omit<Parameters<typeof lines.write>[0], 'at'>): void => lines.write({ ...line, at: clock.now() })
  const serve = wire(clerk.handle, memory, sky, log, ending.signal, {
    clock,
    tokenSeconds: options.tokenSeconds ?? 3600,
    slowMs: options.slowMs ?? 3000,
    retryAfterSeconds: options.retryAfterSeconds ?? 2,
    ...(options.account ? { account: options.account } : {}),
  })

  const server = createServer((request, response) => {
    const done = /^\/(moods|accepted|reviews)$/.test(request.url ?? '') ? control(request, response) : serve(request, response)
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

  async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, value: unknown): Promise<void> =>
      new Promise((resolve) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(value), resolve)
      })
    if (request.url === '/accepted') return answer(200, memory.all())
    if (request.method !== 'POST') return answer(200, { moods: sky.names(), known: MOODS })
    const told = await bodyOf(request)
    if (request.url === '/reviews') {
      const [form, number] = [Number(told['form']), Number(told['number'])]
      const name = identityOf({ seller: String(told['seller']), form, symbol: String(told['symbol']), number })
      return clerk.review(name, String(told['text'] ?? '')) ? answer(200, {}) : answer(404, { error: `not accepted: ${name}` })
    }
    const before = sky.names()
    const { moods, ms } = told
    try {
      sky.set(Array.isArray(moods) ? moods.map(String) : [String(moods)])
    } catch (error) {
      return answer(400, { error: String(error), known: MOODS })
    }
    await answer(200, { moods: sky.names() })
    await turn()
    if (typeof ms !== 'number') return
    await clock.sleep(ms, ending.signal)
    if (!ending.signal.aborted) await setMoods(before)
  }

  await turn()
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    certificatePem: seal.certificatePem,
    setMoods,
    moods: () => sky.names(),
    accepted: () => memory.all(),
    stop: async () => {
      ending.abort()
      await turn()
      await clerk.idle()
      memory.close()
      lines.close()
    },
  }
}

function address(listen: string): { host: string; port: number } {
  const parts = /^(?:(.*):)?(\d+)$/.exec(listen)
  if (!parts) throw new Error(`host:port expected, not ${listen}`)
  return { host: (parts[1] || '127.0.0.1').replace(/^\[|\]$/g, ''), port: Number(parts[2]) }
}
