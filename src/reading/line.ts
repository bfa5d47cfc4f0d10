import type { Page } from '../domain/page.ts'
import { collapse, isRule, key, printable } from './fold.ts'
import { KEYS, type Label, labelOf } from './labels.ts'
import { type Figure, negate, readFigure, readPercent } from './numbers.ts'
import { UNITS } from './units.ts'

export interface Word {
  readonly text: string
  readonly column: number
  /** Blanks before it. */
  readonly gap: number
  readonly figure?: Figure
  /** `x`, `×`, `*`, `@`, `=` between figures. */
  readonly mark?: 'times' | 'at' | 'equals'
  /** A currency word standing apart from its figure. */
  readonly currency?: boolean
}

/** What stands at the right of a line, read from the right because names may hold digits (register-capture 9.4). */
export interface Tail {
  /** Index of its first word; the words before it are name or label. */
  readonly start: number
  readonly cells: readonly TailCell[]
  /** Tax letter behind the amount (`B`). */
  readonly letter?: string
  /** After which cell a times or at sign stands. */
  readonly times?: number
  readonly at: boolean
  /** Unit between quantity and sign: `3 chai x 42.000`, `0,535kg x 189.000`. */
  readonly unit?: string
}

export interface TailCell {
  readonly word: number
  readonly figure?: Figure
  /** A rate in a column: `8`, `KCT`. */
  readonly percent?: string
}

/** One printed line, prepared once. */
export interface Line {
  readonly text: string
  readonly key: string
  readonly words: readonly Word[]
  readonly indent: number
  readonly rule: boolean
  readonly tail: Tail
  /** The words before the tail. */
  readonly head: string
  readonly headKey: string
  /** What the words before the tail mean among totals. */
  readonly label?: Label
  /** What others found out about this line, each in a place of its own: see `oncePerLine`. */
  readonly memo: unknown[]
}

let places = 0

/** What a line says depends on nothing but the line: worked out once, also for the next receipt that prints the same. */
export function oncePerLine<T>(work: (line: Line) => T): (line: Line) => T {
  const place = places++
  return (line) => {
    const before = line.memo[place]
    if (before !== undefined) return before as T
    const made = work(line)
    line.memo[place] = made
    return made
  }
}

const SPECIAL = /^(\d[\d.,]*)?([xX×*@])(\d[\d.,]*[đd₫kK]?)?$/
const CURRENCY = new Set(['đ', 'd', 'đồng', 'dong', 'vnd', 'vnđ', '₫'])
const LEADERS = /\.{3,}|_{3,}/g
const EMPTY_TAIL: Tail = { start: 0, cells: [], at: false }

/** Lines kept for the next receipt: a shop prints the same names, prices and labels all day. Two halves, the older one goes. */
const KEPT_LINES = 2_048
const KEPT_LENGTH = 96
let kept = new Map<string, Line | undefined>()
let older = kept

/** The printed lines of a page; empty ones are left out. */
export function toLines(page: Page): Line[] {
  const lines: Line[] = []
  for (const { text } of page.rows) {
    const line = text.length > KEPT_LENGTH ? lineOf(text) : keptLine(text)
    if (line) lines.push(line)
  }
  return lines
}

function keptLine(text: string): Line | undefined {
  const before = kept.get(text)
  if (before || kept.has(text)) return before
  const line = older.get(text) ?? lineOf(text)
  if (kept.size >= KEPT_LINES) {
    older = kept
    kept = new Map()
  }
  kept.set(text, line)
  return line
}

export function lineOf(row: string): Line | undefined {
  const raw = unframed(printable(row))
  const text = collapse(raw)
  return text === '' ? undefined : toLine(raw, text)
}

const BARS = /[|\u2502\u2503\u2551]/g
/** `|Trà đá   |  2 |  5.000 |`: the frame of a table parts its cells and says nothing. */
function unframed(raw: string): string {
  const bars = raw.match(BARS)?.length ?? 0
  return bars > 1 && /[^|\u2500-\u257f\s]/.test(raw) ? raw.replace(BARS, ' ') : raw
}

