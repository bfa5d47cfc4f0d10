import type { BoardItem, Level } from '../domain/board.ts'
import type { QueueView } from '../domain/ledger.ts'
import { civilDate, civilTime, dayStart, type Instant, instant, nextDay } from '../domain/time.ts'

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

const HOUR = 3_600_000
const GRAVITY: Readonly<Record<Level, number>> = { critical: 5, serious: 4, unknown: 3, warning: 2, info: 1, ok: 0 }
/** Order of harm: sales not heard > numbers at risk > deadline > printer > the rest (dashboard 3.0). */
const HARM: readonly RegExp[] = [/^register\//, /^(ledger|clock|activation)/, /^(queue|upstream)/, /^inbox/, /^printer\//]
const harm = (part: string): number => {
  const place = HARM.findIndex((pattern) => pattern.test(part))
  return place < 0 ? HARM.length : place
}

/** What the law asks, by part: the table that a test walks. */
const LAW: readonly (readonly [RegExp, string])[] = [
  [/^register\//, 'every_sale'],
  [/^inbox\/held/, 'every_sale'],
  [/^inbox\/rejected/, 'correct'],
  [/^(queue|upstream|inbox\/parked)/, 'transmit_day'],
  [/^ledger/, 'keep'],
  [/^clock/, 'number'],
  [/^signer/, 'cert'],
  [/^activation/, 'accept'],
]
export const lawOf = (part: string): string | undefined => LAW.find(([pattern]) => pattern.test(part))?.[1]

/** Working days after the day of `due` up to now, Monday to Friday; holidays are not known here. */
export function workdaysLate(due: Instant, now: Instant): number {
  let days = 0
  for (let day = nextDay(civilDate(due)); day <= civilDate(now); day = nextDay(day))
    if (![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) days++
  return days
}

/**
 * The state of the whole shop, worst first: what parts say of themselves, and the thresholds of R-102 over the outbox.
 * Network down swallows the smaller signs of the same cause until they mean more.
 */
export function alerts(board: Readonly<Record<string, BoardItem>>, queue: QueueView, now: Instant): readonly Alert[] {
  const found: Alert[] = Object.entries(board)
    .filter(([, item]) => item.level !== 'ok')
    .map(([part, item]) => ({ part, ...item, ...lawPart(part) }))
  const add = (
    part: string,
    level: Level,
    key: string,
    since: Instant | undefined,
    values: Record<string, string>,
    open?: string,
  ): void => {
    found.push({
      part,
      level,
      key,
      values,
      ...(since === undefined ? {} : { since }),
      todo: `${key}.do`,
      ...lawPart(part),
      ...(open ? { goto: open, button: 'act.open' } : {}),
    })
  }
  const { unsent, oldest, due } = queue
  const waited = oldest === undefined ? 0 : now - oldest
  const cut = GRAVITY[board['upstream']?.level ?? 'ok'] >= GRAVITY.warning
  const n = String(unsent)
  const evening = instant(dayStart(civilDate(now)) + 22 * HOUR)
  if (unsent > 0 && due !== undefined && due < now)
    add('queue/overdue', 'critical', 'alert.overdue.some', due, { days: String(workdaysLate(due, now)) }, '/hoa-don?state=queued')
  else if (unsent > 0 && civilTime(now).slice(11) >= '22:00:00')
    add('queue/evening', 'serious', 'alert.unsent22', evening, { n }, '/hoa-don?state=queued')
  else if (waited > 2 * HOUR) add('queue/old', 'warning', 'alert.unsent2h', instant((oldest ?? now) + 2 * HOUR), {})
  else if (waited > HOUR / 6 && !cut) add('queue/waiting', 'info', 'alert.unsent10m', instant((oldest ?? now) + HOUR / 6), { n })
  if (unsent > 200 && !cut) add('queue/long', 'warning', 'alert.queue200', oldest, { n })
  if (queue.rejected > 0)
    add('inbox/rejected', 'serious', 'alert.rejected', undefined, { n: String(queue.rejected) }, '/can-xu-ly')
  if (queue.held > 0) add('inbox/held', 'serious', 'alert.held', undefined, { n: String(queue.held) }, '/can-xu-ly')
  if (queue.parked > 0) add('inbox/parked', 'serious', 'alert.parked', undefined, { n: String(queue.parked) }, '/can-xu-ly')
  return found.sort((a, b) => GRAVITY[b.level] - GRAVITY[a.level] || harm(a.part) - harm(b.part))
}

const lawPart = (part: string): { readonly law?: string } => {
  const law = lawOf(part)
  return law ? { law } : {}
}
