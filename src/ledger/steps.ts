import type { EntryState } from '../domain/entry.ts'
import { ARROWS } from '../domain/entry.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Step } from '../domain/ledger.ts'
import { agreed, changed, looked, numberOf, person, reconciled, reprinted } from './acts.ts'
import { type Book, type Moment, write } from './book.ts'
import type { JsonObject } from './canonical.ts'
import { asRole, documentKey, type Salted } from './documents.ts'
import { type Standing, standingOf } from './entries.ts'
import { incident } from './incidents.ts'
import { letter } from './letters.ts'
import { answered, pushed, unanswered } from './messages.ts'
import { recoded } from './revisions.ts'
import { activate } from './sales.ts'
import { maybeNum } from './sqlite.ts'

/** Every transition but capture and issue. Returns a fault where a person came too late; a step that is no arrow throws. */
export function take(
  book: Book,
  step: Step,
  moment: Moment,
  bytes: Salted | undefined,
  masked: Salted | undefined,
): Fault | undefined {
  switch (step.kind) {
    case 'symbol':
      activate(book, { ...step, ...step.series }, moment)
      return undefined
    case 'held':
      return move(book, step.entry, 'held', moment, { fault: step.fault }, () => [
        'entry.held',
        { entry: step.entry, fault: step.fault.code },
      ])
    case 'parked':
      // Its invoice is named, so that nobody takes it for a receipt that was held.
      return move(book, step.entry, 'parked', moment, { fault: step.fault, message: null }, ({ key }) => [
        'entry.held',
        { entry: step.entry, fault: step.fault.code, ...numberOf(book, key) },
      ])
    case 'aside':
      return setAside(book, step, moment)
    case 'released':
      return act(book, step, moment, 'released', ['held'], 'held')
    case 'retry':
      return act(book, step, moment, 'retry', ['rejected', 'parked'], 'queued')
    case 'stamped':
      return stamped(book, step, moment)
    case 'pushed':
      return pushed(book, step, moment, bytes)
    case 'answered':
      return answered(book, step, moment, bytes)
    case 'unanswered':
      return unanswered(book, step, moment)
    case 'clock':
      write(book, 'clock.stepped', { by: step.byMs, source: step.source }, moment)
      return undefined
    case 'incident':
      return incident(book, step, moment, bytes)
    case 'entered': {
      const fact = write(book, 'person.entered', { role: step.role, what: 'entered', who: step.who }, moment)
      person(book, fact, step.who, 'entered', undefined, undefined)
      return undefined
    }
    case 'agreed':
      return agreed(book, step, moment, bytes)
    case 'looked':
      return looked(book, step, moment)
    case 'reprinted':
      return reprinted(book, step, moment)
    case 'letter':
      return letter(book, step, moment, bytes)
    case 'recoded':
      return recoded(book, step, moment, bytes, masked)
    case 'reconciled':
      return reconciled(book, step, moment)
    case 'changed':
      return changed(book, step, moment)
    default:
      throw new Error(`no such step: ${(step satisfies never as Step).kind}`)
  }
}

const tooLate = (entry: EntryId, state: EntryState): Fault => fault('LEDGER_STATE', { entry, state })

interface Change {
  readonly fault?: Fault
  readonly why?: string
  readonly message?: null
}

/** Moves one entry along an arrow and writes its fact. A person may have set it aside meanwhile: that is no bug. */
function move(
  book: Book,
  id: EntryId,
  to: EntryState,
  moment: Moment,
  change: Change,
  tell: (entry: Standing) => [string, JsonObject],
) {
  const entry = standingOf(book.db, id)
  if (!entry) throw new Error(`no entry ${id}`)
  if (entry.state === 'set-aside') return tooLate(id, entry.state)
  if (!ARROWS[entry.state].includes(to)) throw new Error(`${id}: ${entry.state} to ${to} is no arrow`)
  const [kind, body] = tell(entry)
  write(book, kind, body, moment, { entry: entry.key })
  const unbind = change.message === null ? 'message = NULL, ' : ''
  book.db
    .sql(`UPDATE entry SET state = ?, since = ?, ${unbind}fault = ?, why = ? WHERE key = ?`)
    .run(to, moment.at, change.fault ? JSON.stringify(change.fault) : null, change.why ?? null, entry.key)
  return undefined
}

