import type { Decimal } from './decimal.ts'
import type { Dong } from './dong.ts'
import type { InvoiceIdentity, RateSum } from './invoice.ts'
import type { PaymentMethod } from './receipt.ts'
import type { CivilDate } from './time.ts'

/** What was sold: the country-neutral fact, its total proven against the receipt. */
export interface Sale {
  readonly lines: readonly SaleLine[]
  /** Whole-ticket discount, positive, in the price regime of the lines. */
  readonly discount: Dong
  /** Service charge, delivery, a tip that the shop collects: part of the price, in the regime of the lines. */
  readonly charges: readonly { readonly name: 'service' | 'delivery' | 'tip'; readonly amount: Dong }[]
  /** A tip to the staff that was paid with it and is no part of it: left off, and told. */
  readonly gratuity?: Dong
  /** Fees of the state passed on as they are: in `total`, no price, without tax. */
  readonly fees?: readonly { readonly name: string; readonly amount: Dong }[]
  /** Proven by the paper; absent where it proves neither and the shop's setting decides. */
  readonly prices?: 'inclusive' | 'exclusive'
  /** What the buyer owes, tax included, before cash rounding. */
  readonly total: Dong
  /** A person gave its lines, at prices without tax: what they come to counts, not `total`. */
  readonly typed?: true
  /** Tax per rate as printed, where it is. */
  readonly vat?: readonly { readonly rate: string; readonly base: Dong; readonly tax: Dong }[]
  readonly rounding: Dong
  readonly payments: readonly { readonly method: PaymentMethod; readonly amount: Dong }[]
  readonly receiptNo?: string
  readonly soldAt?: string
  readonly cashier?: string
  readonly buyer?: Buyer
  /** The issued invoice this one corrects. An adjustment downwards has negative quantities, amounts and total. */
  readonly corrects?: Correction
  /** Sold on the register's own slip while the gateway was dead; a reference, never the issue time. */
  readonly offline?: Offline
  /** Of an adjustment downwards: what the corrected invoice still comes to, so that the parts taken back add up to it. */
  readonly left?: Left
  /** The day whose rules rule, where it is neither the day of issue nor `corrects.issuedOn`: that of the first invoice of a chain. */
  readonly ratesOn?: CivilDate
  /** What the buyer already has on paper: the stamp adds only what is missing. */
  readonly printed: Printed
}

/** `time`: local, as the slip says it, `2026-11-21T08:15`. */
export interface Offline {
  readonly slip: string
  readonly time: string
}

/** An invoice less all that was taken back from it. Positive. */
export interface Left {
  readonly pay: Dong
  /** Empty on form 2. */
  readonly rates: readonly RateSum[]
  /** This adjustment takes back all of it: its figures are exactly these. */
  readonly all?: true
}

/** Whether each stands on the paper. */
export interface Printed {
  readonly taxCode: boolean
  readonly rates: boolean
  readonly time: boolean
  /** Name and address. */
  readonly seller: boolean
  /** The total in words. */
  readonly words?: boolean
  readonly payment?: boolean
  /** Which register it was. */
  readonly register?: boolean
  /** The seller in the paper's own words: they may be another's, or old. */
  readonly says?: { readonly name?: string; readonly address?: string; readonly taxCode?: string }
}

export interface SaleLine {
  readonly name: string
  readonly code?: string
  readonly unit?: string
  readonly quantity: Decimal
  readonly unitPrice?: Dong
  /** Line discount, positive. */
  readonly discount: Dong
  /** quantity × price − discount. */
  readonly amount: Dong
  /** As printed: `8`, `KCT` ...; absent: the shop's rates decide. */
  readonly rate?: string
  /** Industry group of a household's sale. */
  readonly industry?: string
}

export interface Correction {
  readonly how: 'replace' | 'adjust'
  readonly invoice: InvoiceIdentity
  readonly issuedOn: CivilDate
  /** 1..14, the list of the authority: 5 goods returned, 14 a wrong cash-register invoice. */
  readonly cause: number
}

/** Only what the buyer gave. */
export interface Buyer {
  readonly name?: string
  readonly taxCode?: string
  readonly budgetCode?: string
  readonly address?: string
  readonly phone?: string
  readonly personalId?: string
  readonly passport?: string
  readonly email?: string
  readonly person?: string
}
