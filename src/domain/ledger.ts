import type { Evidence, NoticeState } from './correction.ts'
import type { Named } from './desk.ts'
import type { Dong } from './dong.ts'
import type { Entry, EntryState } from './entry.ts'
import type { Fault } from './fault.ts'
import type { EntryId, MessageId, NoticeId, RegisterId } from './ids.ts'
import type { Incident, IncidentStep, ProofFile } from './incident.ts'
import type { Draft, InvoiceIdentity, RateSum, Sealed, Series, Tender } from './invoice.ts'
import type { Notice } from './notice.ts'
import type { Aside, Totals } from './receipt.ts'
import type { Result } from './result.ts'
import type { Correction, Offline } from './sale.ts'
import type { Signer } from './signer.ts'
import type { CivilDate, Instant } from './time.ts'
import type { Message, Verdict } from './transport.ts'

/**
 * The book: the only thing the three workers share. Every promise below resolves after the flush that covers it.
 * Expected failures: LEDGER_DISK_FULL, LEDGER_OLD_COPY, LEDGER_DAMAGED, LEDGER_READ_ONLY, CLOCK_BEHIND. A failed flush ends the process.
 */
export interface Ledger {
  /** Law 1. `cursor`: where its file link would resume after this frame. */
  capture(register: RegisterId, heard: Heard, cursor?: string): Promise<Result<EntryId>>
  /** Tells of what is on its way to the disk, so that reading begins beside the flush. Returns how to stop listening. */
  arriving?(listener: Arrivals): () => void
  frame(entry: EntryId): Promise<Uint8Array | undefined>
  /** Whether its frame is there and only the key it lies under is away. Absent: none ever is. */
  withheld?(entry: EntryId): Promise<boolean>
  /**
   * Law 2: number, sealed bytes, fact and queue state in one transaction. Idempotent by entry. Refused when
   * `draft.at` lies before the last issue of its series, and while the ledger must not issue.
   */
  issue(entry: EntryId, draft: Draft, signer?: Signer): Promise<Result<Sealed>>
  /** Every other transition. A step that is no arrow of `ARROWS` is a bug and throws. */
  record(step: Step): Promise<Result<void>>
  entry(id: EntryId): Promise<Entry | undefined>
  /** Captured and held in the order heard; queued ones without a message, soonest due first, then by number. */
  list(state: EntryState, limit: number, after?: EntryId): Promise<readonly Entry[]>
  /** Messages some of whose invoices have no final verdict, oldest first. */
  unfinished(): Promise<readonly OpenMessage[]>
  /** Outages that were opened and not closed yet, also by an earlier run. */
  outages(): Promise<readonly { readonly incident: string; readonly cause: string }[]>
  /** Once the entry has left `captured`, durably; undefined when `signal` aborts first. */
  settled(entry: EntryId, signal: AbortSignal): Promise<Entry | undefined>
  /** Facts from number `from` on, after they are durable; goes on for ever until `signal` aborts. */
  follow(from: number, signal: AbortSignal): AsyncIterable<Fact>
  /** The number the next fact will get: `follow(end())` hears only what is new. Last known, no I/O. Absent: follow from 0. */
  end?(): number
  /** Where a register's file link resumes. */
  cursor(register: RegisterId): Promise<string | undefined>
  /** What was handed over at this register's desk under this name, in the order heard. Absent: there can be no desk. */
  named?(register: RegisterId, name: string): Promise<readonly NamedEntry[]>
  /** A notice to the authority, durable before it resolves; the same `name` twice is one. */
  notify?(
    notice: Omit<Notice, 'id'>,
    name: string,
    who: string,
  ): Promise<Result<{ readonly id: NoticeId; readonly again: boolean }>>
  /** Notices without a message, oldest first. */
  notices?(limit: number): Promise<readonly Notice[]>
  /** Refused notices about an invoice that nothing was done for since: no further notice, no correction. Oldest first. */
  refused?(): Promise<readonly RefusedNotice[]>
  /** Whether it may take frames and issue, and if not why. Last known, no I/O. */
  health(): { readonly capture: Result<void>; readonly issue: Result<void> }
}

