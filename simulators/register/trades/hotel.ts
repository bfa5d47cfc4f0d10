import type { Good } from '../basket.ts'
import { commas, minute } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Phòng Superior', 'Đêm', 850_000],
  ['Phòng Deluxe hướng biển', 'Đêm', 1_450_000],
  ['Giường phụ', 'Đêm', 250_000],
  ['Ăn sáng buffet', 'Suất', 180_000],
  ['Giặt ủi', 'Kg', 60_000],
  ['Đưa đón sân bay', 'Lượt', 300_000],
  ['Minibar - bia Tiger', 'Lon', 35_000],
  ['Minibar - nước suối', 'Chai', 20_000],
  ['Massage chân 60 phút', 'Suất', 320_000],
]

/** "++": 5 % service on the prices, then 8 % VAT on both. VISCII. */
function print({ basket, receiptNo, at, table }: Bill, kind: 'provisional' | 'sale' | 'reprint'): Buffer {
  const sheet = ticket('escpos-80-viscii')
    .centre('KHÁCH SẠN BIỂN NGỌC', 'big')
    .centre('36 Trần Phú, Lộc Thọ, Nha Trang')
    .centre('ĐT: 0258 352 1234 - MST: 4201234567')
    .centre(kind === 'provisional' ? 'PHIẾU TẠM TÍNH' : 'PHIẾU THANH TOÁN', 'bold')
  if (kind === 'reprint') sheet.centre('BẢN SAO')
  sheet
    .line(`${cell(`Số phiếu: ${receiptNo}`, 30)}Phòng: ${200 + table}`)
    .lines([`Ngày: ${minute(at)}`, 'Lễ tân: Võ Thị Kim Ngân'])
    .rule('=')
    .line(cell('Diễn giải', 24) + cell('SL', -3) + cell('Đơn giá', -10) + cell('Thành tiền', -11))
    .rule()
  for (const { name, qty, price, amount } of basket.lines)
    sheet.line(cell(name, 24) + cell(String(qty.units), -3) + cell(commas(price), -10) + cell(commas(amount), -11))
  sheet
    .rule()
    .pair('Cộng tiền hàng:', commas(basket.subtotal))
    .pair('Phí phục vụ 5%:', commas(basket.service))
    .pair('Thuế GTGT 8%:', commas(basket.vat))
    .pair('Tổng thanh toán (VND):', commas(basket.total), 'bold')
  if (kind === 'provisional') return sheet.centre('Chưa thanh toán').end().bytes()
  if (basket.cash === undefined) sheet.pair('Thẻ VISA:', commas(basket.total))
  else sheet.pair('Tiền mặt:', commas(basket.cash)).pair('Tiền thừa:', commas(basket.cash - basket.total))
  return sheet.centre('Cảm ơn quý khách - See you again').end().bytes()
}

export const hotel: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 4, servicePercent: 5, vatPercent: 8, otherwise: 'card' }, 'KS', 6)
  const sale = {
    ...job(print(one, 'sale'), truth('sale', one)),
    copy: () => job(print(one, 'reprint'), truth('reprint', one)),
  }
  return scene.random.chance(30) ? [job(print(one, 'provisional'), truth('provisional', one)), sale] : [sale]
}
