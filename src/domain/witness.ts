import type { Dong } from './dong.ts'
import type { Instant } from './time.ts'

/** What a customer display beside a register showed (P8). Derived and in memory only: after a restart nothing was seen. */
export interface Witness {
  saw(total: Dong, at: Instant): void
  /** The last total shown within the minute before a receipt was heard. */
  before(heard: Instant): Dong | undefined
}

/** The buyer is shown the total before the receipt comes out; what stood there earlier was somebody else's. */
const MINUTE = 60_000
/** Receipts may wait to be read while the display goes on. */
const MOST = 256

export function witness(): Witness {
  const seen: { readonly total: Dong; readonly at: Instant }[] = []
  return {
    saw(total, at) {
      seen.push({ total, at })
      if (seen.length > MOST) seen.shift()
    },
    before: (heard) => seen.findLast(({ at }) => at <= heard && heard - at <= MINUTE)?.total,
  }
}
