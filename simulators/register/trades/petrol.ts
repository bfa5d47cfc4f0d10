import type { Good } from '../basket.ts'
import { comma, dots, second } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Xăng RON 95-III', 'Lít', 21_350, { parts: 1000 }],
  ['Xăng E5 RON 92-II', 'Lít', 20_410, { parts: 1000 }],
  ['Dầu DO 0,05S-II', 'Lít', 18_870, { parts: 1000 }],
]

/** 58 mm without accents: one pump, litres to the millilitre. */
function print({ basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-58-ascii')
    .centre('CHXD SỐ 27 - PETRO AN BÌNH', 'bold')
    .centre('QL1A, Bình Chánh, TP.HCM')
    .line('MST: 0301234567')
    .centre('PHIẾU BÁN HÀNG', 'bold')
  if (copy) sheet.centre('IN LẠI')
  sheet.lines([`Số phiếu: ${receiptNo}`, `Ngày: ${second(at)}`, `Trụ bơm: ${table}`]).rule()
  for (const { name, qty, price, amount } of basket.lines)
    sheet.line(name).pair(`${comma(qty)} lít x ${dots(price)}`, dots(amount))
  sheet.rule().pair('TỔNG CỘNG', dots(basket.total), 'bold')
  if (basket.cash === undefined) sheet.pair('Chuyển khoản', dots(basket.total))
  else sheet.pair('Tiền mặt', dots(basket.total))
  return sheet.line('Giá đã gồm thuế GTGT').centre('Chúc quý khách thượng lộ bình an').end().bytes()
}

export const petrol: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 1, pieces: 40 }, '27-', 7)
  return [{ ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
