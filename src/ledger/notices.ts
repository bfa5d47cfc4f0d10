import type { NoticeState } from '../domain/correction.ts'
import type { Fault } from '../domain/fault.ts'
import { type NoticeId, noticeId } from '../domain/ids.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { RefusedNotice } from '../domain/ledger.ts'
import type { Notice } from '../domain/notice.ts'
import type { Verdict } from '../domain/transport.ts'
import { entryOfInvoice, person, unknownInvoice } from './acts.ts'
import { type Book, type Moment, write } from './book.ts'
import { commitTo, docField, documentOf, keep, type Salted } from './documents.ts'
import { readNotice, wellFormed } from './evidence.ts'
import type { MessageState } from './messages.ts'
import type { Asked, NotifyRequest } from './requests.ts'
import { type Database, num, type Row, text } from './sqlite.ts'
import { sequenceOf } from './story.ts'

/**
 * Notices to the authority that are no invoice. Like an invoice each waits, travels in one message and gets
 * its verdict; unlike one it has no number, and a refused one is not sent again: a person orders another.
 */

/** What was asked for under this name, or a new one. Its words stand beside the fact that commits to them. */
export function notify(
  book: Book,
  { name, who, invoices, request }: NotifyRequest,
  moment: Moment,
  bytes: Salted,
): Asked | Fault {
  const { db } = book
  const known = db.sql('SELECT key FROM notice WHERE name = ?').get(name)
  if (known) return { id: noticeId(num(known, 'key')), again: true }
  if (invoices.length === 0) throw new Error('a notice about nothing')
  const entries: number[] = []
  for (const invoice of invoices) {
    const entry = entryOfInvoice(db, invoice)
    if (entry === undefined) return unknownInvoice(invoice)
    entries.push(entry)
  }
  const key = num(db.sql('SELECT coalesce(max(key), 0) + 1 AS it FROM notice').get(), 'it')
  const id = noticeId(key)
  const body = {
    doc: docField(commitTo(bytes)),
    invoices: asTold(invoices),
    notice: id,
    request: request && { date: request.date, number: wellFormed(request.number) },
    who,
  }
  const [first] = entries
  const fact = write(book, 'notice.ordered', body, moment, entries.length === 1 && first !== undefined ? { entry: first } : {})
  keep(book.db, fact, 'evidence', bytes, true)
  db.sql(`INSERT INTO notice (key, fact, name, state, since) VALUES (?, ?, ?, 'queued', ?)`).run(key, fact, name, moment.at)
  for (const [place, entry] of entries.entries())
    db.sql('INSERT INTO notice_invoice (notice, place, entry) VALUES (?, ?, ?)').run(key, place, entry)
  person(book, fact, who, 'notified', first, undefined)
  return { id, again: false }
}

const asTold = (invoices: readonly Omit<InvoiceIdentity, 'seller'>[]) =>
  invoices.map(({ form, symbol, number }) => [form, symbol, number])

/** Notices without a message, oldest first; one that cannot be read at present is left out. */
export const waitingNotices = (db: Database, limit: number): Notice[] =>
  db
    .sql(`SELECT key, fact FROM notice WHERE state = 'queued' AND message IS NULL ORDER BY key LIMIT ?`)
    .all(limit)
    .flatMap((row) => noticeOf(db, row) ?? [])

/**
 * Refused notices with an invoice for which nothing was done since: no later notice speaks of it, no invoice corrects it. Oldest
 * first.
 */
export const refusedNotices = (db: Database): RefusedNotice[] =>
  db
    .sql(
      `SELECT n.key, n.fault FROM notice n WHERE n.state = 'refused' AND EXISTS (
         SELECT 1 FROM notice_invoice x JOIN invoice i ON i.entry = x.entry WHERE x.notice = n.key
         AND NOT EXISTS (SELECT 1 FROM notice_invoice y WHERE y.entry = x.entry AND y.notice > n.key)
         AND NOT EXISTS (SELECT 1 FROM correction c JOIN invoice j ON j.entry = c.entry
           WHERE c.form = i.form AND c.symbol = i.symbol AND c.number = i.number AND j.fact > n.fact))
       ORDER BY n.key`,
    )
    .all()
    .map((row) => ({ notice: noticeId(num(row, 'key')), fault: JSON.parse(text(row, 'fault')) as Fault }))

