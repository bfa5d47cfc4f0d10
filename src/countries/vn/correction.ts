import type { Correction, Sale } from '../../domain/sale.ts'
import type { CivilDate } from '../../domain/time.ts'
import type { Figures } from './figures.ts'
import { flippedLine, negatedItem } from './item.ts'
import { type Rules, ruling } from './rules.ts'
import { field, node } from './xml.ts'

/** `TCHDon` (einvoice-format 5.5). */
const KINDS = { replace: '1', adjust: '2' } as const

/** `Thay thế cho hóa đơn Mẫu số 2 ký hiệu C26MHK số 41 ngày 04 tháng 10 năm 2026`, as the law wants it on that day. */
export function legend({ how, invoice, issuedOn }: Correction, rules: Rules, on: CivilDate): string {
  const [year = '', month = '', day = ''] = issuedOn.split('-')
  const { form, symbol, number } = invoice
  const places: Readonly<Record<string, string>> = { form: String(form), symbol, number: String(number), day, month, year }
  return ruling(rules[`legend.${how}`], on).replace(/\{(\w+)\}/g, (place, name: string) => places[name] ?? place)
}

/** `TTHDLQuan`: the invoice this one corrects, an electronic one of today's kind. */
export const relatedBlock = (correction: Correction | undefined, rules: Rules, on: CivilDate): string =>
  correction === undefined
    ? ''
    : node(
        'TTHDLQuan',
        field('TCHDon', KINDS[correction.how]),
        field('LHDCLQuan', '1'),
        field('KHMSHDCLQuan', String(correction.invoice.form)),
        field('KHHDCLQuan', correction.invoice.symbol),
        field('SHDCLQuan', String(correction.invoice.number)),
        field('NLHDCLQuan', correction.issuedOn),
        field('LDDCTThe', String(correction.cause).padStart(2, '0')),
        field('GChu', legend(correction, rules, on)),
      )

/** Only an adjustment may be negative; goods that only come back are all of it. */
export const isReduction = ({ corrects, lines }: Sale): boolean =>
  corrects?.how === 'adjust' && lines.every((line) => line.quantity.units < 0n && line.amount <= 0n)

/** The same goods with the other sign: a reduction is computed like a sale, so that it takes back what the sale gave. */
export const opposite = (sale: Sale): Sale => ({
  ...sale,
  lines: sale.lines.map(flippedLine),
  discount: -sale.discount,
  charges: sale.charges.map((charge) => ({ ...charge, amount: -charge.amount })),
  ...(sale.fees ? { fees: sale.fees.map((fee) => ({ ...fee, amount: -fee.amount })) } : {}),
  total: -sale.total,
  ...(sale.vat ? { vat: sale.vat.map((row) => ({ ...row, base: -row.base, tax: -row.tax })) } : {}),
})

export const negated = (of: Figures): Figures => ({
  items: of.items.map(negatedItem),
  rates: of.rates.map(({ rate, net, tax }) => ({ rate, net: -net, tax: -tax })),
  net: -of.net,
  tax: -of.tax,
  ticketDiscount: -of.ticketDiscount,
  cut: -of.cut,
  fees: of.fees.map((fee) => ({ ...fee, amount: -fee.amount })),
  pay: -of.pay,
  taken: -of.taken,
})
