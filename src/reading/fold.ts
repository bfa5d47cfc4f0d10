import { foldLetters } from '../domain/fold.ts'

const WORDY = /^[a-z0-9%]$/
const BLANK_BYTE = 0x20
const PERCENT = 0x25
/** The folded letter as a byte, 0 for a mark; all but letters, digits and % is a blank. Vietnamese lives below U+2000. */
const KEYED = Uint8Array.from({ length: 0x2000 }, (_, code) => {
  const folded = foldLetters(String.fromCharCode(code))
  return folded === '' ? 0 : WORDY.test(folded) ? folded.charCodeAt(0) : BLANK_BYTE
})
let room = Buffer.alloc(1_024)

/** `TỔNG CỘNG (8 %):` becomes `tong cong 8%`: the form in which labels and titles are looked up. */
export function key(text: string): string {
  // No letter becomes more than itself and a blank before it.
  if (room.length < 2 * text.length) room = Buffer.alloc(4 * text.length)
  let end = 0
  let gap = false
  for (let i = 0; i < text.length; i++) {
    const byte = KEYED[text.charCodeAt(i)] ?? BLANK_BYTE
    if (byte === BLANK_BYTE) gap = true
    else if (byte !== 0) {
      if (gap && end > 0 && byte !== PERCENT) room[end++] = BLANK_BYTE
      gap = false
      room[end++] = byte
    }
  }
  return room.toString('latin1', 0, end)
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
