import { type CivilDate, civilDate, type Instant, nextDay } from '../domain/time.ts'
import type { JsonObject } from './canonical.ts'
import { type Database, num } from './sqlite.ts'
import type { Story } from './story.ts'
import { ratesText, sumText } from './sums.ts'

/** What stands open over all days at the moment of closing. */
export interface Open {
  readonly unsent: number
  readonly doubt: number
  readonly rejected: number
  readonly held: number
}

/** Queued and parked ones have not left; pushed ones have no verdict yet: they may have arrived. */
export function countOpen(db: Database): Open {
  const count = (where: string): number => num(db.sql(`SELECT count(*) AS it FROM entry WHERE ${where}`).get(), 'it')
  const bound = count(`state = 'queued' AND message IS NOT NULL`)
  return {
    unsent: count(`state = 'queued' AND message IS NULL`) + bound + count(`state = 'parked'`),
    doubt: count(`state = 'pushed'`) + count(`state = 'in-doubt'`),
    rejected: count(`state = 'rejected'`),
    held: count(`state = 'held'`),
  }
}

/** The day that a fact written at `at` belongs to: a clock set back opens no closed day again. */
export function openDay({ day }: Story, at: Instant): CivilDate {
  const present = civilDate(at)
  return day !== undefined && day > present ? day : present
}

/** The days that must be closed before anything is written at `at` (audit-pack 1.5), oldest first. A clock set back closes none. */
export function daysToClose(story: Story, at: Instant): CivilDate[] {
  const days: CivilDate[] = []
  if (!story.day) return days
  const present = civilDate(at)
  for (let day = story.day; day < present; day = nextDay(day)) days.push(day)
  return days
}

/** The body of `day.closed` for the open day. `starting`: a day without a fact of its own was slept through. */
export function closingOf(story: Story, day: CivilDate, open: Open, starting: boolean): JsonObject {
  const n = story.peaks.size
  const off = starting && story.dayFirst === n && story.dayFrom !== day
  return {
    day,
    doubt: open.doubt,
    facts: n - story.dayFirst + 1,
    first: story.dayFirst,
    held: open.held,
    incidents: [...story.incidentsToday].sort(),
    off: off ? true : undefined,
    registers: [...story.registers]
      .flatMap(([register, { today }]) =>
        today ? [{ aside: today.aside, frames: today.frames, held: today.held, register, z: today.z }] : [],
      )
      .sort((a, b) => (a.register < b.register ? -1 : 1)),
    rejected: open.rejected,
    series: [...story.series.values()]
      .flatMap(({ form, symbol, register, sum, today }) =>
        today
          ? [
              {
                count: today.count,
                form,
                from: today.from,
                pay: String(today.pay),
                rates: ratesText(today.rates),
                register,
                sum: sumText(sum),
                symbol,
                to: today.to,
                voids: [],
              },
            ]
          : [],
      )
      .sort((a, b) => a.form - b.form || (a.symbol < b.symbol ? -1 : 1)),
    unsent: open.unsent,
  }
}
