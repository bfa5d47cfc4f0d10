import { divide } from '../../domain/decimal.ts'
import { type Dong, showDong, sumDong } from '../../domain/dong.ts'
import { fault } from '../../domain/fault.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Sale, SaleLine } from '../../domain/sale.ts'
import type { Shop } from '../../domain/shop.ts'
import type { CivilDate } from '../../domain/time.ts'
import type { Figures } from './figures.ts'
import { apportion, type Group, groupsOf, worthOf } from './groups.ts'
import { isIndustry } from './industries.ts'
import { type Entry, type Item, item } from './item.ts'
import { configured, itemOf } from './rates.ts'
import { inForce, type Rules } from './rules.ts'

/** What a line of a sales invoice bears instead of a rate. */
export interface Share {
  readonly industry?: string
  /** What the cut takes off it, in millionths: 1 % of revenue × 20 % = 2,000. */
  readonly off: bigint
  readonly untaxed?: string
}

/** How a household's lines are divided, and what becomes of the cut (R-063..R-065). */
export interface Household {
  /** One for each line of the sale. */
  readonly shares: readonly Share[]
  readonly mode: 'deduct' | 'priceIncludesCut'
  /** The words of the law, `{amount}` to be filled in; absent: no cut on that day. */
  readonly legend?: string
}

/** Undefined: a shop that names no industry group and takes no cut, whose sales need no dividing. */
export function householdOf(sale: Sale, shop: Shop, on: CivilDate, rules: Rules): Result<Household | undefined> {
  const { cut = 'off' } = shop
  const plain = cut === 'off' && shop.industry === undefined && !shop.rates.items.some((one) => one.industry !== undefined)
  if (plain) return ok(undefined)
  const percent = cut === 'off' ? undefined : inForce(rules.cut, on)?.value
  const shares: Share[] = []
  for (const line of sale.lines) {
    const share = shareOf(line, shop, on, rules, percent)
    if (!share.ok) return share
    shares.push(share.value)
  }
  const legend = percent === undefined ? undefined : inForce(rules['legend.cut'], on)?.value
  const mode = cut === 'priceIncludesCut' ? cut : 'deduct'
  return ok({ shares, mode, ...(legend === undefined ? {} : { legend }) })
}

function shareOf(line: SaleLine, shop: Shop, on: CivilDate, rules: Rules, percent: number | undefined): Result<Share> {
  const match = itemOf(line, shop, on)
  const industry = line.industry ?? match?.industry ?? shop.industry
  if (industry !== undefined && !isIndustry(industry)) return failed(fault('VN_INDUSTRY_UNKNOWN', { item: line.name, industry }))
  const bears = burdenOf(line, shop, on, rules)
  const untaxed = bears === 'none' ? (match?.rate ?? shop.rates.default) : undefined
  const named = { ...(industry ? { industry } : {}), ...(untaxed ? { untaxed } : {}) }
  if (percent === undefined || bears !== 'reduced') return ok({ ...named, off: 0n })
  // The cut is a part of the percentage of the group: without a group nobody can say how much.
  if (industry === undefined) return failed(fault('VN_INDUSTRY_UNKNOWN', { item: line.name, industry: '-' }))
  const row = inForce(rules[`household.${industry}`], on)
  return ok({ ...named, off: row ? row.value.vat * BigInt(percent) : 0n })
}

/**
 * Whether a line bears the percentage of its group less the cut, where there is one, all of it, or none: only goods that are
 * at the reduced rate have the cut, not what is at 5 % or untaxed, not beer or tobacco.
 */
export function burdenOf(
  line: Pick<SaleLine, 'name' | 'code'>,
  shop: Pick<Shop, 'rates'>,
  on: CivilDate,
  rules: Rules,
): 'reduced' | 'full' | 'none' {
  const match = itemOf(line, shop, on)
  const rate = match?.rate ?? shop.rates.default ?? REDUCED
  if (/^K(?:CT|KKNT)$/.test(configured(rate, on, rules)?.text ?? '')) return 'none'
  return !match?.noCut && rate === REDUCED ? 'reduced' : 'full'
}

/** The name under which a shop configures what is at the reduced rate. */
const REDUCED = '8%'

