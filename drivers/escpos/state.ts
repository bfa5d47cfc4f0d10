import type { Line } from '../text-grid/line.ts'

/** What earlier commands have set; decides how later text is placed and decoded. */
export interface PrinterState {
  codePage: number
  turn: number
  fontB: boolean
  bold: boolean
  doubleStrike: boolean
  /** Width and height factors, 1 to 8. */
  wide: number
  tall: number
  spacing: number
  align: Line['align']
  flipped: boolean
  underline: boolean
  reversed: boolean
  national: number
  /** Dots per line, 30 by default. */
  lineDots: number
  tabs: readonly number[] | undefined
  leftMargin: number
  areaDots: number | undefined
  userGlyphs: boolean
  displayOnly: boolean
  kanji: boolean | undefined
  utf8: boolean | undefined
  /** Text stands in a line that has not been ended. */
  openLine: boolean
}

const LINE = 30

export const initial = (): PrinterState => ({
  codePage: -1,
  turn: 0,
  fontB: false,
  bold: false,
  doubleStrike: false,
  wide: 1,
  tall: 1,
  spacing: 0,
  align: 'left',
  flipped: false,
  underline: false,
  reversed: false,
  national: 0,
  lineDots: LINE,
  tabs: undefined,
  leftMargin: 0,
  areaDots: undefined,
  userGlyphs: false,
  displayOnly: false,
  kanji: undefined,
  utf8: undefined,
  openLine: false,
})

/** ESC @: all but how often the page changed and what is a setting of the printer itself. */
export function initialise(state: PrinterState): void {
  const { turn, kanji, utf8 } = state
  Object.assign(state, initial(), { turn, kanji, utf8 })
}

export const cellOf = (state: PrinterState): number => (state.fontB ? 9 : 12) + state.spacing

const ALIGN = ['left', 'centre', 'right'] as const

/** Commands that only set something; false when `second` is none of them. `n`: the byte behind it. */
export function setByEsc(state: PrinterState, second: number, n: number): boolean {
  switch (second) {
    case 0x21:
      state.fontB = (n & 1) !== 0
      state.bold = (n & 8) !== 0
      state.wide = n & 0x20 ? 2 : 1
      state.tall = n & 0x10 ? 2 : 1
      state.underline = (n & 0x80) !== 0
      return true
    case 0x2d:
      state.underline = n !== 0 && n !== 48
      return true
    case 0x45:
      state.bold = (n & 1) !== 0
      return true
    case 0x47:
      state.doubleStrike = (n & 1) !== 0
      return true
    case 0x4d:
      state.fontB = n === 1 || n === 49
      return true
    case 0x0e:
      state.wide = 2
      return true
    case 0x14:
      state.wide = 1
      return true
    case 0x20:
      state.spacing = n
      return true
    case 0x25:
      state.userGlyphs = (n & 1) !== 0
      return true
    case 0x32:
      state.lineDots = LINE
      return true
    case 0x33:
      state.lineDots = n
      return true
    case 0x39:
      state.utf8 = n === 1 || n === 49
      return true
    case 0x3d:
      state.displayOnly = (n & 1) === 0
      return true
    case 0x52:
      state.national = n
      return true
    case 0x61:
      state.align = ALIGN[n >= 48 ? n - 48 : n] ?? state.align
      return true
    case 0x74:
      state.codePage = n
      state.turn++
      return true
    case 0x7b:
      state.flipped = (n & 1) !== 0
      return true
    default:
      return false
  }
}

/** Plain text in font A from the left edge, whatever was set before; the page of the text is selected. */
export function prepare(state: PrinterState, codePage: number | undefined): Uint8Array {
  return Uint8Array.from([
    ...(state.openLine ? [0x0a] : []),
    ...[0x1b, 0x3d, 1, 0x1b, 0x21, 0, 0x1d, 0x21, 0, 0x1b, 0x47, 0, 0x1b, 0x20, 0, 0x1b, 0x7b, 0, 0x1d, 0x42, 0, 0x1b, 0x32],
    ...(state.userGlyphs ? [0x1b, 0x25, 0] : []),
    ...(state.national > 0 ? [0x1b, 0x52, 0] : []),
    ...(state.kanji === true ? [0x1c, 0x2e] : []),
    ...(state.utf8 === true ? [0x1c, 0x28, 0x43, 2, 0, 0x30, 2] : []),
    ...(codePage === undefined ? [] : [0x1b, 0x74, codePage]),
  ])
}

const on = (flag: boolean): number => (flag ? 1 : 0)

/** Bytes that put back what a stamp changes, as the register left it. */
export function resume(state: PrinterState): Uint8Array {
  const style = on(state.fontB) | (on(state.bold) << 3) | (on(state.underline) << 7)
  return Uint8Array.from([
    ...[0x1b, 0x61, ALIGN.indexOf(state.align), 0x1b, 0x21, style, 0x1b, 0x47, on(state.doubleStrike)],
    ...[0x1d, 0x21, ((state.wide - 1) << 4) | (state.tall - 1), 0x1b, 0x20, state.spacing, 0x1b, 0x7b, on(state.flipped)],
    ...[0x1d, 0x42, on(state.reversed)],
    ...(state.lineDots === LINE ? [0x1b, 0x32] : [0x1b, 0x33, state.lineDots]),
    ...(state.userGlyphs ? [0x1b, 0x25, 1] : []),
    ...(state.national > 0 ? [0x1b, 0x52, state.national] : []),
    ...(state.kanji === true ? [0x1c, 0x26] : []),
    ...(state.codePage >= 0 ? [0x1b, 0x74, state.codePage] : []),
    ...(state.displayOnly ? [0x1b, 0x3d, 2] : []),
  ])
}
