import type { Decimal } from './decimal.ts'
import type { Dong } from './dong.ts'
import type { Fault, Proof } from './fault.ts'
import type { Buyer } from './sale.ts'

/** What a register printed, in its own words and figures. Fields that are not on the paper are absent. */
export interface Receipt {
  readonly seller?: { readonly name?: string; readonly address?: string; readonly phone?: string; readonly taxCode?: string }
  readonly receiptNo?: string
  /** Local time as printed, `2025-03-15T09:41` or with seconds; reference only, never the issue time. */
  readonly issuedAt?: string
  readonly cashier?: string
  readonly table?: string
  /** As the till calls him: a table, a member, a nickname. Never the buyer of the invoice. */
  readonly customer?: string
  /** Only what the buyer gave for his invoice, in fields of their own. */
  readonly buyer?: Buyer
  readonly lines: readonly ReceiptLine[]
  readonly voidedLines?: readonly ReceiptLine[]
  readonly subtotal?: Dong
  readonly discount?: Dong
  readonly discountRate?: string
  readonly serviceCharge?: Dong
  readonly serviceChargeRate?: string
  readonly deliveryFee?: Dong
  /** A tip line that the shop collects: in `total`. */
  readonly tip?: Dong
  /** A tip under the total, the buyer's to the staff: paid with the bill, not in `total`. */
  readonly gratuity?: Dong
  /** Fees of the state passed on: in `total`, without tax. */
  readonly fees?: readonly { readonly name: string; readonly amount: Dong }[]
  /** Returnable money taken with the bill, in `total`: no revenue. */
  readonly deposit?: Dong
  readonly rounding?: Dong
  readonly taxMode?: 'inclusive' | 'exclusive' | 'not-shown'
  readonly vat?: readonly { readonly rate: string; readonly base: Dong; readonly tax: Dong }[]
  readonly total: Dong
  readonly payments?: readonly { readonly method: PaymentMethod; readonly amount: Dong }[]
  readonly tendered?: Dong
  readonly change?: Dong
}

export interface ReceiptLine {
  readonly name: string
  readonly qty: Decimal
  readonly unit?: string
  readonly unitPrice?: Dong
  readonly discount?: Dong
  /** As printed: before a line discount that stands on a line of its own. */
  readonly amount: Dong
  /** `5`, `8`, `10`, `0`, `KCT`, `KKKNT`, only where printed. */
  readonly vatRate?: string
  readonly code?: string
  /** Index of the line this topping belongs to. */
  readonly modifierOf?: number
}

export type PaymentMethod = 'cash' | 'card' | 'transfer' | 'wallet' | 'credit' | 'voucher' | 'other'

/** Kinds of paper (register-capture 6.1). Only `sale` may become an invoice by itself. */
export type Kind =
  | 'sale'
  | 'provisional'
  | 'kitchen'
  | 'reprint'
  | 'refund'
  | 'void'
  | 'report'
  | 'no-sale'
  | 'cash-move'
  | 'delivery'
  | 'training'
  | 'test'
  | 'image-only'
  | 'incomplete'
  | 'unknown'
  | 'chatter'

/** Why a document is not invoiced: the reasons of `entry.aside` (audit-pack 1.4). */
export type Aside =
  | 'closing'
  | 'training'
  | 'duplicate'
  | 'reprint'
  | 'no-sale'
  | 'provisional'
  | 'kitchen'
  | 'void-before-payment'
  | 'cash-move'
  | 'delivery'
  | 'test'
  | 'chatter'

/** A register's own totals (Z report). */
export interface Totals {
  readonly count?: number
  readonly pay?: Dong
  readonly counter?: string
  /** Gross takings per VAT rate and per way of paying, where the report prints them. */
  readonly rates?: readonly { readonly rate: string; readonly gross: Dong }[]
  readonly tenders?: readonly { readonly method: PaymentMethod; readonly amount: Dong }[]
}

/** What ties a paper to the others of its till, whatever its kind (register-capture 6.3, 8.1). Absent: not printed. */
export interface Ties {
  /** The register's own number. */
  readonly number?: string
  /** Every paper takes the next number, reports and opened drawers too: the consecutive number of a register journal. */
  readonly consecutive?: true
  readonly table?: string
  /** On a return or a cancelled sale: the number of the sale it takes back. */
  readonly refersTo?: string
}

/**
 * What became of a document. `ready`: every proof holds. `held`: a person must look. `ignored`: recognised as
 * no sale. `unreadable`: picture, torn, unknown. Each leaves a record; silence is a bug.
 */
export type Reading = {
  readonly kind: Kind
  /** Printed lines, NFC, inner spaces collapsed, empty ones left out. */
  readonly textLines: readonly string[]
  readonly proofs: readonly Proof[]
  readonly ties?: Ties
} & (
  | { readonly outcome: 'ready'; readonly receipt: Receipt }
  | { readonly outcome: 'held'; readonly fault: Fault; readonly receipt?: Receipt }
  | { readonly outcome: 'ignored'; readonly why: Aside; readonly totals?: Totals; readonly receipt?: Receipt }
  | { readonly outcome: 'unreadable'; readonly fault: Fault }
)