/** Form 2: prices as sold, the ticket discount a line of its own for each industry group, no tax. */
export function withoutTax(entries: readonly Entry[], sale: Sale, household: Household | undefined): Result<Figures> {
  if (sale.vat?.some((row) => row.tax !== 0n)) return failed(fault('VN_VAT_ON_SALES_INVOICE'))
  const groups = groupsOf(entries)
  const mode = household?.mode ?? 'deduct'
  const fees = sale.fees ?? []
  const owed = worthOf(entries) + sumDong(fees.map((fee) => fee.amount))
  const cuts = settled(
    groups.map((group) => cutOf(group, mode)),
    groups,
    sale.left?.all && mode === 'deduct' ? owed - sale.left.pay : undefined,
  )
  if (!cuts) return failed(fault('SALE_TOTAL_UNPROVEN'))
  const cut = sumDong(cuts)
  const raised = mode === 'priceIncludesCut' && cut !== 0n ? raise(groups, cuts) : undefined
  const items = entries.map((entry) => {
    const more = raised?.get(entry) ?? 0n
    const listed = entry.listed + more
    return item({ ...entry, gross: entry.gross + more, worth: listed }, listed, 10_000n)
  })
  const discounts = groups.flatMap((group): Item[] => {
    const amount = sumDong(group.entries.map((entry) => entry.listed - entry.worth))
    const { industry } = group.share ?? {}
    return amount === 0n ? [] : [{ nature: 3, name: TICKET_DISCOUNT, amount, ...(industry ? { industry } : {}) }]
  })
  const ticketDiscount = sumDong(discounts.map((line) => line.amount ?? 0n))
  return ok({
    items: [...items, ...discounts],
    rates: [],
    net: owed + (raised ? cut : 0n) - sumDong(fees.map((fee) => fee.amount)),
    tax: 0n,
    ticketDiscount,
    cut,
    fees,
    pay: raised ? owed : owed - cut,
    taken: owed,
  })
}

const TICKET_DISCOUNT = 'Chiết khấu thương mại theo hóa đơn'
const MILLION = 1_000_000n

/** Rounded once for each group, as tax is once for each rate. */
function cutOf({ share, entries }: Group, mode: Household['mode']): Dong {
  const { off = 0n } = share ?? {}
  const worth = worthOf(entries)
  if (off === 0n) return 0n
  if (mode === 'deduct') return divide(worth * off, MILLION)
  // The prices are after the cut: the amount whose own cut leaves exactly them.
  const near = divide(worth * MILLION, MILLION - off)
  const full = [near, near - 1n, near + 1n].find((amount) => amount - divide(amount * off, MILLION) === worth) ?? near
  return full - worth
}

/** Each part of a return rounds for itself; nobody brings the goods of one invoice back in more parts than these đồng. */
const SLACK = 20n

/** The last part of a return takes back what the others left, to the đồng. Undefined: that is not what is left. */
function settled(cuts: readonly Dong[], groups: readonly Group[], wanted: Dong | undefined): readonly Dong[] | undefined {
  const more = wanted === undefined ? 0n : wanted - sumDong(cuts)
  if (wanted === undefined || more === 0n) return cuts
  // A charge that came back alone may have borne another group's cut: the rest never bears more than all of it at the highest.
  const highest = groups.reduce((most, { share }) => (share && share.off > most ? share.off : most), 0n)
  const most = divide(sumDong(groups.map(({ entries }) => worthOf(entries))) * highest, MILLION)
  if (wanted > most + SLACK || wanted < -SLACK) return undefined
  // Where only goods without the cut are left, they carry the đồng that earlier parts rounded.
  const bears = Math.max(
    0,
    groups.findIndex((group) => (group.share?.off ?? 0n) > 0n),
  )
  return cuts.map((cut, i) => (i === bears ? cut + more : cut))
}

/** What each line must be dearer by, so that the cut brings it back to the price on the shelf. */
function raise(groups: readonly Group[], cuts: readonly Dong[]): ReadonlyMap<Entry, Dong> {
  const raised = new Map<Entry, Dong>()
  for (const [g, { share, entries }] of groups.entries()) {
    const { off = 0n } = share ?? {}
    const worths = entries.map((entry) => entry.worth)
    const parts = apportion(cuts[g] ?? 0n, worths, off, MILLION - off)
    for (const [i, entry] of entries.entries()) raised.set(entry, parts[i] ?? 0n)
  }
  return raised
}

/** `Đã giảm 2.700 đồng tương ứng 20% ...`: the note the law wants, as a line of its own. */
export function withNote(figures: Figures, { legend }: Household): Figures {
  if (figures.cut === 0n || legend === undefined) return figures
  const note = legend.replaceAll('{amount}', showDong(figures.cut))
  return { ...figures, items: [...figures.items, { nature: 4, name: note }], note }
}
