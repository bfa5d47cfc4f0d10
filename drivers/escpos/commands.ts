import { bytesOf, DESYNC, MAX_PICTURE, MORE, UNKNOWN, word } from '../text-grid/grammar.ts'

/** Lengths of every ESC/POS command (register-capture 2.3 to 2.6): a command is stepped over by its declared length. */

export const DLE = 0x10
export const ESC = 0x1b
export const FS = 0x1c
export const GS = 0x1d
export const US = 0x1f
export const DC2 = 0x12

/** A command begins with these. */
export const BEGINS: Uint8Array = bytesOf(DLE, DC2, ESC, FS, GS, US)

const MAX_FIELD = 255
const MAX_STOPS = 32

const table = (rows: Readonly<Record<number, string>>): Uint8Array => {
  const lengths = new Uint8Array(256)
  for (const [length, letters] of Object.entries(rows)) {
    for (const letter of letters) lengths[letter.charCodeAt(0)] = Number(length)
  }
  return lengths
}

const ESC_LENGTH = table({
  2: '\x0c\x0e\x1425<@LSimqv',
  3: ' !%-39=?CEFGJKMRTUVadertu{',
  4: '$8B\\cf',
  5: '7p',
  10: 'W',
})
const FS_LENGTH = table({ 2: '&.Lbc', 3: '!-CW', 4: '?Sp', 76: '2' })
const GS_LENGTH = table({ 2: ':c', 3: '!/BbEfHhwxITZajr', 4: '$\\ALPW', 5: '^z', 6: 'g' })
const US_LENGTH = table({ 2: '\x01\x02\x03', 3: 'X,.;', 4: '$#' })

const long = (b: Uint8Array, i: number): number => word(b, i) + word(b, i + 2) * 65_536
const sane = (length: number): number => (length > MAX_PICTURE ? DESYNC : length)

/** Up to and with the `stop` byte that stands no more than 255 bytes behind `from`. */
function until(b: Uint8Array, at: number, end: number, from: number, stop: number, times = 1): number {
  let left = times
  for (let i = from; i < end; i++) {
    if (i - from > MAX_FIELD) return DESYNC
    if (b[i] === stop && --left === 0) return i + 1 - at
  }
  return end - from > MAX_FIELD ? DESYNC : MORE
}

/** `ESC & y c1 c2 [x d(x·y)]…`: user glyphs. */
function glyphs(b: Uint8Array, at: number, end: number): number {
  if (end - at < 5) return MORE
  const y = b[at + 2] ?? 0
  let next = at + 5
  for (let c = b[at + 3] ?? 0; c <= (b[at + 4] ?? 0); c++) {
    if (next >= end) return MORE
    next += 1 + (b[next] ?? 0) * y
  }
  return next - at
}

/** `ESC D n1…nk NUL`: tab stops; a stop that does not rise ends the list and is not part of it. */
function stops(b: Uint8Array, at: number, end: number): number {
  for (let i = at + 2; i < end; i++) {
    const stop = b[i] ?? 0
    if (stop === 0) return i + 1 - at
    if (i > at + 2 && stop <= (b[i - 1] ?? 0)) return i - at
    if (i - at - 2 >= MAX_STOPS) return DESYNC
  }
  return MORE
}

/** `FS q n [xL xH yL yH d(x·y·8)]…`: stored logos. */
function logos(b: Uint8Array, at: number, end: number): number {
  if (end - at < 3) return MORE
  let next = at + 3
  for (let n = b[at + 2] ?? 0; n > 0; n--) {
    if (next + 4 > end) return MORE
    next += 4 + word(b, next) * word(b, next + 2) * 8
    if (next - at > MAX_PICTURE) return DESYNC
  }
  return next - at
}

type Measure = (b: Uint8Array, at: number, end: number) => number

/** Known once `header` bytes are there. */
const after =
  (header: number, length: Measure): Measure =>
  (b, at, end) =>
    end - at < header ? MORE : length(b, at, end)

const skipped = after(5, (b, at) => 5 + word(b, at + 3))

const ESC_VARIABLE: Readonly<Record<number, Measure>> = {
  38: glyphs,
  40: skipped,
  42: after(5, (b, at) => {
    const mode = b[at + 2]
    if (mode === 0 || mode === 1) return 5 + word(b, at + 3)
    return mode === 32 || mode === 33 ? 5 + 3 * word(b, at + 3) : UNKNOWN
  }),
  // Italic of clones: a parameter only where it cannot be text, else a stray 01 would become a letter of TCVN.
  52: after(3, (b, at) => ((b[at + 2] ?? 2) < 2 ? 3 : 2)),
  68: stops,
  // A QR code of clones, `ESC Z m n k dL dH d` (seen from @node-escpos/core); `GS Z n` chooses its kind.
  90: after(7, (b, at) => 7 + word(b, at + 5)),
}

const FS_VARIABLE: Readonly<Record<number, Measure>> = {
  40: skipped,
  97: after(3, (b, at) => (b[at + 2] === 0x30 ? 4 : 3)),
  103: after(3, (b, at, end) => {
    if (b[at + 2] === 0x32) return 10
    if (b[at + 2] !== 0x31) return UNKNOWN
    return end - at < 10 ? MORE : 10 + word(b, at + 8)
  }),
  113: logos,
}

