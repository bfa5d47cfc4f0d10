import type { PaymentMethod } from '../../domain/receipt.ts'
import type { Sale } from '../../domain/sale.ts'

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
