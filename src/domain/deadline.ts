import { civilDate, dayStart, type Instant, instant, nextDay } from './time.ts'

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
  if (now >= evening) return { kind: 'evening', since: evening }
  if (now - oldest > 2 * HOUR) return { kind: 'old', since: instant(oldest + 2 * HOUR) }
  if (unsent > LONG_QUEUE) return { kind: 'long' }
  if (now - oldest > 10 * MINUTE) return { kind: 'waiting', since: instant(oldest + 10 * MINUTE) }
  return undefined
}

/** Working days begun since the limit, Monday to Friday: the bands of the fine count in them. At most 99; holidays are not known here. */
export function workdaysLate(due: Instant, now: Instant): number {
  let days = 0
  for (let day = nextDay(civilDate(due)); day <= civilDate(now) && days < 99; day = nextDay(day))
    if (![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())) days += 1
  return days
}
