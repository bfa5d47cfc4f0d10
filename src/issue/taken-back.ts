import type { InvoiceLine } from '../domain/country.ts'
import { type Decimal, decimal, divide, rescale } from '../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../domain/dong.ts'
import { type Left, partOf } from '../domain/left.ts'
import type { Sale, SaleLine } from '../domain/sale.ts'

/** How much of each line of a sale: of all its lines, in their order. */
export type Quantities = readonly Decimal[]

export interface Return {
  /** As it was sold. */
  readonly sale: Sale
  /** The lines of its invoice: whose rate each line bears, and how the charges were called. */
  readonly shown: readonly InvoiceLine[]
  readonly prices: 'inclusive' | 'exclusive'
  /** What came back with earlier adjustments. */
  readonly before: Quantities
  readonly now: Quantities
  /** Without `all`, which is found here. */
  readonly left: Left
}

/**
 * The negative sale of goods that come back: each line with its share of the ticket's discount and, as lines
 * of their own at its rate, of the charges. Shares are counted from the first piece on, so that a return in any parts
 * takes back to the đồng what the sale gave. Quantities beyond what is left are the caller's to refuse.
 */
export function takenBack(of: Return): Pick<Sale, 'lines' | 'discount' | 'charges' | 'fees' | 'total' | 'left'> {
  const { sale, before, now, left, prices } = of
  const discounts = spread(
    sale.discount,
    sale.lines.map((line) => line.amount),
  )
  const part = (amount: Dong, i: number): Dong => portion(amount, sale.lines[i]?.quantity, before[i], now[i])
  const goods = sale.lines.flatMap((line, i): SaleLine[] => {
    const quantity = now[i]
    if (!quantity || quantity.units === 0n) return []
    const rate = of.shown[i]?.rate ?? line.rate
    const discount = part(line.discount + (discounts[i] ?? 0n), i)
    const amount = part(line.amount + line.discount, i) - discount
    return [negative({ ...line, quantity, discount, amount, ...(rate ? { rate } : {}) })]
  })
  const lines = [...goods, ...charges(of, discounts, part)]
  const all = sale.lines.every(({ quantity }, i) => isRest(quantity, before[i], now[i]))
  const fees = all ? (sale.fees ?? []).map((fee) => ({ ...fee, amount: -fee.amount })) : []
  const worth = sumDong(lines.map((line) => line.amount)) + sumDong(fees.map((fee) => fee.amount))
  return {
    lines,
    discount: 0n,
    charges: [],
    ...(fees.length > 0 ? { fees } : {}),
    total: worth - (prices === 'exclusive' ? taxOf(lines, left, all) : 0n),
    left: { pay: left.pay, rates: left.rates, ...(all ? { all } : {}) },
  }
}

/** Of an amount for `whole` pieces, what falls on the pieces from `before` on. */
function portion(amount: Dong, whole: Decimal | undefined, before = decimal(0n), now = decimal(0n)): Dong {
  if (!whole || whole.units === 0n) return 0n
  const scale = Math.max(whole.scale, before.scale, now.scale)
  const [all, from, more] = [whole, before, now].map((quantity) => rescale(quantity, scale).units)
  if (all === undefined || from === undefined || more === undefined) return 0n
  return divide(amount * (from + more), all) - divide(amount * from, all)
}

const isRest = (whole: Decimal, before = decimal(0n), now = decimal(0n)): boolean => {
  const scale = Math.max(whole.scale, before.scale, now.scale)
  return rescale(before, scale).units + rescale(now, scale).units === rescale(whole, scale).units
}

const negative = (line: SaleLine): SaleLine => ({
  ...line,
  quantity: { ...line.quantity, units: -line.quantity.units },
  discount: -line.discount,
  amount: -line.amount,
})

/** The charges as the invoice shows them: one line for each rate, each goods line with its share of it. */
function charges(
  { sale, shown }: Return,
  discounts: readonly Dong[],
  part: (amount: Dong, i: number) => Dong,
): readonly SaleLine[] {
  const groups = new Map<string, number[]>()
  const priced = sale.lines.some((line) => line.amount + line.discount > 0n)
  for (const [i, line] of sale.lines.entries()) {
    if (priced && line.amount + line.discount === 0n) continue
    const key = shown[i]?.rate ?? shown[i]?.industry ?? ''
    groups.set(key, [...(groups.get(key) ?? []), i])
  }
  const worth = (i: number): Dong => (sale.lines[i]?.amount ?? 0n) - (discounts[i] ?? 0n)
  const members = [...groups.values()]
  const weights = members.map((lines) => sumDong(lines.map(worth)))
  let at = sale.lines.length
  return sale.charges.flatMap(({ name, amount }) =>
    spread(amount, weights).flatMap((whole, g): SaleLine[] => {
      const lines = members[g] ?? []
      if (whole === 0n) return []
      const as = shown[at++]
      const back = sumDong(spread(whole, lines.map(worth)).map((share, n) => part(share, lines[n] ?? -1)))
      if (back === 0n) return []
      const line = { name: as?.name ?? name, quantity: decimal(1n), discount: 0n, amount: back }
      return [negative({ ...line, ...(as?.rate ? { rate: as.rate } : {}), ...(as?.industry ? { industry: as.industry } : {}) })]
    }),
  )
}

/** Of exclusive prices: the tax that comes back with them. */
function taxOf(lines: readonly SaleLine[], { rates }: Left, all: boolean): Dong {
  if (all) return sumDong(rates.map((rate) => rate.tax))
  return sumDong(
    rates.map((rate) => {
      const worth = -sumDong(lines.filter((line) => line.rate === rate.rate).map((line) => line.amount))
      return worth === 0n ? 0n : (partOf(rate, worth, 'exclusive')?.tax ?? 0n)
    }),
  )
}
