import { cpus, loadavg, release, totalmem } from 'node:os'

/** One line of the table. `limit`: what the machine itself could do, measured in the same run; `ratio`: value / limit. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limit: number | null
  readonly ratio: number | null
  readonly note: string
}

export type Machine = Readonly<Record<string, string | number>>

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryMiB: Math.round(totalmem() / 2 ** 20),
  system: `${process.platform} ${release()} ${process.arch}`,
  node: process.version,
  openssl: process.versions.openssl,
  loadBefore: round(loadavg()[0] ?? 0),
})

/** Three digits that count. */
export function round(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return Number(value.toFixed(Math.min(digits, 6)))
}

export const figure = (name: string, value: number, unit: string, limit: number | undefined, note: string): Figure => ({
  name,
  value: round(value),
  unit,
  limit: limit === undefined ? null : round(limit),
  ratio: limit === undefined || limit === 0 ? null : round(value / limit),
  note,
})

/** The value below which the part `q` of all lies (nearest rank). NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** One thing measured beside its limit, turn by turn: the machine is shared, so only the ratio of neighbours is fair. */
export async function besides<T extends { readonly rate: number }>(
  rounds: number,
  limit: () => Promise<number>,
  measure: () => Promise<T>,
): Promise<{ readonly turns: readonly T[]; readonly rate: number; readonly limit: number; readonly ratio: number }> {
  const turns: T[] = []
  const limits = [await limit()]
  for (let i = 0; i < rounds; i++) {
    turns.push(await measure())
    limits.push(await limit())
  }
  const near = turns.map((_, i) => ((limits[i] ?? 0) + (limits[i + 1] ?? 0)) / 2)
  return {
    turns,
    rate: median(turns.map(({ rate }) => rate)),
    limit: median(near),
    ratio: median(turns.map(({ rate }, i) => rate / (near[i] ?? 1))),
  }
}
