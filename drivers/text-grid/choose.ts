import { isUtf8 } from 'node:buffer'
import type { Letters } from '../../src/domain/page.ts'
import { ascii, isTcvnPage, OTHERS, onlyRules, tcvnPages, turning, utf8, VIETNAMESE } from './decoders.ts'
import type { Decoder, Piece } from './line.ts'
import { hasKeyword } from './syllable.ts'
import { type Judged, judge, remembered, type Word, wordsOf } from './words.ts'

export interface Choice {
  readonly decoder: Decoder
  /** `DRIVER_ENCODING` when the letters are not sure, `DRIVER_ENCODING_DRIFT` when they are not what was pinned. */
  readonly doubt?: string
  readonly letters?: Letters
}

/** Pieces of one line that stand side by side, no move between them. */
export type Runs = readonly (readonly Piece[])[]

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
const GLANCE = 256
/** Below this no alphabet gives words at all; half of a document in another alphabet does not score as badly. */
const HOPELESS = -0.5

interface Tried {
  readonly decoder: Decoder
  /** One for each word. */
  readonly judged: (word: number) => Judged | undefined
  readonly size: number
  readonly words: number
  readonly value: number
}

function total(decoder: Decoder, size: number, judged: (word: number) => Judged | undefined, extra = 0): Tried {
  let [words, points, unmapped, strange] = [0, 0, 0, 0]
  for (let i = 0; i < size; i++) {
    const one = judged(i)
    if (!one) continue
    words += one.words
    points += one.points
    unmapped += one.unmapped
    strange += one.strange
  }
  const count = Math.max(1, words, unmapped + strange)
  return { decoder, judged, size, words, value: (points - 2 * unmapped - strange) / count + extra }
}

/** Alphabets that need no page number: a word reads the same wherever it stands. */
const PLAIN: readonly Decoder[] = [...VIETNAMESE, utf8, ...OTHERS]
const inAll = remembered((_, pieces) => {
  const [first, ...rest] = pieces
  const whole = first && rest.length > 0 ? [{ ...first, bytes: Buffer.concat(pieces.map(({ bytes }) => bytes)) }] : pieces
  return PLAIN.map((decoder) => judge(decoder, whole))
})
const inPages = remembered((_, pieces) => judge(tcvnPages, pieces))
const pageKey = ({ key, pieces }: Word): string =>
  pieces.length === 1
    ? `${pieces[0]?.codePage}\0${key}`
    : pieces.map(({ bytes, codePage }) => `${codePage}\0${Buffer.from(bytes).toString('latin1')}`).join('\0')

function tryAll(words: readonly Word[]): Tried[] {
  const all = words.map(({ key, pieces }) => inAll(key, pieces))
  return PLAIN.map((decoder, which) => total(decoder, words.length, (i) => all[i]?.[which]))
}

function attempt(decoder: Decoder, words: readonly Word[]): Tried {
  const which = PLAIN.indexOf(decoder)
  // A word in pieces may read otherwise than as a whole where one of them ends inside a letter.
  const all = words.map(({ key, pieces }) =>
    which >= 0 && pieces.length === 1 ? inAll(key, pieces)[which] : judge(decoder, pieces),
  )
  return total(decoder, words.length, (i) => all[i])
}

function tryPages(words: readonly Word[], extra: number): Tried {
  const all = words.map((word) => inPages(pageKey(word), word.pieces))
  return total(tcvnPages, words.length, (i) => all[i], extra)
}

function same(a: Tried, b: Tried): boolean {
  for (let i = 0; i < a.size; i++) if (a.judged(i)?.folded !== b.judged(i)?.folded) return false
  return true
}

