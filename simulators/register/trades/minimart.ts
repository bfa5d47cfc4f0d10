import type { Good } from '../basket.ts'
import { dots, minute } from '../figures.ts'
import { type Bill, bill, job, noSale, type Script, truth } from '../script.ts'
import { ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Mì Hảo Hảo tôm chua cay', 'Gói', 4_500],
  ['Sting dâu 330ml', 'Chai', 11_000],
  ['Cháo tươi Sài Gòn', 'Gói', 27_000],
  ['Xúc xích Ponnie', 'Cây', 6_500],
  ['Nước tăng lực Red Bull', 'Lon', 13_500],
  ['Bánh Chocopie hộp 6', 'Hộp', 32_000],
  ['Sữa chua Vinamilk', 'Hộp', 7_500],
  ['Kẹo dừa Bến Tre', 'Gói', 25_000],
  ['Pin Con Ó 2A', 'Vỉ', 15_000],
]

/** 58 mm: name line, then `2 x 15.000   30.000`; the item count below. */
function print({ basket, receiptNo, at }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-58-1258').centre('TẠP HÓA CÔ BA', 'bold').centre('12/3 Ấp Bắc, Mỹ Tho').centre('HÓA ĐƠN BÁN HÀNG')
  if (copy) sheet.centre('BẢN SAO')
  sheet.lines([`Số HĐ: ${receiptNo}`, `Ngày: ${minute(at)}`]).rule()
  for (const { name, qty, price, amount } of basket.lines) sheet.line(name).pair(`  ${qty.units} x ${dots(price)}`, dots(amount))
  const pieces = basket.lines.reduce((sum, { qty }) => sum + qty.units, 0n)
  sheet.rule().pair('Tổng số lượng:', String(pieces)).pair('Tổng cộng:', dots(basket.total), 'bold')
  if (basket.cash === undefined) sheet.pair('Chuyển khoản:', dots(basket.total))
  else sheet.pair('Tiền khách đưa:', dots(basket.cash)).pair('Tiền thừa:', dots(basket.cash - basket.total))
  return sheet.end().kick().bytes()
}

/** Now and then a delivery of goods, which is no sale. */
function printDelivery({ basket, at }: Bill): Buffer {
  const sheet = ticket('escpos-58-1258')
    .centre('PHIẾU NHẬP HÀNG', 'bold')
    .line(`Ngày: ${minute(at)}`)
    .rule()
  for (const { name, qty } of basket.lines) sheet.pair(name, String(qty.units))
  return sheet.end().bytes()
}

export const minimart: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 6, pieces: 6 }, 'HD', 6)
  const sale = { ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }
  return scene.random.chance(6) ? [sale, job(printDelivery(one), noSale('delivery'))] : [sale]
}
