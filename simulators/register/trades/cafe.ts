import type { Good } from '../basket.ts'
import { dots, minute } from '../figures.ts'
import { type Bill, bill, job, noSale, type Script, truth } from '../script.ts'
import { cell, type Paper, ticket } from '../ticket.ts'
import { kitchenTicket } from './kitchen.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Cà phê sữa đá', 'Ly', 29_000],
  ['Cà phê đen nóng', 'Ly', 25_000],
  ['Bạc xỉu', 'Ly', 32_000],
  ['Trà đào cam sả', 'Ly', 45_000],
  ['Trà sữa trân châu', 'Ly', 39_000],
  ['Sinh tố bơ', 'Ly', 49_000],
  ['Nước ép ổi', 'Ly', 42_000],
  ['Bánh mì chảo', 'Phần', 55_000],
  ['Bánh flan', 'Cái', 18_000],
  ['Chè bưởi', 'Ly', 27_500],
]

/** Name line and figures below on 80 mm, one line per item on 58 mm. */
function print(paper: Paper, { basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const wide = paper === 'escpos-80-utf8'
  const sheet = ticket(paper)
    .centre('QUÁN CÀ PHÊ MINH ANH', 'big')
    .centre(wide ? '12 Nguyễn Trãi, P. Thanh Xuân, Hà Nội' : '12 Nguyễn Trãi, Hà Nội')
    .centre('ĐT: 0901 234 567')
    .centre(wide ? 'HÓA ĐƠN BÁN HÀNG' : 'PHIẾU THANH TOÁN', 'bold')
  if (copy) sheet.centre('BẢN SAO')
  sheet
    .line(`Số HĐ: ${receiptNo}`)
    .line(`Ngày: ${minute(at)}`)
    .line(`Bàn: ${table}`)
  if (wide) {
    sheet.line('Thu ngân: Lan').rule()
    sheet.bold(cell('Đơn giá', 19) + cell('SL', 10) + cell('Thành tiền', -19)).rule()
    for (const { name, qty, price, amount } of basket.lines)
      sheet.line(name).line(cell(dots(price), 19) + cell(String(qty.units), 10) + cell(dots(amount), -19))
  } else {
    sheet
      .rule('=')
      .line(cell('Tên món', 19) + cell('SL', 3) + cell('T.Tiền', -10))
      .rule()
    for (const { name, qty, amount } of basket.lines)
      sheet.line(cell(name, 19) + cell(String(qty.units), 3) + cell(dots(amount), -10))
  }
  sheet.rule().pair('Tổng tiền hàng:', dots(basket.subtotal))
  if (basket.discount > 0n) sheet.pair(`Giảm giá ${basket.discountPercent}%:`, `-${dots(basket.discount)}`)
  sheet.pair('Tổng cộng:', dots(basket.total), 'bold')
  if (basket.cash === undefined) sheet.pair('Chuyển khoản:', dots(basket.total))
  else sheet.pair('Tiền khách đưa:', dots(basket.cash)).pair('Tiền thừa:', dots(basket.cash - basket.total))
  sheet.centre('Cảm ơn và hẹn gặp lại!').end()
  return basket.cash === undefined || copy ? sheet.bytes() : sheet.kick().bytes()
}

export const cafe =
  (paper: Paper): Script =>
  (scene) => {
    const { random } = scene
    const one = bill(scene, { goods: GOODS, most: 4, discounts: 15 }, 'HD', 6)
    const copy = (): ReturnType<typeof job> => job(print(paper, one, true), truth('reprint', one))
    const kitchen = random.chance(10) ? [job(kitchenTicket(paper, one), noSale('kitchen'))] : []
    return [...kitchen, { ...job(print(paper, one), truth('sale', one)), copy }, ...(random.chance(6) ? [copy()] : [])]
  }
