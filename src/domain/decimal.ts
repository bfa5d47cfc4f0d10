/** A decimal over bigint: `units / 10^scale`. Quantities and unit prices; never a float. */
export interface Decimal {
  readonly units: bigint
  readonly scale: number
}

export const decimal = (units: bigint, scale = 0): Decimal => ({ units, scale })

/** Integer division rounding half away from zero. `by` > 0. */
export function divide(value: bigint, by: bigint): bigint {
  const twice = value < 0n ? -value * 2n : value * 2n
  const rounded = (twice + by) / (by * 2n)
  return value < 0n ? -rounded : rounded
}

/** Reads `-12.345` (point only, no grouping). Undefined if it is anything else or finer than `maxScale`. */
export function parseDecimal(text: string, maxScale = 6): Decimal | undefined {
  const m = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text)
  if (!m) return undefined
  const digits = m[3] ?? ''
  if (digits.length > maxScale) return undefined
  const units = BigInt(`${m[2]}${digits}`)
  return { units: m[1] === '-' ? -units : units, scale: digits.length }
}

/** Shortest spelling with a point: `0.535`, `2`, `-1.5`. */
export function formatDecimal({ units, scale }: Decimal): string {
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const rest = digits.slice(digits.length - scale).replace(/0+$/, '')
  return rest === '' ? sign + whole : `${sign}${whole}.${rest}`
}

/** `a × b` rounded half away from zero to `scale` places. */
export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  return rescale({ units: a.units * b.units, scale: a.scale + b.scale }, scale)
}

/** The same value with exactly `scale` places, rounded half away from zero where digits are lost. */
export function rescale({ units, scale: from }: Decimal, scale: number): Decimal {
  if (scale >= from) return { units: units * 10n ** BigInt(scale - from), scale }
  return { units: divide(units, 10n ** BigInt(from - scale)), scale }
}

export const isWhole = (d: Decimal): boolean => d.units % 10n ** BigInt(d.scale) === 0n
export const sameDecimal = (a: Decimal, b: Decimal): boolean =>
  a.units * 10n ** BigInt(b.scale) === b.units * 10n ** BigInt(a.scale)
