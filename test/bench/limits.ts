import { type KeyObject, sign } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openForWriting } from '../../src/ledger/sqlite.ts'
import { type Turn, timed } from './figure.ts'

/** What this machine can do with nothing of ours in the way. Rates per second. */

const busy = (ms: number): (() => boolean) => {
  const until = performance.now() + ms
  return () => performance.now() < until
}

/** RSA-2048 signatures on all cores: the same call on the same kind of key as our signer, many in flight. */
export const rsaRate = (key: KeyObject, ms = 1_500, inFlight = 64): Promise<Turn> =>
  timed(async () => {
    const [more, bytes] = [busy(ms), Buffer.alloc(900, 7)]
    let done = 0
    const one = async (): Promise<void> => {
      while (more()) {
        await new Promise<void>((resolve, reject) => sign('sha256', bytes, key, (error) => (error ? reject(error) : resolve())))
        done++
      }
    }
    await Promise.all(Array.from({ length: inFlight }, one))
    return done
  })

/** Appends of 4 KB, each flushed. */
export async function flushRate(dir: string, ms = 1_500): Promise<Turn> {
  const path = join(dir, 'flush.bin')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4_096, 7)
  const turn = await timed(() => {
    const more = busy(ms)
    let done = 0
    for (; more(); done++) {
      writeSync(file, block)
      fdatasyncSync(file)
    }
    return done
  })
  closeSync(file)
  rmSync(path)
  return turn
}

/** Rows of `size` bytes, `group` to a flushed commit: what the store alone can take in one thread. */
export async function rowRate(dir: string, ms = 1_500, size = 2_800, group = 256): Promise<Turn> {
  const path = join(dir, 'rows.db')
  const db = openForWriting(path)
  db.exec('CREATE TABLE row (key INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
  const bytes = Buffer.alloc(size, 7)
  const put = db.sql('INSERT INTO row (key, bytes) VALUES (?, ?)')
  const turn = await timed(() => {
    const more = busy(ms)
    let done = 0
    while (more()) {
      db.exec('BEGIN IMMEDIATE')
      for (let i = 0; i < group; i++) put.run(++done, bytes)
      db.exec('COMMIT')
    }
    return done
  })
  db.close()
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true })
  return turn
}
