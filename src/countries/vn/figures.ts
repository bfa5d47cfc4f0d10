import { divide } from '../../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../../domain/dong.ts'
import { type Fault, fault } from '../../domain/fault.ts'
import type { RateSum } from '../../domain/invoice.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Left, Sale, SaleLine } from '../../domain/sale.ts'
import { apportion, chargesOf, groupsOf } from './groups.ts'
import { type Household, withoutTax } from './household.ts'
import { close, type Entry, type Item, item } from './item.ts'
import { type Rate, readRate } from './rates.ts'

/** An invoice in figures: lines = groups = total = money taken, to the đồng. */
export interface Figures {
  readonly items: readonly Item[]
  /** In order of first appearance; empty on form 2. */
  readonly rates: readonly RateSum[]
  /** Form 1: before tax. Form 2: goods and services before the cut. */
  readonly net: Dong
  readonly tax: Dong
  /** Whole-ticket discount shown as lines of their own (form 2). */
  readonly ticketDiscount: Dong
  /** The 20 % cut of a sales invoice. */
  readonly cut: Dong
  /** In the words of the law, with its amount. */
  readonly note?: string
  readonly fees: NonNullable<Sale['fees']>
  readonly pay: Dong
  /** What the paper asked for: more than `pay` where the cut is taken off it. */
  readonly taken: Dong
}

/** `rates[i]` belongs to `sale.lines[i]`; none at all on form 2. */
export function figures(
  sale: Sale,
  rates: readonly (Rate | undefined)[],
  prices: 'inclusive' | 'exclusive',
  household?: Household,
): Result<Figures> {
  const wrong = impossible(sale)
  if (wrong) return failed(wrong)
  const taxed = rates.length > 0
  const shares =
    (taxed || household || sale.discount > 0n) && sale.discount !== 0n
      ? spread(
          sale.discount,
          sale.lines.map((line) => line.amount),
        )
      : []
  const entries = sale.lines.map((line, i): Entry => {
    const rate = rates[i]
    const share = household?.shares[i]
    const { amount: listed, discount } = line
    return {
      line,
      ...(rate ? { rate } : {}),
      ...(share ? { share } : {}),
      gross: listed + discount,
      listed,
      worth: listed - (shares[i] ?? 0n),
    }
  })
  const all = [...entries, ...chargesOf(sale, entries)]
  const result = taxed ? withTax(all, sale, prices) : withoutTax(all, sale, household)
  if (!result.ok) return result
  return sale.typed || result.value.taken === sale.total ? result : failed(fault('SALE_TOTAL_UNPROVEN'))
}

/** What no receipt that was proven can say; negative money belongs to an adjustment. */
function impossible(sale: Sale): Fault | undefined {
  if (sale.lines.length === 0) return fault('SALE_NO_ITEMS')
  const negative = (line: SaleLine): boolean => line.amount < 0n || line.quantity.units < 0n
  const returns = sale.lines.some(negative)
  if ((sale.total < 0n || returns) && sale.corrects?.how !== 'adjust') return fault('SALE_REFUND')
  const empty = sale.lines.find((line) => line.quantity.units === 0n || (line.discount < 0n && !negative(line)))
  if (empty) return fault('SALE_UNKNOWN_LINE', { line: empty.name })
  // An exchange of goods stands line by line: there is no whole that a discount or a charge could be a share of.
  if (returns && (sale.discount !== 0n || sale.charges.length > 0)) return fault('SALE_TOTAL_UNPROVEN')
  const lines = sumDong(sale.lines.map((line) => line.amount))
  const minus = [...sale.charges, ...(sale.fees ?? [])].some(({ amount }) => amount < 0n)
  const odd = sale.discount < 0n || (sale.discount > 0n && sale.discount > lines) || minus
  return odd ? fault('SALE_TOTAL_UNPROVEN') : undefined
}

