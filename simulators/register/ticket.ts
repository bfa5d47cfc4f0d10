import { type Letters, tcvn3, utf8, windows1258 } from './letters.ts'

/** What a till writes: lines on its paper, in its dialect. */
export interface Ticket {
  /** Printable columns. */
  readonly columns: number
  line(text?: string): Ticket
  centre(text: string, look?: 'bold' | 'big'): Ticket
  bold(text: string): Ticket
  /** A label on the left, a figure at the right edge. */
  pair(label: string, figure: string): Ticket
  rule(sign?: string): Ticket
  /** Ends the document: feed and cut, or the blank line of a journal. */
  end(): Ticket
  bytes(): Buffer
}

const width = (text: string): number => [...text.normalize('NFC')].length
/** `text` cut or padded to `size` columns; a negative size pads on the left. */
export const cell = (text: string, size: number): string => {
  const letters = [...text.normalize('NFC')].slice(0, Math.abs(size))
  const space = ' '.repeat(Math.abs(size) - letters.length)
  return size < 0 ? space + letters.join('') : letters.join('') + space
}

export type Paper = 'escpos-80-utf8' | 'escpos-58-tcvn3' | 'journal-1258'

/** A fresh sheet. ESC/POS as small tills write it: `ESC @`, code page, sizes, feed, partial cut. */
export function ticket(paper: Paper): Ticket {
  return paper === 'journal-1258' ? journal() : escpos(paper)
}

function escpos(paper: 'escpos-80-utf8' | 'escpos-58-tcvn3'): Ticket {
  const wide = paper === 'escpos-80-utf8'
  const columns = wide ? 48 : 32
  const letters: Letters = wide ? utf8 : tcvn3()
  const out: Buffer[] = [Buffer.from(wide ? [0x1b, 0x40, 0x1c, 0x2e, 0x1b, 0x74, 0xff] : [0x1b, 0x40, 0x1b, 0x74, 30])]
  const raw = (...bytes: number[]): void => void out.push(Buffer.from(bytes))
  const self: Ticket = {
    columns,
    line(text = '') {
      out.push(letters(text))
      raw(0x0a)
      return self
    },
    centre(text, look) {
      raw(0x1b, 0x61, 1)
      if (look === 'big') raw(0x1d, 0x21, width(text) * 2 <= columns ? 0x11 : 0x01)
      if (look === 'bold') raw(0x1b, 0x45, 1)
      out.push(letters(text))
      if (look === 'bold') raw(0x1b, 0x45, 0)
      if (look === 'big') raw(0x1d, 0x21, 0)
      raw(0x0a, 0x1b, 0x61, 0)
      return self
    },
    bold(text) {
      raw(0x1b, 0x45, 1)
      out.push(letters(text))
      raw(0x1b, 0x45, 0, 0x0a)
      return self
    },
    pair: (label, figure) => self.line(label + cell(figure, width(label) - columns)),
    rule: (sign = '-') => self.line(sign.repeat(columns)),
    end() {
      raw(0x1b, 0x64, 3)
      if (wide) raw(0x1d, 0x56, 0x42, 0)
      else raw(0x1b, 0x69)
      return self
    },
    bytes: () => Buffer.concat(out),
  }
  return self
}

/** A register's journal port: plain lines, CR LF, no commands (register-capture 8.1). */
function journal(): Ticket {
  const columns = 32
  const out: Buffer[] = []
  const self: Ticket = {
    columns,
    line(text = '') {
      out.push(windows1258(text), Buffer.from('\r\n'))
      return self
    },
    centre: (text) => self.line(' '.repeat(Math.max(0, Math.floor((columns - width(text)) / 2))) + text),
    bold: (text) => self.line(text),
    pair: (label, figure) => self.line(label + cell(figure, width(label) - columns)),
    rule: (sign = '-') => self.line(sign.repeat(columns)),
    end: () => self.line(),
    bytes: () => Buffer.concat(out),
  }
  return self
}
