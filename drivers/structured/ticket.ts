import type { Buyer } from '../../src/domain/sale.ts'

/** One value as its source spells it. `exact`: a number of the format itself: a point, no thousands mark, no exponent. */
export interface Value {
  readonly text: string
  readonly exact: boolean
}

export type Fields = Readonly<Record<string, Value>>

/** What a structured source says of one document, before any figure is read: values by the names of register-capture 14. */
export interface Ticket {
  readonly head: Fields
  /** Who gave his details for the invoice; never the customer of the head. */
  readonly buyer: Fields
  readonly lines: readonly Fields[]
  readonly payments: readonly Fields[]
  readonly vat: readonly Fields[]
  /** Fees of the state passed on. */
  readonly fees: readonly Fields[]
}

/** Words of the head, taken as they stand. */
export const HEAD_TEXT = [
  'receiptNo',
  'issuedAt',
  'date',
  'time',
  'cashier',
  'table',
  'customer',
  'status',
  'sellerName',
  'sellerAddress',
  'sellerPhone',
  'sellerTaxCode',
  'discountRate',
  'serviceChargeRate',
  'vatRate',
  'taxMode',
  'payment',
  'feeName',
] as const
export const HEAD_MONEY = [
  'subtotal',
  'discount',
  'serviceCharge',
  'deliveryFee',
  'tip',
  'gratuity',
  'fee',
  'deposit',
  'rounding',
  'tax',
  'total',
  'tendered',
  'change',
] as const
export const BUYER_FIELDS = [
  'name',
  'taxCode',
  'budgetCode',
  'address',
  'phone',
  'personalId',
  'passport',
  'email',
  'person',
] as const satisfies readonly (keyof Buyer)[]
export const LINE_FIELDS = ['name', 'qty', 'unit', 'unitPrice', 'discount', 'amount', 'vatRate', 'code'] as const
export const PAYMENT_FIELDS = ['method', 'amount'] as const
export const VAT_FIELDS = ['rate', 'base', 'tax'] as const
export const FEE_FIELDS = ['name', 'amount'] as const

/** Characters of one value, and lines of one document; beyond it is no receipt (register-capture 8.4, 11). */
export const LONGEST_VALUE = 4_096
export const MOST_LINES = 10_000
