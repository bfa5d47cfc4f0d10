import { fromTcvn3, fromViscii } from '../register/letters.ts'
import { type Span, type Strip, textOf } from './paper.ts'
import { columnStrip, rasterRows } from './pictures.ts'
import { tokenLength } from './tokens.ts'

/** What came out of the printer so far. */
export interface Drawing {
  /** Prints these bytes; returns what the printer answers to commands in its buffer. */
  print(bytes: Uint8Array): Uint8Array
  /** Papers cut off, as text, and what hangs out uncut as the last one, if anything does. */
  papers(): readonly string[]
  /** What hangs out, or where that is nothing the paper cut off last. */
  last(): readonly Strip[]
}

/** Papers remembered; a printer may run for weeks. */
const MOST = 2_000

/** A small eye of its own on ESC/POS. `taken` is told of each paper as it is cut off; `ask` answers what the printer is asked. */
export function drawing(
  columns: number,
  taken: (paper: readonly Strip[]) => void,
  ask: (name: string, n: number) => number[],
): Drawing {
  const done: string[] = []
  let paper: Strip[] = []
  let cutOff: readonly Strip[] = []
  let spans: Span[] = []
  let letters: number[] = []
  let rest: Uint8Array = new Uint8Array()
  let align = 0
  let page = 0
  let look = { wide: 1, tall: 1, bold: false }
  let qr = { text: '', dot: 4 }

  const spell = (): void => {
    const text = decoded(Uint8Array.from(letters), page)
    letters = []
    if (text !== '') spans.push({ text, ...look })
  }
  const feed = (): void => {
    spell()
    paper.push({ kind: 'line', spans, align })
    spans = []
  }
  const begun = (): boolean => {
    spell()
    return spans.length > 0
  }
  const mark = (strip: Strip): void => {
    if (begun()) feed()
    paper.push(strip)
  }
  /** Behind a cut it belongs to the paper just taken. */
  const drawer = (): void => {
    if (!begun() && textOf(paper, columns) === '' && done.length > 0) done.push(`${done.pop()}\n[drawer]`)
    else mark({ kind: 'drawer' })
  }
  const cut = (): void => {
    if (begun()) feed()
    const text = textOf(paper, columns)
    if (text !== '') {
      cutOff = paper
      taken(paper)
      done.push(text)
      if (done.length > MOST) done.shift()
    }
    paper = []
  }
  const start = (): void => {
    spell()
    align = 0
    page = 0
    look = { wide: 1, tall: 1, bold: false }
  }
  const looks = (change: Partial<typeof look>): void => {
    spell()
    look = { ...look, ...change }
  }

  const command = (token: Uint8Array): number[] => {
    const [first = 0, second = 0, third = 0] = token
    const name =
      (first === 0x1b ? 'ESC ' : first === 0x1d ? 'GS ' : first === 0x1c ? 'FS ' : 'DLE ') + String.fromCharCode(second)
    if (name === 'ESC @') start()
    else if (name === 'ESC t') {
      spell()
      page = third
    } else if (name === 'ESC a') {
      if (!begun()) align = third % 48
    } else if (name === 'ESC E') looks({ bold: (third & 1) === 1 })
    else if (name === 'ESC !') looks({ bold: (third & 8) > 0, tall: third & 16 ? 2 : 1, wide: third & 32 ? 2 : 1 })
    else if (name === 'GS !') looks({ wide: 1 + ((third >> 4) & 7), tall: 1 + (third & 7) })
    else if (name === 'ESC d') for (let i = 0; i < third; i++) feed()
    else if (name === 'ESC i' || name === 'ESC m' || name === 'GS V') cut()
    else if (name === 'ESC p') drawer()
    else if (name === 'ESC $' || name === 'ESC \\') letters.push(0x20)
    else if (name === 'GS v') mark({ kind: 'picture', ...rasterRows(token), align })
    else if (name === 'ESC *') mark({ kind: 'picture', ...columnStrip(token), align })
    else if (name === 'GS k') mark({ kind: 'barcode', text: text(token.subarray(third <= 6 ? 3 : 4)).replace(/\0$/, ''), align })
    else if (name === 'GS (' && third === 0x6b) code(token)
    else return ask(name, third)
    return []
  }
  const code = (token: Uint8Array): void => {
    if (token[5] !== 49) return
    if (token[6] === 67) qr = { ...qr, dot: Math.min(16, Math.max(1, token[7] ?? 4)) }
    if (token[6] === 80) qr = { ...qr, text: Buffer.from(token.subarray(8)).toString('utf8') }
    if (token[6] === 81) mark({ kind: 'qr', ...qr, align })
  }
  const hanging = (): Strip[] => {
    const open = decoded(Uint8Array.from(letters), page)
    const line = [...spans, ...(open === '' ? [] : [{ text: open, ...look }])]
    return line.length > 0 ? [...paper, { kind: 'line', spans: line, align: 0 }] : paper
  }

  return {
    print(bytes) {
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
      const answers: number[] = []
      let at = 0
      while (at < all.length) {
        const length = tokenLength(all, at)
        if (length === 0) break
        const byte = all[at] ?? 0
        if (length > 1) answers.push(...command(all.subarray(at, at + length)))
        else if (byte === 0x0a) feed()
        else if (byte === 0x09) letters.push(...Array.from({ length: 8 - (letters.length % 8) }, () => 0x20))
        else if (byte >= 0x20) letters.push(byte)
        at += length
      }
      rest = all.subarray(at)
      return Uint8Array.from(answers)
    },
    papers() {
      const open = textOf(hanging(), columns)
      return open === '' ? done : [...done, open]
    },
    last() {
      const open = hanging()
      return textOf(open, columns) === '' ? cutOff : open
    },
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const strict = new TextDecoder('utf-8', { fatal: true })
const cp1258 = new TextDecoder('windows-1258')

/** As the paper would show it: UTF-8 where it is one, else by the page in force. */
function decoded(bytes: Uint8Array, page: number): string {
  if (page === 30 || page === 31) return fromTcvn3(bytes, page)
  if (page === 51) return fromViscii(bytes)
  try {
    return strict.decode(bytes).normalize('NFC')
  } catch {
    // Not UTF-8: the other page Vietnamese tills use.
    return cp1258.decode(bytes).normalize('NFC')
  }
}
