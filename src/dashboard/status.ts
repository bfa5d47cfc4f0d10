import type { BoardItem } from '../domain/board.ts'
import type { Fact, Ledger, View } from '../domain/ledger.ts'
import { civilDate, factTime, type Instant } from '../domain/time.ts'
import { alerts } from './alerts.ts'
import type { DashboardParts, Role } from './parts.ts'
import { showDay, showQueue } from './show.ts'

export interface Status {
  /** Starts at the end of the book and follows it until `signal` aborts; `changed` after each fact and board change. */
  follow(signal: AbortSignal, changed: () => void): Promise<void>
  /** The newest fact that is durable, -1 before the first. */
  newest(): number
  /** What `/api/v1/status` and the board of `/live` say; figures are read again only after something changed. */
  snapshot(role: Role): Promise<Snapshot>
}

export type Snapshot = ReturnType<typeof draw>
type Figures = { readonly version: number; readonly fact: number } & Pick<Parameters<typeof draw>[1], 'day' | 'queue'>

export function status(parts: DashboardParts): Status {
  const { ledger, view, board, clock } = parts
  const since = clock.now()
  let newest = -1
  let store = ''
  let version = 0
  let cached: Promise<Figures> | undefined
  let cachedFor = ''

  const read = async (): Promise<Figures> => {
    const [started, fact] = [version, newest]
    const [day, queue] = await Promise.all([view.day(civilDate(clock.now())), view.queue()])
    return { version: started, fact, day, queue }
  }
  /** One reading at a time, shared by all who ask meanwhile; midnight makes it old, too. */
  const figures = (): Promise<Figures> => {
    const wanted = `${version} ${civilDate(clock.now())}`
    if (cached && cachedFor === wanted) return cached
    cachedFor = wanted
    const reading = read()
    reading.catch(() => {
      if (cached === reading) cached = undefined
    })
    cached = reading
    return reading
  }

  return {
    async follow(signal, changed) {
      newest = (ledger.end?.() ?? 0) - 1
      store = (await firstFact(view))?.hash ?? ''
      const stop = board.watch(changed)
      signal.addEventListener('abort', stop, { once: true })
      for await (const fact of ledger.follow(newest + 1, signal)) {
        newest = fact.n
        if (fact.n === 0) store = fact.hash
        version++
        changed()
      }
    },
    newest: () => newest,
    async snapshot(role) {
      return draw(parts, { ...(await figures()), store, role, since })
    },
  }
}

const firstFact = async (view: View): Promise<Fact | undefined> => (await view.facts(-1, 1))[0]

/** What may fill the places of a sentence the officer reads: counts, times and names of parts, no address of anything. */
const PLAIN = new Set(['n', 'days', 'register', 'time', 'age', 'percent', 'seconds', 'symbol', 'numbers', 'free'])
const filtered = (item: BoardItem, role: Role): BoardItem =>
  role !== 'officer' || !item.values
    ? item
    : {
        ...item,
        values: Object.fromEntries(Object.entries(item.values).map(([name, text]) => [name, PLAIN.has(name) ? text : '…'])),
      }

interface Drawn {
  readonly fact: number
  readonly day: Awaited<ReturnType<View['day']>>
  readonly queue: Awaited<ReturnType<View['queue']>>
  readonly store: string
  readonly role: Role
  readonly since: Instant
}

/** The book speaks on the board only in trouble; here is what it says when asked. `since`: when we began to look. */
function health(ledger: Ledger, since: Instant): Record<string, BoardItem> {
  const { capture, issue } = ledger.health()
  const bad = capture.ok ? issue : capture
  if (bad.ok) return { ledger: { level: 'ok', key: 'chain.ok', since } }
  const { code, values } = bad.fault
  return { ledger: { level: 'critical', key: `fault.${code}`, todo: `fault.${code}.hint`, since, ...(values ? { values } : {}) } }
}

function draw(parts: DashboardParts, { fact, day, queue, store, role, since }: Drawn) {
  const now = parts.clock.now()
  const told = Object.entries({ ...health(parts.ledger, since), ...parts.board.all() })
  const board = Object.fromEntries(told.map(([part, item]) => [part, filtered(item, role)]))
  const shown = Object.entries(board).map(([part, item]) => [part, { ...item, since: factTime(item.since) }] as const)
  return {
    at: factTime(now),
    fact,
    store,
    build: parts.build,
    demo: parts.demo === true,
    role,
    shop: parts.shop,
    registers: parts.registers,
    board: Object.fromEntries(shown),
    alerts: alerts(board, queue, now).map(({ since, ...alert }) => ({
      ...alert,
      ...(since === undefined ? {} : { since: factTime(since) }),
    })),
    day: showDay(day),
    queue: showQueue(queue, now),
  }
}
