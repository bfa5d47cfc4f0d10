import { type Decimal, decimal, divide, formatDecimal, multiply } from '../../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../../domain/dong.ts'
import { type Fault, fault } from '../../domain/fault.ts'
import type { RateSum } from '../../domain/invoice.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Sale, SaleLine } from '../../domain/sale.ts'
import { type Rate, readRate } from './rates.ts'

/** One `HHDVu`. Amounts in the regime of the document: before tax on form 1, as sold on form 2. */
export interface Item {
  /** `TChat`: 1 goods or service, 2 promotion without money, 3 trade discount (positive, subtracted). */
  readonly nature: 1 | 2 | 3
  readonly name: string
  readonly code?: string
  readonly unit?: string
  readonly quantity?: Decimal
  readonly price?: Decimal
  /** Percent, only where the discount is exactly one. */
  readonly discountRate?: string
  readonly discount?: Dong
  readonly amount: Dong
  readonly rate?: string
}

/** An invoice in figures: lines = groups = total = money taken, to the đồng. */
export interface Figures {
  readonly items: readonly Item[]
  /** In order of first appearance; empty on form 2. */
  readonly rates: readonly RateSum[]
  readonly net: Dong
  readonly tax: Dong
  /** Whole-ticket discount shown as a line of its own (form 2). */
  readonly ticketDiscount: Dong
  readonly pay: Dong
}

/** A line on its way: `gross` before any discount, `worth` after all of them, both in the regime of the paper. */
interface Entry {
  readonly line: SaleLine
  readonly rate?: Rate
  readonly gross: Dong
  readonly worth: Dong
}

const CHARGES = { service: 'Phí phục vụ', delivery: 'Phí giao hàng' } as const

/** `rates[i]` belongs to `sale.lines[i]`; none at all on form 2. */
export function figures(sale: Sale, rates: readonly (Rate | undefined)[], prices: 'inclusive' | 'exclusive'): Result<Figures> {
  const wrong = impossible(sale)
  if (wrong) return failed(wrong)
  const shares =
    rates.length > 0
      ? spread(
          sale.discount,
          sale.lines.map((line) => line.amount),
        )
      : []
  const entries = sale.lines.map((line, i): Entry => {
    const rate = rates[i]
    return { line, ...(rate ? { rate } : {}), gross: line.amount + line.discount, worth: line.amount - (shares[i] ?? 0n) }
  })
  const all = [...entries, ...charges(sale, entries)]
  const result = rates.length > 0 ? withTax(all, sale, prices) : withoutTax(all, sale)
  if (!result.ok) return result
  return result.value.pay === sale.total ? result : failed(fault('SALE_TOTAL_UNPROVEN'))
}

/** What no receipt that was proven can say; negative money belongs to an adjustment. */
function impossible(sale: Sale): Fault | undefined {
  if (sale.lines.length === 0) return fault('SALE_NO_ITEMS')
  const negative = (line: SaleLine): boolean => line.amount < 0n || line.quantity.units < 0n
  if (sale.total < 0n || sale.lines.some(negative)) return fault('SALE_REFUND')
  const empty = sale.lines.find((line) => line.quantity.units === 0n || line.discount < 0n)
  if (empty) return fault('SALE_UNKNOWN_LINE', { line: empty.name })
  const lines = sumDong(sale.lines.map((line) => line.amount))
  const odd = sale.discount < 0n || sale.discount > lines || sale.charges.some((charge) => charge.amount < 0n)
  return odd ? fault('SALE_TOTAL_UNPROVEN') : undefined
}

/** A charge bears the rates of what was served, in proportion: one line for each rate. */
function charges(sale: Sale, entries: readonly Entry[]): Entry[] {
  const groups = byRate(entries)
  return sale.charges.flatMap(({ name, amount }) => {
    const parts = spread(
      amount,
      groups.map((group) => worthOf(group.entries)),
    )
    return groups.flatMap(({ rate }, i): Entry[] => {
      const part = parts[i] ?? 0n
      if (part === 0n) return []
      const line = { name: CHARGES[name], quantity: decimal(1n), unitPrice: part, discount: 0n, amount: part }
      return [{ line, ...(rate ? { rate } : {}), gross: part, worth: part }]
    })
  })
}

interface Group {
  readonly rate?: Rate
  readonly entries: readonly Entry[]
}

/** Promotion lines count only where nothing else was sold: they carry no money. */
function byRate(entries: readonly Entry[]): Group[] {
  const sold = entries.filter((entry) => entry.gross > 0n)
  const groups = new Map<string, { rate?: Rate; entries: Entry[] }>()
  for (const entry of sold.length > 0 ? sold : entries) {
    const key = entry.rate?.text ?? ''
    const group = groups.get(key) ?? { ...(entry.rate ? { rate: entry.rate } : {}), entries: [] }
    group.entries.push(entry)
    groups.set(key, group)
  }
  return [...groups.values()]
}

