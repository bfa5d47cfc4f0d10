import { key } from './fold.ts'
import type { Word } from './line.ts'
import { type Figure, readFigure } from './numbers.ts'

/** What a field may take: `many` one word or more, the others exactly one. */
const FIELDS = {
  name: 'many',
  text: 'many',
  cashier: 'many',
  table: 'many',
  customer: 'many',
  qty: 'quantity',
  price: 'money',
  amount: 'money',
  discount: 'money',
  base: 'money',
  tender: 'money',
  change: 'money',
  index: 'digits',
  rate: 'rate',
  number: 'number',
  original: 'number',
  date: 'date',
  time: 'time',
  unit: 'word',
  code: 'word',
} as const

export type Field = keyof typeof FIELDS
export interface Value {
  readonly text: string
  readonly figure?: Figure
}
export type Values = Partial<Record<Field, Value>>

interface Element {
  /** Folded word; absent: a field. */
  readonly is?: string
  readonly field?: Field
  /** Letters glued to the field: `#{number}`. */
  readonly before: string
  readonly after: string
  /** Blanks it needs before it. */
  readonly gap: number
  readonly column?: number
}

/** A compiled line pattern. */
export interface Pattern {
  readonly source: string
  readonly elements: readonly Element[]
}

const MOST_ELEMENTS = 24
const MOST_WORDS = 256
const LONGEST_GLUED = 64
const GLUED = /^([^{}]*)\{([a-z]+)\}([^{}]*)$/
const PIECE = /( *)(\S+)/g

/** Undefined: no such field, a field twice, two fields in one word, or too long. */
export function compile(source: string): Pattern | undefined {
  const elements: Element[] = []
  const seen = new Set<string>()
  let column: number | undefined
  let wide = false
  for (const [, blanks = '', token = ''] of source.matchAll(PIECE)) {
    wide ||= blanks.length > 1
    if (/^@\d{1,3}$/.test(token)) {
      column = Number(token.slice(1))
      continue
    }
    const place = { gap: wide ? 2 : 0, ...(column === undefined ? {} : { column }) }
    column = undefined
    wide = false
    const [, before = '', field, after = ''] = GLUED.exec(token) ?? []
    if (field === undefined) {
      if (/[{}]/.test(token)) return undefined
      elements.push({ is: folded(token), before: '', after: '', ...place })
      continue
    }
    if (!isField(field) || (seen.has(field) && field !== 'text')) return undefined
    seen.add(field)
    elements.push({ field, before: folded(before), after: folded(after), ...place })
  }
  return elements.length > 0 && elements.length <= MOST_ELEMENTS && column === undefined ? { source, elements } : undefined
}

const isField = (text: string): text is Field => Object.hasOwn(FIELDS, text)
/** Words are compared folded; a sign that folds to nothing (`@`, `#`) is compared as it is. */
const folded = (text: string): string => key(text).replaceAll(' ', '') || text

/**
 * The fields of a line, or undefined where it does not fit, or fits in more than one way: then nobody knows which was meant.
 * Words × elements steps at most, whatever the line says (register-capture 9.7).
 */
export function match({ elements }: Pattern, words: readonly Word[]): Values | undefined {
  const n = words.length
  const m = elements.length
  if (n < m || n > MOST_WORDS) return undefined
  // ways[i][j]: in how many ways words i.. fit elements j..; `on` the same with element j already open. Two is enough to know.
  const ways = new Uint8Array((n + 1) * (m + 1))
  const on = new Uint8Array((n + 1) * (m + 1))
  const cell = (i: number, j: number): number => i * (m + 1) + j
  ways[cell(n, m)] = 1
  for (let j = m - 1; j >= 0; j--) {
    const element = elements[j]
    if (!element) return undefined
    const many = element.field !== undefined && FIELDS[element.field] === 'many'
    let some = false
    for (let i = n - 1; i >= j; i--) {
      const next = ways[cell(i + 1, j + 1)] ?? 0
      const open = many ? next + (on[cell(i + 1, j)] ?? 0) : next
      on[cell(i, j)] = open > 2 ? 2 : open
      const word = words[i]
      if (open === 0 || !word || !fits(element, word)) continue
      ways[cell(i, j)] = open > 2 ? 2 : open
      some = true
    }
    if (!some) return undefined
  }
  return ways[0] === 1 ? take(elements, words, (i, j) => (ways[cell(i, j)] ?? 0) > 0) : undefined
}

function take(
  elements: readonly Element[],
  words: readonly Word[],
  rest: (word: number, element: number) => boolean,
): Values | undefined {
  const values: Values = {}
  let i = 0
  for (const [j, element] of elements.entries()) {
    const from = i++
    if (element.field === undefined) continue
    if (FIELDS[element.field] === 'many') while (i < words.length && !rest(i, j + 1)) i++
    if (element.field === 'text') continue
    const inner = innerOf(element, words[from]?.text ?? '') ?? ''
    const more = words.slice(from + 1, i).map((w) => (w.gap === 0 ? w.text : ` ${w.text}`))
    const figure = element.before === '' && element.after === '' ? words[from]?.figure : readFigure(inner)
    values[element.field] = { text: inner + more.join(''), ...(figure && i === from + 1 ? { figure } : {}) }
  }
  return values
}

function fits(element: Element, word: Word): boolean {
  if (element.column !== undefined && word.column !== element.column) return false
  if (element.gap > 1 && word.gap < 2) return false
  if (element.is !== undefined) return folded(word.text) === element.is
  const inner = innerOf(element, word.text)
  if (inner === undefined || element.field === undefined) return false
  const glued = element.before !== '' || element.after !== ''
  const figure = glued ? readFigure(inner) : word.figure
  switch (FIELDS[element.field]) {
    case 'many':
      return inner !== ''
    case 'quantity':
      return figure !== undefined && figure.quantities.length > 0
    case 'money':
      return figure?.money !== undefined && !figure.odd && looksPaid(figure.money, figure.grouped)
    case 'digits':
      return /^\d{1,3}[.)]?$/.test(inner)
    case 'rate':
      return /^\(?\d{1,2}(?:[.,]\d{1,2})?%?\)?$|^KCT$|^KKKNT$/.test(inner)
    case 'number':
      return /^#?[A-Za-z]{0,6}[\d./_-]*\d[\w./-]*$/.test(inner)
    case 'date':
      return /^\(?\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}[,)]?$/.test(inner)
    case 'time':
      return /^\(?\d{1,2}[:h]\d{2}(?::\d{2})?\)?$/.test(inner)
    case 'word':
      return inner !== ''
  }
}

/** A bare small figure is a count: where price and quantity have changed places, the line must not fit any more. */
const looksPaid = (money: bigint, grouped: boolean): boolean => grouped || money === 0n || money >= 100n || money <= -100n

/** The part of a word that the field takes, without what is glued to it. */
function innerOf({ before, after }: Element, text: string): string | undefined {
  if (before === '' && after === '') return text
  if (text.length > LONGEST_GLUED) return undefined
  for (let from = before === '' ? 0 : 1; from <= text.length; from++) {
    if (before !== '' && folded(text.slice(0, from)) !== before) continue
    if (after === '') return from < text.length ? text.slice(from) : undefined
    for (let to = text.length - 1; to > from; to--) if (folded(text.slice(to)) === after) return text.slice(from, to)
    return undefined
  }
  return undefined
}
