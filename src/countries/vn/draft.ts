import { type Fault, fault } from '../../domain/fault.ts'
import type { Draft, RateSum } from '../../domain/invoice.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Register, Shop } from '../../domain/shop.ts'
import { type CivilDate, civilDate, type Instant, readTime } from '../../domain/time.ts'
import { isReduction, negated, opposite } from './correction.ts'
import { tidyBuyer, unfit } from './fields.ts'
import { figures } from './figures.ts'
import { codePrefix, isCoded, qrOf, symbolAt } from './identity.ts'
import { sheet } from './invoice.ts'
import { paymentText } from './payment.ts'
import { type Rate, rateOf } from './rates.ts'
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
export function draftInvoice(sale: Sale, shop: Shop, register: Register, at: Instant, options: DraftOptions): Result<Draft> {
  const day = civilDate(at)
  const rules = options.rules ?? BUILT_IN
  const buyer = sale.buyer && tidyBuyer(sale.buyer)
  const refused = notAllowed(shop, at) ?? unfit({ ...sale, ...(buyer ? { buyer } : {}) }, shop, register, day, rules)
  if (refused) return failed(refused)
  const symbol = symbolAt(register.symbol, at)
  if (symbol < register.symbol) return failed(fault('VN_SYMBOL_YEAR'))
  // A correction bears the rates of what it corrects, also after they changed.
  const rates = shop.form === 1 ? lineRates(sale, shop, sale.corrects?.issuedOn ?? day, rules) : ok([])
  if (!rates.ok) return rates
  const reduction = isReduction(sale)
  const computed = figures(reduction ? opposite(sale) : sale, rates.value, sale.prices ?? shop.prices)
  if (!computed.ok) return computed
  const sums = reduction ? negated(computed.value) : computed.value

  const content = { figures: sums, shop, register, symbol, at, day, payment: paymentText(sale), ...options, rules }
  const draft = {
    series: { form: shop.form, symbol },
    at,
    due: dueOf(symbol, day, rules),
    pay: sums.pay,
    rates: [...sums.rates].sort(byBytes),
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
