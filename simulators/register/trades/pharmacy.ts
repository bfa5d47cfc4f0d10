import type { Good } from '../basket.ts'
import { commas, minute } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Panadol Extra', 'Vỉ', 17_000, { rate: '5' }],
  ['Vitamin C 500mg', 'Hộp', 42_000, { rate: '5' }],
  ['Amoxicillin 500mg', 'Vỉ', 15_500, { rate: '5' }],
  ['Siro ho Prospan', 'Chai', 79_000, { rate: '5' }],
  ['Nước muối sinh lý 0.9%', 'Chai', 6_000, { rate: '5' }],
  ['Berberin', 'Lọ', 12_000, { rate: '5' }],
  ['Khẩu trang y tế 4 lớp', 'Hộp', 35_000, { rate: '5' }],
  ['Oresol cam', 'Gói', 4_500, { rate: '5' }],
  ['Dầu gió xanh Con Ó', 'Chai', 68_000, { rate: '5' }],
  ['Băng cá nhân Urgo', 'Hộp', 28_000, { rate: '5' }],
]

/** 42 columns, unit column, comma thousands, one rate of 5 % inside the prices. */
function print({ basket, receiptNo, at }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-80-narrow')
    .centre('NHÀ THUỐC AN KHANG', 'big')
    .lines(['ĐC: 215 Lê Văn Sỹ, P.13, Q.3, TP.HCM', 'ĐT: 028 3931 5566', 'MST: 0312345678'])
    .centre('HÓA ĐƠN BÁN LẺ', 'bold')
  if (copy) sheet.centre('(BẢN SAO)')
  sheet
    .lines([`Mã HĐ: ${receiptNo}`, `Ngày bán: ${minute(at)}`, 'Dược sĩ: Trần Mai Phương', 'Khách hàng: Khách lẻ'])
    .rule()
    .line(cell('Tên hàng', 18) + cell('ĐVT', 5) + cell('SL', -3) + cell('Giá', -7) + cell('T.Tiền', -9))
    .rule()
  for (const { name, unit, qty, price, amount } of basket.lines)
    sheet
      .line(name)
      .line(cell('', 18) + cell(unit, 5) + cell(String(qty.units), -3) + cell(commas(price), -7) + cell(commas(amount), -9))
  sheet.rule().pair('Tổng cộng:', commas(basket.total), 'bold')
  for (const { rate, tax } of basket.taxes) sheet.pair(`Trong đó thuế GTGT ${rate}%:`, commas(tax))
  if (basket.cash === undefined) sheet.pair('Chuyển khoản:', commas(basket.total))
  else sheet.pair('Khách đưa:', commas(basket.cash)).pair('Tiền thừa:', commas(basket.cash - basket.total))
  return sheet.lines(['Thuốc mua rồi miễn đổi trả.', 'Chúc quý khách mau khỏe!']).end().bytes()
}

export const pharmacy: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 4, pieces: 2, showsVat: true }, 'NT', 7)
  return [{ ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
