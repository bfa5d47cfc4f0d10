import type { Clock } from '../../src/domain/clock.ts'
import { type Decimal, formatDecimal } from '../../src/domain/decimal.ts'
import type { Kind, PaymentMethod } from '../../src/domain/receipt.ts'
import { civilTime, type Instant } from '../../src/domain/time.ts'
import { type Basket, basket, type Habit } from './basket.ts'
import type { TillDay } from './day.ts'
import type { Random } from './random.ts'

/** What was really sold, in the figures of register-capture 14: đồng as integers, quantities as strings, prices as printed. */
export interface TrueSale {
  readonly kind: Kind
  readonly receiptNo: string | null
  readonly total: number | null
  readonly lines: readonly TrueLine[]
  /** `2026-11-21T08:15`, as the till's own clock has it. */
  readonly issuedAt?: string
  readonly subtotal?: number
  readonly discount?: number
  readonly serviceCharge?: number
  readonly rounding?: number
  readonly taxMode?: 'inclusive' | 'exclusive' | 'not-shown'
  readonly vat?: readonly { readonly rate: string; readonly base: number; readonly tax: number }[]
  readonly payments?: readonly { readonly method: PaymentMethod; readonly amount: number }[]
  /** Of goods that came back: the bill they were bought with, whether the paper names it or not. */
  readonly of?: string
  /** Lines that were rung up by mistake and taken back. */
  readonly voided?: readonly number[]
  /** Of a report: X looks, Z ends the day. */
  readonly reading?: 'X' | 'Z'
}

export interface TrueLine {
  readonly name: string
  readonly qty: string
  readonly unit: string
  readonly unitPrice: number
  readonly discount?: number
  /** As printed: quantity × price, after the line's own discount only where that has a column before it. */
  readonly amount: number
  readonly vatRate?: string
  readonly code?: string
}

/**
 * How a till behaves while it sends. `ask`: asks the printer how it is and waits for an answer first. `paper`: asks, again
 * and again, until the printer says that it has paper. `half`: tears its side in the middle. `impatient`: gives up waiting
 * at once. `slow`: as fast as a line of 9,600 baud. `tiny`: a byte or two at a time. `joined`: its bytes leave together with
 * the next job's. `kept`: the connection stays open behind it. `empty`: connects and says nothing.
 */
export type Manner = 'plain' | 'ask' | 'paper' | 'half' | 'impatient' | 'slow' | 'tiny' | 'joined' | 'kept' | 'empty'

/** One thing a till sends. */
export interface Job {
  readonly bytes: Uint8Array
  readonly sale: TrueSale | null
  readonly manner: Manner
  /** Noise on the line just before it, no part of the document. */
  readonly before?: Uint8Array
  /** The same bill printed again, and marked so. */
  readonly copy?: () => Job
}

export interface Scene {
  readonly random: Random
  readonly clock: Clock
  /** The running count of this till's bills. */
  readonly count: number
  /** What it remembers of its day. Absent: it was just switched on. */
  readonly day?: TillDay
}

/** A customer: one or more jobs, in order. */
export type Script = (scene: Scene) => readonly Job[]

/** One bill of a till. */
export interface Bill {
  readonly basket: Basket
  readonly receiptNo: string
  readonly at: Instant
  /** Table, pump, room, counter. */
  readonly table: number
}

/** A bill of a customer with these habits, numbered by the till: `HD000123`. */
export const bill = ({ random, clock, count }: Scene, habit: Habit, prefix: string, digits: number): Bill => ({
  basket: basket(random, habit),
  receiptNo: `${prefix}${String(count).padStart(digits, '0')}`,
  at: clock.now(),
  table: random.whole(1, 24),
})

export const job = (bytes: Uint8Array, sale: TrueSale | null, manner: Manner = 'plain'): Job => ({ bytes, sale, manner })

/** A paper with nothing sold on it: kitchen, no-sale, report, noise. */
export const noSale = (kind: Kind, receiptNo: string | null = null): TrueSale => ({ kind, receiptNo, total: null, lines: [] })

/** What a bill says; `sign` -1: the goods came back. */
export function truth(kind: Kind, { basket: sold, receiptNo, at }: Bill, sign = 1): TrueSale {
  const money = (amount: bigint): number => sign * Number(amount)
  const { subtotal, discount, service, vat, vatPercent, taxes, rounding, total, payments } = sold
  const onTop = vatPercent > 0
  return {
    ...{ kind, receiptNo, total: money(total) },
    lines: sold.lines.map(({ name, qty, unit, price, discount: off, printed, rate, code }) => ({
      ...{ name, qty: shown(qty, sign), unit, unitPrice: Number(price) },
      ...(off > 0n ? { discount: money(off) } : {}),
      amount: money(printed),
      ...(rate === undefined ? {} : { vatRate: rate }),
      ...(code === undefined ? {} : { code }),
    })),
    issuedAt: civilTime(at).slice(0, 16),
    subtotal: money(subtotal),
    ...(discount > 0n ? { discount: money(discount) } : {}),
    ...(service > 0n ? { serviceCharge: money(service) } : {}),
    ...(rounding === 0n ? {} : { rounding: money(rounding) }),
    taxMode: onTop ? 'exclusive' : taxes.length > 0 ? 'inclusive' : 'not-shown',
    ...(onTop ? { vat: [{ rate: String(vatPercent), base: money(total - vat - rounding), tax: money(vat) }] } : {}),
    ...(taxes.length > 0 ? { vat: taxes.map((row) => ({ rate: row.rate, base: money(row.base), tax: money(row.tax) })) } : {}),
    payments: payments.map(({ method, amount }) => ({ method, amount: money(amount) })),
  }
}

const shown = (qty: Decimal, sign: number): string => (sign < 0 ? '-' : '') + formatDecimal(qty)
