import type { Totals as Closing, PaymentMethod } from '../domain/receipt.ts'
import type { Template, TotalRole } from '../domain/template.ts'
import { compose, vatOf } from './compose.ts'
import { hasDate, readDates } from './dates.ts'
import { key } from './fold.ts'
import { type Header, isField, readHeader, refersTo, tiesOf } from './header.ts'
import { type Title, titleOf } from './kind.ts'
import { labelOf, methodOf } from './labels.ts'
import type { Item, Items } from './layouts/items.ts'
import { taxFits } from './layouts/tax.ts'
import type { Entry, Totals } from './layouts/totals.ts'
import type { Line } from './line.ts'
import type { Paper } from './paper.ts'
import { match, type Pattern, type Values } from './pattern.ts'
import { prove } from './proofs.ts'
import { maySpeak, spokenAmount } from './spoken.ts'
import { readSums, strangers, withDeposit } from './sums.ts'
import { type Fitted, fitLayout, putItem } from './template-items.ts'
import { readReport } from './template-report.ts'
import { type Changed, type Compiled, changed, compiled, fingerprint, fitsAny, nameReceipt, otherKind } from './template-rules.ts'

export type ByTemplate =
  | { readonly kind: 'paper'; readonly paper: Paper }
  | { readonly kind: 'closing'; readonly totals: Closing }
  | Changed
  /** Another kind of paper: by the template's own titles, or by those everybody knows. */
  | { readonly kind: 'other'; readonly title: Title }

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
  const other = otherKind(lines, rules)
  if (other) return { kind: 'other', title: other }
  const above = fingerprint(lines, template.header)
  if (typeof above !== 'number') return above
  if (template.kind === 'report') return readReport(lines, rules)
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
  const said = lines[title.line]
  const own = said !== undefined && (template.header.includes(said.key) || fitsAny(rules.titles, said) !== undefined)
  if (title.kind !== 'sale' && title.kind !== 'unknown' && title.kind !== template.kind && !own)
    return { kind: 'other', title: title.kind }
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

/** The pattern a person would look at first. */
const expectedAt = (block: 'above' | 'items' | 'below', { layouts, totals }: Compiled): string =>
  block === 'items' ? (layouts[0]?.lines.map((l) => l.source).join(' / ') ?? '') : totals.map((t) => t.pattern.source).join(' | ')

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
    if (is === 'nothing' || is === 'rate') return is
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
): Extract<ByTemplate, { kind: 'paper' | 'changed' }> {
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
    return changed(total?.line ?? '', lines.at(-1)?.text ?? '')
  }
  if (template.tax !== undefined && sums.proven && sums.mode !== template.tax) return changed(template.tax, sums.equation)
  const dates = readDates(lines)
  const refund = template.kind === 'refund' || sums.total < 0n
  const kind = template.kind === 'sale' && refund ? 'refund' : template.kind
  const header = headerOf(lines.slice(0, first), title, named)
  const ties = tiesOf(header, false, kind === 'refund' || kind === 'void' ? (named.original?.text ?? refersTo(lines)) : undefined)
  const paper: Paper = {
    title: template.kind,
    kind,
    money: true,
    second: false,
    items,
    totals,
    sums,
    ...(ties ? { ties } : {}),
    receipt: compose(header, dates, items, totals, sums, refund),
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
