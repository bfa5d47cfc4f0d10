import type { Dong } from '../../domain/dong.ts'
import { RATE_WORD } from '../labels.ts'
import { figuresOf, oncePerLine } from '../line.ts'

/** One row of the VAT table: `B  8%  210.185  16.815`. */
export interface TaxRow {
  /** The letter that lines of this rate carry. */
  readonly letter?: string
  readonly rate: string
  readonly base: Dong
  readonly tax: Dong
  readonly proven: boolean
}

const ROW =
  /^(?:([a-z]) )?(?:(?:vat|gtgt|thue|thue suat|thue gtgt|thue suat gtgt|thue suat thue gtgt|ts|nhom|loai)(?: ([a-z]))? )?(\d{1,2}%|kct|kkknt|khong chiu thue|khong ke khai)$/

export const readTaxRow = oncePerLine((line): TaxRow | null => {
  if (line.tail.cells.length < 2) return null
  const m = ROW.exec(line.headKey)
  const spelled = m?.[3]
  if (!m || spelled === undefined) return null
  const rate = RATE_WORD[spelled] ?? spelled.replace('%', '')
  const letter = (m[1] ?? m[2])?.toUpperCase()
  const [a, b, gross] = figuresOf(line).map((f) => f.money)
  if (a === undefined || b === undefined || line.tail.cells.length > 3) return null
  const percent = /^\d+$/.test(rate) ? BigInt(rate) : 0n
  const straight = taxFits(a, percent, b)
  const [base, tax] = straight || !taxFits(b, percent, a) ? [a, b] : [b, a]
  const whole = gross === undefined ? line.tail.cells.length === 2 : base + tax === gross
  return { rate, base, tax, proven: taxFits(base, percent, tax) && whole, ...(letter === undefined ? {} : { letter }) }
})

/** base × rate within one đồng (P5). `percent` in whole percent. */
export function taxFits(base: Dong, percent: bigint, tax: Dong): boolean {
  const gap = base * percent - tax * 100n
  return gap >= -100n && gap <= 100n
}
