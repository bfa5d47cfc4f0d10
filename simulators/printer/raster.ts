import qrcode from 'qrcode'
import { CELL, dotsOf } from './font.ts'
import type { Align, Span, Strip } from './paper.ts'
import { type Bitmap, png } from './png.ts'

/** Dots of one dot of the face: a letter is 12 wide and its line 30 high, as font A and `ESC 2` have it. */
const SCALE = 2
const LETTER = CELL.across * SCALE
const LINE = CELL.down * SCALE
const MARGIN = 2 * LETTER

/** A sheet that grows while it is drawn on. */
interface Canvas {
  readonly width: number
  rows: Uint8Array[]
}
const fed = (canvas: Canvas, height: number): number => {
  const top = canvas.rows.length
  for (let i = 0; i < height; i++) canvas.rows.push(new Uint8Array(canvas.width))
  return top
}
const block = (canvas: Canvas, x: number, y: number, across: number, down: number): void => {
  for (let row = y; row < y + down; row++) canvas.rows[row]?.fill(1, Math.max(0, x), Math.max(0, x + across))
}
const indent = (canvas: Canvas, width: number, align: Align): number => {
  const gap = canvas.width - 2 * MARGIN - width
  return MARGIN + Math.max(0, align === 1 ? gap >> 1 : align === 2 ? gap : 0)
}

function line(canvas: Canvas, spans: readonly Span[], align: Align): void {
  const width = spans.reduce((sum, { text, wide }) => sum + [...text].length * LETTER * wide, 0)
  const tall = Math.max(1, ...spans.map((span) => span.tall))
  const foot = fed(canvas, LINE * tall) + LINE * tall
  let x = indent(canvas, width, align)
  for (const { text, wide, tall: high, bold } of spans)
    for (const letter of text) {
      for (const [dx, dy] of dotsOf(letter))
        block(canvas, x + dx * SCALE * wide, foot - (CELL.down - dy) * SCALE * high, SCALE * wide + (bold ? 1 : 0), SCALE * high)
      x += LETTER * wide
    }
}

function picture(canvas: Canvas, width: number, rows: readonly Uint8Array[], align: Align): void {
  const left = indent(canvas, width, align)
  const top = fed(canvas, rows.length)
  for (const [y, row] of rows.entries())
    for (let x = 0; x < width; x++) if (((row[x >> 3] ?? 0) >> (7 - (x & 7))) & 1) block(canvas, left + x, top + y, 1, 1)
}

function code(canvas: Canvas, text: string, dot: number, align: Align): void {
  const { size, data } = qrcode.create(text, { errorCorrectionLevel: 'M' }).modules
  const left = indent(canvas, size * dot, align)
  const top = fed(canvas, (size + 4) * dot) + 2 * dot
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if (data[y * size + x]) block(canvas, left + x * dot, top + y * dot, dot, dot)
}

/** The paper as it would look, 203 dots an inch: letters in a small face of our own, pictures and QR codes dot by dot, barcodes as their text. */
export function pictureOf(strips: readonly Strip[], columns: number): Buffer {
  const canvas: Canvas = { width: columns * LETTER + 2 * MARGIN, rows: [] }
  fed(canvas, MARGIN)
  for (const strip of strips) {
    if (strip.kind === 'line') line(canvas, strip.spans, strip.align)
    else if (strip.kind === 'picture') picture(canvas, strip.width, strip.rows, strip.align)
    else if (strip.kind === 'qr') code(canvas, strip.text, strip.dot, strip.align)
    else if (strip.kind === 'barcode') line(canvas, [{ text: `|| ${strip.text} ||`, wide: 1, tall: 1, bold: false }], strip.align)
  }
  fed(canvas, MARGIN)
  const bitmap: Bitmap = { width: canvas.width, dots: Buffer.concat(canvas.rows) }
  return png(bitmap)
}
