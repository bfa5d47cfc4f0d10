import { type CivilDate, dayEnd, dayStart, type Instant, instant, nextDay } from '../../../domain/time.ts'
import { type Dated, during, inForce, since } from './dated.ts'

/** Working days in which something must be done, counted from the day after. */
export const DEADLINES = {
  /** An invoice with code of the authority: by the end of its day. */
  'deadline.coded': [since('2022-07-01', 'NĐ 254/2026, Điều 15.3', 0)],
  'deadline.uncoded': [since('2022-07-01', 'NĐ 254/2026, Điều 16.3.a.3', 1)],
  /** After the authority announces that its system receives again. */
  'deadline.recovery': [since('2022-07-01', 'NĐ 254/2026, Điều 14', 2)],
  /** After force majeure ends. */
  'deadline.force': [since('2022-07-01', 'NĐ 254/2026, Điều 14', 3)],
  'deadline.signing': [since('2022-07-01', 'NĐ 254/2026, Phụ lục VII', 1)],
} as const

const LABOUR = 'Bộ luật Lao động 45/2019/QH14, Điều 112'
const between = (from: string, to: string): string[] => {
  const days: string[] = []
  for (let day = from as CivilDate; day <= to; day = nextDay(day)) days.push(day)
  return days
}

/**
 * Public holidays with the days given for those that fall on a weekend. A day that is not certain is left out: a
 * deadline is then earlier than the law asks, never later. 2027: of Tết the days that are free however the five are laid,
 * of National Day the second of September alone, until the yearly notice; it comes with a signed table.
 */
export const HOLIDAYS: readonly Dated<readonly string[]>[] = [
  during('2025-01-01', '2025-12-31', `${LABOUR}, notice 6150/TB-BLĐTBXH`, [
    '2025-01-01',
    ...between('2025-01-25', '2025-02-02'),
    '2025-04-07',
    ...between('2025-04-30', '2025-05-02'),
    ...between('2025-09-01', '2025-09-02'),
  ]),
  during('2026-01-01', '2026-12-31', `${LABOUR}, thông báo hằng năm`, [
    ...between('2026-01-01', '2026-01-02'),
    ...between('2026-02-16', '2026-02-20'),
    ...between('2026-04-26', '2026-04-27'),
    ...between('2026-04-30', '2026-05-01'),
    ...between('2026-09-01', '2026-09-02'),
  ]),
  during('2027-01-01', '2027-12-31', LABOUR, [
    '2027-01-01',
    ...between('2027-02-05', '2027-02-10'),
    '2027-04-16',
    '2027-04-30',
    ...between('2027-05-01', '2027-05-03'),
    '2027-09-02',
  ]),
]

/** Monday to Friday without holidays. A year without a table has none: deadlines are then early, not late. */
export function isWorkingDay(holidays: readonly Dated<readonly string[]>[], day: CivilDate): boolean {
  if (inForce(holidays, day)?.value.includes(day)) return false
  // Noon of Vietnam lies in the same day everywhere the weekday is read from.
  return ![0, 6].includes(new Date(instant(dayStart(day) + 12 * 3_600_000)).getUTCDay())
}

/** The last instant of the `count`th working day after `day`; of the day itself for 0. */
export function workingDaysAfter(holidays: readonly Dated<readonly string[]>[], day: CivilDate, count: number): Instant {
  let last = day
  for (let left = count; left > 0; left--) {
    do last = nextDay(last)
    while (!isWorkingDay(holidays, last))
  }
  return dayEnd(last)
}
