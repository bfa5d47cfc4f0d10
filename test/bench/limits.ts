import { type KeyObject, sign } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openForWriting } from '../../src/ledger/sqlite.ts'

/** What this machine can do with nothing of ours in the way. Rates per second. */

/** RSA-2048 signatures on all cores: the same call on the same kind of key as our signer, many in flight. */
export async function rsaRate(key: KeyObject, ms = 1_500, inFlight = 64): Promise<number> {
  const bytes = Buffer.alloc(900, 7)
  const began = performance.now()
  let done = 0
  const one = async (): Promise<void> => {
    while (performance.now() - began < ms) {
      await new Promise<void>((resolve, reject) => sign('sha256', bytes, key, (error) => (error ? reject(error) : resolve())))
      done++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, one))
  return (done / (performance.now() - began)) * 1_000
}

/** Appends of 4 KB, each flushed. */
export function flushRate(dir: string, ms = 1_500): number {
  const path = join(dir, 'flush.bin')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4_096, 7)
  const began = performance.now()
  let done = 0
  while (performance.now() - began < ms) {
    writeSync(file, block)
    fdatasyncSync(file)
    done++
  }
  const rate = (done / (performance.now() - began)) * 1_000
  closeSync(file)
  rmSync(path)
  return rate
}

/** Rows of `size` bytes with a unique number, `group` to a flushed commit: what the store alone can take in one thread. */
export function rowRate(dir: string, ms = 1_500, size = 2_800, group = 256): number {
  const path = join(dir, 'rows.db')
  const db = openForWriting(path)
  db.exec('CREATE TABLE row (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
  const bytes = Buffer.alloc(size, 7)
  const put = db.sql('INSERT INTO row (key, bytes) VALUES (?, ?)')
  const began = performance.now()
  let done = 0
  while (performance.now() - began < ms) {
    db.exec('BEGIN IMMEDIATE')
    for (let i = 0; i < group; i++) put.run(++done, bytes)
    db.exec('COMMIT')
  }
  const rate = (done / (performance.now() - began)) * 1_000
  db.close()
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  return rate
}
