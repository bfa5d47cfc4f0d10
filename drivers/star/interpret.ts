import type { Page } from '../../src/domain/page.ts'
import { type Glued, gallery } from '../escpos/bands.ts'
import { DESYNC, isNoise, MORE, signed, word } from '../text-grid/grammar.ts'
import type { OnPaper } from '../text-grid/page.ts'
import { roll } from '../text-grid/roll.ts'
import { sheet } from '../text-grid/sheet.ts'
import { bandOf } from './bands.ts'
import { BEGINS, cutsInside, ESC, GS, IS_TEXT, isCut, isJob, measure } from './commands.ts'
import { westernOf } from './pages.ts'
import { cellOf, initial, initialise, type StarState, setByEsc, setByGs, setByRs } from './state.ts'
import { symbols } from './symbols.ts'

/** Everything a frame put on the paper, letters still as bytes. */
export interface Printed extends Omit<OnPaper, 'pictures' | 'codePage' | 'areaDots'> {
  readonly pictures: readonly Glued[]
  /** What the printer was left with. */
  readonly state: StarState
}

const FEEDS_AFTER_END = 3
const LINE_DOTS = 32
const MAX_ROWS = 5000
const [HT, LF, CR, SO, SI, DC2, DC4, CAN] = [0x09, 0x0a, 0x0d, 0x0e, 0x0f, 0x12, 0x14, 0x18]

/** Plays a frame as a Star printer would. Pure; never fails: what it does not know is counted. */
export function interpret(b: Uint8Array): Printed {
  const state = initial()
  const paper = roll()
  const pictures = gallery()
  const coded = symbols()
  const page = sheet()
  let pageMode = false
  let unknown = 0
  let commands = 0
  let desync = false
  let partner = 0
  let boundary = 'quiet' as Page['boundary']

  const how = (): { flipped: boolean; copy: boolean } => ({ flipped: state.flipped, copy: false })
  const endLine = (): void => {
    if (pageMode) page.place(paper.taken())
    else paper.endLine(how())
  }
  const flush = (): void => {
    if (!pageMode) paper.flush(how())
    else if (paper.open) endLine()
  }
  const printed = (): void => {
    if (boundary === 'cut') boundary = 'quiet'
  }
  const other = (): void => {
    printed()
    paper.other()
  }

  const text = (from: number, to: number): void => {
    printed()
    const { turn, wide, bold } = state
    const piece = {
      bytes: b.subarray(from, to),
      codePage: westernOf(state.codePage),
      turn,
      dong: false,
      cell: cellOf(state),
      wide,
      bold,
    }
    paper.text(piece, state.align)
  }

  const control = (byte: number): void => {
    if (byte === LF || byte === CR) {
      if (partner === byte) {
        partner = 0
        return
      }
      partner = byte === LF ? CR : LF
      endLine()
      if (pageMode) page.down(LINE_DOTS)
    } else if (byte === HT) paper.move({ kind: 'tab', stops: state.tabs ?? [], cell: cellOf(state) })
    else if (byte === SO) state.wide = 2
    else if (byte === DC4) state.wide = 1
    else if (byte === SI || byte === DC2) state.flipped = byte === SI
    // The line that is still in the buffer is thrown away.
    else if (byte === CAN) paper.taken()
  }

  const feed = (lines: number): void => {
    flush()
    if (pageMode) page.down(lines * LINE_DOTS)
    else paper.feed(lines)
  }

  const leaveSheet = (): void => {
    if (pageMode) paper.taken()
    page.clear()
    pageMode = false
  }

  /** `ESC GS P`: page mode on and off, direction, area, place, print, throw away. */
  const sheetMode = (at: number): void => {
    const n = b[at + 4] ?? 0
    switch (b[at + 3]) {
      case 48:
        flush()
        pageMode = true
        return
      case 50:
        flush()
        page.direction(n)
        return
      case 51:
        flush()
        page.area({ x: word(b, at + 4), y: word(b, at + 6), width: word(b, at + 8), height: word(b, at + 10) })
        return
      case 52:
      case 53:
        flush()
        page.vertical(b[at + 3] === 52 ? word(b, at + 4) : signed(b, at + 4), b[at + 3] === 53)
        return
      case 54:
      case 55:
        flush()
        if (paper.lines.length <= MAX_ROWS) paper.add(page.lines())
        if (b[at + 3] === 54) leaveSheet()
        return
      default:
        leaveSheet()
    }
  }

  const gs = (at: number, end: number): void => {
    const third = b[at + 2] ?? 0
    if (setByGs(state, third, b[at + 3] ?? 0)) return
    if (third === 0x41) paper.move({ kind: 'to', dots: word(b, at + 3) })
    else if (third === 0x52) paper.move({ kind: 'by', dots: signed(b, at + 3) })
    else if (third === 0x50) sheetMode(at)
    else if (coded.take(b, at, end)) other()
    else picture(at, end)
  }

  const picture = (at: number, end: number): void => {
    const band = bandOf(b, at, end)
    if (!band) return
    pictures.add(band, paper.rows)
    other()
    if (b[at + 1] === 0x2a && cutsInside(b, at, end)) boundary = 'cut'
  }

  const command = (at: number, end: number): void => {
    if (b[at] !== ESC) return
    const second = b[at + 1] ?? 0
    const n = b[at + 2] ?? 0
    if (isCut(b, at) || (isJob(b, at) && paper.lines.length > 0)) {
      state.openLine = paper.open
      flush()
      boundary = 'cut'
    } else if (setByEsc(state, second, n, b[at + 3] ?? 0)) return
    else if (second === GS) gs(at, end)
    else if (second === 0x1e) setByRs(state, n, b[at + 3] ?? 0)
    else if (second === 0x40) {
      flush()
      leaveSheet()
      initialise(state)
    } else if (second === 0x44) {
      const stops = [...b.subarray(at + 2, end)].filter((stop) => stop > 0)
      state.tabs = stops.map((stop) => stop * cellOf(state))
    } else if (second === 0x61) feed(n)
    else if (second === 0x49 || second === 0x4a) feed(Math.round(n / (second === 0x49 ? 32 : 16)))
    else if (coded.take(b, at, end)) other()
    else picture(at, end)
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
        text(from, at)
        continue
      }
      if (BEGINS[byte] !== 1) {
        control(byte)
        at++
        continue
      }
      let size = measure(b, at, b.length)
      if (size === MORE) return true
      const known = size > 0
      if (!known) {
        if (size === DESYNC) desync = true
        else unknown++
        if (isNoise(unknown, commands)) return false
        size = 2
      } else {
        commands++
        command(at, Math.min(at + size, b.length))
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
    customGlyphs: false,
    unseen: 0,
    boundary,
    open,
    longest: paper.longest,
    state,
  }
}
