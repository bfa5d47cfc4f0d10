import type { Letters } from './letters.ts'

/** How a printer of one dialect is written to; a ticket is made of these strokes. */
export interface Strokes {
  line(text: string): void
  bold(text: string): void
  centre(text: string, look?: 'bold' | 'big'): void
  barcode(text: string): void
  qr(text: string): void
  /** Feed and cut, or the blank line of a journal. */
  end(): void
  /** Opens the drawer. */
  kick(): void
  bytes(): Buffer
}

export interface Printer {
  readonly columns: number
  readonly letters: () => Letters
  /** How its jobs begin: reset, code page. */
  readonly opens: readonly number[]
  readonly cut: readonly number[]
}

/** Columns that a text takes. */
export const width = (text: string): number => [...text.normalize('NFC')].length

export function escpos({ columns, letters, opens, cut }: Printer): Strokes {
  const spell = letters()
  const out: Buffer[] = [Buffer.from(opens)]
  const raw = (...bytes: readonly number[]): void => void out.push(Buffer.from(bytes))
  const code = (fn: number, ...data: readonly number[]): void => raw(0x1d, 0x28, 0x6b, data.length + 2, 0, 49, fn, ...data)
  const centred = (stroke: () => void): void => {
    raw(0x1b, 0x61, 1)
    stroke()
    raw(0x0a, 0x1b, 0x61, 0)
  }
  return {
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
    bytes: () => Buffer.concat(out),
  }
}

/** Star line mode: the letters of ESC/POS with other meanings, the whole job between `ESC GS ETX` marks (register-capture 4). */
export function star({ columns, letters, opens, cut }: Printer): Strokes {
  const spell = letters()
  const out: Buffer[] = [Buffer.from([0x1b, 0x1d, 0x03, 0, 0, 0, ...opens])]
  const raw = (...bytes: readonly number[]): void => void out.push(Buffer.from(bytes))
  const centred = (stroke: () => void): void => {
    raw(0x1b, 0x1d, 0x61, 1)
    stroke()
    raw(0x0a, 0x1b, 0x1d, 0x61, 0)
  }
  const self: Strokes = {
    line(text) {
      out.push(spell(text))
      raw(0x0a)
    },
    centre: (text, look) =>
      centred(() => {
        if (look === 'big') raw(0x1b, 0x69, 1, width(text) * 2 <= columns ? 1 : 0)
        if (look === 'bold') raw(0x1b, 0x45)
        out.push(spell(text))
        if (look === 'bold') raw(0x1b, 0x46)
        if (look === 'big') raw(0x1b, 0x69, 0, 0)
      }),
    bold(text) {
      raw(0x1b, 0x45)
      out.push(spell(text))
      raw(0x1b, 0x46, 0x0a)
    },
    barcode: (text) => centred(() => raw(0x1b, 0x62, 0x36, 0x32, 0x32, 60, ...Buffer.from(text), 0x1e)),
    qr(text) {
      const data = Buffer.from(text, 'utf8')
      centred(() => {
        raw(0x1b, 0x1d, 0x79, 0x53, 0x30, 2, 0x1b, 0x1d, 0x79, 0x53, 0x32, 5)
        raw(0x1b, 0x1d, 0x79, 0x44, 0x31, 0, data.length & 0xff, data.length >> 8, ...data, 0x1b, 0x1d, 0x79, 0x50)
      })
    },
    end: () => raw(...cut, 0x1b, 0x1d, 0x03, 1, 0, 0),
    kick: () => raw(0x07),
    bytes: () => Buffer.concat(out),
  }
  return self
}

/** A register's journal port: lines that end in CR LF, no commands (register-capture 8.1). */
export function journal({ columns, letters }: Pick<Printer, 'columns' | 'letters'>): Strokes {
  const spell = letters()
  const out: Buffer[] = []
  const line = (text: string): void => void out.push(spell(text), Buffer.from('\r\n'))
  const nothing = (): void => {}
  return {
    line,
    bold: line,
    centre: (text) => line(' '.repeat(Math.max(0, Math.floor((columns - width(text)) / 2))) + text),
    barcode: nothing,
    qr: nothing,
    end: () => line(''),
    kick: nothing,
    bytes: () => Buffer.concat(out),
  }
}