/** A notice as it was ordered, from its row. Undefined: its words are gone. */
export function noticeOf(db: Database, row: Row): Notice | undefined {
  const bytes = documentOf(db, num(row, 'fact'), 'evidence')
  return bytes && readNotice(noticeId(num(row, 'key')), bytes)
}

/** A notice that may be sent, and how facts name what it is about. Throws where it is on its way or judged. */
export function freeNotice(db: Database, id: NoticeId): { readonly key: number; readonly invoices: (string | number)[][] } {
  const key = sequenceOf(id)
  const row = db.sql(`SELECT 1 AS it FROM notice WHERE key = ? AND state = 'queued' AND message IS NULL`).get(key)
  if (!row) throw new Error(`pushed: notice ${id} is not free to send`)
  const invoices = db
    .sql(
      `SELECT i.form, i.symbol, i.number FROM notice_invoice n JOIN invoice i ON i.entry = n.entry WHERE n.notice = ? ORDER BY n.place`,
    )
    .all(key)
  return { key, invoices: invoices.map((row) => [num(row, 'form'), text(row, 'symbol'), num(row, 'number')]) }
}

/** The first push: from now on this message is its only one. */
export function bindNotice(db: Database, key: number, message: number, { at }: Moment): void {
  db.sql(`UPDATE notice SET state = 'pushed', message = ?, since = ? WHERE key = ?`).run(message, at, key)
}

/** The notice a message carries, and how it stands; undefined: it carries invoices. */
export function carriedBy(db: Database, message: number): { readonly id: NoticeId; readonly state: NoticeState } | undefined {
  const row = db.sql('SELECT key, state FROM notice WHERE message = ?').get(message)
  return row && { id: noticeId(num(row, 'key')), state: text(row, 'state') as NoticeState }
}

/** Messages of notices without a final verdict. */
export const openNoticeMessages = (db: Database): number[] =>
  db
    .sql(
      `SELECT message FROM notice WHERE state IN ('queued', 'pushed', 'in-doubt', 'taken') AND message IS NOT NULL ORDER BY message`,
    )
    .all()
    .map((row) => num(row, 'message'))

const STATES: Readonly<Record<Exclude<MessageState, 'refused'>, NoticeState>> = {
  sending: 'pushed',
  unsent: 'queued',
  unknown: 'in-doubt',
  taken: 'taken',
}

/** The notice follows its message, until it is judged. */
export function followMessage(db: Database, message: number, state: MessageState, at: number): void {
  if (state === 'refused') return
  db.sql(`UPDATE notice SET state = ?, since = ? WHERE message = ? AND state NOT IN ('accepted', 'refused')`).run(
    STATES[state],
    at,
    message,
  )
}

/** The word of `message.answered` for a notice: it is judged as a whole, whatever is named in it. */
export function noticeOutcome(verdicts: readonly Verdict[]): 'taken' | 'accepted' | 'rejected' | 'later' | 'odd' {
  const kinds = new Set(verdicts.map((verdict) => verdict.kind))
  if (kinds.has('refused') || kinds.has('rejected')) return 'rejected'
  if (kinds.has('noted')) return 'accepted'
  return kinds.has('taken') ? 'taken' : kinds.has('later') ? 'later' : 'odd'
}

/** A final verdict never turns round: the first stays, the second is named. */
export function judgeNotice(
  { db }: Book,
  message: number,
  verdicts: readonly Verdict[],
  { at }: Moment,
): { readonly refused: boolean; readonly contradiction: string | undefined } {
  const notice = carriedBy(db, message)
  if (!notice) throw new Error(`message ${message} carries no notice`)
  const outcome = noticeOutcome(verdicts)
  const final = outcome === 'rejected' ? 'refused' : outcome === 'accepted' ? 'accepted' : undefined
  const judged = notice.state === 'accepted' || notice.state === 'refused'
  if (judged || final === undefined)
    return {
      refused: notice.state === 'refused',
      contradiction: judged && final !== undefined && final !== notice.state ? notice.id : undefined,
    }
  const no = verdicts.find((verdict) => verdict.kind === 'refused' || verdict.kind === 'rejected')
  const yes = verdicts.find((verdict) => verdict.kind === 'noted')
  db.sql('UPDATE notice SET state = ?, since = ?, fault = ?, reference = ? WHERE message = ?').run(
    final,
    at,
    final === 'refused' && no ? JSON.stringify(no.fault) : null,
    yes?.reference ?? null,
    message,
  )
  return { refused: final === 'refused', contradiction: undefined }
}
