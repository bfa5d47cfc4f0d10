import type { Page } from '../../src/domain/page.ts'
import { DESYNC, MORE, signed, word } from '../text-grid/grammar.ts'
import type { Item, Line } from '../text-grid/line.ts'
import { bandOf, type Glued, gallery } from './bands.ts'
import { DLE, ESC, FS, GS, IS_TEXT, isCut, measure, measureDc2, US } from './commands.ts'
import { sheet } from './sheet.ts'
import { cellOf, initial, initialise, type PrinterState, setByEsc } from './state.ts'
import { symbols } from './symbols.ts'

/** Everything a frame put on the paper, letters still as bytes. */
export interface Printed {
  readonly lines: readonly Line[]
  readonly barcodes: readonly string[]
  readonly qrs: readonly string[]
  readonly pictures: readonly Glued[]
  readonly unknown: number
  readonly desync: boolean
  /** Text was printed with glyphs the host defined itself. */
  readonly customGlyphs: boolean
  readonly boundary: Page['boundary']
  /** The longest run of text bytes between two line ends; infinite when the pieces were too many. */
  readonly longest: number
  /** What the printer was left with. */
  readonly state: PrinterState
}

const DOTS_PER_INCH = 203
const FEEDS_AFTER_END = 3
/** Pieces of text and moves between them: no receipt has so many, and each costs more than its bytes. */
const MAX_PIECES = 50_000
/** A sheet of page mode may be printed again and again: beyond this it is no receipt anyhow. */
const MAX_ROWS = 5000

