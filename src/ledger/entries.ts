import { cursorOf, namedBy } from '../domain/desk.ts'
import type { Entry, EntryState } from '../domain/entry.ts'
import type { Fault } from '../domain/fault.ts'
import { type EntryId, entryId, type MessageId, type RegisterId } from '../domain/ids.ts'
import type { InvoiceIdentity, RateSum, Sealed, Stamp } from '../domain/invoice.ts'
import type { Fact, NamedEntry } from '../domain/ledger.ts'
import type { Aside } from '../domain/receipt.ts'
import type { Instant } from '../domain/time.ts'
import { correctsOf, tenderOf } from './corrections.ts'
import { documentOf } from './documents.ts'
import { blob, type Database, maybeText, num, type Row, text } from './sqlite.ts'
import { registerIn, sequenceOf } from './story.ts'
import { readRates } from './sums.ts'
import { sha256 } from './tree.ts'

/** Rows of the tables as the nouns of the domain. Shared by the writer and the reader. */

const COLUMNS = 'key, register, sequence, state, since, message, refusals, fault, why, reference'

export const idOf = (row: Row): EntryId => entryId(text(row, 'register'), num(row, 'sequence'))

export function entryOf(db: Database, id: EntryId): Entry | undefined {
  const row = db.sql(`SELECT ${COLUMNS} FROM entry WHERE register = ? AND sequence = ?`).get(registerIn(id), sequenceOf(id))
  return row && readEntry(db, row)
}

function readEntry(db: Database, row: Row): Entry {
  const state = text(row, 'state') as EntryState
  const here = { id: idOf(row), register: text(row, 'register') as RegisterId, since: num(row, 'since') as Instant }
  switch (state) {
    case 'captured':
      return { ...here, state, ...tornOf(db, row) }
    case 'held':
      return { ...here, state, fault: readFault(row), ...tornOf(db, row), ...releasedOf(db, row) }
    case 'set-aside':
      return { ...here, state, why: text(row, 'why') as Aside, ...originalOf(db, row) }
  }
  const sealed = sealedOf(db, num(row, 'key'))
  const head = { ...here, ...stampedOf(db, row) }
  switch (state) {
    case 'queued': {
      const refusals = num(row, 'refusals')
      return { ...head, state, sealed, ...(refusals > 0 ? { refusals } : {}) }
    }
    case 'pushed':
    case 'in-doubt':
      return { ...head, state, sealed, message: messageIdOf(db, num(row, 'message')) }
    case 'acknowledged': {
      const reference = maybeText(row, 'reference')
      return { ...head, state, sealed, ...(reference === undefined ? {} : { reference }) }
    }
    case 'rejected':
    case 'parked':
      return { ...head, state, sealed, fault: readFault(row) }
  }
}

/** The bits of `frame.torn`. */
export const TORN = 1
export const REVISED = 2
export const ORDER = 4

function tornOf(db: Database, row: Row): { torn?: true; revised?: true; order?: true } {
  const bits = Number(db.sql('SELECT torn FROM frame WHERE entry = ?').get(num(row, 'key'))?.['torn'] ?? 0)
  return {
    ...(bits & TORN ? { torn: true } : {}),
    ...(bits & REVISED ? { revised: true } : {}),
    ...(bits & ORDER ? { order: true } : {}),
  }
}

/** Its newest fact says so: what came of a release is a fact after it. */
const releasedOf = (db: Database, row: Row): { released?: true } =>
  db.sql('SELECT kind FROM fact WHERE entry = ? ORDER BY n DESC LIMIT 1').get(num(row, 'key'))?.['kind'] === 'entry.released'
    ? { released: true }
    : {}

const originalOf = (db: Database, row: Row): { of?: EntryId } => {
  const found = db
    .sql(
      `SELECT json_extract(line, '$.body.of') AS of FROM fact WHERE entry = ? AND kind = 'entry.aside' ORDER BY n DESC LIMIT 1`,
    )
    .get(num(row, 'key'))
  const of = found && maybeText(found, 'of')
  return of === undefined ? {} : { of: of as EntryId }
}

