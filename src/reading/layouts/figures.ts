import { type Decimal, decimal, divide, formatDecimal } from '../../domain/decimal.ts'
import type { Dong } from '../../domain/dong.ts'
import type { Column } from '../columns.ts'
import type { Tail, TailCell } from '../line.ts'
import type { Figure } from '../numbers.ts'

/** What the figures of one item say, and whether they agree with each other (P1). */
export interface Figures {
  readonly qty: Decimal
  readonly unitPrice?: Dong
  readonly discount?: Dong
  readonly amount: Dong
  /** Rate printed in a column of its own. */
  readonly rate?: string
  readonly proven: boolean
  readonly equation: string
  /** Cells of the tail that were used, counted from the right; the others belong to the name. */
  readonly used: number
}

/** Quantity and price without an amount: a register prints them before or below the item they belong to. */
export interface Pair {
  readonly qty: readonly Decimal[]
  readonly unitPrice: Dong
}

const ONE = decimal(1n)

/** Reads the figures of an item by the table head, or without one by their shape. Undefined: no such item is known. */
export function readFigures(tail: Tail, head: readonly Column[] | undefined, quantity: Figure | undefined): Figures | undefined {
  if (tail.cells.some((c) => c.figure?.odd && c.figure.quantities.length === 0)) return undefined
  if (tail.times !== undefined) return readTimes(tail, tail.times)
  const roles = head ? byHead(tail.cells, head, quantity !== undefined) : byShape(tail, quantity !== undefined)
  return roles ? settle(tail.cells, roles, quantity) : undefined
}

/** `2 x 35.000`, `35.000 x 2`, `2 @ 8.000`, without an amount behind. */
export function readPair(tail: Tail): Pair | undefined {
  const [a, b] = tail.cells
  if (tail.times !== 1 || tail.cells.length !== 2 || !a?.figure || !b?.figure) return undefined
  const [qty, price] = priceFirst(a.figure, b.figure, tail.at) ? [b.figure, a.figure] : [a.figure, b.figure]
  return price.money === undefined ? undefined : { qty: qty.quantities, unitPrice: price.money }
}

/** Money is grouped and large; a bare small figure or a weight behind it is the quantity, nothing is sold zero times. After `@` always stands the price. */
const priceFirst = (a: Figure, b: Figure, at: boolean): boolean =>
  !at &&
  !b.grouped &&
  (a.grouped ? a.money !== undefined && (b.money === undefined || b.money < 1000n) : a.money === 0n && b.money !== 0n)

function readTimes(tail: Tail, times: number): Figures | undefined {
  const { cells } = tail
  const [a, b, c] = [cells[times - 1]?.figure, cells[times]?.figure, cells[times + 1]?.figure]
  // A rate of its own may close the line: `2 x 4.500   9.000  8%`.
  const rate = cells[times + 2]?.percent
  if (!a || !b || !c || cells.length !== times + (rate === undefined ? 2 : 3)) return undefined
  const [qty, price] = priceFirst(a, b, tail.at) ? [b, a] : [a, b]
  const read = conclude(qty, price, undefined, c, cells.length - times + 1)
  return read && rate !== undefined ? { ...read, rate } : read
}

/** Fewer figures than columns: some cells are empty; which, the sums must tell. */
function byHead(cells: readonly TailCell[], head: readonly Column[], leading: boolean): readonly Column[] | undefined {
  const roles = leading ? head.filter((c) => c !== 'quantity') : head
  if (cells.length >= roles.length) return roles
  const bare = roles.filter((c) => c !== 'rate' && c !== 'discount')
  if (cells.length === bare.length) return bare
  const money = (i: number): Dong | undefined => cells[i]?.figure?.money
  if (cells.length === 2 && bare.length === 3) {
    if (money(0) === money(1)) return ['price', 'amount']
    return bare.includes('quantity') ? ['quantity', 'amount'] : undefined
  }
  return cells.length === 1 && leading ? ['amount'] : undefined
}

/** No head: the shapes registers print, told apart by where the blanks are. */
function byShape({ cells }: Tail, leading: boolean): readonly Column[] | undefined {
  if (cells.some((c) => c.percent !== undefined)) return undefined
  if (leading) return cells.length === 1 ? ['amount'] : cells.length === 2 ? ['price', 'amount'] : undefined
  if (cells.length === 1) return ['amount']
  const [a, b] = cells.slice(-3)
  if (cells.length === 2)
    return a?.figure?.money !== undefined && a.figure.money === b?.figure?.money ? ['price', 'amount'] : ['quantity', 'amount']
  if (!a?.figure || !b?.figure) return undefined
  return priceFirst(a.figure, b.figure, false) ? ['price', 'quantity', 'amount'] : ['quantity', 'price', 'amount']
}

