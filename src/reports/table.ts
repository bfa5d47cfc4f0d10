import type { Dong } from '../domain/dong.ts'
import type { CivilDate, Instant } from '../domain/time.ts'
import type { Words } from '../domain/words.ts'

/** `day`: a civil date; `time`: an instant; `money`: whole đồng; `count`: a whole number. Empty cells are undefined. */
export type Kind = 'text' | 'money' | 'count' | 'day' | 'time'
export type Value = string | Dong | number | CivilDate | Instant | undefined

export interface Column {
  /** Its title is `report.col.KEY` of the catalogue. */
  readonly key: string
  readonly kind: Kind
}

export interface Row {
  readonly cells: readonly Value[]
  /** A sum or the head of a group. */
  readonly strong?: true
}

export interface Table {
  /** Its name is `report.table.KEY`. */
  readonly key: string
  readonly columns: readonly Column[]
  /** Read once, from first to last: a year of a busy shop never stands in memory. */
  readonly rows: Iterable<Row> | AsyncIterable<Row>
  /** What tells it from others of its key: a place of business. */
  readonly of?: string
}

/** One report as data; screen, print and files are written from it, so that all show the same. */
export interface Report {
  /** `report.KEY` is its title. */
  readonly key: string
  readonly title?: string
  readonly from: CivilDate
  readonly to: CivilDate
  /** Lines above the tables: key of the label, and what it says. */
  readonly head: readonly (readonly [label: string, text: string])[]
  readonly tables: readonly Table[]
}

export const row = (...cells: readonly Value[]): Row => ({ cells })
export const strong = (...cells: readonly Value[]): Row => ({ cells, strong: true })
export const columns = (...named: readonly (readonly [key: string, kind: Kind])[]): readonly Column[] =>
  named.map(([key, kind]) => ({ key, kind }))

export type Say = (key: string, values?: Readonly<Record<string, string>>) => string
export const sayIn =
  (words: Words, lang: 'vi' | 'en'): Say =>
  (key, values) =>
    words.say(lang, key, values)

export const titleOf = (report: Report, say: Say): string => report.title ?? say(`report.${report.key}`)
export const nameOf = (table: Table, say: Say): string =>
  table.of === undefined ? say(`report.table.${table.key}`) : `${say(`report.table.${table.key}`)} ${table.of}`