const stampedOf = (db: Database, row: Row): { stamped?: true } =>
  db
    .sql(
      `SELECT 1 AS it FROM fact WHERE entry = ? AND kind = 'invoice.stamped' AND json_extract(line, '$.body.how') <> 'failed' LIMIT 1`,
    )
    .get(num(row, 'key'))
    ? { stamped: true }
    : {}

const readFault = (row: Row): Fault => JSON.parse(text(row, 'fault')) as Fault

export const messageIdOf = (db: Database, key: number): MessageId =>
  text(db.sql('SELECT id FROM message WHERE key = ?').get(key), 'id') as MessageId

const INVOICE = 'entry, fact, seller, form, symbol, number, code, at, due, CAST(pay AS TEXT) AS pay, rates, digest, stamp'

/** The invoice of an entry, its bytes exactly as sealed; empty once erased after retention. */
export function sealedOf(db: Database, entry: number): Sealed {
  const row = db.sql(`SELECT ${INVOICE} FROM invoice WHERE entry = ?`).get(entry)
  if (!row) throw new Error(`entry ${entry} has no invoice`)
  const { fact, digest } = newestOf(db, entry, row)
  const code = maybeText(row, 'code')
  const masked = documentOf(db, fact, 'masked')
  const bytes = documentOf(db, fact, 'invoice')
  const identity = identityOf(row)
  return {
    series: { form: identity.form, symbol: identity.symbol },
    identity,
    at: num(row, 'at') as Instant,
    due: num(row, 'due') as Instant,
    pay: BigInt(text(row, 'pay')),
    rates: rateSums(text(row, 'rates')),
    digest: digest === '' ? digestOfBytes(bytes) : digest,
    stamp: JSON.parse(text(row, 'stamp')) as Stamp,
    bytes: bytes ?? new Uint8Array(),
    ...(code === undefined ? {} : { authorityCode: code }),
    ...(masked === undefined ? {} : { masked }),
    ...tenderOf(db, entry),
    ...correctsOf(db, entry, identity.seller),
  }
}

/** The fact beside which the newest bytes of an invoice lie, and their digest: those of its last revision. */
export function newestOf(db: Database, entry: number, invoice: Row): { readonly fact: number; readonly digest: string } {
  const row = db.sql('SELECT fact, digest FROM revision WHERE entry = ? ORDER BY revision DESC LIMIT 1').get(entry) ?? invoice
  return { fact: num(row, 'fact'), digest: text(row, 'digest') }
}

/** SHA-256 of the newest bytes, lower-case hex. */
export function digestOf(db: Database, entry: number, invoice: Row): string {
  const { fact, digest } = newestOf(db, entry, invoice)
  return digest === '' ? digestOfBytes(documentOf(db, fact, 'invoice')) : digest
}

/** The digest of an invoice that names a buyer is not kept; empty while its bytes cannot be read. */
const digestOfBytes = (bytes: Uint8Array | undefined): string => (bytes ? sha256(bytes).toString('hex') : '')

export const identityOf = (row: Row): InvoiceIdentity => ({
  seller: text(row, 'seller'),
  form: num(row, 'form'),
  symbol: text(row, 'symbol'),
  number: num(row, 'number'),
})

/** The column `rates`: the rows as facts spell them. */
export const rateSums = (rates: string): RateSum[] =>
  readRates(JSON.parse(rates) as string[][]).map(([rate, net, tax]) => ({ rate, net, tax }))

