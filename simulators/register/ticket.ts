import { escpos, journal, type Strokes, star, width } from './dialects.ts'
import { tcvn3, unaccented, utf8, viscii, windows1258 } from './letters.ts'

/** What a till writes: lines on its paper, in its dialect. */
export interface Ticket {
  /** Printable columns. */
  readonly columns: number
  line(text?: string): Ticket
  lines(texts: readonly string[]): Ticket
  centre(text: string, look?: 'bold' | 'big'): Ticket
  bold(text: string): Ticket
  /** A label on the left, a figure at the right edge. */
  pair(label: string, figure: string, look?: 'bold'): Ticket
  rule(sign?: string): Ticket
  barcode(text: string): Ticket
  qr(text: string): Ticket
  /** Ends the document: feed and cut, or the blank line of a journal. */
  end(): Ticket
  /** Opens the drawer. */
  kick(): Ticket
  bytes(): Buffer
}

/** `text` cut or padded to `size` columns; a negative size pads on the left. */
export const cell = (text: string, size: number): string => {
  const letters = [...text.normalize('NFC')].slice(0, Math.abs(size))
  const space = ' '.repeat(Math.abs(size) - letters.length)
  return size < 0 ? space + letters.join('') : letters.join('') + space
}

const PARTIAL = [0x1d, 0x56, 0x42, 0]
const UTF8 = [0x1b, 0x40, 0x1c, 0x28, 0x43, 2, 0, 0x30, 0x32]
const page = (n: number): number[] => [0x1b, 0x40, 0x1b, 0x74, n]

/** Papers by dialect, width and alphabet. The numbers of the code pages are those of the printers' makers (register-capture 5.1). */
const PAPERS = {
  'escpos-80-utf8': () =>
    on(48, escpos({ columns: 48, letters: () => utf8, opens: [0x1b, 0x40, 0x1c, 0x2e, 0x1b, 0x74, 0xff], cut: PARTIAL })),
  'escpos-80-narrow': () => on(42, escpos({ columns: 42, letters: () => utf8, opens: UTF8, cut: PARTIAL })),
  'escpos-58-tcvn3': () => on(32, escpos({ columns: 32, letters: tcvn3, opens: page(30), cut: [0x1b, 0x69] })),
  'escpos-80-1258': () =>
    on(42, escpos({ columns: 42, letters: () => windows1258, opens: page(52), cut: [0x1d, 0x56, 0x41, 16] })),
  'escpos-58-1258': () => on(32, escpos({ columns: 32, letters: () => windows1258, opens: page(94), cut: [0x1b, 0x6d] })),
  'escpos-80-viscii': () => on(48, escpos({ columns: 48, letters: () => viscii, opens: page(51), cut: [0x1d, 0x56, 0] })),
  'escpos-80-ascii': () => on(48, escpos({ columns: 48, letters: () => unaccented, opens: [0x1b, 0x40], cut: PARTIAL })),
  'escpos-58-ascii': () => on(32, escpos({ columns: 32, letters: () => unaccented, opens: [0x1b, 0x40], cut: [0x1b, 0x6d] })),
  'star-80-utf8': () =>
    on(
      48,
      star({
        columns: 48,
        letters: () => utf8,
        opens: [0x1b, 0x40, 0x1b, 0x1d, 0x29, 0x55, 2, 0, 0x30, 1],
        cut: [0x1b, 0x64, 3],
      }),
    ),
  'journal-1258': () => on(32, journal({ columns: 32, letters: () => windows1258 })),
  'journal-ascii': () => on(24, journal({ columns: 24, letters: () => unaccented })),
} as const

export type Paper = keyof typeof PAPERS

/** A fresh sheet. */
export const ticket = (paper: Paper): Ticket => PAPERS[paper]()

function on(columns: number, strokes: Strokes): Ticket {
  const then = (stroke: () => void): Ticket => {
    stroke()
    return self
  }
  const self: Ticket = {
    columns,
    line: (text = '') => then(() => strokes.line(text)),
    lines: (texts) => then(() => texts.forEach(strokes.line)),
    centre: (text, look) => then(() => strokes.centre(text, look)),
    bold: (text) => then(() => strokes.bold(text)),
    pair(label, figure, look) {
      const text = label + cell(figure, Math.min(-1 - width(figure), width(label) - columns))
      return look === 'bold' ? self.bold(text) : self.line(text)
    },
    rule: (sign = '-') => self.line(sign.repeat(columns)),
    barcode: (text) => then(() => strokes.barcode(text)),
    qr: (text) => then(() => strokes.qr(text)),
    end: () => then(() => strokes.end()),
    kick: () => then(() => strokes.kick()),
    bytes: () => strokes.bytes(),
  }
  return self
}
