import type { Fault } from './fault.ts'
import type { MessageId, NoticeId } from './ids.ts'
import type { InvoiceIdentity, Sealed } from './invoice.ts'
import type { Notice } from './notice.ts'
import type { Result } from './result.ts'
import type { Signer } from './signer.ts'
import type { Instant } from './time.ts'

/** Who receives. compose and read are pure but for the signature; send and ask touch the wire; none retries or sleeps. */
export interface Transport {
  readonly id: string
  /** What one message may hold; one form and one symbol each. */
  readonly limits: { readonly bytes: number; readonly invoices: number }
  /** Sender code and 32 random hex digits: the format wants it so. */
  mint(): MessageId
  compose(id: MessageId, batch: readonly Sealed[], signer: Signer, at: Instant): Promise<Result<Message>>
  /** A notice, signed as the law wants it. Absent: this way takes none. */
  composeNotice?(id: MessageId, notice: Notice, signer: Signer, at: Instant): Promise<Result<Message>>
  /** Letters of the authority that answer nothing of ours, as received; `seen`: ids that were read before. */
  letters?(
    seen: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly bytes: Uint8Array }[]>
  send(message: Message, signal: AbortSignal): Promise<Answer>
  ask(id: MessageId, signal: AbortSignal): Promise<Answer>
  /** A reply may name only the refused invoices, or none. Tolerant; what is no result is `odd`. */
  read(reply: Uint8Array, message: Message): Result<ReadReply>
}

export interface ReadReply {
  /** The reply's own message type, where it says one: 999, 204, -1. */
  readonly type?: number
  readonly verdicts: readonly Verdict[]
}

export interface Message {
  readonly id: MessageId
  /** Message type of the format: 206. */
  readonly type: number
  readonly bytes: Uint8Array
  readonly invoices: readonly InvoiceIdentity[]
  /** A notice instead of invoices. */
  readonly notice?: NoticeId
}

export type Answer =
  /** As received; none: stored, no verdict yet. */
  | { readonly kind: 'replies'; readonly replies: readonly Uint8Array[] }
  /** Asked, no answer yet. `never`: they say they do not know the message. */
  | { readonly kind: 'nothing'; readonly never: boolean }
  /** `unsent`: provably no byte of it arrived. `unknown`: it may have arrived. `afterMs`: they asked us to wait. */
  | { readonly kind: 'unsent' | 'unknown'; readonly fault: Fault; readonly afterMs?: number }

export type Verdict =
  /** Technical receipt, or "we have it already". */
  | { readonly kind: 'taken' }
  | { readonly kind: 'accepted'; readonly invoice: InvoiceIdentity; readonly reference?: string }
  | { readonly kind: 'rejected'; readonly invoice: InvoiceIdentity; readonly fault: Fault }
  /** A notice of ours was accepted as a whole (301). */
  | { readonly kind: 'noted'; readonly reference?: string }
  /** The whole message, definitely: only now may it be cut anew. */
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'later'; readonly fault: Fault; readonly afterMs?: number }
  /** Not a result. */
  | { readonly kind: 'odd'; readonly fault: Fault }