/** One literal statement per state, so that the partial indexes serve. */
const PAGES: Readonly<Record<EntryState, string>> = {
  captured: page(`state = 'captured' AND key > ?1 ORDER BY key`),
  held: page(`state = 'held' AND key > ?1 ORDER BY key`),
  'set-aside': page(`state = 'set-aside' AND key > ?1 ORDER BY key`),
  pushed: page(`state = 'pushed' AND key > ?1 ORDER BY key`),
  'in-doubt': page(`state = 'in-doubt' AND key > ?1 ORDER BY key`),
  acknowledged: page(`state = 'acknowledged' AND key > ?1 ORDER BY key`),
  rejected: page(`state = 'rejected' AND key > ?1 ORDER BY key`),
  parked: page(`state = 'parked' AND key > ?1 ORDER BY key`),
  queued: `SELECT ${COLUMNS} FROM entry WHERE state = 'queued' AND message IS NULL AND (due, number, key) > (?3, ?4, ?1) ORDER BY due, number, key LIMIT ?2`,
}

function page(where: string): string {
  return `SELECT ${COLUMNS} FROM entry WHERE ${where} LIMIT ?2`
}

/**
 * In the order heard; queued ones without a message: soonest due first, then by number. A queued one whose bytes are
 * locked under a key that is away is passed over: it waits, and holds up nobody.
 */
export function listOf(db: Database, state: EntryState, limit: number, after?: EntryId): Entry[] {
  const from =
    after &&
    db.sql('SELECT key, due, number FROM entry WHERE register = ? AND sequence = ?').get(registerIn(after), sequenceOf(after))
  const key = from ? num(from, 'key') : 0
  const place = state === 'queued' ? [from?.['due'] ?? 0, from?.['number'] ?? 0] : []
  const found: Entry[] = []
  for (const row of db.sql(PAGES[state]).iterate(key, state === 'queued' ? -1 : limit, ...place)) {
    if (found.length === limit) break
    const entry = readEntry(db, row)
    if (entry.state !== 'queued' || entry.sealed.bytes.length > 0) found.push(entry)
  }
  return found
}

export const factOf = (row: Row): Fact => ({
  n: num(row, 'n'),
  kind: text(row, 'kind'),
  at: num(row, 'at') as Instant,
  line: text(row, 'line'),
  hash: Buffer.from(blob(row, 'hash')).toString('hex'),
})

export const factsFrom = (db: Database, from: number, limit: number): Fact[] =>
  db.sql('SELECT n, kind, at, line, hash FROM fact WHERE n >= ? ORDER BY n LIMIT ?').all(from, limit).map(factOf)

/** Documents handed over under `name`: all cursors that begin with it, whatever their revision. */
export function namedOf(db: Database, register: string, name: string): NamedEntry[] {
  const from = cursorOf({ name })
  return db
    .sql(
      `SELECT e.register, e.sequence, r.cursor FROM resume r JOIN entry e ON e.key = r.entry
       WHERE r.register = ? AND substr(r.cursor, 1, 1) = '#' AND r.cursor >= ? AND r.cursor < ? ORDER BY r.entry`,
    )
    .all(register, from, `${from.slice(0, -1)}\u000b`)
    .map((row) => ({ entry: idOf(row), ...(namedBy(text(row, 'cursor')) ?? { name }) }))
}

/** Where a register's file link resumes; a name at a desk is no place. */
export const placeOf = (db: Database, register: string): string | undefined =>
  maybeText(
    db
      .sql(`SELECT cursor FROM resume WHERE register = ? AND substr(cursor, 1, 1) <> '#' ORDER BY entry DESC LIMIT 1`)
      .get(register),
    'cursor',
  )

/** How one entry stands, for the writer's checks. */
export interface Standing {
  readonly key: number
  readonly register: string
  readonly state: EntryState
  readonly message: number | undefined
}

export function standingOf(db: Database, id: EntryId): Standing | undefined {
  const row = db
    .sql('SELECT key, register, state, message FROM entry WHERE register = ? AND sequence = ?')
    .get(registerIn(id), sequenceOf(id))
  return row && standing(row)
}

export const standing = (row: Row): Standing => ({
  key: num(row, 'key'),
  register: text(row, 'register'),
  state: text(row, 'state') as EntryState,
  message: row['message'] === null ? undefined : num(row, 'message'),
})
