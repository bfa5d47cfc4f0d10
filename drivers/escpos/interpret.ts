import type { Page } from '../../src/domain/page.ts'
import { doubled } from '../text-grid/double-bytes.ts'
import { DESYNC, isNoise, MORE, signed, word } from '../text-grid/grammar.ts'
import type { Line, Piece } from '../text-grid/line.ts'
import { roll } from '../text-grid/roll.ts'
import { sheet } from '../text-grid/sheet.ts'
import { bandOf, type Glued, gallery } from './bands.ts'
import { BEGINS, DC2, DLE, ESC, FS, GS, IS_TEXT, isCut, measure, measureDc2 } from './commands.ts'
import { counter } from './counter.ts'
import { type Glyphs, ownGlyphs } from './glyphs.ts'
import { cellOf, initial, initialise, type PrinterState, setByEsc } from './state.ts'
import { symbols } from './symbols.ts'

/** How one register's printer differs from the others. */
export interface Dialect {
  /** Bytes of `ESC C` with its parameters, 3 or 5. */
  readonly escC: number
  /** CR alone ends a line; else it returns to the left edge. */
  readonly crEndsLine: boolean
  /** What the glyphs are that the host draws itself; without it text in them is not known. */
  readonly glyphs?: Glyphs
}

export const USUAL: Dialect = { escC: 3, crEndsLine: true }

/** Everything a frame put on the paper, letters still as bytes. */
export interface Printed {
  readonly lines: readonly Line[]
  readonly barcodes: readonly string[]
  readonly qrs: readonly string[]
  readonly pictures: readonly Glued[]
  readonly unknown: number
  readonly noise: boolean
  readonly desync: boolean
  /** Text was printed with glyphs the host defined itself, and nobody said what they are. */
  readonly customGlyphs: boolean
  /** Places where the printer put something of its own that was not sent: a counter, a macro of before. */
  readonly unseen: number
  readonly boundary: Page['boundary']
  /** The longest run of text bytes between two line ends; infinite when the pieces were too many. */
  readonly open: boolean
  readonly longest: number
  /** What the printer was left with. */
  readonly state: PrinterState
}

const DOTS_PER_INCH = 203
const FEEDS_AFTER_END = 3
/** A sheet of page mode may be printed again and again: beyond this it is no receipt anyhow. */
const MAX_ROWS = 5000
const [HT, LF, BS, FF, CR, CAN] = [0x09, 0x0a, 0x08, 0x0c, 0x0d, 0x18]

