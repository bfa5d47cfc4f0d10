import { showDong } from '../../src/domain/dong.ts'
import { type Instant, shownTime } from '../../src/domain/time.ts'
import type { Basket } from './basket.ts'
import { cell, type Paper, ticket } from './ticket.ts'

/** One bill of a till, in its shop's layout. */
export interface Bill {
  readonly basket: Basket
  readonly receiptNo: string
  readonly at: Instant
  readonly table: number
}

/** `21/11/2026 08:15` */
const minute = (at: Instant): string => shownTime(at).slice(0, 16)

/** A café's bill, name line and figures below on 80 mm, one line per item on 58 mm. */
export function cafeBill(paper: Paper, { basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const wide = paper === 'escpos-80-utf8'
  const sheet = ticket(paper)
    .centre('QUÁN CÀ PHÊ MINH ANH', 'big')
    .centre(wide ? '12 Nguyễn Trãi, P. Thanh Xuân, Hà Nội' : '12 Nguyễn Trãi, Hà Nội')
    .centre('ĐT: 0901 234 567')
    .centre(wide ? 'HÓA ĐƠN BÁN HÀNG' : 'PHIẾU THANH TOÁN', 'bold')
  if (copy) sheet.centre('BẢN SAO')
  sheet.line(`Số HĐ: ${receiptNo}`).line(`Ngày: ${minute(at)}`)
  sheet.line(`Bàn: ${table}`)
  if (wide) {
    sheet
      .line('Thu ngân: Lan')
      .rule()
      .bold(cell('Đơn giá', 19) + cell('SL', 10) + cell('Thành tiền', -19))
      .rule()
    for (const { name, qty, price, amount } of basket.lines)
      sheet.line(name).line(cell(showDong(price), 19) + cell(String(qty), 10) + cell(showDong(amount), -19))
  } else {
    sheet
      .rule('=')
      .line(cell('Tên món', 19) + cell('SL', 3) + cell('T.Tiền', -10))
      .rule()
    for (const { name, qty, amount } of basket.lines)
      sheet.line(cell(name, 19) + cell(String(qty), 3) + cell(showDong(amount), -10))
  }
  sheet.rule().pair('Tổng tiền hàng:', showDong(basket.subtotal))
  if (basket.discount > 0n) sheet.pair(`Giảm giá ${basket.discountPercent}%:`, `-${showDong(basket.discount)}`)
  sheet.bold(`Tổng cộng:${cell(showDong(basket.total), 10 - sheet.columns)}`)
  if (basket.cash === undefined) sheet.pair('Chuyển khoản:', showDong(basket.total))
  else sheet.pair('Tiền khách đưa:', showDong(basket.cash)).pair('Tiền thừa:', showDong(basket.cash - basket.total))
  sheet.centre('Cảm ơn và hẹn gặp lại!')
  return Buffer.concat([sheet.end().bytes(), basket.cash === undefined || copy ? Buffer.alloc(0) : drawer()])
}

const drawer = (): Buffer => Buffer.from([0x1b, 0x70, 0x00, 0x19, 0xfa])

/** A phở restaurant's bill: prices without VAT, service charge and VAT below. */
export function phoBill({ basket, receiptNo, at, table }: Bill, kind: 'provisional' | 'sale' | 'reprint'): Buffer {
  const sheet = ticket('escpos-80-utf8')
    .centre('NHÀ HÀNG PHỞ MINH ANH', 'bold')
    .centre('5 Trần Phú, Nha Trang')
    .centre(kind === 'provisional' ? 'PHIẾU TẠM TÍNH' : 'HÓA ĐƠN THANH TOÁN', 'big')
  if (kind === 'reprint') sheet.centre('IN LẠI')
  sheet
    .line(`${cell(`Số phiếu: ${receiptNo}`, 36)}Bàn: ${table}`)
    .line(`Ngày ${minute(at)}`)
    .rule()
    .line(cell('STT Tên hàng', 21) + cell('ĐVT', 5) + cell('SL', -3) + cell('Đ.Giá', -9) + cell('T.Tiền', -10))
    .rule()
  for (const [i, { name, unit, qty, price, amount }] of basket.lines.entries())
    sheet.line(
      cell(String(i + 1), 4) +
        cell(name, 17) +
        cell(unit, 5) +
        cell(String(qty), -3) +
        cell(showDong(price), -9) +
        cell(showDong(amount), -10),
    )
  sheet
    .rule()
    .pair('Thành tiền:', showDong(basket.subtotal))
    .pair(`Phí phục vụ (${basket.servicePercent}%):`, showDong(basket.service))
    .pair(`Thuế GTGT (${basket.vatPercent}%):`, showDong(basket.vat))
    .bold(`TỔNG THANH TOÁN:${cell(showDong(basket.total), 16 - sheet.columns)}`)
  if (kind === 'provisional') return sheet.centre('(Chưa thanh toán - không có giá trị xuất hóa đơn)').end().bytes()
  const cash = basket.cash ?? basket.total
  if (basket.cash === undefined) sheet.pair('Chuyển khoản:', showDong(cash))
  else sheet.pair('Tiền mặt:', showDong(cash)).pair('Trả lại khách:', showDong(cash - basket.total))
  return sheet.centre('Hẹn gặp lại quý khách').end().bytes()
}

/** A ticket for the kitchen: dishes, no prices. */
export function kitchenTicket(paper: Paper, { basket, at, table }: Bill): Buffer {
  const sheet = ticket(paper)
    .centre('PHIẾU BẾP', 'big')
    .line(`Bàn: ${table}   Giờ: ${minute(at).slice(11)}`)
    .rule('=')
  for (const { name, qty } of basket.lines) sheet.line(`${qty}  ${name}`)
  return sheet.end().bytes()
}

/** An electronic register's journal entry: mode line, quantity before its item (register-capture 8.1). */
export function journalEntry({ basket, receiptNo, at }: Bill, mode: 'REG' | '#/NS'): Buffer {
  const day = minute(at).slice(0, 10).replaceAll('/', '-')
  const sheet = ticket('journal-1258')
    .line(`${mode.padEnd(3)} ${day} ${minute(at).slice(11)}`)
    .line(`C01  MC#01     ${receiptNo}`)
  if (mode === '#/NS') return sheet.end().bytes()
  for (const { name, qty, price, amount } of basket.lines) {
    if (qty > 1) sheet.line(`${cell(`${qty} X`, 10)} @${showDong(price)}`)
    sheet.line(cell(name, 20) + cell(showDong(amount), -12))
  }
  sheet.rule().pair('TỔNG', showDong(basket.total))
  const cash = basket.cash ?? basket.total
  sheet.pair('TIỀN MẶT', showDong(cash))
  if (cash > basket.total) sheet.pair('TIỀN THỐI', showDong(cash - basket.total))
  return sheet.end().bytes()
}
