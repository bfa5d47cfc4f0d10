import { cursorOf, type Desk, type Handed, type Named } from '../domain/desk.ts'
import type { Driver, Framed, Framer } from '../domain/driver.ts'
import { fault } from '../domain/fault.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Connection, Link, Tell } from '../domain/link.ts'
import { failed, ok, type Result } from '../domain/result.ts'

export interface HttpLinkOptions {
  readonly register: RegisterId
  readonly ledger: Ledger
  /** For people: `http /api/v1/sales`. */
  readonly where: string
}

/** Documents handed over and not taken up yet; beyond it a program is told at once to come back. */
const MOST = 256

/**
 * A desk as a way bytes come in: each document is a connection of its own, so that capture, clerk and ledger do with it
 * what they do with paper. Its name travels beside the frame, where a file has its place to resume from, and is found
 * again through the ledger: there is no second store of what was heard.
 */
export function httpLink({ register, ledger, where }: HttpLinkOptions): Link & Desk {
  const queue: Waiting[] = []
  const busy = new Map<string, Promise<unknown>>()
  let listening = false
  let wake = (): void => {}

  const found = async ({ name, revision }: Named) => {
    const all = (await ledger.named?.(register, name)) ?? []
    return { same: all.find((one) => one.revision === revision)?.entry, others: all }
  }
  /** An order that was invoiced, or waits for a person, and comes again with other content is no second sale. */
  const revised = async (others: Awaited<ReturnType<typeof found>>['others']): Promise<boolean> => {
    for (const { entry } of others) if ((await ledger.entry(entry))?.state !== 'set-aside') return true
    return false
  }
  const deliver = (body: Uint8Array, cursor: string, again: boolean): Promise<boolean> =>
    new Promise((resolve) => {
      queue.push({ body, cursor, revised: again, done: resolve })
      wake()
    })

  const take = async (named: Named, body: Uint8Array): Promise<Result<Handed>> => {
    const { same, others } = await found(named)
    if (same !== undefined) {
      const heard = await ledger.frame(same)
      // Erased after its time: the name alone says that it was sold.
      const other = heard !== undefined && Buffer.compare(heard, body) !== 0
      return other ? failed(fault('SALES_NAME_USED', { entry: same })) : ok({ entry: same, again: true })
    }
    const room = ledger.health().capture
    if (!room.ok) return room
    if (!listening || queue.length >= MOST) return failed(fault('SALES_NOT_KEPT'))
    if (!(await deliver(body, cursorOf(named), await revised(others)))) {
      const now = ledger.health().capture
      return now.ok ? failed(fault('SALES_NOT_KEPT')) : now
    }
    const entry = (await found(named)).same
    if (entry === undefined) throw new Error(`${register}: a durable document is not found by its name`)
    return ok({ entry, again: false })
  }

  async function* connections(_: string | undefined, signal: AbortSignal, tell: Tell = () => {}): AsyncGenerator<Connection> {
    signal.addEventListener('abort', () => wake(), { once: true })
    listening = true
    tell()
    while (!signal.aborted) {
      const next = queue.shift()
      if (next) yield over(next)
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    listening = false
    for (const left of queue.splice(0)) left.done(false)
  }

  return {
    where,
    connections,
    /** Two with one name at the same moment are one: the second one finds what the first one left. */
    async hand(named, body) {
      const before = busy.get(named.name)
      const one = (async () => {
        await before?.catch(() => undefined)
        return take(named, body)
      })()
      busy.set(named.name, one)
      try {
        return await one
      } finally {
        if (busy.get(named.name) === one) busy.delete(named.name)
      }
    },
  }
}

interface Waiting {
  readonly body: Uint8Array
  readonly cursor: string
  readonly revised: boolean
  readonly done: (durable: boolean) => void
}

function over({ body, cursor, revised, done }: Waiting): Connection {
  return {
    chunks: (async function* () {
      yield body
    })(),
    end: Promise.resolve('closed'),
    write: () => Promise.resolve(),
    close: () => Promise.resolve(done(true)),
    abandon: () => done(false),
    cursor: () => cursor,
    ...(revised ? { revised } : {}),
  }
}

/** What is handed over has its bounds: one body is one document, byte for byte, whatever the dialect would cut it into. */
export const inOnePiece = (driver: Driver): Driver => ({ ...driver, framer: onePiece })

function onePiece(): Framer {
  let bytes: Uint8Array = new Uint8Array()
  let end = 0
  const nothing = (): Framed => ({ frames: [], discarded: 0, pass: end })
  return {
    push(chunk) {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
      end += chunk.length
      return nothing()
    },
    quiet: nothing,
    close(torn) {
      const frame = { bytes, end, tail: bytes.length, torn }
      const frames = bytes.length > 0 ? [frame] : []
      bytes = new Uint8Array()
      return { ...nothing(), frames }
    },
  }
}
