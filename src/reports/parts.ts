import type { Clock } from '../domain/clock.ts'
import type { InvoiceView } from '../domain/country.ts'
import type { Dong } from '../domain/dong.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Stamp } from '../domain/invoice.ts'
import type { Books, View } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Buyer } from '../domain/sale.ts'
import type { Register, Shop } from '../domain/shop.ts'
import type { CivilDate } from '../domain/time.ts'
import type { Words } from '../domain/words.ts'

/** What reports are made from: reading only. */
export interface ReportsParts {
  readonly books: Books
  readonly view: View
  readonly shop: Shop
  readonly registers: readonly Register[]
  readonly clock: Clock
  readonly log: Log
  readonly words: Words
  invoiceView(bytes: Uint8Array): InvoiceView
  /** The copy that hides the buyer, where the invoice itself is not there to be read: erased, or its key is away. */
  masked?(entry: EntryId): Promise<Uint8Array | undefined>
  /** The buyer a sealed invoice names, in plain; undefined: nobody. */
  buyerOf(bytes: Uint8Array): Buyer | undefined
  /** The title of an invoice as printed, one line each. */
  titleOf(form: number, on: CivilDate): readonly string[]
  /** What the receipt of an entry comes to; undefined: it does not say. */
  paperTotal(entry: EntryId): Promise<Dong | undefined>
  stamp(entry: EntryId): Promise<Stamp | undefined>
  /** Hundredths of a percent of a household's revenue, any cut of that day taken off; `off`: of the price of such a line. */
  share(
    industry: string,
    on: CivilDate,
    line?: { readonly name: string; readonly code?: string },
  ): { readonly vat: bigint; readonly pit: bigint; readonly off: bigint } | undefined
  /** Yearly revenues at which a household's duties change, rising. */
  thresholds(on: CivilDate): readonly Dong[]
  /** The folder of the fonts `DejaVuSans.ttf`, `DejaVuSans-Bold.ttf`. */
  readonly fonts: string
}
