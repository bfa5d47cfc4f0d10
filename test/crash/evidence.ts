import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Evidence, Heard, Printed } from './checker.ts'
import type { TruthLine } from './till.ts'

/** One life of the daemon, milliseconds of the machine's wall clock. */
export interface Life {
  readonly from: number
  /** When its end was seen; absent: it lives. */
  readonly to?: number
}

export interface Sources {
  /** The data folder of a gateway that does not run. */
  readonly data: string
  readonly truths: readonly string[]
  readonly authority: string
  readonly lives: readonly Life[]
  readonly drained: boolean
}

/** How much longer a process must live after the last byte arrived, so that not having kept it is a fault. */
const LIVED = 2_000

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const lines = <T>(path: string): T[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as T)
    : []

/** Collects what the till, the store and the authority say. The store is copied with its log and read by itself. */
export function evidenceOf({ data, truths, authority, lives, drained }: Sources): Evidence {
  const copy = mkdtempSync(join(tmpdir(), 'evidence-'))
  try {
    for (const end of ['', '-wal'])
      if (existsSync(join(data, `tillgate.db${end}`)))
        copyFileSync(join(data, `tillgate.db${end}`), join(copy, `tillgate.db${end}`))
    return {
      ...storeOf(join(copy, 'tillgate.db')),
      printed: truths.flatMap((path) => lines<TruthLine>(path).map((line) => printedOf(line, lives))),
      authority: lines<Heard>(authority),
      drained,
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function printedOf({ sent, acked, ...line }: TruthLine, lives: readonly Life[]): Printed {
  const arrived =
    sent !== null && lives.some(({ from, to = Infinity }) => sent >= from && sent + LIVED < Math.min(to, Date.now()))
  const { register, kind, receiptNo, total } = line
  const read = ['sale', 'reprint', 'kitchen', 'provisional'].includes(kind)
  return {
    ...{ register, kind, receiptNo, total },
    bytes: Buffer.from(line.bytes, 'base64'),
    counted: read && (acked !== null || arrived),
  }
}

type Store = Omit<Evidence, 'printed' | 'authority' | 'drained'>

function storeOf(path: string): Store {
  const db = new DatabaseSync(path)
  try {
    db.exec('PRAGMA query_only = ON')
    const all = <T>(sql: string): T[] => db.prepare(sql).all() as unknown as T[]
    const [sound] = all<{ integrity_check: string }>('PRAGMA integrity_check')
    if (sound?.integrity_check !== 'ok') throw new Error(`the file is damaged: ${JSON.stringify(sound)}`)
    const tables = new Set(all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).map(({ name }) => name))
    // Killed before the tables were laid.
    if (!tables.has('fact')) return { captured: [], issued: [], messages: [], facts: [], heads: [], documents: [] }
    const issued = all<Omit<Evidence['issued'][number], 'sha256'> & { bytes: Uint8Array }>(
      `SELECT printf('%s-%08d', e.register, e.sequence) AS entry, i.form, i.symbol, i.number, i.code, i.pay, i.digest, d.bytes,
       json_extract(f.line, '$.body.time') AS time FROM invoice i JOIN entry e ON e.key = i.entry JOIN fact f ON f.n = i.fact
       LEFT JOIN document d ON d.fact = i.fact AND d.role = 'invoice' ORDER BY i.fact`,
    )
    const messages = all<{ id: string; bytes: Uint8Array }>(
      `SELECT m.id, d.bytes FROM message m JOIN document d ON d.fact = m.fact AND d.role = 'message'`,
    )
    return {
      captured: all<Omit<Evidence['captured'][number], 'torn'> & { torn: number }>(
        `SELECT printf('%s-%08d', e.register, e.sequence) AS entry, e.register, e.state, coalesce(e.why, e.fault) AS why, f.torn, d.bytes FROM entry e
         JOIN frame f ON f.entry = e.key JOIN document d ON d.fact = f.fact AND d.role = 'frame' ORDER BY e.key`,
      ).map((frame) => ({ ...frame, torn: frame.torn === 1 })),
      issued: issued.map(({ bytes, ...invoice }) => ({ ...invoice, sha256: sha256(bytes) })),
      messages: messages.map(({ id, bytes }) => ({ id, sha256: sha256(bytes) })),
      facts: all(`SELECT n, line, lower(hex(hash)) AS hash FROM fact ORDER BY n`),
      heads: all('SELECT size, day, note FROM head ORDER BY size'),
      documents: all('SELECT fact, role, salt, bytes FROM document ORDER BY key'),
    }
  } finally {
    db.close()
  }
}
