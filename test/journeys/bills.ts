import type { Takings } from '../../simulators/register/day.ts'
import { dots, minute } from '../../simulators/register/figures.ts'
import { cell, type Paper, ticket } from '../../simulators/register/ticket.ts'
import type { PaymentMethod } from '../../src/domain/receipt.ts'
import { type Instant, instant } from '../../src/domain/time.ts'

/** One good on a bill: đồng with whatever tax there is, `off` its own discount. `rate`: what the till's menu says of it. */
export interface Good {
  readonly name: string
  readonly qty: number
  readonly price: number
  readonly off?: number
  readonly rate?: string
}

/** A bill as a cashier has it before her. */
export interface Bill {
  readonly number: string
  readonly at: Instant
  readonly table?: string
  readonly goods: readonly Good[]
  /** Percent of the goods. */
  readonly discount?: number
  /** Percent of the goods after the discount. */
  readonly service?: number
  readonly tip?: number
  /** Last one: the rest of the bill. */
  readonly paid: readonly (readonly [label: string, method: PaymentMethod, amount?: number])[]
}

/** What stands below the goods. Percentages that do not come out even are a mistake of the test: a till has no half đồng. */
export interface Sums {
  readonly goods: number
  readonly off: number
  readonly service: number
  readonly total: number
  readonly payments: readonly { readonly label: string; readonly method: PaymentMethod; readonly amount: number }[]
  readonly rates: ReadonlyMap<string, number>
}

const even = (whole: number, what: string): number => {
  if (!Number.isInteger(whole)) throw new Error(`${what} is not whole: ${whole}`)
  return whole
}
const worth = ({ qty, price, off = 0 }: Good): number => qty * price - off

export function sums({ goods, discount = 0, service = 0, tip = 0, paid }: Bill): Sums {
  const gross = goods.reduce((sum, good) => sum + worth(good), 0)
  const off = even((gross * discount) / 100, 'discount')
  const charge = even(((gross - off) * service) / 100, 'service')
  const total = gross - off + charge + tip
  const rates = new Map<string, number>()
  for (const good of goods) {
    const share = (worth(good) * (gross - off + charge + tip)) / gross
    if (good.rate !== undefined) rates.set(good.rate, (rates.get(good.rate) ?? 0) + share)
  }
  for (const [rate, share] of rates) even(share, rate)
  let rest = total
  const payments = paid.map(([label, method, amount = rest]) => {
    rest -= amount
    return { label, method, amount }
  })
  if (rest !== 0) throw new Error(`not paid: ${rest}`)
  return { goods: gross, off, service: charge, total, payments, rates }
}

