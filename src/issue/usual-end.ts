import type { EntryId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import type { Receipt } from '../domain/receipt.ts'

/** How the paper of a sale ended. */
export interface End {
  readonly boundary: Page['boundary']
  /** Below its sums stood a line of words, as most shops print one. */
  readonly words: boolean
  /** What was paid stood on it: nothing that changes its total comes behind that. */
  readonly paid: boolean
}

/** What the sales of one register always end with. Derived and in memory; after a restart it is followed again from the frames. */
export interface UsualEnd {
  /** One sale as it was heard, once. True: what all sales before it ended with is missing, so the rest of it may never have come. */
  lacks(entry: EntryId, end: End): boolean
}

/** So many sales in a row make a habit, and so many without it end it: the till has changed its way. */
const HABIT = 20
const BROKEN = 3

/** Money at the end of a line; a telephone number is none. */
const MONEY = /(?:^|[^\d.,])(?:\d{1,3}(?:[.,]\d{3})+|[1-9]\d{3,8})\s*(?:đ|₫|d|vnd|vnđ|đồng)?$/i

export const endOf = ({ boundary }: Page, textLines: readonly string[], { payments = [], tendered }: Receipt): End => ({
  boundary,
  words: !MONEY.test(textLines.at(-1)?.trim() ?? ''),
  paid: payments.length > 0 || tendered !== undefined,
})

/**
 * A till that cuts every paper, or prints its thanks below every sum, and then falls silent right behind the total: a charge or a
 * discount may have been cut off exactly at a line end, where nothing else shows it (register-capture 6, 8). `cuts`: a person
 * said that it always does, or that it need not.
 */
export function usualEnd(cuts?: boolean): UsualEnd {
  const cut = habit(cuts === true)
  const words = habit(false)
  const lacking = new Set<EntryId>()
  let upTo = ''
  return {
    lacks(entry, end) {
      if (entry <= upTo) return lacking.has(entry)
      upTo = entry
      const uncut = cut.misses(end.boundary === 'cut') && cuts !== false
      const bare = words.misses(end.words) && !end.paid
      if (end.boundary !== 'quiet' || !(uncut || bare)) return false
      lacking.add(entry)
      return true
    },
  }
}

/** True where something that was always there is missing. A person's word needs no practice and does not wear off. */
function habit(said: boolean): { misses(there: boolean): boolean } {
  let inRow = 0
  let missing = 0
  return {
    misses(there) {
      const firm = said || inRow >= HABIT
      if (there) {
        inRow += 1
        missing = 0
        return false
      }
      missing += 1
      if (!firm || (!said && missing >= BROKEN)) {
        inRow = 0
        return false
      }
      return true
    },
  }
}
