import { ascii, isTcvnPage, OTHERS, onlyRules, tcvnPages, turning, utf8, VIETNAMESE } from './decoders.ts'
import type { Decoder, Piece } from './line.ts'
import { hasKeyword, isSyllable } from './syllable.ts'

export interface Choice {
  readonly decoder: Decoder
  /** `DRIVER_ENCODING` when the letters are not sure. */
  readonly doubt?: string
}

/** The best must be this good, and this much better than the next that reads differently (register-capture 5.6). */
const GOOD = 0.55
const MARGIN = 0.12
/** Few words prove little: this much more is asked for of a single one. */
const SCARCE = 0.7
/** Both pages of the TCVN pair in one document are no accident. */
const PAIRED = 0.15
/** What is looked at of a long document, and how many places a decoder may change. */
const SAMPLE = 16_384
const MAX_TURNS = 40
/** Noise is told apart from text by this much of it, before a whole page is read in every alphabet. */
const GLANCE = 1_024
/** Below this no alphabet gives words at all; half of a document in another alphabet does not score as badly. */
const HOPELESS = -0.5

const WORD = /[\p{L}\p{M}]+/gu
const FOREIGN = /[^\x00-\x7f]/
const CURRENCY = /^[đ₫]$/
/** `ĐT`, `HĐ`, `ĐVT`: what receipts shorten. */
const SHORTENED = /^(?=.*Đ)[BCDĐGHKLMNPQRSTVX]{1,4}$/
const FLIP = /\p{Ll}\p{Lu}/u
/** Signs a receipt may print beside letters. */
const SIGNS = /[₫×•·°–—“”‘’…€\u00a0]|[\u2500-\u259f]{3,}/gu

interface Score {
  /** -2 to 1: how Vietnamese the words with letters beyond ASCII are. */
  readonly value: number
  readonly words: number
}

function score(text: string): Score {
  const clean = text.replace(SIGNS, ' ')
  let words = 0
  let points = 0
  for (const [word] of clean.matchAll(WORD)) {
    if (!FOREIGN.test(word)) continue
    words++
    if (CURRENCY.test(word)) points += 0.5
    else if (SHORTENED.test(word)) points += 0.5
    else if (isSyllable(word)) points += FLIP.test(word) ? 0.8 : 1
    else points -= 1
  }
  const unmapped = clean.match(/\ufffd/g)?.length ?? 0
  const strange = clean.match(/[^\x00-\x7f\p{L}\p{M}\ufffd]/gu)?.length ?? 0
  const count = Math.max(1, words, unmapped + strange)
  return { value: (points - 2 * unmapped - strange) / count, words }
}

const textOf = (decoder: Decoder, lines: readonly (readonly Piece[])[]): string =>
  lines
    .map((pieces) => decoder.decode(pieces).join(''))
    .join('\n')
    .normalize('NFC')

interface Tried extends Score {
  readonly decoder: Decoder
  readonly text: string
}

const attempt = (decoder: Decoder, lines: readonly (readonly Piece[])[]): Tried => {
  const text = textOf(decoder, lines)
  return { decoder, text, ...score(text) }
}

/** The lines that hold letters, cut where the sample is full. */
function sample(lines: readonly (readonly Piece[])[], size = SAMPLE): (readonly Piece[])[] {
  const taken: (readonly Piece[])[] = []
  let room = size
  for (const pieces of lines) {
    if (room <= 0) break
    if (!pieces.some((piece) => piece.bytes.some((byte) => byte >= 0x7f || byte < 0x20 || byte > 0x40))) continue
    const line: Piece[] = []
    for (const piece of pieces) {
      if (room <= 0) break
      line.push(piece.bytes.length > room ? { ...piece, bytes: piece.bytes.subarray(0, room) } : piece)
      room -= piece.bytes.length
    }
    taken.push(line)
  }
  return taken
}

const strictUtf8 = (lines: readonly (readonly Piece[])[]): boolean =>
  !lines.some((pieces) => utf8.decode(pieces).join('').includes('\ufffd'))

/** Every `ESC t` that repeats the page in force: there the alphabet may change under an unchanged number (5.1). */
function repeats(pieces: readonly Piece[]): number[] {
  const turns: number[] = []
  let last: Piece | undefined
  for (const piece of pieces) {
    if (last && piece.turn !== last.turn && piece.codePage === last.codePage) turns.push(piece.turn)
    last = piece
  }
  return turns.slice(0, MAX_TURNS)
}

const LETTER_BEFORE = 0x20

