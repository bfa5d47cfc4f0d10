import type { showDetail, showInvoice, showRow, showStamp } from '../show.ts'

/** What `/api/v1/entries` and its neighbours answer. */
export type EntryJson = ReturnType<typeof showRow>
export type InvoiceJson = ReturnType<typeof showInvoice> & { readonly erased?: true }
export type StampJson = Awaited<ReturnType<typeof showStamp>>
export type DetailJson = ReturnType<typeof showDetail> & {
  readonly picture?: true
  readonly invoice?: InvoiceJson
  readonly stamp?: StampJson
}
export interface Page {
  readonly rows: readonly EntryJson[]
  readonly next?: string
}
