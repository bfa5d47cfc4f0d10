import { type Fault, fault } from '../domain/fault.ts'
import type { MessageId, NoticeId } from '../domain/ids.ts'
import type { OpenMessage, Step } from '../domain/ledger.ts'
import type { Instant } from '../domain/time.ts'
import { type Book, type Moment, write } from './book.ts'
import { commitTo, docField, documentOf, isLocked, keep, SALT, type Salted } from './documents.ts'
import { identityOf, newestOf } from './entries.ts'
import { bindNotice, carriedBy, followMessage, freeNotice, judgeNotice, noticeOutcome, openNoticeMessages } from './notices.ts'
import { type Database, maybeNum, maybeText, num, type Row, text } from './sqlite.ts'
import { sha256 } from './tree.ts'
import { applyVerdicts, outcomeOf } from './verdicts.ts'

export type MessageState = OpenMessage['state'] | 'refused'

/** How a message stands: its last row of `exchange`, and the doubt from before the last push. */
export interface MessageStanding {
  readonly key: number
  readonly state: MessageState
  readonly before: MessageState | undefined
  readonly attempt: number
  readonly at: Instant
}

export function messageStanding(db: Database, id: MessageId): MessageStanding | undefined {
  const row = db.sql('SELECT key FROM message WHERE id = ?').get(id)
  return row && lastExchange(db, num(row, 'key'))
}

function lastExchange(db: Database, key: number): MessageStanding {
  const row = db.sql('SELECT state, before, attempt, at FROM exchange WHERE message = ? ORDER BY key DESC LIMIT 1').get(key)
  return {
    key,
    state: text(row, 'state') as MessageState,
    before: maybeText(row, 'before') as MessageState | undefined,
    attempt: num(row, 'attempt'),
    at: num(row, 'at') as Instant,
  }
}

interface Exchange {
  readonly fact?: number
  readonly what: string
  readonly attempt: number
  readonly state: MessageState
  readonly before?: MessageState
  readonly digest?: string
}

function exchanged({ db }: Book, message: number, { at }: Moment, e: Exchange): void {
  db.sql('INSERT INTO exchange (message, fact, what, attempt, at, state, before, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
    message,
    e.fact ?? null,
    e.what,
    e.attempt,
    at,
    e.state,
    e.before ?? null,
    e.digest ?? null,
  )
}

/** Attempt 1 stores the bytes and binds the entries before anything leaves (reliability 5.5); later ones only count. */
export function pushed(
  book: Book,
  step: Extract<Step, { kind: 'pushed' }>,
  moment: Moment,
  bytes: Salted | undefined,
): Fault | undefined {
  const known = messageStanding(book.db, step.message.id)
  const { attempt, target } = step
  const { id, type } = step.message
  const notice = step.notice ?? step.message.notice
  if (known) {
    const fact = write(book, 'message.pushed', { attempt, message: id, target, type }, moment, { message: known.key })
    const before = known.state === 'sending' ? 'unknown' : known.state
    exchanged(book, known.key, moment, { fact, what: 'pushed', attempt, state: 'sending', before })
    book.db
      .sql(`UPDATE entry SET state = 'pushed', since = ? WHERE message = ? AND state IN ('queued', 'in-doubt')`)
      .run(moment.at, known.key)
    followMessage(book.db, known.key, 'sending', moment.at)
  } else {
    if (!bytes) throw new Error(`pushed: ${id} without bytes`)
    if (notice === undefined) firstPush(book, step, moment, bytes)
    else firstNotice(book, step, notice, moment, bytes)
  }
  return undefined
}

function firstPush(book: Book, step: Extract<Step, { kind: 'pushed' }>, moment: Moment, bytes: Salted): void {
  const { db } = book
  const { invoices } = step.message
  let secret = false
  const entries = invoices.map(({ form, symbol, number }) => {
    const row = db
      .sql(
        'SELECT e.key, e.state, e.message, i.fact, i.digest FROM invoice i JOIN entry e ON e.key = i.entry WHERE i.form = ? AND i.symbol = ? AND i.number = ?',
      )
      .get(form, symbol, number)
    if (row?.['state'] !== 'queued' || row['message'] !== null)
      throw new Error(`pushed: ${form}${symbol}-${number} is not free to send`)
    const key = num(row, 'key')
    secret ||= isLocked(db, newestOf(db, key, row).fact, 'invoice') === true
    return key
  })
  const told = invoices.map(({ form, symbol, number }) => [form, symbol, number])
  const message = store(book, step, told, moment, bytes, secret)
  for (const [place, entry] of entries.entries()) {
    db.sql('INSERT INTO content (message, place, entry) VALUES (?, ?, ?)').run(message, place, entry)
    db.sql(`UPDATE entry SET state = 'pushed', since = ?, message = ? WHERE key = ?`).run(moment.at, message, entry)
  }
}

