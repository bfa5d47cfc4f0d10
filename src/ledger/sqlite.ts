import { closeSync, existsSync, openSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { DatabaseSync } from '@photostructure/sqlite'
import type { BuyerKeys } from './buyer-keys.ts'

type Connection = InstanceType<typeof DatabaseSync>

/** The only file that knows which SQLite we use. Same shape as `node:sqlite`. */
export type Value = string | number | bigint | Uint8Array | null
export type Row = Readonly<Record<string, Value>>

export interface Statement {
  run(...values: Value[]): { readonly lastInsertRowid: number | bigint }
  get(...values: Value[]): Row | undefined
  all(...values: Value[]): readonly Row[]
  iterate(...values: Value[]): IterableIterator<Row>
}

export interface Database {
  exec(sql: string): void
  /** Prepared once for each text and kept; the texts are constants of the source. */
  sql(text: string): Statement
  readonly inTransaction: boolean
  /** What opens documents of buyers; undefined: nothing does. */
  keys: BuyerKeys | undefined
  close(): void
}

const LOWEST = [3, 51, 3] as const

/**
 * Opens for writing: WAL with a full flush at each commit, both set and read back, because some builds reopen a WAL
 * file at NORMAL silently (reliability 5.1). Throws on a build with the WAL-reset race.
 */
export function openForWriting(path: string): Database {
  create(path)
  const db = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true })
  const opened = prepared(db)
  try {
    const version = text(opened.sql('SELECT sqlite_version() AS it').get(), 'it')
    if (below(version)) throw new Error(`SQLite ${version} has the WAL-reset race; 3.51.3 is the lowest`)
    // Takes effect in a fresh file only; an invoice and its neighbours fit one page.
    db.exec(
      'PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 2000; PRAGMA secure_delete = ON',
    )
    const mode = text(opened.sql('PRAGMA journal_mode').get(), 'journal_mode')
    const flush = num(opened.sql('PRAGMA synchronous').get(), 'synchronous')
    if (mode !== 'wal' || flush !== 2) throw new Error(`journal_mode ${mode}, synchronous ${flush}: not wal and FULL`)
    // An erased document must not be found in the free pages of the file (audit-pack 1.3).
    if (num(opened.sql('PRAGMA secure_delete').get(), 'secure_delete') !== 1) throw new Error('secure_delete is off')
    if (num(opened.sql('PRAGMA foreign_keys').get(), 'foreign_keys') !== 1) throw new Error('foreign_keys is off')
    return opened
  } catch (error) {
    opened.close()
    throw error
  }
}

/** On a file system nobody writes to; without a log there is nothing but the file (a log left behind is read with it). */
export function openFrozen(path: string): Database {
  if (existsSync(`${path}-wal`) && existsSync(`${path}-shm`)) return openForReading(path)
  const url = pathToFileURL(path)
  url.searchParams.set('immutable', '1')
  return prepared(new DatabaseSync(url, { readOnly: true }))
}

export const openForReading = (path: string): Database => prepared(new DatabaseSync(path, { timeout: 5_000, readOnly: true }))

/** A connection without the settings of the ledger, for the lock. */
export const openPlain = (path: string): Database => {
  create(path)
  return prepared(new DatabaseSync(path, { timeout: 0 }))
}

/**
 * Mode 0600 from the first moment; SQLite gives -wal and -shm the mode of the main file. An existing file is not
 * touched: closing any descriptor of it would drop the POSIX locks this process holds through SQLite.
 */
function create(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
}

function prepared(db: Connection): Database {
  const kept = new Map<string, Statement>()
  return {
    keys: undefined,
    exec: (sql) => db.exec(sql),
    sql(text) {
      const old = kept.get(text)
      if (old) return old
      const made = db.prepare(text) as unknown as Statement
      kept.set(text, made)
      return made
    },
    get inTransaction() {
      return db.isTransaction
    },
    close() {
      kept.clear()
      db.close()
    },
  }
}

function below(version: string): boolean {
  const parts = version.split('.').map(Number)
  for (const [i, least] of LOWEST.entries()) {
    const part = parts[i] ?? 0
    if (part !== least) return part < least
  }
  return false
}

/** Columns with a known type; a missing row or another type is a bug of the statement. */
export function num(row: Row | undefined, column: string): number {
  const value = row?.[column]
  if (typeof value !== 'number') throw new TypeError(`column ${column} is ${typeof value}`)
  return value
}
export function text(row: Row | undefined, column: string): string {
  const value = row?.[column]
  if (typeof value !== 'string') throw new TypeError(`column ${column} is ${typeof value}`)
  return value
}
export function blob(row: Row | undefined, column: string): Uint8Array {
  const value = row?.[column]
  if (!(value instanceof Uint8Array)) throw new TypeError(`column ${column} is ${typeof value}`)
  return value
}
export const maybeText = (row: Row | undefined, column: string): string | undefined => {
  const value = row?.[column]
  return typeof value === 'string' ? value : undefined
}
export const maybeNum = (row: Row | undefined, column: string): number | undefined => {
  const value = row?.[column]
  return typeof value === 'number' ? value : undefined
}

/** What an error of SQLite means to us; undefined: not one of SQLite. */
export type Trouble = 'full' | 'read-only' | 'damaged' | 'flush' | 'busy' | 'constraint' | 'other'

export function troubleOf(error: unknown): Trouble | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  switch (error.errcode & 0xff) {
    case 13:
      return 'full'
    case 8:
      return 'read-only'
    case 10:
      return 'flush'
    case 11:
    case 26:
      return 'damaged'
    case 5:
    case 6:
      return 'busy'
    case 19:
      return 'constraint'
    default:
      return 'other'
  }
}