/** Who goes on with a document before it is durable. What he makes of it is never ahead of it: they share one flush. */
export interface Arrivals {
  /** These bytes will be an entry. */
  bytes(register: RegisterId, bytes: Uint8Array): void
  /** Whether an entry of this register would be worked on at once: then, and only then, is `entry` called. Absent: never. */
  ready?(register: RegisterId): boolean
  /** The entry it is; its flush waits a moment for what becomes of it. Should that flush fail, the process ends. */
  entry?(register: RegisterId, entry: EntryId): void
}

export interface RefusedNotice {
  readonly notice: NoticeId
  readonly fault: Fault
}

export interface NamedEntry extends Named {
  readonly entry: EntryId
}

export interface Heard {
  readonly bytes: Uint8Array
  /** Noise bytes dropped before it; counted and shown. */
  readonly discarded: number
  readonly torn: boolean
  /** New content under the name of a file that was heard before: a person decides (register-capture 8.4). */
  readonly revised?: true
  /** It may name a buyer: encrypted at rest. */
  readonly namesBuyer?: true
  /** A correction that a person ordered; its cursor is a name only (domain/desk.ts), no place to resume from. */
  readonly order?: true
  /** Told of the invoice that is made of it ahead of the flush, to get ready: shown to nobody before it is settled. */
  readonly sealed?: (sealed: Sealed) => void
}

export type Step =
  /** A register's series comes into use; idempotent. */
  | {
      readonly kind: 'symbol'
      readonly series: Series
      readonly register: RegisterId
      readonly index: number
      readonly block: string
      readonly scheme: 'RRR+8' | 'free'
    }
  | { readonly kind: 'held'; readonly entry: EntryId; readonly fault: Fault }
  | {
      readonly kind: 'aside'
      readonly entry: EntryId
      readonly why: Aside
      /** A second copy: the entry that was sold from. */
      readonly of?: EntryId
      readonly total?: Dong
      readonly who?: string
      readonly totals?: Totals
    }
  /** A person lets a held entry be read and issued again. */
  | { readonly kind: 'released'; readonly entry: EntryId; readonly who: string; readonly why: string }
  | { readonly kind: 'stamped'; readonly entry: EntryId; readonly how: 'before-cut' | 'slip' | 'failed' }
  /** Before the first byte leaves. Attempt 1 stores the bytes and binds the entries; later ones only count. */
  | {
      readonly kind: 'pushed'
      readonly message: Message
      readonly attempt: number
      readonly target: string
      /** The notice it carries instead of invoices. */
      readonly notice?: NoticeId
    }
  /** A reply, kept as received, with what it says of each invoice. Two equal replies are one. */
  | {
      readonly kind: 'answered'
      readonly message: MessageId
      readonly attempt: number
      readonly type?: number
      readonly reply: Uint8Array
      readonly verdicts: readonly Verdict[]
    }
  /** No answer. `unsent`: provably nothing arrived, the invoices are queued again, bound to the same message. `never`: asked, they do not know it. */
  | {
      readonly kind: 'unanswered'
      readonly message: MessageId
      readonly attempt: number
      readonly fault: Fault
      readonly outcome: 'unsent' | 'unknown'
    }
  /** Taken out of a refused message; waits for a person while the others go on. */
  | { readonly kind: 'parked'; readonly entry: EntryId; readonly fault: Fault }
  | { readonly kind: 'retry'; readonly entry: EntryId; readonly who: string; readonly why: string }
  | { readonly kind: 'clock'; readonly byMs: number; readonly source: string }
  | IncidentStep
  | { readonly kind: 'entered'; readonly who: string; readonly role: string }
  /** The buyer agreed, or was told, before an invoice of his is corrected. */
  | {
      readonly kind: 'agreed'
      readonly invoice: InvoiceIdentity
      readonly evidence: Evidence
      readonly who: string
      /** Of what it was agreed for: the same name twice is one. */
      readonly name?: string
    }
  /** Somebody looked at what is masked, with a reason. */
  | { readonly kind: 'looked'; readonly entry: EntryId; readonly who: string; readonly why: string }
  /** Somebody opened the locked file of a proof; `proof`: the fact that commits to it. */
  | { readonly kind: 'looked'; readonly incident: string; readonly proof: number; readonly who: string }
  /** A letter of the authority, kept as received; the same id twice is one. `what`: the kind of `Letter` (domain/notice.ts). */
  | { readonly kind: 'letter'; readonly id: string; readonly type: number; readonly bytes: Uint8Array; readonly what: string }
  /** One more copy was printed, marked as such. */
  | { readonly kind: 'reprinted'; readonly entry: EntryId; readonly who: string }
  /** The same content in a mended encoding, under the same number: only after a rejection. The first bytes stay. */
  | { readonly kind: 'recoded'; readonly entry: EntryId; readonly sealed: Sealed; readonly who: string; readonly why: string }
  /** A person closed the day against the till's own report; `differences`: what does not agree, with its reason. */
  | {
      readonly kind: 'reconciled'
      readonly day: CivilDate
      readonly who: string
      readonly differences: readonly {
        readonly register: RegisterId
        readonly what: string
        readonly amount: Dong
        readonly why: string
      }[]
    }
  /** Rules of law were imported, or settings of the shop changed; digests of before and after. */
  | {
      readonly kind: 'changed'
      readonly what: 'config' | 'template' | 'rules'
      readonly before: string
      readonly after: string
      readonly fields: readonly string[]
      readonly who: string
      /** A person's reason: why issuing goes on after a suspension. */
      readonly why?: string
    }

