import type { Good } from '../basket.ts'
import { dots, minute } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Combo sáng', 'Phần', 59_000, { with: ['Bánh mì bơ tỏi', 'Cà phê sữa'] }],
  ['Combo trà chiều', 'Phần', 89_000, { with: ['Bánh su kem', 'Trà vải'] }],
  ['Bánh mì bơ tỏi', 'Ổ', 32_000],
  ['Bánh sừng bò', 'Cái', 25_000],
  ['Bánh bông lan trứng muối', 'Cái', 48_000],
  ['Bánh kem sinh nhật 16cm', 'Cái', 320_000],
  ['Su kem', 'Hộp', 45_000],
  ['Trà vải', 'Ly', 39_000],
  ['Pateso thịt', 'Cái', 22_000],
]

/** A chain with Star printers: quantity first, combos with members at 0, a QR for the customer's opinion. */
function print({ basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const sheet = ticket('star-80-utf8')
    .centre('BÁNH NGỌT ABC', 'big')
    .centre('CN 12: 8 Cách Mạng Tháng 8, Cần Thơ')
    .centre('HÓA ĐƠN BÁN HÀNG', 'bold')
  if (copy) sheet.centre('BẢN SAO')
  sheet
    .line(`${cell(`Số HĐ: ${receiptNo}`, 26)}Quầy: ${table}`)
    .line(`Ngày: ${minute(at)}`)
    .rule()
    .line(cell('SL', 4) + cell('Tên hàng', 24) + cell('Đơn giá', -9) + cell('Thành tiền', -11))
    .rule()
  for (const { name, qty, price, amount, members } of basket.lines) {
    sheet.line(cell(String(qty.units), 4) + cell(name, 24) + cell(dots(price), -9) + cell(dots(amount), -11))
    for (const member of members)
      sheet.line(cell(String(qty.units), 4) + cell(`+ ${member}`, 24) + cell('0', -9) + cell('0', -11))
  }
  sheet.rule().pair('Tổng tiền hàng:', dots(basket.subtotal))
  if (basket.discount > 0n) sheet.pair(`Voucher giảm ${basket.discountPercent}%:`, `-${dots(basket.discount)}`)
  sheet.pair('Tổng cộng:', dots(basket.total), 'bold')
  if (basket.cash === undefined) sheet.pair('ZaloPay:', dots(basket.total))
  else sheet.pair('Tiền mặt:', dots(basket.cash)).pair('Tiền thừa:', dots(basket.cash - basket.total))
  return sheet.centre('Góp ý: 1800 1234').qr(`https://banhngot.example.vn/gop-y/${receiptNo}`).end().bytes()
}

export const bakery: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 4, discounts: 15, otherwise: 'wallet' }, 'ABC', 7)
  return [{ ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
