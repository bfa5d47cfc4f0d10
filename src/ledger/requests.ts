import type { Entry, EntryState } from '../domain/entry.ts'
import type { Fault } from '../domain/fault.ts'
import type { EntryId, NoticeId } from '../domain/ids.ts'
import type { InvoiceIdentity, Sealed } from '../domain/invoice.ts'
import type { Fact, NamedEntry, OpenMessage, RefusedNotice, Step } from '../domain/ledger.ts'
import type { Notice } from '../domain/notice.ts'
import type { Correction, Offline } from '../domain/sale.ts'
import type { CivilDate, Instant } from '../domain/time.ts'
import type { FactRow, Moment } from './book.ts'
import type { TenderRow } from './corrections.ts'
import type { RateRow } from './sums.ts'

/** What the two threads say to each other. Bytes travel in one block per batch, each document with 16 free bytes before it. */
export interface Slice {
  readonly from: number
  /** Including the 16 bytes of the salt. */
  readonly size: number
}

export type WriteRequest = Moment &
  (CaptureRequest | IssueRequest | StepRequest | NotifyRequest | TickRequest | EraseRequest | StopRequest)

export interface CaptureRequest {
  readonly what: 'capture'
  readonly register: string
  readonly frame: Slice
  readonly discarded: number
  readonly torn: boolean
  readonly revised?: true
  readonly namesBuyer?: true
  readonly order?: true
  readonly cursor?: string
  /** Somebody is ready to go on with it at once: the flush waits for what he makes of it. */
  readonly early?: true
}
export interface IssueRequest {
  readonly what: 'issue'
  readonly entry: EntryId
  readonly seller: string
  readonly form: number
  readonly symbol: string
  readonly number: number
  readonly code?: string
  readonly issuedAt: Instant
  readonly due: Instant
  readonly pay: bigint
  readonly rates: readonly RateRow[]
  readonly tender?: readonly TenderRow[]
  readonly corrects?: Correction
  readonly offline?: Offline
  readonly digest: string
  /** JSON of `Stamp`. */
  readonly stamp: string
  readonly invoice: Slice
  readonly masked?: Slice
}
export interface StepRequest {
  readonly what: 'step'
  readonly step: Step
  /** Message, answer, evidence or invoice bytes, taken out of the step. */
  readonly bytes?: Slice
  readonly masked?: Slice
}
export interface NotifyRequest {
  readonly what: 'notify'
  readonly name: string
  readonly who: string
  readonly invoices: readonly InvoiceIdentity[]
  readonly request?: { readonly number: string; readonly date: CivilDate }
  /** What `noticeBytes` makes of it. */
  readonly bytes: Slice
}
/** A notice, new or asked for before under its name. */
export interface Asked {
  readonly id: NoticeId
  readonly again: boolean
}
/** Nothing happened, but a day may be over. */
export interface TickRequest {
  readonly what: 'tick'
}
export interface EraseRequest {
  readonly what: 'erase'
  readonly fact: number
  readonly role: string
  readonly who: string
  readonly why: string
}
export interface StopRequest {
  readonly what: 'stop'
  readonly why: 'asked' | 'upgrade' | 'fault'
}

export type ReadRequest =
  | { readonly what: 'frame' | 'withheld' | 'entry'; readonly entry: EntryId }
  | { readonly what: 'list'; readonly state: EntryState; readonly limit: number; readonly after?: EntryId }
  | { readonly what: 'unfinished' | 'refused' | 'outages' }
  | { readonly what: 'notices'; readonly limit: number }
  | { readonly what: 'cursor'; readonly register: string }
  | { readonly what: 'named'; readonly register: string; readonly name: string }
  | { readonly what: 'facts'; readonly from: number; readonly limit: number }

export type Request = WriteRequest | ReadRequest

export interface Batch {
  readonly id: number
  readonly requests: readonly Request[]
  readonly bytes: ArrayBuffer
  /** Whether the facts of the batch are wanted back. */
  readonly watched: boolean
}

/** One for each request, in order. `bug`: it threw. */
export type Reply =
  | { readonly ok: true; readonly value?: EntryId | Sealed | Asked | ReadValue; readonly next?: number }
  /** The number sealed is not the next one any more: seal again under `next`. */
  | { readonly ok: false; readonly again: number }
  | { readonly ok: false; readonly fault: Fault; readonly next?: number }
  | { readonly ok: false; readonly bug: string; readonly next?: number }

export type ReadValue =
  | Entry
  | readonly Entry[]
  | readonly OpenMessage[]
  | Uint8Array
  | string
  | boolean
  | readonly Fact[]
  | readonly NamedEntry[]
  | readonly Notice[]
  | readonly RefusedNotice[]
  | readonly OpenIncident[]

export interface OpenIncident {
  readonly incident: string
  readonly cause: string
}

/** Where the story stands, for the anchor. */
export interface Tip {
  readonly n: number
  readonly hash: string
  readonly at: Instant
  readonly origin: string
  readonly numbers: Readonly<Record<string, number>>
  readonly note?: string
  /** Root of the tree up to `n`, hex: while no head is signed, so that what was seen can be named (audit-pack 1.4). */
  readonly root?: string
}

export interface Health {
  /** Documents of buyers lie under a key that is away. */
  readonly buyers?: Fault
  readonly capture?: Fault
  readonly issue?: Fault
}

/** An entry that is written and not yet flushed: which request of which batch made it. */
export interface Taken {
  readonly batch: number
  readonly place: number
  readonly entry: EntryId
}

export type FromWriter =
  | {
      readonly what: 'opened'
      readonly tip: Tip
      readonly series: readonly SeriesAt[]
      readonly health: Health
      readonly behind: boolean
    }
  | { readonly what: 'refused'; readonly fault: Fault }
  /** Ahead of the flush; `done` follows, or the thread ends. */
  | { readonly what: 'taken'; readonly entries: readonly Taken[] }
  | {
      readonly what: 'done'
      readonly batches: readonly { readonly id: number; readonly replies: readonly Reply[] }[]
      /** Undefined: nothing was written. */
      readonly tip?: Tip
      readonly facts?: readonly FactRow[]
      readonly health: Health
    }
  | { readonly what: 'health'; readonly health: Health }

export interface SeriesAt {
  readonly form: number
  readonly symbol: string
  readonly next: number
  readonly lastAt: number
}

/** What the writer's thread is started with. */
export interface WriterStart {
  readonly dir: string
  readonly taxCode: string
  readonly build: string
  readonly config: string
  readonly moment: Moment
  readonly host: string
  readonly reserveBytes: number
  /** Where the key for documents of buyers lies, where that is outside the folder. */
  readonly buyerKey?: string
  readonly points?: string
  readonly anchor?: Anchored
}

/** What an anchor file says of this chain. */
export interface Anchored {
  readonly n: number
  readonly hash: string
  readonly origin: string
  readonly numbers: Readonly<Record<string, number>>
  readonly note?: string
  readonly root?: string
  readonly where: string
}
