import { decimal, divide } from '../../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../../domain/dong.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Share } from './household.ts'
import type { Entry } from './item.ts'
import type { Rate } from './rates.ts'

/** The lines of one rate, or of one industry group of a household: what is rounded once. */
export interface Group {
  readonly rate?: Rate
  readonly share?: Share
  readonly entries: readonly Entry[]
}

/** Promotion lines count only where nothing else was sold: they carry no money. In order of first appearance. */
export function groupsOf(entries: readonly Entry[]): Group[] {
  const sold = entries.filter((entry) => entry.gross !== 0n)
  const groups = new Map<string, { rate?: Rate; share?: Share; entries: Entry[] }>()
  for (const entry of sold.length > 0 ? sold : entries) {
    const { rate, share } = entry
    const key = rate?.text ?? (share ? `${share.industry} ${share.off}` : '')
    const group = groups.get(key)
    if (group) group.entries.push(entry)
    else groups.set(key, { ...(rate ? { rate } : {}), ...(share ? { share } : {}), entries: [entry] })
  }
  return [...groups.values()]
}

export const worthOf = (entries: readonly Entry[]): Dong => sumDong(entries.map((entry) => entry.worth))

const CHARGES = { service: 'Phí phục vụ', delivery: 'Phí giao hàng', tip: 'Tiền tip' } as const

/** What a line without code and unit is a charge for, by the name it was given. */
export const chargeNamed = (name: string): keyof typeof CHARGES | undefined =>
  (['service', 'delivery', 'tip'] as const).find((charge) => CHARGES[charge] === name)

/** A charge bears the rates of what was served, in proportion: one line for each rate. */
export function chargesOf(sale: Sale, entries: readonly Entry[]): Entry[] {
  if (sale.charges.length === 0) return []
  const groups = groupsOf(entries)
  return sale.charges.flatMap(({ name, amount }) => {
    const parts = spread(
      amount,
      groups.map((group) => worthOf(group.entries)),
    )
    return groups.flatMap(({ rate, share }, i): Entry[] => {
      const part = parts[i] ?? 0n
      if (part === 0n) return []
      const line = { name: CHARGES[name], quantity: decimal(1n), unitPrice: part, discount: 0n, amount: part }
      return [{ line, ...(rate ? { rate } : {}), ...(share ? { share } : {}), gross: part, listed: part, worth: part }]
    })
  })
}

/**
 * `total` over lines worth `worths`, each about `worth × times / by`: by largest remainder. Lines of both signs,
 * an exchange of goods, are rounded each for itself and the largest of them takes the rest.
 */
export function apportion(total: Dong, worths: readonly Dong[], times: bigint, by: bigint): Dong[] {
  if (worths.every((worth) => worth >= 0n)) return spread(total, worths)
  if (worths.every((worth) => worth <= 0n))
    return spread(
      total,
      worths.map((worth) => -worth),
    )
  const parts = worths.map((worth) => divide(worth * times, by))
  const size = (i: number): Dong => (worths[i] ?? 0n) * ((worths[i] ?? 0n) < 0n ? -1n : 1n)
  const largest = worths.reduce((best, _, i) => (size(i) > size(best) ? i : best), 0)
  const rest = total - sumDong(parts)
  return parts.map((part, i) => (i === largest ? part + rest : part))
}
