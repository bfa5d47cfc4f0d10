import { type Decimal, decimal, divide, multiply } from '../../src/domain/decimal.ts'
import { sumDong } from '../../src/domain/dong.ts'
import type { PaymentMethod } from '../../src/domain/receipt.ts'
import type { Random } from './random.ts'

/** Something on the menu: name, unit, price in đồng. */
export type Good = readonly [name: string, unit: string, price: number, more?: More]

export interface More {
  /** EAN or the shop's own code. */
  readonly code?: string
  /** `8`, `5`, `KCT`, where the paper prints one. */
  readonly rate?: string
  /** Sold by these parts of its unit: 1000 for grams of a kilogram, 4 for quarters of an hour. */
  readonly parts?: number
  /** What belongs to it for nothing. */
  readonly with?: readonly string[]
}

export interface BasketLine {
  readonly name: string
  readonly unit: string
  readonly qty: Decimal
  readonly price: bigint
  /** quantity × price, before the discount of the line. */
  readonly amount: bigint
  readonly discount: bigint
  /** As its line says it: with or without the discount. */
  readonly printed: bigint
  readonly code?: string
  readonly rate?: string
  /** Members of a combo, at no price. */
  readonly members: readonly string[]
}

/** What was really bought, and what is really owed: the truth a reader must find again. All in đồng. */
export interface Basket {
  readonly lines: readonly BasketLine[]
  /** Sum of the amounts, before any discount. */
  readonly subtotal: bigint
  /** Sum of the discounts of lines. */
  readonly lineDiscounts: bigint
  readonly discountPercent: number
  /** Of the whole ticket. */
  readonly discount: bigint
  readonly servicePercent: number
  readonly service: bigint
  /** VAT on top, in percent; 0: the prices include it. */
  readonly vatPercent: number
  readonly vat: bigint
  /** VAT inside the prices, by rate, where the paper shows it. */
  readonly taxes: readonly Tax[]
  /** What cash cannot pay: negative. */
  readonly rounding: bigint
  readonly total: bigint
  /** They add up to the total. */
  readonly payments: readonly { readonly method: PaymentMethod; readonly amount: bigint }[]
  /** Cash handed over; undefined: none was. */
  readonly cash?: bigint
}

export interface Tax {
  readonly rate: string
  readonly base: bigint
  readonly tax: bigint
}

export interface Habit {
  readonly goods: readonly [Good, ...Good[]]
  /** Kinds of goods in one basket. */
  readonly most: number
  /** Of each kind, at most; 3 where it does not say. */
  readonly pieces?: number
  readonly servicePercent?: number
  readonly vatPercent?: number
  /** The paper shows the VAT inside its prices. */
  readonly showsVat?: true
  /** How often a bill gets a discount, in percent of the bills. */
  readonly discounts?: number
  /** How often a line gets one. */
  readonly lineDiscounts?: number
  /** The amount of a line is printed after its discount, which stands in a column before it. */
  readonly discountColumn?: true
  /** Totals end on a multiple of this. */
  readonly roundTo?: bigint
  /** What customers without cash pay with. */
  readonly otherwise?: PaymentMethod
  /** How often a bill is paid in two ways. */
  readonly twoWays?: number
}

const percent = (of: bigint, rate: number): bigint => divide(of * BigInt(rate), 100n)

/** A customer's basket. */
export function basket(random: Random, habit: Habit): Basket {
  const { servicePercent = 0, vatPercent = 0, discounts = 0, roundTo = 1n } = habit
  const lines = chosen(random, habit)
  const subtotal = sumDong(lines.map((line) => line.amount))
  const lineDiscounts = sumDong(lines.map((line) => line.discount))
  const net = subtotal - lineDiscounts
  const discountPercent = random.chance(discounts) ? random.pick([5, 10, 20]) : 0
  const discount = percent(net, discountPercent)
  const service = percent(net - discount, servicePercent)
  const vat = percent(net - discount + service, vatPercent)
  const owed = net - discount + service + vat
  const rounding = -(owed % roundTo)
  const total = owed + rounding
  return {
    ...{ lines, subtotal, lineDiscounts, discountPercent, discount, servicePercent, service, vatPercent, vat },
    ...{ taxes: habit.showsVat ? taxesOf(lines) : [], rounding, total },
    ...paid(random, habit, total),
  }
}

function chosen(random: Random, { goods, most, pieces = 3, lineDiscounts = 0, discountColumn }: Habit): BasketLine[] {
  const wanted = new Map<Good, Decimal>()
  for (let i = random.whole(1, most); i > 0; i--) {
    const good = random.pick(goods)
    const { parts = 1 } = good[3] ?? {}
    const more = parts === 1 ? decimal(BigInt(random.whole(1, pieces))) : weighed(random, parts, pieces)
    const before = wanted.get(good)
    wanted.set(good, before ? decimal(before.units + more.units, more.scale) : more)
  }
  return [...wanted].map(([[name, unit, price, more = {}], qty]) => {
    const amount = multiply(qty, decimal(BigInt(price)), 0).units
    const off = lineDiscounts > 0 && random.chance(lineDiscounts) ? percent(amount, random.pick([10, 20, 30])) : 0n
    return {
      ...{
        name,
        unit,
        qty,
        price: BigInt(price),
        amount,
        discount: off,
        printed: discountColumn ? amount - off : amount,
        members: more.with ?? [],
      },
      ...(more.code === undefined ? {} : { code: more.code }),
      ...(more.rate === undefined ? {} : { rate: more.rate }),
    }
  })
}

/** So many parts of a unit: grams, millilitres, quarters of an hour. */
function weighed(random: Random, parts: number, pieces: number): Decimal {
  const units = random.whole(Math.ceil(parts / 4), parts * pieces)
  return parts === 4 ? decimal(BigInt(units * 25), 2) : decimal(BigInt(units), Math.round(Math.log10(parts)))
}

/** The tax inside the prices, rate by rate: base rounded, tax the rest, so that both add up to what was paid. */
function taxesOf(lines: readonly BasketLine[]): Tax[] {
  const gross = new Map<string, bigint>()
  for (const { rate, amount, discount } of lines)
    if (rate !== undefined) gross.set(rate, (gross.get(rate) ?? 0n) + amount - discount)
  return [...gross].sort().map(([rate, sum]) => {
    const base = /^\d+$/.test(rate) ? divide(sum * 100n, 100n + BigInt(rate)) : sum
    return { rate, base, tax: sum - base }
  })
}

function paid(random: Random, habit: Habit, total: bigint): Pick<Basket, 'payments' | 'cash'> {
  const notes = random.pick([10_000n, 50_000n, 100_000n, 500_000n])
  const inCash = random.chance(60)
  const other = habit.otherwise ?? 'transfer'
  const part = (habit.twoWays ?? 0) > 0 && random.chance(habit.twoWays ?? 0) ? (total / 2_000n) * 1_000n : 0n
  const rest = total - part
  const first = part > 0n ? [{ method: other, amount: part }] : []
  if (!inCash && part === 0n) return { payments: [{ method: other, amount: total }] }
  const cash = ((rest + notes - 1n) / notes) * notes
  return { payments: [...first, { method: 'cash', amount: rest }], cash }
}
