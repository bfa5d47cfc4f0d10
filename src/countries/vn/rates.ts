import { fault } from '../../domain/fault.ts'
import { fold } from '../../domain/fold.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Sale, SaleLine } from '../../domain/sale.ts'
import type { Shop } from '../../domain/shop.ts'
import type { CivilDate } from '../../domain/time.ts'
import { BUILT_IN, inForce, RULE_NAMES, type RuleName, type Rules } from './rules.ts'

/** A VAT code as the document spells it (`TSuat`), and its percent × 100 (`8%` = 800; codes without tax = 0). */
export interface Rate {
  readonly text: string
  readonly hundredths: bigint
}

/** Reads `8`, `8 %`, `8%`, `kct`, `KHAC:7%`; undefined for what is no code of the law. */
export function readRate(text: string): Rate | undefined {
  const upper = text.trim().toUpperCase().replaceAll(' ', '').replace(',', '.')
  const other = /^KHAC:(\d{1,2})(?:\.(\d{1,2}))?%$/.exec(upper)
  if (other) return { text: upper, hundredths: BigInt(`${other[1]}${(other[2] ?? '').padEnd(2, '0')}`) }
  const plain = /^\d+(?:\.0+)?%?$/.test(upper) ? `${Number.parseInt(upper, 10)}%` : upper
  return TABLE_OF.has(plain) ? { text: plain, hundredths: percent(plain) } : undefined
}

type RateTable = Extract<RuleName, `rate.${string}`>
/** The codes of the law and the tables that say what they mean: `8%` -> `rate.8`. */
const TABLE_OF: ReadonlyMap<string, RateTable> = new Map(
  RULE_NAMES.filter((name): name is RateTable => name.startsWith('rate.')).map((name) => [
    name.slice('rate.'.length).replace(/^\d+$/, '$&%'),
    name,
  ]),
)
const rowsOf = (rules: Rules, text: string): Rules[RateTable] | undefined => {
  const table = TABLE_OF.get(text)
  return table && rules[table]
}

const percent = (text: string): bigint => (text.endsWith('%') ? BigInt(text.slice(0, -1)) * 100n : 0n)

/** `bia*` against a folded name; `*` stands for any run of characters, everything else for itself. Both folded. */
export function matches(pattern: string, folded: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return folded === first
  if (!folded.startsWith(first)) return false
  const last = rest.pop() ?? ''
  let from = first.length
  for (const part of rest) {
    const at = folded.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return folded.length - last.length >= from && folded.endsWith(last)
}

/** The meaning of a configured rate on a day: `8%` is `10%` after its window. */
export const configured = (text: string, on: CivilDate, rules: Rules): Rate | undefined => {
  const rate = readRate(text)
  if (!rate || rate.text.startsWith('KHAC:')) return rate
  const row = inForce(rowsOf(rules, rate.text) ?? [], on)
  return row && readRate(row.value)
}

/** The same names are sold again and again. Bounded: what a till misprints must not fill the memory. */
const names = new Map<string, string>()

function foldedName(name: string): string {
  const before = names.get(name)
  if (before !== undefined) return before
  const made = fold(name)
  if (names.size < 2_000) names.set(name, made)
  return made
}

/** The patterns of a shop, folded once. */
const folded = new WeakMap<Shop['rates']['items'], readonly string[]>()

/** The first item of the shop that a line is, on that day. */
export function itemOf(
  line: Pick<SaleLine, 'name' | 'code'>,
  { rates: { items } }: Pick<Shop, 'rates'>,
  on: CivilDate,
): Shop['rates']['items'][number] | undefined {
  const patterns = folded.get(items) ?? items.map((item) => fold(item.match))
  folded.set(items, patterns)
  const said = [foldedName(line.name), ...(line.code ? [fold(line.code)] : [])]
  return items.find(
    (item, i) =>
      (!item.from || item.from <= on) && (!item.to || on <= item.to) && said.some((name) => matches(patterns[i] ?? '', name)),
  )
}

/** Cause of a discount given later (einvoice-format 5.5): nothing that is counted in pieces or kilos. */
const TRADE_DISCOUNT = 4

/** Goods bear a unit: that of the paper, else of the shop's item, else the usual one. What costs nothing needs none. */
export function withUnits(sale: Sale, shop: Shop, on: CivilDate): Sale {
  const { unit: usual, items } = shop.rates
  if ((usual === undefined && !knowsUnits(items)) || sale.corrects?.cause === TRADE_DISCOUNT) return sale
  const lines = sale.lines.map((line) => {
    if (line.unit !== undefined || line.amount + line.discount === 0n) return line
    const unit = itemOf(line, shop, on)?.unit ?? usual
    return unit === undefined ? line : { ...line, unit }
  })
  return { ...sale, lines }
}

const unitsKnown = new WeakMap<Shop['rates']['items'], boolean>()
function knowsUnits(items: Shop['rates']['items']): boolean {
  const known = unitsKnown.get(items) ?? items.some(({ unit }) => unit !== undefined)
  unitsKnown.set(items, known)
  return known
}

/**
 * The rate of a line. What the paper prints at the line counts; it must be lawful on `on` and must not contradict a matching
 * item of the shop. Without it: the item, then the only row of a printed tax table, then the default, then hold.
 */
export function rateOf(line: SaleLine, sale: Sale, shop: Shop, on: CivilDate, rules: Rules = BUILT_IN): Result<Rate> {
  const item = itemOf(line, shop, on)?.rate
  const expected = item === undefined ? undefined : configured(item, on, rules)
  const unknown = failed(fault('VN_RATE_UNKNOWN', { item: line.name }))
  const onlyRow = sale.vat?.length === 1 && item === undefined ? sale.vat[0]?.rate : undefined
  const paper = line.rate ?? onlyRow
  if (paper === undefined) {
    const { default: usual } = shop.rates
    const rate = item === undefined && usual !== undefined ? configured(usual, on, rules) : expected
    return rate ? ok(rate) : unknown
  }
  const printed = readRate(paper)
  if (!printed) return unknown
  const rows = rowsOf(rules, printed.text)
  if (rows && inForce(rows, on)?.value !== printed.text) {
    const ended = rows.find((row) => row.value === printed.text)?.to ?? on
    return failed(fault('VN_RATE_EXPIRED', { rate: printed.text, date: ended.split('-').reverse().join('/') }))
  }
  // A correction says the rate of the document it corrects, or the one a person wants instead.
  if (expected && expected.text !== printed.text && !sale.corrects) {
    return failed(fault('VN_RATE_CONTRADICTION', { item: line.name, printed: printed.text, configured: expected.text }))
  }
  return ok(printed)
}
