import type { TemplateKind, TotalLine, TotalRole } from '../../domain/template.ts'
import { key } from '../fold.ts'
import { isField } from '../header.ts'
import { findMode, titleOf } from '../kind.ts'
import { labelOf, methodOf } from '../labels.ts'
import type { Line } from '../line.ts'
import type { Seen } from './tokens.ts'
import type { Column, Solved } from './totals.ts'

/** One sample without its items: what stands above and below them. */
export interface Around {
  readonly above: readonly Seen[]
  readonly below: readonly Seen[]
}

const all = ({ above, below }: Around): readonly Seen[] => [...above, ...below]

/** Every figure of money around the items, by the words of its line. Undefined: one sample prints the same words twice. */
export function columnsOf(samples: readonly Around[]): Column[] | undefined {
  const found = new Map<string, { seen: Seen; values: (readonly bigint[] | undefined)[] }>()
  for (const [s, sample] of samples.entries())
    for (const seen of all(sample)) {
      if (seen.money.length === 0) continue
      const known = found.get(seen.label) ?? { seen, values: samples.map(() => undefined) }
      // Printed twice, the same: once is enough.
      if (known.values[s] !== undefined && known.values[s].join() !== seen.money.join()) return undefined
      known.values[s] = seen.money
      found.set(seen.label, known)
    }
  return [...found].flatMap(([label, { seen, values }]) =>
    seen.money.map((_, place): Column => {
      const role = seen.money.length === 1 ? roleOf(seen) : undefined
      return { label, place, values: values.map((v) => v?.[place]), ...(role ? { role } : {}) }
    }),
  )
}

/** The role of a line by words everybody knows. */
function roleOf({ tokens, known }: Seen): TotalRole | undefined {
  if (known) return known.role === 'info' ? 'nothing' : known.role
  return methodOf(key(tokens.flatMap((t) => (t.is === 'words' ? [t.text] : [])).join(' '))) ? 'payment' : undefined
}

/** The line patterns of everything that carries money around the items. Undefined: a line says two things at once. */
export function totalsOf(samples: readonly Around[], solved: Solved): TotalLine[] | undefined {
  const lines = new Map<string, Seen>()
  for (const seen of samples.flatMap(all)) if (seen.money.length > 0) lines.set(seen.label, seen)
  const made: TotalLine[] = []
  for (const [label, seen] of lines) {
    const roles = [...solved].filter(([c]) => c.label === label).sort(([a], [b]) => a.place - b.place)
    const names = roles.map(([, role]) => role)
    const is = names.find((r) => r === 'total' || r === 'due') ?? names.find((r) => r !== 'nothing' && r !== 'change') ?? names[0]
    if (
      is === undefined ||
      names.some((r) => r !== is && r !== 'tender' && r !== 'change' && r !== 'nothing' && r !== 'subtotal')
    )
      return undefined
    let main = false
    const fields = names.map((role) => {
      if (role !== is || main) return role === 'tender' || role === 'change' ? role : 'text'
      main = true
      return 'amount'
    })
    made.push({ line: patternOf(seen, is === 'count' ? [] : fields), is })
  }
  return made
}

/** Words stay, figures become fields. */
export function patternOf({ tokens }: Seen, money: readonly string[]): string {
  let place = 0
  let numbered = false
  const once = new Set<string>()
  const field = (name: string): string => {
    const taken = name !== 'text' && once.has(name)
    once.add(name)
    return `{${taken ? 'text' : name}}`
  }
  return tokens
    .map((token) => {
      switch (token.is) {
        case 'words':
        case 'sign':
          return token.text.replace(/[{}]/g, '')
        case 'money':
          return field(money[place++] ?? 'qty')
        case 'count':
          return field(money.length === 0 ? 'qty' : 'text')
        case 'code': {
          const name = numbered ? 'text' : 'number'
          numbered = true
          return field(name)
        }
        default:
          return field(token.is)
      }
    })
    .join(' ')
}

/** Lines above the items that stand in every sample, letter for letter. Names, tables and dates that happen to agree are left out. */
export function headerOf(samples: readonly Around[]): string[] {
  const [first, ...others] = samples
  const found: string[] = []
  const from = others.map(() => 0)
  for (const seen of first?.above ?? []) {
    const { line } = seen
    const words = line.key.split(' ').filter((w) => /[a-z]/.test(w)).length
    const digits = /\d/.test(line.key)
    if (line.rule || line.key === '' || isField(line) || seen.money.length > 0) continue
    if (seen.tokens.some((t) => t.is === 'date' || t.is === 'time' || t.is === 'code')) continue
    if (digits && (samples.length === 1 || words < 3)) continue
    const hits = others.map((o, n) => o.above.findIndex((l, i) => i >= (from[n] ?? 0) && l.line.key === line.key))
    if (hits.includes(-1)) continue
    hits.forEach((hit, n) => {
      from[n] = hit + 1
    })
    found.push(line.key)
  }
  return found
}

/**
 * The title of a kind of paper: a line of all samples, best one that everybody knows as this kind, else one that begins like a
 * title, else the last. A person looks whether it is the one.
 */
export function titleFor(samples: readonly Around[], kind: TemplateKind): string | undefined {
  const [first, ...others] = samples
  const common = (first?.above ?? []).filter((seen) => {
    const words = seen.tokens.some((token) => token.is === 'words')
    return words && !seen.line.rule && seen.money.length === 0 && others.every((o) => o.above.some((l) => l.label === seen.label))
  })
  const known = common.find(({ line }) => kindOfLine(line) === kind)
  const title = known ?? common.findLast(({ line }) => TITLED.test(line.key)) ?? common.findLast(({ line }) => !isField(line))
  return title && patternOf(title, [])
}

const TITLED = /^(?:phieu|hoa don|hd|bill|don|bien lai|bien ban|bao cao|so|giay)\b/
const kindOfLine = (line: Line): string => findMode([line])?.kind ?? titleOf([line], 1, 1).kind

/** Lines that carry the number of the receipt and nothing to pay. */
export function headOf(samples: readonly Around[]): string[] {
  const [first, ...others] = samples
  // The same in all of them is a phone, not a number of this receipt.
  const differs = (seen: Seen): boolean =>
    others.length === 0 ? !isField(seen.line) : !others.every((o) => all(o).some((l) => l.line.key === seen.line.key))
  return (first ? all(first) : [])
    .filter(
      (seen) => seen.money.length === 0 && seen.tokens.some((t) => t.is === 'code') && seen.tokens.some((t) => t.is === 'words'),
    )
    .filter(differs)
    .filter((seen) => others.every((o) => all(o).some((l) => l.label === seen.label)))
    .filter((seen) => labelOf(seen.line.headKey)?.role !== 'total')
    .map((seen) => patternOf(seen, ['text']))
}

/** What all samples agree on. */
export const agreed = <T>(values: readonly T[]): T | undefined => (new Set(values).size === 1 ? values[0] : undefined)
