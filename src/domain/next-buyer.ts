import type { EntryId, RegisterId } from './ids.ts'
import type { Buyer } from './sale.ts'
import type { Instant } from './time.ts'

/** Who buys next at a register: given before the sale by the cashier or by himself. Used once, or it expires. */
export interface NextBuyer {
  /** Replaces whoever was named before. */
  arm(register: RegisterId, armed: Armed): void
  drop(register: RegisterId): void
  armed(register: RegisterId): Armed | undefined
  /** The buyer for this sale; asked again for the same entry it gives the same one, and nobody else gets him. */
  take(register: RegisterId, entry: EntryId, at: Instant): Buyer | undefined
  /** The entry came to nothing (held, set aside): its buyer waits for the next one, if there is time left. */
  giveBack(entry: EntryId): void
  /** Which sale took him, for the result page. */
  taken(register: RegisterId): { readonly entry: EntryId; readonly at: Instant } | undefined
}

export interface Armed {
  readonly buyer: Buyer
  readonly since: Instant
  readonly until: Instant
  /** Pseudonym of the cashier, or `guest` for the buyer's own telephone. */
  readonly who: string
}
