import type { showDetail, showInvoice, showRow } from '../show.ts'

/** What `/api/v1/entries` and its neighbours answer. */
export type EntryJson = ReturnType<typeof showRow>
export type InvoiceJson = ReturnType<typeof showInvoice>
export type DetailJson = ReturnType<typeof showDetail> & { readonly invoice?: InvoiceJson }
export interface Page {
  readonly rows: readonly EntryJson[]
  readonly next?: string
}
