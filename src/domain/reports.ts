import type { DayBalance } from './balance.ts'
import type { Copy } from './copy.ts'
import type { RegisterId } from './ids.ts'
import type { InvoiceIdentity } from './invoice.ts'
import type { Result } from './result.ts'
import type { CivilDate } from './time.ts'
import type { Lang } from './words.ts'

/** What can be asked for; `list`: every invoice, close to form 01/TH-HĐĐT; `amended`: 01/BK-ĐCTT; `balance`: every day's closing. */
export const REPORTS = [
  'x',
  'z',
  'balance',
  'vat',
  'books',
  'queue',
  'gaps',
  'corrections',
  'amended',
  'revenue',
  'items',
  'buyers',
  'exchanges',
  'list',
] as const
export type ReportName = (typeof REPORTS)[number]

/** Household books of Circular 152/2025. */
export const BOOKS = ['s1a', 's2a', 's2b'] as const
export type Book = (typeof BOOKS)[number]

export interface ReportAsk {
  readonly from: CivilDate
  readonly to: CivilDate
  readonly register?: RegisterId
  /** Code of the place of business. */
  readonly location?: string
  readonly book?: Book
  /** Rows of a book: one per day with its range of invoices, or one per invoice. */
  readonly by?: 'day' | 'invoice'
  /** Without what names a buyer. */
  readonly masked?: boolean
  /** Of titles; absent: Vietnamese. */
  readonly lang?: Lang
}

/** A finished file, or one that is written while it is read. */
export interface Download {
  /** Media type. */
  readonly type: string
  /** ASCII file name. */
  readonly name: string
  /** Of a page: what a browser may load for it. */
  readonly csp?: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Looks only; changes nothing. Invoices count on the day of their issue, replaced ones nowhere. */
export interface Reports {
  /** Faults: REPORT_PERIOD, REPORT_TOO_LONG (xlsx), REPORT_FORM_VAT, REPORT_FORM_BOOKS. */
  report(name: ReportName, ask: ReportAsk, format: 'json' | 'csv' | 'xlsx'): Promise<Result<Download>>
  /** For the accountant: all invoices of `month` (2026-10) as XML, their index and the reports. */
  monthPack(month: string, masked: boolean): Promise<Result<Download>>
  /** The till's own report against what was issued and accepted. */
  reconcile(day: CivilDate): Promise<DayBalance>
  /** The invoice as the buyer sees it, from the sealed bytes. `copy`: it is marked as that reprint. */
  printed(
    invoice: InvoiceIdentity,
    as: { readonly format: 'html' | 'pdf'; readonly paper: 'a4' | '80'; readonly copy?: number },
  ): Promise<Result<Download>>
  /** The same for a register's own printer; given the number of the copy it is set. Fault REPORT_NO_INVOICE. */
  copy?(invoice: InvoiceIdentity): Promise<Result<(n: number) => Copy>>
}
