import { type Decimal, decimal, isWhole } from '../../src/domain/decimal.ts'
import type { Value } from './ticket.ts'

/** Which mark stands before decimals; the other one groups thousands. */
export type Mark = 'comma' | 'point'
export const MARKS: readonly Mark[] = ['comma', 'point']

const SHAPE = /^([-+(−]?)(\d[\d.,]*)(\)?)(-?)$/
const CURRENCY = /\s*(?:đồng|vnđ|vnd|đ|₫|d)\.?$/i
const BLANKS = /[\s\u00a0\u202f]/g
const DIGITS = 20
/** Digits alone: the same figure under every reading. */
const BARE = /^\d{1,15}$/

/** One figure under one reading of its marks; undefined where it has none. No float is ever made of it. */
export function readFigure({ text, exact }: Value, mark: Mark): Decimal | undefined {
  if (BARE.test(text)) return decimal(BigInt(text))
  const trimmed = text.trim().replace(CURRENCY, '')
  // 1 234 567: only groups of exactly three (register-capture 9.2).
  const bare = /^[-+]?\d{1,3}(?:[\s\u00a0\u202f]\d{3})+$/.test(trimmed) ? trimmed.replace(BLANKS, '') : trimmed
  const m = SHAPE.exec(bare)
  if (!m) return undefined
  const [, sign = '', body = '', bracket = '', trailing = ''] = m
  if ((sign === '(') !== (bracket === ')') || (sign !== '' && trailing !== '')) return undefined
  const read = exact ? split(body, '.', undefined) : mark === 'point' ? split(body, '.', ',') : split(body, ',', '.')
  if (read === undefined) return undefined
  const negative = sign === '-' || sign === '−' || sign === '(' || trailing === '-'
  return negative ? decimal(-read.units, read.scale) : read
}

function split(body: string, point: string, thousands: string | undefined): Decimal | undefined {
  const [whole = '', decimals = '', ...more] = body.split(point)
  if (more.length > 0 || (decimals === '' && body.endsWith(point)) || /\D/.test(decimals)) return undefined
  const groups = thousands === undefined ? [whole] : whole.split(thousands)
  const [first = '', ...rest] = groups
  if (/\D/.test(groups.join('')) || first === '') return undefined
  if (rest.length > 0 && (first.length > 3 || first.startsWith('0') || rest.some((g) => g.length !== 3))) return undefined
  const kept = decimals.replace(/0+$/, '')
  const digits = groups.join('') + kept
  return digits.length > DIGITS ? undefined : decimal(BigInt(digits), kept.length)
}

/** Every value a figure may have: one, or for `1.000` in words two. */
export const readings = (value: Value): readonly Decimal[] => {
  const [one, other] = MARKS.map((mark) => readFigure(value, mark))
  if (!one || !other) return one ? [one] : other ? [other] : []
  return one.units === other.units && one.scale === other.scale ? [one] : [one, other]
}

export interface Money {
  readonly value: Value
  /** A unit price may be finer than a đồng. */
  readonly fine: boolean
}

/**
 * One way of writing money for a whole document: `58.000` alone means fifty-eight thousand, but beside `58000.00` it
 * has decimals. `field`: what cannot be read in any way, or two figures that cannot be meant in one way.
 */
export function markOf(money: readonly Money[]): Mark | { readonly field: Value } {
  const marked = money.filter(({ value }) => !BARE.test(value.text))
  const read = MARKS.map((mark) => marked.map(({ value }) => readFigure(value, mark)))
  const wrong = read.map((figures) =>
    marked.find(({ fine }, i) => {
      const figure = figures[i]
      return figure === undefined || (!fine && !isWhole(figure))
    }),
  )
  const possible = MARKS.filter((_, i) => wrong[i] === undefined)
  const [only, other] = possible
  if (only === undefined) return { field: (wrong[0] ?? wrong[1] ?? money[0])?.value ?? { text: '', exact: false } }
  if (other === undefined) return only
  const [comma, point] = read.map((figures) => figures.map(size))
  const smaller = (a: readonly bigint[] = [], b: readonly bigint[] = []): Money | undefined =>
    marked.find((_, i) => (a[i] ?? 0n) < (b[i] ?? 0n))
  const [commaLoses, pointLoses] = [smaller(comma, point), smaller(point, comma)]
  if (commaLoses && pointLoses) return { field: commaLoses.value }
  return commaLoses ? 'point' : 'comma'
}

const size = (read: Decimal | undefined): bigint =>
  read ? (abs(read.units) * 1_000_000n) / 10n ** BigInt(Math.min(read.scale, 6)) : 0n
const abs = (n: bigint): bigint => (n < 0n ? -n : n)
