import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'
import { DLE, ESC, FS, GS, IS_TEXT, isCut, MAX_PICTURE, MORE, measure, measureDc2, US } from './commands.ts'
import { lineRules } from './journal.ts'
import { progress } from './progress.ts'
import { answer } from './status.ts'

/** A frame in an audit pack may not be larger; what follows up to the next boundary is counted, not kept. */
export const MAX_FRAME = MAX_PICTURE
/** Bytes of text in one line, and lines in one document: beyond, it is no receipt (register-capture 11). */
export const MAX_LINE = 4096
export const MAX_LINES = 5000

const FIRST_BUFFER = 8192
const SLICE = 65_536
/** A command shorter than this is waited for; the payload of a longer one is stepped over as it comes. */
const SHORT = 64
/** `GS I`, `GS a`, `GS r`: talk with the printer that leaves nothing on the paper. */
const ASKS = [0x49, 0x61, 0x72]
const NONE = new Uint8Array(0)

/**
 * Cuts a printer stream, or with `journal` a register's journal, into documents (register-capture 6). All state depends
 * on the bytes alone, never on how they came in pieces. Memory: one document, at most `MAX_FRAME` bytes.
 */
export function framer({ journal }: { readonly journal: boolean }): Framer {
  const seen = progress()
  const rules = lineRules()
  let buf = new Uint8Array(FIRST_BUFFER)
  let len = 0
  /** Absolute offset of `buf[0]`. */
  let base = 0
  /** Where the open document begins, and the next token; `at` runs past `len` inside a payload. */
  let start = 0
  let at = 0
  /** The other byte of a line end, swallowed if it comes next: CR LF and LF CR are one end. */
  let partner = 0
  /** The byte before is text that shows: then a control byte may be a letter of TCVN (5.3). */
  let letterBefore = false
  let displayOnly = false
  /** Behind an oversize document: everything up to the next boundary belongs to it. */
  let skipping = false
  let frames: Frame[] = []
  let discarded = 0
  let answers: Uint8Array[] = []

  const discard = (to: number): void => {
    discarded += to - start
    start = to
    letterBefore = false
    seen.reset()
    rules.reset()
  }

  /** Ends the document at `to`; its end mark begins at `tail`. */
  const finish = (to: number, tail: number, torn = false): void => {
    if (skipping || !seen.content) {
      skipping = false
      discard(to)
      return
    }
    frames.push({ bytes: buf.slice(start, to), end: base + to, tail: tail - start, torn })
    start = to
    letterBefore = false
    seen.reset()
    rules.reset()
  }

  /** Over a limit: kept as it is so far, and the rest of it is counted. */
  const overflow = (to: number): void => {
    const rest = seen.content || skipping
    finish(to, to)
    skipping = rest
  }

  /** A token that leaves nothing behind is no part of a document that has not begun. */
  const inert = (from: number): void => {
    if (from === start && !seen.content) discard(Math.min(at, len))
  }

  const lineEnd = (): void => {
    const line = seen.endLine()
    if (seen.lines > MAX_LINES) overflow(at)
    else if (journal) {
      const cut = rules.lineEnded(line, seen.blank, base + at)
      if (cut !== undefined) {
        finish(cut - base, cut - base)
        rules.opened(line)
        seen.printed()
        seen.endLine()
      }
    }
  }

  const text = (): void => {
    const room = MAX_LINE + 1 - seen.width
    const stop = Math.min(len, at + room)
    let to = at
    while (to < stop && IS_TEXT[buf[to] ?? 0] === 1) to++
    seen.text(buf, at, to)
    letterBefore = (buf[to - 1] ?? 0) > 0x20
    at = to
    if (seen.width > MAX_LINE) overflow(at)
  }

  const control = (byte: number): void => {
    const from = at++
    letterBefore = false
    if (byte === 0x0a || byte === 0x0d) {
      if (partner === byte) {
        partner = 0
        rules.joined(base + at)
      } else {
        partner = byte === 0x0a ? 0x0d : 0x0a
        lineEnd()
      }
    }
    inert(from)
  }

  /** What a command means for the boundary; `size` bytes at `from`. */
  const command = (from: number, size: number): void => {
    const first = buf[from] ?? 0
    const second = buf[from + 1] ?? 0
    if (size <= SHORT) {
      const said = answer(buf, from)
      if (said) answers.push(said)
    }
    if (isCut(first, second)) {
      seen.endLine()
      finish(at, journal ? at : from)
    } else if (first === ESC && second === 0x40) {
      if (skipping) finish(from, from)
      else if (!seen.content || seen.loose) discard(from)
      else if (seen.totals || seen.feeds >= 3) finish(from, from)
      else if (seen.width > 0) seen.endLine()
    } else if (first === ESC && second === 0x3d) {
      displayOnly = ((buf[from + 2] ?? 0) & 1) === 0
    } else if (first === ESC && (second === 0x64 || second === 0x4a)) {
      const n = buf[from + 2] ?? 0
      seen.endLine()
      seen.feed(second === 0x64 ? n : Math.round(n / 30))
      inert(from)
    } else if (prints(buf, from)) seen.printed()
    else if (first === DLE || (first === ESC && second === 0x70) || (first === GS && ASKS.includes(second))) inert(from)
  }

  /** One token; false when it must wait for more bytes. */
  const step = (): boolean => {
    const from = at
    const byte = buf[at] ?? 0
    if (byte !== 0x0a && byte !== 0x0d) partner = 0
    if (displayOnly && byte !== ESC && byte !== DLE) {
      at++
      return true
    }
    if (IS_TEXT[byte] === 1) {
      text()
      return true
    }
    let size: number
    if (byte === 0x12) size = measureDc2(buf, at, letterBefore, len)
    else if (byte === ESC || byte === GS || byte === FS || byte === DLE || byte === US) size = measure(buf, at, len)
    else {
      control(byte)
      return true
    }
    // A display knows `ESC =` like the printer; a command as long as a frame that knows no length yet is none.
    const foreign = displayOnly && byte === ESC && len - at >= 2 && buf[at + 1] !== 0x3d
    const known = size > 0 && !foreign
    if (!known && (size < 0 || foreign || (len - start >= MAX_FRAME && at === start))) size = 2
    if (size === MORE || (size <= SHORT && from + size > len)) return false
    at = from + size
    letterBefore = false
    if (size === 1) inert(from)
    else if (known) command(from, size)
    return true
  }

  const scan = (): void => {
    while (at < len && step());
    if (len - start < MAX_FRAME) return
    // Whole tokens only: the head of an unfinished command opens what comes next.
    overflow(at < len && at > start ? at : len)
  }

  const take = (chunk: Uint8Array): void => {
    if (start > 0) {
      const kept = len - start
      const small = kept <= FIRST_BUFFER && buf.length > 4 * SLICE
      if (small) {
        const fresh = new Uint8Array(FIRST_BUFFER)
        fresh.set(buf.subarray(start, len))
        buf = fresh
      } else buf.copyWithin(0, start, len)
      base += start
      at -= start
      len = kept
      start = 0
    }
    if (len + chunk.length > buf.length) {
      const larger = new Uint8Array(Math.min(MAX_FRAME, Math.max(buf.length * 2, len + chunk.length)))
      larger.set(buf.subarray(0, len))
      buf = larger
    }
    buf.set(chunk, len)
    len += chunk.length
  }

  /** The first byte that is or may become an end mark waits: a lone ESC or GS, a `GS V` without its parameter. */
  const passable = (): number => {
    const waits = at < len && !journal && (buf[at] === ESC || buf[at] === GS)
    return base + (waits && (len - at === 1 || (buf[at] === GS && buf[at + 1] === 0x56)) ? at : len)
  }

  const report = (pass: number): Framed => {
    const said = answers.length === 0 ? NONE : Buffer.concat(answers)
    const framed: Framed = { frames, discarded, pass, ...(said.length > 0 ? { handshake: new Uint8Array(said) } : {}) }
    frames = []
    discarded = 0
    answers = []
    return framed
  }

  return {
    push(chunk) {
      for (let from = 0; from < chunk.length; ) {
        const to = Math.min(chunk.length, from + Math.min(SLICE, MAX_FRAME - (len - start)))
        take(chunk.subarray(from, to))
        from = to
        scan()
        // Between frames nothing but the unfinished rest is kept; behind an oversize one not even that.
        if (skipping) skipRest()
      }
      return report(passable())
    },
    quiet() {
      // Silence inside a payload ends nothing (register-capture 6, 8).
      if (at <= len && (seen.content || skipping)) {
        if (seen.width > 0) seen.endLine()
        finish(at, at, !(seen.totals || (journal && seen.blank)))
      }
      return report(passable())
    },
    close(torn) {
      finish(len, len, torn || at !== len)
      at = len
      return report(base + len)
    },
  }

  function skipRest(): void {
    const to = Math.min(at, len)
    discarded += to - start
    start = to
  }
}

/** Commands that put something other than text on the paper. */
function prints(b: Uint8Array, at: number): boolean {
  const second = b[at + 1]
  if (b[at] === 0x12) return second === 0x2a
  if (b[at] === ESC) return second === 0x2a || second === 0x5a
  if (b[at] !== GS) return false
  if (second === 0x76 || second === 0x6b || second === 0x51) return true
  if (second === 0x28 && b[at + 2] === 0x6b) return b[at + 6] === 81
  const graphics = second === 0x28 ? b[at + 6] : second === 0x38 ? b[at + 8] : undefined
  return (b[at + 2] === 0x4c || b[at + 2] === 0x4d) && (graphics === 112 || graphics === 113)
}
