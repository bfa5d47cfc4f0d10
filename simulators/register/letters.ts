import iconv from 'iconv-lite'

/** How a till writes Vietnamese: the bytes of a text in its code page. */
export type Letters = (text: string) => Buffer

export const utf8: Letters = (text) => Buffer.from(text.normalize('NFC'), 'utf8')

/** VISCII: every letter one byte, six capitals in control bytes (register-capture 5.3). */
export const viscii: Letters = (text) => iconv.encode(text.normalize('NFC'), 'viscii')

/** As tills without Vietnamese letters write: `HOA DON`. */
export const unaccented: Letters = (text) =>
  Buffer.from(
    text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D').replaceAll('₫', 'd'),
    'ascii',
  )

/** Base letters of windows-1258 that are not Latin-1, and the tone bytes that follow their letter (register-capture 5.2). */
const CP1258: Readonly<Record<string, number>> = {
  Ă: 0xc3,
  ă: 0xe3,
  Đ: 0xd0,
  đ: 0xf0,
  Ơ: 0xd5,
  ơ: 0xf5,
  Ư: 0xdd,
  ư: 0xfd,
  '₫': 0xfe,
}
const TONES: Readonly<Record<string, number>> = { '\u0300': 0xcc, '\u0309': 0xd2, '\u0303': 0xde, '\u0301': 0xec, '\u0323': 0xf2 }

export const windows1258: Letters = (text) => {
  const bytes: number[] = []
  for (const letter of text.normalize('NFC')) {
    const parts = letter.normalize('NFD')
    const tone = [...parts].find((part) => TONES[part] !== undefined)
    const base = [...parts]
      .filter((part) => TONES[part] === undefined)
      .join('')
      .normalize('NFC')
    bytes.push(CP1258[base] ?? Math.min(base.codePointAt(0) ?? 0x3f, 0xff))
    if (tone !== undefined) bytes.push(TONES[tone] ?? 0x3f)
  }
  return Buffer.from(bytes)
}

/** Page 30 of TCVN3, small letters; each run in the order of its tones, grave hook tilde acute dot (register-capture 5.3). */
const RUNS: readonly (readonly [string, readonly number[]])[] = [
  ['a', [0xb5, 0xb6, 0xb7, 0xb8, 0xb9]],
  ['ă', [0xbb, 0xbc, 0xbd, 0xbe, 0xc6]],
  ['â', [0xc7, 0xc8, 0xc9, 0xca, 0xcb]],
  ['e', [0xcc, 0xce, 0xcf, 0xd0, 0xd1]],
  ['ê', [0xd2, 0xd3, 0xd4, 0xd5, 0xd6]],
  ['i', [0xd7, 0xd8, 0xdc, 0xdd, 0xde]],
  ['o', [0xdf, 0xe1, 0xe2, 0xe3, 0xe4]],
  ['ô', [0xe5, 0xe6, 0xe7, 0xe8, 0xe9]],
  ['ơ', [0xea, 0xeb, 0xec, 0xed, 0xee]],
  ['u', [0xef, 0xf1, 0xf2, 0xf3, 0xf4]],
  ['ư', [0xf5, 0xf6, 0xf7, 0xf8, 0xf9]],
  ['y', [0xfa, 0xfb, 0xfc, 0xfd, 0xfe]],
]
const BARE: Readonly<Record<string, number>> = { ă: 0xa8, â: 0xa9, ê: 0xaa, ô: 0xab, ơ: 0xac, ư: 0xad, đ: 0xae }
const BARE_CAPITALS: Readonly<Record<string, number>> = { Ă: 0xa1, Â: 0xa2, Đ: 0xa7, Ê: 0xaa, Ô: 0xab, Ơ: 0xac, Ư: 0xad }
const SMALL = new Map<string, number>(Object.entries(BARE))
for (const [letter, cells] of RUNS)
  for (const [i, tone] of ['\u0300', '\u0309', '\u0303', '\u0301', '\u0323'].entries())
    SMALL.set(`${letter}${tone}`.normalize('NFC'), cells[i] ?? 0x3f)

/** Pages 30 and 31 of Epson, switched inside words as real tills do. Starts on page 30. */
export function tcvn3(): Letters {
  let page = 30
  return (text) => {
    const bytes: number[] = []
    const on = (wanted: number): void => {
      if (page !== wanted) bytes.push(0x1b, 0x74, wanted)
      page = wanted
    }
    for (const letter of text.normalize('NFC')) {
      const small = SMALL.get(letter)
      const capital = BARE_CAPITALS[letter] ?? SMALL.get(letter.toLowerCase())
      if (letter.charCodeAt(0) < 0x80) bytes.push(letter.charCodeAt(0))
      else if (small !== undefined) {
        on(30)
        bytes.push(small)
      } else {
        on(31)
        bytes.push(capital ?? 0x3f)
      }
    }
    return Buffer.from(bytes)
  }
}

const LARGE = new Map(Object.entries(BARE_CAPITALS).map(([letter, cell]) => [cell, letter]))
const OF_CELL = new Map([...SMALL].map(([letter, cell]) => [cell, letter]))

/** What a printer on page 30 (small) or 31 (capitals) prints for these bytes. */
export const fromTcvn3 = (bytes: Uint8Array, page: 30 | 31): string =>
  Array.from(bytes, (byte) => {
    if (byte < 0x80) return String.fromCharCode(byte)
    const small = OF_CELL.get(byte) ?? '?'
    return page === 30 ? small : (LARGE.get(byte) ?? small.toUpperCase())
  }).join('')

/** What a printer on a VISCII page prints for these bytes. */
export const fromViscii = (bytes: Uint8Array): string => iconv.decode(Buffer.from(bytes), 'viscii').normalize('NFC')
