import { showDong } from '../../domain/dong.ts'
import type { Draft, Tender } from '../../domain/invoice.ts'
import type { PaymentMethod } from '../../domain/receipt.ts'
import type { Sale } from '../../domain/sale.ts'
import type { CivilDate } from '../../domain/time.ts'
import type { Figures } from './figures.ts'
import { inForce, type Rules } from './rules.ts'

/** The words of `HTTToan`, free text of at most 50 characters (einvoice-format 5.1, R-113). */
const WORDS: Readonly<Record<PaymentMethod, string>> = {
  cash: 'Tiền mặt',
  card: 'Thẻ',
  transfer: 'Chuyển khoản',
  wallet: 'Ví điện tử',
  credit: 'Công nợ',
  voucher: 'Phiếu mua hàng',
  other: 'Khác',
}

/** Each way of paying once, in the order of the paper; the usual pair where the paper names none. */
export function paymentText(sale: Sale): string {
  const named = [...new Set(sale.payments.filter((payment) => payment.amount !== 0n).map((payment) => WORDS[payment.method]))]
  if (named.length === 0) return sale.total === 0n ? 'Không thu tiền' : `${WORDS.cash}/${WORDS.transfer}`
  const all = named.join('/')
  return all.length <= 50 ? all : `${named.slice(0, 3).join('/')}/${WORDS.other}`
}

/** How it was paid: adds up to what is to pay and the cash rounding. What the cut takes off goes back in notes. */
export function tenderOf({ payments }: Sale, { taken, pay }: Figures): readonly Tender[] | undefined {
  if (payments.length === 0) return undefined
  const off = taken - pay
  if (off === 0n) return payments
  const covers = ({ amount }: Tender): boolean => amount >= off
  const cash = payments.findIndex((payment) => payment.method === 'cash' && covers(payment))
  const from = cash >= 0 ? cash : payments.findIndex(covers)
  if (from < 0) return undefined
  return payments.map((payment, i) => (i === from ? { ...payment, amount: payment.amount - off } : payment))
}

/** What the cashier should know before the buyer leaves. */
export function hintsOf(sale: Sale, { pay }: Figures, on: CivilDate, rules: Rules): Draft['hints'] {
  const { gratuity = 0n } = sale
  const hints: NonNullable<Draft['hints']>[number][] = []
  const cash = sale.payments.some(({ method, amount }) => method === 'cash' && amount > 0n)
  const from = sale.buyer?.taxCode !== undefined && cash ? inForce(rules['cash.hint'], on)?.value : undefined
  // a business that pays a large purchase in cash may not deduct its tax.
  if (from !== undefined && pay >= from)
    hints.push({ key: 'hint.cash-purchase', values: { pay: showDong(pay), from: showDong(from) } })
  // what the buyer gives to the staff is no revenue of the shop.
  if (gratuity > 0n) hints.push({ key: 'hint.tip-left-off', values: { tip: showDong(gratuity), pay: showDong(pay) } })
  return hints.length > 0 ? hints : undefined
}
