import { type Dong, sumDong } from '../../src/domain/dong.ts'
import type { PaymentMethod } from '../../src/domain/receipt.ts'
import type { Job, Scene, Script, TrueSale } from './script.ts'

/** How often, and how much in all. */
export interface Tally {
  readonly count: number
  readonly total: Dong
}

/** What a till added up, to be printed at the end of its day. All in đồng. */
export interface Takings {
  /** Bills; what came back is none. */
  readonly count: number
  /** What was owed for them less what came back, before cash is rounded. */
  readonly total: Dong
  /** With tax, by rate: `8`, `KCT`. Empty where a bill did not say: a part would be taken for the whole. */
  readonly rates: ReadonlyMap<string, Dong>
  /** Money in the drawer and elsewhere, what was given back taken off. */
  readonly tenders: ReadonlyMap<PaymentMethod, Dong>
  readonly refunds?: Tally
  /** Lines taken back before their bill was paid. */
  readonly voids?: Tally
  /** What rounded cash came to more or less than was owed. */
  readonly rounding?: Dong
}

/** The memory of a till: what it printed since its last Z. */
export interface TillDay {
  /** One more paper. Only what was sold or came back counts. */
  ring(sale: TrueSale | null): void
  /** X: so far. */
  look(): Takings
  /** Bills of today, the newest last, that nothing came back of. */
  bills(): readonly TrueSale[]
  /** Z: the same, and a new day begins; they are counted from 1. */
  close(): { readonly counter: number; readonly takings: Takings }
}

export function tillDay(): TillDay {
  let rung: TrueSale[] = []
  let counter = 0
  return {
    ring(sale) {
      if (sale?.reading === 'Z') {
        rung = []
        counter += 1
      } else if (sale?.kind === 'sale' || sale?.kind === 'refund') rung.push(sale)
    },
    look: () => takingsOf(rung),
    bills() {
      const back = new Set(rung.map(({ of }) => of))
      return rung.filter(({ kind, receiptNo }) => kind === 'sale' && receiptNo !== null && !back.has(receiptNo))
    },
    close() {
      const takings = takingsOf(rung)
      rung = []
      counter += 1
      return { counter, takings }
    },
  }
}

/** A trade with its memory: every paper it prints is counted, once, whatever happens to it on its way. */
export const ringing =
  (act: (scene: Scene & { readonly day: TillDay }) => readonly Job[]): Script =>
  (scene) => {
    const { day = tillDay() } = scene
    const jobs = act({ ...scene, day })
    for (const { sale } of jobs) if (sale?.reading === undefined) day.ring(sale)
    return jobs
  }

function takingsOf(rung: readonly TrueSale[]): Takings {
  const bills = rung.filter(({ kind }) => kind === 'sale')
  const back = rung.filter(({ kind }) => kind === 'refund')
  const taken = rung.flatMap(({ voided = [] }) => voided.map(BigInt))
  const rounding = sumDong(rung.map((sale) => BigInt(sale.rounding ?? 0)))
  const tenders = new Map<PaymentMethod, Dong>()
  for (const { payments = [] } of rung)
    for (const { method, amount } of payments) tenders.set(method, (tenders.get(method) ?? 0n) + BigInt(amount))
  return {
    count: bills.length,
    total: sumDong(rung.map(owed)),
    rates: ratesOf(rung),
    tenders,
    ...(back.length > 0 ? { refunds: { count: back.length, total: sumDong(back.map(owed)) } } : {}),
    ...(taken.length > 0 ? { voids: { count: taken.length, total: sumDong(taken) } } : {}),
    ...(rounding === 0n ? {} : { rounding }),
  }
}

const owed = ({ total, rounding = 0 }: TrueSale): Dong => BigInt(total ?? 0) - BigInt(rounding)

function ratesOf(rung: readonly TrueSale[]): Map<string, Dong> {
  const sums = new Map<string, Dong>()
  const add = (rate: string, amount: Dong): void => void sums.set(rate, (sums.get(rate) ?? 0n) + amount)
  for (const sale of rung) {
    const [rate, other] = new Set(sale.lines.map((line) => line.vatRate))
    if (sale.vat) for (const row of sale.vat) add(row.rate, BigInt(row.base) + BigInt(row.tax))
    else if (rate !== undefined && other === undefined) add(rate, owed(sale))
    else return new Map()
  }
  return sums
}
