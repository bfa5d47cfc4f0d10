import type { Dong } from '../../domain/dong.ts'
import type { Shop } from '../../domain/shop.ts'
import type { CivilDate } from '../../domain/time.ts'
import { figuresOn } from './draft.ts'
import type { Preview, Previewing, Sold } from './preview.ts'
import type { Rules } from './rules.ts'

/**
 * A household's sales under the rules of another day: its invoices bear no rates, what changes for the buyer is the cut of R-065.
 * With `deduct` he pays the price on the shelf once it ends; with `priceIncludesCut` he pays the same, and the shop keeps less.
 */
export function previewHousehold(shop: Shop, rules: Rules, on: CivilDate): Previewing {
  const [kept, unclear] = [new Set<string>(), new Set<string>()]
  const sums = { sales: 0, pay: 0n, laterPay: 0n, cut: 0n, laterCut: 0n }

  const add = ({ sale, day, pay }: Sold): void => {
    sums.sales += 1
    sums.pay += pay
    const [now, later] = [figuresOn(sale, shop, day, rules), figuresOn(sale, shop, on, rules)]
    const names = now.ok && later.ok ? kept : unclear
    for (const { name } of sale.lines) names.add(name)
    sums.cut += now.ok ? now.value.cut : 0n
    sums.laterCut += now.ok && later.ok ? later.value.cut : 0n
    sums.laterPay += now.ok && later.ok ? later.value.pay : pay
  }

  const untaxed = (pay: Dong): Preview['now'] => ({ pay, tax: 0n })
  const result = (): Preview => ({
    items: [],
    changed: 0,
    kept: kept.size,
    unclear: unclear.size,
    sales: sums.sales,
    now: untaxed(sums.pay),
    later: untaxed(sums.laterPay),
    // The shop owes its whole percentage then: what the cut took off the price is what it must ask for again.
    laterSameNet: untaxed(sums.pay + sums.cut - sums.laterCut),
    cut: { now: sums.cut, later: sums.laterCut },
  })
  return { add, result }
}
