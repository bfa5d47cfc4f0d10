import Type from 'typebox'
import Value from 'typebox/value'
import { fault } from '../domain/fault.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Template, TotalRole } from '../domain/template.ts'
import { compile } from './pattern.ts'

const strict = { additionalProperties: false }
const Line = Type.String({ minLength: 1, maxLength: 200 })
const lines = (most: number) => Type.Array(Line, { maxItems: most })
const oneOf = <T extends string>(...names: readonly T[]) => Type.Union(names.map((name) => Type.Literal(name)))

/** A template file. Patterns are checked one by one behind it. */
export const TemplateSchema = Type.Object(
  {
    version: Type.Literal(1),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    mode: oneOf('learn', 'shadow', 'live'),
    kind: oneOf('sale', 'refund', 'void', 'provisional', 'report'),
    driver: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    encoding: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    columns: Type.Optional(Type.Integer({ minimum: 16, maximum: 255 })),
    starts: Type.Optional(Type.Array(Line, { minItems: 2, maxItems: 5 })),
    header: lines(40),
    titles: Type.Optional(
      Type.Object(
        {
          is: Type.Optional(lines(20)),
          not: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  line: Line,
                  kind: oneOf(
                    'provisional',
                    'kitchen',
                    'reprint',
                    'refund',
                    'void',
                    'report',
                    'no-sale',
                    'cash-move',
                    'delivery',
                    'training',
                    'test',
                  ),
                },
                strict,
              ),
              { maxItems: 40 },
            ),
          ),
        },
        strict,
      ),
    ),
    head: Type.Optional(lines(40)),
    items: Type.Array(
      Type.Object(
        {
          lines: Type.Array(Line, { minItems: 1, maxItems: 4 }),
          is: Type.Optional(oneOf('item', 'modifier', 'discount', 'wrap', 'note')),
        },
        strict,
      ),
      { maxItems: 40 },
    ),
    totals: Type.Array(
      Type.Object(
        {
          line: Line,
          is: oneOf(
            'subtotal',
            'net',
            'discount',
            'service',
            'delivery',
            'tip',
            'fee',
            'deposit',
            'tax',
            'rate',
            'rounding',
            'total',
            'due',
            'count',
            'payment',
            'tender',
            'change',
            'nothing',
          ),
          method: Type.Optional(oneOf('cash', 'card', 'transfer', 'wallet', 'credit', 'voucher', 'other')),
        },
        strict,
      ),
      { minItems: 1, maxItems: 60 },
    ),
    ignore: Type.Optional(lines(60)),
    tax: Type.Optional(oneOf('inclusive', 'exclusive', 'not-shown')),
    rate: Type.Optional(Type.String({ pattern: '^([0-9]{1,2}|KCT|KKKNT)$' })),
    samples: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' }), { maxItems: 100 })),
  },
  strict,
)

/** What the lines of a report may be. */
const REPORTED = new Set<TotalRole>(['total', 'count', 'payment', 'rate', 'nothing'])

/** Bytes of a template file at most. */
export const TEMPLATE_BYTES = 64 * 1024

/** A template from its text. TEMPLATE_INVALID with the path of the first thing that is wrong. */
export function parseTemplate(text: string): Result<Template> {
  if (text.length > TEMPLATE_BYTES) return wrong('', `${TEMPLATE_BYTES} bytes`)
  let parsed: unknown
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return wrong('', error instanceof Error ? error.message : 'JSON')
  }
  const [first] = Value.Errors(TemplateSchema, parsed)
  if (first !== undefined) return wrong(first.instancePath.split('/').slice(1).join('.'), first.message)
  const template = parsed as Template
  for (const [path, pattern] of patternsOf(template)) if (!compile(pattern)) return wrong(path, pattern)
  const report = template.kind === 'report'
  if (report !== (template.items.length === 0)) return wrong('items', report ? '[]' : '{name} {amount}')
  if (template.kind !== 'sale' && (template.titles?.is ?? []).length === 0) return wrong('titles.is', template.kind)
  const odd = template.totals.findIndex((t) => (report ? !REPORTED.has(t.is) : t.is === 'rate'))
  if (odd >= 0) return wrong(`totals.${odd}.is`, template.totals[odd]?.is ?? '')
  if (!template.totals.some((t) => (t.is === 'total' || t.is === 'due') && t.line.includes('{amount}')))
    return wrong('totals', '"is": "total", {amount}')
  return ok(template)
}

const wrong = (path: string, what: string): Result<never> => failed(fault('TEMPLATE_INVALID', { what }, path))

function* patternsOf({ titles, head, items, totals, ignore }: Template): Generator<readonly [path: string, pattern: string]> {
  for (const [i, line] of (titles?.is ?? []).entries()) yield [`titles.is.${i}`, line]
  for (const [i, { line }] of (titles?.not ?? []).entries()) yield [`titles.not.${i}.line`, line]
  for (const [i, line] of (head ?? []).entries()) yield [`head.${i}`, line]
  for (const [i, { lines }] of items.entries()) for (const [k, line] of lines.entries()) yield [`items.${i}.lines.${k}`, line]
  for (const [i, { line }] of totals.entries()) yield [`totals.${i}.line`, line]
  for (const [i, line] of (ignore ?? []).entries()) yield [`ignore.${i}`, line]
}
