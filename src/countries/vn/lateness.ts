import type { Fine, Lateness } from '../../domain/deadline.ts'
import { type CivilDate, civilDate, type Instant, nextDay } from '../../domain/time.ts'
import { type Band, type Dated, fineOf, isWorkingDay, type Rules, ruling, workingDaysAfter } from './rules.ts'

const MOST_DAYS = 99

/** Working days begun since the limit, and what art. 30 asks for them. */
export function latenessOf(rules: Rules, due: Instant, now: Instant, form: 1 | 2): Lateness {
  const today = civilDate(now)
  let days = 0
  for (let day = nextDay(civilDate(due)); day <= today && days < MOST_DAYS; day = nextDay(day))
    if (isWorkingDay(rules.holidays, day)) days += 1
  const fine = quoted(rules['fine.late'], today, days, form)
  return { days, ...(fine ? { fine } : {}) }
}

/**
 * Working days in which what an incident held up may still be filed: after the authority says that it receives
 * again, and after force majeure. For other causes nothing is written: undefined.
 */
export function graceOf(rules: Rules, cause: string, ended: Instant): CivilDate | undefined {
  const day = civilDate(ended)
  const dated =
    cause === 'authority' ? rules['deadline.recovery'] : cause === 'force-majeure' ? rules['deadline.force'] : undefined
  return dated && civilDate(workingDaysAfter(rules.holidays, day, ruling(dated, day)))
}

/** The band of a table of fines, as alarms quote it. */
export function quoted(rows: readonly Dated<readonly Band[]>[], on: CivilDate, count: number, form: 1 | 2): Fine | undefined {
  const found = fineOf(rows, on, count, form)
  if (!found) return undefined
  const { from, to } = found.band
  return { ...(from === undefined || to === undefined ? {} : { from, to }), source: found.source }
}
