import { type Fault, fault } from '../domain/fault.ts'
import type { InvoiceIdentity, Tender } from '../domain/invoice.ts'
import type { PaymentMethod } from '../domain/receipt.ts'
import type { Correction } from '../domain/sale.ts'
import type { CivilDate } from '../domain/time.ts'
import type { Json } from './canonical.ts'
import { type Database, num, type Row, text } from './sqlite.ts'

/** What an invoice corrects and how it was paid: rows beside the invoice, and their spelling in facts (audit-pack 1.4). */

export type TenderRow = readonly [method: string, amount: bigint]

export const tenderText = (rows: readonly TenderRow[]): (readonly string[])[] =>
  rows.map(([method, amount]) => [method, String(amount)])

export const correctsField = ({ how, invoice: { form, symbol, number }, issuedOn, cause }: Correction): Json => ({
  cause,
  date: issuedOn,
  form,
  how,
  number,
  symbol,
})

export function keepCorrection(db: Database, entry: number, { how, invoice, issuedOn, cause }: Correction): void {
  db.sql('INSERT INTO correction (entry, how, form, symbol, number, date, cause) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    entry,
    how,
    invoice.form,
    invoice.symbol,
    invoice.number,
    issuedOn,
    cause,
  )
}

export function keepTender(db: Database, entry: number, rows: readonly TenderRow[]): void {
  db.sql('INSERT INTO tender (entry, paid) VALUES (?, ?)').run(entry, JSON.stringify(tenderText(rows)))
}

/** How an invoice was paid; nothing where the paper did not say. */
export function tenderOf(db: Database, entry: number): { readonly tender?: readonly Tender[] } {
  const row = db.sql('SELECT paid FROM tender WHERE entry = ?').get(entry)
  if (!row) return {}
  const rows = JSON.parse(text(row, 'paid')) as [PaymentMethod, string][]
  return { tender: rows.map(([method, amount]) => ({ method, amount: BigInt(amount) })) }
}

/** What an invoice replaces or adjusts; the seller is its own. */
export function correctsOf(db: Database, entry: number, seller: string): { readonly corrects?: Correction } {
  const row = db.sql('SELECT how, form, symbol, number, date, cause FROM correction WHERE entry = ?').get(entry)
  if (!row) return {}
  return {
    corrects: {
      how: text(row, 'how') as Correction['how'],
      invoice: { seller, form: num(row, 'form'), symbol: text(row, 'symbol'), number: num(row, 'number') },
      issuedOn: text(row, 'date') as CivilDate,
      cause: num(row, 'cause'),
    },
  }
}

type Identity = Pick<InvoiceIdentity, 'form' | 'symbol' | 'number'>

/** Corrections that name this invoice itself, in the order issued. */
export const correctionsOf = (db: Database, { form, symbol, number }: Identity): readonly Row[] =>
  db
    .sql(
      `SELECT c.entry, c.how, i.form, i.symbol, i.number FROM correction c JOIN invoice i ON i.entry = c.entry
       WHERE c.form = ? AND c.symbol = ? AND c.number = ? ORDER BY i.fact`,
    )
    .all(form, symbol, number)

/**
 * Why an invoice cannot be corrected this way any more: another register was first, or the chain goes by the other
 * method. Looked at in the transaction that issues, where nobody else is between.
 */
export function lockedOut(db: Database, { how, invoice }: Correction): Fault | undefined {
  const named = { invoice: `${invoice.form}${invoice.symbol}-${String(invoice.number).padStart(8, '0')}` }
  const earlier = correctionsOf(db, invoice).map((row) => text(row, 'how'))
  if (earlier.includes('replace')) return fault('LEDGER_REPLACED', named)
  const method = earlier[0] ?? methodOf(db, invoice)
  return method === undefined || method === how ? undefined : fault('LEDGER_METHOD_LOCKED', named)
}

/** By which method this invoice itself came about; undefined: it is an original, or was issued elsewhere. */
function methodOf(db: Database, { form, symbol, number }: Identity): string | undefined {
  const row = db
    .sql('SELECT c.how FROM invoice i JOIN correction c ON c.entry = i.entry WHERE i.form = ? AND i.symbol = ? AND i.number = ?')
    .get(form, symbol, number)
  return row && text(row, 'how')
}