/** Plays a frame as a printer would. Pure; never fails: what it does not know is counted. */
export function interpret(b: Uint8Array, { escC, crEndsLine, glyphs }: Dialect = USUAL): Printed {
  const state = initial()
  const paper = roll()
  const pictures = gallery()
  const coded = symbols()
  const page = sheet()
  const own = ownGlyphs(glyphs)
  const count = counter()
  const double: Piece[] = []
  let pageMode = false
  let unknown = 0
  let commands = 0
  let unseen = 0
  let desync = false
  let scale = 1
  let partner = 0
  let letterBefore = false
  let boundary = 'quiet' as Page['boundary']
  let macroFrom = -1
  let macro: Uint8Array | undefined
  let replaying = false

  const how = (): { flipped: boolean; copy: boolean } => ({ flipped: state.flipped, copy: replaying })
  const endLine = (): void => {
    if (pageMode) page.place(paper.taken())
    else paper.endLine(how())
  }
  const flush = (): void => {
    if (!pageMode) paper.flush(how())
    else if (paper.open) endLine()
  }
  /** What comes behind the cut is on the next piece of paper. */
  const printed = (): void => {
    if (boundary === 'cut') boundary = 'quiet'
  }
  const other = (): void => {
    printed()
    paper.other()
  }

  const put = (bytes: Uint8Array, drawn?: string): void => {
    printed()
    const piece: Piece = {
      bytes,
      codePage: state.codePage,
      turn: state.turn,
      dong: state.national === 16,
      cell: cellOf(state),
      wide: state.wide,
      bold: state.bold || state.doubleStrike,
    }
    if (drawn !== undefined) piece.drawn = drawn
    else if (state.kanji === true) double.push(piece)
    paper.text(piece, state.align)
  }

  const text = (from: number, to: number): void => {
    if (state.displayOnly) return
    const bytes = b.subarray(from, to)
    if (state.userGlyphs) own.split(bytes, put)
    else put(bytes)
  }

  const printSheet = (): void => {
    flush()
    if (paper.lines.length <= MAX_ROWS) paper.add(page.lines())
  }
  const leaveSheet = (): void => {
    if (pageMode) paper.taken()
    page.clear()
    pageMode = false
  }

  const formFeed = (): void => {
    flush()
    if (pageMode) {
      printSheet()
      leaveSheet()
    } else paper.feed(FEEDS_AFTER_END)
  }

  const lineEnd = (byte: number): void => {
    if (partner === byte) {
      partner = 0
      return
    }
    partner = byte === LF ? CR : LF
    endLine()
    if (pageMode) page.down(state.lineDots)
  }

  /** Returns how many bytes it took. */
  const control = (byte: number, at: number): number => {
    if (state.displayOnly) return 1
    if (byte === LF || (byte === CR && crEndsLine)) lineEnd(byte)
    else if (byte === CR) paper.move({ kind: 'to', dots: 0 })
    else if (byte === HT) paper.move({ kind: 'tab', stops: state.tabs ?? [], cell: cellOf(state) })
    else if (byte === FF) formFeed()
    else if (byte === BS) {
      // The bold of plain drivers: the same letter struck twice.
      if (at > 0 && (b[at + 1] ?? 0) > 0x20 && b[at + 1] === b[at - 1]) return 2
      paper.move({ kind: 'by', dots: -cellOf(state) })
    } else if (byte === CAN && pageMode) {
      paper.taken()
      page.clear()
    }
    return 1
  }

  const feed = (lines: number, dots: number): void => {
    flush()
    if (pageMode) page.down(dots)
    else paper.feed(lines)
  }

  const esc = (at: number, end: number): void => {
    const second = b[at + 1] ?? 0
    const n = b[at + 2] ?? 0
    if (setByEsc(state, second, n)) return
    if (second === 0x24) paper.move({ kind: 'to', dots: Math.round(word(b, at + 2) * scale) })
    else if (second === 0x5c) paper.move({ kind: 'by', dots: Math.round(signed(b, at + 2) * scale) })
    else if (second === 0x40) {
      flush()
      leaveSheet()
      initialise(state)
      own.reset()
      scale = 1
    } else if (second === 0x26) own.define(b[at + 3] ?? 0, b[at + 4] ?? 0)
    else if (second === 0x3f) own.cancel(n)
    else if (second === 0x44) {
      const stops = [...b.subarray(at + 2, end)].filter((stop) => stop > 0)
      state.tabs = stops.map((stop) => stop * cellOf(state))
    } else if (second === 0x4c) {
      flush()
      pageMode = true
    } else if (second === 0x53) leaveSheet()
    else if (second === 0x0c && pageMode) printSheet()
    else if (second === 0x54) {
      if (pageMode) flush()
      page.direction(n)
    } else if (second === 0x57) {
      if (pageMode) flush()
      page.area({ x: word(b, at + 2), y: word(b, at + 4), width: word(b, at + 6), height: word(b, at + 8) })
    } else if (second === 0x64) feed(n, n * state.lineDots)
    else if (second === 0x4a) feed(Math.round(n / 30), n)
    else if (coded.take(b, at, end)) other()
    else picture(at, end)
  }

  const gs = (at: number, end: number): void => {
    const second = b[at + 1] ?? 0
    const n = b[at + 2] ?? 0
    if (second === 0x21) {
      state.wide = ((n >> 4) & 7) + 1
      state.tall = (n & 7) + 1
    } else if (second === 0x42) state.reversed = (n & 1) !== 0
    else if (second === 0x57) state.areaDots = Math.round(word(b, at + 2) * scale)
    else if (second === 0x4c) state.leftMargin = Math.round(word(b, at + 2) * scale)
    else if (second === 0x50) scale = n === 0 ? 1 : DOTS_PER_INCH / n
    else if (second === 0x24 || second === 0x5c) {
      // A horizontal position set before the vertical one is for what follows.
      const kept = paper.trailing()
      flush()
      for (const move of kept) paper.move(move)
      page.vertical(second === 0x24 ? word(b, at + 2) : signed(b, at + 2), second === 0x5c)
    } else if (second === 0x3a) {
      if (macroFrom >= 0) macro = b.subarray(macroFrom, at)
      macroFrom = macroFrom >= 0 ? -1 : end
    } else if (second === 0x5e) replay()
    else if (second === 0x43) count.set(b, at, end)
    else if (second === 0x63) {
      const number = count.next()
      if (number === undefined) unseen++
      put(new Uint8Array(0), number ?? '')
    } else if (coded.take(b, at, end)) other()
    else picture(at, end)
  }

  const picture = (at: number, end: number): void => {
    const band = bandOf(b, at, end)
    if (!band) return
    pictures.add(band, paper.rows)
    other()
  }

  let played = false
  /** A macro prints what was defined once more, however often it is called. */
  const replay = (): void => {
    if (replaying || played) return
    if (!macro) {
      unseen++
      return
    }
    replaying = true
    const whole = b
    b = macro
    play()
    b = whole
    replaying = false
    played = true
  }

  const fs = (at: number): void => {
    const second = b[at + 1]
    if (second === 0x26) state.kanji = true
    else if (second === 0x2e) state.kanji = false
    else if (second === 0x28 && b[at + 2] === 0x43 && b[at + 3] === 2 && b[at + 5] === 0x30)
      state.utf8 = b[at + 6] === 2 || b[at + 6] === 0x32
  }

  const command = (at: number, end: number): void => {
    const [first = 0, second = 0] = [b[at], b[at + 1]]
    if (state.displayOnly && !(first === ESC && second === 0x3d)) return
    if (isCut(first, second)) {
      state.openLine = paper.open
      flush()
      boundary = 'cut'
    } else if (first === ESC) esc(at, end)
    else if (first === GS) gs(at, end)
    else if (first === FS) fs(at)
    else if (first === DC2) picture(at, end)
    // DLE DC4 8 throws away what was not printed yet: nobody knows how much that was (2.3).
    else if (first === DLE && second === 0x14 && b[at + 2] === 8) desync = true
  }

  /** Plays `b`; true when it ended inside a command. */
  function play(): boolean {
    let at = 0
    while (at < b.length) {
      const byte = b[at] ?? 0
      if (byte !== LF && byte !== CR) partner = 0
      if (IS_TEXT[byte] === 1) {
        const from = at
        while (at < b.length && IS_TEXT[b[at] ?? 0] === 1) at++
        letterBefore = (b[at - 1] ?? 0) > 0x20
        text(from, at)
        continue
      }
      const begins = BEGINS[byte] === 1
      if (!begins || (state.displayOnly && byte !== ESC && byte !== DLE)) {
        letterBefore = false
        at += control(byte, at)
        continue
      }
      let size = byte === DC2 ? measureDc2(b, at, letterBefore, b.length) : measure(b, at, b.length, escC)
      const foreign = state.displayOnly && byte === ESC && at + 1 < b.length && b[at + 1] !== 0x3d
      if (size === MORE && !foreign) return true
      if (size < 0 && !foreign) {
        if (size === DESYNC) desync = true
        else unknown++
        if (isNoise(unknown, commands)) return false
      }
      const known = size > 0 && !foreign
      if (!known) size = 2
      const end = Math.min(at + size, b.length)
      letterBefore = false
      if (known && size > 1) {
        commands++
        command(at, end)
      }
      if (at + size > b.length) return true
      at += size
    }
    return false
  }

  const torn = play()
  const open = boundary !== 'cut' && paper.open
  if (boundary !== 'cut') state.openLine = paper.open
  flush()
  doubled(double)
  if (torn) boundary = 'torn'
  else if (boundary === 'quiet' && paper.feeds >= FEEDS_AFTER_END) boundary = 'feed'
  return {
    lines: paper.lines,
    barcodes: coded.barcodes,
    qrs: coded.qrs,
    pictures: pictures.all(),
    unknown,
    noise: isNoise(unknown, commands),
    desync,
    customGlyphs: own.used,
    unseen,
    boundary,
    open,
    longest: paper.longest,
    state,
  }
}
