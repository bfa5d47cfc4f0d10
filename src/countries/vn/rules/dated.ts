import { type CivilDate, civilDate, dayStart, instant, nextDay } from '../../../domain/time.ts'

/** One row of law: valid from the first instant of `from` to the last of `to`, civil days of Vietnam. */
export interface Dated<T> {
  readonly from: CivilDate
  readonly to?: CivilDate
  readonly source: string
  readonly value: T
}

const day = (text: string): CivilDate => text as CivilDate

export const since = <T>(from: string, source: string, value: T): Dated<T> => ({ from: day(from), source, value })

export const during = <T>(from: string, to: string, source: string, value: T): Dated<T> => ({
  ...since(from, source, value),
  to: day(to),
})

const holds = ({ from, to }: Dated<unknown>, on: CivilDate): boolean => from <= on && (to === undefined || on <= to)

/** The row that rules on `on`; undefined where the table has none. */
export const inForce = <T>(rows: readonly Dated<T>[], on: CivilDate): Dated<T> | undefined => rows.find((row) => holds(row, on))

/** Like `inForce` for tables that leave no day of the gateway's life out. */
export function ruling<T>(rows: readonly Dated<T>[], on: CivilDate): T {
  const row = inForce(rows, on)
  if (!row) throw new Error(`no rule for ${on}`)
  return row.value
}

export const dayBefore = (of: CivilDate): CivilDate => civilDate(instant(dayStart(of) - 1))

/** The row that takes over when `row` ends; undefined: it does not end, or nothing follows. */
export const successor = <T>(rows: readonly Dated<T>[], { to }: Dated<T>): Dated<T> | undefined =>
  to === undefined ? undefined : inForce(rows, nextDay(to))

/** `over` rules on the days it names, `rows` on all others; oldest first. Rows of `over` must not overlap one another. */
export function overlaid<T>(rows: readonly Dated<T>[], over: readonly Dated<T>[]): readonly Dated<T>[] {
  const kept = over.reduce<readonly Dated<T>[]>((left, cut) => left.flatMap((row) => without(row, cut)), rows)
  return [...kept, ...over].sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** What is left of a row before and after another one. */
function without<T>(row: Dated<T>, cut: Dated<T>): readonly Dated<T>[] {
  const apart = (cut.to !== undefined && cut.to < row.from) || (row.to !== undefined && row.to < cut.from)
  if (apart) return [row]
  const before = row.from < cut.from ? [{ ...row, to: dayBefore(cut.from) }] : []
  const lasts = cut.to !== undefined && (row.to === undefined || cut.to < row.to)
  return lasts && cut.to !== undefined ? [...before, { ...row, from: nextDay(cut.to) }] : before
}
