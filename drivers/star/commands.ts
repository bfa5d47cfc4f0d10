import { bytesOf, DESYNC, MAX_PICTURE, MORE, UNKNOWN, word } from '../text-grid/grammar.ts'

/** Lengths of the commands of Star line mode and StarPRNT (register-capture 4): the same letters as ESC/POS, other meanings. */

export const ESC = 0x1b
export const GS = 0x1d
export const RS = 0x1e
export const [ENQ, EOT, BEL, EM, SUB, FS] = [0x05, 0x04, 0x07, 0x19, 0x1a, 0x1c]

/** Single bytes that ask for the status or open the drawer, and ESC. */
export const BEGINS: Uint8Array = bytesOf(EOT, ENQ, BEL, EM, SUB, FS, ESC)

/** As in other dialects, but for the bytes that are commands here: EOT, ENQ, DC4, EM, RS. */
export const IS_TEXT: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 || [1, 2, 3, 6, 0x11, 0x13, 0x15, 0x16, 0x17].includes(byte) ? 1 : 0,
)

const MAX_FIELD = 255
const MAX_STOPS = 32
/** Rows and settings of one raster block; no picture has more (register-capture 2.1). */
const MAX_ROWS = 65_535

type Measure = (b: Uint8Array, at: number, end: number) => number

const table = (rows: Readonly<Record<number, string>>): Uint8Array => {
  const lengths = new Uint8Array(256)
  for (const [length, letters] of Object.entries(rows))
    for (const letter of letters) lengths[letter.charCodeAt(0)] = Number(length)
  return lengths
}

const ESC_LENGTH = table({
  2: '\x0e\x140124567@EFGHMOPg',
  3: '\x06\x0b\x0c !$%-3=AIJNQRUW_adhlwz',
  4: '\x07?ist',
})
const ESC_GS_LENGTH = table({ 4: 'a/t', 5: 'AR', 6: '\x03\x07s', 7: '\x19' })
const SHEET_LENGTH: Readonly<Record<number, number>> = { 48: 4, 49: 4, 50: 5, 51: 12, 52: 6, 53: 6, 54: 4, 55: 4, 56: 4 }

/** Known once `header` bytes are there. */
const after =
  (header: number, length: Measure): Measure =>
  (b, at, end) =>
    end - at < header ? MORE : length(b, at, end)

/** Up to and with `stop`, no more than `most` bytes behind `from`. */
function until(b: Uint8Array, at: number, end: number, from: number, stop: number, most = MAX_FIELD): number {
  for (let i = from; i < end; i++) {
    if (i - from > most) return DESYNC
    if (b[i] === stop) return i + 1 - at
  }
  return end - from > most ? DESYNC : MORE
}

const sane = (length: number): number => (length > MAX_PICTURE ? DESYNC : length)

/** Two-dimensional codes, `ESC GS x` and `ESC GS y`: sizes, data by length, print, ask. */
const symbol: Measure = after(4, (b, at, end) => {
  const pdf417 = b[at + 2] === 0x78
  const [what, kind] = [b[at + 3], b[at + 4]]
  if (what === 0x50 || what === 0x49) return 4
  if (what !== 0x44 && what !== 0x53) return UNKNOWN
  if (end - at < 5) return MORE
  if (what === 0x53) return pdf417 && kind === 0x30 ? 8 : 6
  if (pdf417) return end - at < 6 ? MORE : 6 + word(b, at + 4)
  if (kind === 0x31) return end - at < 8 ? MORE : 8 + word(b, at + 6)
  return kind === 0x32 ? blocks(b, at, end) : UNKNOWN
})

/** `ESC GS y D 2 a [m nL nH d]…`: the data of a QR code in blocks. */
function blocks(b: Uint8Array, at: number, end: number): number {
  if (end - at < 6) return MORE
  let next = at + 6
  for (let left = b[at + 5] ?? 0; left > 0; left--) {
    if (next + 3 > end) return MORE
    next += 3 + word(b, next + 1)
  }
  return sane(next - at)
}

const ESC_GS_VARIABLE: Readonly<Record<number, Measure>> = {
  35: (b, at, end) => until(b, at, end, at + 3, 0),
  40: after(6, (b, at) => 6 + word(b, at + 4)),
  41: after(6, (b, at) => 6 + word(b, at + 4)),
  80: after(4, (b, at) => SHEET_LENGTH[b[at + 3] ?? 0] ?? UNKNOWN),
  83: after(9, (b, at) => sane(9 + word(b, at + 4) * word(b, at + 6))),
  120: symbol,
  121: symbol,
}

const gs: Measure = after(3, (b, at, end) => {
  const third = b[at + 2] ?? 0
  const fixed = ESC_GS_LENGTH[third] ?? 0
  return fixed > 0 ? fixed : (ESC_GS_VARIABLE[third]?.(b, at, end) ?? UNKNOWN)
})

