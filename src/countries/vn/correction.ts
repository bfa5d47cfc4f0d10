import type { Correction, Sale, SaleLine } from '../../domain/sale.ts'
import type { Figures } from './figures.ts'
import { field, node } from './xml.ts'

/** `TCHDon` and the words of the law for it (einvoice-format 5.5, R-072). */
const KINDS = { replace: { code: '1', words: 'Thay thế' }, adjust: { code: '2', words: 'Điều chỉnh' } } as const

/** `Thay thế cho hóa đơn Mẫu số 2 ký hiệu C26MHK số 41 ngày 04 tháng 10 năm 2026` */
export function legend({ how, invoice, issuedOn }: Correction): string {
  const [year, month, day] = issuedOn.split('-')
  const { form, symbol, number } = invoice
  return `${KINDS[how].words} cho hóa đơn Mẫu số ${form} ký hiệu ${symbol} số ${number} ngày ${day} tháng ${month} năm ${year}`
}

/** `TTHDLQuan`: the invoice this one corrects, an electronic one of today's kind. */
export const relatedBlock = (correction: Correction | undefined): string =>
  correction === undefined
    ? ''
    : node(
        'TTHDLQuan',
        field('TCHDon', KINDS[correction.how].code),
        field('LHDCLQuan', '1'),
        field('KHMSHDCLQuan', String(correction.invoice.form)),
        field('KHHDCLQuan', correction.invoice.symbol),
        field('SHDCLQuan', String(correction.invoice.number)),
        field('NLHDCLQuan', correction.issuedOn),
        field('LDDCTThe', String(correction.cause).padStart(2, '0')),
        field('GChu', legend(correction)),
      )

/** Only an adjustment may be negative, and then all of it is. */
export const isReduction = ({ corrects, total }: Sale): boolean => corrects?.how === 'adjust' && total < 0n

/** The same goods with the other sign: a reduction is computed like a sale, so that it takes back what the sale gave. */
export function opposite(sale: Sale): Sale {
  const line = (of: SaleLine): SaleLine => ({
    ...of,
    quantity: { ...of.quantity, units: -of.quantity.units },
    discount: -of.discount,
    amount: -of.amount,
  })
  return {
    ...sale,
    lines: sale.lines.map(line),
    discount: -sale.discount,
    charges: sale.charges.map((charge) => ({ ...charge, amount: -charge.amount })),
    total: -sale.total,
    ...(sale.vat ? { vat: sale.vat.map((row) => ({ ...row, base: -row.base, tax: -row.tax })) } : {}),
  }
}

export const negated = (of: Figures): Figures => ({
  items: of.items.map((item) => ({
    ...item,
    ...(item.quantity ? { quantity: { ...item.quantity, units: -item.quantity.units } } : {}),
    ...(item.discount === undefined ? {} : { discount: -item.discount }),
    amount: -item.amount,
  })),
  rates: of.rates.map(({ rate, net, tax }) => ({ rate, net: -net, tax: -tax })),
  net: -of.net,
  tax: -of.tax,
  ticketDiscount: -of.ticketDiscount,
  pay: -of.pay,
})
