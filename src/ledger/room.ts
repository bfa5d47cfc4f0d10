import { existsSync } from 'node:fs'
import { type Fault, fault } from '../domain/fault.ts'
import { point } from '../domain/points.ts'
import type { Book, FactRow } from './book.ts'
import { buyerKeys } from './buyer-keys.ts'
import { lostKey } from './documents.ts'
import { type Joining, keptAsTold, serveJoined } from './joining.ts'
import { begin, behind, issueBar, openBook, type Reason } from './opening.ts'
import type { Anchored, Batch, FromWriter, Health, Reply, SeriesAt, Tip, WriterStart } from './requests.ts'
import { refused } from './sales.ts'
import { isRead, type Job, passFlushed, serveRead, serveWrite } from './serve.ts'
import { isNetworkFolder, isReadOnlyFolder, isSystemError, reserveIn } from './space.ts'
import { type Database, type Trouble, troubleOf } from './sqlite.ts'
import { DamagedStore, NewerStore, openReading, openStore, readBack, setAside, storePath } from './store.ts'
import { seriesKey } from './story.ts'
import { rootOf } from './tree.ts'

/** The open store with its troubles: what is refused, what is finished, when it recovers. */
export interface Room {
  /** `joining`: what may come while the transaction is open. */
  work(batches: readonly Batch[], joining?: Joining): FromWriter
  /** Whether the health changed by itself. */
  probe(): boolean
  health(): Health
  tip(): Tip
  series(): readonly SeriesAt[]
  readonly behind: boolean
  close(): void
}

/** What may come while the transaction is open, and its writes as jobs. */
interface Joined {
  readonly joining: Joining
  jobsOf(batch: Batch): Job[]
}

/** Why nothing may be issued except in a symbol not `spent`. */
interface Bar {
  readonly code: string
  readonly spent: Readonly<Record<string, number>> | undefined
}

/** A fault: there is nothing here to work with; the caller gives up. */
export function openRoom(start: WriterStart): Room | Fault {
  try {
    if (isNetworkFolder(start.dir)) return fault('LEDGER_FOLDER', { folder: start.dir, why: 'network' })
    if (isReadOnlyFolder(start.dir)) return roomOf(start, frozenAs('LEDGER_READ_ONLY', start))
    return roomOf(start, openWithRoom(start))
  } catch (error) {
    if (error instanceof NewerStore) return fault('LEDGER_NEWER')
    const trouble = troubleOf(error)
    if (trouble === 'read-only') return roomOf(start, frozenAs('LEDGER_READ_ONLY', start))
    if (trouble === 'full') return roomOf(start, frozenAs('LEDGER_DISK_FULL', start))
    if (trouble === undefined && !isSystemError(error)) throw error
    return fault('LEDGER_FOLDER', { folder: start.dir, why: error instanceof Error ? error.message : String(error) })
  }
}

/** A full disk may still have the reserve. */
function openWithRoom(start: WriterStart): Opened {
  try {
    return openAny(start)
  } catch (error) {
    if (troubleOf(error) !== 'full') throw error
    reserveIn(start.dir, start.reserveBytes).release()
    return openAny(start)
  }
}

interface Opened {
  readonly book: Book
  /** An anchor has seen more than this store holds. */
  readonly behind: boolean
  readonly bar: Bar | undefined
  /** Opened for reading only, and the code that says why. */
  readonly frozen: string | undefined
}

/** Opens what is there; a damaged file is kept aside and a fresh one begun, so that hearing goes on (F07). */
function openAny(start: WriterStart): Opened {
  const missing = !existsSync(storePath(start.dir))
  try {
    // An anchor without a store: the store was lost or the folder emptied.
    return opened(start, missing && start.anchor ? 'restored' : 'new')
  } catch (error) {
    if (!(error instanceof DamagedStore)) throw error
    setAside(start.dir, start.moment.at)
    return opened(start, 'damaged')
  }
}