export interface OpenMessage {
  readonly message: Message
  readonly attempts: number
  /** When the last attempt was recorded. */
  readonly lastAt: Instant
  /** `sending`: pushed, outcome not recorded (a crash lies between); `taken`: they have it, no verdict yet. */
  readonly state: 'sending' | 'unsent' | 'unknown' | 'taken'
}

/** One line of the story, as stored: `line` is hashed, never written anew (audit-pack 1.1). */
export interface Fact {
  readonly n: number
  readonly kind: string
  readonly at: Instant
  readonly line: string
  readonly hash: string
}

/** Reading for people: on a connection of its own, never on the writer's. */
export interface View {
  day(day: CivilDate): Promise<DayView>
  queue(): Promise<QueueView>
  entries(query: EntryQuery): Promise<{ readonly rows: readonly EntryRow[]; readonly next?: string }>
  entry(id: EntryId): Promise<EntryDetail | undefined>
  invoice(identity: InvoiceIdentity): Promise<EntryDetail | undefined>
  /** Sealed bytes exactly. */
  sealed(entry: EntryId): Promise<Uint8Array | undefined>
  frame(entry: EntryId): Promise<Uint8Array | undefined>
  facts(after: number, limit: number): Promise<readonly Fact[]>
}

/** Reading for reports, corrections and the closing of a day; like `View`, on a connection of its own. */
export interface Books {
  /** Issued invoices whose issue time lies in these days, in the order issued; page by `after`. */
  issued(query: IssuedQuery): Promise<{ readonly rows: readonly IssuedRow[]; readonly next?: string }>
  /** All invoices and notices of one correction chain, the original first; empty: no such invoice. */
  chain(invoice: InvoiceIdentity): Promise<ChainRows>
  /** The tills' own closing reports captured in these days. */
  closings(from: CivilDate, to: CivilDate): Promise<readonly ClosingRow[]>
  /** What a person said of a day when closing it, and when; the last one counts. */
  reconciled(day: CivilDate): Promise<(Extract<Step, { kind: 'reconciled' }> & { readonly at?: Instant }) | undefined>
  /** Takings of a civil year, adjustments with their sign, replaced invoices left out. */
  revenue(year: number): Promise<readonly RevenueRow[]>
  /** Numbers missing in a series, with their cause where it is known. */
  gaps(): Promise<readonly { readonly series: Series; readonly from: number; readonly to: number; readonly cause?: string }[]>
  /** Entries set aside in these days, by reason: how often, and the money on them. */
  asides(from: CivilDate, to: CivilDate): Promise<readonly AsideRow[]>
  /** The message exchange of these days, attempt by attempt. */
  exchanges(from: CivilDate, to: CivilDate): Promise<readonly ExchangeRow[]>
  /** Outages that lasted into these days, in the order they began: what explains lateness. */
  incidents(from: CivilDate, to: CivilDate): Promise<readonly IncidentRow[]>
  /**
   * The file of one proof, exactly as it was kept; `fact` commits to it. Faults: INCIDENT_UNKNOWN, INCIDENT_NO_FILE,
   * INCIDENT_ERASED, LEDGER_BUYER_KEY (the key it lies under is away).
   */
  proof(incident: string, fact: number): Promise<Result<ProofFile>>
}

