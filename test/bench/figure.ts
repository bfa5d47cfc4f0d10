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

/** How often something was done: per second of the clock, and per second of CPU time of all threads of this process. */
export interface Turn {
  readonly rate: number
  readonly perCpu: number
}

/**
 * One thing measured beside its limit, turn by turn: the machine is shared, so only the ratio of neighbours is fair.
 * `perCpu` compares what both cost, whoever else was running.
 */
export async function besides(rounds: number, limit: () => Turn | Promise<Turn>, measure: () => Promise<Turn>) {
  const turns: Turn[] = []
  const limits = [await limit()]
  for (let i = 0; i < rounds; i++) {
    turns.push(await measure())
    limits.push(await limit())
  }
  const near = (i: number): number => ((limits[i]?.rate ?? 0) + (limits[i + 1]?.rate ?? 0)) / 2
  return {
    rate: median(turns.map(({ rate }) => rate)),
    limit: median(turns.map((_, i) => near(i))),
    ratio: median(turns.map(({ rate }, i) => rate / near(i))),
    perCpu: median(turns.map(({ perCpu }) => perCpu)),
    ratioCpu: median(turns.map(({ perCpu }) => perCpu)) / median(limits.map(({ perCpu }) => perCpu)),
  }
}

/** Times `work`, which says how many it did. */
export async function timed(work: () => number | Promise<number>): Promise<Turn> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const count = await work()
  const wall = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (count / wall) * 1_000, perCpu: (count / (user + system)) * 1_000_000 }
}
