import {
  type CodePage,
  cp437,
  cp850,
  cp852,
  cp858,
  tcvn3,
  tcvn3Capitals,
  viscii,
  vn1,
  WESTERN,
  windows1252,
  windows1258,
} from './code-pages.ts'
import type { Decoder, Piece } from './line.ts'
import { decodeVni } from './vni.ts'

/**
 * A rule in any code page: box characters of CP437, or the line of a page that no letters come from (0x95 of Katakana,
 * seen from receiptline). Runs of ten or more equal bytes are never letters (5.6, 4).
 */
const MIN_RULE = 10
const isBox = (byte: number): boolean => byte >= 0xb0 && byte <= 0xdf
const isLine = (byte: number): boolean => byte >= 0x80 && byte <= 0xdf

/** Where rules stand in `bytes`, corners included: flat list of from, to. */
function rules(bytes: Uint8Array): number[] {
  const found: number[] = []
  for (let from = 0; from < bytes.length; ) {
    const byte = bytes[from] ?? 0
    let to = from + 1
    while (to < bytes.length && bytes[to] === byte) to++
    if (to - from >= MIN_RULE && isLine(byte)) {
      const left = from > 0 && isBox(bytes[from - 1] ?? 0) ? from - 1 : from
      if (to < bytes.length && isBox(bytes[to] ?? 0)) to++
      found.push(left, to)
    }
    from = to
  }
  return found
}

const drawn = (rule: Uint8Array): string => [...rule].map((byte) => (isBox(byte) ? cp437()[byte] : '─')).join('')

/** True when all it has beyond ASCII are rules. */
export function onlyRules(bytes: Uint8Array): boolean {
  let high = 0
  for (const byte of bytes) if (byte >= 0x80) high++
  if (high < MIN_RULE) return high === 0
  const found = rules(bytes)
  for (let i = 0; i < found.length; i += 2) high -= (found[i + 1] ?? 0) - (found[i] ?? 0)
  return high === 0
}

/** Splits off the rules; the rest goes through `letters`. */
function around(bytes: Uint8Array, letters: (part: Uint8Array) => string): string {
  const found = rules(bytes)
  if (found.length === 0) return letters(bytes)
  let text = ''
  let at = 0
  for (let i = 0; i < found.length; i += 2) {
    const [from = 0, to = 0] = [found[i], found[i + 1]]
    text += letters(bytes.subarray(at, from)) + drawn(bytes.subarray(from, to))
    at = to
  }
  return text + letters(bytes.subarray(at))
}

const isLetter = (byte: number | undefined, page: CodePage): boolean =>
  byte !== undefined && (byte < 0x40 ? byte < 0x20 && page[byte] !== '' : byte !== 0x7f)

/**
 * A byte the page has no letter for is U+FFFD; a control byte is dropped, but where the page has a letter for it and
 * it stands beside another letter (5.3).
 */
function byPage(bytes: Uint8Array, page: CodePage): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    const letter = page[byte]
    if (byte >= 0x20) text += letter || (byte === 0x7f ? '' : '\ufffd')
    else if (letter && (isLetter(bytes[i - 1], page) || isLetter(bytes[i + 1], page))) text += letter
  }
  return text
}

const single = (id: string, page: () => CodePage): Decoder => ({
  id,
  decode: (pieces) => pieces.map((piece) => around(piece.bytes, (part) => byPage(part, page()))),
})

/** TCVN pages switched inside words; a host without a letter there may borrow it from a western page (5.3). */
const SMALL_PAGES = [30, 49]
const CAPITAL_PAGES = [31, 50]
const pageOf = (n: number): CodePage => (CAPITAL_PAGES.includes(n) ? tcvn3Capitals() : (WESTERN[n]?.() ?? tcvn3()))

export const isTcvnPage = (n: number): boolean => SMALL_PAGES.includes(n) || CAPITAL_PAGES.includes(n)

export const tcvnPages: Decoder = {
  id: 'tcvn3',
  decode: (pieces) => pieces.map(({ bytes, codePage }) => around(bytes, (part) => byPage(part, pageOf(codePage)))),
}

/** The bytes of an unfinished UTF-8 character at the end of `bytes`, 0 to 3. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

const EMPTY = new Uint8Array(0)

/** A character may be split even across commands in broken hosts: its head waits for the next piece. */
export const utf8: Decoder = {
  id: 'utf-8',
  decode(pieces) {
    let head: Uint8Array = EMPTY
    return pieces.map((piece, i) => {
      const bytes = head.length > 0 ? Buffer.concat([head, piece.bytes]) : piece.bytes
      const keep = i === pieces.length - 1 ? 0 : unfinished(bytes)
      head = keep === 0 ? EMPTY : bytes.subarray(bytes.length - keep)
      const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - keep)
      return whole.toString('utf8').replace(/[\0-\x1f]/g, '')
    })
  },
}

export const ascii: Decoder = single('ascii', () => ASCII)
const ASCII: CodePage = Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ''))

const vni: Decoder = {
  id: 'vni',
  decode: (pieces) => pieces.map((piece) => around(piece.bytes, decodeVni)),
}

/** Alphabets that hold all of Vietnamese, likelier ones first. */
export const VIETNAMESE: readonly Decoder[] = [
  single('tcvn3-abc', tcvn3),
  single('vn1', vn1),
  single('windows-1258', windows1258),
  single('viscii', viscii),
  vni,
]

export const OTHERS: readonly Decoder[] = [
  single('windows-1252', windows1252),
  single('cp437', cp437),
  single('cp850', cp850),
  single('cp852', cp852),
  single('cp858', cp858),
]

/** `first` up to the given `ESC t`, `second` from there on (seen under one page number, 5.1). */
export const turning = (first: Decoder, second: Decoder, turn: number): Decoder => ({
  id: `${first.id}+${second.id}`,
  decode(pieces) {
    const before = pieces.filter((piece: Piece) => piece.turn < turn)
    return [...first.decode(before), ...second.decode(pieces.slice(before.length))]
  },
})

/** By the name a page carries, for writing in the same letters. */
export const decoderById = (id: string): Decoder | undefined =>
  [utf8, ascii, tcvnPages, ...VIETNAMESE, ...OTHERS].find((decoder) => decoder.id === id)
