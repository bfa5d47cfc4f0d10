import type { ItemLayout } from '../domain/template.ts'
import { conclude } from './layouts/figures.ts'
import type { Item } from './layouts/items.ts'
import type { Line } from './line.ts'
import type { Figure } from './numbers.ts'
import { match, type Pattern, type Values } from './pattern.ts'

export interface Layout {
  readonly is: NonNullable<ItemLayout['is']>
  readonly lines: readonly Pattern[]
}

export interface Fitted {
  readonly layout: Layout
  readonly values: Values
  /** Lines it took, rules between them included. */
  readonly taken: number
}

/** The first layout that fits the lines from `at` on. */
export function fitLayout(layouts: readonly Layout[], lines: readonly Line[], at: number): Fitted | undefined {
  for (const layout of layouts) {
    let values: Values | undefined = {}
    let i = at
    for (const pattern of layout.lines) {
      const line = lines[i++]
      const found: Values | undefined = line && !line.rule ? match(pattern, line.words) : undefined
      values = found && values ? { ...values, ...found } : undefined
      if (!values) break
    }
    if (values) return { layout, values, taken: i - at }
  }
  return undefined
}

/** Adds what a layout found to the items. False: it names an item or a discount where none can be. */
export function putItem(items: Item[], { layout, values }: Fitted, line: Line): boolean {
  const last = items.at(-1)
  const name = named(values)
  switch (layout.is) {
    case 'note':
      return true
    case 'wrap':
      if (last) last.name = `${last.name} ${name}`
      return last !== undefined
    case 'discount': {
      const size = (values.discount ?? values.amount)?.figure?.money
      if (!last || size === undefined) return false
      last.discount = (last.discount ?? 0n) + (size < 0n ? -size : size)
      last.apart = true
      return true
    }
    default: {
      const item = itemOf(values, line)
      if (!item) return false
      const parent = layout.is === 'modifier' ? items.findLast((i) => i.parent === undefined) : undefined
      if (layout.is === 'modifier' && !parent) return false
      items.push({ ...item, ...(parent ? { parent } : {}) })
      return true
    }
  }
}

function itemOf(values: Values, line: Line): Item | undefined {
  const amount = values.amount?.figure
  const name = named(values)
  if (!amount || name === '') return undefined
  const qty = values.qty?.figure
  const cut = values.discount?.figure
  const read = conclude(qty && counted(qty), values.price?.figure, cut && { word: 0, figure: cut }, amount, 0)
  if (!read) return undefined
  const { used: _, ...figures } = read
  const rate = values.rate?.text.replace(/[(%)]/g, '')
  return {
    ...figures,
    name,
    ...(values.code ? { code: values.code.text } : {}),
    ...(values.unit ? { unit: values.unit.text } : {}),
    ...(rate === undefined ? {} : { rate }),
    apart: false,
    bare: qty === undefined,
    indent: line.indent,
  }
}

/** `Bia Sài Gòn: 2 x 15.000`: the colon is the till's, not the beer's. */
const named = (values: Values): string => (values.name?.text ?? '').replace(/\s*[:|]$/, '')

/** Thousands in a cell of quantities (`1.000`): only the decimal reading counts, and the sums judge it. */
const counted = (figure: Figure): Figure =>
  figure.grouped && figure.quantities.length > 1 ? { ...figure, quantities: figure.quantities.slice(0, 1) } : figure