/** `ESC FS p n m`: a stored logo; `ESC FS q n [xL xH yL yH d]…`: stores them. */
const fs: Measure = after(4, (b, at, end) => {
  if (b[at + 2] === 0x70) return 5
  if (b[at + 2] !== 0x71) return UNKNOWN
  let next = at + 4
  for (let left = b[at + 3] ?? 0; left > 0; left--) {
    if (next + 4 > end) return MORE
    next += 4 + word(b, next) * word(b, next + 2) * 8
    if (next - at > MAX_PICTURE) return DESYNC
  }
  return next - at
})

const stops: Measure = (b, at, end) => until(b, at, end, at + 2, 0, MAX_STOPS)

/**
 * Star raster mode is one command here, from `ESC * r A` to `ESC * r B`: inside it letters are commands (`b`, `k` rows by
 * length), and no text can be.
 */
function raster(b: Uint8Array, at: number, end: number): number {
  if (end - at < 4) return MORE
  if (b[at + 2] !== 0x72) return UNKNOWN
  if (b[at + 3] !== 0x41) return rasterSetting(b, at, end)
  let steps = 0
  for (let i = at + 4; i < end; ) {
    if (++steps > MAX_ROWS) return DESYNC
    const length = rasterStep(b, i, end)
    if (length === MORE || i + length > end) return MORE
    if (length < 0) return length
    if (b[i] === ESC && b[i + 1] === 0x2a && b[i + 3] === 0x42) return i + 4 - at
    i += length
    if (i - at > MAX_PICTURE) return DESYNC
  }
  return MORE
}

const rasterSetting = (b: Uint8Array, at: number, end: number): number => {
  const letter = b[at + 3] ?? 0
  if (letter === 0x42 || letter === 0x43) return 4
  if (letter === 0x6d) return until(b, at, end, at + 5, 0)
  return letter >= 0x41 && letter <= 0x7a ? until(b, at, end, at + 4, 0) : UNKNOWN
}

/** One step inside raster mode; padding and line feeds between rows are a byte each. */
export function rasterStep(b: Uint8Array, i: number, end: number): number {
  if (b[i] === 0x62 || b[i] === 0x6b) return end - i < 3 ? MORE : 3 + word(b, i + 1)
  if (b[i] !== ESC) return 1
  if (end - i < 4) return b[i + 1] === 0x0c && end - i === 3 ? 3 : MORE
  if (b[i + 1] === 0x0c) return 3
  if (b[i + 1] === 0x2a && b[i + 2] === 0x72) return rasterSetting(b, i, end)
  const length = measure(b, i, end)
  return length === MORE ? MORE : Math.max(2, length)
}

const ESC_VARIABLE: Readonly<Record<number, Measure>> = {
  28: fs,
  29: gs,
  30: after(3, () => 4),
  35: (b, at, end) => until(b, at, end, at + 2, 0),
  38: after(4, (b, at) => (b[at + 2] === 0x31 ? 53 : 5)),
  42: raster,
  66: stops,
  67: after(3, (b, at) => (b[at + 2] === 0 ? 4 : 3)),
  68: stops,
  75: after(4, (b, at) => 4 + word(b, at + 2)),
  76: after(4, (b, at) => 4 + word(b, at + 2)),
  88: after(4, (b, at) => 4 + 3 * word(b, at + 2)),
  98: after(6, (b, at, end) => until(b, at, end, at + 6, RS)),
  107: after(4, (b, at) => 4 + 24 * (b[at + 2] ?? 0)),
}

/** Length of the command at `b[at]`, as in `Grammar.measure`. */
export function measure(b: Uint8Array, at: number, end: number): number {
  if (b[at] !== ESC) return 1
  if (end - at < 2) return MORE
  const second = b[at + 1] ?? 0
  const fixed = ESC_LENGTH[second] ?? 0
  if (fixed > 0) return fixed
  return ESC_VARIABLE[second]?.(b, at, end) ?? UNKNOWN
}

/** `ESC d n` cuts the paper; so may a page inside raster mode. */
export const isCut = (b: Uint8Array, at: number): boolean => b[at] === ESC && b[at + 1] === 0x64

/** `ESC GS ETX s`: 0 begins a job, 1 ends it. */
export const isJob = (b: Uint8Array, at: number): boolean => b[at] === ESC && b[at + 1] === GS && b[at + 2] === 0x03

/** A page of raster mode is over: `ESC FF` somewhere between its rows. */
export function cutsInside(b: Uint8Array, at: number, end: number): boolean {
  for (let i = at + 4; i < end; ) {
    if (b[i] === ESC && b[i + 1] === 0x0c) return true
    const length = rasterStep(b, i, end)
    if (length <= 0) return false
    i += length
  }
  return false
}
