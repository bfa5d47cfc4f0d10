const MARKS = /\p{M}/gu
/** Vietnamese lives below U+2000; a table costs a few milliseconds once and spares a normalisation for every line. */
const LETTERS: readonly string[] = Array.from({ length: 0x2000 }, (_, code) =>
  String.fromCharCode(code).normalize('NFD').replace(MARKS, '').toLowerCase().replace(/[đð]/g, 'd'),
)

/** Lower case, no marks, đ as d: a till may print its copy in another code page (register-capture 9.1). Blanks stay. */
export function foldLetters(text: string): string {
  let out = ''
  for (let i = 0; i < text.length; i++) out += LETTERS[text.charCodeAt(i)] ?? text.charAt(i).toLowerCase()
  return out
}

/** How names, labels and lines are compared: folded letters, single blanks, none at the ends. */
export const fold = (text: string): string => foldLetters(text).replace(/\s+/g, ' ').trim()
