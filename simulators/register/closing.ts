import type { PaymentMethod } from '../../src/domain/receipt.ts'
import type { Instant } from '../../src/domain/time.ts'
import type { Takings, TillDay } from './day.ts'
import { dashed, dots, minute } from './figures.ts'
import { type Job, job, noSale, type Scene } from './script.ts'
import { type Paper, ticket } from './ticket.ts'

const NAMES: Readonly<Record<PaymentMethod, string>> = {
  cash: 'Tiền mặt',
  card: 'Thẻ',
  transfer: 'Chuyển khoản',
  wallet: 'Ví điện tử',
  credit: 'Công nợ',
  voucher: 'Thẻ quà tặng',
  other: 'Khác',
}

/** The report that ends a till's day (Z): its counter, how many bills, what was taken, by rate and by way of paying (R-084). */
export function closingReport(
  paper: Paper,
  head: { readonly shop: string; readonly at: Instant; readonly counter: number },
  { count, total, rates, tenders, refunds, voids, rounding = 0n }: Takings,
): Buffer {
  const sheet = ticket(paper)
    .centre(head.shop, 'bold')
    .centre('BÁO CÁO KẾT NGÀY', 'bold')
    .line(`Z ${String(head.counter).padStart(4, '0')}`)
    .line(`Ngày: ${minute(head.at)}`)
    .rule()
    .pair('Số hóa đơn:', String(count))
  if (voids) sheet.pair(`Món hủy (${voids.count}):`, dots(voids.total))
  if (refunds)
    sheet.pair('Tổng tiền bán:', dots(total - refunds.total)).pair(`Khách trả hàng (${refunds.count}):`, dots(refunds.total))
  sheet.pair(refunds ? 'Doanh thu thuần:' : 'Tổng doanh thu:', dots(total), 'bold')
  if (rounding !== 0n) sheet.pair('Làm tròn:', dots(rounding))
  if (rates.size > 0) sheet.rule()
  for (const [rate, gross] of rates) sheet.pair(`Doanh thu ${/^\d+$/.test(rate) ? `${rate}%` : rate}:`, dots(gross))
  sheet.rule()
  for (const [method, amount] of tenders) sheet.pair(`${NAMES[method]}:`, dots(amount))
  return sheet.end().bytes()
}

/**
 * The same on the roll of a register (register-capture 8.1). `mode`: X looks, Z ends the day. A machine whose departments
 * all have one `rate` says what it took at it.
 */
export function rollReport(
  paper: Paper,
  head: { readonly mode: 'X' | 'Z'; readonly at: Instant; readonly receiptNo: string; readonly counter: number },
  { count, total, tenders, refunds, voids }: Takings,
  rate?: string,
): Buffer {
  const { mode, at, receiptNo, counter } = head
  const sheet = ticket(paper)
  sheet
    .line(`${mode}   ${dashed(at)}`)
    .pair('C01  MC#01', receiptNo)
    .line(`${mode} ${String(counter).padStart(4, '0')}`)
    .pair('SỐ HĐ', String(count))
    .pair('GROSS', dots(total - (refunds?.total ?? 0n)))
  if (voids) sheet.pair(`VOID ${voids.count}`, dots(voids.total))
  if (refunds) sheet.pair(`RF ${refunds.count}`, dots(refunds.total))
  sheet.pair('NET', dots(total))
  if (rate !== undefined) sheet.pair(`DOANH THU ${rate}%`, dots(total))
  for (const [method, amount] of tenders) sheet.pair(NAMES[method].toUpperCase(), dots(amount))
  return sheet.end().bytes()
}

/** The Z of a till with this paper: counted from what it printed. */
export const closes =
  (paper: Paper, shop: string) =>
  ({ clock, day }: Closed): Job => {
    const { counter, takings } = day.close()
    return job(closingReport(paper, { shop, at: clock.now(), counter }, takings), { ...noSale('report'), reading: 'Z' })
  }

export const rollCloses =
  (paper: Paper, rate?: string) =>
  ({ clock, count, day }: Closed): Job => {
    const { counter, takings } = day.close()
    const receiptNo = String(count).padStart(6, '0')
    const bytes = rollReport(paper, { mode: 'Z', at: clock.now(), receiptNo, counter }, takings, rate)
    return job(bytes, { ...noSale('report', receiptNo), reading: 'Z' })
  }

export type Closed = Scene & { readonly day: TillDay }
