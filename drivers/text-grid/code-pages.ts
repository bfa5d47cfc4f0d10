import iconv from 'iconv-lite'

/** What each byte means; '' where the page has no letter for it. C0 bytes are letters only where the page says so. */
export type CodePage = readonly string[]

function page(name: string, withControls = false): CodePage {
  return Array.from({ length: 256 }, (_, byte) => {
    if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte)
    const letter = iconv.decode(Buffer.of(byte), name)
    if (byte < 0x20) return withControls && letter.charCodeAt(0) !== byte ? letter : ''
    // Public tables of TCVN write Eth for the Vietnamese D with stroke (register-capture 5.3).
    return letter === '\ufffd' || letter === '\x7f' ? '' : letter.replace('\u00d0', 'Đ').replace('\u00f0', 'đ')
  })
}

const once = (make: () => CodePage): (() => CodePage) => {
  let made: CodePage | undefined
  return () => (made ??= make())
}

/** TCVN 5712 VN1: everything, with capitals in control bytes and tones that combine. */
export const vn1 = once(() => page('tcvn', true))
export const viscii = once(() => page('viscii', true))
export const windows1258 = once(() => page('win1258'))
export const windows1252 = once(() => page('win1252'))
export const cp437 = once(() => page('cp437'))
export const cp850 = once(() => page('cp850'))
export const cp852 = once(() => page('cp852'))
export const cp858 = once(() => page('cp858'))

const isSmall = (letter: string): boolean => letter.toLowerCase() === letter

/** One-page TCVN3 (ABC): small toned letters, and only the seven bare capitals. */
export const tcvn3 = once(() =>
  vn1().map((letter, byte) =>
    byte < 0x80 || (byte >= 0xa0 && byte <= 0xae) || (isSmall(letter) && !isTone(letter)) ? letter : '',
  ),
)

/** Epson page 31: the cells of page 30 as capitals, and the bare capitals twice. */
export const tcvn3Capitals = once(() =>
  tcvn3().map((letter, byte) => (byte < 0x80 ? letter : (BARE[byte] ?? letter.toUpperCase()))),
)

const BARE: Readonly<Record<number, string>> = { 161: 'Ă', 162: 'Â', 167: 'Đ', 170: 'Ê', 171: 'Ô', 172: 'Ơ', 173: 'Ư' }
const isTone = (letter: string): boolean => /^\p{M}$/u.test(letter)

/** Pages that hosts fall back to for a single letter their TCVN table lacks, by `ESC t n` (5.3). */
export const WESTERN: Readonly<Record<number, () => CodePage>> = {
  0: cp437,
  2: cp850,
  16: windows1252,
  18: cp852,
  19: cp858,
}
