import type { InvoiceLine, InvoiceView } from '../domain/country.ts'
import { type Decimal, formatDecimal } from '../domain/decimal.ts'
import { type Dong, showDong } from '../domain/dong.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Say } from './table.ts'

/** A printed invoice as words, ready to be laid out: nothing is worked out any more (R-036). */
export interface Paper {
  readonly title: readonly string[]
  /** `BẢN IN LẠI lần 2` (R-083). */
  readonly copy?: string
  readonly seller: string
  /** Address, tax code, place of business. */
  readonly sellerLines: readonly string[]
  readonly series: string
  readonly number: string
  readonly code?: string
  readonly at: string
  readonly register: string
  readonly legend?: string
  readonly buyer: string
  readonly payment: string
  /** Whether lines bear a rate (form 1). */
  readonly rated: boolean
  readonly heads: Readonly<Record<'n' | 'name' | 'unit' | 'quantity' | 'price' | 'amount' | 'rate' | 'discount', string>>
  readonly lines: readonly PaperLine[]
  /** Label and amount, in the order of the document. */
  readonly sums: readonly (readonly [label: string, amount: string])[]
  readonly total: readonly [label: string, amount: string]
  readonly words: string
  readonly lookup: readonly string[]
  readonly qr: string
}

export interface PaperLine {
  readonly name: string
  readonly unit: string
  readonly quantity: string
  readonly price: string
  readonly discount: string
  readonly amount: string
  readonly rate: string
}

export interface Around {
  readonly title: readonly string[]
  readonly register: RegisterId
  readonly lookupUrl: string
  readonly qr: string
  readonly copy?: number
}

/** Everything of R-036 from the sealed document. Buyer data as `view` has it: masked. */
export function paperOf(view: InvoiceView, around: Around, say: Say): Paper {
  const { seller, identity } = view
  const place = seller.place
  return {
    title: around.title,
    ...(around.copy === undefined ? {} : { copy: say('print.copy', { n: String(around.copy) }) }),
    seller: seller.name,
    sellerLines: [
      say('print.address', { text: seller.address }),
      say('print.taxCode', { text: seller.taxCode }),
      ...(place ? [say('print.place', { text: [place.code, place.name, place.address].filter(Boolean).join(', ') })] : []),
    ],
    series: say('print.series', { text: `${identity.form}${identity.symbol}` }),
    number: say('print.number', { text: String(identity.number) }),
    ...(view.authorityCode === undefined ? {} : { code: say('print.code', { text: view.authorityCode }) }),
    at: say('print.at', { text: shownMoment(view.issuedOn) }),
    register: say('print.register', { text: around.register }),
    ...(view.legend === undefined ? {} : { legend: view.legend }),
    buyer: say('print.buyer', { text: view.buyer }),
    payment: say('print.payment', { text: view.payment }),
    rated: identity.form === 1,
    heads: {
      n: say('print.n'),
      name: say('print.name'),
      unit: say('print.unit'),
      quantity: say('print.quantity'),
      price: say('print.price'),
      discount: say('print.discount'),
      amount: say('print.amount'),
      rate: say('print.rate'),
    },
    lines: view.lines.map(lineOf),
    sums: sumsOf(view, say),
    total: [say('print.pay'), showDong(view.pay)],
    words: say('print.words', { text: view.words }),
    lookup: [
      say('print.lookup', {
        text: around.lookupUrl
          .replace(/^https?:\/\//, '')
          .replace(/[?#].*$/, '')
          .replace(/\/[^/]*\{code\}.*$/, ''),
      }),
      ...(view.authorityCode === undefined ? [] : [say('print.lookup-code', { text: view.authorityCode })]),
    ],
    qr: around.qr,
  }
}

/** Net and tax of each rate, then of all (form 1); what stands between lines and payable (form 2). */
function sumsOf({ identity, lines, rates, net, tax, fees = [], cut, pay }: InvoiceView, say: Say): Paper['sums'] {
  const goods = lines.reduce((sum, { amount = 0n }) => sum + amount, 0n)
  const perRate = rates.flatMap(({ rate, net: part, tax: due }): [string, string][] =>
    rate.endsWith('%')
      ? [
          [say('print.net-rate', { rate }), showDong(part)],
          [say('print.tax-rate', { rate }), showDong(due)],
        ]
      : [[say('print.net-rate', { rate }), showDong(part)]],
  )
  const named = (key: string, amount: Dong | undefined): [string, string][] =>
    amount === undefined ? [] : [[say(key), showDong(amount)]]
  // R-065: the lines are in full, the sum of goods and services is after the cut.
  const cutOff = cut !== undefined && cut !== 0n
  const whole = cutOff
    ? [...named('print.lines', goods), ...named('print.cut', -cut), ...named('print.goods', goods - cut)]
    : named('print.goods', goods)
  return [
    ...(identity.form === 1 ? perRate : goods === pay ? [] : whole),
    ...(rates.length > 1 ? [...named('print.net', net), ...named('print.tax', tax)] : []),
    ...fees.map(({ name, amount }): [string, string] => [name, showDong(amount)]),
  ]
}

const lineOf = ({ name, unit = '', quantity, price, discount, amount, rate = '' }: InvoiceLine): PaperLine => ({
  name,
  unit,
  quantity: quantity ? shownDecimal(quantity) : '',
  price: price ? shownDecimal(price) : '',
  discount: discount ? showDong(discount) : '',
  amount: amount === undefined ? '' : showDong(amount),
  rate,
})

/** `32.407,407407`: dots for thousands, a comma for decimals (R-025). */
function shownDecimal(value: Decimal): string {
  const [whole = '', rest] = formatDecimal(value).split('.')
  const grouped = showDong(BigInt(whole.replace('-', '') || '0'))
  return `${whole.startsWith('-') ? '-' : ''}${grouped}${rest === undefined ? '' : `,${rest}`}`
}

/** `2026-11-21T08:15:02` → `21/11/2026 08:15:02`; a day alone stays a day. */
function shownMoment(text: string): string {
  const [day = '', time] = text.split('T')
  return `${day.split('-').reverse().join('/')}${time === undefined ? '' : ` ${time.slice(0, 8)}`}`
}
