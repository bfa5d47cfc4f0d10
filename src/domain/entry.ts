import type { Fault } from './fault.ts'
import type { EntryId, MessageId, RegisterId } from './ids.ts'
import type { Sealed } from './invoice.ts'
import type { Aside } from './receipt.ts'
import type { Instant } from './time.ts'

/**
 * One captured document and where it stands (architecture, entry states). `torn`: its stream broke off before its end mark;
 * what is missing may change the sum. `revised`: new content under the name of a file that was heard before. Neither is
 * ever sold from by itself.
 */
export type Entry = {
  readonly id: EntryId
  readonly register: RegisterId
  readonly since: Instant
  /** Its stamp reached paper, with the document itself or with a second copy of it. */
  readonly stamped?: true
} /** `order`: no paper of the till, but a correction that a person ordered (domain/order.ts). */ & (
  | { readonly state: 'captured'; readonly torn?: true; readonly revised?: true; readonly order?: true }
  /** `released`: a person let it through, and it has not been read again yet. */
  | {
      readonly state: 'held'
      readonly fault: Fault
      readonly torn?: true
      readonly revised?: true
      readonly order?: true
      readonly released?: true
    }
  /** `of`: the sale of which this is a second copy. */
  | { readonly state: 'set-aside'; readonly why: Aside; readonly of?: EntryId }
  /** `refusals`: messages with it that were refused as a whole, since it was queued or a person retried it. */
  | { readonly state: 'queued'; readonly sealed: Sealed; readonly refusals?: number }
  | { readonly state: 'pushed' | 'in-doubt'; readonly sealed: Sealed; readonly message: MessageId }
  | { readonly state: 'acknowledged'; readonly sealed: Sealed; readonly reference?: string }
  | { readonly state: 'rejected' | 'parked'; readonly sealed: Sealed; readonly fault: Fault }
)

export type EntryState = Entry['state']

/** The arrows there are; the ledger refuses all others. */
export const ARROWS: Readonly<Record<EntryState, readonly EntryState[]>> = {
  captured: ['queued', 'held', 'set-aside'],
  held: ['queued', 'set-aside', 'held'],
  'set-aside': [],
  queued: ['pushed', 'parked'],
  pushed: ['acknowledged', 'rejected', 'queued', 'in-doubt', 'parked'],
  'in-doubt': ['pushed', 'acknowledged', 'rejected', 'queued'],
  acknowledged: [],
  rejected: ['queued'],
  parked: ['queued'],
}
