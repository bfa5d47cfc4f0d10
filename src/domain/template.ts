import type { Kind, PaymentMethod } from './receipt.ts'

/**
 * How one register prints one kind of document, as data (register-capture 9.7): learned from sample receipts, confirmed by a
 * person. Its line patterns hold literal words, `{fields}`, two blanks for the edge of a cell and `@n` for a column.
 */
export interface Template {
  readonly version: 1
  readonly name: string
  /** `learn`: only kept. `shadow`: reads along, its result is compared and not used. `live`: decides. */
  readonly mode: 'learn' | 'shadow' | 'live'
  /** The document it reads. Every kind but `sale` needs a title of its own (`titles.is`), by which it is picked. */
  readonly kind: TemplateKind
  /** Dialect and decoder of the samples, and their printable columns where all agreed. */
  readonly driver?: string
  readonly encoding?: string
  readonly columns?: number
  /** The first lines of each document as its driver tells them from the bytes: where nothing cuts, they open the next one. */
  readonly starts?: readonly string[]
  /** The header's fingerprint: folded lines that stand above the items of every document, in this order. */
  readonly header: readonly string[]
  readonly titles?: {
    /** One of them must stand above the items. */
    readonly is?: readonly string[]
    /** Titles of other papers with the same header, in the shop's own words. */
    readonly not?: readonly { readonly line: string; readonly kind: Kind }[]
  }
  /** Lines around the items that name the receipt: `Phiếu {number}`, `Giờ {date} {time}`, `Bàn {table}`. */
  readonly head?: readonly string[]
  /** The item block: layouts of one line or several, tried longest first. Every line of the block must fit one. A report has none. */
  readonly items: readonly ItemLayout[]
  /** Lines with money that are no items; they may stand above the items too. */
  readonly totals: readonly TotalLine[]
  /** Lines that say nothing. Text without money outside the items needs no pattern. */
  readonly ignore?: readonly string[]
  /** Where tax stands, and the rate of lines that print none. */
  readonly tax?: 'inclusive' | 'exclusive' | 'not-shown'
  readonly rate?: string
  /** SHA-256 of the samples it was learned from. */
  readonly samples?: readonly string[]
}

/** Kinds of paper of which more than the kind can be read. */
export type TemplateKind = 'sale' | 'refund' | 'void' | 'provisional' | 'report'

export interface ItemLayout {
  /** In printed order. */
  readonly lines: readonly string[]
  /** Default `item`. `modifier`: belongs to the item above; `discount`: off the item above; `wrap`: goes on with its name. */
  readonly is?: 'item' | 'modifier' | 'discount' | 'wrap' | 'note'
}

export interface TotalLine {
  readonly line: string
  readonly is: TotalRole
  /** Of a payment. */
  readonly method?: PaymentMethod
}

/** Of a report: `total` what was taken, `payment` and `rate` parts of it, `count` its sales; all else is `nothing`. */
export type TotalRole =
  | 'subtotal'
  | 'net'
  | 'discount'
  | 'service'
  | 'delivery'
  | 'tip'
  | 'fee'
  | 'deposit'
  | 'tax'
  | 'rate'
  | 'rounding'
  | 'total'
  | 'due'
  | 'count'
  | 'payment'
  | 'tender'
  | 'change'
  | 'nothing'
