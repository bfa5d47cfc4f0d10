import type { InvoiceView } from './country.ts'
import type { Decimal } from './decimal.ts'
import type { Dong } from './dong.ts'
import type { EntryId, NoticeId } from './ids.ts'
import type { InvoiceIdentity } from './invoice.ts'
import type { Result } from './result.ts'
import type { Buyer } from './sale.ts'
import type { CivilDate, Instant } from './time.ts'

/** The only three corrections there are. */
export type How = 'replace' | 'adjust' | 'notify'

/** What happened, as the shop would say it; the law's table says which document it takes. */
export const SITUATIONS = [
  'buyer-name',
  'buyer-code',
  'goods',
  'return',
  'undo',
  'discount',
  'prepaid',
  'replaced-wrong',
  'adjusted-wrong',
  'authority',
] as const
export type Situation = (typeof SITUATIONS)[number]

/** One row of the law's decision table. */
export interface Remedy {
  readonly situation: Situation
  readonly how: How
  /** Another document the law leaves open (U-4). */
  readonly or?: How
  /** The authority's cause code; absent where no invoice is made. */
  readonly cause?: number
  /** What must be on record before it is issued. */
  readonly needs: readonly ('told' | 'agreement' | 'return-slip' | 'list' | 'document' | 'notice-number')[]
  /** `TT91 art.10.1.c` */
  readonly source: string
}

export type Channel = 'written' | 'phone' | 'in-shop' | 'message' | 'website' | 'return-slip' | 'document'

/** How the buyer agreed or was told, or what came back with the goods; kept beside the fact that commits to it. */
export interface Evidence {
  readonly channel: Channel
  /** Words for people: what was wrong, who was told. */
  readonly note: string
  readonly file?: { readonly name: string; readonly type: string; readonly bytes: Uint8Array }
}

/** What a person asks for. `lines` are in the price regime of the original paper. */
export interface Ask {
  readonly situation: Situation
  /** Where the law leaves two ways open. */
  readonly how?: How
  /** Any invoice of the chain; the one that may be corrected is found from it. */
  readonly invoice: InvoiceIdentity
  /** `goods`, `replaced-wrong`: the whole new content. Absent: as it was. */
  readonly lines?: readonly AskLine[]
  /** `goods`, `replaced-wrong`, `adjusted-wrong`: one item that is wrong wherever it stands; all else stays as it was. */
  readonly item?: ItemMend
  /** `goods`, `discount`: whole-ticket discount of the new content, or the later discount as a positive amount. */
  readonly discount?: Dong
  /** `return`: how much of each line of the original came back. `undo` takes all that is left. */
  readonly returned?: readonly { readonly line: number; readonly quantity: Decimal }[]
  /** `buyer-code`, `buyer-name`: the buyer as he should be. */
  readonly buyer?: Buyer
  /** Why, for the record and for the authority. */
  readonly why: string
  readonly evidence?: Evidence
  /** `authority`: its notice. */
  readonly request?: { readonly number: string; readonly date: CivilDate }
}

/** What is left out of `becomes` stays. `name`, as the invoices say it; `unitPrice` in the price regime of the original paper. */
export interface ItemMend {
  readonly name: string
  readonly becomes: { readonly name?: string; readonly unitPrice?: Dong; readonly rate?: string }
}

export interface AskLine {
  readonly name: string
  readonly code?: string
  readonly unit?: string
  readonly quantity: Decimal
  readonly unitPrice: Dong
  readonly discount: Dong
  readonly rate?: string
}

/** An invoice with all that was done to it. */
export interface Chain {
  readonly root: InvoiceIdentity
  readonly links: readonly {
    readonly invoice: InvoiceIdentity
    readonly entry: EntryId
    readonly at: Instant
    readonly pay: Dong
    readonly how: 'original' | 'replace' | 'adjust'
    readonly corrects?: InvoiceIdentity
  }[]
  readonly notices: readonly { readonly notice: NoticeId; readonly at: Instant; readonly state: NoticeState }[]
  /** The document a further correction speaks of: the newest replacement, or the root. */
  readonly live: InvoiceIdentity
  /** The first method used is the only one left for invoices of this chain. */
  readonly locked?: 'replace' | 'adjust'
  /** What the chain comes to now: the live document and all adjustments of it. */
  readonly worth: Dong
}

export type NoticeState = 'queued' | 'pushed' | 'in-doubt' | 'taken' | 'accepted' | 'refused'

/** What would be issued, before it is. Nothing is written. */
export interface Proposal {
  readonly remedy: Remedy
  readonly how: How
  readonly chain: Chain
  readonly before: InvoiceView
  /** Absent for a notice. */
  readonly after?: InvoiceView
  readonly difference?: { readonly net?: Dong; readonly tax?: Dong; readonly pay: Dong }
  /** In the words of the law. */
  readonly legend?: string
  /** A forecast: the true number is shown after issue. */
  readonly number?: number
  /** What is still missing before it may be issued. */
  readonly missing: Remedy['needs']
}

export interface Ordered {
  readonly entry?: EntryId
  readonly notice?: NoticeId
  /** Asked before under this name: nothing new was made. */
  readonly again: boolean
}

/** The desk where a person has an issued invoice corrected. There is no cancel. */
export interface Corrections {
  /** Faults: CORRECTION_UNKNOWN. */
  chain(invoice: InvoiceIdentity): Promise<Result<Chain>>
  /** The lines as sold, to begin from. */
  content(invoice: InvoiceIdentity): Promise<Result<{ readonly lines: readonly AskLine[]; readonly discount: Dong }>>
  /** Faults: CORRECTION_* and those of the country's draft. */
  propose(ask: Ask): Promise<Result<Proposal>>
  /**
   * The correction that a held paper of the till asks for: a return, or a sale cancelled after payment.
   * `invoice`: chosen where the paper names none that was heard. Faults: CORRECTION_*.
   */
  fromRefund?(entry: EntryId, invoice?: InvoiceIdentity): Promise<Result<Ask>>
  /** Orders it, once for each paper; the paper is set aside, or, where goods went both ways, its purchase is issued. */
  takeBack?(entry: EntryId, who: string, invoice?: InvoiceIdentity): Promise<Result<Ordered>>
  /** Several invoices with one error: the same question of each, with the same evidence; the answers in that order. */
  orderAll?(ask: Ask, invoices: readonly InvoiceIdentity[], name: string, who: string): Promise<readonly Result<Ordered>[]>
  /** Durable when it resolves, issued soon after by the register's own lane. `name`: the same one twice is one. */
  order(ask: Ask, name: string, who: string): Promise<Result<Ordered>>
}
