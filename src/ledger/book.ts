import type { KeyObject } from 'node:crypto'
import { point } from '../domain/points.ts'
import { factTime, type Instant, issueTime } from '../domain/time.ts'
import { type JsonObject, writeLine } from './canonical.ts'
import { closingOf, countOpen, daysToClose } from './day.ts'
import { signNote } from './note.ts'
import { blob, type Database, text } from './sqlite.ts'
import { DamagedStore } from './store.ts'
import { beginning, readStory, type Story, storyText, tell } from './story.ts'
import { grow, leafHash, rootOf } from './tree.ts'

/** When something happens: wall time, and whole monotonic milliseconds since this start. */
export interface Moment {
  readonly at: Instant
  readonly up: number
}

/** A fact as it leaves the writer's thread. */
export type FactRow = readonly [n: number, kind: string, at: number, line: string, hash: string]

/** The same instant is spelled again and again (one batch, one due time a day). */
function lastSpelled(spell: (at: Instant) => string): (at: Instant) => string {
  let last = { at: Number.NaN, text: '' }
  return (at) => (last.at === at ? last : (last = { at, text: spell(at) })).text
}
export const spellAt = lastSpelled(factTime)
export const spellDue = lastSpelled(factTime)
export const spellTime = lastSpelled(issueTime)

/** Everything one transaction needs. Lives in the writer's thread. */
export interface Book {
  readonly db: Database
  readonly story: Story
  /** Undefined: lost; then no head can be signed and nothing may be issued. */
  readonly key: KeyObject | undefined
  readonly taxCode: string
  /** Facts of the open transaction, for those who follow; undefined: nobody does. */
  told: FactRow[] | undefined
  /** The newest head. */
  note: string | undefined
}

/** Between two marks: what a start reads again at most. */
const MARK_EVERY = 4_096

/** Where a fact is found again. */
export interface About {
  readonly entry?: number
  readonly message?: number
}

/** Writes one fact; before it, the closing of each day that ended. Returns its number. Only inside a transaction. */
export function write(book: Book, kind: string, body: JsonObject, moment: Moment, about: About = {}): number {
  closeDays(book, moment, false)
  return append(book, kind, body, moment, about)
}

/** Closes what is over, each with its signed head (audit-pack 2.2). */
export function closeDays(book: Book, moment: Moment, starting: boolean, run = book.story.run): void {
  const { story, db } = book
  for (const day of daysToClose(story, moment.at)) {
    append(book, 'day.closed', closingOf(story, day, countOpen(db), starting), moment, {}, run)
    point('day.before-head')
    signHead(book, day, moment.at)
    point('day.after-head')
  }
}

/** A day begins with its first fact; only for the fact that opens the chain or a run is `run` given. */
export function append(
  book: Book,
  kind: string,
  body: JsonObject,
  { at, up }: Moment,
  about: About = {},
  run = book.story.run,
): number {
  const { story, db } = book
  const n = story.peaks.size
  const line = writeLine({ at: spellAt(at), body, kind, n, prev: Buffer.from(story.prev).toString('hex'), run, up, v: 1 })
  const hash = leafHash(line)
  db.sql('INSERT INTO fact (n, kind, at, entry, message, hash, line) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    n,
    kind,
    at,
    about.entry ?? null,
    about.message ?? null,
    hash,
    line,
  )
  tell(story, kind, at, run, body, hash)
  book.told?.push([n, kind, at, line, hash.toString('hex')])
  if (story.peaks.size % MARK_EVERY === 0) mark(book)
  return n
}

function mark({ db, story }: Book): void {
  db.sql('INSERT OR IGNORE INTO mark (n, story) VALUES (?, ?)').run(story.peaks.size, storyText(story))
}

/**
 * Signs the tree as it stands, once it is proven that the newest head is a prefix of it (audit-pack 2.2): its peaks and the
 * facts of the file since then must grow to the same root. Throws DamagedStore; then nothing is signed.
 */
export function signHead(book: Book, day: string | undefined, at: Instant): void {
  const { story, db, key } = book
  if (!key) return
  const root = rootOf(story.peaks)
  if (Buffer.compare(regrown(db, story.peaks.size), root) !== 0) throw new DamagedStore(`head ${story.peaks.size}`)
  const note = signNote(story.origin, story.peaks.size, root, key)
  db.sql('INSERT INTO head (size, day, at, root, note) VALUES (?, ?, ?, ?, ?)').run(story.peaks.size, day ?? null, at, root, note)
  mark(book)
  book.note = note
}

/** The root of `size` facts, from the newest head on as the file holds them. */
function regrown(db: Database, size: number): Uint8Array {
  const last = db
    .sql('SELECT h.size, h.root, m.story FROM head h JOIN mark m ON m.n = h.size WHERE h.size <= ? ORDER BY h.size DESC LIMIT 1')
    .get(size)
  const { peaks } = last ? readStory(text(last, 'story')) : beginning()
  if (last && Buffer.compare(rootOf(peaks), blob(last, 'root')) !== 0) throw new DamagedStore(`head ${peaks.size}`)
  for (const row of db.sql('SELECT hash FROM fact WHERE n >= ? AND n < ? ORDER BY n').iterate(peaks.size, size)) {
    grow(peaks, blob(row, 'hash'))
  }
  return rootOf(peaks)
}
