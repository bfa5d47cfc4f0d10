import { basket, type Good, type Habit } from '../basket.ts'
import { dots, minute } from '../figures.ts'
import { type Bill, bill, type Job, job, noSale, type Script, truth } from '../script.ts'
import { cell, ticket } from '../ticket.ts'
import { kitchenTicket } from './kitchen.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Phở tái chín', 'Tô', 65_000],
  ['Phở bò viên', 'Tô', 60_000],
  ['Phở đặc biệt', 'Tô', 85_000],
  ['Phở gà ta', 'Tô', 70_000],
  ['Bún bò Huế', 'Tô', 68_000],
  ['Quẩy nóng', 'Đĩa', 10_000],
  ['Trứng chần', 'Chén', 8_000],
  ['Trà đá', 'Ly', 5_000],
  ['Nước suối', 'Chai', 12_000],
  ['Khăn lạnh', 'Cái', 3_000],
]
const HABIT: Habit = { goods: GOODS, most: 5, servicePercent: 5, vatPercent: 8 }

/** Prices without VAT, service charge and VAT below. `part`: which part of a divided table it is. */
function print({ basket, receiptNo, at, table }: Bill, kind: 'provisional' | 'sale' | 'reprint', part = ''): Buffer {
  const sheet = ticket('escpos-80-utf8')
    .centre('NHÀ HÀNG PHỞ MINH ANH', 'bold')
    .centre('5 Trần Phú, Nha Trang')
    .centre(kind === 'provisional' ? 'PHIẾU TẠM TÍNH' : 'HÓA ĐƠN THANH TOÁN', 'big')
  if (kind === 'reprint') sheet.centre('IN LẠI')
  sheet
    .line(`${cell(`Số phiếu: ${receiptNo}`, 32)}Bàn: ${table}${part}`)
    .line(`Ngày ${minute(at)}`)
    .rule()
    .line(cell('STT Tên hàng', 21) + cell('ĐVT', 5) + cell('SL', -3) + cell('Đ.Giá', -9) + cell('T.Tiền', -10))
    .rule()
  for (const [i, { name, unit, qty, price, amount }] of basket.lines.entries())
    sheet.line(
      [cell(String(i + 1), 4), cell(name, 17), cell(unit, 5), cell(String(qty.units), -3)].join('') +
        cell(dots(price), -9) +
        cell(dots(amount), -10),
    )
  sheet
    .rule()
    .pair('Thành tiền:', dots(basket.subtotal))
    .pair(`Phí phục vụ (${basket.servicePercent}%):`, dots(basket.service))
    .pair(`Thuế GTGT (${basket.vatPercent}%):`, dots(basket.vat))
    .pair('TỔNG THANH TOÁN:', dots(basket.total), 'bold')
  if (kind === 'provisional') return sheet.centre('(Chưa thanh toán - không có giá trị xuất hóa đơn)').end().bytes()
  if (basket.cash === undefined) sheet.pair('Chuyển khoản:', dots(basket.total))
  else sheet.pair('Tiền mặt:', dots(basket.cash)).pair('Trả lại khách:', dots(basket.cash - basket.total))
  return sheet.centre('Hẹn gặp lại quý khách').end().bytes()
}

/** Kitchen ticket, provisional bill, then the bill, one after the other; a table that pays apart gets two bills. */
export const restaurant: Script = (scene) => {
  const { random } = scene
  const one = bill(scene, HABIT, 'HD', 6)
  const jobs = [job(kitchenTicket('escpos-80-utf8', one), noSale('kitchen'))]
  if (random.chance(50)) jobs.push(job(print(one, 'provisional'), truth('provisional', one)))
  const apart = random.chance(8)
  jobs.push(...(apart ? divided(one, basket(random, HABIT)) : [paid(one)]))
  if (!apart && random.chance(8)) jobs.push(...jobs.slice(-1).flatMap((last) => last.copy?.() ?? []))
  return jobs
}

const paid = (one: Bill, part = ''): Job => ({
  ...job(print(one, 'sale', part), truth('sale', one)),
  copy: () => job(print(one, 'reprint', part), truth('reprint', one)),
})

/** The table pays in two parts: the number of its bill with a letter behind it. */
const divided = (one: Bill, second: Bill['basket']): Job[] => [
  paid({ ...one, receiptNo: `${one.receiptNo}A` }, ' (tách 1/2)'),
  paid({ ...one, basket: second, receiptNo: `${one.receiptNo}B` }, ' (tách 2/2)'),
]
