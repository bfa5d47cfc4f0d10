import { type Decimal, decimal } from '../../domain/decimal.ts'
import type { Dong } from '../../domain/dong.ts'
import type { ItemLayout } from '../../domain/template.ts'
import { agrees } from '../layouts/figures.ts'
import type { Seen, Token } from './tokens.ts'

/** Where a figure stands in a layout, and what it is there. */
type Role = 'amount' | 'price' | 'qty' | 'index' | 'discount'

/** Shapes of consecutive lines that may make one item. */
export type Shapes = readonly string[]

/** One place of the paper that has the shapes of an item: the tokens of all its lines. */
export interface Spot {
  readonly at: number
  readonly shapes: Shapes
  readonly tokens: readonly (readonly Token[])[]
}

/** Tried alone; the likeliest of them also by twos. */
const MOST_SHAPES = 48
const MOST_IN_PAIRS = 14

const LONGEST = 3

/** Every way of one to three lines that could be an item: words and money somewhere in it. */
export function shapesOf(samples: readonly (readonly Seen[])[]): Shapes[] {
  const found = new Map<string, Shapes>()
  for (const lines of samples)
    for (let at = 0; at < lines.length; at++)
      for (let size = 1; size <= LONGEST; size++) {
        const some = lines.slice(at, at + size)
        if (some.length < size || some.some((l) => l.line.rule)) break
        if (!some.some((l) => l.shape.includes('{words}')) || !some.some((l) => l.money.length > 0)) continue
        const shapes = some.map((l) => l.shape)
        found.set(shapes.join('\n'), shapes)
      }
  return [...found.values()]
}

/** The likelier ones first: those met most often. Alone, and two together (`2 x 15.000` is printed only for more than one). */
export function choices(samples: readonly (readonly Seen[])[]): (readonly Shapes[])[] {
  const count = (shapes: Shapes): number => samples.reduce((n, lines) => n + spots(lines, [shapes], 0).length, 0)
  const ranked = shapesOf(samples)
    .map((shapes) => ({ shapes, lines: count(shapes) * shapes.length }))
    .sort((a, b) => b.lines - a.lines || a.shapes.length - b.shapes.length)
    .slice(0, MOST_SHAPES)
    .map((r) => r.shapes)
  const likely = ranked.slice(0, MOST_IN_PAIRS)
  const pairs = likely.flatMap((a, i) => likely.slice(i + 1).map((b) => [a, b]))
  return [...ranked.map((r) => [r]), ...pairs]
}

/** Where the shapes stand from line `from` on, longer ones first. */
export function spots(lines: readonly Seen[], shapes: readonly Shapes[], from: number): Spot[] {
  const longest = [...shapes].sort((a, b) => b.length - a.length)
  const found: Spot[] = []
  for (let at = from; at < lines.length; ) {
    const fitting = longest.find((s) =>
      s.every((shape, k) => lines[at + k]?.shape === shape && lines[at + k]?.line.rule === false),
    )
    if (fitting) found.push({ at, shapes: fitting, tokens: fitting.map((_, k) => lines[at + k]?.tokens ?? []) })
    at += fitting?.length ?? 1
  }
  return found
}

const figuresOf = (spot: Spot) => spot.tokens.flat().flatMap((t) => (t.is === 'money' || t.is === 'count' ? [t] : []))

/** The ways to name the figures of a layout under which every item of every sample adds up (P1), the richest first. */
export function rolesOf(all: readonly (readonly Spot[])[]): (readonly Role[])[] {
  const [first] = all.flat()
  if (!first) return []
  const size = figuresOf(first).length
  if (size > 4) return []
  const ways = assignments(size).filter((roles) => all.every((spots) => spots.every((s, n) => holds(s, roles, n))))
  const worth = (roles: readonly Role[]): number =>
    (roles.includes('price') ? 4 : 0) + (roles.includes('qty') ? 4 : 0) + besideTimes(first, roles)
  return ways.sort((a, b) => worth(b) - worth(a))
}

function assignments(size: number, used: readonly Role[] = []): (readonly Role[])[] {
  if (used.length === size) return used.includes('amount') ? [used] : []
  const rest = (['amount', 'price', 'qty', 'index', 'discount'] as const).filter((r) => !used.includes(r))
  return rest.flatMap((role) => assignments(size, [...used, role]))
}

/** One and one make every order hold; a price stands beside the times sign. */
function besideTimes(spot: Spot, roles: readonly Role[]): number {
  let n = -1
  let score = 0
  for (const tokens of spot.tokens)
    for (const [i, token] of tokens.entries()) {
      if (token.is !== 'money' && token.is !== 'count') continue
      n++
      const beside = tokens[i - 1]?.is === 'sign' || tokens[i + 1]?.is === 'sign'
      if (beside && (roles[n] === 'price' || roles[n] === 'qty')) score++
    }
  return score
}

function holds(spot: Spot, roles: readonly Role[], n: number): boolean {
  const figures = figuresOf(spot)
  const at = (role: Role) => figures[roles.indexOf(role)]
  const amount = at('amount')
  const price = at('price')
  const off = at('discount')
  if (amount?.is !== 'money' && amount?.money !== 0n) return false
  if (price && price.is !== 'money' && price.money !== 0n) return false
  if (off && (!price || off.money === undefined)) return false
  if (roles.includes('index') && at('index')?.money !== BigInt(n + 1)) return false
  const quantity = at('qty')
  if (quantity && (quantity.quantities.length === 0 || (quantity.is === 'money' && quantity.quantities.length < 2))) return false
  const qty = quantity?.quantities[0] ?? decimal(1n)
  const whole = (amount.money ?? 0n) + (off?.money ?? 0n)
  return price?.money === undefined ? divides(qty, whole) : agrees(qty, price.money, whole)
}

const divides = (qty: Decimal, amount: Dong): boolean => qty.units > 0n && (amount * 10n ** BigInt(qty.scale)) % qty.units === 0n

export const amountOf = (spot: Spot, roles: readonly Role[]): Dong => figuresOf(spot)[roles.indexOf('amount')]?.money ?? 0n

/** The layout as line patterns: the words that differ most are the name, words that never differ are kept as they are. */
export function layoutOf(all: readonly Spot[], roles: readonly Role[]): ItemLayout {
  const [first] = all
  const places = (first?.tokens ?? []).flatMap((tokens, l) => tokens.flatMap((t, i) => (t.is === 'words' ? [{ l, i }] : [])))
  const texts = ({ l, i }: { l: number; i: number }): Set<string> => new Set(all.map((s) => s.tokens[l]?.[i]?.text ?? ''))
  const [name] = [...places].sort((a, b) => texts(b).size - texts(a).size)
  let figure = -1
  let unit = false
  const lines = (first?.tokens ?? []).map((tokens, l) =>
    tokens
      .map((token, i) => {
        if (token.is === 'money' || token.is === 'count') return `{${roles[++figure]}}`
        if (token.is === 'sign') return token.text
        if (token.is !== 'words') return token.is === 'index' ? '{index}' : '{text}'
        if (name?.l === l && name.i === i) return '{name}'
        const said = texts({ l, i })
        if (said.size === 1 && all.length > 1) return token.text
        if (unit || [...said].some((t) => t.includes(' '))) return '{text}'
        unit = true
        return '{unit}'
      })
      .join(' '),
  )
  return { lines }
}