const raster = after(8, (b, at) => (b[at + 2] === 0x30 ? sane(8 + word(b, at + 4) * word(b, at + 6)) : UNKNOWN))

const COUNTER_LENGTH: Readonly<Record<number, number>> = { 48: 5, 49: 9, 50: 5 }

const GS_VARIABLE: Readonly<Record<number, Measure>> = {
  40: skipped,
  56: after(7, (b, at) => sane(7 + long(b, at + 3))),
  42: after(4, (b, at) => 4 + 8 * (b[at + 2] ?? 0) * (b[at + 3] ?? 0)),
  67: after(3, (b, at, end) =>
    b[at + 2] === 0x3b ? until(b, at, end, at + 2, 0x3b, 6) : (COUNTER_LENGTH[b[at + 2] ?? 0] ?? UNKNOWN),
  ),
  68: after(15, (b, at) => sane(9 + long(b, at + 11))),
  81: raster,
  86: after(3, (b, at) => cutLength(b[at + 2] ?? 0)),
  107: after(3, (b, at, end) => {
    const symbology = b[at + 2] ?? 0
    if (symbology <= 6) return until(b, at, end, at + 3, 0)
    if (symbology < 65) return UNKNOWN
    return end - at < 4 ? MORE : 4 + (b[at + 3] ?? 0)
  }),
  118: raster,
}

/** 0, 1 and their digits cut at once; 65, 66, 97, 98, 103, 104 carry a feed, the last four of them cut later. */
function cutLength(m: number): number {
  if (m === 0 || m === 1 || m === 48 || m === 49) return 3
  return [65, 66, 97, 98, 103, 104].includes(m) ? 4 : UNKNOWN
}

const PULSE_LENGTH: Readonly<Record<number, number>> = { 1: 5, 2: 5, 3: 8, 7: 4, 8: 10 }

/** Real-time commands; a DLE that begins none of them is stray and stands alone. */
function realTime(b: Uint8Array, at: number, end: number): number {
  if (end - at < 2) return MORE
  const second = b[at + 1]
  if (second === 0x05) return 3
  if (second !== 0x04 && second !== 0x14) return 1
  if (end - at < 3) return MORE
  const n = b[at + 2] ?? 0
  if (second === 0x14) return PULSE_LENGTH[n] ?? 1
  if (n >= 1 && n <= 6) return 3
  return n === 7 || n === 8 || n === 18 ? 4 : 1
}

const FAMILIES: Readonly<Record<number, readonly [Uint8Array, Readonly<Record<number, Measure>>]>> = {
  [ESC]: [ESC_LENGTH, ESC_VARIABLE],
  [FS]: [FS_LENGTH, FS_VARIABLE],
  [GS]: [GS_LENGTH, GS_VARIABLE],
  [US]: [US_LENGTH, {}],
}

/**
 * Length in bytes of the command that begins at `b[at]` (DLE, ESC, FS, GS or US), counting payload that may not have
 * come yet; `MORE`, `UNKNOWN` or `DESYNC` instead. Looks at bytes before `end` only. `escC`: of slip printers 3, of a clone's buzzer 5.
 */
export function measure(b: Uint8Array, at: number, end: number, escC = 3): number {
  const first = b[at] ?? 0
  if (first === DLE) return realTime(b, at, end)
  const family = FAMILIES[first]
  if (!family) return 1
  if (end - at < 2) return MORE
  const second = b[at + 1] ?? 0
  if (second === 0x43 && first === ESC) return escC
  const fixed = family[0][second] ?? 0
  if (fixed > 0) return fixed
  const variable = family[1][second]
  return variable ? variable(b, at, end) : UNKNOWN
}

/** `DC2` commands of micro-panel printers. In TCVN text the byte is a letter: then a letter stands before it (5.3). */
export function measureDc2(b: Uint8Array, at: number, letterBefore: boolean, end: number): number {
  if (letterBefore) return 1
  if (end - at < 2) return MORE
  const second = b[at + 1]
  if (second === 0x54) return 2
  // DC2 q n ends a job on SII printers (seen from receiptline); no Vietnamese word begins with such a letter and a q.
  if (second === 0x23 || second === 0x71) return 3
  if (second !== 0x2a) return 1
  return end - at < 4 ? MORE : 4 + (b[at + 2] ?? 0) * (b[at + 3] ?? 0)
}

/** Bytes that may be text: everything but line and cell ends, the beginnings of commands, and C0 no alphabet uses (5.3). */
export const IS_TEXT: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 || [1, 2, 3, 4, 5, 6, 0x11, 0x13, 0x14, 0x15, 0x16, 0x17, 0x19, 0x1e].includes(byte) ? 1 : 0,
)

/** A command that cuts the paper, now or later; `ESC i`, `ESC m`, `GS V`. */
export const isCut = (first: number, second: number): boolean =>
  (first === ESC && (second === 0x69 || second === 0x6d)) || (first === GS && second === 0x56)
