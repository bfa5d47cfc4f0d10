import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { CivilDate, Instant } from '../domain/time.ts'
import { factTime } from '../domain/time.ts'
import { additionsText, standIns } from './additions.ts'
import { type JsonObject, readLine } from './canonical.ts'
import { flushFolder } from './keys.ts'
import { SCHEMA, schemaText } from './schema.ts'
import { blob, type Database, maybeText, num, openForReading, openForWriting, openFrozen, text, troubleOf } from './sqlite.ts'
import { beginning, readStory, type Story, tell } from './story.ts'
import { leafHash, rootOf } from './tree.ts'

/** The file contradicts itself: never repaired, kept aside (F07). */
export class DamagedStore extends Error {}
/** Written by a newer program. */
export class NewerStore extends Error {}

export const storePath = (dir: string): string => join(dir, 'tillgate.db')

/** Opens the file and lays the tables where it is new. Throws DamagedStore, NewerStore, or what SQLite throws. */
export function openStore(dir: string): Database {
  try {
    const db = openForWriting(storePath(dir))
    const version = num(db.sql('PRAGMA user_version').get(), 'user_version')
    if (version > SCHEMA) {
      db.close()
      throw new NewerStore(`store of version ${version}, this program knows ${SCHEMA}`)
    }
    if (version === 0) {
      db.exec(`BEGIN; ${schemaText()}${additionsText()} COMMIT`)
      flushFolder(dir)
    } else db.exec(`BEGIN; ${additionsText()} COMMIT`)
    return db
  } catch (error) {
    throw troubleOf(error) === 'damaged' ? new DamagedStore(String(error)) : error
  }
}

/** Opens for reading only, also a store of an older program. `frozen`: nobody can write there. */
export function openReading(dir: string, frozen: boolean): Database {
  const db = frozen ? openFrozen(storePath(dir)) : openForReading(storePath(dir))
  standIns(db)
  return db
}

/** Puts the file and its log out of the way; nothing is deleted. Returns the new name. */
export function setAside(dir: string, at: Instant): string {
  const path = storePath(dir)
  const stamp = factTime(at).slice(0, 19).replace(/[-:]/g, '')
  let name = `${path}.damaged-${stamp}`
  for (let i = 2; existsSync(name); i++) name = `${path}.damaged-${stamp}-${i}`
  for (const end of ['', '-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, name + end)
  flushFolder(dir)
  return name
}

/**
 * What the facts add up to, from the last mark on; each line after it is hashed, linked and read again. Everything
 * older is the verifier's work. Throws DamagedStore.
 */
export function readBack(db: Database): Story {
  try {
    const marked = db.sql('SELECT n, story FROM mark ORDER BY n DESC LIMIT 1').get()
    const story = marked ? readStory(text(marked, 'story')) : beginning()
    checkMark(db, story)
    for (const row of db.sql('SELECT n, kind, at, hash, line FROM fact WHERE n >= ? ORDER BY n').iterate(story.peaks.size)) {
      const n = num(row, 'n')
      const line = text(row, 'line')
      const hash = leafHash(line)
      const fact = parsed(line, n)
      const linked = fact['n'] === story.peaks.size && n === fact['n'] && fact['prev'] === Buffer.from(story.prev).toString('hex')
      if (!linked || !hash.equals(blob(row, 'hash')) || fact['kind'] !== row['kind']) throw new DamagedStore(`fact ${n}`)
      tell(story, text(row, 'kind'), num(row, 'at') as Instant, Number(fact['run']), fact['body'] as JsonObject, hash)
    }
    return story
  } catch (error) {
    throw troubleOf(error) === 'damaged' ? new DamagedStore(String(error)) : error
  }
}

function parsed(line: string, n: number): JsonObject {
  try {
    return readLine(line)
  } catch (error) {
    throw new DamagedStore(`fact ${n}: ${String(error)}`)
  }
}

/** A mark is a note to ourselves: it must agree with the fact before it, and with the head signed there. */
function checkMark(db: Database, { peaks, prev }: Story): void {
  if (peaks.size === 0) return
  const last = db.sql('SELECT hash FROM fact WHERE n = ?').get(peaks.size - 1)
  if (!last || !Buffer.from(blob(last, 'hash')).equals(prev))
    throw new DamagedStore(`fact ${peaks.size - 1} is not the one marked`)
  const head = db.sql('SELECT root FROM head WHERE size = ?').get(peaks.size)
  if (head && !Buffer.from(blob(head, 'root')).equals(rootOf(peaks))) throw new DamagedStore(`head ${peaks.size}`)
}

export const newestNote = (db: Database): string | undefined =>
  maybeText(db.sql('SELECT note FROM head ORDER BY size DESC LIMIT 1').get(), 'note')

/** A day closed without its head gets it before anything else is written (audit-pack 2.2). */
export function missingHead(db: Database, story: Story): CivilDate | undefined {
  const last = db
    .sql(`SELECT n, json_extract(line, '$.body.day') AS day FROM fact WHERE n = ? AND kind = 'day.closed'`)
    .get(story.peaks.size - 1)
  return last && !db.sql('SELECT 1 AS it FROM head WHERE size = ?').get(story.peaks.size)
    ? (text(last, 'day') as CivilDate)
    : undefined
}