function settle(cells: readonly TailCell[], roles: readonly Column[], quantity: Figure | undefined): Figures | undefined {
  const used = cells.slice(-roles.length)
  const at = (role: Column): TailCell | undefined => {
    const i = roles.indexOf(role)
    return i < 0 ? undefined : used[i]
  }
  const amount = at('amount')?.figure
  if (amount === undefined) return undefined
  const rateCell = at('rate')
  const rate = rateCell?.percent ?? rateCell?.figure?.money?.toString()
  const read = conclude(quantity ?? at('quantity')?.figure, at('price')?.figure, at('discount'), amount, roles.length)
  return read && rate !== undefined ? { ...read, rate } : read
}

/** Chooses the reading of the quantity for which quantity × price − discount = amount; both or none leave it unproven. */
export function conclude(
  quantity: Figure | undefined,
  price: Figure | undefined,
  cut: TailCell | undefined,
  amount: Figure,
  used: number,
): Figures | undefined {
  const total = amount.money
  if (total === undefined || price?.odd) return undefined
  const readings = quantity === undefined ? [total < 0n ? decimal(-1n) : ONE] : quantity.quantities
  if (readings.length === 0) return undefined
  if (price?.money !== undefined) return withPrice(readings, price.money, cut, total, used)
  const whole = readings.filter((q) => q.units !== 0n && (total * scaleOf(q)) % q.units === 0n)
  const qty = whole[0] ?? readings[0] ?? ONE
  const unitPrice = qty.units === 0n ? 0n : (total * scaleOf(qty)) / qty.units
  const proven = whole.length === 1 && cut === undefined
  const equation = `${total} / ${formatDecimal(qty)} = ${proven ? unitPrice : '?'}`
  return { qty, ...(proven ? { unitPrice } : {}), amount: total, proven, equation, used }
}

function withPrice(readings: readonly Decimal[], price: Dong, cut: TailCell | undefined, total: Dong, used: number): Figures {
  const fits = readings.filter((q) => discountFor(q, price, cut, total) !== undefined)
  const qty = fits[0] ?? readings[0] ?? ONE
  const discount = discountFor(qty, price, cut, total)
  const minus = discount === undefined || discount === 0n ? '' : ` - ${discount}`
  return {
    qty,
    unitPrice: price,
    ...(discount === undefined || discount === 0n ? {} : { discount }),
    amount: total,
    proven: fits.length === 1,
    equation: `${formatDecimal(qty)} × ${price}${minus} = ${total}`,
    used,
  }
}

/** The discount with which the line adds up (0 for none), or undefined where it does not. */
function discountFor(qty: Decimal, price: Dong, cut: TailCell | undefined, total: Dong): Dong | undefined {
  const gross = productOf(qty, price)
  if (cut === undefined || (cut.figure?.money === 0n && cut.percent === undefined))
    return agrees(qty, price, total) ? 0n : undefined
  if (cut.figure?.money !== undefined) {
    const size = cut.figure.money < 0n ? -cut.figure.money : cut.figure.money
    if (agrees(qty, price, total + size)) return size
    // Off each piece, not off the line.
    if (agrees(qty, price, total + productOf(qty, size))) return productOf(qty, size)
  }
  const rate = cut.percent ?? cut.figure?.money?.toString()
  if (rate === undefined || !/^\d{1,3}$/.test(rate)) return undefined
  const off = divide(gross * BigInt(rate), 100n)
  const gap = gross - off - total
  return gap >= -1n && gap <= 1n ? gross - total : undefined
}

const scaleOf = (q: Decimal): bigint => 10n ** BigInt(q.scale)
const productOf = (q: Decimal, price: Dong): Dong => divide(q.units * price, scaleOf(q))

/** Exact; one đồng is allowed only where the quantity has decimals (P1). */
export function agrees(qty: Decimal, price: Dong, amount: Dong): boolean {
  if (qty.units * price === amount * scaleOf(qty)) return true
  if (qty.units % scaleOf(qty) === 0n) return false
  const gap = productOf(qty, price) - amount
  return gap >= -1n && gap <= 1n
}
