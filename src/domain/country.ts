import type { Remedy } from './correction.ts'
import type { Fine, Lateness } from './deadline.ts'
import type { Decimal } from './decimal.ts'
import type { Dong } from './dong.ts'
import type { Draft, InvoiceIdentity, RateSum } from './invoice.ts'
import type { Letter } from './notice.ts'
import type { Result } from './result.ts'
import type { Buyer, Sale } from './sale.ts'
import type { Register, Shop } from './shop.ts'
import type { CivilDate, Instant } from './time.ts'

/** One law: rates by date, document, identity, deadlines. */
export interface Country {
  readonly code: string
  /** Pure. Picks rules by issue date; whatever can fail fails here, not at sealing. */
  draft(sale: Sale, shop: Shop, register: Register, at: Instant): Result<Draft>
  /** The series a register issues in at that instant: its symbol with the year of `at`. */
  series(shop: Shop, register: Register, at: Instant): { readonly form: number; readonly symbol: string }
  /** A sealed invoice as people look at it. Tolerant: never throws on what the gateway itself sealed. */
  view(bytes: Uint8Array): InvoiceView
  /** The buyer of a sealed invoice in plain, where one is named: for its correction, and for who has a reason to look. */
  buyer?(bytes: Uint8Array): Buyer | undefined
  /** Rules that end or begin near `at`, for the board: `{ code: 'rate.8', on: 2026-12-31 }`. */
  changes(at: Instant, days: number): readonly { readonly code: string; readonly on: CivilDate }[]
  /** All dated rules, for people: what holds when, and where it is written. */
  timeline?(): readonly RuleRow[]
  /** The decision table of corrections on that day. */
  remedies?(on: CivilDate): readonly Remedy[]
  /** Whether the shop can tell the authority of an error: what the form asks for is configured. Faults of the country. */
  mayNotify?(shop: Shop): Result<void>
  /** How late what was due at `due` is at `now`: working days by its holidays, and the fine for them. */
  late?(due: Instant, now: Instant, shop: Shop): Lateness
  /** Until when what came late through such an incident may be filed without fault, once it is over. */
  grace?(cause: string, ended: Instant): CivilDate | undefined
  /** The fine for so many sales without an invoice; undefined: none is written for that day. */
  unissued?(on: CivilDate, sales: number, shop: Shop): Fine | undefined
  /** The first day on which the law lets go what was kept on `of`: an invoice with its papers, or what a buyer agreed to. */
  erasable?(what: 'invoice' | 'agreement', of: CivilDate): CivilDate
  /** A letter of the authority that answers no package of invoices; undefined: none that is known. */
  letter?(bytes: Uint8Array): Letter | undefined
}

/** One dated row of law as the screen shows it. */
export interface RuleRow {
  /** `rate.8`, `threshold.household`, `symbol.year` ... */
  readonly code: string
  readonly from: CivilDate
  readonly to?: CivilDate
  readonly value: string
  readonly source: string
}

export interface InvoiceView {
  readonly identity: InvoiceIdentity
  readonly title: string
  readonly authorityCode?: string
  readonly issuedOn: string
  readonly seller: {
    readonly name: string
    readonly taxCode: string
    readonly address: string
    /** A household's place of business. */
    readonly place?: { readonly code: string; readonly name: string; readonly address: string }
  }
  /** Masked; the plain buyer is shown only with a reason. */
  readonly buyer: string
  readonly lines: readonly InvoiceLine[]
  readonly rates: readonly RateSum[]
  readonly net?: Dong
  readonly tax?: Dong
  /** Fees of the state, in `pay`. */
  readonly fees?: readonly { readonly name: string; readonly amount: Dong }[]
  /** The 20 % cut of a sales invoice: the lines are before it, `pay` is after it. */
  readonly cut?: Dong
  readonly pay: Dong
  readonly words: string
  readonly payment: string
  readonly qr: string
  /** Which invoice it replaces or adjusts, in the words of the law. */
  readonly legend?: string
}

export interface InvoiceLine {
  readonly name: string
  readonly unit?: string
  readonly quantity?: Decimal
  readonly price?: Decimal
  readonly discount?: Dong
  readonly amount?: Dong
  readonly rate?: string
  readonly code?: string
  /** 1 goods or service, 2 promotion, 3 trade discount, 4 note; absent: the document does not say. */
  readonly nature?: number
  /** Industry group of a household's line: `goods`, `services`, `leasing`, `production`, `digital`, `other`. */
  readonly industry?: string
  /** No goods but a charge for them. */
  readonly charge?: 'service' | 'delivery' | 'tip'
}
