import type { Good } from '../basket.ts'
import { comma, marked, minute } from '../figures.ts'
import { type Bill, bill, job, noSale, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'
import { kitchenTicket } from './kitchen.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Giờ hát phòng thường', 'Giờ', 180_000, { rate: '10', parts: 4 }],
  ['Giờ hát phòng VIP', 'Giờ', 350_000, { rate: '10', parts: 4 }],
  ['Bia Heineken lon', 'Lon', 32_000, { rate: '10' }],
  ['Bia Tiger Bạc', 'Lon', 29_000, { rate: '10' }],
  ['Đĩa trái cây lớn', 'Đĩa', 180_000, { rate: '10' }],
  ['Khô mực nướng', 'Đĩa', 220_000, { rate: '10' }],
  ['Nước suối Aquafina', 'Chai', 20_000, { rate: '10' }],
  ['Khăn lạnh', 'Cái', 5_000, { rate: '10' }],
  ['Thuê micro phụ', 'Cái', 50_000, { rate: '10' }],
]

/** Hours in quarters; prices hold the excise and the VAT, as the law asks for entertainment; amounts with đ behind. */
function print({ basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-80-utf8')
    .centre('KARAOKE SAO ĐÊM', 'big')
    .centre('99 Phan Xích Long, Phú Nhuận, TP.HCM')
    .centre('HÓA ĐƠN THANH TOÁN', 'bold')
  if (copy) sheet.centre('*** BẢN SAO ***')
  sheet
    .line(`Phòng: ${table}`)
    .lines([`Số HĐ: ${receiptNo}`, `Giờ ra: ${minute(at)}`, 'Thu ngân: Tuấn'])
    .rule()
    .line(cell('Tên hàng', 20) + cell('SL', -5) + cell('Đơn giá', -11) + cell('T.Tiền', -12))
    .rule()
  for (const { name, qty, price, amount } of basket.lines)
    sheet.line(cell(name, 20) + cell(comma(qty), -5) + cell(marked(price), -11) + cell(marked(amount), -12))
  sheet.rule().pair('Tổng tiền hàng:', marked(basket.subtotal))
  if (basket.discount > 0n) sheet.pair(`Giảm giá ${basket.discountPercent}%:`, `-${marked(basket.discount)}`)
  sheet.pair('TỔNG CỘNG:', marked(basket.total), 'bold')
  if (basket.cash === undefined) sheet.pair('Chuyển khoản:', marked(basket.total))
  else sheet.pair('Khách đưa:', marked(basket.cash)).pair('Tiền thối:', marked(basket.cash - basket.total))
  return sheet.line('Giá đã gồm thuế TTĐB 30% và thuế GTGT 10%').centre('Hẹn gặp lại!').end().bytes()
}

export const karaoke: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 5, discounts: 10 }, 'KA', 6)
  const order = scene.random.chance(25) ? [job(kitchenTicket('escpos-80-utf8', one), noSale('kitchen'))] : []
  return [...order, { ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