/** The first `ESC t` inside a word that names the page in force: only a sender that changes its letters does that (5.1). */
function change(lines: readonly (readonly Piece[])[]): number | undefined {
  for (const pieces of lines)
    for (const [i, piece] of pieces.entries()) {
      const last = pieces[i - 1]
      if (!last || piece.turn === last.turn || piece.codePage !== last.codePage) continue
      if ((last.bytes.at(-1) ?? 0) > LETTER_BEFORE && (piece.bytes[0] ?? 0) >= 0x80) return piece.turn
    }
  return undefined
}

const TCVN = ['tcvn3-abc', 'vn1']
const WHOLE = VIETNAMESE.filter((decoder) => decoder.id !== 'vni')

/**
 * Both alphabets of a sender that changed its letters. What stands before the change may be a few words that read well in
 * the second alphabet too: the change itself says that it is not the second.
 */
function changed(lines: readonly (readonly Piece[])[]): Decoder | undefined {
  const turn = change(lines)
  if (turn === undefined) return undefined
  const side = (after: boolean) => lines.map((pieces) => pieces.filter((piece) => piece.turn >= turn === after))
  const second = pick(WHOLE.map((decoder) => attempt(decoder, side(true))))
  const apart = TCVN.includes(second.decoder.id) ? TCVN : [second.decoder.id]
  const firsts = WHOLE.filter(({ id }) => !apart.includes(id)).map((decoder) => attempt(decoder, side(false)))
  const [best, ...others] = ranked(firsts)
  const rival = others.find(({ text }) => text !== best?.text)
  if (!best || second.doubt || best.value < GOOD || best.value <= (rival?.value ?? -2)) return undefined
  return turning(best.decoder, second.decoder, turn)
}

const turned = (lines: readonly (readonly Piece[])[]): Tried[] =>
  repeats(lines.flat()).flatMap((turn) =>
    WHOLE.flatMap((a) => WHOLE.filter((b) => b !== a).map((b) => attempt(turning(a, b, turn), lines))),
  )

/**
 * Which alphabet the bytes are in. Strict UTF-8 with a multibyte character wins outright; else every candidate is read
 * and scored by Vietnamese syllables, and the winner must beat all that read differently by a margin. The page number
 * of `ESC t` is a hint only: it decides nothing but whether the two TCVN pages are tried.
 */
export function chooseDecoder(lines: readonly (readonly Piece[])[]): Choice {
  const pieces = lines.flat()
  if (pieces.every((piece) => onlyRules(piece.bytes))) return { decoder: ascii }
  if (strictUtf8(lines)) return { decoder: utf8 }
  // Noise must not cost what text costs: a port scan shares its thread with the tills (register-capture 11).
  const glance = ranked([...VIETNAMESE, tcvnPages, ...OTHERS].map((decoder) => attempt(decoder, sample(lines, GLANCE))))[0]
  if (glance && glance.value < HOPELESS) return { decoder: glance.decoder, doubt: 'DRIVER_ENCODING' }
  const part = sample(lines)
  const pages = new Set(pieces.map((piece) => piece.codePage).filter(isTcvnPage))
  const paged =
    pages.size > 0 ? [attempt(tcvnPages, part)].map((one) => ({ ...one, value: one.value + (pages.size > 1 ? PAIRED : 0) })) : []
  const tried = [...paged, ...[...VIETNAMESE, utf8, ...OTHERS].map((decoder) => attempt(decoder, part))]
  const two = changed(part)
  if (two) return { decoder: two }
  const best = pick(tried)
  if (!best.doubt) return best
  const mixed = pick([...tried, ...turned(part)])
  return mixed.doubt ? best : mixed
}

const ranked = (tried: readonly Tried[]): Tried[] => tried.toSorted((a, b) => b.value - a.value)

function pick(tried: readonly Tried[]): Choice {
  const order = ranked(tried)
  const [best] = order
  if (!best) return { decoder: ascii }
  if (best.words === 0 && best.value >= 0) return { decoder: best.decoder }
  // The two TCVN pages read as one differ in case only: the letters are sure all the same.
  const same = best.text.toLowerCase()
  const rival = order.find((other) => other.text.toLowerCase() !== same)
  const margin = MARGIN + SCARCE / Math.max(1, best.words)
  const sure = best.value >= GOOD && best.value - (rival?.value ?? -2) >= margin && hasKeyword(best.text)
  return sure ? { decoder: best.decoder } : { decoder: best.decoder, doubt: 'DRIVER_ENCODING' }
}
