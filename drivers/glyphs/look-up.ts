import type { Bitmap } from '../../src/domain/page.ts'
import { type Glyph, linesOf, type TextLine } from './cut.ts'
import type { GlyphMap } from './map.ts'

export interface LookedUp {
  /** Lines of text, spaces as the marks stand; a mark that is not in the map is U+FFFD. */
  readonly lines: readonly string[]
  /** Marks that are not in the map: known to be unknown, so that nothing need be guessed. */
  readonly unknown: number
}

/** Bands this many times as high as a line of text are no text: a code, a drawing. */
const TALL = 3
const RULE_HEIGHT = 4

/** Reads a picture mark by mark. Nothing is like anything here: dots are equal or they are unknown (register-capture 10). */
export function lookUp(bitmap: Bitmap, map: GlyphMap): LookedUp {
  const lines = linesOf(bitmap)
  const heights = lines.map(heightOf).sort((a, b) => a - b)
  const usual = heights[heights.length >> 1] ?? 0
  const pairs = new Map(map.pairs.map(([a, b, letters]) => [`${a} ${b}`, letters]))
  const letters = new Map(Object.entries(map.letters))
  let unknown = 0
  const read = (line: TextLine): string => {
    let text = ''
    let before: Glyph | undefined
    const step = pitchOf(line, map)
    for (let i = 0; i < line.glyphs.length; i++) {
      const here = line.glyphs[i]
      if (!here) break
      const next = line.glyphs[i + 1]
      text += ' '.repeat(spacesBetween(before, here, map, step))
      before = here
      const together = next && pairs.get(`${here.name} ${next.name}`)
      if (next && together !== undefined && spacesBetween(here, next, map, step) === 0) {
        text += together
        // A tone drawn apart belongs to its letter: the next letter is measured from there.
        if (together.length > 1) before = next
        i++
        continue
      }
      const letter = letters.get(here.name) ?? ruleOf(line, here, map)
      if (letter === undefined) unknown++
      text += letter ?? '\ufffd'
    }
    return text
  }
  const text = lines.filter((line) => heightOf(line) <= usual * TALL).map(read)
  return { lines: text, unknown }
}

const heightOf = ({ top, bottom }: TextLine): number => bottom - top

/** Headings are wider than running text: the pitch of a line is that of most of its letters. */
function pitchOf({ glyphs }: TextLine, { cell }: GlyphMap): number {
  const steps = glyphs.slice(1).map((glyph, i) => middle(glyph) - middle(glyphs[i] ?? glyph))
  const usual = steps.sort((a, b) => a - b)[steps.length >> 1] ?? cell
  return steps.length >= 4 && usual > cell * 0.7 && usual < cell * 2.2 ? usual : cell
}

const middle = ({ left, right }: Glyph): number => (left + right) / 2

/** The space before the first letter of a line is its indent. */
function spacesBetween(before: Glyph | undefined, here: Glyph, { pitch, cell, space }: GlyphMap, step: number): number {
  if (!before) return Math.floor(middle(here) / cell)
  if (pitch === 'free' && here.left - before.right < space) return 0
  const counted = Math.round((middle(here) - middle(before)) / step) - 1
  return Math.max(pitch === 'free' ? 1 : 0, counted)
}

/** A line drawn across the paper is what dashes are elsewhere. */
function ruleOf(line: TextLine, { left, right }: Glyph, { cell }: GlyphMap): string | undefined {
  const dashes = Math.round((right - left) / cell)
  return dashes >= 8 && heightOf(line) <= RULE_HEIGHT ? '-'.repeat(dashes) : undefined
}