/** The same for a notice: no entry moves, and the story says that the authority was notified (04/SS). */
function firstNotice(book: Book, step: Extract<Step, { kind: 'pushed' }>, id: NoticeId, moment: Moment, bytes: Salted): void {
  const { key, invoices } = freeNotice(book.db, id)
  const message = store(book, step, invoices, moment, bytes, true)
  bindNotice(book.db, key, message, moment)
  write(book, 'correction.notified', { invoices, message: step.message.id, notice: id }, moment, { message })
}

/** The bytes of a message, its fact and its first attempt. `secret`: somebody in it is named. Returns its key. */
function store(
  book: Book,
  { attempt, target, message: { id, type } }: Extract<Step, { kind: 'pushed' }>,
  invoices: readonly (readonly (string | number)[])[],
  moment: Moment,
  bytes: Salted,
  secret: boolean,
): number {
  const { db } = book
  const body = { attempt, doc: docField(commitTo(bytes)), invoices, message: id, target, type }
  const message = num(db.sql('SELECT coalesce(max(key), 0) + 1 AS it FROM message').get(), 'it')
  const fact = write(book, 'message.pushed', body, moment, { message })
  db.sql('INSERT INTO message (key, id, type, fact) VALUES (?, ?, ?, ?)').run(message, id, type, fact)
  keep(book.db, fact, 'message', bytes, secret)
  const digest = secret ? {} : { digest: sha256(bytes.whole.subarray(SALT)).toString('hex') }
  exchanged(book, message, moment, { fact, what: 'pushed', attempt, state: 'sending', ...digest })
  return message
}

/** A reply is kept once, whatever it says; then each verdict is applied to the entries of this message only. */
export function answered(
  book: Book,
  step: Extract<Step, { kind: 'answered' }>,
  moment: Moment,
  bytes: Salted | undefined,
): Fault | undefined {
  const { db } = book
  const known = messageStanding(db, step.message)
  if (!known || !bytes) throw new Error(`answered: no message ${step.message}`)
  const digest = sha256(bytes.whole.subarray(SALT)).toString('hex')
  const notice = carriedBy(db, known.key)
  const outcome = notice ? noticeOutcome(step.verdicts) : outcomeOf(db, known.key, step.verdicts)
  const state = stateAfter(known, outcome)
  const twice = db
    .sql(`SELECT 1 AS it FROM exchange WHERE message = ? AND digest = ? AND what <> 'pushed' LIMIT 1`)
    .get(known.key, digest)
  if (twice) {
    // Nothing new was said, but the open attempt has its answer.
    if (known.state === 'sending') exchanged(book, known.key, moment, { what: outcome, attempt: step.attempt, state })
    followMessage(db, known.key, state, moment.at)
    return undefined
  }
  const doc = commitTo(bytes)
  const fact = write(
    book,
    'message.answered',
    { attempt: step.attempt, doc: docField(doc), message: step.message, outcome, type: step.type },
    moment,
    { message: known.key },
  )
  keep(book.db, fact, 'answer', bytes)
  const applied = notice ? judgeNotice(book, known.key, step.verdicts, moment) : applyVerdicts(book, known, step, fact, moment)
  followMessage(db, known.key, state, moment.at)
  exchanged(book, known.key, moment, {
    fact,
    what: outcome,
    attempt: step.attempt,
    state: applied.refused ? 'refused' : state,
    digest,
  })
  if (applied.contradiction === undefined) return undefined
  return fault('LEDGER_CONTRADICTION', { message: step.message, invoice: applied.contradiction })
}

/** Once they have it, they have it. A `later` or odd answer to a push leaves open whether it arrived. */
function stateAfter(known: MessageStanding, outcome: string): MessageState {
  if (known.state === 'refused') return 'refused'
  if (outcome === 'taken' || outcome === 'accepted' || outcome === 'rejected') return 'taken'
  if (known.state !== 'sending') return known.state
  return known.before === 'taken' ? 'taken' : 'unknown'
}

/**
 * `unsent` of an attempt queues again, but not while an earlier attempt may have arrived; `unsent` between attempts
 * is their word that they never had it, and ends the doubt.
 */
