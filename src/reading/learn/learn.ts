import type { Page } from '../../domain/page.ts'
import type { Reading } from '../../domain/receipt.ts'
import type { ItemLayout, Template, TemplateKind } from '../../domain/template.ts'
import { toLines } from '../line.ts'
import { compile } from '../pattern.ts'
import { reader } from '../reader.ts'
import { wellRead } from '../template-rules.ts'
import { amountOf, choices, layoutOf, rolesOf, type Shapes, type Spot, spots } from './items.ts'
import { type Around, agreed, columnsOf, headerOf, headOf, titleFor, totalsOf } from './lines.ts'
import { reportOf } from './report.ts'
import { type Seen, see } from './tokens.ts'
import { solve } from './totals.ts'

export interface Sample {
  readonly page: Page
  /** Of its bytes. */
  readonly sha256: string
}

export interface Learned {
  readonly template: Template
  /** What the template makes of each sample, in their order. */
  readonly readings: readonly Reading[]
}

/** How many readings of one layout's figures are tried. */
const WAYS = 6
/** Lines that may be a total printed like an item above the first item. */
const LEADS = 2

/**
 * A template from sample receipts of one register: every shape of lines that could be an item is tried until the items add up
 * to a printed figure in all samples. Nothing is taken for its looks alone; the proofs decide (register-capture 9.6, 9.7).
 * Undefined: no sample can be proven, or papers of this kind have no title of their own.
 */
export function learn(
  samples: readonly Sample[],
  name: string,
  driver?: string,
  kind: TemplateKind = 'sale',
): Learned | undefined {
  const seen = samples.map(({ page }) => toLines(page).map(see))
  const known = frame(samples, name, driver, kind)
  if (kind === 'report') return judged(samples, { ...known, ...reportOf(seen) })?.learned
  let best: { readonly learned: Learned; readonly ready: number } | undefined
  for (const shapes of choices(seen))
    for (const parts of partings(seen, shapes)) {
      const draft = draftOf(parts)
      const title = kind === 'sale' ? undefined : titleFor(parts, kind)
      if (!draft || (kind !== 'sale' && title === undefined)) continue
      const made = judged(samples, { ...known, ...(title === undefined ? {} : { titles: { is: [title] } }), ...draft })
      if ((made?.ready ?? 0) > (best?.ready ?? 0)) best = made
      if (made?.ready === samples.length) return made.learned
    }
  return best?.learned
}

/** What a template makes of the samples it was learned from. Undefined: nothing. */
function judged(samples: readonly Sample[], template: Template) {
  if (template.totals.length === 0) return undefined
  const readings = samples.map(({ page }) => reader.read(page, template))
  const ready = readings.filter((reading) => wellRead(template.kind, reading)).length
  return ready === 0 ? undefined : { learned: { template, readings }, ready }
}

function frame(samples: readonly Sample[], name: string, driver: string | undefined, kind: TemplateKind) {
  const encoding = agreed(samples.map((s) => s.page.encoding))
  const columns = agreed(samples.map((s) => s.page.columns))
  return {
    version: 1 as const,
    name: name.slice(0, 100),
    mode: 'shadow' as const,
    kind,
    ...(driver === undefined ? {} : { driver }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(columns === undefined || columns < 16 || columns > 255 ? {} : { columns }),
    samples: samples.map((s) => s.sha256),
  }
}

/** The items of one sample, and what stands around them. */
interface Parts extends Around {
  readonly items: readonly Spot[]
}

/** Every place where the items may begin and end: a line with words of its own in every sample may be the first total. */
function* partings(samples: readonly (readonly Seen[])[], shapes: readonly Shapes[]): Generator<readonly Parts[]> {
  const common = commonLabels(samples)
  const found = samples.map((lines) => itemSpots(lines, shapes))
  const [first] = found
  if (!first || found.some((f) => f.length === 0)) return
  const labelAt = (s: number, spot: Spot): string => samples[s]?.[spot.at]?.label ?? ''
  const ends = ['', ...first.map((spot) => labelAt(0, spot)).filter((label) => common.has(label))]
  for (let lead = 0; lead <= LEADS; lead++)
    for (const end of ends) {
      const parts = samples.map((lines, s) => part(lines, found[s] ?? [], lead, (spot) => labelAt(s, spot) === end))
      if (parts.every((p) => p !== undefined) && parts.some((p) => p.items.length > 1)) yield parts
    }
}

/** Words that stand exactly once in every sample. */
function commonLabels(samples: readonly (readonly Seen[])[]): ReadonlySet<string> {
  const [first = [], ...others] = samples
  const once = (lines: readonly Seen[], label: string): boolean => lines.filter((l) => l.label === label).length === 1
  return new Set(first.map((l) => l.label).filter((label) => [first, ...others].every((lines) => once(lines, label))))
}

/** A line with a label everybody knows is no item, unless it is printed again and again (`15.000 nhân 2 thành 30.000`). */
function itemSpots(lines: readonly Seen[], shapes: readonly Shapes[]): Spot[] {
  const total = (seen: Seen | undefined): boolean =>
    seen?.known !== undefined && seen.known.role !== 'info' && lines.filter((l) => l.label === seen.label).length === 1
  return spots(lines, shapes, 0).filter((spot) => !spot.shapes.some((_, k) => total(lines[spot.at + k])))
}

function part(lines: readonly Seen[], found: readonly Spot[], lead: number, isEnd: (spot: Spot) => boolean): Parts | undefined {
  const end = found.findIndex((spot, i) => i >= lead && isEnd(spot))
  const items = found.slice(lead, end < 0 ? undefined : end)
  const [first] = items
  const last = items.at(-1)
  if (!first || !last) return undefined
  for (const [i, spot] of items.entries()) {
    const next = items[i + 1]
    if (next && lines.slice(spot.at + spot.shapes.length, next.at).some((l) => !l.line.rule)) return undefined
  }
  return { items, above: lines.slice(0, first.at), below: lines.slice(last.at + last.shapes.length) }
}

function draftOf(parts: readonly Parts[]): Pick<Template, 'header' | 'head' | 'items' | 'totals'> | undefined {
  const kinds = [...new Set(parts.flatMap((p) => p.items.map((i) => i.shapes.join('\n'))))]
  const groups = kinds.map((kind) => parts.map((p) => p.items.filter((i) => i.shapes.join('\n') === kind)))
  const ways = groups.map((group) => rolesOf(group).slice(0, WAYS))
  const columns = columnsOf(parts)
  if (!columns) return undefined
  for (const chosen of products(ways)) {
    const sums = parts.map((_, s) =>
      groups.reduce((n, group, g) => n + (group[s] ?? []).reduce((m, spot) => m + amountOf(spot, chosen[g] ?? []), 0n), 0n),
    )
    const solved = solve(columns, sums)
    const totals = solved && totalsOf(parts, solved)
    if (!totals?.some((t) => t.is === 'total' || t.is === 'due')) continue
    const items = groups.map((group, g): ItemLayout => layoutOf(group.flat(), chosen[g] ?? []))
    const head = headOf(parts)
    const patterns = [...items.flatMap((i) => i.lines), ...totals.map((t) => t.line), ...head]
    if (patterns.every((p) => compile(p))) return { header: headerOf(parts), ...(head.length > 0 ? { head } : {}), items, totals }
  }
  return undefined
}

function products<T>(lists: readonly (readonly T[])[]): (readonly T[])[] {
  return lists.reduce<(readonly T[])[]>((made, list) => made.flatMap((m) => list.map((one) => [...m, one])), [[]])
}
