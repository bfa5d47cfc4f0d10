import type { Dong } from '../../domain/dong.ts'
import type { TotalRole } from '../../domain/template.ts'

/** One figure of a labelled line over all samples; undefined where a sample does not print it. */
export interface Column {
  readonly label: string
  /** Which money of that line. */
  readonly place: number
  readonly values: readonly (Dong | undefined)[]
  /** By words everybody knows. */
  readonly role?: TotalRole
}

export type Solved = ReadonlyMap<Column, TotalRole>

const SIGN: Partial<Record<TotalRole, 1n | -1n>> = {
  discount: -1n,
  service: 1n,
  delivery: 1n,
  tip: 1n,
  fee: 1n,
  rounding: 1n,
  tax: 1n,
}
const MOST_UNKNOWN = 8

/**
 * What each figure under (or above) the items must be for every sample to add up: sum − discounts + fees = total (P3), given −
 * change = total (P4). `sums`: the items of each sample. Undefined: no way, or a figure that nothing explains.
 */
export function solve(columns: readonly Column[], sums: readonly Dong[]): Solved | undefined {
  const unknown = columns.filter((c) => c.role === undefined)
  if (unknown.length > MOST_UNKNOWN) return undefined
  const said = columns.filter((c) => c.role === 'total' || c.role === 'due')
  const always = (said.length > 0 ? said : unknown).filter((c) => c.values.every((v) => v !== undefined))
  for (const total of always) {
    const rest = unknown.filter((c) => c !== total)
    for (const taxed of columns.some((c) => c.role === 'tax') ? [false, true] : [false])
      for (const added of additions(rest)) {
        const fits = sums.every((sum, s) => sum + known(columns, s, taxed) + plus(added, s) === total.values[s])
        const solved = fits ? explain(columns, total, added, sums) : undefined
        if (solved) return solved
      }
  }
  return undefined
}

const known = (columns: readonly Column[], s: number, taxed: boolean): Dong =>
  columns.reduce((n, { role, values }) => {
    const sign = role && (role !== 'tax' || taxed) ? SIGN[role] : undefined
    const value = values[s] ?? 0n
    return sign === undefined ? n : n + (role === 'discount' && value < 0n ? value : sign * value)
  }, 0n)

type Added = readonly { readonly column: Column; readonly sign: 1n | -1n }[]

/** Nothing added, one figure, two figures; taken off before put on. */
function* additions(columns: readonly Column[]): Generator<Added> {
  yield []
  const one = columns.flatMap((column) => [
    { column, sign: -1n as const },
    { column, sign: 1n as const },
  ])
  for (const a of one) yield [a]
  for (const [i, a] of one.entries()) for (const b of one.slice(i + 1)) if (a.column !== b.column) yield [a, b]
}

const plus = (added: Added, s: number): Dong =>
  added.reduce((n, { column, sign }) => {
    const value = column.values[s] ?? 0n
    return n + sign * (value < 0n ? -value : value)
  }, 0n)

function explain(columns: readonly Column[], total: Column, added: Added, sums: readonly Dong[]): Solved | undefined {
  const roles = new Map<Column, TotalRole>()
  for (const c of columns) if (c.role !== undefined) roles.set(c, c.role)
  roles.set(total, total.role ?? 'total')
  for (const { column, sign } of added) roles.set(column, sign < 0n ? 'discount' : 'service')
  const left = columns.filter((c) => !roles.has(c))
  const same = (c: Column, by: readonly (Dong | undefined)[]): boolean => c.values.every((v, s) => v === undefined || v === by[s])
  const owed = (back: Column): readonly Dong[] => total.values.map((v, s) => (v ?? 0n) + (back.values[s] ?? 0n))
  for (const given of columns)
    for (const back of left) {
      const open = (roles.get(given) ?? 'tender') === 'tender' && !roles.has(back) && given !== back
      if (open && same(given, owed(back))) roles.set(given, 'tender').set(back, 'change')
    }
  for (const c of left) {
    if (roles.has(c)) continue
    if (same(c, total.values)) roles.set(c, 'tender')
    else if (same(c, sums)) roles.set(c, 'subtotal')
    else if (new Set(c.values).size === 1 && c.values.length > 1) roles.set(c, 'nothing')
    else return undefined
  }
  return roles
}