export function unanswered(book: Book, step: Extract<Step, { kind: 'unanswered' }>, moment: Moment): undefined {
  const { db } = book
  const known = messageStanding(db, step.message)
  if (!known) throw new Error(`unanswered: no message ${step.message}`)
  const fact = write(
    book,
    'message.unanswered',
    { attempt: step.attempt, fault: step.fault.code, message: step.message },
    moment,
    { message: known.key },
  )
  const state = silence(known, step.outcome)
  exchanged(book, known.key, moment, { fact, what: step.outcome, attempt: step.attempt, state })
  followMessage(db, known.key, state, moment.at)
  if (state === 'unsent') {
    db.sql(`UPDATE entry SET state = 'queued', since = ? WHERE message = ? AND state IN ('pushed', 'in-doubt')`).run(
      moment.at,
      known.key,
    )
  } else if (state === 'unknown') {
    db.sql(`UPDATE entry SET state = 'in-doubt', since = ? WHERE message = ? AND state = 'pushed'`).run(moment.at, known.key)
  }
}

function silence(known: MessageStanding, outcome: 'unsent' | 'unknown'): MessageState {
  if (known.state === 'refused') return 'refused'
  if (known.state === 'sending') {
    if (known.before === 'taken') return 'taken'
    return outcome === 'unsent' && known.before !== 'unknown' ? 'unsent' : 'unknown'
  }
  if (outcome === 'unsent') return 'unsent'
  return known.state === 'taken' ? 'taken' : 'unknown'
}

/** A crash lay between push and outcome: it may have arrived. Returns how many messages. */
export function doubtUnfinished(book: Book, moment: Moment): number {
  const { db } = book
  const open = openKeys(db)
    .map((key) => lastExchange(db, key))
    .filter(({ state }) => state === 'sending')
  for (const { key, attempt, before } of open) {
    const state = before === 'taken' ? 'taken' : 'unknown'
    exchanged(book, key, moment, { what: 'restart', attempt, state })
    followMessage(db, key, state, moment.at)
    db.sql(`UPDATE entry SET state = 'in-doubt', since = ? WHERE message = ? AND state = 'pushed'`).run(moment.at, key)
  }
  return open.length
}

const openKeys = (db: Database): number[] => [
  ...db
    .sql(
      `SELECT DISTINCT message FROM entry WHERE message IS NOT NULL AND state IN ('queued', 'pushed', 'in-doubt') ORDER BY message`,
    )
    .all()
    .map((row) => num(row, 'message')),
  ...openNoticeMessages(db),
]

/** What one answer of `unfinished` may weigh: the waiting ones without any answer come first, then the taken ones. */
const ROOM = 32 * 1024 * 1024

/** Messages with an invoice or a notice without final verdict, oldest first. */
export function unfinishedOf(db: Database): OpenMessage[] {
  const open = openKeys(db).map((key) => lastExchange(db, key))
  const urgent = [...open.filter((m) => m.state !== 'taken'), ...open.filter((m) => m.state === 'taken')]
  const chosen: { key: number; open: OpenMessage }[] = []
  let room = ROOM
  for (const { key, state, attempt, at } of urgent) {
    if (state === 'refused') throw new Error(`message ${key} is refused but still bound`)
    const message = messageOf(db, key)
    // Locked under a key that is away: it goes on when the key is back.
    if (message.bytes.length === 0) continue
    room -= message.bytes.length
    if (room < 0 && chosen.length > 0) break
    chosen.push({ key, open: { message, attempts: attempt, lastAt: at, state } })
  }
  return chosen.sort((a, b) => a.key - b.key).map((m) => m.open)
}

function messageOf(db: Database, key: number): OpenMessage['message'] {
  const row = db.sql('SELECT id, type, fact FROM message WHERE key = ?').get(key)
  const notice = carriedBy(db, key)
  return {
    id: text(row, 'id') as MessageId,
    type: num(row, 'type'),
    bytes: documentOf(db, num(row, 'fact'), 'message') ?? new Uint8Array(),
    invoices: contentOf(db, key).map(identityOf),
    ...(notice ? { notice: notice.id } : {}),
  }
}

/** Rows of identity and entry state, in the order of the message. */
export const contentOf = (db: Database, message: number): readonly Row[] =>
  db
    .sql(
      `SELECT e.key, e.state, e.message, e.register, i.seller, i.form, i.symbol, i.number FROM content c JOIN entry e ON e.key = c.entry
       JOIN invoice i ON i.entry = e.key WHERE c.message = ? ORDER BY c.place`,
    )
    .all(message)

export const boundTo = (row: Row): number | undefined => maybeNum(row, 'message')
