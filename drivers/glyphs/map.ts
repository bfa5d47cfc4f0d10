import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import type { Glyph, TextLine } from './cut.ts'

const Letter = Type.String({ minLength: 1, maxLength: 3 })
const Name = Type.String({ maxLength: 4_000, pattern: '^[0-9]+x[0-9]+@(low|high):[0-9a-z.]+$' })

/** Which dots are which letter on one till's paper: learned from receipts whose text is known. Data, kept by the shop. */
export const GlyphMap = Type.Object(
  {
    version: Type.Literal(1),
    /** `fixed`: every letter takes the same width, so spaces are counted; `free`: a wide gap is a space. */
    pitch: Type.Enum(['fixed', 'free']),
    /** Dots from the middle of one letter to the middle of the next, in running text. */
    cell: Type.Number({ minimum: 2, maximum: 100 }),
    /** White dots that are at least one space. */
    space: Type.Number({ minimum: 1, maximum: 100 }),
    letters: Type.Record(Name, Letter),
    /** Two marks that only together say which letters they are: a tone drawn apart, one that touches its neighbour. */
    pairs: Type.Array(Type.Tuple([Name, Name, Letter]), { maxItems: 20_000 }),
  },
  { additionalProperties: false },
)
export type GlyphMap = Static<typeof GlyphMap>

export const isGlyphMap = (value: unknown): value is GlyphMap => Check(GlyphMap, value)

export interface Learned {
  readonly map: GlyphMap
  /** Lines of the text that could not be laid onto the picture, counted from 0. */
  readonly unused: readonly number[]
}

interface Step {
  readonly glyphs: number
  readonly chars: number
}
const STEPS: readonly Step[] = [
  { glyphs: 1, chars: 1 },
  { glyphs: 2, chars: 1 },
  { glyphs: 1, chars: 2 },
]

/** Learns from a picture cut into lines and what those lines say. Undefined: not as many lines as texts, nothing is certain. */
export function learn(lines: readonly TextLine[], texts: readonly string[]): Learned | undefined {
  const said = texts.map((text) => text.normalize('NFC').trimEnd()).filter((text) => text.trim() !== '')
  if (said.length !== lines.length) return undefined
  const known = votesOf(lines, said)
  const singles = new Map<string, Set<string>>()
  const pairs = new Map<string, Set<string>>()
  const note = (book: Map<string, Set<string>>, key: string, label: string): void => {
    book.set(key, (book.get(key) ?? new Set()).add(label))
  }
  const unused: number[] = []
  const gaps: Gap[] = []
  for (const [n, { glyphs }] of lines.entries()) {
    const chars = charsOf(said[n] ?? '')
    const path = aligned(glyphs, chars, known)
    if (!path) {
      unused.push(n)
      continue
    }
    let [g, c] = [0, 0]
    for (const [i, step] of path.entries()) {
      const label = chars
        .slice(c, c + step.chars)
        .map(({ char }) => char)
        .join('')
      const here = glyphs[g]
      const next = glyphs[g + 1]
      if (here && step.glyphs === 2 && next) note(pairs, `${here.name} ${next.name}`, label)
      else if (here) {
        note(singles, here.name, label)
        const after = path[i + 1]
        const beside = chars[c + step.chars]
        if (next && after?.glyphs === 1 && beside?.spaces === 0)
          note(pairs, `${here.name} ${next.name}`, `${label}${beside.char}`)
      }
      const last = glyphs[g + step.glyphs - 1]
      const following = glyphs[g + step.glyphs]
      const spaces = chars[c + step.chars]?.spaces
      if (last && following && spaces !== undefined) gaps.push(gapOf(last, following, spaces))
      g += step.glyphs
      c += step.chars
    }
  }
  const letters = Object.fromEntries([...singles].flatMap(([name, labels]) => (labels.size === 1 ? [[name, only(labels)]] : [])))
  return {
    map: {
      version: 1,
      ...measures(gaps),
      letters,
      pairs: [...pairs].flatMap(([key, labels]): [string, string, string][] => {
        const [a = '', b = ''] = key.split(' ')
        // What the single marks say already need not be said twice.
        const certain = letters[a] !== undefined && letters[b] !== undefined && `${letters[a]}${letters[b]}` === only(labels)
        return labels.size === 1 && !certain ? [[a, b, only(labels)]] : []
      }),
    },
    unused,
  }
}

