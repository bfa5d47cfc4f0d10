import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { factTime, type Instant } from '../../src/domain/time.ts'
import { type TillDay, tillDay } from './day.ts'
import type { TrueSale } from './script.ts'

/** One line of `--truth` (contract section 6). Written when sent, and again under the same `n` once acknowledged. */
export interface TruthLine {
  readonly n: number
  readonly register: string
  readonly sha256: string
  readonly sale: TrueSale | null
  readonly sent: Instant
  /** When our peer closed in order; null: it has not. */
  readonly acked: Instant | null
}

export interface TruthLog {
  write(line: TruthLine): void
  close(): void
}

/** Appends; every line is on disk before the till goes on, so that it survives whatever happens to the gateway. */
export function truthLog(path: string | undefined): TruthLog {
  let file = path === undefined ? undefined : openSync(path, 'a')
  return {
    write({ n, register, sha256, sale, sent, acked }) {
      if (file === undefined) return
      const line = { n, register, sha256, sale, sent: factTime(sent), acked: acked === null ? null : factTime(acked) }
      writeSync(file, `${JSON.stringify(line)}\n`)
      fdatasyncSync(file)
    },
    close() {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** Where an earlier run ended: its highest `n` and receipt number, what it rang since its last Z; a torn last line is passed over. */
export function lastOf(path: string | undefined): { readonly n: number; readonly receipt: number; readonly day: TillDay } {
  let n = 0
  let receipt = 0
  const day = tillDay()
  if (path === undefined || !existsSync(path)) return { n, receipt, day }
  const rung = new Set<string>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const found = /^\{"n":(\d+),.*\}$/.exec(line)
    if (!found) continue
    // Written twice, and printed again after a timeout, it was rung up once.
    const { sale } = JSON.parse(line) as Pick<TruthLine, 'sale'>
    const key = `${sale?.kind} ${sale?.receiptNo ?? found[1]}`
    if (!rung.has(key)) day.ring(sale)
    rung.add(key)
    n = Math.max(n, Number(found[1]))
    receipt = Math.max(receipt, Number(/"receiptNo":"[^"]*?(\d+)[^"\d]*"/.exec(line)?.[1] ?? 0))
  }
  return { n, receipt, day }
}
