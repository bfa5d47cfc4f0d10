import { divide } from './decimal.ts'
import type { Dong } from './dong.ts'
import type { RateSum } from './invoice.ts'

/** An invoice less all that was taken back from it. Positive. */
export interface Left {
  readonly pay: Dong
  /** Empty on form 2. */
  readonly rates: readonly RateSum[]
  /** This adjustment takes back all of it: its figures are exactly these. */
  readonly all?: true
}

/**
 * Net and tax of goods worth `worth` (in the regime of `prices`) out of what is left at their rate: in proportion, so that
 * the parts of a return add up to what the sale said, however it was rounded. Undefined: nothing is left.
 */
export function partOf({ rate, net, tax }: RateSum, worth: Dong, prices: 'inclusive' | 'exclusive'): RateSum | undefined {
  const whole = prices === 'inclusive' ? net + tax : net
  if (whole <= 0n) return undefined
  if (prices === 'exclusive') return { rate, net: worth, tax: divide(tax * worth, whole) }
  const part = divide(net * worth, whole)
  return { rate, net: part, tax: worth - part }
}
