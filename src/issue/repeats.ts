import { createHash } from 'node:crypto'
import { type Fault, fault } from '../domain/fault.ts'
import { fold } from '../domain/fold.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Receipt } from '../domain/receipt.ts'
import { civilDate, type Instant } from '../domain/time.ts'

/** What one register said of one sale, as far as a second copy of it can be told. */
export interface Said {
  readonly entry: EntryId
  readonly heard: Instant
  readonly number?: string
  /** The business date: as printed, else of the moment it was heard. */
  readonly day: string
  readonly total: bigint
  /** SHA-256 of the lines without times and copy marks. */
  readonly text: string
  /** SHA-256 of goods, money and printed moment, where the paper has a number and a time. */
  readonly sold?: string
}

export type Repeat = { readonly kind: 'duplicate'; readonly of: EntryId } | { readonly kind: 'held'; readonly fault: Fault }

/** Without a receipt number: two equal papers this close may be one sale or two; only a person can tell (6.4). */
const LIKE_MS = 10 * 60_000
/** A counter that wraps or restarts does not come round within this time; a bill that was changed and printed again does. */
const REUSE_MS = 30 * 60_000

export interface Repeats {
  /** Undefined: a sale of its own. Two equal coffees under two numbers are two sales. */
  judge(said: Said): Repeat | undefined
  remember(said: Said): void
  /** A paper that waits for a person, printed once more: the entry that waits already. Else it is the first, and known from now on. */
  waits(said: Said): EntryId | undefined
  /** The newest sale under a number, as a return or a cancellation names it. */
  earlier(number: string): Said | undefined
}

/** The memory of one register (register-capture 6.4). Derived and bounded: rebuilt from the frames at start. */
export function repeats(limit = 4_000): Repeats {
  const exact = new Map<string, Said>()
  const numbers = new Map<string, Said>()
  const texts = new Map<string, Said>()
  const waiting = new Map<string, Said>()
  const newest = new Map<string, Said>()
  const keep = (map: Map<string, Said>, key: string, said: Said): void => {
    map.delete(key)
    map.set(key, said)
    for (const oldest of map.keys()) {
      if (map.size <= limit) break
      map.delete(oldest)
    }
  }
  const other = (found: Said | undefined, said: Said): Said | undefined => (found?.entry === said.entry ? undefined : found)
  return {
    judge(said) {
      if (said.number === undefined) {
        const before = other(texts.get(said.text), said)
        const apart = before ? Math.abs(said.heard - before.heard) : 0
        if (!before || apart > LIKE_MS) return undefined
        const minutes = String(Math.max(1, Math.round(apart / 60_000)))
        return { kind: 'held', fault: fault('SALE_POSSIBLE_DUPLICATE', { minutes, entry: before.entry }) }
      }
      const reused = (by: Said): Repeat => ({
        kind: 'held',
        fault: fault('SALE_DUPLICATE_NUMBER', { number: said.number ?? '', entry: by.entry }),
      })
      const same = other(exact.get(exactKey(said)), said)
      if (same) return isCopy(same, said) ? { kind: 'duplicate', of: same.entry } : reused(same)
      const number = other(numbers.get(numberKey(said)), said)
      return number && Math.abs(said.heard - number.heard) <= REUSE_MS ? reused(number) : undefined
    },
    remember(said) {
      if (said.number === undefined) return keep(texts, said.text, said)
      // The first paper under a key stays the original that later copies are compared with.
      if (!exact.has(exactKey(said))) keep(exact, exactKey(said), said)
      keep(numbers, numberKey(said), said)
      keep(newest, bare(said.number), said)
    },
    waits(said) {
      if (said.number === undefined) return undefined
      const key = `${exactKey(said)}|${said.text}`
      const first = waiting.get(key)
      if (first && first.entry < said.entry) return first.entry
      keep(waiting, key, said)
      return undefined
    },
    earlier: (number) => newest.get(bare(number)),
  }
}

/** The same words; or, where the line hummed into one of them, the same goods and money at the same printed moment. */
const isCopy = (a: Said, b: Said): boolean => a.text === b.text || (a.sold !== undefined && a.sold === b.sold)

/** `#HD-0457` and `hd0457` are one number. */
const bare = (number: string): string => fold(number).replace(/[^a-z0-9]/g, '')
const numberKey = (said: Said): string => `${said.number}|${said.day}`
const exactKey = (said: Said): string => `${numberKey(said)}|${said.total}`

/** `textLines` as the reader gives them; a structured source has none and is compared by its figures. */
export function saidBy(
  entry: EntryId,
  heard: Instant,
  receipt: Receipt,
  textLines: readonly string[],
  /** Its source names each sale itself (an idempotency key): two equal ones without a number are two. */
  named = false,
): Said {
  const lines = textLines.length > 0 ? plainLines(textLines) : [figures(receipt)]
  const number = receipt.receiptNo ?? (named ? entry : undefined)
  return {
    entry,
    heard,
    ...(number !== undefined ? { number } : {}),
    day: receipt.issuedAt?.slice(0, 10) ?? civilDate(heard),
    total: receipt.total,
    text: digest(lines.join('\n')),
    ...(receipt.receiptNo !== undefined && receipt.issuedAt?.includes('T') ? { sold: digest(sold(receipt)) } : {}),
  }
}

/**
 * Lines in which a second copy may differ: which copy it is, who printed it when, where to sign after a card payment
 * (register-capture 6).
 */
const COPY_MARK =
  /^\W*(?:(?:hoa don|phieu|bill|receipt)\W+)?(?:ban (?:sao|in lai|goc|luu|khach hang|cua hang|so \d+)|in lai|lien (?:\d|hai|luu|khach|cua hang|giao)|copy|duplicate|reprint|(?:customer|merchant|store|shop) copy)\b.{0,30}$/
const PRINT_MARK =
  /^\W*(?:(?:so )?lan in|in (?:lan|luc|ngay|boi|gio)|gio in|ngay in|printed|chu ky|ky ten|signature|khach hang ky)\b/

const plainLines = (lines: readonly string[]): string[] =>
  lines
    .map((line) => fold(line))
    .filter((line) => /[^\W_]/.test(line) && !COPY_MARK.test(line) && !PRINT_MARK.test(line))
    .map((line) => line.replace(/\b\d{1,2}[:h]\d{2}(:\d{2})?\b/g, '').trim())
    .filter((line) => line !== '')

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What was sold, when and for what money; without the letters around it. */
const sold = ({ issuedAt = '', lines, total, ...paid }: Receipt): string => {
  const { payments = [], tendered = 0n, change = 0n } = paid
  return `${issuedAt} ${figures({ lines, total, payments, tendered, change })}`
}

const figures = ({ issuedAt: _, ...receipt }: Receipt): string =>
  JSON.stringify(receipt, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
