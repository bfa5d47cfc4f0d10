import type { Decoder, Piece } from './line.ts'
import { isSyllable } from './syllable.ts'

/** A run of letters as it was sent, at least one of them beyond ASCII. */
export interface Word {
  /** Its bytes, one character each. */
  readonly key: string
  /** The pieces it stands in; more than one where a command was sent inside it. */
  readonly pieces: readonly Piece[]
}

/** How a word reads in one alphabet. */
export interface Judged {
  readonly text: string
  /** Without its capitals: alphabets that differ in case only read alike. */
  readonly folded: string
  readonly words: number
  readonly points: number
  readonly unmapped: number
  readonly strange: number
}

const isLetter = (byte: number): boolean =>
  byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || (byte > 0 && byte < 0x20)

/** The words of runs of pieces, up to `size` bytes of them. */
export function wordsOf(runs: readonly (readonly Piece[])[], size: number): Word[] {
  const words: Word[] = []
  let room = size
  for (const run of runs) {
    let parts: Piece[] = []
    let key = ''
    let high = false
    const close = (): void => {
      if (high) {
        words.push({ key, pieces: parts })
        room -= key.length
      }
      high = false
      if (key === '') return
      parts = []
      key = ''
    }
    for (const piece of run) {
      if (piece.drawn !== undefined) continue
      const { bytes } = piece
      const last = piece === run.at(-1)
      let whole: Buffer | undefined
      let from = 0
      const part = (to: number): void => {
        if (to === from) return
        whole ??= Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
        key += whole.toString('latin1', from, to)
        parts.push(from === 0 && to === bytes.length ? piece : { ...piece, bytes: bytes.subarray(from, to) })
      }
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0
        if (byte >= 0x80) high = true
        else if (!isLetter(byte)) {
          if (high) part(at)
          close()
          from = at + 1
          if (room <= 0) return words
        }
      }
      // ASCII at the end of a run is no word here; before another piece it may be the beginning of one.
      if (high || !last) part(bytes.length)
    }
    close()
  }
  return words
}

const LETTERS = /[\p{L}\p{M}]+/gu
const FOREIGN = /[^\x00-\x7f]/
const CURRENCY = /^[đ₫]$/
/** `ĐT`, `HĐ`, `ĐVT`: what receipts shorten. */
const SHORTENED = /^(?=.*Đ)[BCDĐGHKLMNPQRSTVX]{1,4}$/
const FLIP = /\p{Ll}\p{Lu}/u
/** Signs a receipt may print beside letters. */
const SIGNS = /[₫×•·°–—“”‘’…€\u00a0]|[\u2500-\u259f]{3,}/gu

/** Points for Vietnamese syllables, less for capitals behind small letters, against foreign spellings (5.6). */
export function judge(decoder: Decoder, pieces: readonly Piece[]): Judged {
  const text = decoder.decode(pieces).join('').normalize('NFC')
  const clean = text.replace(SIGNS, ' ')
  let words = 0
  let points = 0
  for (const [word] of clean.matchAll(LETTERS)) {
    if (!FOREIGN.test(word)) continue
    words++
    if (CURRENCY.test(word) || SHORTENED.test(word)) points += 0.5
    else if (isSyllable(word)) points += FLIP.test(word) ? 0.8 : 1
    else points -= 1
  }
  const unmapped = clean.match(/\ufffd/g)?.length ?? 0
  const strange = clean.match(/[^\x00-\x7f\p{L}\p{M}\ufffd]/gu)?.length ?? 0
  return { text, folded: text.toLowerCase(), words, points, unmapped, strange }
}

/** Receipts of one till use the same words again and again. */
const KNOWN = 1_024

/** What each word gives, remembered; `key` names what the answer depends on. */
export function remembered<T>(make: (key: string, pieces: readonly Piece[]) => T): (key: string, pieces: readonly Piece[]) => T {
  const known = new Map<string, T>()
  return (key, pieces) => {
    const before = known.get(key)
    if (before !== undefined) return before
    if (known.size >= KNOWN) known.clear()
    const made = make(key, pieces)
    known.set(key, made)
    return made
  }
}
