import { type Fault, fault } from '../domain/fault.ts'
import { type EntryId, entryId } from '../domain/ids.ts'
import { point } from '../domain/points.ts'
import { civilDate, issueTime } from '../domain/time.ts'
import { append, type Book, closeDays, type Moment, spellDue, spellTime, write } from './book.ts'
import { correctsField, keepCorrection, keepTender, lockedOut, tenderText } from './corrections.ts'
import { openDay } from './day.ts'
import { commitTo, docField, keep, type Salted } from './documents.ts'
import { ORDER, REVISED, sealedOf, standingOf, TORN } from './entries.ts'
import type { CaptureRequest, IssueRequest, Reply } from './requests.ts'
import { num, text } from './sqlite.ts'
import { seriesKey } from './story.ts'
import { plus, ratesText, sumText } from './sums.ts'

export const refused = (cause: Fault, next?: number): Reply => ({
  ok: false,
  fault: cause,
  ...(next === undefined ? {} : { next }),
})

/** Fields of a till's program, and what programs and people hand over under a name, may say who buys; what a till prints does not. */
export const mayName = ({ namesBuyer, order, cursor }: CaptureRequest): boolean =>
  namesBuyer === true || order === true || cursor?.startsWith('#') === true

/** Law 1: what was heard, its entry and its fact. */
export function capture(book: Book, request: CaptureRequest & Moment, frame: Salted): EntryId {
  const { db, story } = book
  closeDays(book, request, false)
  const sequence = (story.registers.get(request.register)?.sequence ?? 0) + 1
  const id = entryId(request.register, sequence)
  const made = db
    .sql(`INSERT INTO entry (register, sequence, state, heard, since) VALUES (?, ?, 'captured', ?, ?)`)
    .run(request.register, sequence, request.at, request.at)
  const entry = Number(made.lastInsertRowid)
  const doc = commitTo(frame)
  const fact = append(
    book,
    'frame.captured',
    { discarded: request.discarded, doc: docField(doc), entry: id, register: request.register },
    request,
    { entry },
  )
  keep(book.db, fact, 'frame', frame, mayName(request))
  db.sql('INSERT INTO frame (entry, fact, discarded, torn) VALUES (?, ?, ?, ?)').run(
    entry,
    fact,
    request.discarded,
    (request.torn ? TORN : 0) | (request.revised ? REVISED : 0) | (request.order ? ORDER : 0),
  )
  if (request.cursor !== undefined) {
    db.sql('INSERT INTO resume (entry, register, cursor) VALUES (?, ?, ?)').run(entry, request.register, request.cursor)
  }
  return id
}

/**
 * Law 2: number, sealed bytes, fact and queue state. The number was taken ahead by the other thread; it counts only
 * if it is the next one still. The civil day of its issue time is the day of its fact (audit-pack 1.5): sealed before
 * midnight and written after it, or in a day that a clock which ran ahead has closed, it is refused with CLOCK_DAY_CLOSED.
 */