/** Plays a frame as a printer would. Pure; never fails: what it does not know is counted. */
export function interpret(b: Uint8Array): Printed {
  const state = initial()
  const lines: Line[] = []
  const pictures = gallery()
  const coded = symbols()
  const paper = sheet()
  const glyphs = new Set<number>()
  let items: Item[] = []
  let pieces = 0
  let align: Line['align'] = 'left'
  let pageMode = false
  let textRows = 0
  let printedOther = false
  let unknown = 0
  let desync = false
  let customGlyphs = false
  let feeds = 0
  let width = 0
  let longest = 0
  let scale = 1
  let partner = 0
  let letterBefore = false
  let boundary = 'quiet' as Page['boundary']
  let macroFrom = -1
  let macro: Uint8Array | undefined
  let replaying = false

  const endLine = (): void => {
    if (pageMode) paper.place(items)
    else if (items.length > 0 || !printedOther) {
      lines.push({ items, align, flipped: state.flipped })
      if (items.some((item) => item.kind === 'text')) {
        textRows++
        feeds = 0
      } else feeds++
    }
    items = []
    printedOther = false
    longest = Math.max(longest, width)
    width = 0
  }

  const flush = (): void => {
    if (items.length > 0) endLine()
    printedOther = false
  }

  const other = (): void => {
    printedOther = true
    feeds = 0
  }

  const put = (item: Item): void => {
    if (++pieces > MAX_PIECES) longest = Number.POSITIVE_INFINITY
    else items.push(item)
  }

  const text = (from: number, to: number): void => {
    if (state.displayOnly) return
    const bytes = b.subarray(from, to)
    if (state.userGlyphs && bytes.some((byte) => glyphs.has(byte))) customGlyphs = true
    // ESC a counts only at the beginning of a line.
    if (items.length === 0) align = state.align
    width += to - from
    const { codePage, turn, wide } = state
    const piece = {
      bytes,
      codePage,
      turn,
      dong: state.national === 16,
      cell: cellOf(state),
      wide,
      bold: state.bold || state.doubleStrike,
    }
    put({ kind: 'text', piece })
  }

  const printSheet = (): void => {
    flush()
    if (lines.length > MAX_ROWS) return
    for (const line of paper.lines()) {
      lines.push(line)
      textRows++
    }
  }

  const leaveSheet = (): void => {
    if (pageMode) items = []
    paper.clear()
    pageMode = false
  }

  const control = (byte: number): void => {
    if (state.displayOnly) return
    if (byte === 0x0a || byte === 0x0d) {
      if (partner === byte) partner = 0
      else {
        partner = byte === 0x0a ? 0x0d : 0x0a
        endLine()
        if (pageMode) paper.down(state.lineDots)
      }
    } else if (byte === 0x09) put({ kind: 'tab', stops: state.tabs ?? [], cell: cellOf(state) })
    else if (byte === 0x0c) {
      if (pageMode) {
        printSheet()
        leaveSheet()
      } else flush()
    } else if (byte === 0x18 && pageMode) {
      items = []
      paper.clear()
    }
  }

  const feed = (n: number): void => {
    flush()
    if (pageMode) paper.down(n * state.lineDots)
    else feeds += n
  }

  const esc = (at: number, end: number): void => {
    const second = b[at + 1] ?? 0
    const n = b[at + 2] ?? 0
    if (setByEsc(state, second, n)) return
    if (second === 0x24) put({ kind: 'to', dots: Math.round(word(b, at + 2) * scale) })
    else if (second === 0x5c) put({ kind: 'by', dots: Math.round(signed(b, at + 2) * scale) })
    else if (second === 0x40) {
      flush()
      leaveSheet()
      initialise(state)
      scale = 1
    } else if (second === 0x26) for (let code = b[at + 3] ?? 0; code <= (b[at + 4] ?? 0); code++) glyphs.add(code)
    else if (second === 0x44) {
      const stops = [...b.subarray(at + 2, end)].filter((stop) => stop > 0)
      state.tabs = stops.map((stop) => stop * cellOf(state))
    } else if (second === 0x4c) {
      flush()
      pageMode = true
    } else if (second === 0x53) leaveSheet()
    else if (second === 0x0c && pageMode) printSheet()
    else if (second === 0x54) paper.direction(n)
    else if (second === 0x57) paper.area(word(b, at + 2), word(b, at + 4))
    else if (second === 0x64) feed(n)
    else if (second === 0x4a) {
      flush()
      if (pageMode) paper.down(n)
      else feeds += Math.round(n / 30)
    } else if (coded.take(b, at, end)) other()
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
      const last = items.findLastIndex((item) => item.kind === 'text')
      if (last >= 0) {
        const kept = items.slice(last + 1)
        items = items.slice(0, last + 1)
        flush()
        items = kept
      }
      paper.vertical(second === 0x24 ? word(b, at + 2) : signed(b, at + 2), second === 0x5c)
    } else if (second === 0x3a) {
      if (macroFrom >= 0) macro = b.subarray(macroFrom, at)
      macroFrom = macroFrom >= 0 ? -1 : end
    } else if (second === 0x5e) replay()
    else if (coded.take(b, at, end)) other()
    else picture(at, end)
  }

  const picture = (at: number, end: number): void => {
    const band = bandOf(b, at, end)
    if (!band) return
    pictures.add(band, textRows)
    other()
  }

  /** A macro prints what was defined once more, however often it is called. */
  const replay = (): void => {
    if (!macro || replaying) return
    replaying = true
    const whole = b
    b = macro
    macro = undefined
    play()
    b = whole
    replaying = false
  }

  const fs = (at: number): void => {
    const second = b[at + 1]
    if (second === 0x26) state.kanji = true
    else if (second === 0x2e) state.kanji = false
    else if (second === 0x28 && b[at + 2] === 0x43 && b[at + 3] === 2 && b[at + 5] === 0x30) {
      state.utf8 = b[at + 6] === 2 || b[at + 6] === 0x32
    }
  }

  const command = (at: number, end: number): void => {
    const [first = 0, second = 0] = [b[at], b[at + 1]]
    if (state.displayOnly && !(first === ESC && second === 0x3d)) return
    if (isCut(first, second)) {
      state.openLine = items.length > 0
      flush()
      boundary = 'cut'
    } else if (first === ESC) esc(at, end)
    else if (first === GS) gs(at, end)
    else if (first === FS) fs(at)
    else if (first === 0x12) picture(at, end)
    // DLE DC4 8 throws away what was not printed yet: nobody knows how much that was (2.3).
    else if (first === DLE && second === 0x14 && b[at + 2] === 8) desync = true
  }

  /** Plays `b`; true when it ended inside a command. */
  function play(): boolean {
    let at = 0
    while (at < b.length) {
      const byte = b[at] ?? 0
      if (byte !== 0x0a && byte !== 0x0d) partner = 0
      if (IS_TEXT[byte] === 1) {
        const from = at
        while (at < b.length && IS_TEXT[b[at] ?? 0] === 1) at++
        letterBefore = (b[at - 1] ?? 0) > 0x20
        text(from, at)
        continue
      }
      const begins = byte === ESC || byte === GS || byte === FS || byte === DLE || byte === US
      if ((state.displayOnly && byte !== ESC && byte !== DLE) || (!begins && byte !== 0x12)) {
        letterBefore = false
        control(byte)
        at++
        continue
      }
      let size = begins ? measure(b, at, b.length) : measureDc2(b, at, letterBefore, b.length)
      const foreign = state.displayOnly && byte === ESC && at + 1 < b.length && b[at + 1] !== 0x3d
      if (size === MORE && !foreign) return true
      if (size < 0 && !foreign) {
        if (size === DESYNC) desync = true
        else unknown++
      }
      const known = size > 0 && !foreign
      if (!known) size = 2
      const end = Math.min(at + size, b.length)
      letterBefore = false
      if (known && size > 1) command(at, end)
      if (at + size > b.length) return true
      at += size
    }
    return false
  }

  const torn = play()
  if (boundary !== 'cut') state.openLine = items.length > 0
  flush()
  if (torn) boundary = 'torn'
  else if (boundary === 'quiet' && feeds >= FEEDS_AFTER_END) boundary = 'feed'
  return {
    lines,
    barcodes: coded.barcodes,
    qrs: coded.qrs,
    pictures: pictures.all(),
    unknown,
    desync,
    customGlyphs,
    boundary,
    longest: Math.max(longest, width),
    state,
  }
}
