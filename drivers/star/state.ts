import type { Line } from '../text-grid/line.ts'

/** What earlier commands have set; decides how later text is placed and decoded. */
export interface StarState {
  /** `ESC GS t n` in force, -1 before the first. */
  codePage: number
  turn: number
  fontB: boolean
  bold: boolean
  underline: boolean
  inverted: boolean
  flipped: boolean
  /** Width and height factors, 1 to 6. */
  wide: number
  tall: number
  spacing: number
  align: Line['align']
  tabs: readonly number[] | undefined
  /** Text stands in a line that has not been ended. */
  openLine: boolean
}

export const initial = (): StarState => ({
  codePage: -1,
  turn: 0,
  fontB: false,
  bold: false,
  underline: false,
  inverted: false,
  flipped: false,
  wide: 1,
  tall: 1,
  spacing: 0,
  align: 'left',
  tabs: undefined,
  openLine: false,
})

export function initialise(state: StarState): void {
  const { turn } = state
  Object.assign(state, initial(), { turn })
}

export const cellOf = ({ fontB, spacing }: StarState): number => (fontB ? 9 : 12) + spacing

const ALIGN = ['left', 'centre', 'right'] as const
const [EXPAND_WIDTH, EXPAND_HEIGHT] = [0x57, 0x68]
const LARGEST = 6

const digit = (n: number): number => (n >= 48 ? n - 48 : n)
const factor = (n: number): number => Math.min(LARGEST, digit(n) + 1)

/** Commands of one letter that only set something; `n`: the byte behind them. False when `second` is none of them. */
export function setByEsc(state: StarState, second: number, n: number, m: number): boolean {
  switch (second) {
    case 0x45:
    case 0x47:
      state.bold = true
      return true
    case 0x46:
    case 0x48:
      state.bold = false
      return true
    case 0x34:
      state.inverted = true
      return true
    case 0x35:
      state.inverted = false
      return true
    case 0x2d:
      state.underline = digit(n) !== 0
      return true
    case 0x0e:
      state.wide = 2
      return true
    case 0x14:
      state.wide = 1
      return true
    case 0x20:
      state.spacing = digit(n)
      return true
    case 0x69:
      state.tall = factor(n)
      state.wide = factor(m)
      return true
    case EXPAND_WIDTH:
      state.wide = factor(n)
      return true
    case EXPAND_HEIGHT:
      state.tall = factor(n)
      return true
    default:
      return false
  }
}

/** Commands behind `ESC GS` and `ESC RS`. */
export function setByGs(state: StarState, third: number, n: number): boolean {
  if (third === 0x61) state.align = ALIGN[digit(n)] ?? state.align
  else if (third === 0x74) {
    state.codePage = n
    state.turn++
  } else return false
  return true
}

export function setByRs(state: StarState, third: number, n: number): void {
  if (third === 0x46) state.fontB = digit(n) !== 0
}

const on = (flag: boolean): number => (flag ? 1 : 0)

/** Plain text in font A from the left edge, whatever was set before; the page of the text is selected. */
export function prepare(state: StarState, codePage: number | undefined): Uint8Array {
  return Uint8Array.from([
    ...(state.openLine ? [0x0a] : []),
    ...[0x12, 0x1b, 0x46, 0x1b, 0x35, 0x1b, 0x2d, 0, 0x1b, 0x69, 0, 0, 0x1b, 0x20, 0, 0x1b, 0x1e, 0x46, 0],
    ...(codePage === undefined ? [] : [0x1b, 0x1d, 0x74, codePage]),
  ])
}

/** Bytes that put back what a stamp changes, as the register left it. */
export function resume(state: StarState): Uint8Array {
  return Uint8Array.from([
    ...[0x1b, 0x1d, 0x61, ALIGN.indexOf(state.align), 0x1b, state.bold ? 0x45 : 0x46, 0x1b, state.inverted ? 0x34 : 0x35],
    ...[0x1b, 0x2d, on(state.underline), 0x1b, 0x69, state.tall - 1, state.wide - 1, 0x1b, 0x20, state.spacing],
    ...[0x1b, 0x1e, 0x46, on(state.fontB)],
    ...(state.flipped ? [0x0f] : []),
    ...(state.codePage >= 0 ? [0x1b, 0x1d, 0x74, state.codePage] : []),
  ])
}
