import type { EntryState } from '../domain/entry.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { Step } from '../domain/ledger.ts'
import type { Verdict } from '../domain/transport.ts'
import { type Book, type Moment, write } from './book.ts'
import { boundTo, contentOf, type MessageStanding } from './messages.ts'
import { type Database, num, type Row, text } from './sqlite.ts'

type Answered = Extract<Step, { kind: 'answered' }>

const name = ({ form, symbol, number }: Omit<InvoiceIdentity, 'seller'>): string =>
  `${form}${symbol}-${String(number).padStart(8, '0')}`
const nameOf = (row: Row): string => name({ form: num(row, 'form'), symbol: text(row, 'symbol'), number: num(row, 'number') })

/** The word of `message.answered`: what it says of the message as a whole; `odd` when it says nothing we asked for. */
export function outcomeOf(
  db: Database,
  message: number,
  verdicts: readonly Verdict[],
): 'taken' | 'accepted' | 'rejected' | 'later' | 'odd' {
  const ours = new Set(contentOf(db, message).map(nameOf))
  const kinds = new Set(verdicts.filter((v) => !('invoice' in v) || ours.has(name(v.invoice))).map((v) => v.kind))
  if (kinds.has('refused') || kinds.has('rejected')) return 'rejected'
  for (const kind of ['accepted', 'taken', 'later'] as const) if (kinds.has(kind)) return kind
  return 'odd'
}

/** Applies a reply to the entries of its message. A final verdict never turns round: the first stays, the second is named. */
export function applyVerdicts(
  book: Book,
  message: MessageStanding,
  step: Answered,
  answer: number,
  moment: Moment,
): { readonly refused: boolean; readonly contradiction: string | undefined } {
  const rows = new Map(contentOf(book.db, message.key).map((row) => [nameOf(row), row]))
  let contradiction: string | undefined
  for (const verdict of step.verdicts) {
    if (verdict.kind !== 'accepted' && verdict.kind !== 'rejected') continue
    const row = rows.get(name(verdict.invoice))
    if (row && !judge(book, row, message, verdict, step, answer, moment)) contradiction ??= nameOf(row)
  }
  if (!step.verdicts.some((verdict) => verdict.kind === 'refused')) return { refused: message.state === 'refused', contradiction }
  return { refused: true, contradiction: refuse(book, message, moment) ?? contradiction }
}

/** False: it contradicts what is final already, or belongs to a message that was refused. */
function judge(
  book: Book,
  row: Row,
  message: MessageStanding,
  verdict: Extract<Verdict, { kind: 'accepted' | 'rejected' }>,
  step: Answered,
  answer: number,
  moment: Moment,
): boolean {
  const { db } = book
  const key = num(row, 'key')
  // Read again: one reply may name an invoice twice.
  const now = db.sql('SELECT state, message FROM entry WHERE key = ?').get(key)
  const state = text(now, 'state') as EntryState
  if (state === 'acknowledged') return verdict.kind === 'accepted'
  if (state === 'rejected') return verdict.kind === 'rejected'
  if (!now || boundTo(now) !== message.key) return false
  // An answer to an attempt we believed unsent: it did arrive.
  if (state === 'queued') db.sql(`UPDATE entry SET state = 'pushed' WHERE key = ?`).run(key)
  const { form, symbol, number } = verdict.invoice
  const body = { answer, form, message: step.message, number, symbol }
  const about = { entry: key, message: message.key }
  if (verdict.kind === 'accepted') {
    write(book, 'invoice.accepted', body, moment, about)
    db.sql(`UPDATE entry SET state = 'acknowledged', since = ?, reference = ? WHERE key = ?`).run(
      moment.at,
      verdict.reference ?? null,
      key,
    )
  } else {
    write(book, 'invoice.rejected', { ...body, fault: verdict.fault.code }, moment, about)
    db.sql(`UPDATE entry SET state = 'rejected', since = ?, fault = ? WHERE key = ?`).run(
      moment.at,
      JSON.stringify(verdict.fault),
      key,
    )
  }
  return true
}

/** The whole message, definitely: its open invoices may travel in a new one. Returns one that was accepted before. */
function refuse({ db }: Book, message: MessageStanding, moment: Moment): string | undefined {
  if (message.state !== 'refused') {
    db.sql(
      `UPDATE entry SET state = 'queued', since = ?, message = NULL, refusals = refusals + 1
       WHERE message = ? AND state IN ('queued', 'pushed', 'in-doubt')`,
    ).run(moment.at, message.key)
  }
  const accepted = contentOf(db, message.key).find((row) => row['state'] === 'acknowledged' && boundTo(row) === message.key)
  return accepted && nameOf(accepted)
}
