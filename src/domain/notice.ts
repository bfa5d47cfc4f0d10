import type { NoticeId } from './ids.ts'
import type { InvoiceIdentity } from './invoice.ts'
import type { CivilDate, Instant } from './time.ts'

/**
 * What is told to the authority without a new invoice: form 04/SS, or the answer to a review request.
 * Its bytes, like those of an invoice, are made once and repeated as they are.
 */
export interface Notice {
  readonly id: NoticeId
  readonly at: Instant
  /** The request of the authority it answers; absent: the seller's own. */
  readonly request?: { readonly number: string; readonly date: CivilDate }
  readonly invoices: readonly {
    readonly invoice: InvoiceIdentity
    readonly code?: string
    readonly issuedOn: CivilDate
    readonly reason: string
  }[]
}

/**
 * A letter of the authority that is no answer to a package of invoices. Tolerantly read; amounts and dates as written.
 * `type`: its message type in the format of the country.
 */
export type Letter =
  /** Receipt of a registration (102). */
  | {
      readonly kind: 'registration-received'
      readonly type: number
      readonly accepted: boolean
      readonly reasons: readonly string[]
    }
  /** The registration itself (103): only with it may anything be issued. */
  | {
      readonly kind: 'registration'
      readonly type: number
      readonly accepted: boolean
      readonly notice: string
      readonly on: CivilDate
      readonly taxCode: string
      /** The five characters for codes; absent: none given. */
      readonly codeBlock?: string
      /** Which kinds of invoices were accepted: with code, without. */
      readonly coded: boolean
      readonly uncoded: boolean
      /** Serial numbers of the accepted certificates, hex, upper case, without leading zeros. */
      readonly certificates: readonly string[]
      readonly reasons: readonly string[]
    }
  /** The shop must stop issuing (108, form 01/TB-NSD): the second from which is in its words, a person enters it. */
  | {
      readonly kind: 'stop'
      readonly type: number
      readonly number: string
      readonly on: CivilDate
      readonly reasons: readonly string[]
    }
  /** The authority asks for a review (302, form 01/TB-RSĐT). */
  | {
      readonly kind: 'review'
      readonly type: number
      readonly number: string
      readonly on: CivilDate
      /** Days to answer in. */
      readonly days: number
      /** First or second time. */
      readonly time: number
      readonly invoices: readonly {
        readonly form: number
        readonly symbol: string
        readonly number: number
        readonly reason: string
      }[]
    }