/** Form 1: tax once for each rate, then the net of the group spread over its lines by largest remainder (R-067..R-069). */
function withTax(entries: readonly Entry[], sale: Sale, prices: 'inclusive' | 'exclusive'): Result<Figures> {
  const nets = new Map<Entry, Dong>()
  const rates: RateSum[] = []
  for (const { rate, entries: group } of groupsOf(entries)) {
    // Only lines without money come without a rate.
    if (!rate) continue
    const worths = group.map((entry) => entry.worth)
    const worth = sumDong(worths)
    const ours = split(worth, rate, prices)
    const agreed = sale.left ? leftOf(ours, worth, rate, sale.left, prices) : asPrinted(ours, worth, sale, prices)
    if (!agreed) return failed(fault('VN_VAT_TABLE_DIFFERS', { rate: rate.text }))
    rates.push(agreed)
    const by = prices === 'inclusive' ? 10_000n + rate.hundredths : 10_000n
    const parts = prices === 'exclusive' && agreed.net === worth ? worths : apportion(agreed.net, worths, 10_000n, by)
    for (const [i, entry] of group.entries()) nets.set(entry, parts[i] ?? 0n)
  }
  const stray = sale.vat?.find((row) => (row.base !== 0n || row.tax !== 0n) && !rates.some((r) => r.rate === spelled(row.rate)))
  if (stray) return failed(fault('VN_VAT_TABLE_DIFFERS', { rate: spelled(stray.rate) }))
  const items = entries.map((entry) =>
    item(entry, nets.get(entry) ?? 0n, prices === 'inclusive' ? 10_000n + (entry.rate?.hundredths ?? 0n) : 10_000n),
  )
  const net = sumDong(rates.map((r) => r.net))
  const tax = sumDong(rates.map((r) => r.tax))
  const { fees = [] } = sale
  const pay = net + tax + sumDong(fees.map((fee) => fee.amount))
  return ok({ items, rates, net, tax, ticketDiscount: 0n, cut: 0n, fees, pay, taken: pay })
}

/** R-067 for inclusive prices: net by one rounding, tax is the rest. R-069 for exclusive ones: tax by one rounding. */
function split(worth: Dong, rate: Rate, prices: 'inclusive' | 'exclusive'): RateSum {
  if (prices === 'exclusive') return { rate: rate.text, net: worth, tax: taxOn(worth, rate) }
  const net = divide(worth * 10_000n, 10_000n + rate.hundredths)
  return { rate: rate.text, net, tax: worth - net }
}

const taxOn = (net: Dong, rate: Rate): Dong => divide(net * rate.hundredths, 10_000n)
const spelled = (rate: string): string => readRate(rate)?.text ?? rate

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

/** Each part of a return rounds for itself; nobody brings the goods of one invoice back in more parts than these đồng. */
const SLACK = 20n

/**
 * Goods that come back take their share of what the invoice still comes to, the last of them all of it: so the parts add up
 * to the sale however it was rounded. Undefined: that is not what is left.
 */
function leftOf(ours: RateSum, worth: Dong, rate: Rate, left: Left, prices: 'inclusive' | 'exclusive'): RateSum | undefined {
  const row = left.rates.find((one) => one.rate === ours.rate)
  const whole = row ? (prices === 'inclusive' ? row.net + row.tax : row.net) : 0n
  // A gift has no row beside goods that were paid for, and comes back for nothing.
  if (left.all && !row && worth === 0n) return ours
  if (left.all) return row && whole - worth <= SLACK && worth - whole <= SLACK ? row : undefined
  if (!row || whole <= 0n || worth > whole) return ours
  const net = prices === 'inclusive' ? divide(row.net * worth, whole) : worth
  const tax = prices === 'inclusive' ? worth - net : divide(row.tax * worth, whole)
  // The authority computes the tax of each document anew (V27): a share that strays from its rate is rounded afresh.
  return close(tax, taxOn(net, rate)) ? { rate: ours.rate, net, tax } : ours
}
