import { type Fault, fault } from '../domain/fault.ts'
import type { Sealed } from '../domain/invoice.ts'
import type { Step } from '../domain/ledger.ts'
import { invoiceName, numberOf, person } from './acts.ts'
import { type Book, type Moment, write } from './book.ts'
import { commitTo, docField, keep, type Salted } from './documents.ts'
import { standingOf } from './entries.ts'
import { wellFormed } from './evidence.ts'
import { type Database, maybeText, num, text } from './sqlite.ts'
import { ratesText } from './sums.ts'

/**
 * The same content in a mended encoding, under the same number: only after a rejection, or of an invoice that
 * was taken out of a refused message. What was sealed first stays beside it; sums count an invoice once.
 */
export function recoded(
  book: Book,
  step: Extract<Step, { kind: 'recoded' }>,
  moment: Moment,
  bytes: Salted | undefined,
  masked: Salted | undefined,
): Fault | undefined {
  const { db } = book
  const entry = standingOf(db, step.entry)
  if (!entry || !bytes) throw new Error(`recoded: no ${entry ? 'bytes' : 'entry'} ${step.entry}`)
  if (entry.state !== 'rejected' && entry.state !== 'parked')
    return fault('LEDGER_STATE', { entry: step.entry, state: entry.state })
  const invoice = numberOf(book, entry.key)
  if (otherSale(db, entry.key, step.sealed)) return fault('LEDGER_OTHER_CONTENT', { invoice: invoiceName(invoice) })
  const before = db.sql('SELECT coalesce(max(revision), 1) AS it FROM revision WHERE entry = ?').get(entry.key)
  const revision = num(before, 'it') + 1
  const why = wellFormed(step.why)
  const body = {
    ...invoice,
    doc: docField(commitTo(bytes)),
    entry: step.entry,
    masked: masked && docField(commitTo(masked)),
    revision,
    who: step.who,
    why,
  }
  const fact = write(book, 'invoice.recoded', body, moment, { entry: entry.key })
  keep(book.db, fact, 'invoice', bytes, masked !== undefined)
  if (masked) keep(book.db, fact, 'masked', masked)
  db.sql('INSERT INTO revision (fact, entry, revision, digest) VALUES (?, ?, ?, ?)').run(
    fact,
    entry.key,
    revision,
    masked ? '' : step.sealed.digest,
  )
  // A new message carries it, and refusals count from the start.
  db.sql(`UPDATE entry SET state = 'queued', since = ?, fault = NULL, message = NULL, refusals = 0 WHERE key = ?`).run(
    moment.at,
    entry.key,
  )
  person(book, fact, step.who, 'recoded', entry.key, why)
  return undefined
}

/** Another identity, code, moment or sum is another invoice: that is a correction, not an encoding. */
function otherSale(db: Database, entry: number, { identity, authorityCode, at, pay, rates }: Sealed): boolean {
  const row = db
    .sql('SELECT seller, form, symbol, number, code, at, CAST(pay AS TEXT) AS pay, rates FROM invoice WHERE entry = ?')
    .get(entry)
  const same =
    text(row, 'seller') === identity.seller &&
    num(row, 'form') === identity.form &&
    text(row, 'symbol') === identity.symbol &&
    num(row, 'number') === identity.number &&
    maybeText(row, 'code') === authorityCode &&
    num(row, 'at') === at &&
    text(row, 'pay') === String(pay) &&
    text(row, 'rates') === JSON.stringify(ratesText(rates.map(({ rate, net, tax }) => [rate, net, tax] as const)))
  return !same
}
