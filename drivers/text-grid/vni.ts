/** VNI-Windows: two bytes for a toned letter, the letter and its mark (register-capture 5.4). */

const GRAVE = '\u0300'
const ACUTE = '\u0301'
const TILDE = '\u0303'
const HOOK = '\u0309'
const DOT = '\u0323'
const CIRCUMFLEX = '\u0302'
const BREVE = '\u0306'

/** Mark bytes behind a small letter; behind a capital they are 20 less. */
const MARKS: Readonly<Record<number, string>> = {
  249: ACUTE,
  248: GRAVE,
  251: HOOK,
  245: TILDE,
  239: DOT,
  226: CIRCUMFLEX,
  225: CIRCUMFLEX + ACUTE,
  224: CIRCUMFLEX + GRAVE,
  229: CIRCUMFLEX + HOOK,
  227: CIRCUMFLEX + TILDE,
  228: CIRCUMFLEX + DOT,
  234: BREVE,
  233: BREVE + ACUTE,
  232: BREVE + GRAVE,
  250: BREVE + HOOK,
  252: BREVE + TILDE,
  235: BREVE + DOT,
}

const SINGLE: Readonly<Record<number, string>> = {
  241: 'đ',
  209: 'Đ',
  244: 'ơ',
  212: 'Ơ',
  246: 'ư',
  214: 'Ư',
  236: 'ì',
  204: 'Ì',
  237: 'í',
  205: 'Í',
  230: 'ỉ',
  198: 'Ỉ',
  243: 'ĩ',
  211: 'Ĩ',
  242: 'ị',
  210: 'Ị',
  238: 'ỵ',
  206: 'Ỵ',
}

const markOf = (byte: number): string | undefined => MARKS[byte] ?? (byte >= 0xc0 && byte < 0xe0 ? MARKS[byte + 0x20] : undefined)
const MARKED = /^[aeiouyơư]$/i

/** Composed letters; U+FFFD for a byte that is neither letter nor mark there. */
export function decodeVni(bytes: Uint8Array): string {
  const letters: string[] = []
  let last = ''
  for (const byte of bytes) {
    if (byte < 0x20 || byte === 0x7f) continue
    const mark = byte >= 0x80 && MARKED.test(last) ? markOf(byte) : undefined
    last = byte < 0x7f ? String.fromCharCode(byte) : (mark ?? SINGLE[byte] ?? '\ufffd')
    letters.push(last)
  }
  return letters.join('').normalize('NFC')
}

const SINGLE_BYTE = new Map(Object.entries(SINGLE).map(([byte, letter]) => [letter, Number(byte)]))
const sorted = (marks: string): string => [...marks].sort().join('')
const MARK_BYTE = new Map(Object.entries(MARKS).map(([byte, marks]) => [sorted(marks), Number(byte)]))

/** The bytes of one composed letter; undefined when VNI has none. */
export function encodeVni(letter: string): readonly number[] | undefined {
  const single = SINGLE_BYTE.get(letter)
  if (single !== undefined) return [single]
  // The horn is a letter of its own in VNI, the other marks are one byte behind the letter.
  const parts = letter
    .normalize('NFD')
    .replace(/([ou])((?!\u031b)\p{M})?\u031b/iu, (_, o: string, tone: string | undefined) => `${o}\u031b${tone ?? ''}`)
  const m = /^(o\u031b|u\u031b|[a-z])(\p{M}+)$/iu.exec(parts)
  if (!m) return undefined
  const base = (m[1] ?? '').normalize('NFC')
  const mark = MARK_BYTE.get(sorted(m[2] ?? ''))
  const first = SINGLE_BYTE.get(base) ?? (base.length === 1 && base < '\x7f' ? base.charCodeAt(0) : undefined)
  if (first === undefined || mark === undefined) return undefined
  return [first, base === base.toUpperCase() ? mark - 0x20 : mark]
}