function setAside(book: Book, step: Extract<Step, { kind: 'aside' }>, moment: Moment): Fault | undefined {
  const standing = standingOf(book.db, step.entry)
  if (standing && step.who !== undefined && !ARROWS[standing.state].includes('set-aside'))
    return tooLate(step.entry, standing.state)
  const late = move(book, step.entry, 'set-aside', moment, { why: step.why }, () => [
    'entry.aside',
    {
      entry: step.entry,
      of: step.of,
      total: step.total === undefined ? undefined : String(step.total),
      who: step.who,
      why: step.why,
    },
  ])
  if (late || !standing) return late
  if (step.totals) {
    const { count, counter, pay, rates, tenders } = step.totals
    const z = {
      count,
      counter,
      pay: pay === undefined ? undefined : String(pay),
      rates: rates?.map(({ rate, gross }) => [rate, String(gross)]),
      tenders: tenders?.map(({ method, amount }) => [method, String(amount)]),
    }
    write(book, 'register.closed', { entry: step.entry, register: standing.register, z }, moment, { entry: standing.key })
  }
  if (step.who !== undefined) person(book, book.story.peaks.size - 1, step.who, 'aside', standing.key, step.why)
  return undefined
}

/** A person's act on an entry, with a reason. */
function act(
  book: Book,
  step: { readonly entry: EntryId; readonly who: string; readonly why: string },
  moment: Moment,
  what: string,
  from: readonly EntryState[],
  to: EntryState,
): Fault | undefined {
  const entry = standingOf(book.db, step.entry)
  if (!entry) throw new Error(`no entry ${step.entry}`)
  if (!from.includes(entry.state)) return tooLate(step.entry, entry.state)
  const fact = write(book, 'entry.released', { entry: step.entry, who: step.who, why: step.why }, moment, { entry: entry.key })
  if (to === 'queued') {
    // What it waited for is over: it travels in a new message, and counts refusals from the start.
    book.db
      .sql(`UPDATE entry SET state = 'queued', since = ?, fault = NULL, message = NULL, refusals = 0 WHERE key = ?`)
      .run(moment.at, entry.key)
  } else book.db.sql('UPDATE entry SET since = ? WHERE key = ?').run(moment.at, entry.key)
  person(book, fact, step.who, what, entry.key, step.why)
  return undefined
}

function stamped(book: Book, step: Extract<Step, { kind: 'stamped' }>, moment: Moment): undefined {
  const entry = standingOf(book.db, step.entry)
  if (!entry) throw new Error(`stamped: no entry ${step.entry}`)
  write(book, 'invoice.stamped', { ...numberOf(book, entry.key), how: step.how }, moment, { entry: entry.key })
}

/**
 * Bytes of a buyer's document go, with their salt; the fact that they went stays (audit-pack 1.3). One document only: the
 * message that carried an invoice is the proof of filing of other sales as well and goes by an erasure of its own; a
 * masked pack withholds it (3.1).
 */
export function erase(
  book: Book,
  request: { fact: number; role: string; who: string; why: string },
  moment: Moment,
): Fault | undefined {
  const { db } = book
  const role = asRole(request.role)
  const key = role && documentKey(request.fact, role)
  const found = key !== undefined && db.sql('SELECT key FROM document WHERE key = ?').get(key)
  const about = db.sql('SELECT entry, message FROM fact WHERE n = ?').get(request.fact)
  const entry = db.sql('SELECT state FROM entry WHERE key = ?').get(about?.['entry'] ?? null)
  const sent = db
    .sql(
      `SELECT 1 AS it FROM content c JOIN entry e ON e.key = c.entry WHERE c.message = (SELECT message FROM fact WHERE n = ?)
       AND e.state NOT IN ('acknowledged') LIMIT 1`,
    )
    .get(request.fact)
  const open = sent ?? (entry && entry['state'] !== 'acknowledged' && entry['state'] !== 'set-aside')
  if (!found || open || key === undefined) return fault('LEDGER_NOT_ERASABLE', { fact: String(request.fact), role: request.role })
  // Found again with what it speaks of: whoever opens that invoice sees that a document of it is gone.
  const [of, message] = [maybeNum(about, 'entry'), maybeNum(about, 'message')]
  const n = write(
    book,
    'document.erased',
    { fact: request.fact, role: request.role, who: request.who, why: request.why },
    moment,
    {
      ...(of === undefined ? {} : { entry: of }),
      ...(message === undefined ? {} : { message }),
    },
  )
  db.sql('INSERT INTO erasure (fact, role, n) VALUES (?, ?, ?)').run(request.fact, request.role, n)
  db.sql('DELETE FROM document WHERE key = ?').run(key)
  person(book, n, request.who, 'erased', of, request.why)
  return undefined
}
