import type { EntryState } from '../domain/entry.ts'
import type { Fault } from '../domain/fault.ts'
import type { EntryId, MessageId, RegisterId } from '../domain/ids.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { EntryDetail, EntryQuery, EntryRow } from '../domain/ledger.ts'
import type { Aside } from '../domain/receipt.ts'
import { dayEnd, dayStart, type Instant } from '../domain/time.ts'
import { documentOf } from './documents.ts'
import { digestOf, factOf, idOf, newestOf } from './entries.ts'
import { type Database, maybeText, num, type Row, text, type Value } from './sqlite.ts'
import { registerIn, sequenceOf } from './story.ts'

const ROWS = `SELECT e.key, e.register, e.sequence, e.state, e.heard, e.since, e.fault, e.why, m.id AS message,
  i.form, i.symbol, i.number, i.code, i.at, i.due, CAST(i.pay AS TEXT) AS pay, i.fact, i.digest
  FROM entry e LEFT JOIN invoice i ON i.entry = e.key LEFT JOIN message m ON m.key = e.message`

const MOST = 500

/** Newest first; `next` goes on where the page ends. */
export function entryPage(db: Database, query: EntryQuery): { readonly rows: readonly EntryRow[]; readonly next?: string } {
  const where: string[] = []
  const values: Value[] = []
  const only = (condition: string, ...bound: Value[]): void => {
    where.push(condition)
    values.push(...bound)
  }
  if (query.state) only('e.state = ?', query.state)
  if (query.register) only('e.register = ?', query.register)
  if (query.day) only('e.heard BETWEEN ? AND ?', dayStart(query.day), dayEnd(query.day))
  if (query.after && /^\d{1,15}$/.test(query.after)) only('e.key < ?', Number(query.after))
  if (query.q) typed(query.q.trim(), only)
  const limit = Math.min(Math.max(1, Math.trunc(query.limit ?? 50)), MOST)
  // Conditions come from this list only; what people type is bound (reliability P9).
  const text = `${ROWS}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''} ORDER BY e.key DESC LIMIT ?`
  const found = db.sql(text).all(...values, limit + 1)
  const last = found.length > limit ? found[limit - 1] : undefined
  return { rows: found.slice(0, limit).map(rowOf), ...(last ? { next: String(num(last, 'key')) } : {}) }
}

/** What a person types: an entry, an amount with or without dots, a number, a part of a code. */
function typed(q: string, only: (condition: string, ...bound: Value[]) => void): void {
  const digits = q.replace(/[.\s]/g, '')
  if (/^.+-\d{1,8}$/.test(q) && !/^M[12]-/i.test(q)) only('e.register = ? AND e.sequence = ?', registerIn(q), sequenceOf(q))
  else if (/^\d{1,15}$/.test(digits)) only('(i.number = ? OR i.pay = ?)', Number(digits), Number(digits))
  else only('instr(i.code, ?) > 0', q.toUpperCase())
}

function rowOf(row: Row): EntryRow {
  const message = maybeText(row, 'message')
  const fault = maybeText(row, 'fault')
  const why = maybeText(row, 'why')
  const code = maybeText(row, 'code')
  return {
    id: idOf(row),
    register: text(row, 'register') as RegisterId,
    state: text(row, 'state') as EntryState,
    heard: num(row, 'heard') as Instant,
    since: num(row, 'since') as Instant,
    ...(row['number'] === null
      ? {}
      : {
          issued: {
            series: { form: num(row, 'form'), symbol: text(row, 'symbol') },
            number: num(row, 'number'),
            at: num(row, 'at') as Instant,
            due: num(row, 'due') as Instant,
            pay: BigInt(text(row, 'pay')),
            ...(code === undefined ? {} : { code }),
          },
        }),
    ...(message === undefined ? {} : { message: message as MessageId }),
    ...(fault === undefined ? {} : { fault: JSON.parse(fault) as Fault }),
    ...(why === undefined ? {} : { why: why as Aside }),
  }
}

export const detailOf = (db: Database, id: EntryId): EntryDetail | undefined =>
  detail(db, db.sql(`${ROWS} WHERE e.register = ? AND e.sequence = ?`).get(registerIn(id), sequenceOf(id)))

export const detailOfInvoice = (db: Database, { form, symbol, number }: InvoiceIdentity): EntryDetail | undefined =>
  detail(db, db.sql(`${ROWS} WHERE i.form = ? AND i.symbol = ? AND i.number = ?`).get(form, symbol, number))

function detail(db: Database, row: Row | undefined): EntryDetail | undefined {
  if (!row) return undefined
  const key = num(row, 'key')
  const facts = db
    .sql(
      `SELECT n, kind, at, line, hash FROM fact WHERE entry = ?1 UNION SELECT n, kind, at, line, hash FROM fact
       WHERE entry IS NULL AND message IN (SELECT message FROM content WHERE entry = ?1 UNION SELECT m.message FROM notice_invoice i
         JOIN notice m ON m.key = i.notice WHERE i.entry = ?1)
       UNION SELECT n, kind, at, line, hash FROM fact WHERE n IN (SELECT m.fact FROM notice_invoice i JOIN notice m ON m.key = i.notice
         WHERE i.entry = ?1) ORDER BY n`,
    )
    .all(key)
    .map(factOf)
  const digest = row['number'] === null ? {} : { digest: digestOf(db, key, row) }
  return { ...rowOf(row), facts, ...digest }
}

/** Sealed bytes exactly; undefined: no invoice, or erased. */
export const sealedBytes = (db: Database, id: EntryId): Uint8Array | undefined => newestBytes(db, id, 'invoice')

/** The copy that hides the buyer, of an invoice that names one: it stays when the invoice itself is erased. */
export const maskedBytes = (db: Database, id: EntryId): Uint8Array | undefined => newestBytes(db, id, 'masked')

function newestBytes(db: Database, id: EntryId, role: 'invoice' | 'masked'): Uint8Array | undefined {
  const row = db
    .sql('SELECT e.key, i.fact, i.digest FROM entry e JOIN invoice i ON i.entry = e.key WHERE e.register = ? AND e.sequence = ?')
    .get(registerIn(id), sequenceOf(id))
  return row && documentOf(db, newestOf(db, num(row, 'key'), row).fact, role)
}
