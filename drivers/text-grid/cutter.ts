import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'
import { type Grammar, MAX_FRAME, MAX_LINE, MAX_LINES, MORE } from './grammar.ts'
import { heads as knownHeads } from './heads.ts'
import { ownTotals, progress } from './progress.ts'

/** Where a register's journal begins a new document, as its lines come; see `escpos/journal.ts`. */
export interface LineRules {
  /** A line ended at `at` (absolute); returns where the next document began if this line tells that one has. */
  lineEnded(line: string, blank: boolean, at: number): number | undefined
  /** The second byte of a line end came: the next line begins behind it. */
  joined(at: number): void
  /** The first line known of a new document. */
  opened(line: string): void
  reset(): void
}

export interface Cutting {
  /** A journal: no cut, its lines say where a document begins. */
  readonly rules?: LineRules
  /** So many lines before a cut are the head of the next receipt, printed above the knife (register-capture 6). 0: none. */
  readonly headerBeforeCut?: number
  /** The lines each document begins with, where nothing cuts; see `heads.ts`. Absent: learned. */
  readonly starts?: readonly string[]
  /** The shop's own words for a total, beside those everybody knows. */
  readonly totals?: readonly string[]
  /** False: CR alone returns to the left edge and ends no line. */
  readonly crEndsLine?: boolean
}

const FIRST_BUFFER = 8192
const SLICE = 65_536
/** A command shorter than this is waited for; the payload of a longer one is stepped over as it comes. */
const SHORT = 64
const EMPTY_FEEDS = 3
const ESC = 0x1b
const LF = 0x0a
const CR = 0x0d
const FF = 0x0c
const NONE = new Uint8Array(0)

/**
 * Cuts a printer stream, or with `rules` a register's journal, into documents (register-capture 6). All state depends
 * on the bytes alone, never on how they came in pieces. Memory: one document, at most `MAX_FRAME` bytes.
 */