export function issue(book: Book, request: IssueRequest & Moment, invoice: Salted, masked: Salted | undefined): Reply {
  const { db, story } = book
  const entry = standingOf(db, request.entry)
  if (!entry) throw new Error(`issue: no entry ${request.entry}`)
  const { form, symbol, number } = request
  const series = story.series.get(seriesKey(form, symbol)) ?? renewed(book, request, entry.register)
  const next = series?.next ?? 1
  if (entry.state === 'set-aside') return refused(fault('LEDGER_STATE', { entry: request.entry, state: entry.state }), next)
  if (entry.state !== 'captured' && entry.state !== 'held') return { ok: true, value: sealedOf(db, entry.key), next }
  if (!series) return refused(fault('LEDGER_SERIES_UNKNOWN', { symbol: `${form}${symbol}` }), next)
  if (number !== next) return { ok: false, again: next }
  // The document says whole seconds: order is judged as the authority sees it.
  if (Math.floor(request.issuedAt / 1_000) < Math.floor(series.lastAt / 1_000)) {
    return refused(fault('CLOCK_BEHIND', { last: issueTime(series.lastAt as Moment['at']) }), next)
  }
  const today = openDay(story, request.at)
  if (civilDate(request.issuedAt) !== today) {
    return refused(fault('CLOCK_DAY_CLOSED', { day: civilDate(request.issuedAt), today }), next)
  }
  const locked = request.corrects && lockedOut(db, request.corrects)
  if (locked) return refused(locked, next)
  point('issue.sealed')
  closeDays(book, request, false)
  const doc = commitTo(invoice)
  const mask = masked && commitTo(masked)
  const rates = ratesText(request.rates)
  const fact = append(
    book,
    'invoice.issued',
    {
      code: request.code,
      corrects: request.corrects && correctsField(request.corrects),
      doc: docField(doc),
      due: spellDue(request.due),
      entry: request.entry,
      form,
      masked: mask && docField(mask),
      number,
      offline: request.offline && { slip: request.offline.slip, time: request.offline.time },
      pay: String(request.pay),
      rates,
      register: entry.register,
      sum: sumText(plus(series.sum, request.pay, request.rates)),
      symbol,
      tender: request.tender && tenderText(request.tender),
      time: spellTime(request.issuedAt),
    },
    request,
    { entry: entry.key },
  )
  keep(book.db, fact, 'invoice', invoice, masked !== undefined)
  if (masked) keep(book.db, fact, 'masked', masked)
  db.sql(
    'INSERT INTO invoice (entry, fact, seller, form, symbol, number, code, at, due, pay, rates, digest, stamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(
    entry.key,
    fact,
    request.seller,
    form,
    symbol,
    number,
    request.code ?? null,
    request.issuedAt,
    request.due,
    request.pay,
    JSON.stringify(rates),
    // A plain digest beside the masked copy would let anybody try telephone numbers (audit-pack 1.3).
    masked ? '' : request.digest,
    request.stamp,
  )
  if (request.corrects) keepCorrection(db, entry.key, request.corrects)
  if (request.tender) keepTender(db, entry.key, request.tender)
  db.sql(`UPDATE entry SET state = 'queued', since = ?, due = ?, number = ?, fault = NULL WHERE key = ?`).run(
    request.at,
    request.due,
    number,
    entry.key,
  )
  return { ok: true, next: number + 1 }
}

/** A register's symbol takes the year of the issue date by itself and starts again with 1: the same letters, another year. */
function renewed(book: Book, { form, symbol, at, up }: IssueRequest & Moment, register: string) {
  const row = book.db
    .sql(
      `SELECT place, block, scheme FROM symbol WHERE form = ? AND register = ? AND substr(symbol, 1, 1) = substr(?, 1, 1)
       AND substr(symbol, 4) = substr(?, 4) ORDER BY fact DESC LIMIT 1`,
    )
    .get(form, register, symbol, symbol)
  if (!row) return undefined
  activate(
    book,
    { form, symbol, register, index: num(row, 'place'), block: text(row, 'block'), scheme: text(row, 'scheme') },
    { at, up },
  )
  return book.story.series.get(seriesKey(form, symbol))
}

interface Activation {
  readonly form: number
  readonly symbol: string
  readonly register: string
  readonly index: number
  readonly block: string
  readonly scheme: string
}

/** A series comes into use; said once for the same register, place and block. */
export function activate(book: Book, { form, symbol, register, index, block, scheme }: Activation, moment: Moment): void {
  const { db } = book
  const row = db
    .sql('SELECT register, place, block, scheme FROM symbol WHERE form = ? AND symbol = ? ORDER BY fact DESC LIMIT 1')
    .get(form, symbol)
  if (
    row &&
    text(row, 'register') === register &&
    num(row, 'place') === index &&
    text(row, 'block') === block &&
    text(row, 'scheme') === scheme
  ) {
    return
  }
  const fact = write(book, 'symbol.activated', { block, form, index, register, scheme, symbol }, moment)
  db.sql('INSERT INTO symbol (fact, form, symbol, register, place, block, scheme) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    fact,
    form,
    symbol,
    register,
    index,
    block,
    scheme,
  )
}
