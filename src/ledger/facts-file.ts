import { existsSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fault } from '../domain/fault.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { type Database, num, openForReading, text, troubleOf } from './sqlite.ts'
import { storePath } from './store.ts'

const PAGE = 1_000
/** How soon another process sees what was committed. */
const LOOK = 200

/**
 * The stored lines of a folder from fact `from` on, byte for byte, also while a gateway writes there. Without `follow` it
 * ends with the newest; else when the signal aborts. LEDGER_FOLDER: there is no ledger to read.
 */
export function readFacts(dir: string, from: number, follow?: AbortSignal): Result<AsyncIterable<string>> {
  const path = storePath(dir)
  if (!existsSync(path)) return failed(fault('LEDGER_FOLDER', { folder: dir, why: 'no ledger there' }))
  try {
    const db = openForReading(path)
    db.sql('SELECT n FROM fact LIMIT 1').get()
    return ok(lines(db, from, follow))
  } catch (error) {
    if (troubleOf(error) === undefined) throw error
    return failed(fault('LEDGER_FOLDER', { folder: dir, why: error instanceof Error ? error.message : String(error) }))
  }
}

async function* lines(db: Database, from: number, follow: AbortSignal | undefined): AsyncGenerator<string> {
  try {
    for (let next = from; !follow?.aborted; ) {
      const rows = db.sql('SELECT n, line FROM fact WHERE n >= ? ORDER BY n LIMIT ?').all(next, PAGE)
      for (const row of rows) {
        yield text(row, 'line')
        next = num(row, 'n') + 1
      }
      if (rows.length > 0) continue
      if (!follow) return
      await pause(LOOK, undefined, { signal: follow }).catch((error: unknown) => {
        if (!follow.aborted) throw error
      })
    }
  } finally {
    db.close()
  }
}