/** A till with a paper of its own, which adds up what it sells as tills do: sales only, not what is printed beside them. */
export function till(paper: Paper, shop: readonly string[]) {
  const sold: Bill[] = []
  const wide = ticket(paper).columns >= 42

  const print = (bill: Bill, title: string, mark?: string): Buffer => {
    const { goods, off, service, total, payments } = sums(bill)
    const sheet = ticket(paper)
    for (const [i, text] of shop.entries()) sheet.centre(text, i === 0 ? 'bold' : undefined)
    sheet.centre(title, 'bold')
    if (mark !== undefined) sheet.centre(mark)
    sheet.line(`Số HĐ: ${bill.number}`).line(`Ngày: ${minute(bill.at)}`)
    if (bill.table !== undefined) sheet.line(`Bàn: ${bill.table}`)
    sheet.rule()
    if (wide) sheet.line(cell('Đơn giá', 19) + cell('SL', 10) + cell('Thành tiền', -(sheet.columns - 29))).rule()
    for (const { name, qty, price, off: less = 0 } of bill.goods) {
      const figures = [dots(BigInt(price)), String(qty), dots(BigInt(qty * price))] as const
      sheet.line(name)
      if (wide) sheet.line(cell(figures[0], 19) + cell(figures[1], 10) + cell(figures[2], -(sheet.columns - 29)))
      else sheet.pair(`${figures[1]} x ${figures[0]}`, figures[2])
      if (less > 0) sheet.pair('Giảm giá:', `-${dots(BigInt(less))}`)
    }
    sheet.rule().pair('Tổng tiền hàng:', dots(BigInt(goods)))
    if (off > 0) sheet.pair(`Chiết khấu ${bill.discount}%:`, `-${dots(BigInt(off))}`)
    if (service > 0) sheet.pair(`Phí phục vụ (${bill.service}%):`, dots(BigInt(service)))
    if (bill.tip !== undefined) sheet.pair('Tiền tip:', dots(BigInt(bill.tip)))
    sheet.pair('Tổng cộng:', dots(BigInt(total)), 'bold')
    for (const { label, amount } of payments) sheet.pair(`${label}:`, dots(BigInt(amount)))
    return sheet.centre('Cảm ơn và hẹn gặp lại!').end().bytes()
  }
  return {
    sold,
    print,
    sell(bill: Bill): Buffer {
      sold.push(bill)
      return print(bill, 'HÓA ĐƠN BÁN HÀNG')
    },
    provisional: (bill: Bill): Buffer => print(bill, 'PHIẾU TẠM TÍNH', '(Chưa thanh toán)'),
    training: (bill: Bill): Buffer => print(bill, 'HÓA ĐƠN ĐÀO TẠO'),
    again: (bill: Bill): Buffer => print(bill, 'HÓA ĐƠN BÁN HÀNG', 'BẢN SAO'),
    drawer: (at: Instant): Buffer =>
      ticket(paper)
        .centre(shop[0] ?? '', 'bold')
        .centre('MỞ KÉT', 'bold')
        .line(`Ngày: ${minute(at)}`)
        .end()
        .kick()
        .bytes(),
  }
}

/** Bills of a day, added up by nobody but the till. */
export function takings(bills: readonly Bill[]): Takings {
  const rates = new Map<string, bigint>()
  const tenders = new Map<PaymentMethod, bigint>()
  let total = 0n
  for (const bill of bills) {
    const sum = sums(bill)
    total += BigInt(sum.total)
    for (const [rate, share] of sum.rates) rates.set(rate, (rates.get(rate) ?? 0n) + BigInt(share))
    for (const { method, amount } of sum.payments) tenders.set(method, (tenders.get(method) ?? 0n) + BigInt(amount))
  }
  return { count: bills.length, total, rates, tenders }
}

/** Two takings of one till. */
export function together(a: Takings, b: Takings): Takings {
  const plus = <K>(one: ReadonlyMap<K, bigint>, other: ReadonlyMap<K, bigint>): Map<K, bigint> => {
    const sum = new Map(one)
    for (const [key, amount] of other) sum.set(key, (sum.get(key) ?? 0n) + amount)
    return sum
  }
  return {
    count: a.count + b.count,
    total: a.total + b.total,
    rates: plus(a.rates, b.rates),
    tenders: plus(a.tenders, b.tenders),
  }
}

/** What a simulated trade sold, by its own truth; all of it at one rate. */
export function playedTakings(
  sales: readonly { readonly total: number | null; readonly payments?: readonly { method: PaymentMethod; amount: number }[] }[],
  rate: string,
): Takings {
  const tenders = new Map<PaymentMethod, bigint>()
  for (const { payments = [] } of sales)
    for (const { method, amount } of payments) tenders.set(method, (tenders.get(method) ?? 0n) + BigInt(amount))
  const total = sales.reduce((sum, sale) => sum + BigInt(sale.total ?? 0), 0n)
  return { count: sales.length, total, rates: new Map([[rate, total]]), tenders }
}

/** A bill whose till has lost its clock. */
export const inTheYear2000 = (bill: Bill): Bill => ({ ...bill, at: instant(Date.parse('2000-01-01T00:07:00+07:00')) })
