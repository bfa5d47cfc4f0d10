import { type Fault, fault } from '../../domain/fault.ts'
import type { Draft, RateSum } from '../../domain/invoice.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Register, Shop } from '../../domain/shop.ts'
import { type CivilDate, civilDate, type Instant, readTime } from '../../domain/time.ts'
import { isReduction, negated, opposite } from './correction.ts'
import { tidyBuyer, unfit } from './fields.ts'
import { type Figures, figures } from './figures.ts'
import { householdOf, withNote } from './household.ts'
import { codePrefix, isCoded, qrOf, symbolAt } from './identity.ts'
import { sheet } from './invoice.ts'
import { hintsOf, paymentText, tenderOf } from './payment.ts'
import { type Rate, rateOf, withUnits } from './rates.ts'
import { BUILT_IN, type Rules, ruling, workingDaysAfter } from './rules.ts'
import { sealing } from './seal.ts'
import { stampLines } from './stamp.ts'

export interface DraftOptions {
  /** Tax code of the software's provider (`MSTTCGP`); the element is left out without it. */
  readonly softwareTaxCode?: string
  /** A format version other than the dated one, where an upstream asks for it. */
  readonly format?: string
  /** The law as this installation knows it; absent: the rows of this build. */
  readonly rules?: Rules
}

/** Everything of an invoice but its number. Whatever can fail has failed here; sealing only puts the pieces together. */
export function draftInvoice(sold: Sale, shop: Shop, register: Register, at: Instant, options: DraftOptions): Result<Draft> {
  const day = civilDate(at)
  const sale = withUnits(sold, shop, day)
  const rules = options.rules ?? BUILT_IN
  const buyer = sale.buyer && tidyBuyer(sale.buyer)
  const refused = notAllowed(shop, at) ?? unfit({ ...sale, ...(buyer ? { buyer } : {}) }, shop, register, day, rules)
  if (refused) return failed(refused)
  const symbol = symbolAt(register.symbol, at)
  if (symbol < register.symbol) return failed(fault('VN_SYMBOL_YEAR'))
  const computed = figuresOn(sale, shop, day, rules)
  if (!computed.ok) return computed
  const sums = computed.value

  const content = { figures: sums, shop, register, symbol, at, day, payment: paymentText(sale), ...options, rules }
  const tender = tenderOf(sale, sums)
  const hints = hintsOf(sale, sums, day, rules)
  const draft = {
    series: { form: shop.form, symbol },
    at,
    due: dueOf(symbol, day, rules),
    pay: sums.pay,
    rates: [...sums.rates].sort(byBytes),
    ...(tender ? { tender } : {}),
    ...(sale.corrects ? { corrects: sale.corrects } : {}),
    ...(sale.offline ? { offline: sale.offline } : {}),
    ...(hints ? { hints } : {}),
  }
  const seal = sealing({
    draft,
    sheet: sheet({ ...content, ...(buyer ? { buyer } : {}), ...(sale.corrects ? { corrects: sale.corrects } : {}) }),
    shop,
    rules,
    ...(isCoded(symbol) ? { codePrefix: codePrefix(shop.form, symbol, shop.codeBlock, register.index) } : {}),
    qr: qrOf(shop.taxCode, shop.form, symbol, day, sums.pay),
    stamp: stampLines(sale, shop, register, symbol, at, sums, rules),
  })
  return ok({ ...draft, seal })
}

/** before acceptance and from the second of a stop-use notice on, issuing is an offence. */
function notAllowed(shop: Shop, at: Instant): Fault | undefined {
  if (!shop.accepted || civilDate(at) < shop.accepted.from) return fault('VN_NOT_ACTIVATED')
  // A time that cannot be read stops too: better no invoice than an illegal one.
  return shop.suspended && !(at < readTime(shop.suspended.from)) ? fault('VN_SUSPENDED') : undefined
}

/**
 * The tax of a sale arose when it was made: what corrects it bears the rates and the cut of that day, also a full
 * replacement after they changed, which states the same sale rightly and is no new one; only symbol and
 * number are of the day of issue.
 */
export function figuresOn(sale: Sale, shop: Shop, day: CivilDate, rules: Rules): Result<Figures> {
  const on = sale.ratesOn ?? sale.corrects?.issuedOn ?? day
  const rates = shop.form === 1 ? lineRates(sale, shop, on, rules) : ok([])
  if (!rates.ok) return rates
  const household = shop.form === 2 ? householdOf(sale, shop, on, rules) : ok(undefined)
  if (!household.ok) return household
  const reduction = isReduction(sale)
  const computed = figures(reduction ? opposite(sale) : sale, rates.value, sale.prices ?? shop.prices, household.value)
  if (!computed.ok) return computed
  const sums = reduction ? negated(computed.value) : computed.value
  return ok(household.value ? withNote(sums, household.value) : sums)
}

/** A line without money needs no rate; any other must have one. */
function lineRates(sale: Sale, shop: Shop, day: CivilDate, rules: Rules): Result<(Rate | undefined)[]> {
  const rates: (Rate | undefined)[] = []
  for (const line of sale.lines) {
    const rate = rateOf(line, sale, shop, day, rules)
    if (!rate.ok && line.amount + line.discount !== 0n) return rate
    rates.push(rate.ok ? rate.value : undefined)
  }
  return ok(rates)
}

/** The last instant to file: working days of the authority, holidays counted out. */
const dueOf = (symbol: string, issued: CivilDate, rules: Rules): Instant =>
  workingDaysAfter(rules.holidays, issued, ruling(rules[isCoded(symbol) ? 'deadline.coded' : 'deadline.uncoded'], issued))

const byBytes = (a: RateSum, b: RateSum): number => (a.rate < b.rate ? -1 : a.rate > b.rate ? 1 : 0)
