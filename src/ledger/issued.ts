import type { NoticeState } from '../domain/correction.ts'
import type { EntryState } from '../domain/entry.ts'
import type { Fault } from '../domain/fault.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { ChainRows, IssuedQuery, IssuedRow } from '../domain/ledger.ts'
import type { Offline } from '../domain/sale.ts'
import { dayEnd, dayStart, type Instant } from '../domain/time.ts'
import { entryOfInvoice } from './acts.ts'
import { correctionsOf, correctsOf, tenderOf } from './corrections.ts'
import { digestOf, identityOf, idOf, rateSums } from './entries.ts'
import { noticeOf } from './notices.ts'
import { type Database, maybeNum, maybeText, num, type Row, text } from './sqlite.ts'

/** Issued invoices for reports and corrections; every look-up goes by an index, so that ten years do not slow a day. */

const ROWS = `SELECT e.key, e.register, e.sequence, e.state, e.since, e.fault AS trouble, i.fact, i.seller, i.form, i.symbol, i.number, i.code,
  i.at, i.due, CAST(i.pay AS TEXT) AS pay, i.rates, i.digest,
  (SELECT r.entry FROM correction r WHERE r.form = i.form AND r.symbol = i.symbol AND r.number = i.number AND r.how = 'replace' LIMIT 1) AS replaced,
  (SELECT min(x.at) FROM content k JOIN exchange x ON x.message = k.message WHERE k.entry = i.entry AND x.what = 'pushed') AS sent,
  (SELECT f.line FROM fact f WHERE f.n = i.fact AND instr(f.line, '"offline":{') > 0) AS slip
  FROM invoice i JOIN entry e ON e.key = i.entry`

const PAGE = 500
const MOST = 2_000

/** By issue time, then in the order written; `next` goes on where the page ends. */
export function issuedPage(db: Database, query: IssuedQuery): { readonly rows: readonly IssuedRow[]; readonly next?: string } {
  const [, at, entry] = /^(\d{1,15})-(\d{1,15})$/.exec(query.after ?? '') ?? []
  const limit = Math.min(Math.max(1, Math.trunc(query.limit ?? PAGE)), MOST)
  const only = query.register === undefined ? '' : ' AND e.register = ?5'
  const found = db
    .sql(`${ROWS} WHERE i.at BETWEEN max(?1, ?3) AND ?2 AND (i.at, i.entry) > (?3, ?4)${only} ORDER BY i.at, i.entry LIMIT ?6`)
    .all(dayStart(query.from), dayEnd(query.to), Number(at ?? 0), Number(entry ?? 0), query.register ?? '', limit + 1)
  const last = found.length > limit ? found[limit - 1] : undefined
  return {
    rows: found.slice(0, limit).map((row) => issuedRow(db, row)),
    ...(last ? { next: `${num(last, 'at')}-${num(last, 'key')}` } : {}),
  }
}

function issuedRow(db: Database, row: Row): IssuedRow {
  const key = num(row, 'key')
  const identity = identityOf(row)
  const state = text(row, 'state') as EntryState
  const code = maybeText(row, 'code')
  const trouble = maybeText(row, 'trouble')
  const sent = maybeNum(row, 'sent')
  const replaced = maybeNum(row, 'replaced')
  const slip = maybeText(row, 'slip')
  return {
    entry: idOf(row),
    register: text(row, 'register') as RegisterId,
    identity,
    at: num(row, 'at') as Instant,
    due: num(row, 'due') as Instant,
    pay: BigInt(text(row, 'pay')),
    rates: rateSums(text(row, 'rates')),
    state,
    ...(code === undefined ? {} : { code }),
    ...tenderOf(db, key),
    ...correctsOf(db, key, identity.seller),
    ...(slip === undefined ? {} : { offline: (JSON.parse(slip) as { body: { offline: Offline } }).body.offline }),
    ...(replaced === undefined ? {} : { replacedBy: identityOfEntry(db, replaced) }),
    ...(sent === undefined ? {} : { sentAt: sent as Instant }),
    // An accepted invoice never moves again.
    ...(state === 'acknowledged' ? { acceptedAt: num(row, 'since') as Instant } : {}),
    ...(trouble === undefined ? {} : { fault: JSON.parse(trouble) as Fault }),
  }
}

const identityOfEntry = (db: Database, entry: number): InvoiceIdentity => {
  const row = db.sql('SELECT seller, form, symbol, number FROM invoice WHERE entry = ?').get(entry)
  if (!row) throw new Error(`entry ${entry} has no invoice`)
  return identityOf(row)
}

/** Everything that was done to one sale: up to the first invoice we know, and down again to all that name one of them. */
export function chainOf(db: Database, invoice: InvoiceIdentity): ChainRows {
  const entry = entryOfInvoice(db, invoice)
  if (entry === undefined) return { invoices: [], notices: [] }
  const chain = new Set([rootOf(db, entry)])
  for (const link of chain) for (const row of correctionsOf(db, identityOfEntry(db, link))) chain.add(num(row, 'entry'))
  const rows: Row[] = []
  for (const link of chain) rows.push(...db.sql(`${ROWS} WHERE i.entry = ?`).all(link))
  rows.sort((a, b) => num(a, 'fact') - num(b, 'fact'))
  return {
    invoices: rows.map((row) => ({ ...issuedRow(db, row), digest: digestOf(db, num(row, 'key'), row) })),
    notices: noticesAbout(db, chain),
  }
}

function rootOf(db: Database, entry: number): number {
  const seen = new Set<number>()
  for (let link = entry; ; ) {
    seen.add(link)
    const named = db.sql('SELECT form, symbol, number FROM correction WHERE entry = ?').get(link)
    const before =
      named && entryOfInvoice(db, { form: num(named, 'form'), symbol: text(named, 'symbol'), number: num(named, 'number') })
    // Issued elsewhere: the chain begins with the first one in this book.
    if (before === undefined || seen.has(before)) return link
    link = before
  }
}

function noticesAbout(db: Database, entries: ReadonlySet<number>): ChainRows['notices'] {
  const rows = new Map<number, Row>()
  for (const entry of entries)
    for (const row of db
      .sql('SELECT n.key, n.fact, n.state, n.fault FROM notice_invoice i JOIN notice n ON n.key = i.notice WHERE i.entry = ?')
      .all(entry))
      rows.set(num(row, 'key'), row)
  return [...rows.values()]
    .sort((a, b) => num(a, 'key') - num(b, 'key'))
    .flatMap((row) => {
      const notice = noticeOf(db, row)
      const fault = maybeText(row, 'fault')
      const state = text(row, 'state') as NoticeState
      return notice ? [{ notice, state, ...(fault === undefined ? {} : { fault: JSON.parse(fault) as Fault }) }] : []
    })
}
