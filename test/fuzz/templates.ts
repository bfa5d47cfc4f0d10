import type { Template } from '../../src/domain/template.ts'
import { fc } from '../property.ts'
import { line } from './words.ts'

/** Shop templates: any pattern in any role, fields at wrong places, too many of them, and what is no template at all. */

const FIELDS = [
  ...['name', 'text', 'cashier', 'table', 'customer', 'qty', 'price', 'amount', 'discount', 'base', 'tender', 'change', 'index'],
  ...['rate', 'number', 'date', 'time', 'unit', 'code', 'bogus', '', 'name}{qty'],
]
const element = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...FIELDS).map((field) => `{${field}}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('#{number}', '({rate})', 'x{qty}', '{price}đ', '@12', '@999', '{', '}', '  ', 'x', '='),
  },
  { weight: 3, arbitrary: line.map((words) => words.split(/\s+/)[0] ?? '') },
)
const pattern = fc.oneof(
  { weight: 4, arbitrary: fc.array(element, { minLength: 1, maxLength: 8 }).map((all) => all.join(' ')) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((n) => '{text} '.repeat(n).trim()) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{name}',
      '{qty} x {price}  {amount}',
      'TỔNG CỘNG {amount}',
      'Tiền mặt {amount}',
      '{name}  {qty}  {price}  {amount}',
    ),
  },
)
const patterns = fc.array(pattern, { maxLength: 6 })
const ROLES = [
  ...(['subtotal', 'net', 'discount', 'service', 'delivery', 'tax', 'rounding', 'total', 'due', 'count'] as const),
  ...(['payment', 'tender', 'change', 'nothing'] as const),
]

export const templates: fc.Arbitrary<Template> = fc.record({
  version: fc.constant(1 as const),
  name: fc.constant('x'),
  mode: fc.constantFrom('learn' as const, 'shadow' as const, 'live' as const),
  kind: fc.constant('sale' as const),
  header: fc.array(line, { maxLength: 3 }),
  titles: fc.record({
    is: patterns,
    not: fc.array(fc.record({ line: pattern, kind: fc.constantFrom('void' as const, 'kitchen' as const) }), { maxLength: 2 }),
  }),
  head: patterns,
  items: fc.array(
    fc.record({
      lines: fc.array(pattern, { minLength: 1, maxLength: 4 }),
      is: fc.constantFrom('item' as const, 'modifier' as const, 'discount' as const, 'wrap' as const, 'note' as const),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  totals: fc
    .array(fc.record({ line: pattern, is: fc.constantFrom(...ROLES) }), { maxLength: 6 })
    .map((totals) => [...totals, { line: 'TỔNG CỘNG {amount}', is: 'total' as const }]),
  ignore: patterns,
})

/** The costliest there is: every pattern fits nearly everywhere, and nothing decides. */
export const costly: Template = {
  version: 1,
  name: 'x',
  mode: 'live',
  kind: 'sale',
  header: [],
  head: Array.from({ length: 40 }, (_, i) => `${'{text} '.repeat(20)}{number} ${i}`),
  items: Array.from({ length: 40 }, () => ({ lines: [`${'{text} '.repeat(20)}{amount}`] })),
  totals: [
    ...Array.from({ length: 59 }, () => ({ line: `${'{text} '.repeat(20)}{amount} x`, is: 'nothing' as const })),
    { line: 'TỔNG CỘNG {amount}', is: 'total' },
  ],
  ignore: Array.from({ length: 60 }, () => `${'{text} '.repeat(23)}x`),
}
