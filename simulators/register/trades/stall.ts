import type { Good } from '../basket.ts'
import { minute, thousands } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Bún chả', 'Suất', 45_000],
  ['Nem rán', 'Cái', 10_000],
  ['Bún đậu mắm tôm', 'Suất', 50_000],
  ['Chả cốm', 'Đĩa', 30_000],
  ['Trà đá', 'Cốc', 5_000],
  ['Nước sấu', 'Cốc', 15_000],
  ['Bia hơi', 'Cốc', 12_000],
]

/** A household's stall (sales invoices, no VAT): small printer, short words, thousands as k. */
function print({ basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-58-tcvn3')
    .centre('Bún chả Cô Hằng', 'bold')
    .line('Ngõ 74 Hàng Quạt, Hà Nội')
    .centre('Phiếu thanh toán')
  if (copy) sheet.centre('In lại')
  sheet.lines([`Số: ${receiptNo}`, `Bàn ${table}`, minute(at)]).rule()
  for (const { name, qty, price, amount } of basket.lines)
    sheet.line(cell(name, 17) + cell(`${qty.units} x ${thousands(price)}`, 8) + cell(thousands(amount), -7))
  sheet.rule().pair('Tổng', thousands(basket.total))
  if (basket.cash !== undefined && basket.cash > basket.total)
    sheet.pair('Khách đưa', thousands(basket.cash)).pair('Trả lại', thousands(basket.cash - basket.total))
  return sheet.line('Cảm ơn!').end().bytes()
}

export const stall: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 4, pieces: 5, otherwise: 'cash' }, '', 4)
  return [{ ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
