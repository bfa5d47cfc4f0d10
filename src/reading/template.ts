import type { Kind, PaymentMethod } from '../domain/receipt.ts'
import type { Template, TotalRole } from '../domain/template.ts'
import { compose, vatOf } from './compose.ts'
import { hasDate, readDates } from './dates.ts'
import { key } from './fold.ts'
import { type Header, isField, readHeader } from './header.ts'
import { type Title, titleOf } from './kind.ts'
import { labelOf, methodOf } from './labels.ts'
import type { Item, Items } from './layouts/items.ts'
import { taxFits } from './layouts/tax.ts'
import type { Entry, Totals } from './layouts/totals.ts'
import type { Line } from './line.ts'
import type { Paper } from './paper.ts'
import { compile, match, type Pattern, type Values } from './pattern.ts'
import { prove } from './proofs.ts'
import { maySpeak, spokenAmount } from './spoken.ts'
import { readSums, strangers, withDeposit } from './sums.ts'
import { type Fitted, fitLayout, type Layout, putItem } from './template-items.ts'

interface Compiled {
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

export type ByTemplate =
  | { readonly kind: 'paper'; readonly paper: Paper }
  | { readonly kind: 'changed'; readonly change: Change }
  /** Another kind of paper: by the template's own titles, or by those everybody knows. */
  | { readonly kind: 'other'; readonly title: Title }

const known = new WeakMap<Template, Compiled>()

function compiled(template: Template): Compiled {
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

const fitsAny = (patterns: readonly Pattern[], line: Line): Values | undefined => {
  for (const pattern of patterns) {
    const values = match(pattern, line.words)
    if (values) return values
  }
  return undefined
}

/** Totals as they are gathered, in printed order. */
interface Found {
  readonly entries: Entry[]
  readonly taxes: Totals['taxes'][number][]
  readonly payments: { method: PaymentMethod; amount: bigint }[]
  readonly counts: Totals['counts'][number][]
  tendered?: bigint | undefined
  change?: bigint | undefined
  spoken?: bigint | undefined
}

/** Reads a page by a template. Nothing is guessed: a line with money that no pattern fits is a change. */
export function readByTemplate(lines: readonly Line[], template: Template): ByTemplate {
  const rules = compiled(template)
  for (const line of lines)
    for (const { pattern, kind } of rules.not) if (!line.rule && match(pattern, line.words)) return { kind: 'other', title: kind }
  const above = fingerprint(lines, template.header)
  if (typeof above !== 'number') return above
  const found: Found = { entries: [], taxes: [], payments: [], counts: [] }
  const named: Values = {}
  const items: Item[] = []
  let at = 0
  let first: number | undefined
  let end = 0
  const lastPaid = lines.findLastIndex(paid)
  let block: 'above' | 'items' | 'below' = 'above'
  let titled = rules.titles.length === 0
  while (at < lines.length) {
    const line = lines[at]
    if (!line) break
    const free = line.rule || fitsAny(rules.ignore, line) !== undefined || (at < above && template.header.includes(line.key))
    titled ||= block === 'above' && !line.rule && fitsAny(rules.titles, line) !== undefined
    // Text that no money follows ends the items: a line lost there would be missing in the sum.
    if (block === 'items' && at > lastPaid && !fitLayout(rules.layouts, lines, at)) block = 'below'
    if (free || ((block !== 'items' || !paid(line)) && nameReceipt(rules.head, line, named))) {
      at++
      continue
    }
    const total = putTotal(rules.totals, line, found, named)
    if (total) {
      if (total !== 'nothing' && block === 'items') block = 'below'
      at++
      continue
    }
    const item: Fitted | undefined =
      block === 'items' || (block === 'above' && at >= above && !isField(line) && !hasDate(line))
        ? fitLayout(rules.layouts, lines, at)
        : undefined
    if (item && !foreign(item) && putItem(items, item, line)) {
      block = 'items'
      first ??= at
      at += item.taken
      end = at
      continue
    }
    if (block === 'items' || paid(line)) return changed(expectedAt(block, rules), line.text)
    if (maySpeak(line.key)) found.spoken ??= spokenAmount(line.text) ?? spokenAmount(`${line.text} ${lines[at + 1]?.text ?? ''}`)
    at++
  }
  const from = first ?? lines.length
  const title = titleOf(lines, from, end)
  const own = title.line >= 0 && template.header.includes(lines[title.line]?.key ?? '')
  if (title.kind !== 'sale' && title.kind !== 'unknown' && !own) return { kind: 'other', title: title.kind }
  if (!titled) return changed(template.titles?.is?.join(' | ') ?? '', lines[0]?.text ?? '')
  if (items.length === 0) return changed(rules.layouts[0]?.lines[0]?.source ?? '', lines.at(-1)?.text ?? '')
  return finish(
    lines,
    from,
    { items, voided: [], cuts: [], unknown: [], next: end },
    { found, named, title: title.line },
    template,
  )
}

const changed = (expected: string, found: string): ByTemplate => ({ kind: 'changed', change: { expected, found } })

/** The pattern a person would look at first. */
const expectedAt = (block: 'above' | 'items' | 'below', { layouts, totals }: Compiled): string =>
  block === 'items' ? (layouts[0]?.lines.map((l) => l.source).join(' / ') ?? '') : totals.map((t) => t.pattern.source).join(' | ')

/** Every line of the header in its order; the index behind the last. */
function fingerprint(lines: readonly Line[], header: readonly string[]): number | Exclude<ByTemplate, { kind: 'paper' }> {
  let at = 0
  for (const wanted of header) {
    const hit = lines.findIndex((line, i) => i >= at && line.key === wanted)
    if (hit < 0) return { kind: 'changed', change: { expected: wanted, found: lines.slice(at).find((l) => !l.rule)?.text ?? '' } }
    at = hit + 1
  }
  return at
}

function nameReceipt(patterns: readonly Pattern[], line: Line, named: Values): boolean {
  const values = fitsAny(patterns, line)
  if (values) Object.assign(named, { ...values, ...named })
  return values !== undefined
}

/** A label everybody knows, with money, that the template does not: a new kind of total would be sold as goods. */
function foreign({ layout, values }: Fitted): boolean {
  if ((layout.is !== 'item' && layout.is !== 'modifier') || layout.lines.length > 1 || values.qty) return false
  const label = labelOf(key(values.name?.text ?? ''))
  return label?.sure === true && label.role !== 'info'
}

/** A figure that looks like money anywhere in the line: layouts of a shop's own put it at the left as well. */
const paid = (line: Line): boolean =>
  line.words.some(({ figure }) => figure && (figure.grouped || figure.odd || (figure.money ?? 0n) >= 1000n))

function putTotal(totals: Compiled['totals'], line: Line, found: Found, named: Values): TotalRole | undefined {
  for (const { pattern, is, method } of totals) {
    const values = match(pattern, line.words)
    if (!values) continue
    Object.assign(named, { ...values, ...named })
    const amount = values.amount?.figure?.money
    if (is === 'nothing') return is
    // `Đưa {amount} Thối {change}`: one line may say both.
    found.tendered ??= values.tender?.figure?.money
    found.change ??= values.change?.figure?.money
    if (is === 'count') {
      if (values.qty?.figure) found.counts.push(values.qty.figure)
      return is
    }
    if (amount === undefined) continue
    const size = amount < 0n && is !== 'rounding' && is !== 'total' && is !== 'due' ? -amount : amount
    if (is === 'payment') found.payments.push({ method: method ?? methodOf(line.headKey) ?? 'other', amount: size })
    else if (is === 'tender') found.tendered ??= size
    else if (is === 'change') found.change ??= size
    else putEntry(is, size, values, pattern, found)
    return is
  }
  return undefined
}

/** A fee keeps the name its line begins with: `Phí môi trường {amount}`. */
const nameOf = (role: Entry['role'], { source }: Pattern): { name?: string } =>
  role === 'fee' ? { name: source.replace(/[\s:]*[{@].*$/, '') || source } : {}

function putEntry(role: Entry['role'], amount: bigint, values: Values, pattern: Pattern, found: Found): void {
  const rate = values.rate?.text.replace(/[(%)]/g, '')
  const base = values.base?.figure?.money
  if (role === 'tax' && rate !== undefined && base !== undefined) {
    const percent = /^\d+$/.test(rate) ? BigInt(rate) : 0n
    found.taxes.push({ rate, base, tax: amount, proven: taxFits(base, percent, amount) })
  } else
    found.entries.push({
      role,
      amount,
      phrase: pattern.source,
      ...nameOf(role, pattern),
      ...(rate === undefined ? {} : { rate }),
    })
}

function finish(
  lines: readonly Line[],
  first: number,
  block: Items,
  { found, named, title }: { readonly found: Found; readonly named: Values; readonly title: number },
  template: Template,
): Exclude<ByTemplate, { kind: 'other' }> {
  const items = { ...block, items: rated(block.items, template.rate) }
  const { spoken, tendered, change, ...rest } = found
  const printed: Totals = {
    ...rest,
    ...(tendered === undefined ? {} : { tendered }),
    ...(change === undefined ? {} : { change }),
    ...(spoken === undefined ? {} : { spoken }),
    unknown: [],
  }
  const sums = readSums(items, printed)
  const totals = withDeposit(printed, sums)
  if (sums === undefined) {
    const total = template.totals.find((t) => t.is === 'total' || t.is === 'due')
    return { kind: 'changed', change: { expected: total?.line ?? '', found: lines.at(-1)?.text ?? '' } }
  }
  if (template.tax !== undefined && sums.proven && sums.mode !== template.tax)
    return { kind: 'changed', change: { expected: template.tax, found: sums.equation } }
  const dates = readDates(lines)
  const refund = sums.total < 0n
  const paper: Paper = {
    title: 'sale',
    kind: refund ? 'refund' : 'sale',
    money: true,
    second: false,
    items,
    totals,
    sums,
    receipt: compose(headerOf(lines.slice(0, first), title, named), dates, items, totals, sums, refund),
    strange: strangers(sums, 'total'),
    lost: false,
    ...(dates.impossible === undefined ? {} : { impossible: dates.impossible }),
    proofs: prove(items, totals, sums, vatOf(totals, sums)),
  }
  return { kind: 'paper', paper }
}

const rated = (items: readonly Item[], rate: string | undefined): readonly Item[] =>
  rate === undefined ? items : items.map((item) => (item.rate === undefined ? Object.assign(item, { rate }) : item))

/** Seller and clerk as every header says them; what the template names goes before. */
function headerOf(head: readonly Line[], title: number, { number, cashier, table, customer }: Values): Header {
  return {
    ...readHeader(head, title, undefined),
    ...(number ? { receiptNo: number.text } : {}),
    ...(cashier ? { cashier: cashier.text } : {}),
    ...(table ? { table: table.text } : {}),
    ...(customer ? { customer: customer.text } : {}),
  }
}
