import { divide } from '../../src/domain/decimal.ts'
import type { Random } from './random.ts'

/** Something on the menu: name, unit, price in đồng. */
export type Good = readonly [name: string, unit: string, price: number]

export const CAFE: readonly [Good, ...Good[]] = [
  ['Cà phê sữa đá', 'Ly', 29_000],
  ['Cà phê đen nóng', 'Ly', 25_000],
  ['Bạc xỉu', 'Ly', 32_000],
  ['Trà đào cam sả', 'Ly', 45_000],
  ['Trà sữa trân châu', 'Ly', 39_000],
  ['Sinh tố bơ', 'Ly', 49_000],
  ['Nước ép ổi', 'Ly', 42_000],
  ['Bánh mì chảo', 'Phần', 55_000],
  ['Bánh flan', 'Cái', 18_000],
  ['Chè bưởi', 'Ly', 27_500],
]

export const PHO: readonly [Good, ...Good[]] = [
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

export const GROCERY: readonly [Good, ...Good[]] = [
  ['Mì Hảo Hảo', 'Gói', 4_500],
  ['Nước mắm Nam Ngư', 'Chai', 46_000],
  ['Gạo thơm túi 5kg', 'Túi', 145_000],
  ['Dầu ăn Tường An', 'Chai', 48_000],
  ['Sữa tươi hộp', 'Hộp', 38_500],
  ['Bột giặt túi', 'Túi', 87_000],
  ['Trứng gà vỉ 10', 'Vỉ', 33_000],
  ['Đường trắng', 'Kg', 26_000],
  ['Kem đánh răng', 'Tuýp', 35_900],
  ['Giấy vệ sinh', 'Lốc', 62_000],
]

export interface BasketLine {
  readonly name: string
  readonly unit: string
  readonly qty: number
  readonly price: bigint
  readonly amount: bigint
}

/** What was really bought, and what is really owed: the truth a reader must find again. All in đồng. */
export interface Basket {
  readonly lines: readonly BasketLine[]
  readonly subtotal: bigint
  readonly discountPercent: number
  readonly discount: bigint
  /** In percent of the subtotal; the restaurant's. */
  readonly servicePercent: number
  readonly service: bigint
  /** VAT on top, in percent; 0: the prices include it. */
  readonly vatPercent: number
  readonly vat: bigint
  readonly total: bigint
  /** Cash handed over; undefined: paid by transfer. */
  readonly cash?: bigint
}

export interface Habit {
  readonly goods: readonly [Good, ...Good[]]
  readonly most: number
  readonly servicePercent?: number
  readonly vatPercent?: number
  /** How often a bill gets a discount, in percent of the bills. */
  readonly discounts?: number
}

/** A customer's basket. */
export function basket(random: Random, { goods, most, servicePercent = 0, vatPercent = 0, discounts = 0 }: Habit): Basket {
  const wanted = new Map<Good, number>()
  for (let i = random.whole(1, most); i > 0; i--) {
    const good = random.pick(goods)
    wanted.set(good, (wanted.get(good) ?? 0) + random.whole(1, 3))
  }
  const lines = [...wanted].map(([[name, unit, price], qty]) => ({
    ...{ name, unit, qty },
    price: BigInt(price),
    amount: BigInt(price) * BigInt(qty),
  }))
  const percent = (of: bigint, rate: number): bigint => divide(of * BigInt(rate), 100n)
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0n)
  const discountPercent = random.chance(discounts) ? random.pick([5, 10, 20]) : 0
  const discount = percent(subtotal, discountPercent)
  const service = percent(subtotal - discount, servicePercent)
  const vat = percent(subtotal - discount + service, vatPercent)
  const total = subtotal - discount + service + vat
  const notes = random.pick([10_000n, 50_000n, 100_000n, 500_000n])
  const cash = random.chance(60) ? ((total + notes - 1n) / notes) * notes : undefined
  return {
    ...{ lines, subtotal, discountPercent, discount, servicePercent, service, vatPercent, vat, total },
    ...(cash === undefined ? {} : { cash }),
  }
}
