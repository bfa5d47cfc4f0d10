/** What one command does. Columns and rows from 0. `from`, `to`: where its text stands in the bytes. */
export type Step = { readonly size: number } & (
  | { readonly act: 'text' | 'none' | 'clear' | 'clear-line' | 'start' }
  | { readonly act: 'line'; readonly row: number; readonly from: number; readonly to: number }
  | { readonly act: 'go'; readonly column: number; readonly row: number }
  | { readonly act: 'move'; readonly by: number }
  | { readonly act: 'marked'; readonly byte: number; readonly mark: number }
  | { readonly act: 'select'; readonly display: boolean }
)

const [EOT, BS, HT, LF, VT, FF, CR, ETB, CAN, ESC, US] = [0x04, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x17, 0x18, 0x1b, 0x1f]
const ROW = 20
/** The first place of a DSP-800 line. */
const PLACE = 0x31
const FRAME = 12
const LONGEST = 200

/** The command or character at `at`; undefined while its end has not come (register-capture 7). */
export function measure(b: Uint8Array, at: number): Step | undefined {
  const byte = b[at] ?? 0
  if (byte === ESC) return escaped(b, at)
  if (byte === US) return unit(b, at)
  if (byte === EOT) return dsp(b, at)
  if (byte === 0x21) return aedex(b, at)
  if (byte >= 0x20) return { act: 'text', size: 1 }
  return SINGLE[byte] ?? { act: 'none', size: 1 }
}

const SINGLE: Readonly<Record<number, Step>> = {
  [BS]: { act: 'move', by: -1, size: 1 },
  [HT]: { act: 'move', by: 1, size: 1 },
  [LF]: { act: 'move', by: ROW, size: 1 },
  [VT]: { act: 'go', column: 0, row: 0, size: 1 },
  [FF]: { act: 'clear', size: 1 },
  [CR]: { act: 'start', size: 1 },
  [CAN]: { act: 'clear-line', size: 1 },
}

/** Text from `from` to CR: the whole of one line. Without a CR in reach it is none. */
function lineTo(b: Uint8Array, at: number, from: number, row: number): Step | undefined {
  const length = b.subarray(from, from + LONGEST).indexOf(CR)
  if (length >= 0) return { act: 'line', row, from, to: from + length, size: from + length + 1 - at }
  return b.length - from < LONGEST ? undefined : { act: 'none', size: from - at }
}

/** Bytes of the ESC commands whose effect is no text (CD5220, and what Epson displays share with it). */
const ESC_SIZE: Readonly<Record<number, number>> = { 95: 3, 115: 3, 116: 3, 82: 3, 63: 3, 37: 3, 42: 3, 112: 5 }

function escaped(b: Uint8Array, at: number): Step | undefined {
  const [second, third, fourth] = [b[at + 1], b[at + 2], b[at + 3]]
  if (second === undefined) return undefined
  if (second === 0x40) return { act: 'clear', size: 2 }
  const asked = second === 0x51 || second === 0x75 || second === 0x3d || second === 0x5b || second === 0x57 || second === 0x6c
  if (asked && third === undefined) return undefined
  if (second === 0x3d) return { act: 'select', display: ((third ?? 0) & 2) !== 0, size: 3 }
  if ((second === 0x51 || second === 0x75) && third !== undefined && third >= 0x41 && third <= 0x44)
    return lineTo(b, at, at + 3, third === 0x42 ? 1 : 0)
  if (second === 0x6c) return fourth === undefined ? undefined : { act: 'go', column: (third ?? 1) - 1, row: fourth - 1, size: 4 }
  if (second === 0x5b) return { ...(MOVES[third ?? 0] ?? { act: 'none' as const }), size: 3 }
  // A window is set with its corners, and taken away without.
  const size = second === 0x57 ? (third === 1 ? 6 : 3) : (ESC_SIZE[second] ?? 2)
  return at + size > b.length ? undefined : { act: 'none', size }
}

type Move = { readonly act: 'move'; readonly by: number } | { readonly act: 'go'; readonly column: number; readonly row: number }
const MOVES: Readonly<Record<number, Move>> = {
  65: { act: 'move', by: -ROW },
  66: { act: 'move', by: ROW },
  67: { act: 'move', by: 1 },
  68: { act: 'move', by: -1 },
  72: { act: 'go', column: 0, row: 0 },
  75: { act: 'go', column: ROW - 1, row: 1 },
  76: { act: 'move', by: 0 },
  82: { act: 'move', by: 0 },
}

const US_SIZE: Readonly<Record<number, number>> = { 88: 3, 35: 4, 67: 3, 69: 3, 84: 4, 114: 3, 94: 4 }
const LIT = [0x2c, 0x2e, 0x3b]

/** Epson displays. */
function unit(b: Uint8Array, at: number): Step | undefined {
  const [second, third, fourth] = [b[at + 1], b[at + 2], b[at + 3]]
  if (second === undefined) return undefined
  if (second === 0x24) return fourth === undefined ? undefined : { act: 'go', column: (third ?? 1) - 1, row: fourth - 1, size: 4 }
  if (LIT.includes(second)) return third === undefined ? undefined : { act: 'marked', byte: third, mark: second, size: 3 }
  const size = US_SIZE[second] ?? 2
  return at + size > b.length ? undefined : { act: 'none', size }
}

/** DSP-800: 04 01 letter parameters 17. Anything else behind 04 is a stray byte. */
function dsp(b: Uint8Array, at: number): Step | undefined {
  if (b.length < at + 3) return b[at + 1] === undefined || b[at + 1] === 1 ? undefined : { act: 'none', size: 1 }
  const end = b.subarray(at, at + FRAME).indexOf(ETB)
  if (b[at + 1] !== 1 || (end < 0 && b.length >= at + FRAME)) return { act: 'none', size: 1 }
  if (end < 0) return undefined
  const [letter, place = PLACE] = [b[at + 2], b[at + 3]]
  if (letter === 0x43) return { act: 'clear', size: end + 1 }
  if (letter !== 0x50) return { act: 'none', size: end + 1 }
  return { act: 'go', column: (place - PLACE) % ROW, row: place - PLACE >= ROW ? 1 : 0, size: end + 1 }
}

/** AEDEX: `!#1` text CR. An exclamation mark alone is text. */
function aedex(b: Uint8Array, at: number): Step | undefined {
  const [second, third] = [b[at + 1], b[at + 2]]
  if (second === undefined) return undefined
  if (second !== 0x23) return { act: 'text', size: 1 }
  if (third === undefined) return undefined
  return third === 0x31 || third === 0x32 ? lineTo(b, at, at + 3, third - 0x31) : { act: 'text', size: 1 }
}
