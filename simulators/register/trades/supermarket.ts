import type { Good } from '../basket.ts'
import { comma, dots, second } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Sữa tươi TH 1L', 'Hộp', 38_500, { code: '8934563138165', rate: '8' }],
  ['Thịt ba rọi', 'Kg', 189_000, { code: '2100457', rate: 'KCT', parts: 1000 }],
  ['Cá thu cắt khoanh', 'Kg', 265_000, { code: '2100732', rate: 'KCT', parts: 1000 }],
  ['Bột giặt Omo 3kg', 'Túi', 165_000, { code: '8936017361234', rate: '8' }],
  ['Gạo ST25 túi 5kg', 'Túi', 195_000, { code: '8934588012345', rate: '5' }],
  ['Bưởi da xanh', 'Kg', 64_900, { code: '2100118', rate: 'KCT', parts: 1000 }],
  ['Nước mắm Nam Ngư 750ml', 'Chai', 46_200, { code: '8934804023461', rate: '8' }],
  ['Bia Sài Gòn lon 330ml', 'Lon', 13_900, { code: '8935012413318', rate: '10' }],
  ['Đường Biên Hòa 1kg', 'Gói', 27_400, { code: '8934580100124', rate: '5' }],
  ['Dầu ăn Neptune 1L', 'Chai', 52_300, { code: '8934988010121', rate: '8' }],
  ['Khăn giấy Pulppy', 'Gói', 21_800, { code: '8934614015209', rate: '8' }],
]
/** The letter of each rate behind the amounts and before its row of the table. */
const LETTERS: Readonly<Record<string, string>> = { '5': 'A', '8': 'B', '10': 'C', KCT: 'K' }

/** 42 columns, code and name above the figures, weights, discounts of lines repeated below, cash rounding, table of the VAT. */
function print({ basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-80-1258')
    .centre('SIÊU THỊ HOA SEN', 'bold')
    .lines(['CN Hà Nội - 88 Láng Hạ, Đống Đa', 'MST: 0101234567-001'])
    .centre('PHIẾU TÍNH TIỀN', 'bold')
  if (copy) sheet.centre('*** IN LẠI ***')
  sheet
    .line(`Quầy: ${String(table).padStart(2, '0')}  NV: 1187 Nguyễn Thị Hạnh`)
    .lines([`Số GD: ${receiptNo}`, second(at)])
    .rule()
    .line(cell('Mặt hàng', 16) + cell('SL', -4) + cell('Đ.Giá', -9) + cell('T.Tiền', -10) + cell('T', -3))
    .rule()
  for (const { code = '', name, unit, qty, price, amount, discount, rate = '' } of basket.lines) {
    sheet
      .line(`${code} ${name}${unit === 'Kg' ? ' (kg)' : ''}`)
      .line(cell(comma(qty), -18) + cell(dots(price), -10) + cell(dots(amount), -10) + cell(LETTERS[rate] ?? '', -3))
    if (discount > 0n) sheet.line(`   KM: Giảm giá${cell(`-${dots(discount)}`, -22)}`)
  }
  sheet.rule()
  if (basket.lines.every(({ unit }) => unit !== 'Kg'))
    sheet.pair('Tổng số lượng:', String(basket.lines.reduce((sum, { qty }) => sum + qty.units, 0n)))
  sheet.pair('TỔNG TIỀN:', dots(basket.subtotal))
  if (basket.lineDiscounts > 0n) sheet.pair('Giảm giá:', dots(basket.lineDiscounts))
  if (basket.rounding !== 0n) sheet.pair('Làm tròn:', dots(basket.rounding))
  sheet.pair('PHẢI THANH TOÁN:', dots(basket.total), 'bold')
  for (const { method, amount } of basket.payments)
    if (method === 'card') sheet.pair('Thẻ VISA ****1234', dots(amount))
    else sheet.pair('Tiền mặt', dots(basket.cash ?? amount)).pair('Tiền trả lại', dots((basket.cash ?? amount) - amount))
  sheet.rule().line(cell('Thuế   Suất', 17) + cell('Trước thuế', -12) + cell('Tiền thuế', -13))
  for (const { rate, base, tax } of basket.taxes)
    sheet.line(
      cell(LETTERS[rate] ?? '', 7) + cell(/\d/.test(rate) ? `${rate}%` : rate, 10) + cell(dots(base), -12) + cell(dots(tax), -13),
    )
  return sheet
    .line('Giá đã bao gồm thuế GTGT')
    .barcode(receiptNo)
    .centre('Tra cứu hóa đơn điện tử bằng mã QR')
    .qr(`https://hoadon.example.vn/tra-cuu?id=${receiptNo}`)
    .end()
    .bytes()
}

export const supermarket: Script = (scene) => {
  const habit = {
    goods: GOODS,
    most: 7,
    showsVat: true,
    lineDiscounts: 12,
    roundTo: 500n,
    otherwise: 'card',
    twoWays: 12,
  } as const
  const one = bill(scene, habit, '03-', 8)
  return [{ ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