function opened(start: WriterStart, reason: Reason): Opened {
  const db = openStore(start.dir)
  db.keys = buyerKeys(start.dir, start.buyerKey)
  try {
    point('start.opened')
    const book = openBook(db, start)
    const old = behind(db, book, start.anchor)
    begin(book, start, reason)
    point('start.recovered')
    return { book, behind: old, bar: barOf(book, old ? start.anchor : undefined), frozen: undefined }
  } catch (error) {
    db.close()
    throw error
  }
}

function barOf({ story }: Book, older: Anchored | undefined): Bar | undefined {
  if (older) return { code: 'LEDGER_OLD_COPY', spent: older.numbers }
  if (story.reason === 'new') return undefined
  return { code: story.reason === 'restored' ? 'LEDGER_OLD_COPY' : 'LEDGER_DAMAGED', spent: story.spent }
}

/** Numbers are counted here, so only the code can be there already: two registers share an index. */
function blame({ request }: Job, trouble: Trouble | undefined, error: unknown): Reply {
  if (trouble === 'constraint' && request.what === 'issue')
    return refused(fault('LEDGER_CODE_TWICE', { code: request.code ?? '' }))
  return { ok: false, bug: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

function frozenAs(code: string, start: WriterStart): Opened {
  const db: Database = openReading(start.dir, true)
  db.keys = buyerKeys(start.dir, start.buyerKey)
  return { book: openBook(db, start), behind: false, bar: undefined, frozen: code }
}

function roomOf(start: WriterStart, first: Opened): Room {
  let { book, bar } = first
  let frozen = first.frozen
  let full = false
  let lost = lostKey(book.db) !== undefined
  const reserve = reserveIn(start.dir, start.reserveBytes)
  // What was told ahead of its flush must be finished even on a disk that is just then full.
  let sure = reserve.ready()

  const health = (): Health => {
    const stop = frozen ? fault(frozen) : full ? fault('LEDGER_DISK_FULL') : undefined
    const issue = stop ?? issueBar(book, bar?.spent, bar?.code, start.taxCode)
    return {
      ...(stop ? { capture: stop } : {}),
      ...(issue ? { issue } : {}),
      ...(lost ? { buyers: fault('LEDGER_BUYER_KEY') } : {}),
    }
  }

  /** What is refused before it is tried. */
  const refusal = ({ request, taken }: Job, now: Health): Fault | undefined => {
    if (frozen) return fault(frozen)
    if (request.what === 'capture') return taken === undefined ? now.capture : undefined
    if (request.what !== 'issue') return undefined
    if (bar && (!bar.spent || seriesKey(request.form, request.symbol) in bar.spent)) return fault(bar.code)
    return now.issue
  }

  /** One transaction, one flush. Throws after rolling back; the story is then what the file says. */
  const together = (jobs: Job[], joined?: Joined): void => {
    const serve = (job: Job): void => {
      if (!isRead(job.request)) job.reply = serveWrite(book, job.request, job.block)
    }
    try {
      book.db.exec('BEGIN IMMEDIATE')
      serveJoined(jobs, joined?.joining, serve, (batch) => allowed(joined?.jobsOf(batch) ?? []))
      book.db.exec('COMMIT')
    } catch (error) {
      if (troubleOf(error) === 'flush') throw error
      if (book.db.inTransaction) book.db.exec('ROLLBACK')
      book = { ...book, story: readBack(book.db) }
      throw error
    }
    // The log still holds the pages as they were before.
    if (jobs.some(({ request }) => request.what === 'erase')) book.db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    for (const { request } of jobs) passFlushed(request)
  }

  /** The jobs that are not refused before they are tried. */
  const allowed = (jobs: readonly Job[]): Job[] => {
    const now = health()
    return jobs.filter((job) => {
      const no = refusal(job, now)
      if (no) job.reply = refused(no)
      return !no
    })
  }

  const settle = (jobs: readonly Job[], joined?: Joined): void => {
    const tried = allowed(jobs)
    if (tried.length === 0) return
    const told = book.told?.length ?? 0
    try {
      together(tried, joined)
    } catch (error) {
      if (book.told) book.told.length = told
      after(error instanceof DamagedStore ? 'damaged' : troubleOf(error), error, tried)
    }
  }

  /** After a failed transaction: nothing of it is in the file. */
  const after = (trouble: Trouble | undefined, error: unknown, jobs: readonly Job[]): void => {
    const refuseAll = (code: string): void => {
      for (const job of jobs) job.reply = refused(fault(code))
    }
    switch (trouble) {
      case 'flush':
        // Never retried: the restart asks the file (reliability 5.1).
        throw error
      case 'full':
        if (full) {
          refuseAll('LEDGER_DISK_FULL')
          break
        }
        full = true
        sure = false
        reserve.release()
        settle(jobs)
        break
      case 'read-only':
        frozen = 'LEDGER_READ_ONLY'
        refuseAll('LEDGER_READ_ONLY')
        break
      case 'damaged':
        startAfresh()
        for (const job of jobs) if (job.request.what !== 'capture') job.reply = refused(fault('LEDGER_DAMAGED'))
        settle(jobs.filter((job) => job.request.what === 'capture'))
        break
      default:
        // One of them is at fault; alone, it spoils nobody else's.
        if (jobs.length > 1) for (const job of jobs) settle([job])
        else for (const job of jobs) job.reply = blame(job, trouble, error)
    }
  }

  const startAfresh = (): void => {
    const anchor: Anchored = { ...tip(), where: 'memory' }
    book.db.close()
    setAside(start.dir, book.story.lastAt)
    const told = book.told
    const moment = { at: book.story.lastAt, up: start.moment.up }
    const fresh = opened({ ...start, anchor, moment }, 'damaged')
    book = fresh.book
    book.told = told
    bar = fresh.bar
  }

  const tip = (): Tip => {
    const { story, note } = book
    return {
      n: story.peaks.size - 1,
      hash: Buffer.from(story.prev).toString('hex'),
      at: story.lastAt,
      origin: story.origin,
      numbers: Object.fromEntries([...story.series].map(([key, { next }]) => [key, next - 1])),
      ...(note === undefined ? { root: Buffer.from(rootOf(story.peaks)).toString('hex') } : { note }),
    }
  }

  return {
    health,
    tip,
    behind: first.behind,
    series: () => [...book.story.series.values()].map(({ form, symbol, next, lastAt }) => ({ form, symbol, next, lastAt })),
    work(batches, joining) {
      const groups: { readonly id: number; readonly jobs: readonly Job[] }[] = []
      /** The writes of a batch; what it asks is answered behind the flush. */
      const jobsOf = ({ id, requests, bytes }: Batch): Job[] => {
        const jobs = requests.map((request, place): Job => ({ request, block: bytes, batch: id, place, reply: undefined }))
        groups.push({ id, jobs })
        return jobs.filter(({ request }) => !isRead(request))
      }
      const writes = batches.flatMap(jobsOf)
      const told: FactRow[] | undefined = batches.some(({ watched }) => watched) ? [] : undefined
      const asked = batches.some(({ requests }) => requests.some(isRead))
      book.told = told
      if (writes.length > 0) settle(writes, joining && sure && !asked ? { joining, jobsOf } : undefined)
      book.told = undefined
      keptAsTold(writes)
      for (const { jobs } of groups) for (const job of jobs) if (isRead(job.request)) job.reply = serveRead(book.db, job.request)
      return {
        what: 'done',
        batches: groups.map(({ id, jobs }) => ({
          id,
          replies: jobs.map(({ reply }) => reply ?? { ok: false, bug: 'not served' }),
        })),
        ...(writes.length > 0 ? { tip: tip() } : {}),
        ...(told ? { facts: told } : {}),
        health: health(),
      }
    },
    probe() {
      const before = lost
      lost = lostKey(book.db) !== undefined
      if (frozen) return before !== lost
      const whole = reserve.fill()
      sure = !full && reserve.ready()
      if (!full || !whole) return before !== lost
      full = false
      return true
    },
    close: () => book.db.close(),
  }
}