function toLine(raw: string, text: string): Line {
  if (isRule(text)) return { text, key: '', words: [], indent: 0, rule: true, tail: EMPTY_TAIL, head: '', headKey: '', memo: [] }
  const words = toWords(raw.includes('...') || raw.includes('___') ? raw.replace(LEADERS, (m) => ' '.repeat(m.length)) : raw)
  const tail = toTail(words)
  const head = joinWords(words, 0, tail.start)
  const whole = key(text)
  const headKey = tail.start === words.length ? whole : key(head)
  const found = labelOf(headKey)
  const label = found && KEYS.has(found.phrase) && tail.cells.length > 1 ? undefined : found
  const indent = words[0]?.column ?? 0
  return { text, key: whole, words, indent, rule: false, tail, head, headKey, ...(label ? { label } : {}), memo: [] }
}

/** Words `from` to `to` as text; what was one word on the paper is one again. */
export function joinWords(words: readonly Word[], from: number, to: number): string {
  let out = ''
  for (let i = from; i < to; i++) out += (i > from && words[i]?.gap !== 0 ? ' ' : '') + (words[i]?.text ?? '')
  return out
}

function toWords(raw: string): Word[] {
  const words: Word[] = []
  let end = 0
  let at = 0
  while (at < raw.length) {
    while (at < raw.length && blank(raw, at)) at++
    const from = at
    while (at < raw.length && !blank(raw, at)) at++
    if (at > from) pushWord(words, raw.slice(from, at), from, from - end)
    end = at
  }
  return words
}

const blank = (text: string, i: number): boolean => {
  const code = text.charCodeAt(i)
  return code === 32 || code === 9 || code === 160
}

/** Splits `cộng:100.000`, `2x35.000` and `@8.000` into their parts. */
function pushWord(words: Word[], text: string, column: number, gap: number): void {
  const colon = text.indexOf(':')
  if (
    colon > 0 &&
    colon < text.length - 1 &&
    !digit(text, colon - 1) &&
    (digit(text, colon + 1) || '-('.includes(text.charAt(colon + 1)))
  ) {
    words.push({ text: text.slice(0, colon + 1), column, gap })
    pushWord(words, text.slice(colon + 1), column + colon + 1, 1)
    return
  }
  // `2*15.000=30.000`
  const equals = text.indexOf('=')
  if (
    equals > 0 &&
    digit(text, equals + 1) &&
    (digit(text, equals - 1) || (digit(text, equals - 2) && 'đdkK₫'.includes(text.charAt(equals - 1))))
  ) {
    pushWord(words, text.slice(0, equals), column, gap)
    words.push({ text: '=', column: column + equals, gap: 0, mark: 'equals' })
    pushWord(words, text.slice(equals + 1), column + equals + 1, 0)
    return
  }
  if (text === '=') {
    words.push({ text, column, gap, mark: 'equals' })
    return
  }
  const special = SPECIAL.exec(text)
  if (special !== null) {
    const [, before, sign = '', after] = special
    const mark = sign === '@' ? ('at' as const) : ('times' as const)
    if (before !== undefined) pushPlain(words, before, column, gap)
    words.push({ text: sign, column: column + (before?.length ?? 0), gap: before === undefined ? gap : 0, mark })
    if (after !== undefined) pushPlain(words, after, column + text.length - after.length, 0)
    return
  }
  pushPlain(words, text, column, gap)
}

const digit = (text: string, i: number): boolean => {
  const code = text.charCodeAt(i)
  return code >= 48 && code <= 57
}

function pushPlain(words: Word[], text: string, column: number, gap: number): void {
  const figure = readFigure(text)
  if (figure !== undefined) words.push({ text, column, gap, figure })
  else if (text.length <= 4 && CURRENCY.has(text.toLowerCase())) words.push({ text, column, gap, currency: true })
  else words.push({ text, column, gap })
}

