import type { Template, TotalLine } from '../../domain/template.ts'
import { closingRole } from '../closing.ts'
import { methodOf } from '../labels.ts'
import { type Around, headerOf, headOf, patternOf, titleFor } from './lines.ts'
import type { Seen } from './tokens.ts'

/** So many lines of parts may make up what was taken. */
const MOST_PARTS = 10

/** A line of the report with one figure of money, in all samples. */
interface Part {
  readonly seen: Seen
  /** Of each sample; undefined: not printed there. */
  readonly values: readonly (bigint | undefined)[]
}

type Report = Pick<Template, 'header' | 'titles' | 'head' | 'items' | 'totals'>

/**
 * The lines of a register's own report that matter: what was taken, and the ways of paying and the rates that add up to it in all
 * samples. Where no line is known as the takings, the parts that add up show it. `totals` is empty where nothing does.
 */
export function reportOf(samples: readonly (readonly Seen[])[]): Report {
  const whole: Around[] = samples.map((lines) => {
    const first = lines.findIndex((l) => l.money.length > 0)
    return first < 0 ? { above: lines, below: [] } : { above: lines.slice(0, first), below: lines.slice(first) }
  })
  const title = titleFor(whole, 'report')
  const head = headOf(whole)
  const found = title === undefined ? [] : totalsOf(whole)
  return {
    header: headerOf(whole),
    ...(title === undefined ? {} : { titles: { is: [title] } }),
    ...(head.length > 0 ? { head } : {}),
    items: [],
    totals: found,
  }
}

function totalsOf(samples: readonly Around[]): readonly TotalLine[] {
  const parts = partsOf(samples)
  const named = (is: 'payment' | 'rate'): readonly Part[] => parts.filter((p) => closingRole(p.seen.line)?.is === is)
  const [payments, rates] = [named('payment'), named('rate')]
  const known = parts
    .map((part) => ({ part, role: closingRole(part.seen.line) }))
    .filter(({ part, role }) => role?.is === 'total' && always(part))
    .toSorted((a, b) => (a.role?.rank ?? 0) - (b.role?.rank ?? 0))
    .map(({ part }) => part)
  const proven = known.find((total) => isSum(total, payments) || isSum(total, rates))
  const bare = payments.length + rates.length === 0 ? known[0] : undefined
  const total = proven ?? bare
  const run = total ? undefined : sumAmong(parts)
  if (run) return [lineOf(run.total, 'total'), ...run.parts.map((p) => lineOf(p, 'payment'))]
  if (!total) return []
  return [
    ...countsOf(samples),
    lineOf(total, 'total'),
    ...(isSum(total, payments) ? payments.map((p) => lineOf(p, 'payment')) : []),
    ...(isSum(total, rates) ? rates.map((p) => lineOf(p, 'rate')) : []),
  ]
}

/** By the words of the line. Lines of several rates have the same words and are parts of one sum; other words said twice mean nothing. */
function partsOf(samples: readonly Around[]): readonly Part[] {
  const found = new Map<string, { seen: Seen; values: (bigint | undefined)[]; twice: boolean }>()
  for (const [s, { above, below }] of samples.entries())
    for (const seen of [...above, ...below]) {
      const [money] = seen.money
      if (money === undefined || seen.money.length > 1) continue
      const known = found.get(seen.label) ?? { seen, values: samples.map(() => undefined), twice: false }
      const before = known.values[s]
      const isRate = closingRole(seen.line)?.is === 'rate'
      known.twice ||= before !== undefined && before !== money && !isRate
      known.values[s] = isRate ? (before ?? 0n) + money : money
      found.set(seen.label, known)
    }
  return [...found.values()].flatMap(({ seen, values, twice }) => (twice ? [] : [{ seen, values }]))
}

const always = ({ values }: Part): boolean => values.every((v) => v !== undefined)

const isSum = (total: Part, parts: readonly Part[]): boolean =>
  parts.length > 0 && total.values.every((value, s) => value === parts.reduce((n, { values }) => n + (values[s] ?? 0n), 0n))

/** Nobody knows the words: a figure that is the sum of two or more lines in a row, in several reports that differ. */
function sumAmong(parts: readonly Part[]): { readonly total: Part; readonly parts: readonly Part[] } | undefined {
  for (const total of parts) {
    if (!always(total) || new Set(total.values).size < 2) continue
    const rest = parts.filter((p) => p !== total)
    for (let from = 0; from < rest.length; from++)
      for (let to = from + 2; to <= Math.min(rest.length, from + MOST_PARTS); to++) {
        const run = rest.slice(from, to)
        if (isSum(total, run)) return { total, parts: run }
      }
  }
  return undefined
}

/** `Số hóa đơn: 37`: no money, one number. */
function countsOf([first]: readonly Around[]): readonly TotalLine[] {
  const lines = first ? [...first.above, ...first.below] : []
  const counted = lines.find((l) => l.money.length === 0 && closingRole(l.line)?.is === 'count')
  if (!counted) return []
  const line = counted.tokens
    .map((token) => (token.is === 'count' || token.is === 'code' ? '{qty}' : token.text.replace(/[{}]/g, '')))
    .join(' ')
  return [{ line, is: 'count' }]
}

function lineOf({ seen }: Part, is: 'total' | 'payment' | 'rate'): TotalLine {
  const method = is === 'payment' ? methodOf(seen.line.headKey) : undefined
  return { line: patternOf(seen, ['amount']), is, ...(method ? { method } : {}) }
}
