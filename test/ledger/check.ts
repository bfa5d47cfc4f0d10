import { readLine } from '../../src/ledger/canonical.ts'
import { openNote } from '../../src/ledger/note.ts'
import { openForReading, type Row } from '../../src/ledger/sqlite.ts'
import { grow, leafHash, type Peaks, rootOf } from '../../src/ledger/tree.ts'

/** Judges a data folder from the file alone: chain, links, heads, numbers, sums, one fact per state. Returns what is wrong. */
export function faultsOf(path: string): string[] {
  const db = openForReading(path)
  const wrong: string[] = []
  const rows = db.sql('SELECT n, kind, hash, line FROM fact ORDER BY n').all()
  const heads = new Map(
    db
      .sql('SELECT size, root, note FROM head')
      .all()
      .map((row) => [row['size'], row]),
  )
  const peaks: Peaks = { size: 0, hashes: [] }
  let prev = '0'.repeat(64)
  let key = new Uint8Array()
  const sums = new Map<string, { next: number; pay: bigint; at: string }>()
  for (const [i, row] of rows.entries()) {
    const fact = readLine(String(row['line'])) as { n: number; prev: string; kind: string; body: Record<string, unknown> }
    if (fact.n !== i || row['n'] !== i) wrong.push(`fact ${i} is numbered ${fact.n}`)
    if (fact.prev !== prev) wrong.push(`fact ${i} is not linked`)
    const hash = leafHash(String(row['line']))
    if (!hash.equals(row['hash'] as Uint8Array)) wrong.push(`hash of ${i}`)
    prev = hash.toString('hex')
    grow(peaks, hash)
    if (i === 0) key = Buffer.from(String(fact.body['key']), 'base64')
    if (fact.kind === 'day.closed') {
      const head = heads.get(i + 1)
      const opened = head && openNote(String(head['note']), key)
      if (!opened?.root.equals(rootOf(peaks))) wrong.push(`day ${String(fact.body['day'])} has no true head`)
    }
    if (fact.kind === 'invoice.issued') wrong.push(...issuedFaults(fact.body, sums))
  }
  wrong.push(...rowFaults(db.sql('SELECT * FROM v_gap').all(), 'gap'))
  const check = db.sql('PRAGMA integrity_check').get()
  if (check?.['integrity_check'] !== 'ok') wrong.push(`integrity: ${JSON.stringify(check)}`)
  const issued = db.sql('SELECT count(*) AS it FROM invoice').get()?.['it']
  const told = rows.filter((row) => row['kind'] === 'invoice.issued').length
  if (issued !== told) wrong.push(`${issued} invoices, ${told} facts`)
  db.close()
  return wrong
}

const rowFaults = (rows: readonly Row[], name: string): string[] => rows.map((row) => `${name} ${JSON.stringify(row)}`)

function issuedFaults(body: Record<string, unknown>, sums: Map<string, { next: number; pay: bigint; at: string }>): string[] {
  const series = `${String(body['form'])}${String(body['symbol'])}`
  const sum = sums.get(series) ?? { next: 1, pay: 0n, at: '' }
  const told = body['sum'] as { count: number; pay: string }
  const pay = sum.pay + BigInt(String(body['pay']))
  sums.set(series, { next: sum.next + 1, pay, at: String(body['time']) })
  const wrong: string[] = []
  if (body['number'] !== sum.next) wrong.push(`${series}: ${String(body['number'])} instead of ${sum.next}`)
  if (told.count !== sum.next || told.pay !== String(pay)) wrong.push(`${series}-${sum.next}: sum ${JSON.stringify(told)}`)
  if (String(body['time']) < sum.at) wrong.push(`${series}-${sum.next}: issued before the one preceding it`)
  return wrong
}
