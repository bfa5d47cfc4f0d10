import type { Row, Run } from '../../src/domain/page.ts'
import type { Decoder, Item, Line, Piece } from './line.ts'
import { piecesOf } from './line.ts'

/** Dots of one column: font A of every receipt printer at 203 dpi, and font B. */
const FONT_A = 12
const FONT_B = 9
const DEFAULT_TABS = 8
/** No paper is wider; a position beyond is a position of nonsense. */
const MAX_COLUMN = 255

/** C0, C1, bidi, zero-width and non-characters: never part of a name, never safe in a document (11). */
const UNSAFE = /[\0-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g
const LEADING_MARKS = /^\p{M}+/u

interface Span {
  /** Dots from the left edge; `moved` when something put it there on purpose. */
  x: number
  readonly moved: boolean
  text: string
  width: number
  readonly cell: number
  readonly wide: number
  readonly bold: boolean
}

interface Spread {
  readonly spans: readonly Span[]
  readonly line: Line
  /** Dots up to the right edge of the last character. */
  readonly width: number
}

/** Ideographs and their signs are printed two cells wide. */
const isBroad = (code: number): boolean =>
  code >= 0x2e80 && (code <= 0xa4cf || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) || code >= 0xff00)

/** Half of a character beyond the first plane: the other half counts. */
const isSecondHalf = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff

function cells(text: string): number {
  let n = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x2e80) n++
    else if (!isSecondHalf(code)) n += isBroad(code) ? 2 : 1
  }
  return n
}

/** Whether every character is one that stays: most text of most receipts. */
function isSafe(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || (code >= 0x7f && code <= 0xad) || code >= 0x200b) return false
  }
  return true
}

const letters = (piece: Piece, text: string): string => {
  const clean = isSafe(text) ? text : text.replace(UNSAFE, '').replaceAll('\u00a0', ' ')
  return piece.dong ? clean.replaceAll('$', '₫') : clean
}

/** Where an item that is no text moves to, from `x`. */
function moved(item: Exclude<Item, { kind: 'text' }>, x: number): number {
  if (item.kind !== 'tab') return item.kind === 'to' ? item.dots : Math.max(0, x + item.dots)
  const stop = item.stops.find((at) => at > x)
  return stop ?? (Math.floor(x / (DEFAULT_TABS * item.cell)) + 1) * DEFAULT_TABS * item.cell
}

/** A line that is one piece of text, as most are. */
function alone(line: Line, piece: Piece, decoder: Decoder): Spread {
  const { cell, wide, bold } = piece
  const [read = ''] = decoder.decode([piece])
  const text = letters(piece, piece.drawn ?? read).normalize('NFC')
  const width = cells(text) * cell * wide
  return { spans: text === '' ? [] : [{ x: 0, moved: true, text, width, cell, wide, bold }], line, width }
}

/** Puts the pieces of a line side by side, in dots. */
function spread(line: Line, decoder: Decoder): Spread {
  const [first] = line.items
  if (first?.kind === 'text' && line.items.length === 1) return alone(line, first.piece, decoder)
  const texts = line.items.length === 0 ? [] : decoder.decode(piecesOf(line))
  const spans: Span[] = []
  let open: { readonly span: Span; readonly parts: string[] } | undefined
  let x = 0
  let jumped = true
  let n = 0
  const close = (): void => {
    if (!open) return
    const { span, parts } = open
    span.text = parts.join('').normalize('NFC')
    span.width = cells(span.text) * span.cell * span.wide
    x = span.x + span.width
    open = undefined
  }
  for (const item of line.items) {
    if (item.kind !== 'text') {
      close()
      x = moved(item, x)
      jumped = true
      continue
    }
    const { piece } = item
    const read = texts[n++] ?? ''
    let text = letters(piece, piece.drawn ?? read)
    // A tone that comes in the next piece still belongs to the letter before it.
    const marks = open && !jumped ? (LEADING_MARKS.exec(text)?.[0] ?? '') : ''
    if (open && marks !== '') {
      open.parts.push(marks)
      text = text.slice(marks.length)
    }
    if (text === '') continue
    const span = open?.span
    if (!span || !open || span.wide !== piece.wide || span.bold !== piece.bold || span.cell !== piece.cell) {
      close()
      open = {
        span: { x, moved: jumped, text: '', width: 0, cell: piece.cell, wide: piece.wide, bold: piece.bold },
        parts: [],
      }
      spans.push(open.span)
    }
    open.parts.push(text)
    jumped = false
  }
  close()
  const width = spans.reduce((right, span) => Math.max(right, span.x + span.width), 0)
  return { spans: spans.toSorted((a, b) => a.x - b.x), line, width }
}

