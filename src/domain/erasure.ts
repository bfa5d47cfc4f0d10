import type { EntryId } from './ids.ts'
import type { Fact } from './ledger.ts'
import type { Result } from './result.ts'
import type { CivilDate, Instant } from './time.ts'

/** What of an invoice says who bought: itself, what was heard of the sale, the message that filed it, what the buyer agreed to. */
export type BuyerRole = 'invoice' | 'frame' | 'message' | 'evidence'

export interface BuyerDocument {
  /** The number of the fact that commits to it (audit-pack 1.3). */
  readonly fact: number
  readonly role: BuyerRole
  readonly at: Instant
  readonly erased?: true
  /** The first day on which the law lets it go; absent: any day. */
  readonly from?: CivilDate
}

/** Chosen from, never typed: what is typed into a fact could name the buyer for ever. */
export const ERASE_REASONS = ['asked', 'retention', 'mistake'] as const
export type EraseReason = (typeof ERASE_REASONS)[number]

/** Where the owner erases who a buyer was, as far as the law lets him. Facts stay and the chain verifies. */
export interface Erasing {
  /** In the order written down; empty: nothing of that invoice says who bought. */
  documents(entry: EntryId): Promise<readonly BuyerDocument[]>
  /**
   * Erases all that may go today, for good; answers how it stands then. Faults: DASHBOARD_NO_BUYER, BUYER_KEPT (nothing may go
   * yet; with the first day), those of the ledger.
   */
  erase(entry: EntryId, who: string, why: EraseReason): Promise<Result<readonly BuyerDocument[]>>
}

/** Whether the invoice itself was erased: what is left of it is its masked copy. `facts`: those of its entry. */
export const isErased = (facts: readonly Fact[]): boolean =>
  facts.some(
    ({ kind, line }) => kind === 'document.erased' && (JSON.parse(line) as { body: { role?: string } }).body.role === 'invoice',
  )