const LETTER = /^(?:[A-Z]|KCT|KKKNT)$/
const UNTAXED = /^KCT$|^KKKNT$/
const ORNAMENT = /^[*=~#<>]+$/
/** A currency that may stand apart in front of its figure; `D` may be a size. */
const SPELLED = /^(?:vn[dđ]|₫)$/i
const ALL_PERCENT = /^\(?\d{1,3}(?:[.,]\d{1,3})?%\)?$/

function toTail(words: readonly Word[]): Tail {
  let i = words.length - 1
  const last = words[i]
  let letter: string | undefined
  if (last !== undefined && i > 0 && LETTER.test(last.text) && (words[i - 1]?.figure || words[i - 1]?.currency)) {
    letter = last.text
    i--
  }
  // `*** TỔNG CỘNG: 120.000 ***`
  while (letter === undefined && i > 0 && ORNAMENT.test(words[i]?.text ?? '')) i--
  const cells: TailCell[] = []
  let times = -1
  let at = false
  let unit: string | undefined
  let measured: Measure | undefined
  for (; i >= 0; i--) {
    const word = words[i]
    if (word === undefined) break
    if (word.figure) cells.push({ word: i, figure: marked(words, i, word.figure) })
    else if (word.currency && (words[i - 1]?.figure || (words[i + 1]?.figure && SPELLED.test(word.text)))) continue
    else if (word.mark === 'times' && cells.length > 0 && word.gap > 0 && words[i + 1]?.gap === 0 && !words[i - 1]?.figure) {
      // `Coca 330ml  x1  12.000`: a quantity of its own, no product. In the cell of the name (`Pin AA x2    9.000`) it is name.
      if (word.gap > 1 || (words[i + 2]?.gap ?? 0) < 2) i--
      else {
        cells.pop()
        i++
      }
      break
    } else if (
      word.mark === 'times' &&
      cells.length > 0 &&
      unit === undefined &&
      (measured = measureAt(words, i - 1)) !== undefined
    ) {
      times = cells.length
      unit = measured.unit
      i = measured.word
      cells.push({ word: i, figure: measured.figure })
    } else if (
      word.mark &&
      cells.length > 0 &&
      (i === 0 || words[i - 1]?.figure || words[i - 1]?.currency || word.mark !== 'times')
    ) {
      if (word.mark !== 'equals') times = cells.length
      at ||= word.mark === 'at'
    } else if (ALL_PERCENT.test(word.text) && (cells.length > 0 || letter === undefined) && i > 0 && words[i - 1]?.figure) {
      const percent = readPercent(word.text)
      cells.push(percent === undefined ? { word: i } : { word: i, percent })
    } else if (UNTAXED.test(word.text) && cells.length > 0 && words[i - 1]?.figure) cells.push({ word: i, percent: word.text })
    else break
  }
  // `2x` at the very end of a name has no figure behind it: then it is name.
  if (cells.length === 0) return { start: words.length, cells, at: false }
  let start = i + 1
  // `Giảm giá: - 15.000`: the sign stands apart.
  const sign = words[i]
  if (sign?.text === '-' && i > 0 && cells.length === 1) {
    const only = cells[0]
    if (only?.figure) cells[0] = { word: only.word, figure: negate(only.figure) }
    start = i
  }
  cells.reverse()
  const after = times > 0 ? cells.length - times : undefined
  return {
    start,
    cells,
    at,
    ...(unit === undefined ? {} : { unit }),
    ...(letter === undefined ? {} : { letter }),
    ...(after === undefined ? {} : { times: after }),
  }
}

interface Measure {
  readonly word: number
  readonly figure: Figure
  readonly unit: string
}

const MEASURE = /^(\d[\d.,]*)(\p{L}{1,6})$/u

/** A quantity with its unit that ends at word `i`: `0,535kg`, `3 chai`. */
function measureAt(words: readonly Word[], i: number): Measure | undefined {
  const word = words[i]
  if (word === undefined || word.figure) return undefined
  const before = words[i - 1]
  if (before?.figure && UNITS.has(key(word.text))) return { word: i - 1, figure: before.figure, unit: word.text }
  const [, digits = '', unit = ''] = MEASURE.exec(word.text) ?? []
  const figure = UNITS.has(key(unit)) ? readFigure(digits) : undefined
  return figure ? { word: i, figure, unit } : undefined
}

/** A currency word behind a figure makes it money. */
const marked = (words: readonly Word[], i: number, figure: Figure): Figure =>
  words[i + 1]?.currency || SPELLED.test(words[i - 1]?.text ?? '') ? { ...figure, grouped: true } : figure

/** The last figure of a line, where money stands. */
export const lastFigure = (line: Line): Figure | undefined => line.tail.cells.at(-1)?.figure
export const figuresOf = oncePerLine((line): readonly Figure[] => line.tail.cells.flatMap((c) => (c.figure ? [c.figure] : [])))
