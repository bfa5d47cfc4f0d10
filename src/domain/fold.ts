const MARKS = /\p{M}/gu
/** Vietnamese lives below U+2000; a table costs a few milliseconds once and spares a normalisation for every line. */
const LETTERS: readonly string[] = Array.from({ length: 0x2000 }, (_, code) =>
  String.fromCharCode(code).normalize('NFD').replace(MARKS, '').toLowerCase().replace(/[đð]/g, 'd'),
)

/** The same as one byte of Latin-1; 0: it is none, or more than one. */
const BYTES = Uint8Array.from(LETTERS, (letter) => (letter.length === 1 && letter <= '\xff' ? letter.charCodeAt(0) : 0))
const LONGEST = 4_096
const room = Buffer.alloc(LONGEST)

/** Lower case, no marks, đ as d: a till may print its copy in another code page (register-capture 9.1). Blanks stay. */
export function foldLetters(text: string): string {
  const { length } = text
  if (length > LONGEST) return foldOneByOne(text)
  for (let i = 0; i < length; i++) {
    const byte = BYTES[text.charCodeAt(i)] ?? 0
    if (byte === 0) return foldOneByOne(text)
    room[i] = byte
  }
  return room.toString('latin1', 0, length)
}

/** Also letters that fold to nothing or to several, and those of other scripts. */
function foldOneByOne(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) out += LETTERS[text.charCodeAt(i)] ?? text.charAt(i).toLowerCase()
  return out
}

/** How names, labels and lines are compared: folded letters, single blanks, none at the ends. */
export const fold = (text: string): string => foldLetters(text).replace(/\s+/g, ' ').trim()
