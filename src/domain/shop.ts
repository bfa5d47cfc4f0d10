import type { RegisterId } from './ids.ts'
import type { CivilDate } from './time.ts'

/** The seller, exactly as registered, and what the authority accepted. */
export interface Shop {
  readonly taxCode: string
  readonly name: string
  readonly address: string
  readonly phone?: string
  /** Form digit: 1 VAT invoice (deduction method), 2 sales invoice. */
  readonly form: 1 | 2
  /** The five characters the authority gave for codes. */
  readonly codeBlock: string
  readonly accepted?: { readonly notice: string; readonly from: CivilDate }
  /** Issuing is refused from this instant of a stop-use notice on, `2026-11-21T12:00:00+07:00`. */
  readonly suspended?: { readonly notice: string; readonly from: string }
  readonly location?: Location
  readonly store?: { readonly code: string; readonly name: string }
  /** What a price means where the paper does not prove it. */
  readonly prices: 'inclusive' | 'exclusive'
  readonly rates: {
    /** Used where neither paper nor item says a rate; absent: hold. */
    readonly default?: string
    /** Of goods where neither paper nor item gives a unit. */
    readonly unit?: string
    readonly items: readonly {
      readonly match: string
      readonly rate: string
      readonly from?: CivilDate
      readonly to?: CivilDate
      readonly industry?: string
      readonly unit?: string
      /** Bears no 20 % cut: beer, tobacco and other excise goods. */
      readonly noCut?: boolean
    }[]
  }
  /** A household's industry group where an item says none: `goods`, `services`, `leasing`, `production`, `other`. */
  readonly industry?: string
  /** The 20 % cut on sales invoices: taken off, already in the prices, or not for this shop. */
  readonly cut?: 'deduct' | 'priceIncludesCut' | 'off'
  /** A ticket of nothing (a voucher, a staff meal): held for a person, or invoiced by itself. Absent: issued. */
  readonly zeroTotal?: 'hold' | 'issue'
  /** The managing tax office and the place of signing, as notices name them (einvoice-format 10). */
  readonly office?: { readonly code: string; readonly name: string }
  readonly place?: string
  readonly lookupUrl: string
  readonly qr: 'invoice' | 'link'
}

/** A household's place of business. */
export interface Location {
  readonly code: string
  readonly name: string
  readonly address: string
}

export interface Register {
  readonly id: RegisterId
  /** 0..999: the first digits of every code this register makes. */
  readonly index: number
  /** Six characters with the year of first use; the year follows the issue date by itself. */
  readonly symbol: string
  readonly location?: Location
}

/** Whether two spellings name one seller: only digits count, and a branch (`NNNNNNNNNN-NNN`) is its parent. */
export function sameTaxCode(one: string, other: string): boolean {
  const digits = (text: string): string => text.replace(/\D/g, '')
  const seller = (text: string): string => (digits(text).length === 13 ? digits(text).slice(0, 10) : digits(text))
  return seller(one) === seller(other)
}
