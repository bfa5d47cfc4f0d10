import { join } from 'node:path'
import PDFDocument from 'pdfkit'
import { counted, modules } from './invoice-html.ts'
import type { Paper } from './invoice-sheet.ts'

type Doc = PDFKit.PDFDocument

const MM = 72 / 25.4
/** Taller than any receipt; PDF knows no paper above 14,400 points. */
const TALLEST = 14_000
const A4 = { width: 210 * MM, height: 297 * MM, margin: 14 * MM }
const NARROW = { width: 80 * MM, margin: 3.5 * MM }

/** The invoice as PDF, fonts embedded: A4 pages, or one strip of 80 mm as long as it must be. `fonts`: their folder. */
export async function pdf(paper: Paper, width: 'a4' | '80', fonts: string): Promise<Uint8Array> {
  if (width === 'a4') return (await made(paper, fonts, [A4.width, A4.height], A4.margin, wide)).bytes
  const { end } = await made(paper, fonts, [NARROW.width, TALLEST], NARROW.margin, narrow)
  return (await made(paper, fonts, [NARROW.width, end + NARROW.margin], NARROW.margin, narrow)).bytes
}

async function made(
  paper: Paper,
  fonts: string,
  size: [number, number],
  margin: number,
  draw: (doc: Doc, paper: Paper) => void,
): Promise<{ bytes: Uint8Array; end: number }> {
  const doc = new PDFDocument({
    size,
    // Text that reaches into the lower margin would begin a page of its own.
    margins: { top: margin, left: margin, right: margin, bottom: 0 },
    font: join(fonts, 'DejaVuSans.ttf'),
    lang: 'vi',
    displayTitle: true,
    info: { Title: `${paper.series} ${paper.number}`, Author: paper.seller },
  })
  doc.registerFont('plain', join(fonts, 'DejaVuSans.ttf'))
  doc.registerFont('bold', join(fonts, 'DejaVuSans-Bold.ttf'))
  const pieces: Uint8Array[] = []
  doc.on('data', (piece: Uint8Array) => pieces.push(piece))
  const ended = new Promise<void>((resolve) => doc.on('end', () => resolve()))
  draw(doc, paper)
  const end = doc.y
  doc.end()
  await ended
  return { bytes: Buffer.concat(pieces), end }
}

const inner = (doc: Doc): number => doc.page.width - doc.page.margins.left - doc.page.margins.right
const left = (doc: Doc): number => doc.page.margins.left

/** Between lines: capitals with two marks (Ổ, Ễ) reach high. */
const GAP = 1.2

/** One paragraph over the whole width, below the last. */
function say(doc: Doc, text: string, size: number, { bold = false, align = 'left' as 'left' | 'center' | 'right' } = {}): void {
  doc
    .font(bold ? 'bold' : 'plain')
    .fontSize(size)
    .text(text, left(doc), doc.y, { width: inner(doc), align, lineGap: GAP })
}

/** Label at the left, amount at the right edge, on one line as far as the label allows. */
function pair(doc: Doc, [label, amount]: readonly [string, string], size: number, bold = false, from = 0): void {
  doc.font(bold ? 'bold' : 'plain').fontSize(size)
  const width = doc.widthOfString(amount) + 4
  const top = doc.y
  doc.text(label, left(doc) + from, top, { width: inner(doc) - width - from, lineGap: GAP })
  const bottom = doc.y
  doc.text(amount, left(doc) + inner(doc) - width, top, { width, align: 'right', lineBreak: false })
  doc.y = Math.max(bottom, top + doc.currentLineHeight())
}

function qr(doc: Doc, text: string, x: number, y: number, side: number): void {
  const { size, dark } = modules(text)
  const step = side / size
  for (const [column, line] of dark) doc.rect(x + column * step, y + line * step, step, step)
  doc.fill('#000')
}

const rule = (doc: Doc): void => {
  doc
    .moveTo(left(doc), doc.y + 2)
    .lineTo(left(doc) + inner(doc), doc.y + 2)
    .lineWidth(0.5)
    .stroke()
  doc.y += 5
}

const centered = { align: 'center' } as const
const strong = { bold: true } as const
const headline = { bold: true, align: 'center' } as const

function narrow(doc: Doc, paper: Paper): void {
  say(doc, paper.seller, 10, headline)
  for (const line of paper.sellerLines) say(doc, line, 8, centered)
  doc.y += 4
  for (const line of paper.title) say(doc, line, 10, headline)
  if (paper.copy !== undefined) say(doc, paper.copy, 11, headline)
  doc.y += 2
  pair(doc, [paper.series, paper.number], 8)
  for (const line of [paper.code, paper.at, paper.register]) if (line !== undefined) say(doc, line, 8)
  if (paper.legend !== undefined) say(doc, paper.legend, 8, strong)
  rule(doc)
  for (const line of paper.lines) {
    say(doc, line.name, 8)
    pair(doc, [counted(line, paper.heads.discount), line.amount], 8, false, 6)
  }
  rule(doc)
  for (const sum of paper.sums) pair(doc, sum, 8)
  doc.y += 3
  pair(doc, paper.total, 10, true)
  for (const line of [paper.words, paper.payment, paper.buyer]) say(doc, line, 8)
  doc.y += 6
  const side = 34 * MM
  qr(doc, paper.qr, (doc.page.width - side) / 2, doc.y, side)
  doc.y += side + 4
  for (const line of paper.lookup) say(doc, line, 8, centered)
}

