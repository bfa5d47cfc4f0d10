import type { PaymentMethod } from '../../src/domain/receipt.ts'
import type { Instant } from '../../src/domain/time.ts'
import { dots, minute } from './figures.ts'
import { type Paper, ticket } from './ticket.ts'

/** What a till added up over its day, to be printed at its end. All in đồng. */
export interface Takings {
  readonly count: number
  readonly total: bigint
  /** With tax, by rate: `8`, `KCT`. A household's till knows none. */
  readonly rates: ReadonlyMap<string, bigint>
  readonly tenders: ReadonlyMap<PaymentMethod, bigint>
}

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
  { count, total, rates, tenders }: Takings,
): Buffer {
  const sheet = ticket(paper)
    .centre(head.shop, 'bold')
    .centre('BÁO CÁO KẾT NGÀY', 'bold')
    .line(`Z ${String(head.counter).padStart(4, '0')}`)
    .line(`Ngày: ${minute(head.at)}`)
    .rule()
    .pair('Số hóa đơn:', String(count))
    .pair('Tổng doanh thu:', dots(total), 'bold')
  if (rates.size > 0) sheet.rule()
  for (const [rate, gross] of rates) sheet.pair(`Doanh thu ${/^\d+$/.test(rate) ? `${rate}%` : rate}:`, dots(gross))
  sheet.rule()
  for (const [method, amount] of tenders) sheet.pair(`${NAMES[method]}:`, dots(amount))
  return sheet.end().bytes()
}
