import { divide } from '../../domain/decimal.ts'
import { type Dong, spread } from '../../domain/dong.ts'
import type { RateSum } from '../../domain/invoice.ts'
import type { Sale, SaleLine } from '../../domain/sale.ts'
import type { Shop } from '../../domain/shop.ts'
import type { CivilDate } from '../../domain/time.ts'
import { previewHousehold } from './preview-household.ts'
import { configured, type Rate, rateOf } from './rates.ts'
import type { Rules } from './rules.ts'

/** A sale as it was invoiced: what the paper said, and the sums of the invoice. */
export interface Sold {
  readonly sale: Sale
  readonly day: CivilDate
  readonly pay: Dong
  readonly rates: readonly RateSum[]
}

export interface Side {
  readonly rate: string
  readonly net: Dong
  readonly tax: Dong
}

/** What the rules of a day would make of sales that were: at the same price, and at the same net. */
export interface Preview {
  /** Items whose rate changes, dearest first; price as people pay it. */
  readonly items: readonly {
    readonly name: string
    readonly price: Dong
    readonly now: Side
    readonly later: Side
    /** Price at which the shop keeps the same net. */
    readonly sameNet: Dong
  }[]
  readonly changed: number
  readonly kept: number
  /** Items whose rate nothing says. */
  readonly unclear: number
  readonly sales: number
  readonly now: { readonly pay: Dong; readonly tax: Dong }
  /** At the same prices. */
  readonly later: { readonly pay: Dong; readonly tax: Dong }
  /** At the same net. */
  readonly laterSameNet: { readonly pay: Dong; readonly tax: Dong }
  /** A household's: what the cut takes off, as issued and on that day. */
  readonly cut?: { readonly now: Dong; readonly later: Dong }
}

export interface Previewing {
  add(sold: Sold): void
  result(): Preview
}

const taxOn = (net: Dong, { hundredths }: Rate): Dong => divide(net * hundredths, 10_000n)
const netOf = (gross: Dong, { hundredths }: Rate): Dong => divide(gross * 10_000n, 10_000n + hundredths)

/** Sums up sales one by one; a month of them need not lie in memory. Pure: nothing is issued, nothing written. */
export function previewRules(shop: Shop, rules: Rules, on: CivilDate): Previewing {
  return shop.form === 2 ? previewHousehold(shop, rules, on) : previewRates(shop, rules, on)
}

/** Form 1: the rates of the items. */
function previewRates(shop: Shop, rules: Rules, on: CivilDate): Previewing {
  const items = new Map<string, Preview['items'][number]>()
  const kept = new Set<string>()
  const unclear = new Set<string>()
  const sums = { pay: 0n, tax: 0n, laterPay: 0n, laterTax: 0n, samePay: 0n, sameTax: 0n }
  let sales = 0

  /** The rates of a line on both days; undefined: nothing says the first one. */
  const ratesOf = (line: SaleLine, { sale, day }: Sold): { now: Rate; later: Rate } | undefined => {
    const now = rateOf(line, sale, shop, day, rules)
    if (!now.ok) return undefined
    const { vat: _, ...bare } = sale
    const { rate: printed, ...unprinted } = line
    // What was printed is called by its new name: the till prints that one by then.
    const said = printed ?? (sale.vat?.length === 1 ? sale.vat[0]?.rate : undefined)
    const asked = rateOf(unprinted, bare, shop, on, rules)
    const later = said === undefined ? (asked.ok ? asked.value : undefined) : configured(now.value.text, on, rules)
    return { now: now.value, later: later ?? now.value }
  }

  const item = (line: SaleLine, prices: 'inclusive' | 'exclusive', now: Rate, later: Rate): void => {
    if (now.text === later.text) {
      kept.add(line.name)
      return
    }
    const unit = line.unitPrice ?? line.amount
    const net = prices === 'inclusive' ? netOf(unit, now) : unit
    const price = prices === 'inclusive' ? unit : unit + taxOn(unit, now)
    const laterNet = netOf(price, later)
    items.set(`${line.name}\n${price}`, {
      name: line.name,
      price,
      now: { rate: now.text, net, tax: price - net },
      later: { rate: later.text, net: laterNet, tax: price - laterNet },
      sameNet: net + taxOn(net, later),
    })
  }

  return {
    add(sold) {
      const { sale, pay, rates } = sold
      const prices = sale.prices ?? shop.prices
      const lines = sale.lines.flatMap((line) => {
        const both = line.amount === 0n ? undefined : ratesOf(line, sold)
        if (!both && line.amount !== 0n) unclear.add(line.name)
        if (both) item(line, prices, both.now, both.later)
        return both ? [{ line, ...both }] : []
      })
      sales += 1
      sums.pay += pay
      let [tax, later, same] = [0n, 0n, 0n]
      for (const sum of rates) {
        tax += sum.tax
        const own = lines.filter(({ now }) => now.text === sum.rate)
        const amounts = own.map(({ line }) => line.amount)
        // Discounts and charges of the ticket follow the goods, as they do on the invoice.
        const [gross, net] = [spread(sum.net + sum.tax, amounts), spread(sum.net, amounts)]
        if (own.length === 0) {
          later += sum.tax
          same += sum.tax
        }
        for (const rate of new Map(own.map((one) => [one.later.text, one.later])).values()) {
          const share = (parts: readonly Dong[]): Dong =>
            own.reduce((total, one, i) => (one.later.text === rate.text ? total + (parts[i] ?? 0n) : total), 0n)
          const unchanged = rate.text === sum.rate && own.every((one) => one.later.text === rate.text)
          later += unchanged ? sum.tax : share(gross) - netOf(share(gross), rate)
          same += unchanged ? sum.tax : taxOn(share(net), rate)
        }
      }
      sums.tax += tax
      sums.laterPay += pay
      sums.laterTax += later
      sums.samePay += pay - tax + same
      sums.sameTax += same
    },
    result: () => {
      const shown = [...items.values()].sort((a, b) =>
        a.price > b.price ? -1 : a.price < b.price ? 1 : a.name < b.name ? -1 : 1,
      )
      const changed = new Set(shown.map(({ name }) => name))
      return {
        items: shown,
        changed: changed.size,
        kept: [...kept].filter((name) => !changed.has(name)).length,
        unclear: unclear.size,
        sales,
        now: { pay: sums.pay, tax: sums.tax },
        later: { pay: sums.laterPay, tax: sums.laterTax },
        laterSameNet: { pay: sums.samePay, tax: sums.sameTax },
      }
    },
  }
}