export interface IssuedQuery {
  readonly from: CivilDate
  readonly to: CivilDate
  readonly register?: RegisterId
  readonly after?: string
  readonly limit?: number
}

export interface IssuedRow {
  readonly entry: EntryId
  readonly register: RegisterId
  readonly identity: InvoiceIdentity
  readonly code?: string
  readonly at: Instant
  readonly due: Instant
  readonly pay: Dong
  readonly rates: readonly RateSum[]
  readonly tender?: readonly Tender[]
  readonly corrects?: Correction
  /** Sold on a slip while the gateway was dead. */
  readonly offline?: Offline
  /** The invoice that replaced it. */
  readonly replacedBy?: InvoiceIdentity
  readonly state: EntryState
  /** When its first message left, and when the authority said yes. */
  readonly sentAt?: Instant
  readonly acceptedAt?: Instant
  readonly fault?: Fault
}

export interface ChainRows {
  readonly invoices: readonly (IssuedRow & { readonly digest: string })[]
  readonly notices: readonly { readonly notice: Notice; readonly state: NoticeState; readonly fault?: Fault }[]
}

export interface ClosingRow {
  readonly register: RegisterId
  readonly entry: EntryId
  readonly at: Instant
  readonly totals: Totals
}

export interface RevenueRow {
  readonly month: number
  readonly register: RegisterId
  readonly invoices: number
  readonly pay: Dong
}

export interface AsideRow {
  readonly day: CivilDate
  readonly register: RegisterId
  readonly why: Aside
  readonly count: number
  readonly total: Dong
}

export type IncidentRow = Omit<Incident, 'affected' | 'grace'>

export interface ExchangeRow {
  readonly message: MessageId
  readonly type: number
  readonly what: 'pushed' | 'answered' | 'unanswered'
  readonly attempt: number
  readonly at: Instant
  readonly outcome?: string
  readonly invoices: number
  readonly digest?: string
}

export interface DayView {
  readonly day: CivilDate
  /** Receipts of kind sale heard: invoiced or held. */
  readonly sales: number
  readonly invoices: number
  readonly pay: Dong
  readonly rates: readonly { readonly rate: string; readonly net: Dong; readonly tax: Dong }[]
  /** By hour of the day, 0..23, only hours with sales. */
  readonly hours: readonly { readonly hour: number; readonly count: number; readonly pay: Dong }[]
  readonly asides: readonly { readonly why: Aside; readonly count: number }[]
  readonly held: number
  readonly rejected: number
  readonly registers: readonly {
    readonly register: RegisterId
    readonly frames: number
    readonly lastAt?: Instant
    readonly last?: { readonly series: Series; readonly number: number }
  }[]
}

/** The outbox of all days. */
export interface QueueView {
  readonly unsent: number
  readonly oldest?: Instant
  /** The earliest legal limit among the unsent. */
  readonly due?: Instant
  readonly doubt: number
  readonly rejected: number
  readonly parked: number
  readonly held: number
}

export interface EntryQuery {
  readonly state?: EntryState
  readonly register?: RegisterId
  readonly day?: CivilDate
  /** Number, amount, code or entry, as a person types it. */
  readonly q?: string
  readonly after?: string
  readonly limit?: number
}

export interface EntryRow {
  readonly id: EntryId
  readonly register: RegisterId
  readonly state: EntryState
  /** When heard. */
  readonly heard: Instant
  readonly since: Instant
  readonly issued?: {
    readonly series: Series
    readonly number: number
    readonly code?: string
    readonly at: Instant
    readonly due: Instant
    readonly pay: Dong
  }
  readonly message?: MessageId
  readonly fault?: Fault
  readonly why?: Aside
}

export interface EntryDetail extends EntryRow {
  /** All facts that speak of this entry, its invoice or its message, in order. */
  readonly facts: readonly Fact[]
  readonly digest?: string
}
