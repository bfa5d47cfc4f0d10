import { hash } from 'node:crypto'
import { type Fault, fault } from '../../domain/fault.ts'
import type { Draft, InvoiceIdentity, RateSum, Sealed } from '../../domain/invoice.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Register, Shop } from '../../domain/shop.ts'
import type { Signer } from '../../domain/signer.ts'
import { type CivilDate, civilDate, dayEnd, dayStart, type Instant, nextDay, readTime } from '../../domain/time.ts'
import { tidyBuyer, unfit } from './fields.ts'
import { figures } from './figures.ts'
import { authorityCode, codePrefix, isCoded, qrOf, symbolAt } from './identity.ts'
import { sheet } from './invoice.ts'
import { paymentText } from './payment.ts'
import { type Rate, rateOf } from './rates.ts'
import { DEADLINE, LAST_NUMBER, ruling } from './rules.ts'
import { signature } from './signature.ts'
import { stampLines, stampQr } from './stamp.ts'

export interface DraftOptions {
  /** Tax code of the software's provider (`MSTTCGP`); the element is left out without it. */
  readonly softwareTaxCode?: string
  /** A format version other than the dated one, where an upstream asks for it. */
  readonly format?: string
}

/** Everything of an invoice but its number. Whatever can fail has failed here; sealing only puts the pieces together. */
export function draftInvoice(sale: Sale, shop: Shop, register: Register, at: Instant, options: DraftOptions): Result<Draft> {
  const day = civilDate(at)
  const buyer = sale.buyer && tidyBuyer(sale.buyer)
  const refused = notAllowed(shop, at) ?? unfit({ ...sale, ...(buyer ? { buyer } : {}) }, shop, register, day)
  if (refused) return failed(refused)
  const symbol = symbolAt(register.symbol, at)
  if (symbol < register.symbol) return failed(fault('VN_SYMBOL_YEAR'))
  const rates = shop.form === 1 ? lineRates(sale, shop, day) : ok([])
  if (!rates.ok) return rates
  const sums = figures(sale, rates.value, sale.prices ?? shop.prices)
  if (!sums.ok) return sums

  const content = { figures: sums.value, shop, register, symbol, at, payment: paymentText(sale), ...options }
  const paper = sheet({ ...content, ...(buyer ? { buyer } : {}) })
  const code = isCoded(symbol) ? codePrefix(shop.form, symbol, shop.codeBlock, register.index) : undefined
  const qrFor = qrOf(shop.taxCode, shop.form, symbol, day, sums.value.pay)
  const stampFor = stampLines(sale, shop, symbol, at, sums.value)
  const series = { form: shop.form, symbol }
  const draft = { series, at, due: dueOf(symbol, day), pay: sums.value.pay, rates: [...sums.value.rates].sort(byBytes) }
  const last = ruling(LAST_NUMBER, day)

  const seal = async (number: number, signer?: Signer): Promise<Result<Sealed>> => {
    if (number < 1 || number > last) return failed(fault('VN_NUMBERS_USED_UP', { symbol: `${shop.form}${symbol}` }))
    const n = String(number)
    const own = code === undefined ? undefined : authorityCode(code, number)
    const qr = qrFor(n)
    const before = `${paper.head}${n}${paper.afterId}${n}${paper.afterNumber}`
    let tail = own === undefined ? `<DLQRCode>${qr}</DLQRCode>` : `<DLQRCode>${qr}</DLQRCode><MCCQT>${own}</MCCQT>`
    if (signer) {
      const id = `HD-${symbol}-${n}`
      const signed = await signature({
        name: `NBan-${id}`,
        dataId: id,
        canonical: [`${before}${paper.buyer}${paper.rest}`],
        at,
        signer,
      })
      if (!signed.ok) return signed
      tail += `<DSCKS><NBan>${signed.value}</NBan></DSCKS>`
    }
    const bytes = Buffer.from(`<HDon>${before}${paper.buyer}${paper.rest}${tail}</HDon>`)
    const identity: InvoiceIdentity = { ...series, seller: shop.taxCode, number }
    return ok({
      ...draft,
      identity,
      ...(own === undefined ? {} : { authorityCode: own }),
      bytes,
      ...(paper.maskedBuyer === undefined
        ? {}
        : { masked: Buffer.from(`<HDon>${before}${paper.maskedBuyer}${paper.rest}${tail}</HDon>`) }),
      digest: hash('sha256', bytes),
      stamp: { lines: stampFor(n, own), qr: stampQr(shop, qr, own) },
    })
  }
  return ok({ ...draft, seal })
}

/** before acceptance and from the second of a stop-use notice on, issuing is an offence. */
function notAllowed(shop: Shop, at: Instant): Fault | undefined {
  if (!shop.accepted || civilDate(at) < shop.accepted.from) return fault('VN_NOT_ACTIVATED')
  // A time that cannot be read stops too: better no invoice than an illegal one.
  return shop.suspended && !(at < readTime(shop.suspended.from)) ? fault('VN_SUSPENDED') : undefined
}

/** A line without money needs no rate; any other must have one. */
function lineRates(sale: Sale, shop: Shop, day: CivilDate): Result<(Rate | undefined)[]> {
  const rates: (Rate | undefined)[] = []
  for (const line of sale.lines) {
    const rate = rateOf(line, sale, shop, day)
    if (!rate.ok && line.amount + line.discount !== 0n) return rate
    rates.push(rate.ok ? rate.value : undefined)
  }
  return ok(rates)
}

/** The last instant to file. Holidays are not counted out: earlier than the law asks, never later. */
function dueOf(symbol: string, issued: CivilDate): Instant {
  let day = issued
  for (let left = ruling(DEADLINE[isCoded(symbol) ? 'coded' : 'uncoded'], issued); left > 0; left--) {
    do day = nextDay(day)
    while ([0, 6].includes(new Date(dayStart(day) + 12 * 3_600_000).getUTCDay()))
  }
  return dayEnd(day)
}

const byBytes = (a: RateSum, b: RateSum): number => (a.rate < b.rate ? -1 : a.rate > b.rate ? 1 : 0)
