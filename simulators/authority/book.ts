import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, readSync, truncateSync, writeSync } from 'node:fs'
import type { Instant } from '../../src/domain/time.ts'
import type { Letter, Registration } from './letters.ts'
import { type Register, register, type Standing } from './register.ts'
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
  readonly date?: string
  /** Pay, and net and tax of each rate, in the short form of `written`. */
  readonly amounts?: string
  /** The invoice it corrects, by identity; only where the correction was accepted. */
  readonly corrects?: { readonly how: 'replace' | 'adjust'; readonly identity: string }
}

/** A message it dealt with: everything needed to give the same answers again. */
export interface Filed {
  /** Last 32 hex of the id: all that survives re-wrapping (einvoice-format 2). */
  readonly key: string
  readonly id: string
  /** Message type, `206`. */
  readonly type?: string
  readonly taxCode: string
  readonly sha256: string
  readonly at: Instant
  readonly verdict: string
  readonly invoices: readonly Kept[]
  readonly replies: readonly Reply[]
  readonly warnings: readonly string[]
}

export interface Accepted extends Pick<Kept, 'seller' | 'form' | 'symbol' | 'number' | 'code' | 'sha256'> {
  readonly message: string
}

/** The memory of the authority; rebuilt from its store at a start. */
export interface Book {
  find(key: string): Filed | undefined
  /** Flushed to the store before it returns. The latest entry of a key wins. */
  file(entry: Filed): void
  readonly invoices: Register
  /** Flushed like messages; the latest state of a letter wins. */
  post(letter: Letter): void
  letters(): readonly Letter[]
  /** What was accepted of a taxpayer's registration; the newest wins. */
  enrol(registration: Registration): void
  registration(taxCode: string): Registration | undefined
  all(): readonly Accepted[]
  close(): void
}

/** Messages are long and rarely asked for again: the newest are at hand, older ones are read from the store. */
const AT_HAND = 500
/** Without a store nothing else has them; a message older than this many is a new one. */
const WITHOUT_STORE = 5_000
/** Letters that somebody may still answer. */
const LETTERS = 1_000

interface Place {
  readonly at: number
  readonly length: number
}

type Line = Filed | { readonly letter: Letter } | { readonly registration: Registration }

export function book(store: string | undefined): Book {
  const messages = new Map<string, Filed>()
  const places = new Map<string, Place>()
  const invoices = register()
  const letters = new Map<string, Letter>()
  const registrations = new Map<string, Registration>()
  let end = 0

  const learn = (line: Line, place: Place | undefined): void => {
    if ('letter' in line) bounded(letters, line.letter.id, line.letter, LETTERS)
    else if ('registration' in line) registrations.set(line.registration.taxCode, line.registration)
    else {
      if (place) places.set(line.key, place)
      bounded(messages, line.key, line, store === undefined ? WITHOUT_STORE : AT_HAND)
      // A notice only names invoices; those are not brought by it.
      if (!/^30/.test(line.type ?? '')) for (const invoice of line.invoices) invoices.put(invoice, line.id)
    }
  }
  if (store !== undefined && existsSync(store)) {
    const whole = wholeLines(readFileSync(store))
    truncateSync(store, whole.length)
    for (let next = whole.indexOf(10); next >= 0; next = whole.indexOf(10, end)) {
      learn(JSON.parse(whole.toString('utf8', end, next)) as Line, { at: end, length: next - end })
      end = next + 1
    }
  }
  let file = store === undefined ? undefined : openSync(store, 'a+')
  const write = (line: Line): void => {
    if (file === undefined) {
      learn(line, undefined)
      return
    }
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    writeSync(file, bytes)
    fdatasyncSync(file)
    learn(line, { at: end, length: bytes.length - 1 })
    end += bytes.length
  }
  const again = (key: string): Filed | undefined => {
    const place = places.get(key)
    if (!place || file === undefined) return undefined
    const bytes = Buffer.alloc(place.length)
    readSync(file, bytes, 0, place.length, place.at)
    return JSON.parse(bytes.toString('utf8')) as Filed
  }
  return {
    find: (key) => messages.get(key) ?? again(key),
    file: write,
    invoices,
    post: (letter) => write({ letter }),
    letters: () => [...letters.values()],
    enrol: (registration) => write({ registration }),
    registration: (taxCode) => registrations.get(taxCode),
    all: () => [...invoices.accepted()].map(shortly),
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

const shortly = ({ seller, form, symbol, number, code, sha256, message }: Standing): Accepted => ({
  ...{ seller, form, symbol, number, code, sha256, message },
})

/** Puts it last; what is oldest beyond `most` goes. */
function bounded<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= most) return
    map.delete(oldest)
  }
}

/** A last line torn by a kill is cut off: its answer never left either. */
const wholeLines = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.lastIndexOf(10) + 1)
