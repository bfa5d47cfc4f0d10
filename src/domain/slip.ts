import type { AskLine, Ordered } from './correction.ts'
import type { InvoiceView } from './country.ts'
import type { Dong } from './dong.ts'
import type { EntryId, RegisterId } from './ids.ts'
import type { PaymentMethod } from './receipt.ts'
import type { Result } from './result.ts'

/** A sale made on the register's own slip while the gateway was dead. `lines` are in the price regime of the shop. */
export interface OfflineSlip {
  /** As it stands on the paper marked to be invoiced later. */
  readonly slip: string
  /** Local time of the sale, `2026-11-21T08:15` or with seconds: a reference, never the time of issue. */
  readonly time: string
  readonly lines: readonly AskLine[]
  /** Of the whole slip, positive. */
  readonly discount: Dong
  /** What was taken, tax included. */
  readonly total: Dong
  readonly payment?: PaymentMethod
}

/** Where a person enters what was sold without the gateway; each slip becomes one invoice, issued now. */
export interface Slips {
  /** What `order` would issue now; nothing is written. The same faults, but SALES_NAME_USED: `earlier` names what was entered. */
  look?(register: RegisterId, slip: OfflineSlip): Promise<Result<SlipDraft>>
  /**
   * Durable when it resolves, issued soon after by the register's own lane. The same slip number twice is one.
   * Faults: SALES_NAME_USED (the same number with other content), DASHBOARD_NOT_FOUND (no such register), SALE_DATE_IMPOSSIBLE, SALE_*, and those of
   * the country's draft.
   */
  order(register: RegisterId, slip: OfflineSlip, who: string): Promise<Result<Ordered>>
}

export interface SlipDraft {
  readonly view: InvoiceView
  /** This slip number was entered before at this register: then nothing new would be issued. */
  readonly earlier?: EntryId
  /** And it said the same. */
  readonly same?: boolean
}
