import { type Letters, tcvn3, unaccented, utf8, viscii, windows1258 } from './letters.ts'

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

const width = (text: string): number => [...text.normalize('NFC')].length
/** `text` cut or padded to `size` columns; a negative size pads on the left. */
export const cell = (text: string, size: number): string => {
  const letters = [...text.normalize('NFC')].slice(0, Math.abs(size))
  const space = ' '.repeat(Math.abs(size) - letters.length)
  return size < 0 ? space + letters.join('') : letters.join('') + space
}

interface Printer {
  readonly columns: number
  readonly letters: () => Letters
  /** How its jobs begin: reset, code page. */
  readonly opens: readonly number[]
  readonly cut: readonly number[]
}

const PARTIAL = [0x1d, 0x56, 0x42, 0]
/** ESC/POS printers by paper, columns and alphabet. The code page numbers are those of their makers (register-capture 5.1). */
const PRINTERS = {
  'escpos-80-utf8': { columns: 48, letters: () => utf8, opens: [0x1b, 0x40, 0x1c, 0x2e, 0x1b, 0x74, 0xff], cut: PARTIAL },
  'escpos-80-narrow': { columns: 42, letters: () => utf8, opens: [0x1b, 0x40, 0x1c, 0x28, 0x43, 2, 0, 0x30, 0x32], cut: PARTIAL },
  'escpos-58-tcvn3': { columns: 32, letters: tcvn3, opens: [0x1b, 0x40, 0x1b, 0x74, 30], cut: [0x1b, 0x69] },
  'escpos-80-1258': { columns: 42, letters: () => windows1258, opens: [0x1b, 0x40, 0x1b, 0x74, 52], cut: [0x1d, 0x56, 0x41, 16] },
  'escpos-58-1258': { columns: 32, letters: () => windows1258, opens: [0x1b, 0x40, 0x1b, 0x74, 94], cut: [0x1b, 0x6d] },
  'escpos-80-viscii': { columns: 48, letters: () => viscii, opens: [0x1b, 0x40, 0x1b, 0x74, 51], cut: [0x1d, 0x56, 0] },
  'escpos-80-ascii': { columns: 48, letters: () => unaccented, opens: [0x1b, 0x40], cut: PARTIAL },
  'escpos-58-ascii': { columns: 32, letters: () => unaccented, opens: [0x1b, 0x40], cut: [0x1b, 0x6d] },
} as const satisfies Record<string, Printer>

/** Journal ports of registers: plain lines, no commands (register-capture 8.1). */
const JOURNALS = {
  'journal-1258': { columns: 32, letters: windows1258 },
  'journal-ascii': { columns: 24, letters: unaccented },
} as const

export type Paper = keyof typeof PRINTERS | keyof typeof JOURNALS

/** A fresh sheet. */
export const ticket = (paper: Paper): Ticket =>
  paper in JOURNALS ? journal(JOURNALS[paper as keyof typeof JOURNALS]) : escpos(PRINTERS[paper as keyof typeof PRINTERS])

/** What a dialect must know how to do; a ticket writes with these. */
type Strokes = { readonly [name in 'line' | 'bold' | 'barcode' | 'qr']: (text: string) => void } & {
  readonly centre: (text: string, look?: 'bold' | 'big') => void
  readonly end: () => void
  readonly kick: () => void
}

function written(columns: number, strokes: Strokes, out: readonly Buffer[]): Ticket {
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
    bytes: () => Buffer.concat(out),
  }
  return self
}

function escpos({ columns, letters, opens, cut }: Printer): Ticket {
  const spell = letters()
  const out: Buffer[] = [Buffer.from(opens)]
  const raw = (...bytes: readonly number[]): void => void out.push(Buffer.from(bytes))
  const code = (fn: number, ...data: readonly number[]): void => raw(0x1d, 0x28, 0x6b, data.length + 2, 0, 49, fn, ...data)
  const centred = (stroke: () => void): void => {
    raw(0x1b, 0x61, 1)
    stroke()
    raw(0x0a, 0x1b, 0x61, 0)
  }
  return written(
    columns,
    {
      line(text) {
        out.push(spell(text))
        raw(0x0a)
      },
      centre: (text, look) =>
        centred(() => {
          if (look === 'big') raw(0x1d, 0x21, width(text) * 2 <= columns ? 0x11 : 0x01)
          if (look === 'bold') raw(0x1b, 0x45, 1)
          out.push(spell(text))
          if (look === 'bold') raw(0x1b, 0x45, 0)
          if (look === 'big') raw(0x1d, 0x21, 0)
        }),
      bold(text) {
        raw(0x1b, 0x45, 1)
        out.push(spell(text))
        raw(0x1b, 0x45, 0, 0x0a)
      },
      barcode: (text) =>
        centred(() => raw(0x1d, 0x68, 60, 0x1d, 0x48, 2, 0x1d, 0x6b, 73, text.length + 2, ...Buffer.from(`{B${text}`))),
      qr: (text) =>
        centred(() => {
          code(65, 50, 0)
          code(67, 5)
          code(80, 48, ...Buffer.from(text, 'utf8'))
          code(81, 48)
        }),
      end: () => raw(0x1b, 0x64, 3, ...cut),
      kick: () => raw(0x1b, 0x70, 0x00, 0x19, 0xfa),
    },
    out,
  )
}

function journal({ columns, letters }: { readonly columns: number; readonly letters: Letters }): Ticket {
  const out: Buffer[] = []
  const line = (text: string): void => void out.push(letters(text), Buffer.from('\r\n'))
  const nothing = (): void => {}
  return written(
    columns,
    {
      line,
      bold: line,
      centre: (text) => line(' '.repeat(Math.max(0, Math.floor((columns - width(text)) / 2))) + text),
      barcode: nothing,
      qr: nothing,
      end: () => line(''),
      kick: nothing,
    },
    out,
  )
}