interface Column {
  readonly head: string
  readonly width: number
  readonly align: 'left' | 'right' | 'center'
  of(line: Paper['lines'][number], n: number): string
}

function wide(doc: Doc, paper: Paper): void {
  for (const line of paper.title) say(doc, line, 15, headline)
  if (paper.copy !== undefined) say(doc, paper.copy, 13, headline)
  say(doc, paper.at, 10, centered)
  if (paper.code !== undefined) say(doc, paper.code, 10, centered)
  say(doc, paper.series, 10, { align: 'right' })
  say(doc, paper.number, 10, { align: 'right' })
  if (paper.legend !== undefined) say(doc, paper.legend, 10, strong)
  rule(doc)
  say(doc, paper.seller, 11, strong)
  for (const line of [...paper.sellerLines, paper.register]) say(doc, line, 10)
  rule(doc)
  for (const line of [paper.buyer, paper.payment]) say(doc, line, 10)
  doc.y += 6
  lines(doc, paper)
  doc.y += 6
  for (const sum of paper.sums) {
    room(doc, 20)
    pair(doc, sum, 10, false, inner(doc) * 0.45)
  }
  room(doc, 150)
  doc.y += 3
  pair(doc, paper.total, 12, true, inner(doc) * 0.45)
  doc.y += 4
  say(doc, paper.words, 10, strong)
  doc.y += 8
  const side = 30 * MM
  const top = doc.y
  qr(doc, paper.qr, left(doc) + inner(doc) - side, top, side)
  doc.font('plain').fontSize(9)
  for (const line of paper.lookup) doc.text(line, left(doc), doc.y, { width: inner(doc) - side - 12 })
  doc.y = Math.max(doc.y, top + side)
}

/** A new page where the rest of this one is too low; true if there was one. */
function room(doc: Doc, height: number): boolean {
  if (doc.y + height <= doc.page.height - A4.margin) return false
  doc.addPage()
  return true
}

function lines(doc: Doc, paper: Paper): void {
  const columns = columnsOf(doc, paper)
  head(doc, columns)
  for (const [i, line] of paper.lines.entries()) {
    const texts = columns.map((column) => column.of(line, i + 1))
    doc.font('plain').fontSize(9)
    const height = rowHeight(doc, columns, texts)
    if (room(doc, height)) head(doc, columns)
    drawRow(doc, columns, texts, height)
  }
}

function columnsOf(doc: Doc, { heads, rated, lines }: Paper): readonly Column[] {
  const discounts = lines.some(({ discount }) => discount !== '')
  const fixed: readonly Column[] = [
    { head: heads.unit, width: 38, align: 'left', of: ({ unit }) => unit },
    { head: heads.quantity, width: 44, align: 'right', of: ({ quantity }) => quantity },
    { head: heads.price, width: 84, align: 'right', of: ({ price }) => price },
    ...(discounts ? [{ head: heads.discount, width: 62, align: 'right', of: ({ discount }) => discount } as Column] : []),
    { head: heads.amount, width: 76, align: 'right', of: ({ amount }) => amount },
    ...(rated ? [{ head: heads.rate, width: 40, align: 'right', of: ({ rate }) => rate } as Column] : []),
  ]
  const n: Column = { head: heads.n, width: 28, align: 'right', of: (_, n) => String(n) }
  const rest = inner(doc) - fixed.reduce((sum, { width }) => sum + width, n.width)
  return [n, { head: heads.name, width: rest, align: 'left', of: ({ name }) => name }, ...fixed]
}

const PAD = 3

function head(doc: Doc, columns: readonly Column[]): void {
  doc.font('bold').fontSize(8.5)
  const texts = columns.map((column) => column.head)
  drawRow(doc, columns, texts, rowHeight(doc, columns, texts))
  doc.font('plain').fontSize(9)
}

const rowHeight = (doc: Doc, columns: readonly Column[], texts: readonly string[]): number =>
  Math.max(...columns.map(({ width }, i) => doc.heightOfString(texts[i] || ' ', { width: width - 2 * PAD }))) + 2 * PAD

function drawRow(doc: Doc, columns: readonly Column[], texts: readonly string[], height: number): void {
  const top = doc.y
  let x = left(doc)
  for (const [i, { width, align }] of columns.entries()) {
    doc.lineWidth(0.5).rect(x, top, width, height).stroke()
    doc.text(texts[i] ?? '', x + PAD, top + PAD, { width: width - 2 * PAD, align })
    x += width
  }
  doc.y = top + height
}
