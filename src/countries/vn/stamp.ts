import { showDong } from '../../domain/dong.ts'
import { fold } from '../../domain/fold.ts'
import type { RateSum } from '../../domain/invoice.ts'
import type { Printed, Sale } from '../../domain/sale.ts'
import { type Register, type Shop, sameTaxCode } from '../../domain/shop.ts'
import { civilDate, type Instant, shownTime } from '../../domain/time.ts'
import { legend } from './correction.ts'
import type { Figures } from './figures.ts'
import { paymentText } from './payment.ts'
import { type Rules, ruling } from './rules.ts'
import { amountInWords } from './words.ts'
import { clean } from './xml.ts'

/** The narrowest paper: 58 mm. */
const COLUMNS = 32

/**
 * What the receipt lacks to be the invoice, as a function of number and code. Buyer data never
 * stands here: the lines are kept in plain.
 */
export function stampLines(
  sale: Sale,
  shop: Shop,
  register: Register,
  symbol: string,
  at: Instant,
  figures: Figures,
  rules: Rules,
): (number: string, code: string | undefined) => string[] {
  const day = civilDate(at)
  const { printed } = sale
  const location = register.location ?? shop.location
  const seller = saysSeller(printed, shop) ? [] : [shop.name, shop.address].flatMap((text) => sameLines(clean(text)))
  const title = [...seller, ...ruling(rules[`title.${shop.form}`], day).printed]
  const below = [
    ...(printed.time ? [] : [`Lập lúc: ${shownTime(at)}`]),
    ...(saysTaxCode(printed, shop) ? [] : [`MST: ${shop.taxCode}`]),
    ...(shop.form === 1 && !printed.rates ? figures.rates.flatMap(taxLines) : []),
    ...cutLines(figures),
    ...(printed.words && figures.pay === figures.taken ? [] : wrap(`Bằng chữ: ${amountInWords(figures.pay)}`)),
    ...(printed.payment ? [] : sameLines(`Thanh toán: ${paymentText(sale)}`)),
    ...(printed.register ? [] : sameLines(`Máy: ${register.id}`)),
    ...(sale.corrects ? wrap(legend(sale.corrects, rules, day)) : []),
    ...(shop.form === 2 && location ? [`Địa điểm kinh doanh: ${location.code}`] : []),
    ...(sale.buyer ? [] : [ruling(rules['legend.consumer'], day)]),
    ...sameLines(shop.lookupUrl, (url) => `Tra cứu: ${shownAddress(url)}`),
  ]
  const series = `Ký hiệu: ${shop.form}${symbol}`
  return (number, code) => [...title, `${series} Số: ${number}`, ...(code ? [`Mã CQT: ${code}`] : []), ...below]
}

/** Paper and document must not name two sellers: a foreign or old header is answered with the registered one. */
const saysTaxCode = ({ taxCode, says }: Printed, shop: Shop): boolean =>
  taxCode && (says?.taxCode === undefined || sameTaxCode(says.taxCode, shop.taxCode))

const saysSeller = ({ seller, says }: Printed, shop: Shop): boolean => {
  const same = (printed: string | undefined, registered: string): boolean =>
    printed === undefined || bare(printed) === bare(registered)
  return seller && same(says?.name, shop.name) && same(says?.address, shop.address)
}

/** Every receipt of a till has the same header: its names are compared as worked out the first time. Bounded. */
const known = new Map<string, string>()

function bare(text: string): string {
  const before = known.get(text)
  if (before !== undefined) return before
  const plain = fold(text)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
  if (known.size < 200) known.set(text, plain)
  return plain
}

/** The paper shows the prices of the till: what the law takes off them, and what is to be paid then. */
const cutLines = ({ net, note, pay, taken }: Figures): string[] =>
  note === undefined
    ? []
    : [`Cộng trước giảm: ${showDong(net)}`, ...wrap(note), ...(pay === taken ? [] : [`Còn phải thanh toán: ${showDong(pay)}`])]

const taxLines = ({ rate, net, tax }: RateSum): string[] =>
  rate.endsWith('%')
    ? [`Chưa thuế ${rate}: ${showDong(net)}`, `Thuế GTGT ${rate}: ${showDong(tax)}`]
    : [`${rate}: ${showDong(net)}`]

/** What a person types: without protocol, without the place of the code. */
const shownAddress = (url: string): string =>
  url
    .replace(/^https?:\/\//, '')
    .replace(/[?#].*$/, '')
    .replace(/[^/]*\{code\}.*$/, '')
    .replace(/\/+$/, '')

/** Words onto lines; a word longer than the paper is cut. */
function wrap(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((one) => (one.length > COLUMNS ? (one.match(/.{1,32}/gu) ?? []) : one))) {
    if (word === '') continue
    if (line !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Texts that are the same on every stamp of a shop are wrapped once. Bounded. */
const wrapped = new Map<string, readonly string[]>()

function sameLines(text: string, said = (of: string): string => of): readonly string[] {
  const before = wrapped.get(text)
  if (before) return before
  const lines = wrap(said(text))
  if (wrapped.size < 200) wrapped.set(text, lines)
  return lines
}

/** The text of the printed QR: the invoice's own, or the address a phone's camera opens (contract 3, `qr`). */
export const stampQr = (shop: Shop, invoiceQr: string, code: string | undefined): string =>
  shop.qr === 'link' ? shop.lookupUrl.replaceAll('{code}', encodeURIComponent(code ?? '')) : invoiceQr
