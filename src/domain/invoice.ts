import type { Dong } from './dong.ts'
import type { PaymentMethod } from './receipt.ts'
import type { Result } from './result.ts'
import type { Correction, Offline } from './sale.ts'
import type { Signer } from './signer.ts'
import type { Instant } from './time.ts'

/** Form digit and six-character symbol: the run of numbers a register owns. */
export interface Series {
  readonly form: number
  readonly symbol: string
}

/** The law's own key of an invoice. */
export interface InvoiceIdentity extends Series {
  readonly seller: string
  readonly number: number
}

/** Net and tax of one rate, the rate spelled as in the document: `8%`, `KCT`. */
export interface RateSum {
  readonly rate: string
  readonly net: Dong
  readonly tax: Dong
}

export interface Tender {
  readonly method: PaymentMethod
  readonly amount: Dong
}

/** An invoice that lacks only its number. Everything that can fail has been tried. */
export interface Draft {
  /** Form and symbol of the year of `at`. */
  readonly series: Series
  /** The issue time in law. */
  readonly at: Instant
  /** The legal limit for filing. */
  readonly due: Instant
  readonly pay: Dong
  /** Sorted by the bytes of the rate; empty on form 2. */
  readonly rates: readonly RateSum[]
  /** How it was paid, where the paper says it; adds up to `pay` and the cash rounding. */
  readonly tender?: readonly Tender[]
  /** The invoice it replaces or adjusts. */
  readonly corrects?: Correction
  readonly offline?: Offline
  /** What the cashier should know before the buyer leaves: `hint.cash-purchase`, with values for its words. */
  readonly hints?: readonly { readonly key: string; readonly values?: Readonly<Record<string, string>> }[]
  /** Pure but for the signature, which is asked for only when one per invoice is wanted. */
  seal(number: number, signer?: Signer): Promise<Result<Sealed>>
}

/** A numbered invoice whose bytes never change again. */
export interface Sealed {
  readonly series: Series
  readonly at: Instant
  readonly due: Instant
  readonly pay: Dong
  readonly rates: readonly RateSum[]
  readonly tender?: readonly Tender[]
  readonly corrects?: Correction
  readonly offline?: Offline
  readonly identity: InvoiceIdentity
  readonly authorityCode?: string
  readonly bytes: Uint8Array
  /** The copy that hides the buyer, when one is named (audit-pack 1.3). */
  readonly masked?: Uint8Array
  /** SHA-256 of `bytes`, lower-case hex. */
  readonly digest: string
  readonly stamp: Stamp
}

/** What is added to the paper: words, then the text of the QR. */
export interface Stamp {
  readonly lines: readonly string[]
  readonly qr: string
}
