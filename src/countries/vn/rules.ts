import { type CivilDate, civilDate, dayStart, type Instant, instant } from '../../domain/time.ts'

/** One row of law: valid from the first instant of `from` to the last of `to`, civil days of Vietnam. */
export interface Dated<T> {
  readonly from: CivilDate
  readonly to?: CivilDate
  readonly source: string
  readonly value: T
}

const day = (text: string): CivilDate => text as CivilDate
const since = <T>(from: string, source: string, value: T): Dated<T> => ({ from: day(from), source, value })
const during = <T>(from: string, to: string, source: string, value: T): Dated<T> => ({
  from: day(from),
  to: day(to),
  source,
  value,
})

/** The row that rules on `on`; undefined where the table has none. */
export const inForce = <T>(rows: readonly Dated<T>[], on: CivilDate): Dated<T> | undefined =>
  rows.find((row) => row.from <= on && (row.to === undefined || on <= row.to))

/** Like `inForce` for tables that leave no day of the gateway's life out. */
export function ruling<T>(rows: readonly Dated<T>[], on: CivilDate): T {
  const row = inForce(rows, on)
  if (!row) throw new Error(`no rule for ${on}`)
  return row.value
}

/** `PBan` of documents and envelopes (einvoice-format 0). */
export const FORMAT: readonly Dated<string>[] = [
  during('2022-07-01', '2022-11-30', '1450/QĐ-TCT', '2.0.0'),
  during('2022-12-01', '2025-05-31', '1510/QĐ-TCT', '2.0.1'),
  during('2025-06-01', '2026-06-30', '1271/QĐ-CT', '2.1.0'),
  since('2026-07-01', '1233/QĐ-CT', '2.1.1'),
]

const VAT_LAW = 'Law 48/2024/QH15'
/**
 * VAT codes by the name a shop configures them under, and what that name means on a day. The reduced rate is the
 * standard rate again after its window: nobody edits a rate to do it.
 */
export const RATES: Readonly<Record<string, readonly Dated<string>[]>> = {
  '0%': [since('2022-07-01', VAT_LAW, '0%')],
  '5%': [since('2022-07-01', VAT_LAW, '5%')],
  '8%': [
    during('2025-07-01', '2026-12-31', 'Resolution 204/2025/QH15, Decree 174/2025/NĐ-CP', '8%'),
    since('2027-01-01', VAT_LAW, '10%'),
  ],
  '10%': [since('2022-07-01', VAT_LAW, '10%')],
  KCT: [since('2022-07-01', VAT_LAW, 'KCT')],
  KKKNT: [since('2022-07-01', VAT_LAW, 'KKKNT')],
}

export interface Titles {
  /** `THDon`. */
  readonly document: string
  /** As printed, one line each. */
  readonly printed: readonly string[]
}

const MADE_BY_REGISTER = 'KHỞI TẠO TỪ MÁY TÍNH TIỀN'
export const TITLES: Readonly<Record<1 | 2, readonly Dated<Titles>[]>> = {
  1: [
    since('2022-07-01', 'ND254 art.8.9.a', {
      document: 'Hóa đơn giá trị gia tăng',
      printed: ['HÓA ĐƠN GIÁ TRỊ GIA TĂNG', MADE_BY_REGISTER],
    }),
  ],
  2: [since('2022-07-01', 'ND254 art.8.9.a', { document: 'Hóa đơn bán hàng', printed: ['HÓA ĐƠN BÁN HÀNG', MADE_BY_REGISTER] })],
}

/** The legend for a buyer who gives nothing. */
export const CONSUMER: readonly Dated<string>[] = [since('2022-07-01', 'ND254 App.4.b', 'Bán cho người tiêu dùng')]

/** Working days after the day of issue by whose end the authority must have the invoice. */
export const DEADLINE: Readonly<Record<'coded' | 'uncoded', readonly Dated<number>[]>> = {
  coded: [since('2022-07-01', 'ND254 art.15.3', 0)],
  uncoded: [since('2022-07-01', 'ND254 art.16.3.a.3', 1)],
}

/** Own symbols and the authority's block in the codes. */
export const SYMBOL: readonly Dated<RegExp>[] = [since('2022-07-01', 'TT91 Annex I', /^[CK]\d{2}M[A-Z]{2}$/)]
export const CODE_BLOCK: readonly Dated<RegExp>[] = [since('2022-12-01', '1510/QĐ-TCT', /^[0-9A-Z]{5}$/)]
/** Highest number of a series in its year. */
export const LAST_NUMBER: readonly Dated<number>[] = [since('2022-07-01', 'ND254 App.2', 99_999_999)]

const WATCHED: readonly (readonly [string, readonly Dated<unknown>[]])[] = [
  ...Object.entries(RATES).map(([name, rows]) => [`rate.${name.replace('%', '')}`, rows] as const),
  ['format', FORMAT],
]

/** Rules whose last day lies in the `days` after `at`, and the change of the symbol's year, soonest first. */
export function changes(at: Instant, days: number): { code: string; on: CivilDate }[] {
  const today = civilDate(at)
  const horizon = civilDate(instant(dayStart(today) + days * 86_400_000))
  const newYear = { code: 'symbol.year', on: day(`${Number(today.slice(0, 4)) + 1}-01-01`) }
  const ending = WATCHED.flatMap(([code, rows]) => rows.flatMap((row) => (row.to ? [{ code, on: row.to }] : [])))
  return [...ending, newYear]
    .filter(({ on }) => today <= on && on <= horizon)
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
}
