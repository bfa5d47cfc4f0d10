import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import { point } from '../domain/points.ts'
import { type Book, closeDays, type Moment, write } from './book.ts'
import { documentOf, isLocked, lockFor, type Salted } from './documents.ts'
import { entryOf, factsFrom, listOf, namedOf, placeOf } from './entries.ts'
import { openIncidents } from './incidents.ts'
import { unfinishedOf } from './messages.ts'
import { notify, refusedNotices, waitingNotices } from './notices.ts'
import type { ReadRequest, ReadValue, Reply, Request, Slice, WriteRequest } from './requests.ts'
import { capture, issue, mayName, refused } from './sales.ts'
import { isSystemError } from './space.ts'
import { type Database, num } from './sqlite.ts'
import { erase, take } from './steps.ts'
import { registerIn, sequenceOf } from './story.ts'

/** One request that waits, with the block its bytes are in. */
export interface Job {
  readonly request: Request
  readonly block: ArrayBuffer
  readonly batch: number
  /** Which of its batch. */
  readonly place: number
  reply: Reply | undefined
  /** The entry of a capture that was told ahead of its flush. */
  taken?: EntryId
}

const READS = new Set([
  'frame',
  'withheld',
  'entry',
  'list',
  'unfinished',
  'outages',
  'notices',
  'refused',
  'cursor',
  'named',
  'facts',
])
export const isRead = (request: Request): request is ReadRequest => READS.has(request.what)

/** One write, inside the open transaction. */
export function serveWrite(book: Book, request: WriteRequest, block: ArrayBuffer): Reply {
  const bytes = ({ from, size }: Slice): Salted => ({ whole: new Uint8Array(block, from, size) })
  const moment: Moment = request
  const keyless = needsKey(request) ? withoutKey(book) : undefined
  if (keyless) return refused(keyless)
  switch (request.what) {
    case 'capture':
      point('capture.before')
      return { ok: true, value: capture(book, request, bytes(request.frame)) }
    case 'issue':
      point('issue.before')
      return issue(book, request, bytes(request.invoice), request.masked && bytes(request.masked))
    case 'step': {
      point('record.before')
      const late = take(
        book,
        request.step,
        moment,
        request.bytes && bytes(request.bytes),
        request.masked && bytes(request.masked),
      )
      return late ? refused(late) : { ok: true }
    }
    case 'notify': {
      point('record.before')
      const asked = notify(book, request, moment, bytes(request.bytes))
      return 'code' in asked ? refused(asked) : { ok: true, value: asked }
    }
    case 'tick':
      closeDays(book, moment, false)
      return { ok: true }
    case 'erase': {
      const late = erase(book, request, moment)
      return late ? refused(late) : { ok: true }
    }
    case 'stop':
      write(book, 'gateway.stopped', { why: request.why }, moment)
      return { ok: true }
  }
}

/** Whether a document of it is about to be locked. */
function needsKey(request: WriteRequest): boolean {
  if (request.what === 'capture') return mayName(request)
  if (request.what === 'issue') return request.masked !== undefined
  if (request.what !== 'step') return request.what === 'notify'
  const { kind } = request.step
  return kind === 'agreed' || (kind === 'incident' && request.bytes !== undefined) || request.masked !== undefined
}

/** Asked before anything is written: a disk that takes no key spoils nobody else's transaction. */
function withoutKey({ db }: Book): Fault | undefined {
  try {
    lockFor(db)
    return undefined
  } catch (error) {
    if (!isSystemError(error)) throw error
    return fault('LEDGER_BUYER_KEY')
  }
}

const FLUSHED = { capture: 'capture.flushed', issue: 'issue.flushed', step: 'record.flushed', notify: 'record.flushed' } as const

/** The points after the flush, before anyone is answered. */
export function passFlushed(request: Request): void {
  if (request.what in FLUSHED) point(FLUSHED[request.what as keyof typeof FLUSHED])
}

export function serveRead(db: Database, request: ReadRequest): Reply {
  const value = read(db, request)
  return value === undefined ? { ok: true } : { ok: true, value }
}

function read(db: Database, request: ReadRequest): ReadValue | undefined {
  switch (request.what) {
    case 'frame':
      return frameOf(db, request.entry)
    case 'withheld':
      return frameOf(db, request.entry) === undefined && factOf(db, request.entry, (fact) => isLocked(db, fact, 'frame')) === true
    case 'entry':
      return entryOf(db, request.entry)
    case 'list':
      return listOf(db, request.state, request.limit, request.after)
    case 'unfinished':
      return unfinishedOf(db)
    case 'outages':
      return openIncidents(db)
    case 'refused':
      return refusedNotices(db)
    case 'notices':
      return waitingNotices(db, request.limit)
    case 'cursor':
      return placeOf(db, request.register)
    case 'named':
      return namedOf(db, request.register, request.name)
    case 'facts':
      return factsFrom(db, request.from, request.limit)
  }
}

export const frameOf = (db: Database, id: string): Uint8Array | undefined =>
  factOf(db, id, (fact) => documentOf(db, fact, 'frame'))

/** What `of` makes of the fact that captured an entry; undefined: there is no such entry. */
function factOf<T>(db: Database, id: string, of: (fact: number) => T): T | undefined {
  const row = db
    .sql('SELECT f.fact FROM entry e JOIN frame f ON f.entry = e.key WHERE e.register = ? AND e.sequence = ?')
    .get(registerIn(id), sequenceOf(id))
  return row && of(num(row, 'fact'))
}