const worthOf = (entries: readonly Entry[]): Dong => sumDong(entries.map((entry) => entry.worth))

/** Form 2: prices as sold, the ticket discount a line of its own, no tax. */
function withoutTax(entries: readonly Entry[], sale: Sale): Result<Figures> {
  const pay = worthOf(entries) - sale.discount
  const items = entries.map((entry) => item(entry, entry.worth, 10_000n))
  const discount: Item[] =
    sale.discount > 0n ? [{ nature: 3, name: 'Chiết khấu thương mại theo hóa đơn', amount: sale.discount }] : []
  if (sale.vat?.some((row) => row.tax !== 0n)) return failed(fault('VN_VAT_ON_SALES_INVOICE'))
  return ok({ items: [...items, ...discount], rates: [], net: pay, tax: 0n, ticketDiscount: sale.discount, pay })
}

/** Form 1: tax once for each rate, then the net of the group spread over its lines by largest remainder (R-067..R-069). */
function withTax(entries: readonly Entry[], sale: Sale, prices: 'inclusive' | 'exclusive'): Result<Figures> {
  const nets = new Map<Entry, Dong>()
  const rates: RateSum[] = []
  for (const { rate, entries: group } of byRate(entries)) {
    // Only lines without money come without a rate.
    if (!rate) continue
    const sum = split(worthOf(group), rate, prices)
    const agreed = asPrinted(sum, worthOf(group), sale, prices)
    if (!agreed) return failed(fault('VN_VAT_TABLE_DIFFERS', { rate: rate.text }))
    rates.push(agreed)
    const parts =
      prices === 'inclusive'
        ? spread(
            agreed.net,
            group.map((entry) => entry.worth),
          )
        : group.map((entry) => entry.worth)
    for (const [i, entry] of group.entries()) nets.set(entry, parts[i] ?? 0n)
  }
  const stray = sale.vat?.find((row) => (row.base !== 0n || row.tax !== 0n) && !rates.some((r) => r.rate === spelled(row.rate)))
  if (stray) return failed(fault('VN_VAT_TABLE_DIFFERS', { rate: spelled(stray.rate) }))
  const items = entries.map((entry) =>
    item(entry, nets.get(entry) ?? 0n, prices === 'inclusive' ? 10_000n + (entry.rate?.hundredths ?? 0n) : 10_000n),
  )
  const net = sumDong(rates.map((r) => r.net))
  const tax = sumDong(rates.map((r) => r.tax))
  return ok({ items, rates, net, tax, ticketDiscount: 0n, pay: net + tax })
}

/** R-067 for inclusive prices: net by one rounding, tax is the rest. R-069 for exclusive ones: tax by one rounding. */
function split(worth: Dong, rate: Rate, prices: 'inclusive' | 'exclusive'): RateSum {
  if (prices === 'exclusive') return { rate: rate.text, net: worth, tax: divide(worth * rate.hundredths, 10_000n) }
  const net = divide(worth * 10_000n, 10_000n + rate.hundredths)
  return { rate: rate.text, net, tax: worth - net }
}

const spelled = (rate: string): string => readRate(rate)?.text ?? rate
const close = (a: Dong, b: Dong): boolean => a - b <= 1n && b - a <= 1n

/**
 * Paper and document must not contradict: where the register printed the tax of this rate, its figures are taken if
 * they lie within one đồng of ours and add up with the lines. Undefined: they do not.
 */
function asPrinted(ours: RateSum, worth: Dong, sale: Sale, prices: 'inclusive' | 'exclusive'): RateSum | undefined {
  if (!sale.vat) return ours
  const rows = sale.vat.filter((row) => spelled(row.rate) === ours.rate)
  if (rows.length === 0) return ours.tax === 0n ? ours : undefined
  const net = sumDong(rows.map((row) => row.base))
  const tax = sumDong(rows.map((row) => row.tax))
  const adds = prices === 'inclusive' ? net + tax === worth : net === worth
  return adds && close(net, ours.net) && close(tax, ours.tax) ? { rate: ours.rate, net, tax } : undefined
}

/** `over`: what a price of the paper is divided by, times 10,000, to be one of the document. */
function item(entry: Entry, amount: Dong, over: bigint): Item {
  const { line, gross, worth, rate } = entry
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
  }
}

/** The printed price if it gives the amount to the đồng (weights round), else amount over quantity; up to six decimals. */
function priceOf(line: SaleLine, gross: Dong, over: bigint): Decimal {
  const { quantity, unitPrice } = line
  const fits = unitPrice !== undefined && close(multiply(quantity, decimal(unitPrice), 0).units, gross)
  if (fits) return decimal(divide(unitPrice * 10_000n * 1_000_000n, over), 6)
  return decimal(divide(gross * 10_000n * 1_000_000n * 10n ** BigInt(quantity.scale), over * quantity.units), 6)
}
