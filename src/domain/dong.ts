/** Whole đồng. VND has no minor unit. */
export type Dong = bigint

/** `1.659.042`: dots for thousands, as the screens and the stamp write it. */
export function showDong(amount: Dong): string {
  const digits = (amount < 0n ? -amount : amount).toString().replace(/\B(?=(\d{3})+$)/g, '.')
  return amount < 0n ? `-${digits}` : digits
}

/** Reads the money strings of facts, `^(0|-?[1-9][0-9]{0,20})$`. */
export const readDong = (text: string): Dong | undefined => (/^(0|-?[1-9][0-9]{0,20})$/.test(text) ? BigInt(text) : undefined)

export const sumDong = (amounts: Iterable<Dong>): Dong => {
  let sum = 0n
  for (const amount of amounts) sum += amount
  return sum
}

/**
 * Spreads `total` over `weights` by largest remainder; ties go to the larger weight, then to the earlier one.
 * The parts always add up to `total`. Weights are not negative; all zero: everything goes to the first.
 */
export function spread(total: Dong, weights: readonly Dong[]): Dong[] {
  const whole = sumDong(weights)
  if (weights.length === 0) return []
  if (whole === 0n) return weights.map((_, i) => (i === 0 ? total : 0n))
  const sign = total < 0n ? -1n : 1n
  const size = total * sign
  const parts = weights.map((weight, i) => ({ i, weight, part: (size * weight) / whole, rest: (size * weight) % whole }))
  const left = Number(size - sumDong(parts.map((p) => p.part)))
  const order = [...parts].sort((a, b) => compare(b.rest, a.rest) || compare(b.weight, a.weight) || a.i - b.i)
  for (const chosen of order.slice(0, left)) chosen.part += 1n
  return parts.map((p) => p.part * sign)
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
