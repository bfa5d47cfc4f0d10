import { type Dong, showDong } from './dong.ts'
import { civilDate, dayEnd, dayStart, type Instant, instant, nextDay } from './time.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Beyond this the queue itself is a sign. */
export const LONG_QUEUE = 200

export type Urgency = 'overdue' | 'evening' | 'old' | 'long' | 'waiting'

/**
 * The thresholds of R-102, worst first, and the instant the one that holds was passed. Undefined: nothing to say.
 * `unsent`: invoices not with the authority; `oldest`, `due`: the first issue and the first legal limit among them.
 */
export function urgency(
  { unsent, oldest, due }: { readonly unsent: number; readonly oldest: Instant; readonly due: Instant | undefined },
  now: Instant,
): { readonly kind: Urgency; readonly since?: Instant } | undefined {
  if (unsent === 0) return undefined
  const evening = instant(dayStart(civilDate(now)) + 22 * HOUR)
  if (due !== undefined && now > due) return { kind: 'overdue', since: due }
  // What is issued without code of the authority has until the next working day: tonight is not its last.
  const tonight = due === undefined || due <= dayEnd(civilDate(now))
  if (now >= evening && tonight) return { kind: 'evening', since: evening }
  if (now - oldest > 2 * HOUR) return { kind: 'old', since: instant(oldest + 2 * HOUR) }
  if (unsent > LONG_QUEUE) return { kind: 'long' }
  if (now - oldest > 10 * MINUTE) return { kind: 'waiting', since: instant(oldest + 10 * MINUTE) }
  return undefined
}

/** What the law says a violation costs, for alarms to quote: nothing is computed from it. No amounts: a warning. */
export interface Fine {
  readonly from?: Dong
  readonly to?: Dong
  /** `ND125/2020 art.30 (ND310/2025)` */
  readonly source: string
}

export interface Lateness {
  /** Working days begun since the limit, at most 99: the bands of the fine count in them. */
  readonly days: number
  readonly fine?: Fine
}

/** The words that quote a fine: the values of a `.fine` text. Undefined: there is nothing to quote. */
export const fineValues = ({ from, to, source }: Fine): Readonly<Record<string, string>> | undefined =>
  from === undefined || to === undefined ? undefined : { least: showDong(from), most: showDong(to), law: source }

/** Weekdays begun since the limit, at most 99; `Country.late` knows the holidays. */
export function workdaysLate(due: Instant, now: Instant): number {
  let days = 0
  for (let day = nextDay(civilDate(due)); day <= civilDate(now) && days < 99; day = nextDay(day))
    if (![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) days += 1
  return days
}
