import type { Bitmap } from '../../src/domain/page.ts'

/** One mark of a printed line: where it stands, and its dots as a name that is the same for the same dots. */
export interface Glyph {
  readonly left: number
  readonly right: number
  /** `width×height@drop:dots`; `drop` is how far below the top of its line it begins, so that a comma is no apostrophe. */
  readonly name: string
}

export interface TextLine {
  readonly top: number
  readonly bottom: number
  readonly glyphs: readonly Glyph[]
}

/** A gap of so few white rows lies between a letter and its tone mark, not between two lines. */
const MARK_GAP = 3
/** A band lower than this part of its neighbour carries only marks. */
const MARK_PART = 0.45

/**
 * The lines of text of a picture, cut at white rows, and their marks, cut at white columns (register-capture 10). The same
 * driver draws the same letter with the same dots, so equal names are equal letters; nothing is guessed here.
 */
export function linesOf(bitmap: Bitmap): TextLine[] {
  return bandsOf(bitmap).map(({ top, bottom }) => ({ top, bottom, glyphs: glyphsOf(bitmap, top, bottom) }))
}

interface Span {
  readonly top: number
  readonly bottom: number
}

function bandsOf({ width, height, bits }: Bitmap): Span[] {
  const stride = (width + 7) >> 3
  const found: Span[] = []
  let top = -1
  for (let y = 0; y <= height; y++) {
    const inked = y < height && bits.subarray(y * stride, (y + 1) * stride).some((byte) => byte !== 0)
    if (inked && top < 0) top = y
    if (inked || top < 0) continue
    found.push({ top, bottom: y })
    top = -1
  }
  return withMarks(found)
}

/** Tone marks over or dots under a whole line stand apart from it: they are put back. */
function withMarks(bands: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const band of bands) {
    const above = joined.at(-1)
    const [high, low] = above ? [above.bottom - above.top, band.bottom - band.top] : [0, 0]
    const mark = Math.min(high, low) < Math.max(high, low) * MARK_PART
    if (above && mark && band.top - above.bottom <= MARK_GAP) joined[joined.length - 1] = { top: above.top, bottom: band.bottom }
    else joined.push(band)
  }
  return joined
}

function glyphsOf(bitmap: Bitmap, top: number, bottom: number): Glyph[] {
  const found: Glyph[] = []
  let left = -1
  for (let x = 0; x <= bitmap.width; x++) {
    let inked = false
    for (let y = top; y < bottom && x < bitmap.width && !inked; y++) inked = dot(bitmap, x, y)
    if (inked && left < 0) left = x
    if (inked || left < 0) continue
    found.push({ left, right: x, name: nameOf(bitmap, left, x, top, bottom) })
    left = -1
  }
  return found
}

function nameOf(bitmap: Bitmap, left: number, right: number, top: number, bottom: number): string {
  let first = bottom
  let last = top
  const rows: string[] = []
  for (let y = top; y < bottom; y++) {
    let row = 0n
    for (let x = left; x < right; x++) row = (row << 1n) | (dot(bitmap, x, y) ? 1n : 0n)
    if (row !== 0n) {
      first = Math.min(first, y)
      last = y
    }
    rows.push(row.toString(36))
  }
  const inked = rows.slice(first - top, last + 1 - top)
  return `${right - left}x${inked.length}@${bottom - last <= (bottom - top) / 3 ? 'low' : 'high'}:${inked.join('.')}`
}

const dot = ({ width, bits }: Bitmap, x: number, y: number): boolean =>
  ((bits[y * ((width + 7) >> 3) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0