export function cutter(
  grammar: Grammar,
  { rules, headerBeforeCut = 0, starts, totals = [], crEndsLine = true }: Cutting = {},
): Framer {
  const isText = grammar.text
  const begins = grammar.begins
  const seen = progress(ownTotals(totals))
  const opening = knownHeads(starts)
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
  /** Text is put on a sheet and printed at once: there FF is no end of a page. */
  let onSheet = false
  /** Behind an oversize document: everything up to the next boundary belongs to it. */
  let skipping = false
  /** The unfinished command is long: silence in it ends nothing. */
  let inPayload = false
  /** All there is of the open document is its head, printed before the last cut. */
  let carried = false
  /** Absolute begins of the last lines with text, as many as a head has; and of the line being printed. */
  let heads: number[] = []
  let lineFrom = 0
  /** The stored picture this document began with. */
  let logo = ''
  let frames: Frame[] = []
  let discarded = 0
  let answers: Uint8Array[] = []

  const fresh = (): void => {
    letterBefore = false
    carried = false
    heads = []
    logo = ''
    seen.reset()
    opening.begin()
    rules?.reset()
  }

  const discard = (to: number): void => {
    discarded += to - start
    start = to
    fresh()
  }

  /** Ends the document at `to`; its end mark begins at `tail`. */
  const finish = (to: number, tail: number, torn = false): void => {
    if (skipping || !seen.content) {
      skipping = false
      discard(to)
      return
    }
    opening.over(seen.sums)
    frames.push({ bytes: buf.slice(start, to), end: base + to, tail: tail - start, torn, begins: opening.begins() })
    start = to
    fresh()
  }

  /** Its head came again behind the totals: with it the next document began. */
  const openAt = (to: number): void => {
    if (to <= start) return
    finish(to, to)
    opening.opened()
    seen.printed()
    seen.endLine()
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

  const closeLine = (): string => {
    const said = opening.wants(seen.sums) ? seen.said() : ''
    const began = said === '' || headerBeforeCut > 0 ? undefined : opening.lineEnded(said, lineFrom, seen.sums)
    const line = seen.endLine()
    if (began !== undefined) openAt(began - base)
    if (headerBeforeCut > 0 && !seen.blank) {
      heads.push(lineFrom)
      if (heads.length > headerBeforeCut) heads.shift()
    }
    lineFrom = base + at
    return line
  }

  const lineEnd = (): void => {
    const line = closeLine()
    if (seen.lines > MAX_LINES) overflow(at)
    else if (rules) {
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
    while (to < stop && isText[buf[to] ?? 0] === 1) to++
    seen.text(buf, at, to)
    letterBefore = (buf[to - 1] ?? 0) > 0x20
    at = to
    if (seen.width > MAX_LINE) overflow(at)
  }

  const control = (byte: number): void => {
    const from = at++
    letterBefore = false
    if (byte === LF || (byte === CR && crEndsLine)) {
      if (partner === byte) {
        partner = 0
        lineFrom = base + at
        rules?.joined(base + at)
      } else {
        partner = byte === LF ? CR : LF
        lineEnd()
      }
    } else if (byte === FF) {
      // In standard mode a page is over (register-capture 6, 2); a receipt without its totals is not.
      if (!onSheet && seen.totals) finish(at, rules ? at : from)
      onSheet = false
    }
    inert(from)
  }

  /** The knife: with a head before it, the last lines open the next document, and the cut stays inside that one. */
  const end = (from: number): void => {
    closeLine()
    opening.cuts()
    if (headerBeforeCut === 0 || skipping) {
      finish(at, rules ? at : from)
      return
    }
    if (!seen.content) {
      if (!carried) discard(at)
      return
    }
    const head = (heads[0] ?? base + start) - base
    const whole = heads.length === headerBeforeCut && head > start && seen.texts > headerBeforeCut
    if (whole) finish(head, head)
    else fresh()
    carried = true
  }

  const reset = (from: number): void => {
    onSheet = false
    if (skipping) finish(from, from)
    else if (carried && !seen.content) return
    else if (!seen.content || seen.loose) discard(from)
    else if (seen.totals || seen.feeds >= EMPTY_FEEDS) finish(from, from)
    else if (seen.width > 0) closeLine()
  }

  /** The stored picture a document began with comes again behind its totals: the head of the next one. */
  const stored = (from: number, size: number): void => {
    if (size > SHORT) return
    const name = Buffer.from(buf.subarray(from, at)).toString('latin1')
    if (name === logo && seen.totals) finish(from, from)
    if (!seen.content && !carried) logo = name
  }

  /** What a command means for the boundary; `size` bytes at `from`. */
  const command = (from: number, size: number): void => {
    if (size <= SHORT) {
      const said = grammar.answer(buf, from, size)
      if (said) answers.push(said)
    }
    switch (grammar.meaning(buf, from, size)) {
      case 'end':
        end(from)
        return
      case 'begin':
        if (skipping || (seen.content && !seen.loose)) finish(from, from)
        else if (!carried) discard(from)
        return
      case 'reset':
        reset(from)
        return
      case 'display':
        displayOnly = true
        return
      case 'printer':
        displayOnly = false
        return
      case 'feed':
        closeLine()
        seen.feed(grammar.feed(buf, from))
        inert(from)
        return
      case 'prints':
        seen.printed()
        carried = false
        return
      case 'prints-and-ends':
        seen.printed()
        opening.cuts()
        finish(Math.min(at, len), Math.min(at, len))
        return
      case 'logo':
        stored(from, size)
        return
      case 'sheet-on':
        onSheet = true
        return
      case 'sheet-off':
        onSheet = false
        return
      case 'talk':
        inert(from)
        return
      default:
    }
  }

  /** One token; false when it must wait for more bytes. */
  const step = (): boolean => {
    const from = at
    const byte = buf[at] ?? 0
    if (byte !== LF && byte !== CR) partner = 0
    if (displayOnly && byte !== ESC && byte !== 0x10) {
      at++
      return true
    }
    if (isText[byte] === 1) {
      text()
      return true
    }
    if (begins[byte] !== 1) {
      control(byte)
      return true
    }
    let size = grammar.measure(buf, at, len, letterBefore)
    // A display knows `ESC =` like the printer; a command as long as a frame that knows no length yet is none.
    const foreign = displayOnly && byte === ESC && len - at >= 2 && buf[at + 1] !== 0x3d
    const known = size > 0 && !foreign
    if (!known && (size < 0 || foreign || (len - start >= MAX_FRAME && at === start))) size = 2
    // Enough of a long one to tell what it is; its payload is stepped over.
    inPayload = size > SHORT || (size === MORE && len - from > SHORT)
    if (size === MORE || from + Math.min(size, SHORT) > len) return false
    at = from + size
    letterBefore = false
    if (known) command(from, size)
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
        const smaller = new Uint8Array(FIRST_BUFFER)
        smaller.set(buf.subarray(start, len))
        buf = smaller
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

  /** The first byte that is or may become an end mark waits. */
  const passable = (): number => {
    const waits = at < len && !rules && headerBeforeCut === 0 && grammar.mayEnd(buf, at, len)
    return base + (waits ? at : len)
  }

  const report = (pass: number): Framed => {
    const said = answers.length === 0 ? NONE : Buffer.concat(answers)
    const framed: Framed = {
      ...{ frames, discarded, pass },
      ...(start === len && !skipping && !carried ? { between: true } : {}),
      ...(said.length > 0 ? { handshake: new Uint8Array(said) } : {}),
    }
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
      if (at <= len && !(at < len && inPayload) && (seen.content || skipping)) {
        if (seen.width > 0) closeLine()
        finish(at, at, !(seen.totals || (rules && seen.blank)))
      }
      return report(passable())
    },
    close(torn) {
      // The head of a picture that never came whole is no noise.
      if (at < len && inPayload) seen.printed()
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
