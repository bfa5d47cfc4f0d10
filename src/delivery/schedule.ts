import { backoff } from '../domain/backoff.ts'
import type { BoardItem } from '../domain/board.ts'
import { fineValues, type Lateness, LONG_QUEUE, type Urgency, urgency, workdaysLate } from '../domain/deadline.ts'
import type { Entry } from '../domain/entry.ts'
import { civilTime, type Instant } from '../domain/time.ts'

const MINUTE = 60_000

/** From here to midnight every minute counts: the legal limit is the end of the day. */
const LATE = '23:00'
const hour = (now: Instant): string => civilTime(now).slice(11, 16)

/** Longest wait they may ask of us: a provider that says "tomorrow" would make the whole day late. */
const MOST_ASKED = 10 * MINUTE

/** Milliseconds before try `attempt`: jittered, capped at 5 minutes, at one minute near the end of the day; `asked` by them counts. */
export function retryDelay(attempt: number, now: Instant, random: number, asked = 0): number {
  const cap = hour(now) >= LATE ? MINUTE : 5 * MINUTE
  return Math.max(backoff(Math.max(1, attempt), random, { cap }), Math.min(asked, MOST_ASKED))
}

/** Milliseconds before asking for a verdict the n-th time (0, 1, 2 ...): soon at first, since most come within seconds. */
export function pollDelay(n: number, random: number): number {
  const ceiling = Math.min(MINUTE, 400 * 1.7 ** Math.min(n, 20))
  return Math.round(ceiling * (0.8 + random * 0.4))
}

export interface Waiting {
  /** Invoices not with the authority yet, counted up to `MANY` and no further. */
  readonly count: number
  /** Issue time of the oldest and the earliest legal limit among them. */
  readonly oldest: Instant
  readonly due: Instant
}

export const MANY = LONG_QUEUE + 1

const LEVELS: Readonly<Record<Urgency, readonly [BoardItem['level'], string]>> = {
  overdue: ['critical', 'alert.overdue'],
  evening: ['serious', 'alert.unsent22'],
  old: ['warning', 'alert.unsent2h'],
  long: ['warning', 'alert.queue200'],
  waiting: ['info', 'alert.unsent10m'],
}

/** How late something is in law; without a country's word weekdays count, and no fine is quoted. */
export type Late = (due: Instant, now: Instant) => Lateness
const weekdaysOnly: Late = (due, now) => ({ days: workdaysLate(due, now) })

/** What R-102 asks to be shown. Undefined: nothing to say; while the line is down, the outage speaks for short waits. */
export function deadline(
  waiting: Waiting | undefined,
  now: Instant,
  online: boolean,
  late: Late = weekdaysOnly,
): Omit<BoardItem, 'since'> | undefined {
  const found = waiting && urgency({ ...waiting, unsent: waiting.count }, now)
  if (!waiting || !found || (found.kind === 'waiting' && !online)) return undefined
  const n = waiting.count < MANY ? String(waiting.count) : `${LONG_QUEUE}+`
  const [level, key] = LEVELS[found.kind]
  if (found.kind !== 'overdue') return { level, key, values: { n }, todo: `${key}.do` }
  const { days, fine } = late(waiting.due, now)
  const quoted = fine && fineValues(fine)
  const values = { n, days: String(days), ...quoted }
  return { level, key: quoted ? `${key}.fine` : key, values, todo: `${key}.do` }
}

export type Queued = Extract<Entry, { state: 'queued' }>

export const seriesOf = ({ form, symbol }: { readonly form: number; readonly symbol: string }): string => `${form}${symbol}`

/** Room for the envelope and the signature around the invoices. */
const ENVELOPE = 12_000

/** The first invoices of one series that fit one message, at most `most` of them; always at least one. */
export function cutBatch(
  entries: readonly Queued[],
  limits: { readonly bytes: number; readonly invoices: number },
  most: number,
): readonly Queued[] {
  let bytes = ENVELOPE
  const fits = entries.findIndex((entry, i) => {
    bytes += entry.sealed.bytes.length
    return i > 0 && (i >= Math.min(limits.invoices, most) || bytes > limits.bytes)
  })
  return fits < 0 ? entries : entries.slice(0, fits)
}

/** By series, each in number order: what goes first over the wire is what was issued first (I6). */
export function bySeries(entries: readonly Entry[]): ReadonlyMap<string, readonly Queued[]> {
  const groups = new Map<string, Queued[]>()
  for (const entry of entries) {
    if (entry.state !== 'queued') continue
    const name = seriesOf(entry.sealed.series)
    const group = groups.get(name)
    if (group) group.push(entry)
    else groups.set(name, [entry])
  }
  for (const group of groups.values()) group.sort((a, b) => a.sealed.due - b.sealed.due || number(a) - number(b))
  return groups
}

const number = (entry: Queued): number => entry.sealed.identity.number
