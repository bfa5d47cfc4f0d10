import { foldLetters } from '../domain/fold.ts'

const WORDY = /^[a-z0-9%]+$/
/** The folded letter; everything but letters, digits and % is a blank. Vietnamese lives below U+2000. */
const KEYED: readonly string[] = Array.from({ length: 0x2000 }, (_, code) => {
  const folded = foldLetters(String.fromCharCode(code))
  return folded === '' || WORDY.test(folded) ? folded : ' '
})

/** `TỔNG CỘNG (8 %):` becomes `tong cong 8%`: the form in which labels and titles are looked up. */
export function key(text: string): string {
  let out = ''
  let gap = false
  for (let i = 0; i < text.length; i++) {
    const piece = KEYED[text.charCodeAt(i)] ?? ' '
    if (piece === ' ') gap = true
    else if (piece !== '') {
      if (gap && out !== '' && piece !== '%') out += ' '
      gap = false
      out += piece
    }
  }
  return out
}

// C0, C1, zero-width and direction marks have no place in a name or an XML document (register-capture 11).
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
const DIRTY = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/
const BLANK = /[ \t\u00a0]+/g

/** NFC without invisible characters; columns are kept. */
export function printable(text: string): string {
  const composed = text.normalize('NFC')
  return DIRTY.test(composed) ? composed.replace(UNPRINTABLE, '') : composed
}

/** One blank between words, none at the ends. */
export const collapse = (text: string): string => text.replace(BLANK, ' ').trim()

/** Horizontal rules and rows of dots: no letter, no digit, at least three marks. */
const RULE = /^[-=_*~.#+|\u2500-\u257f\u2013\u2014 ]{3,}$/
export const isRule = (text: string): boolean => RULE.test(text)
