import { fromTcvn3 } from '../register/letters.ts'
import { tokenLength } from './tokens.ts'

/** What came out of the printer so far, as text. */
export interface Drawing {
  /** Prints these bytes; returns what the printer answers to commands in its buffer. */
  print(bytes: Uint8Array): Uint8Array
  /** Papers cut off, and what hangs out uncut as the last one, if anything does. */
  papers(): readonly string[]
}

/** Papers remembered; a printer may run for weeks. */
const MOST = 2_000

/** A small eye of its own on ESC/POS: lines, alignment, code pages, QR, cuts. `taken` is told of each paper as it is cut off. */
export function drawing(columns: number, taken: (paper: string) => void): Drawing {
  const done: string[] = []
  let paper: string[] = []
  let line = ''
  let letters: number[] = []
  let rest: Uint8Array = new Uint8Array()
  let align = 0
  let page = 0
  let qr = ''

  const spell = (): void => {
    const bytes = Uint8Array.from(letters)
    letters = []
    line += decoded(bytes, page)
  }
  const feed = (): void => {
    spell()
    const gap = columns - [...line].length
    const left = align === 1 ? gap >> 1 : align === 2 ? gap : 0
    paper.push((' '.repeat(Math.max(0, left)) + line).trimEnd())
    line = ''
  }
  const mark = (text: string): void => {
    spell()
    if (line !== '') feed()
    line = text
    feed()
  }
  /** Behind a cut it belongs to the paper just taken. */
  const drawer = (): void => {
    spell()
    if (line === '' && paper.every((one) => one === '') && done.length > 0) done.push(`${done.pop()}\n[drawer]`)
    else mark('[drawer]')
  }
  const cut = (): void => {
    spell()
    if (line !== '') feed()
    while (paper.at(-1) === '') paper.pop()
    if (paper.length > 0) {
      taken(paper.join('\n'))
      done.push(paper.join('\n'))
      if (done.length > MOST) done.shift()
    }
    paper = []
  }
  const start = (): void => {
    spell()
    align = 0
    page = 0
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
      if (line === '' && letters.length === 0) align = third % 48
    } else if (name === 'ESC d') for (let i = 0; i < third; i++) feed()
    else if (name === 'ESC i' || name === 'ESC m' || name === 'GS V') cut()
    else if (name === 'ESC p') drawer()
    else if (name === 'ESC $' || name === 'ESC \\') letters.push(0x20)
    else if (name === 'GS v')
      mark(`[picture ${8 * ((token[4] ?? 0) + 256 * (token[5] ?? 0))}x${(token[6] ?? 0) + 256 * (token[7] ?? 0)}]`)
    else if (name === 'GS k') mark(`[barcode: ${text(token.subarray(third <= 6 ? 3 : 4)).replace(/\0$/, '')}]`)
    else if (name === 'GS (' && third === 0x6b) code(token)
    else return buffered(name, third)
    return []
  }
  const code = (token: Uint8Array): void => {
    if (token[5] !== 49) return
    if (token[6] === 80) qr = Buffer.from(token.subarray(8)).toString('utf8')
    if (token[6] === 81) mark(`[QR: ${qr}]`)
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
    papers: () => {
      const hanging = [...paper, ...(letters.length > 0 || line !== '' ? [line + decoded(Uint8Array.from(letters), page)] : [])]
      return hanging.some((one) => one !== '') ? [...done, hanging.join('\n')] : done
    },
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const strict = new TextDecoder('utf-8', { fatal: true })
const cp1258 = new TextDecoder('windows-1258')

/** As the paper would show it: UTF-8 where it is one, else by the page in force. */
function decoded(bytes: Uint8Array, page: number): string {
  if (page === 30 || page === 31) return fromTcvn3(bytes, page)
  try {
    return strict.decode(bytes).normalize('NFC')
  } catch {
    // Not UTF-8: the other page Vietnamese tills use.
    return cp1258.decode(bytes).normalize('NFC')
  }
}

/** Answers that come from the buffer, behind what was printed: paper sensor, identity, automatic status. */
function buffered(name: string, third: number): number[] {
  if (name === 'GS r' || name === 'ESC v' || name === 'ESC u') return [0]
  if (name === 'GS I') return third >= 65 ? [0x5f, ...Buffer.from('SIM'), 0] : [0x02]
  if (name === 'GS a') return third === 0 ? [] : [0x10, 0, 0, 0]
  return []
}
