import type { BoardItem } from '../domain/board.ts'
import type { Ledger, View } from '../domain/ledger.ts'
import { civilDate, factTime, type Instant } from '../domain/time.ts'
import { alerts } from './alerts.ts'
import type { DashboardParts, Role } from './parts.ts'
import { showDay, showQueue } from './show.ts'
import type { Tail } from './tail.ts'

export interface Status {
  /** The newest fact that is durable, -1 before the first. No I/O. */
  newest(): number
  /** Another text after each fact, each change of the board and each midnight. No I/O. */
  mark(): string
  /** What `/api/v1/status` and the board of `/live` say. */
  snapshot(role: Role): Promise<Snapshot>
}

export type Snapshot = ReturnType<typeof draw>
type Figures = Pick<Drawn, 'fact' | 'day' | 'queue' | 'known' | 'store'>

/** After a slow reading the book is left alone ten times as long, a second at most: a screen must not slow a busy shop (I10). */
const REST = 10
const REST_MS = 1_000
const BLIND_MS = 1_000
const NO_DAY = { sales: 0, invoices: 0, pay: 0n, rates: [], hours: [], asides: [], held: 0, rejected: 0, registers: [] }
const NO_QUEUE = { unsent: 0, doubt: 0, rejected: 0, parked: 0, held: 0 }

export function status(parts: DashboardParts, { newest }: Pick<Tail, 'newest'>): Status {
  const { view, board, clock, log } = parts
  const since = clock.now()
  let boards = 0
  let store: string | undefined
  let cached: { readonly at: string; readonly figures: Promise<Figures> } | undefined
  let next = 0
  let blind = false
  board.watch(() => boards++)

  const written = (): string => `${newest()} ${civilDate(clock.now())}`
  const read = async (): Promise<Figures> => {
    const began = clock.up()
    const fact = newest()
    const day = civilDate(clock.now())
    try {
      store ??= (await view.facts(-1, 1))[0]?.hash
      const [known, queue] = await Promise.all([view.day(day), view.queue()])
      next = clock.up() + Math.min(REST * (clock.up() - began), REST_MS)
      blind = false
      return { fact, day: known, queue, known: true, store: store ?? '' }
    } catch (error) {
      // A damaged or full book must not silence the board, which says so: the figures are then unknown, not zero.
      if (!blind) log.error({ part: 'dashboard', code: 'DASHBOARD_BROKEN', error: String(error) }, 'figures could not be read')
      next = clock.up() + BLIND_MS
      blind = true
      return { fact, day: { day, ...NO_DAY }, queue: NO_QUEUE, known: false, store: store ?? '' }
    }
  }
  /** One reading at a time, shared by all who ask meanwhile; read again only after something was written, or at midnight. */
  const figures = (): Promise<Figures> => {
    const at = written()
    if (cached && ((cached.at === at && !blind) || clock.up() < next)) return cached.figures
    const reading = read()
    cached = { at, figures: reading }
    next = Number.POSITIVE_INFINITY
    return reading
  }

  return {
    newest,
    mark: () => `${written()} ${boards}`,
    async snapshot(role) {
      return draw(parts, { ...(await figures()), role, since })
    },
  }
}

/** What may fill the places of a sentence the officer reads: counts, times and names of parts, no address of anything. */
const PLAIN = new Set(['n', 'days', 'date', 'register', 'time', 'age', 'percent', 'seconds', 'symbol', 'numbers', 'free'])
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
  readonly known: boolean
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

const waiting = ({ registers, nextBuyer }: DashboardParts, now: Instant) =>
  registers.flatMap(({ id }) => {
    const until = nextBuyer?.armed(id)?.until
    return until === undefined || until <= now ? [] : [{ register: id, until: factTime(until) }]
  })

function draw(parts: DashboardParts, { fact, day, queue, known, store, role, since }: Drawn) {
  const now = parts.clock.now()
  const told = Object.entries({ ...health(parts.ledger, since), ...parts.board.all() })
  const board = Object.fromEntries(told.map(([part, item]) => [part, filtered(item, role)]))
  const shown = Object.entries(board).map(([part, item]) => [part, { ...item, since: factTime(item.since) }] as const)
  return {
    at: factTime(now),
    fact,
    store,
    known,
    build: parts.build,
    demo: parts.demo === true,
    role,
    shop: parts.shop,
    registers: parts.registers,
    /** What this shop's box can do: the page shows nothing that is not there. */
    offers: {
      corrections: parts.corrections !== undefined,
      several: parts.corrections?.orderAll !== undefined,
      slips: parts.slips !== undefined,
      incidents: parts.incidents !== undefined,
      buyer: parts.nextBuyer !== undefined,
      guest: parts.guest !== undefined,
      erase: parts.erasing !== undefined,
      unmask: parts.buyerOf !== undefined,
      days: (parts.reconcile ?? parts.reports) !== undefined,
      reports: parts.reports !== undefined,
      reprint: parts.reprint !== undefined,
      preview: parts.law?.preview !== undefined,
      refunds: parts.corrections?.fromRefund !== undefined,
      rules: parts.law !== undefined,
      suspension: parts.suspension !== undefined,
    },
    // Who waits is told to the owner only, and only at which register and how long.
    armed: role === 'owner' ? waiting(parts, now) : [],
    board: Object.fromEntries(shown),
    alerts: alerts(board, queue, now, parts.late).map(({ since, ...alert }) => ({
      ...alert,
      ...(since === undefined ? {} : { since: factTime(since) }),
    })),
    day: showDay(day),
    queue: showQueue(queue, now),
  }
}
