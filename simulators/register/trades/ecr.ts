import { type BasketLine, basket, type Good, type Habit } from '../basket.ts'
import { dashed, dots } from '../figures.ts'
import { type Bill, bill, job, noSale, type Script, truth } from '../script.ts'
import { cell, type Ticket, ticket } from '../ticket.ts'

const GOODS: readonly [Good, ...Good[]] = [
  ['BUT BI THIEN LONG', 'Cai', 8_000],
  ['VO HS 96T', 'Cuon', 12_000],
  ['GIAY A4', 'Ram', 75_000],
  ['KEO DAN', 'Chai', 15_000],
  ['THUOC KE 20CM', 'Cai', 6_000],
  ['PHAN VIET', 'Hop', 9_500],
  ['MUC TIM', 'Lo', 11_000],
  ['DEPT 03', 'Cai', 20_000],
]
const HABIT: Habit = { goods: GOODS, most: 4, discounts: 12, otherwise: 'cash' }

const SINGLE = { most: 1, pieces: 1, discounts: 0 }

/** `241` of `000241`: the machine's consecutive number. */
const opened = (mode: string, { receiptNo, at }: Bill): Ticket =>
  ticket('journal-ascii')
    .line(`${mode.padEnd(3)} ${dashed(at)}`)
    .line(`C01  MC#01${cell(receiptNo, -11)}`)
const item = ({ name, amount }: BasketLine, sign = 1n): string => cell(name, 14) + cell(dots(sign * amount), -10)

/** The roll of a register without accents: 24 columns, quantity before its item, a mistake taken back, `%-` on the subtotal. */
function entry(one: Bill, wrong: BasketLine | undefined): Buffer {
  const { basket: sold } = one
  const sheet = opened('REG', one)
  for (const line of sold.lines) {
    if (line.qty.units > 1n) sheet.line(`${cell(`${line.qty.units} X`, 11)}@${dots(line.price)}`)
    sheet.line(item(line))
  }
  if (wrong) sheet.line(item(wrong)).line('VOID').line(item(wrong, -1n))
  if (sold.discount > 0n) sheet.pair(`-${sold.discountPercent}%`, `-${dots(sold.discount)}`)
  const cash = sold.cash ?? sold.total
  sheet.rule().pair('TONG', dots(sold.total)).pair('TIEN MAT', dots(cash))
  if (cash > sold.total) sheet.pair('TIEN THOI', dots(cash - sold.total))
  return sheet.end().bytes()
}

function refund(one: Bill): Buffer {
  const sheet = opened('RF', one)
  for (const line of one.basket.lines) sheet.line(item(line, -1n))
  return sheet.pair('TONG', dots(-one.basket.total)).pair('TIEN MAT', dots(-one.basket.total)).end().bytes()
}

/** The readings of the day. X looks, Z ends it. */
const report = (mode: 'X' | 'Z', one: Bill): Buffer =>
  opened(mode, one)
    .line(`${mode} ${one.receiptNo.slice(-4)}`)
    .pair('GROSS', dots(one.basket.total * 37n))
    .pair('NET', dots(one.basket.total * 36n))
    .pair('CAID', dots(one.basket.total * 30n))
    .end()
    .bytes()

/** One paper each time, for its number counts papers: a sale, or the drawer, goods that come back, a reading. */
export const ecr: Script = (scene) => {
  const { random, count } = scene
  const kind = count % 10 === 0 ? 'report' : random.chance(5) ? 'refund' : random.chance(5) ? 'no-sale' : 'sale'
  const one = bill(scene, kind === 'refund' ? { ...HABIT, ...SINGLE } : HABIT, '', 6)
  if (kind === 'report') return [job(report(count % 20 === 0 ? 'Z' : 'X', one), noSale(kind, one.receiptNo))]
  if (kind === 'refund') return [job(refund(one), truth(kind, one, -1))]
  if (kind === 'no-sale') return [job(opened('#/NS', one).end().bytes(), noSale(kind, one.receiptNo))]
  const wrong = random.chance(8) ? basket(random, { ...HABIT, ...SINGLE }).lines[0] : undefined
  return [job(entry(one, wrong), truth(kind, one))]
}
