import { civilTime } from '../../../src/domain/time.ts'
import { type BasketLine, basket, type Good, type Habit } from '../basket.ts'
import { type Closed, rollCloses, rollReport } from '../closing.ts'
import { dashed, dots } from '../figures.ts'
import { type Bill, bill, type Job, job, noSale, truth } from '../script.ts'
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

/** What all its departments were programmed with. */
const RATE = '8'

/** `241` of `000241`: the machine's consecutive number. */
const opened = (mode: string, { receiptNo, at }: Pick<Bill, 'receiptNo' | 'at'>): Ticket =>
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

/** One item of a bill of today comes back. Undefined: there is none that it could be. */
function refund({ random, clock, count, day }: Closed): Job | undefined {
  const bills = day.bills().filter(({ discount, lines }) => discount === undefined && lines.some(({ qty }) => qty === '1'))
  const bought = bills[random.whole(1, Math.max(1, bills.length)) - 1]
  const line = bought?.lines.find(({ qty }) => qty === '1')
  if (!bought?.receiptNo || !line) return undefined
  const receiptNo = String(count).padStart(6, '0')
  const amount = `-${dots(BigInt(line.amount))}`
  const sheet = opened('RF', { receiptNo, at: clock.now() }).line(cell(line.name, 14) + cell(amount, -10))
  const bytes = sheet.pair('TONG', amount).pair('TIEN MAT', amount).end().bytes()
  const back = -line.amount
  return job(bytes, {
    ...{ kind: 'refund', receiptNo, total: back, of: bought.receiptNo, subtotal: back, taxMode: 'not-shown' },
    lines: [{ ...line, qty: '-1', amount: back }],
    payments: [{ method: 'cash', amount: back }],
    issuedAt: civilTime(clock.now()).slice(0, 16),
  })
}

export const closeEcr = rollCloses('journal-ascii', RATE)

/** X: the day so far. */
function look({ clock, count, day }: Closed): Job {
  const receiptNo = String(count).padStart(6, '0')
  const bytes = rollReport(
    'journal-ascii',
    { mode: 'X', at: clock.now(), receiptNo, counter: Math.ceil(count / 20) },
    day.look(),
    RATE,
  )
  return job(bytes, { ...noSale('report', receiptNo), reading: 'X' })
}

/** One paper each time, for its number counts papers: a sale, or the drawer, goods that come back, a reading. */
export function ecr(scene: Closed): readonly Job[] {
  const { random, count } = scene
  if (count % 20 === 0) return [closeEcr(scene)]
  if (count % 20 === 10) return [look(scene)]
  const back = random.chance(5) ? refund(scene) : undefined
  if (back) return [back]
  const one = bill(scene, HABIT, '', 6)
  if (random.chance(5)) return [job(opened('#/NS', one).end().bytes(), noSale('no-sale', one.receiptNo))]
  const wrong = random.chance(8) ? basket(random, { ...HABIT, ...SINGLE }).lines[0] : undefined
  return [job(entry(one, wrong), { ...truth('sale', one), ...(wrong ? { voided: [Number(wrong.amount)] } : {}) })]
}
