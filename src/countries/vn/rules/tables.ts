import { FORMAT, LAST_NUMBER, NOTICE_MESSAGE, PATTERNS, RETENTION } from './codes.ts'
import { REMEDIES, remedies } from './corrections.ts'
import type { Dated } from './dated.ts'
import { DEADLINES, HOLIDAYS } from './deadlines.ts'
import {
  count,
  days,
  type Kind,
  legend,
  money,
  noticeMessage,
  pattern,
  rate,
  shares,
  steps,
  text,
  titles,
  version,
} from './kinds.ts'
import { CASH_HINT, CUT, HOUSEHOLD, REGISTER_DAYS, STEPS, THRESHOLDS, TIERS, tiers, VAT } from './money.ts'
import { bands, FINES } from './sanctions.ts'
import { LAWS, LEGENDS, TITLES } from './words.ts'

/** A dated thing of the law: what its values may be, and the rows this build knows. */
export interface Table<T> {
  readonly kind: Kind<T>
  readonly rows: readonly Dated<T>[]
}

const table = <T>(kind: Kind<T>, rows: readonly Dated<T>[]): Table<T> => ({ kind, rows })
const tables = <T, N extends string>(
  kind: Kind<T>,
  named: Readonly<Record<N, readonly Dated<T>[]>>,
): Readonly<Record<N, Table<T>>> =>
  Object.fromEntries(Object.entries<readonly Dated<T>[]>(named).map(([name, rows]) => [name, table(kind, rows)])) as Record<
    N,
    Table<T>
  >

const { 'legend.replace': replacing, 'legend.adjust': adjusting, 'legend.cut': cutting, ...plainLegends } = LEGENDS
const related = legend('form', 'symbol', 'number', 'day', 'month', 'year')

/** Everything of the law that has a date, by the name an imported table calls it. */
export const TABLES = {
  format: table(version, FORMAT),
  'message.notice': table(noticeMessage, NOTICE_MESSAGE),
  ...tables(rate, VAT),
  ...tables(shares, HOUSEHOLD),
  cut: table(count(100), CUT),
  ...tables(money, THRESHOLDS),
  'threshold.steps': table(steps, STEPS),
  'threshold.days': table(count(366), REGISTER_DAYS),
  'income.tiers': table(tiers, TIERS),
  'cash.hint': table(money, CASH_HINT),
  ...tables(titles, TITLES),
  ...tables(text, plainLegends),
  ...tables(related, { 'legend.replace': replacing, 'legend.adjust': adjusting }),
  'legend.cut': table(legend('amount'), cutting),
  ...tables(text, LAWS),
  ...tables(pattern, PATTERNS),
  'number.last': table(count(99_999_999), LAST_NUMBER),
  ...tables(count(30), DEADLINES),
  holidays: table(days, HOLIDAYS),
  remedies: table(remedies, REMEDIES),
  ...tables(bands, FINES),
  ...tables(count(100), RETENTION),
} as const

export type RuleName = keyof typeof TABLES
type ValueOf<N extends RuleName> = (typeof TABLES)[N] extends Table<infer T> ? T : never

/** The law as one installation knows it: the rows of this build, and over them those of an imported table. */
export type Rules = { readonly [N in RuleName]: readonly Dated<ValueOf<N>>[] }

export const RULE_NAMES = Object.keys(TABLES) as readonly RuleName[]

export const BUILT_IN: Rules = Object.fromEntries(RULE_NAMES.map((name) => [name, TABLES[name].rows])) as unknown as Rules