const only = (labels: ReadonlySet<string>): string => [...labels][0] ?? ''

interface Char {
  readonly char: string
  /** Spaces before it. */
  readonly spaces: number
}

function charsOf(text: string): Char[] {
  const chars: Char[] = []
  let spaces = 0
  for (const char of text) {
    if (char === ' ') spaces++
    else {
      chars.push({ char, spaces })
      spaces = 0
    }
  }
  return chars
}

/** Lines with as many marks as letters say what each mark is; they are the ground the others are laid on. */
function votesOf(lines: readonly TextLine[], said: readonly string[]): Map<string, Set<string>> {
  const votes = new Map<string, Set<string>>()
  for (const [n, { glyphs }] of lines.entries()) {
    const chars = charsOf(said[n] ?? '')
    if (chars.length !== glyphs.length) continue
    for (const [i, { name }] of glyphs.entries()) votes.set(name, (votes.get(name) ?? new Set()).add(chars[i]?.char ?? ''))
  }
  return votes
}

/** The cheapest way to lay letters onto marks. Undefined: there is none, or two are equally good. */
function aligned(glyphs: readonly Glyph[], chars: readonly Char[], known: ReadonlyMap<string, Set<string>>): Step[] | undefined {
  interface Best {
    cost: number
    ways: number
    by: Step | undefined
  }
  const width = chars.length + 1
  const table: Best[] = Array.from({ length: (glyphs.length + 1) * width }, () => ({ cost: Infinity, ways: 0, by: undefined }))
  const at = (g: number, c: number): Best => table[g * width + c] ?? { cost: Infinity, ways: 0, by: undefined }
  Object.assign(at(0, 0), { cost: 0, ways: 1 })
  for (let g = 0; g <= glyphs.length; g++)
    for (let c = 0; c <= chars.length; c++)
      for (const step of STEPS) {
        const before = g >= step.glyphs && c >= step.chars ? at(g - step.glyphs, c - step.chars) : undefined
        if (!before || before.cost === Infinity) continue
        const labels = known.get(glyphs[g - step.glyphs]?.name ?? '')
        const char = chars[c - step.chars]?.char ?? ''
        const plain = step.glyphs === 1 && step.chars === 1
        const cost = before.cost + (plain ? (labels === undefined ? 1 : labels.has(char) ? 0 : 8) : 4)
        const here = at(g, c)
        if (cost < here.cost) Object.assign(here, { cost, ways: before.ways, by: step })
        else if (cost === here.cost) here.ways += before.ways
      }
  const path: Step[] = []
  let [g, c] = [glyphs.length, chars.length]
  const end = at(g, c)
  if (end.cost === Infinity || end.ways !== 1) return undefined
  while (g > 0 || c > 0) {
    const { by } = at(g, c)
    if (!by) return undefined
    path.unshift(by)
    g -= by.glyphs
    c -= by.chars
  }
  return path
}

interface Gap {
  readonly white: number
  readonly middle: number
  readonly spaces: number
}

const gapOf = (a: Glyph, b: Glyph, spaces: number): Gap => ({
  white: b.left - a.right,
  middle: (b.left + b.right - a.left - a.right) / 2,
  spaces,
})

function measures(gaps: readonly Gap[]): { pitch: 'fixed' | 'free'; cell: number; space: number } {
  const cells = gaps.map(({ middle, spaces }) => middle / (spaces + 1)).sort((a, b) => a - b)
  const cell = cells[cells.length >> 1] ?? 12
  const widest = Math.max(0, ...gaps.filter(({ spaces }) => spaces === 0).map(({ white }) => white))
  const narrowest = Math.min(cell * 2, ...gaps.filter(({ spaces }) => spaces > 0).map(({ white }) => white))
  const exact = gaps.filter(({ middle, spaces }) => Math.round(middle / cell) === spaces + 1).length
  return { pitch: exact >= gaps.length * 0.9 ? 'fixed' : 'free', cell, space: Math.max(1, (widest + narrowest) / 2) }
}