/** Runs on their columns and the padded line they make; what would overlap stands behind, one space apart. */
function row({ spans, line, width }: Spread, columns: number, unit: number): Row {
  const free = columns * unit - width
  const shift = line.align === 'left' || free <= 0 ? 0 : line.align === 'right' ? free : free / 2
  let text = ''
  let length = 0
  const runs: Run[] = []
  for (const span of spans) {
    const column = Math.min(MAX_COLUMN, Math.max(0, Math.round((span.x + shift) / unit)))
    const before = runs.at(-1)
    // Printed twice on the same spot: the bold of plain printers.
    if (before && before.column === column && before.text === span.text && span.moved) continue
    const apart = before === undefined || before.text.endsWith(' ')
    const gap = !span.moved && !apart && !span.text.startsWith(' ') ? 0 : Math.max(column - length, span.moved && !apart ? 1 : 0)
    text += gap > 0 ? ' '.repeat(gap) + span.text : span.text
    length += gap + cells(span.text)
    runs.push({ column, text: span.text, wide: span.wide > 1, bold: span.bold })
  }
  return { text: text.trimEnd(), runs, align: line.align, ...(line.copy ? { copy: true } : {}) }
}

const RULE = /^([-=_*.~+#\u2500-\u259f])\1{15,}$/u
const WIDTHS = [24, 32, 40, 42, 48, 56, 64]

/** Columns of the paper: the longest rule line, else the printable width the host set, else what the lines need (2.7). */
function columnsOf(spreads: readonly Spread[], unit: number, areaDots: number | undefined): number {
  let rule = 0
  let widest = 0
  for (const { spans, width } of spreads) {
    const columns = Math.ceil(width / unit)
    widest = Math.max(widest, columns)
    const text = spans
      .map((span) => span.text)
      .join('')
      .trim()
    if (RULE.test(text)) rule = Math.max(rule, columns)
  }
  if (rule >= 16 && rule <= 96) return rule
  if (areaDots !== undefined && areaDots >= 16 * unit) return Math.floor(areaDots / unit)
  return WIDTHS.find((columns) => columns >= widest && columns >= 32) ?? Math.min(MAX_COLUMN, Math.max(widest, 48))
}

/** The font most of the text is in. */
function unitOf(lines: readonly Line[]): number {
  let narrow = 0
  let all = 0
  for (const { items } of lines) {
    for (const item of items) {
      if (item.kind !== 'text') continue
      all += item.piece.bytes.length
      if (item.piece.cell < FONT_A) narrow += item.piece.bytes.length
    }
  }
  return narrow * 2 > all ? FONT_B : FONT_A
}

/** Upside down: each stretch of such lines was printed last to first. */
function upright(lines: readonly Line[]): Line[] {
  const ordered: Line[] = []
  for (let from = 0; from < lines.length; ) {
    let to = from
    while (to < lines.length && lines[to]?.flipped === lines[from]?.flipped) to++
    const stretch = lines.slice(from, to)
    ordered.push(...(stretch[0]?.flipped ? stretch.reverse() : stretch))
    from = to
  }
  return ordered
}

/** Text on its grid. `areaDots`: printable width, where the host set one; `pinned`: columns the register's settings name. */
export function layOut(
  lines: readonly Line[],
  decoder: Decoder,
  areaDots: number | undefined,
  pinned?: number,
): { readonly rows: readonly Row[]; readonly columns: number } {
  const unit = unitOf(lines)
  const spreads = upright(lines).map((line) => spread(line, decoder))
  const columns = pinned ?? columnsOf(spreads, unit, areaDots)
  return { rows: spreads.map((one) => row(one, columns, unit)), columns }
}
