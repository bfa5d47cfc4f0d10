import type { Dong } from './dong.ts'
import type { Fault } from './fault.ts'
import type { EntryId, RegisterId } from './ids.ts'
import type { InvoiceIdentity } from './invoice.ts'
import type { ClosingRow } from './ledger.ts'
import type { Result } from './result.ts'
import type { CivilDate, Instant } from './time.ts'

/** What can be asked for; `list`: every invoice, close to form 01/TH-HĐĐT. */
export const REPORTS = [
  'x',
  'z',
  'vat',
  'books',
  'queue',
  'gaps',
  'corrections',
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
}

/** A finished file, or one that is written while it is read. */
export interface Download {
  /** Media type. */
  readonly type: string
  /** ASCII file name. */
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Looks only; changes nothing. Invoices count on the day of their issue, replaced ones nowhere. */
export interface Reports {
  /** Faults: REPORT_PERIOD, REPORT_TOO_LONG (xlsx), REPORT_FORM. */
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
}

/** One figure three times: as the till says, as invoices were issued, as the authority took them. */
export interface BalanceLine {
  /** `total` and `count` have no `of`; a rate is spelled as in the document, a tender as `PaymentMethod`. */
  readonly what: 'total' | 'count' | 'rate' | 'tender'
  readonly of?: string
  /** Absent: the till's report does not say it. */
  readonly till?: Dong
  readonly issued: Dong
  readonly accepted: Dong
  /** `issued - till`. */
  readonly difference?: Dong
}

/** What explains a difference, found in the books; `amount` is the part of the difference it explains. */
export interface Cause {
  readonly why: 'held' | 'reprint' | 'after-midnight' | 'correction' | 'no-closing'
  readonly register: RegisterId
  readonly amount?: Dong
  readonly entry?: EntryId
}

export interface RegisterBalance {
  readonly register: RegisterId
  /** The till's own reports of that day, the last one last. */
  readonly closings: readonly ClosingRow[]
  readonly lines: readonly BalanceLine[]
  readonly numbers: readonly {
    readonly form: number
    readonly symbol: string
    readonly first: number
    readonly last: number
    readonly count: number
  }[]
  /** Papers that were no sale, by reason. */
  readonly papers: readonly { readonly why: string; readonly count: number; readonly total: Dong }[]
  readonly causes: readonly Cause[]
}

export interface DayBalance {
  readonly day: CivilDate
  readonly registers: readonly RegisterBalance[]
  /** All registers together. */
  readonly lines: readonly BalanceLine[]
  /** What is still to be done before the day is whole. */
  readonly open: readonly {
    readonly entry: EntryId
    readonly register: RegisterId
    readonly state: 'captured' | 'held' | 'queued' | 'pushed' | 'in-doubt' | 'rejected' | 'parked'
    readonly fault?: Fault
  }[]
  readonly gaps: readonly {
    readonly form: number
    readonly symbol: string
    readonly from: number
    readonly to: number
    readonly cause?: string
  }[]
  /** Every till's total equals what was issued, and all of it was accepted. */
  readonly balanced: boolean
  /** A person closed it, with what he said of the differences. */
  readonly closed?: {
    readonly who: string
    readonly differences: readonly {
      readonly register: RegisterId
      readonly what: string
      readonly amount: Dong
      readonly why: string
    }[]
  }
  /** Up to when the books were read. */
  readonly at: Instant
}
