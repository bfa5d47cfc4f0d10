import { type Decimal, decimal, divide, formatDecimal, multiply } from '../../domain/decimal.ts'
import type { Dong } from '../../domain/dong.ts'
import type { SaleLine } from '../../domain/sale.ts'
import type { Share } from './household.ts'
import type { Rate } from './rates.ts'

/** One `HHDVu`. Amounts in the regime of the document: before tax on form 1, as sold on form 2. */
export interface Item {
  /** `TChat`: 1 goods or service, 2 promotion without money, 3 trade discount (positive, subtracted), 4 note. */
  readonly nature: 1 | 2 | 3 | 4
  readonly name: string
  readonly code?: string
  readonly unit?: string
  readonly quantity?: Decimal
  readonly price?: Decimal
  /** Percent, only where the discount is exactly one. */
  readonly discountRate?: string
  readonly discount?: Dong
  /** Absent: a note. */
  readonly amount?: Dong
  readonly rate?: string
  /** Of a household's line. */
  readonly industry?: string
  /** Goods of a household that bear no tax by their kind, `KCT`. */
  readonly untaxed?: string
}

/** A line on its way, in the regime of the paper. */
export interface Entry {
  readonly line: SaleLine
  readonly rate?: Rate
  readonly share?: Share
  /** Before any discount. */
  readonly gross: Dong
  /** After the line's own discount, before its share of the ticket's. */
  readonly listed: Dong
  /** After all of them. */
  readonly worth: Dong
}

/** `over`: what a price of the paper is divided by, times 10,000, to be one of the document. */
export function item(entry: Entry, amount: Dong, over: bigint): Item {
  if (entry.gross < 0n) return negatedItem(item(flipped(entry), -amount, over))
  const { line, gross, worth, rate, share } = entry
  const discount = divide(gross * 10_000n, over) - amount
  // Only a discount the paper gives this line; a share of the ticket's is a percent of nothing people know.
  const whole = line.discount > 0n && worth === line.amount && (line.discount * 10_000n) % gross === 0n
  return {
    nature: gross === 0n ? 2 : 1,
    name: line.name,
    ...(line.code ? { code: line.code } : {}),
    ...(line.unit ? { unit: line.unit } : {}),
    quantity: line.quantity,
    price: priceOf(line, gross, over),
    ...(gross > worth && discount > 0n ? { discount } : {}),
    ...(whole && discount > 0n ? { discountRate: formatDecimal(decimal((line.discount * 10_000n) / gross, 2)) } : {}),
    amount,
    ...(rate ? { rate: rate.text } : {}),
    ...(share?.industry ? { industry: share.industry } : {}),
    ...(share?.untaxed ? { untaxed: share.untaxed } : {}),
  }
}

/** The printed price if it gives the amount to the đồng (weights round), else amount over quantity; up to six decimals. */
function priceOf(line: SaleLine, gross: Dong, over: bigint): Decimal {
  const { quantity, unitPrice } = line
  const fits = unitPrice !== undefined && close(multiply(quantity, decimal(unitPrice), 0).units, gross)
  if (fits) return decimal(divide(unitPrice * 10_000n * 1_000_000n, over), 6)
  return decimal(divide(gross * 10_000n * 1_000_000n * 10n ** BigInt(quantity.scale), over * quantity.units), 6)
}

export const close = (a: Dong, b: Dong): boolean => a - b <= 1n && b - a <= 1n

/** The same with the other sign: what an adjustment takes back. Prices stay prices. */
export const negatedItem = (of: Item): Item => ({
  ...of,
  ...(of.quantity ? { quantity: { ...of.quantity, units: -of.quantity.units } } : {}),
  ...(of.discount === undefined ? {} : { discount: -of.discount }),
  ...(of.amount === undefined ? {} : { amount: -of.amount }),
})

export const flippedLine = (of: SaleLine): SaleLine => ({
  ...of,
  quantity: { ...of.quantity, units: -of.quantity.units },
  discount: -of.discount,
  amount: -of.amount,
})

const flipped = (of: Entry): Entry => ({
  ...of,
  line: flippedLine(of.line),
  gross: -of.gross,
  listed: -of.listed,
  worth: -of.worth,
})
