import type { BoardItem, Level } from '../domain/board.ts'
import { fineValues, type Lateness, type Urgency, urgency, workdaysLate } from '../domain/deadline.ts'
import type { QueueView } from '../domain/ledger.ts'
import type { Instant } from '../domain/time.ts'

/** One matter above `ok`, with what the law asks of it: `law` is the stem of `law.X.what`, `.when`, `.article`. */
export interface Alert {
  readonly part: string
  readonly level: Level
  readonly key: string
  readonly values?: Readonly<Record<string, string>>
  /** Absent where the ledger does not say since when. */
  readonly since?: Instant
  readonly todo?: string
  readonly law?: string
  /** The page that repairs it, and the key of its button. */
  readonly goto?: string
  readonly button?: string
}

const GRAVITY: Readonly<Record<Level, number>> = { critical: 5, serious: 4, unknown: 3, warning: 2, info: 1, ok: 0 }
/** Order of harm: sales not heard > numbers at risk > deadline > printer > the rest (dashboard 3.0). */
const HARM: readonly RegExp[] = [
  /^(register|counter)\//,
  /^(ledger|clock|activation)/,
  /^(queue|upstream|courier)/,
  /^inbox/,
  /^printer\//,
]
const harm = (part: string): number => {
  const place = HARM.findIndex((pattern) => pattern.test(part))
  return place < 0 ? HARM.length : place
}

/** What the law asks, and the page that helps, by part: the table that a test walks. */
const TABLE: readonly (readonly [RegExp, string, string?])[] = [
  [/^(register|counter|unpaid)\//, 'every_sale'],
  [/^inbox\/held/, 'every_sale', '/can-xu-ly'],
  [/^inbox\/rejected/, 'correct', '/can-xu-ly'],
  [/^inbox\/parked/, 'transmit_day', '/can-xu-ly'],
  [/^(queue|upstream|courier)/, 'transmit_day', '/hoa-don?state=queued'],
  [/^day$/, 'every_sale', '/chot-ngay'],
  [/^ledger/, 'keep'],
  [/^clock/, 'number'],
  [/^(signer|calendar\/certificate)/, 'cert'],
  [/^activation/, 'accept'],
]
export function rowOf(part: string): Pick<Alert, 'law' | 'goto' | 'button'> {
  const [, law, page] = TABLE.find(([pattern]) => pattern.test(part)) ?? []
  return { ...(law ? { law } : {}), ...(page ? { goto: page, button: 'act.open' } : {}) }
}

/**
 * The state of the whole shop, worst first: what parts say of themselves, and what waits for a person. The courier speaks
 * of deadlines itself (`queue`); where it is silent, the thresholds of R-102 are read off the outbox, so that an overdue
 * invoice is seen even when its room stands still. One cause is one alert.
 */
export function alerts(
  board: Readonly<Record<string, BoardItem>>,
  queue: QueueView,
  now: Instant,
  late: Late = weekdaysOnly,
): readonly Alert[] {
  const found: Alert[] = Object.entries(board)
    .filter(([, item]) => item.level !== 'ok')
    .map(([part, item]) => ({ part, ...item, ...rowOf(part) }))
  const add: Add = (part, level, key, values, since, todo = `${key}.do`) => {
    found.push({ part, level, key, values, todo, ...rowOf(part), ...(since === undefined ? {} : { since }) })
  }
  if (!board['queue']) outbox(queue, now, GRAVITY[board['upstream']?.level ?? 'ok'] >= GRAVITY.warning, late, add)
  if (queue.rejected > 0) add('inbox/rejected', 'serious', 'alert.rejected', { n: String(queue.rejected) })
  if (queue.held > 0) add('inbox/held', 'serious', 'alert.held', { n: String(queue.held) })
  if (queue.parked > 0) add('inbox/parked', 'serious', 'alert.parked', { n: String(queue.parked) })
  return found.sort((a, b) => GRAVITY[b.level] - GRAVITY[a.level] || harm(a.part) - harm(b.part))
}

type Add = (part: string, level: Level, key: string, values: Record<string, string>, since?: Instant, todo?: string) => void

/** The law's word on lateness; without one weekdays count, and no fine is quoted. */
export type Late = (due: Instant, now: Instant) => Lateness
const weekdaysOnly: Late = (due, now) => ({ days: workdaysLate(due, now) })

/** The rows of R-102 that speak of unsent invoices. `cut`: the line is known to be down, which swallows the small signs. */
function outbox({ oldest, due, ...queue }: QueueView, now: Instant, cut: boolean, late: Late, add: Add): void {
  // The number is the queue until the authority has answered: what may not have arrived is not sent.
  const unsent = queue.unsent + queue.doubt
  const found = oldest === undefined ? undefined : urgency({ unsent, oldest, due }, now)
  if (!found || (cut && (found.kind === 'long' || found.kind === 'waiting'))) return
  const [level, key] = LEVELS[found.kind]
  const part = `queue/${found.kind}`
  const n = String(unsent)
  if (due === undefined || found.kind !== 'overdue') {
    add(part, level, key, { n }, found.since)
    return
  }
  const { days, fine } = late(due, now)
  const quoted = fine && fineValues(fine)
  const values = { n, days: String(days), ...quoted }
  add(part, level, quoted ? `${key}.fine` : key, values, found.since, `${key}.do`)
}

const LEVELS: Readonly<Record<Urgency, readonly [Level, string]>> = {
  overdue: ['critical', 'alert.overdue.some'],
  evening: ['serious', 'alert.unsent22'],
  old: ['warning', 'alert.unsent2h'],
  long: ['warning', 'alert.queue200'],
  waiting: ['info', 'alert.unsent10m'],
}
