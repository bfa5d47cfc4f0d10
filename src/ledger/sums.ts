import type { Dong } from '../domain/dong.ts'

/** Running totals of a series (audit-pack 1.5). */
export interface Sum {
  readonly count: number
  readonly pay: Dong
  /** `[rate, net, vat]`, sorted by the bytes of the rate. */
  readonly rates: readonly RateRow[]
}
export type RateRow = readonly [rate: string, net: Dong, vat: Dong]

export const NOTHING: Sum = { count: 0, pay: 0n, rates: [] }

/** One invoice more. */
export function plus(sum: Sum, pay: Dong, rates: readonly RateRow[]): Sum {
  return { count: sum.count + 1, pay: sum.pay + pay, rates: addRates(sum.rates, rates) }
}

function addRates(a: readonly RateRow[], b: readonly RateRow[]): readonly RateRow[] {
  if (a.length === b.length && a.every((row, i) => row[0] === b[i]?.[0])) {
    return a.map(([rate, net, vat], i) => [rate, net + (b[i]?.[1] ?? 0n), vat + (b[i]?.[2] ?? 0n)])
  }
  const rows = new Map(a.map((row) => [row[0], row]))
  for (const [rate, net, vat] of b) {
    const old = rows.get(rate)
    rows.set(rate, [rate, net + (old?.[1] ?? 0n), vat + (old?.[2] ?? 0n)])
  }
  return [...rows.values()].sort((x, y) => Buffer.compare(Buffer.from(x[0]), Buffer.from(y[0])))
}

/** As facts spell it: money is text. */
export type SumText = { count: number; pay: string; rates: (readonly string[])[] }
export const ratesText = (rates: readonly RateRow[]): (readonly string[])[] =>
  rates.map(([rate, net, vat]) => [rate, String(net), String(vat)])
export const readRates = (rows: readonly (readonly string[])[]): RateRow[] =>
  rows.map(([rate = '', net = '0', vat = '0']) => [rate, BigInt(net), BigInt(vat)])
export const sumText = ({ count, pay, rates }: Sum): SumText => ({ count, pay: String(pay), rates: ratesText(rates) })
export const readSum = ({ count, pay, rates }: SumText): Sum => ({ count, pay: BigInt(pay), rates: readRates(rates) })
