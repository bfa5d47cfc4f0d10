import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { Step } from '../domain/ledger.ts'
import { type Book, type Moment, write } from './book.ts'
import { commitTo, docField, keep, type Salted } from './documents.ts'
import { standingOf } from './entries.ts'
import { wellFormed } from './evidence.ts'
import { type Database, num, text } from './sqlite.ts'

/** What people do beside moving an entry: each act is a fact of its own and a row of `person_act`. */

type Act<K extends Step['kind']> = Extract<Step, { kind: K }>

export function person(
  { db }: Book,
  fact: number,
  who: string,
  what: string,
  entry: number | undefined,
  why: string | undefined,
): void {
  db.sql('INSERT INTO person_act (fact, who, what, entry, why) VALUES (?, ?, ?, ?, ?)').run(
    fact,
    who,
    what,
    entry ?? null,
    why ?? null,
  )
}

type Identity = Pick<InvoiceIdentity, 'form' | 'symbol' | 'number'>

/** Form, symbol and number of the invoice of an entry, as facts name it. */
export function numberOf({ db }: Book, entry: number): Identity {
  const row = db.sql('SELECT form, symbol, number FROM invoice WHERE entry = ?').get(entry)
  return { form: num(row, 'form'), symbol: text(row, 'symbol'), number: num(row, 'number') }
}

export const invoiceName = ({ form, symbol, number }: Identity): string => `${form}${symbol}-${String(number).padStart(8, '0')}`

/** The entry an invoice was issued for; undefined: it is none of ours. */
export function entryOfInvoice(db: Database, { form, symbol, number }: Identity): number | undefined {
  const row = db.sql('SELECT entry FROM invoice WHERE form = ? AND symbol = ? AND number = ?').get(form, symbol, number)
  return row && num(row, 'entry')
}

export const unknownInvoice = (invoice: Identity): Fault => fault('LEDGER_INVOICE_UNKNOWN', { invoice: invoiceName(invoice) })

/** What the buyer agreed to, or how he was told: the words and the file stand beside the fact that commits to them. */
export function agreed(
  book: Book,
  { invoice, evidence, who, name }: Act<'agreed'>,
  moment: Moment,
  bytes: Salted | undefined,
): Fault | undefined {
  if (!bytes) throw new Error('agreed without its evidence')
  const entry = entryOfInvoice(book.db, invoice)
  if (entry === undefined) return unknownInvoice(invoice)
  // Asked again after a crash: it was written down then.
  if (name !== undefined && book.db.sql('SELECT 1 AS it FROM agreement WHERE name = ?').get(name)) return undefined
  const { form, symbol, number } = invoice
  const body = { channel: evidence.channel, doc: docField(commitTo(bytes)), invoice: [form, symbol, number] }
  const fact = write(book, 'correction.agreed', body, moment, { entry })
  keep(book.db, fact, 'evidence', bytes, true)
  person(book, fact, who, 'agreed', entry, evidence.channel)
  if (name !== undefined) book.db.sql('INSERT INTO agreement (name, fact) VALUES (?, ?)').run(name, fact)
  return undefined
}

/** A buyer was shown unmasked, or the locked file of a proof was opened. */
export function looked(book: Book, step: Act<'looked'>, moment: Moment): undefined {
  if ('incident' in step) {
    const { incident, proof, who } = step
    person(
      book,
      write(book, 'person.looked', { incident, proof, what: 'proof', who }, moment),
      who,
      'looked',
      undefined,
      incident,
    )
    return
  }
  const entry = known(book, step.entry)
  const why = wellFormed(step.why)
  const fact = write(book, 'person.looked', { entry: step.entry, what: 'buyer', who: step.who, why }, moment, { entry })
  person(book, fact, step.who, 'looked', entry, why)
}

/** One more copy on paper; `count` is what stands on it. */
export function reprinted(book: Book, step: Act<'reprinted'>, moment: Moment): undefined {
  const entry = known(book, step.entry)
  const before = book.db.sql(`SELECT count(*) AS it FROM fact WHERE entry = ? AND kind = 'receipt.reprinted'`).get(entry)
  const body = { ...numberOf(book, entry), count: num(before, 'it') + 1, who: step.who }
  person(book, write(book, 'receipt.reprinted', body, moment, { entry }), step.who, 'reprinted', entry, undefined)
}

/** A person's word on a day against the till's own report; said again, the last one counts. */
export function reconciled(book: Book, { day, who, differences }: Act<'reconciled'>, moment: Moment): undefined {
  const rows = differences.map(({ register, what, amount, why }) => [register, wellFormed(what), String(amount), wellFormed(why)])
  const fact = write(book, 'day.reconciled', { day, differences: rows, who }, moment)
  person(book, fact, who, 'reconciled', undefined, day)
}

/** Settings, a template or a rule table became another one: digests and the names of the fields, never their values. */
export function changed(book: Book, { what, before, after, fields, who, why }: Act<'changed'>, moment: Moment): undefined {
  const fact = write(
    book,
    `${what}.changed`,
    { after, before, fields, who, why: why === undefined ? undefined : wellFormed(why) },
    moment,
  )
  person(book, fact, who, `${what} changed`, undefined, why)
}

function known({ db }: Book, id: EntryId): number {
  const entry = standingOf(db, id)
  if (!entry) throw new Error(`no entry ${id}`)
  return entry.key
}
