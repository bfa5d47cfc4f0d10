import type { Dong } from '../../domain/dong.ts'
import type { RevenueRow } from '../../domain/ledger.ts'
import { type CivilDate, civilDate, dayStart, instant } from '../../domain/time.ts'
import { inForce, type Rules } from './rules.ts'

/** How far a household's takings of a year have come towards a threshold of the law. */
export interface Gauge {
  readonly year: number
  readonly threshold: 'household' | 'income'
  readonly limit: Dong
  readonly revenue: Dong
  /** Whole percent of the limit, rounded down. */
  readonly share: number
  /** The highest warning step reached: 70, 90, 100. */
  readonly step?: number
  readonly passed: boolean
  /** Of the household's, once it is passed: the last day to register. For the change of method no day is written. */
  readonly deadline?: CivilDate
}

const DAY = 86_400_000

/** The gauges of a civil year from its monthly takings; a threshold is passed by more than its limit, not by reaching it. */
export function gauges(rules: Rules, year: number, rows: readonly RevenueRow[]): readonly Gauge[] {
  const lastDay = `${year}-12-31` as CivilDate
  const steps = inForce(rules['threshold.steps'], lastDay)?.value ?? []
  const revenue = rows.reduce((sum, { pay }) => sum + pay, 0n)
  return (['household', 'income'] as const).flatMap((threshold) => {
    const limit = inForce(rules[`threshold.${threshold}`], lastDay)?.value
    if (limit === undefined) return []
    const share = revenue > 0n ? Number((revenue * 100n) / limit) : 0
    const step = steps.findLast((one) => one <= share)
    const month = monthPassed(rows, limit)
    const deadline = month === undefined || threshold !== 'household' ? undefined : deadlineOf(rules, year, month)
    const gauge = { year, threshold, limit, revenue, share, passed: month !== undefined }
    return [{ ...gauge, ...(step === undefined ? {} : { step }), ...(deadline ? { deadline } : {}) }]
  })
}

/** Which of the tiers of R-064 a revenue lies in: 1 up to the first threshold, 2 up to the second, 3 beyond. */
export const tierOf = (all: readonly Gauge[]): 1 | 2 | 3 => {
  const passed = all.filter(({ revenue, limit }) => revenue > limit).length
  return passed === 0 ? 1 : passed === 1 ? 2 : 3
}

function monthPassed(rows: readonly RevenueRow[], limit: Dong): number | undefined {
  let sum = 0n
  for (let month = 1; month <= 12; month++) {
    sum += rows.filter((row) => row.month === month).reduce((part, { pay }) => part + pay, 0n)
    if (sum > limit) return month
  }
  return undefined
}

/** So many days from the last day of the quarter, the tax period of households. */
function deadlineOf(rules: Rules, year: number, month: number): CivilDate | undefined {
  const next = Math.ceil(month / 3) * 3 + 1
  const first = (next > 12 ? `${year + 1}-01-01` : `${year}-${String(next).padStart(2, '0')}-01`) as CivilDate
  const end = dayStart(first) - DAY
  const days = inForce(rules['threshold.days'], civilDate(instant(end)))?.value
  return days === undefined ? undefined : civilDate(instant(end + days * DAY))
}
