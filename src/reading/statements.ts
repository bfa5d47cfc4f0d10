import { type Column, columnOf } from './columns.ts'
import { methodOf } from './labels.ts'
import { figuresOf, joinWords, type Line, lineOf, oncePerLine } from './line.ts'

/**
 * The paper with one statement a line: two that stand side by side come apart, and the one article of a pump or a meter, told
 * as `Đơn giá: 21.550`, `Số lượng: 12,345`, becomes a line of goods. What a line says is not changed.
 */
export const statements = (lines: readonly Line[]): readonly Line[] =>
  labelled(lines.some(sides) ? lines.flatMap((line) => sides(line) ?? [line]) : lines)

/** `Tiền mặt: 200.000   Thối lại: 80.000`, where both halves are statements of the totals. */
const sides = oncePerLine((line): readonly Line[] | null => {
  if (line.rule || line.words.length < 4 || line.words.length > 16) return null
  for (let i = 2; i < line.words.length - 1; i++) {
    const before = line.words[i - 1]
    const word = line.words[i]
    if (!word || word.figure || word.currency || word.mark || !(before?.figure || before?.currency)) continue
    const halves = [lineOf(joinWords(line.words, 0, i)), lineOf(joinWords(line.words, i, line.words.length))]
    const both = halves.filter((half): half is Line => half !== undefined && isStatement(half))
    if (both.length === 2) return both
  }
  return null
})

const isStatement = (line: Line): boolean =>
  figuresOf(line).length === 1 &&
  line.tail.cells.length === 1 &&
  (line.label ? line.label.sure && line.label.role !== 'info' : methodOf(line.headKey) !== undefined)

interface Statement {
  readonly column: Column
  readonly value: string
}

const TOLD: ReadonlySet<Column> = new Set(['name', 'quantity', 'price', 'amount', 'unit'])
/** `Đơn giá: 21.550`: the name of a column, and what would stand below it. */
const told = oncePerLine((line): Statement | null => {
  const [, label = '', value = ''] = /^([^:]{2,24}?) ?: ?(\S.*)$/.exec(line.text) ?? []
  const column = columnOf(label)
  return column && TOLD.has(column) ? { column, value } : null
})

/** One article told in at least name, quantity, price and amount, each once and one below the other. The amount stays: it may be the total. */
function labelled(lines: readonly Line[]): readonly Line[] {
  const from = lines.findIndex((line) => told(line))
  if (from < 0) return lines
  const end = lines.findIndex((line, i) => i > from && !told(line))
  const block = lines.slice(from, end < 0 ? lines.length : end)
  const found = new Map<Column, string>()
  for (const line of block) {
    const { column, value } = told(line) ?? {}
    if (column === undefined || value === undefined || (found.has(column) && column !== 'amount')) return lines
    if (!found.has(column)) found.set(column, value)
  }
  const [name, quantity, price, amount] = (['name', 'quantity', 'price', 'amount'] as const).map((c) => found.get(c))
  if (!name || !quantity || !price || !amount) return lines
  const unit = found.get('unit') ?? ''
  const article = lineOf(`${name}  ${quantity} ${unit} x ${price} = ${amount}`)
  const rest = block.filter((line) => told(line)?.column === 'amount')
  return article ? [...lines.slice(0, from), article, ...rest, ...lines.slice(from + block.length)] : lines
}
