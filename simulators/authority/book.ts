import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import type { Instant } from '../../src/domain/time.ts'
import type { Reply } from './replies.ts'

/** An invoice as the authority remembers it. */
export interface Kept {
  readonly seller: string
  readonly form: number
  readonly symbol: string
  readonly number: number
  readonly code: string | null
  readonly sha256: string
  readonly verdict: 'accepted' | 'rejected'
  readonly reason?: string
}

/** A message it dealt with: everything needed to give the same answers again. */
export interface Filed {
  /** Last 32 hex of the id: all that survives re-wrapping (einvoice-format 2). */
  readonly key: string
  readonly id: string
  readonly taxCode: string
  readonly sha256: string
  readonly at: Instant
  readonly verdict: string
  readonly invoices: readonly Kept[]
  readonly replies: readonly Reply[]
  readonly warnings: readonly string[]
}

export interface Accepted extends Omit<Kept, 'verdict' | 'reason'> {
  readonly message: string
}

/** The memory of the authority; rebuilt from its store at a start. */
export interface Book {
  find(key: string): Filed | undefined
  /** Flushed to the store before it returns. The latest entry of a key wins. */
  file(entry: Filed): void
  /** The message in which this identity or code was accepted. */
  accepted(identity: string): string | undefined
  /** Highest number seen in a series, 0 for none. */
  highest(series: string): number
  all(): readonly Accepted[]
  close(): void
}

export const identityOf = (invoice: Pick<Kept, 'seller' | 'form' | 'symbol' | 'number'>): string =>
  `${invoice.seller}/${invoice.form}${invoice.symbol}/${invoice.number}`
export const seriesOf = (invoice: Pick<Kept, 'seller' | 'form' | 'symbol'>): string =>
  `${invoice.seller}/${invoice.form}${invoice.symbol}`

export function book(store: string | undefined): Book {
  const messages = new Map<string, Filed>()
  const taken = new Map<string, string>()
  const highest = new Map<string, number>()
  const accepted = new Map<string, Accepted>()
  const learn = (entry: Filed): void => {
    messages.set(entry.key, entry)
    for (const { verdict, reason: _, ...invoice } of entry.invoices) {
      const series = seriesOf(invoice)
      highest.set(series, Math.max(highest.get(series) ?? 0, invoice.number))
      if (verdict !== 'accepted') continue
      taken.set(identityOf(invoice), entry.key)
      if (invoice.code) taken.set(invoice.code, entry.key)
      accepted.set(identityOf(invoice), { ...invoice, message: entry.id })
    }
  }
  if (store !== undefined && existsSync(store)) {
    const whole = wholeLines(readFileSync(store, 'utf8'))
    for (const line of whole.split('\n')) if (line !== '') learn(JSON.parse(line) as Filed)
    truncateSync(store, Buffer.byteLength(whole))
  }
  let file = store === undefined ? undefined : openSync(store, 'a')
  return {
    find: (key) => messages.get(key),
    file: (entry) => {
      learn(entry)
      if (file === undefined) return
      writeSync(file, `${JSON.stringify(entry)}\n`)
      fdatasyncSync(file)
    },
    accepted: (identity) => taken.get(identity),
    highest: (series) => highest.get(series) ?? 0,
    all: () => [...accepted.values()],
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** A last line torn by a kill is cut off: its answer never left either. */
const wholeLines = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1)
