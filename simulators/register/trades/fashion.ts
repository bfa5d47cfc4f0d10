import { basket, type Good, type Habit } from '../basket.ts'
import { commas, minute } from '../figures.ts'
import { type Bill, bill, type Job, job, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Áo sơ mi trắng size M', 'Cái', 329_000, { code: 'SM-1042' }],
  ['Quần jean nam 32', 'Cái', 459_000, { code: 'QJ-2210' }],
  ['Đầm hoa nhí size S', 'Cái', 515_000, { code: 'DH-0871' }],
  ['Áo thun cổ tròn L', 'Cái', 179_000, { code: 'AT-3301' }],
  ['Chân váy xòe đen', 'Cái', 289_000, { code: 'CV-1190' }],
  ['Giày thể thao 39', 'Đôi', 690_000, { code: 'GT-0455' }],
  ['Túi xách da nâu', 'Cái', 849_000, { code: 'TX-0093' }],
  ['Nón lưỡi trai', 'Cái', 129_000, { code: 'NL-0210' }],
  ['Tất cổ ngắn', 'Đôi', 25_000, { code: 'TC-0017' }],
]
const HABIT: Habit = { goods: GOODS, most: 3, pieces: 2, lineDiscounts: 30, discountColumn: true, otherwise: 'card' }

/** Without accents; a discount in a column of its own. */
function print({ basket: sold, receiptNo, at }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-80-ascii')
    .centre('THỜI TRANG HẢI YẾN', 'big')
    .centre('TTTM Vạn Hạnh, 11 Sư Vạn Hạnh, Q.10, TP.HCM')
    .centre('Hotline: 1900 6868')
    .centre('HÓA ĐƠN BÁN LẺ', 'bold')
  if (copy) sheet.centre('BẢN SAO')
  sheet
    .line(cell(`Số HĐ: ${receiptNo}`, 26) + minute(at))
    .line('Thu ngân: Hồng Nhung')
    .rule()
    .line(cell('Mã hàng', 9) + cell('SL', -3) + cell('Đơn giá', -12) + cell('Giảm', -11) + cell('Thành tiền', -13))
    .rule()
  for (const { code = '', name, qty, price, discount, printed } of sold.lines)
    sheet
      .line(`${code} ${name}`)
      .line(
        cell('', 9) +
          cell(String(qty.units), -3) +
          cell(commas(price), -12) +
          cell(commas(discount), -11) +
          cell(commas(printed), -13),
      )
  sheet
    .rule()
    .pair('Tổng tiền hàng:', commas(sold.subtotal - sold.lineDiscounts))
    .pair('Khách phải trả:', commas(sold.total), 'bold')
  if (sold.cash === undefined) sheet.pair('Thẻ NAPAS:', commas(sold.total))
  else sheet.pair('Tiền khách đưa:', commas(sold.cash)).pair('Tiền thừa:', commas(sold.cash - sold.total))
  return sheet.lines(['Đổi hàng trong 7 ngày, giữ nguyên tem mác.', 'Hàng giảm giá không đổi trả.']).end().bytes()
}

/** Goods brought back: amounts are negative, the bill they were bought with is named. */
function printReturn({ basket: back, receiptNo, at }: Bill, bought: string): Buffer {
  const sheet = ticket('escpos-80-ascii')
    .centre('THỜI TRANG HẢI YẾN', 'big')
    .centre('PHIẾU TRẢ HÀNG', 'bold')
    .lines([`Số phiếu: ${receiptNo}`, `Ngày: ${minute(at)}`, `Theo hóa đơn: ${bought}`])
    .rule()
    .line(cell('Mã hàng', 9) + cell('SL', -3) + cell('Đơn giá', -12) + cell('Thành tiền', -24))
    .rule()
  for (const { code = '', name, qty, price, amount } of back.lines)
    sheet
      .line(`${code} ${name}`)
      .line(cell('', 9) + cell(`-${qty.units}`, -3) + cell(commas(price), -12) + cell(commas(-amount), -24))
  return sheet.rule().pair('Tổng cộng:', commas(-back.total), 'bold').pair('Tiền trả khách:', commas(back.total)).end().bytes()
}

export const fashion: Script = (scene) => {
  const { random } = scene
  const one = bill(scene, HABIT, 'BL', 6)
  const sale: Job = { ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }
  if (!random.chance(15)) return [sale]
  const back: Bill = {
    ...one,
    receiptNo: `TH${one.receiptNo.slice(2)}`,
    basket: basket(random, { ...HABIT, lineDiscounts: 0, most: 1 }),
  }
  return [sale, job(printReturn(back, one.receiptNo), truth('refund', back, -1))]
}
