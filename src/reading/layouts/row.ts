import type { Columns } from '../columns.ts'
import { key } from '../fold.ts'
import { joinWords, type Line, type Word } from '../line.ts'
import type { Figure } from '../numbers.ts'
import { UNITS } from '../units.ts'
import { type Figures, readFigures } from './figures.ts'

/** One printed item, its name apart from its figures. */
export interface ItemRow extends Figures {
  readonly name: string
  readonly code?: string
  readonly unit?: string
  readonly letter?: string
}

export interface Named {
  readonly name: string
  readonly code?: string
  readonly unit?: string
  readonly quantity?: Figure
}

const CODE = /^(?:\d{5,14}|[A-Z]{2,5}-?\d{3,})$/
const ORDINAL = /^\d{1,3}[.)]$/
const PLAIN = /^\d{1,3}$/
const DECIMALS = /^\d{1,5}(?:[.,]\d{1,3})?$/

/** Takes number, code, leading quantity and unit off a name. `leading`: every item of this page opens with its quantity. */
export function readName(words: readonly Word[], columns: Columns | undefined, leading: boolean): Named {
  let from = 0
  let to = words.length
  let code: string | undefined
  let quantity: Figure | undefined
  const has = (column: 'index' | 'code' | 'unit'): boolean => columns?.order.includes(column) ?? false
  const first = (): Word | undefined => words[from]
  const more = (): boolean => to - from > 1
  if (more() && first() && (ORDINAL.test(first()?.text ?? '') || (has('index') && PLAIN.test(first()?.text ?? '')))) from++
  if (more() && (CODE.test(first()?.text ?? '') || (has('code') && /\d/.test(first()?.text ?? '')))) {
    code = first()?.text
    from++
  }
  if (more() && first()?.figure && words[from + 1]?.mark === 'times' && to - from > 2) {
    quantity = first()?.figure
    from += 2
  } else if (more() && (leading || columns?.quantityFirst) && DECIMALS.test(first()?.text ?? '') && first()?.figure) {
    quantity = first()?.figure
    from++
  }
  const unit = has('unit') ? unitOf(words, from, to, columns) : undefined
  if (unit) to = unit.from
  const name = joinWords(words, from, to).replace(/ ?:$/, '')
  return {
    name,
    ...(code === undefined ? {} : { code }),
    ...(unit ? { unit: unit.text } : {}),
    ...(quantity === undefined ? {} : { quantity }),
  }
}

/** The last cell of the name part, set off by two blanks; else a known unit word. */
function unitOf(
  words: readonly Word[],
  from: number,
  to: number,
  columns: Columns | undefined,
): { text: string; from: number } | undefined {
  const order = columns?.order ?? []
  if (order.indexOf('unit') < order.indexOf('name')) return undefined
  for (let i = to - 1; i > from; i--)
    if ((words[i]?.gap ?? 0) >= 2) return to - i <= 2 ? { text: joinWords(words, i, to), from: i } : undefined
  const last = words[to - 1]
  return last && to - from > 1 && UNITS.has(key(last.text)) ? { text: last.text, from: to - 1 } : undefined
}

/** An item on one line: name and figures side by side. */
export function readRow(line: Line, skip: number, columns: Columns | undefined, leading: boolean): ItemRow | undefined {
  const { tail } = line
  const inner = columns ? 0 : namelike(line)
  const cells = tail.cells.slice(inner)
  let named = readName(line.words.slice(skip, inner > 0 ? (cells[0]?.word ?? tail.start) : tail.start), columns, leading)
  const figures = readFigures(
    { ...tail, cells, ...(tail.times === undefined ? {} : { times: tail.times - inner }) },
    columns?.figures,
    named.quantity,
  )
  if (figures === undefined) return undefined
  const left = cells.length - figures.used
  let end = tail.start
  // More figures than columns: those next to the name are part of it (`Bia 333`), provided they look like it.
  if (left > 0) {
    if (cells.slice(0, left).some((c) => !c.figure || (c.figure.grouped && !isInName(line, c.word, figures)))) return undefined
    end = cells[left]?.word ?? tail.start
    named = readName(line.words.slice(skip, end), columns, leading)
  }
  // A name that ends in a times sign has lost a figure to it.
  if (named.name === '' || line.words[end - 1]?.mark) return undefined
  const { quantity: _, ...name } = named
  return { ...figures, ...name, ...(tail.letter === undefined ? {} : { letter: tail.letter }) }
}

/** `Combo 99k      1   99.000   99.000`: money in the cell of the name, where the figures behind it prove each other. */
const isInName = ({ words }: Line, at: number, { proven, unitPrice }: Figures): boolean =>
  proven && unitPrice !== undefined && at > 0 && words[at]?.gap === 1 && (words[at + 1]?.gap ?? 0) > 1

/** Bare figures one blank behind the name and well apart from the next figure stand in its cell: `Coca 330  15.000`. */
function namelike({ tail, words }: Line): number {
  let n = 0
  while (n < tail.cells.length - 1 && tail.times === undefined) {
    const cell = tail.cells[n]
    const next = words[tail.cells[n + 1]?.word ?? -1]
    if (
      !cell?.figure ||
      cell.figure.grouped ||
      words[cell.word - 1]?.mark ||
      (words[cell.word]?.gap ?? 0) > 1 ||
      (next?.gap ?? 0) < 2
    )
      break
    n++
  }
  return n
}
