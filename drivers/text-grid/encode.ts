import {
  type CodePage,
  cp437,
  cp850,
  cp852,
  cp858,
  tcvn3,
  tcvn3Capitals,
  viscii,
  vn1,
  windows1252,
  windows1258,
} from './code-pages.ts'
import { encodeVni } from './vni.ts'

/** Bytes of one composed letter; undefined when the alphabet has none. */
export type Alphabet = (letter: string) => readonly number[] | undefined

const inverse = (page: CodePage): ReadonlyMap<string, number> => {
  const bytes = new Map<string, number>()
  page.forEach((letter, byte) => {
    if (letter !== '' && !bytes.has(letter)) bytes.set(letter, byte)
  })
  return bytes
}

const byPage =
  (page: () => CodePage): (() => Alphabet) =>
  () => {
    const bytes = inverse(page())
    return (letter) => {
      const byte = bytes.get(letter)
      return byte === undefined ? undefined : [byte]
    }
  }

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/

/** windows-1258: letters without a cell of their own are a base letter and the tone behind it (5.2). */
function combining(): Alphabet {
  const bytes = inverse(windows1258())
  return (letter) => {
    const whole = bytes.get(letter)
    if (whole !== undefined) return [whole]
    const parts = letter.normalize('NFD')
    const tone = bytes.get(TONES.exec(parts)?.[0] ?? '')
    const base = bytes.get(parts.replace(TONES, '').normalize('NFC'))
    return tone === undefined || base === undefined ? undefined : [base, tone]
  }
}

const isAscii = (letter: string): boolean => letter >= ' ' && letter < '\x7f'
const ascii: Alphabet = (letter) => (isAscii(letter) ? [letter.charCodeAt(0)] : undefined)

const ALPHABETS: Readonly<Record<string, () => Alphabet>> = {
  ascii: () => ascii,
  'utf-8': () => (letter) => [...Buffer.from(letter, 'utf8')],
  'tcvn3-abc': byPage(tcvn3),
  tcvn3: byPage(tcvn3),
  vn1: byPage(vn1),
  viscii: byPage(viscii),
  vni: () => (letter) => ascii(letter) ?? encodeVni(letter),
  'windows-1258': combining,
  'windows-1252': byPage(windows1252),
  cp437: byPage(cp437),
  cp850: byPage(cp850),
  cp852: byPage(cp852),
  cp858: byPage(cp858),
}

/** The alphabet of a page's `encoding`; of two in one document the one it ended in. Unknown: plain ASCII. */
export const alphabet = (encoding: string): Alphabet => (ALPHABETS[encoding.split('+').at(-1) ?? ''] ?? (() => ascii))()

/** Page 31 of Epson's pair. */
export const tcvnCapitals: () => Alphabet = byPage(tcvn3Capitals)

const PLAIN: Readonly<Record<string, string>> = {
  '₫': 'đ',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
  '×': 'x',
  '•': '*',
  '\u00a0': ' ',
}
const UNSAFE = /[\0-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/g

/** Composed text without anything that could be a command. */
export const printable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(UNSAFE, '')

/** The letter without its marks; `?` for what has no plain form. */
export function unaccented(letter: string): string {
  const bare = letter.normalize('NFD').replace(/\p{M}/gu, '').replace('đ', 'd').replace('Đ', 'D')
  return /^[ -~]+$/.test(bare) ? bare : '?'
}

/** `text` in `letters`; what they lack is written without its marks, letter by letter. */
export function encode(text: string, letters: Alphabet): Uint8Array {
  const bytes: number[] = []
  for (const letter of printable(text)) {
    for (const plain of letters(letter) ? [letter] : (PLAIN[letter] ?? letter)) {
      bytes.push(...(letters(plain) ?? encodePlain(plain, letters)))
    }
  }
  return Uint8Array.from(bytes)
}

const encodePlain = (letter: string, letters: Alphabet): number[] =>
  [...unaccented(letter)].flatMap((bare) => letters(bare) ?? [0x3f])

/** A piece of a line in one of Epson's two TCVN pages. */
export interface Paged {
  readonly capitals: boolean
  readonly bytes: Uint8Array
}

/** Small letters on one page, accented capitals on the other; plain letters stay on the page in force. */
export function encodePaged(text: string): readonly Paged[] {
  const small = alphabet('tcvn3')
  const large = tcvnCapitals()
  const parts: { capitals: boolean; bytes: number[] }[] = [{ capitals: false, bytes: [] }]
  for (const letter of printable(text)) {
    for (const plain of small(letter) || large(letter) ? [letter] : (PLAIN[letter] ?? unaccented(letter))) {
      const capital = !isAscii(plain) && plain !== plain.toLowerCase()
      let part = parts.at(-1)
      if (!part || (!isAscii(plain) && part.capitals !== capital)) parts.push((part = { capitals: capital, bytes: [] }))
      part.bytes.push(...((part.capitals ? large : small)(plain) ?? [0x3f]))
    }
  }
  return parts.filter((part) => part.bytes.length > 0).map(({ capitals, bytes }) => ({ capitals, bytes: Uint8Array.from(bytes) }))
}