/** A character may be split between two pieces of a run. */
const strictUtf8 = (runs: Runs): boolean =>
  runs.every(([first, ...rest]) =>
    isUtf8(
      first && rest.length === 0 ? first.bytes : Buffer.concat([first, ...rest].map((piece) => piece?.bytes ?? new Uint8Array())),
    ),
  )

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
function change(runs: Runs): number | undefined {
  for (const pieces of runs)
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
function changed(runs: Runs): Choice | undefined {
  const turn = change(runs)
  if (turn === undefined) return undefined
  const side = (after: boolean): Word[] =>
    wordsOf(
      runs.map((pieces) => pieces.filter((piece) => piece.turn >= turn === after)),
      SAMPLE,
    )
  const [before, behind] = [side(false), side(true)]
  const second = pick(
    WHOLE.map((decoder) => attempt(decoder, behind)),
    runs,
  )
  const apart = TCVN.includes(second.decoder.id) ? TCVN : [second.decoder.id]
  const firsts = WHOLE.filter(({ id }) => !apart.includes(id)).map((decoder) => attempt(decoder, before))
  const [best, ...others] = ranked(firsts)
  const rival = best && others.find((other) => !same(best, other))
  if (!best || second.doubt || best.value < GOOD || best.value <= (rival?.value ?? -2)) return undefined
  const decoder = turning(best.decoder, second.decoder, turn)
  return { decoder, letters: shown(best, rival) }
}

const turned = (runs: Runs, words: readonly Word[]): Tried[] =>
  repeats(runs.flat()).flatMap((turn) =>
    WHOLE.flatMap((a) => WHOLE.filter((b) => b !== a).map((b) => attempt(turning(a, b, turn), words))),
  )

const isPlain = (runs: Runs): boolean =>
  runs.every((run) => run.every(({ bytes, drawn }) => drawn !== undefined || onlyRules(bytes)))

/**
 * Which alphabet the bytes are in. Strict UTF-8 with a multibyte character wins outright; else every candidate is read
 * and scored by Vietnamese syllables, and the winner must beat all that read differently by a margin. The page number
 * of `ESC t` is a hint only: it decides nothing but whether the two TCVN pages are tried.
 */
export function chooseDecoder(runs: Runs): Choice {
  if (isPlain(runs)) return { decoder: ascii }
  if (strictUtf8(runs)) return { decoder: utf8, letters: { score: 1, words: 0, pinned: false } }
  // Noise must not cost what text costs: a port scan shares its thread with the tills (register-capture 11).
  const first = wordsOf(runs, GLANCE)
  const [glance] = ranked([...tryAll(first), tryPages(first, 0)])
  if (glance && glance.value < HOPELESS) return { decoder: glance.decoder, doubt: 'DRIVER_ENCODING', letters: shown(glance) }
  const words = wordsOf(runs, SAMPLE)
  const pages = new Set<number>()
  for (const run of runs) for (const { codePage } of run) if (isTcvnPage(codePage)) pages.add(codePage)
  const tried = [...(pages.size > 0 ? [tryPages(words, pages.size > 1 ? PAIRED : 0)] : []), ...tryAll(words)]
  const two = changed(runs)
  if (two) return two
  const best = pick(tried, runs)
  if (!best.doubt) return best
  const mixed = pick([...tried, ...turned(runs, words)], runs)
  return mixed.doubt ? best : mixed
}

/** The pinned alphabet is read, and told when the bytes are better Vietnamese, or all of them letters, only in another (5.6, 1). */
export function pinnedDecoder(decoder: Decoder, runs: Runs): Choice {
  if (isPlain(runs)) return { decoder: ascii }
  const words = wordsOf(runs, SAMPLE)
  const mine = attempt(decoder, words)
  const first = wordsOf(runs, GLANCE)
  const [glance] = words.length === 0 ? [] : ranked(tryAll(first))
  const rival = glance && !same(attempt(decoder, first), glance) ? glance : undefined
  const better = rival !== undefined && rival.value >= GOOD && rival.value >= mine.value + MARGIN
  const other = decoder !== utf8 && words.length > 0 && strictUtf8(runs)
  const drift = other || better || unmapped(mine)
  const letters = { ...shown(mine, rival), pinned: true }
  return { decoder, letters, ...(drift ? { doubt: 'DRIVER_ENCODING_DRIFT' } : {}) }
}

function unmapped({ size, judged }: Tried): boolean {
  for (let i = 0; i < size; i++) if ((judged(i)?.unmapped ?? 0) > 0) return true
  return false
}

const ranked = (tried: readonly Tried[]): Tried[] => tried.toSorted((a, b) => b.value - a.value)

const round = (value: number): number => Math.round(value * 100) / 100

const shown = (best: Tried, rival?: Tried): Letters => ({
  score: round(best.value),
  words: best.words,
  ...(rival ? { rival: { encoding: rival.decoder.id, score: round(rival.value) } } : {}),
  pinned: false,
})

/** A title or a total stands near the beginning of most papers; no keyword reaches over the end of a run. */
const saysKeyword = (decoder: Decoder, runs: Runs): boolean => runs.some((pieces) => hasKeyword(decoder.decode(pieces).join('')))

function pick(tried: readonly Tried[], runs: Runs): Choice {
  const order = ranked(tried)
  const [best] = order
  if (!best) return { decoder: ascii }
  if (best.words === 0 && best.value >= 0) return { decoder: best.decoder }
  // The two TCVN pages read as one differ in case only: the letters are sure all the same.
  const rival = order.find((other) => other !== best && !same(best, other))
  const margin = MARGIN + SCARCE / Math.max(1, best.words)
  const choice = { decoder: best.decoder, letters: shown(best, rival) }
  const sure = best.value >= GOOD && best.value - (rival?.value ?? -2) >= margin && saysKeyword(best.decoder, runs)
  return sure ? choice : { ...choice, doubt: 'DRIVER_ENCODING' }
}
