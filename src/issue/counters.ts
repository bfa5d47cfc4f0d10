import type { RegisterId } from '../domain/ids.ts'
import type { Instant } from '../domain/time.ts'

/** A number a register printed, as far as its counter can be followed (register-capture 8.1). */
export interface Numbered {
  readonly register: RegisterId
  readonly number: string
  /** Business date: counters may begin again with it. */
  readonly day: string
  readonly heard: Instant
  /** It is the next of its counter. Else it only shows that this number was not lost: a bill before payment, a return. */
  readonly next: boolean
}

/** Numbers never heard between two that were. */
export interface Gap {
  /** What stands before the counting digits; one till may count several things. */
  readonly prefix: string
  readonly from: string
  readonly to: string
  readonly count: number
}

export interface Counters {
  hear(numbered: Numbered): void
  gaps(register: RegisterId, now: Instant): readonly Gap[]
}

/** A longer jump is another counter, not that many lost receipts. */
const JUMP = 1_000
/** How long a number may come late, and how long a gap is spoken of: the shift limit. */
const LATE_MS = 36 * 3_600_000
const COUNTERS = 96
/** Numbers remembered of one counter. */
const NUMBERS = 4_000
/** Numbers that jump again and again are no counter of this till (a cloud's, a random one): nothing follows from them. */
const JUMPS = 6

/** One stretch of a counter, from its first number heard. */
interface Run {
  readonly register: RegisterId
  readonly prefix: string
  readonly width: number
  readonly first: number
  /** Business date of its last number. */
  day: string
  last: number
  ended: boolean
  jumps: number
  count: number
  readonly heard: Set<number>
  /** When each was found missing. */
  readonly missing: Map<number, Instant>
}

/** Follows the running numbers of all tills of one shop; derived and bounded, rebuilt from the frames at start. */
export function counters(): Counters {
  let runs: Run[] = []
  /** Shown without a run of their own yet. */
  const shown = new Map<string, Set<number>>()
  /** Counters that gave one number at two tills: each counts for itself. */
  const apart = new Set<string>()

  const seen = (register: string, prefix: string): Set<number> => {
    const key = `${register} ${prefix}`
    const found = shown.get(key) ?? new Set()
    shown.delete(key)
    shown.set(key, found)
    for (const oldest of shown.keys()) {
      if (shown.size <= COUNTERS * 4) break
      shown.delete(oldest)
    }
    return found
  }

  /** Tills may share one counter: a number heard at another till is not lost here. */
  const elsewhere = ({ register, prefix }: Run, n: number): boolean =>
    !apart.has(prefix) && runs.some((o) => o.register !== register && o.prefix === prefix && !o.ended && o.heard.has(n))

  const begin = (numbered: Numbered, { prefix, n, width }: Count, before: readonly Run[]): Run => {
    const { register, day } = numbered
    const restart = before.filter((r) => r.last > n && (r.day !== day || n <= 1))
    for (const run of restart) run.ended = true
    const run: Run = {
      register,
      prefix,
      width,
      day,
      first: n,
      last: n,
      ended: false,
      jumps: 0,
      count: 1,
      heard: new Set([n]),
      missing: new Map(),
    }
    runs = [...runs, run].slice(-COUNTERS)
    // It is known to begin with 1 each day: then the first of today may be lost too.
    if (n > 1 && n <= 20 && restart.some((r) => r.first === 1)) lose(run, 1, n, numbered.heard)
    return run
  }

  const lose = (run: Run, from: number, to: number, at: Instant): void => {
    const known = shown.get(`${run.register} ${run.prefix}`)
    for (let k = from; k < to; k++) if (!known?.has(k) && !elsewhere(run, k)) run.missing.set(k, at)
  }

  const takeNext = (numbered: Numbered, count: Count): void => {
    const { register, day, heard } = numbered
    const { prefix, n } = count
    const own = runs.filter((r) => r.register === register && r.prefix === prefix)
    const late = own.find((r) => r.missing.delete(n))
    if (late) note(late, n)
    if (late || own.some((r) => r.day === day && r.heard.has(n))) return
    const [run] = own
      .filter((r) => !r.ended && n > r.last && n - r.last <= JUMP)
      .sort((a, b) => b.last - a.last || runs.indexOf(b) - runs.indexOf(a))
    if (!run) return void begin(numbered, count, own)
    if (n > run.last + 1) {
      const before = run.missing.size
      lose(run, run.last + 1, n, heard)
      if (run.missing.size > before) run.jumps += 1
    }
    run.last = n
    run.day = day
    note(run, n)
  }

  return {
    hear(numbered) {
      const count = countOf(numbered)
      if (!count) return
      const { register } = numbered
      for (const other of runs.filter((r) => r.register !== register && r.prefix === count.prefix)) {
        if (numbered.next && !other.ended && other.heard.has(count.n)) apart.add(count.prefix)
        else if (!apart.has(count.prefix)) other.missing.delete(count.n)
      }
      if (numbered.next) return takeNext(numbered, count)
      seen(register, count.prefix).add(count.n)
      for (const run of runs) if (run.register === register && run.prefix === count.prefix) run.missing.delete(count.n)
    },
    gaps(register, now) {
      const found = new Map<string, Gap>()
      for (const run of runs.filter((r) => r.register === register)) {
        for (const [n, at] of run.missing) if (now - at > LATE_MS) run.missing.delete(n)
        const { prefix, missing } = run
        if (missing.size === 0 || (run.jumps >= JUMPS && run.jumps * 3 > run.count)) continue
        const spelled = (n: number): string => `${prefix}${String(n).padStart(run.width, '0')}`
        const numbers = [...missing.keys()]
        const before = found.get(prefix)
        found.set(prefix, {
          prefix,
          from: before?.from ?? spelled(Math.max(0, Math.min(...numbers) - 1)),
          to: spelled(Math.max(...numbers) + 1),
          count: (before?.count ?? 0) + missing.size,
        })
      }
      return [...found.values()]
    },
  }
}

function note(run: Run, n: number): void {
  run.count += 1
  run.heard.add(n)
  for (const oldest of run.heard) {
    if (run.heard.size <= NUMBERS) break
    run.heard.delete(oldest)
  }
}

/** A bill split among its guests: `HD000019A`, `0457-2` are parts of one number. */
export const wholeBill = (number: string): string => number.replace(/(?<=\d{3})[A-Za-z]$/, '').replace(/(?<=\d{4})[-/.]\d$/, '')

interface Count {
  readonly prefix: string
  readonly n: number
  readonly width: number
}

/** The counting digits: the last ones, without the date or year a till may write before or behind them. */
function countOf({ number, day }: Numbered): Count | undefined {
  const [year = '', month = '', date = ''] = day.split('-')
  const short = year.slice(2)
  const bare = wholeBill(number.trim().replace(new RegExp(`(?<=\\d)[-/](?:${year}|${short})$`), ''))
  const [, before = '', digits = ''] = /^(.*?)(\d{1,18})$/s.exec(bare) ?? []
  const dated = [`${year}${month}${date}`, `${date}${month}${year}`, `${short}${month}${date}`, `${date}${month}${short}`].find(
    (form) => digits.startsWith(form) && digits.length > form.length,
  )
  const rest = digits.slice(dated?.length ?? 0)
  if (rest === '' || rest.length > 12) return undefined
  return { prefix: `${before}${dated ?? ''}`, n: Number(rest), width: rest.length }
}
