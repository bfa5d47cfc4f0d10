import type { Kind, PaymentMethod, Reading } from '../domain/receipt.ts'
import type { Template, TemplateKind, TotalRole } from '../domain/template.ts'
import { key } from './fold.ts'
import type { Line } from './line.ts'
import { compile, match, type Pattern, type Values } from './pattern.ts'
import type { Layout } from './template-items.ts'

/** A template with its patterns ready. */
export interface Compiled {
  readonly titles: readonly Pattern[]
  readonly not: readonly { readonly pattern: Pattern; readonly kind: Kind }[]
  readonly head: readonly Pattern[]
  readonly layouts: readonly Layout[]
  readonly totals: readonly { readonly pattern: Pattern; readonly is: TotalRole; readonly method?: PaymentMethod }[]
  readonly ignore: readonly Pattern[]
}

/** What the page shows where the template says otherwise, in the words of the paper. */
export interface Change {
  readonly expected: string
  readonly found: string
}

export interface Changed {
  readonly kind: 'changed'
  readonly change: Change
}

const known = new WeakMap<Template, Compiled>()

export function compiled(template: Template): Compiled {
  const before = known.get(template)
  if (before) return before
  const one = (source: string): Pattern => {
    const made = compile(source)
    if (!made) throw new Error(`a template was not checked: ${source}`)
    return made
  }
  const layouts = template.items.map(({ lines, is = 'item' }): Layout => ({ is, lines: lines.map(one) }))
  const made: Compiled = {
    titles: (template.titles?.is ?? []).map(one),
    not: (template.titles?.not ?? []).map(({ line, kind }) => ({ pattern: one(line), kind })),
    head: (template.head ?? []).map(one),
    layouts: layouts.sort((a, b) => b.lines.length - a.lines.length),
    totals: template.totals.map(({ line, is, method }) => ({ pattern: one(line), is, ...(method ? { method } : {}) })),
    ignore: (template.ignore ?? []).map(one),
  }
  known.set(template, made)
  return made
}

export const fitsAny = (patterns: readonly Pattern[], line: Line): Values | undefined => {
  for (const pattern of patterns) {
    const values = match(pattern, line.words)
    if (values) return values
  }
  return undefined
}

export const changed = (expected: string, found: string): Changed => ({ kind: 'changed', change: { expected, found } })

/** One of the titles of its kind stands on the page. */
export const isTitled = (lines: readonly Line[], template: Template): boolean => {
  const { titles } = compiled(template)
  return lines.some((line) => !line.rule && fitsAny(titles, line) !== undefined)
}

/**
 * The template of a page among those of its register: by the title of its kind, papers that are no sale first (register-capture
 * 6.2); what names no other kind is read as a sale.
 */
export const templateFor = (lines: readonly Line[], templates: readonly Template[]): Template | undefined =>
  templates.find((one) => one.kind !== 'sale' && isTitled(lines, one)) ?? templates.find((one) => one.kind === 'sale')

/**
 * Why these cannot be the templates of one register: two for its sales, or the title of another kind stands on every sale, which
 * would then be no sale any more. Undefined: they can.
 */
export function clash(templates: readonly Template[]): { readonly at: number; readonly what: string } | undefined {
  const sale = templates.find((one) => one.kind === 'sale')
  for (const [at, one] of templates.entries()) {
    if (one === sale) continue
    if (one.kind === 'sale') return { at, what: `kind: sale, ${sale?.name} + ${one.name}` }
    const both = (one.titles?.is ?? []).find((title) =>
      [...(sale?.header ?? []), ...(sale?.titles?.is ?? [])].map(key).includes(key(title)),
    )
    if (both !== undefined) return { at, what: `titles.is: ${both}` }
  }
  return undefined
}

/** It says what a template of this kind is there to read, and no figure speaks against it. */
export function wellRead(kind: TemplateKind, reading: Reading): boolean {
  if (reading.kind !== kind || reading.proofs.some((p) => p.state === 'false')) return false
  switch (kind) {
    case 'sale':
      return reading.outcome === 'ready'
    case 'provisional':
      return reading.outcome === 'ignored' && reading.receipt !== undefined
    case 'report':
      return reading.outcome === 'ignored' && reading.totals?.pay !== undefined
    default: {
      const taken = reading.outcome === 'held' && (reading.fault.code === 'SALE_REFUND' || reading.fault.code === 'SALE_VOIDED')
      return taken && reading.receipt !== undefined
    }
  }
}

/** The kind of another paper that one of the shop's own titles names. */
export function otherKind(lines: readonly Line[], { not }: Compiled): Kind | undefined {
  for (const line of lines) for (const { pattern, kind } of not) if (!line.rule && match(pattern, line.words)) return kind
  return undefined
}

/** Every line of the header in its order; the index behind the last. */
export function fingerprint(lines: readonly Line[], header: readonly string[]): number | Changed {
  let at = 0
  for (const wanted of header) {
    const hit = lines.findIndex((line, i) => i >= at && line.key === wanted)
    if (hit < 0) return changed(wanted, lines.slice(at).find((l) => !l.rule)?.text ?? '')
    at = hit + 1
  }
  return at
}

export function nameReceipt(patterns: readonly Pattern[], line: Line, named: Values): boolean {
  const values = fitsAny(patterns, line)
  if (values) Object.assign(named, { ...values, ...named })
  return values !== undefined
}
