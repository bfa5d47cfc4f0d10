import type { Good } from '../basket.ts'
import { dashed, dots } from '../figures.ts'
import { type Bill, bill, job, noSale, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Mì Hảo Hảo', 'Gói', 4_500],
  ['Nước mắm Nam Ngư', 'Chai', 46_000],
  ['Gạo thơm túi 5kg', 'Túi', 145_000],
  ['Dầu ăn Tường An', 'Chai', 48_000],
  ['Sữa tươi hộp', 'Hộp', 38_500],
  ['Bột giặt túi', 'Túi', 87_000],
  ['Trứng gà vỉ 10', 'Vỉ', 33_000],
  ['Đường trắng', 'Kg', 26_000],
  ['Kem đánh răng', 'Tuýp', 35_900],
  ['Giấy vệ sinh', 'Lốc', 62_000],
]

/** An electronic register's journal entry: mode line, quantity before its item (register-capture 8.1). */
function entry({ basket, receiptNo, at }: Bill, mode: 'REG' | '#/NS'): Buffer {
  const sheet = ticket('journal-1258')
    .line(`${mode.padEnd(3)} ${dashed(at)}`)
    .line(`C01  MC#01     ${receiptNo}`)
  if (mode === '#/NS') return sheet.end().bytes()
  for (const { name, qty, price, amount } of basket.lines) {
    if (qty.units > 1n) sheet.line(`${cell(`${qty.units} X`, 10)} @${dots(price)}`)
    sheet.line(cell(name, 20) + cell(dots(amount), -12))
  }
  sheet.rule().pair('TỔNG', dots(basket.total))
  const cash = basket.cash ?? basket.total
  sheet.pair('TIỀN MẶT', dots(cash))
  if (cash > basket.total) sheet.pair('TIỀN THỐI', dots(cash - basket.total))
  return sheet.end().bytes()
}

export const grocery: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 5, otherwise: 'cash' }, '', 6)
  const sale = job(entry(one, 'REG'), truth('sale', one))
  return scene.random.chance(5) ? [sale, job(entry(one, '#/NS'), noSale('no-sale', one.receiptNo))] : [sale]
}
