import type { Country } from '../../domain/country.ts'
import type { Driver } from '../../domain/driver.ts'
import { type Fault, fault } from '../../domain/fault.ts'
import type { RegisterId } from '../../domain/ids.ts'
import type { InvoiceIdentity, Sealed } from '../../domain/invoice.ts'
import type { Books, IssuedRow, Ledger } from '../../domain/ledger.ts'
import { readOrder } from '../../domain/order.ts'
import type { Reader } from '../../domain/reader.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Shop } from '../../domain/shop.ts'
import { understand } from '../understand.ts'
import { type Before, beforeOf } from './before.ts'
import { adjustmentsOf, chainOf, liveOf } from './chain.ts'

export interface Sources {
  readonly ledger: Ledger
  readonly books: Pick<Books, 'chain'>
  readonly country: Country
  readonly shop: Shop
  /** How the papers of each register are read. */
  readonly papers: ReadonlyMap<RegisterId, { readonly driver: Driver; readonly reader: Reader }>
}

/** An invoice as it stands, found from any invoice of its chain. Fault CORRECTION_UNKNOWN. */
export async function find(sources: Sources, invoice: InvoiceIdentity): Promise<Result<Before>> {
  const { books, country } = sources
  const rows = await books.chain(invoice)
  const [root] = rows.invoices
  const chain = chainOf(rows)
  const live = liveOf(rows.invoices)
  const sealed = live && (await sealedOf(sources, live))
  if (!root || !chain || !live || !sealed) return failed(unknown)
  const adjustments: { row: IssuedRow; sale: Sale }[] = []
  for (const row of adjustmentsOf(rows.invoices, live)) {
    const sale = await soldBy(sources, row)
    if (!sale) return failed(unknown)
    adjustments.push({ row, sale })
  }
  const view = country.view(sealed.bytes)
  return ok(
    beforeOf({
      chain,
      root,
      live,
      view,
      buyer: country.buyer?.(sealed.bytes),
      sale: await soldBy(sources, live),
      adjustments,
      cut: sources.shop.cut,
    }),
  )
}

export const unknown: Fault = fault('CORRECTION_UNKNOWN')

/** Bytes of an issued invoice, whatever has become of it since. */
export async function sealedOf({ ledger }: Sources, { entry }: IssuedRow): Promise<Sealed | undefined> {
  const found = await ledger.entry(entry)
  return found && 'sealed' in found ? found.sealed : undefined
}

/** What was sold, read again from what was heard. Undefined: it cannot be read any more. */
export async function soldBy(
  { ledger, papers }: Sources,
  { entry, register }: Pick<IssuedRow, 'entry' | 'register' | 'corrects'>,
): Promise<Sale | undefined> {
  const frame = await ledger.frame(entry)
  if (!frame) return undefined
  const order = readOrder(frame)
  if (order) return order.sale
  const by = papers.get(register)
  if (!by) return undefined
  try {
    const understood = understand(frame, by.driver, by.reader, true)
    return understood.kind === 'sale' ? understood.sale : undefined
  } catch {
    // A driver or a template that was changed since; the sealed document still says what was sold.
    return undefined
  }
}
