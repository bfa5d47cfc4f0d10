import { instant } from '../../../src/domain/time.ts'
import type { Good } from '../basket.ts'
import { dots, minute } from '../figures.ts'
import { type Bill, bill, job, type Script, truth } from '../script.ts'
import { ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['Gửi xe máy ban ngày', 'Lượt', 5_000],
  ['Gửi xe máy qua đêm', 'Lượt', 10_000],
  ['Gửi ô tô dưới 9 chỗ', 'Lượt', 25_000],
  ['Gửi xe đạp', 'Lượt', 2_000],
]
/** Milliseconds a vehicle stood there, per table number of the bill. */
const STOOD = 17 * 60_000

/** 58 mm, the shortest bill there is: one line, time in and out. */
function print({ basket, receiptNo, at, table }: Bill, copy = false): Buffer {
  const sheet = ticket('escpos-58-ascii')
    .centre('BÃI XE CHỢ BẾN THÀNH', 'bold')
    .centre('PHIẾU THU TIỀN GỬI XE')
    .centre('HÓA ĐƠN BÁN LẺ')
  if (copy) sheet.centre('BẢN SAO')
  sheet
    .lines([
      `Số: ${receiptNo}`,
      `Giờ vào: ${minute(instant(at - STOOD * table))}`,
      `Giờ ra: ${minute(at)}`,
      'Biển số: 59X3-123.45',
    ])
    .rule()
  for (const { name, amount } of basket.lines) sheet.pair(name, dots(amount))
  return sheet.rule().pair('Tổng cộng', dots(basket.total), 'bold').line('Giá đã gồm thuế GTGT').end().bytes()
}

export const parking: Script = (scene) => {
  const one = bill(scene, { goods: GOODS, most: 1, pieces: 1, otherwise: 'cash' }, 'GX', 7)
  return [{ ...job(print(one), truth('sale', one)), copy: () => job(print(one, true), truth('reprint', one)) }]
}
