import { randomFillSync } from 'node:crypto'
import { type BuyerKey, lock, unlock } from './buyer-keys.ts'
import type { Json } from './canonical.ts'
import { blob, type Database, maybeText, text } from './sqlite.ts'
import { sha256 } from './tree.ts'

/** Exact bytes beside the facts that commit to them (audit-pack 1.3). */

/** Document bytes with the 16 free bytes before them, which the salt is drawn into (audit-pack 1.3). */
export interface Salted {
  readonly whole: Uint8Array
}

export const salted = (bytes: Uint8Array): Salted => {
  const whole = new Uint8Array(SALT + bytes.length)
  whole.set(bytes, SALT)
  return { whole }
}
export const SALT = 16

/** `SHA-256( salt || document )` over fresh random bytes, and the size in bytes. */
export interface Commitment {
  readonly c: string
  readonly size: number
}

/** One call of the system for many salts; each is used once and wiped. */
const POOL = Buffer.alloc(8_192)
let drawn = POOL.length

/** Draws the salt in place and commits to the document. */
export function commitTo({ whole }: Salted): Commitment {
  if (drawn === POOL.length) {
    randomFillSync(POOL)
    drawn = 0
  }
  whole.set(POOL.subarray(drawn, drawn + SALT))
  POOL.fill(0, drawn, drawn + SALT)
  drawn += SALT
  return { c: sha256(whole).toString('hex'), size: whole.length - SALT }
}

export const commitment = (salt: Uint8Array, bytes: Uint8Array): string => sha256(Buffer.concat([salt, bytes])).toString('hex')

/** Keeps a document beside the fact that commits to it. `secret`: it names a buyer and is locked. */
export function keep(db: Database, fact: number, role: Role, { whole }: Salted, secret = false): void {
  const key = documentKey(fact, role)
  const insert = db.sql('INSERT INTO document (key, fact, role, under, salt, size, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const size = whole.length - SALT
  if (!secret) {
    insert.run(key, fact, role, null, whole.subarray(0, SALT), size, whole.subarray(SALT))
    return
  }
  const under = lockFor(db)
  const { iv, bytes } = lock(under, key, whole)
  insert.run(key, fact, role, under.id, iv, size, bytes)
  db.sql('INSERT OR IGNORE INTO buyer_key (id, at) SELECT ?, at FROM fact WHERE n = ?').run(under.id, fact)
}

/** The key for new documents of buyers. Throws the system's error where none can be made. */
export function lockFor(db: Database): BuyerKey {
  if (!db.keys) throw new Error('opened without keys')
  return db.keys.current(db.sql('SELECT 1 AS it FROM buyer_key LIMIT 1').get() === undefined)
}

/** A key that documents lie under and that no place holds now: exactly those cannot be read. */
export const lostKey = (db: Database): string | undefined =>
  db
    .sql('SELECT id FROM buyer_key ORDER BY at')
    .all()
    .map((row) => text(row, 'id'))
    .find((id) => !db.keys?.find(id))

const ROLES = ['frame', 'invoice', 'masked', 'message', 'answer', 'evidence'] as const
export type Role = (typeof ROLES)[number]
/** At most eight documents belong to one fact: their rows lie beside each other, without an index of their own. */
export const documentKey = (fact: number, role: Role): number => fact * 8 + ROLES.indexOf(role)
export const asRole = (text: string): Role | undefined => ROLES.find((role) => role === text)

/** The bytes as they were kept. Undefined: erased, or locked under a key that is away. */
export const documentOf = (db: Database, fact: number, role: Role): Uint8Array | undefined => {
  const row = db.sql('SELECT under, bytes FROM document WHERE key = ?').get(documentKey(fact, role))
  const bytes = row?.['bytes']
  if (!(bytes instanceof Uint8Array)) return undefined
  return row?.['under'] === null ? bytes : saltedOf(db, fact, role)?.subarray(SALT)
}

/** Salt and document together: what the fact commits to. */
export function saltedOf(db: Database, fact: number, role: Role): Uint8Array | undefined {
  const place = documentKey(fact, role)
  const row = db.sql('SELECT under, salt, bytes FROM document WHERE key = ?').get(place)
  if (!row) return undefined
  const under = maybeText(row, 'under')
  if (under === undefined) return Buffer.concat([blob(row, 'salt'), blob(row, 'bytes')])
  const key = db.keys?.find(under)
  return key && unlock(key, place, { iv: blob(row, 'salt'), bytes: blob(row, 'bytes') })
}

/** Whether a document is locked; undefined: there is none. */
export function isLocked(db: Database, fact: number, role: Role): boolean | undefined {
  const row = db.sql('SELECT under FROM document WHERE key = ?').get(documentKey(fact, role))
  return row && row['under'] !== null
}

/** The commitment as a field of a body. */
export const docField = ({ c, size }: Commitment): Json => ({ c, size })
