import type { Good } from '../basket.ts'
import { dots, minute } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Cắt tóc nữ', 'Lần', 120_000],
  ['Gội đầu dưỡng sinh', 'Lần', 90_000],
  ['Nhuộm tóc ngắn', 'Lần', 450_000],
  ['Uốn tóc setting', 'Lần', 650_000],
  ['Phục hồi Keratin', 'Lần', 380_000],
  ['Sơn gel tay', 'Bộ', 150_000],
  ['Chăm sóc da mặt cơ bản', 'Lần', 250_000],
  ['Dầu gội Tsubaki 490ml', 'Chai', 185_000],
]
const STAFF = ['Ngọc', 'Thảo', 'Vy', 'Hùng'] as const

/** 42 columns, who did it below each service, a member's discount, e-wallets. */
function print({ basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-80-narrow')
    .centre('SALON TÓC THU HÀ', 'big')
    .centre('45 Hoàng Diệu, Hải Châu, Đà Nẵng')
    .centre('PHIẾU THANH TOÁN', 'bold')
  if (copy) sheet.centre('LIÊN 2')
  sheet
    .lines([`Mã phiếu: ${receiptNo}`, `Ngày: ${minute(at)}`, 'Khách hàng: Chị Hương'])
    .rule()
    .line(cell('Dịch vụ', 19) + cell('SL', -3) + cell('Đ.Giá', -9) + cell('T.Tiền', -11))
    .rule()
  for (const [i, { name, qty, price, amount }] of basket.lines.entries())
    sheet
      .line(cell(name, 19) + cell(String(qty.units), -3) + cell(dots(price), -9) + cell(dots(amount), -11))
      .line(`  (Thợ: ${STAFF[(table + i) % STAFF.length] ?? STAFF[0]})`)
  sheet.rule().pair('Cộng:', dots(basket.subtotal))
  if (basket.discount > 0n) sheet.pair(`Giảm thẻ thành viên ${basket.discountPercent}%:`, dots(basket.discount))
  sheet.pair('Tổng thanh toán:', dots(basket.total), 'bold')
  if (basket.cash === undefined) sheet.pair('Ví MoMo:', dots(basket.total))
  else sheet.pair('Khách đưa:', dots(basket.cash)).pair('Trả lại:', dots(basket.cash - basket.total))
  return sheet.line('Điểm tích lũy: 128').centre('Hẹn gặp lại quý khách!').end().bytes()
}

export const salon: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 3, pieces: 1, discounts: 35, otherwise: 'wallet' }, 'TP', 5)
  return [{ ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
