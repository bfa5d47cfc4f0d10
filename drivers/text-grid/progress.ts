import { foldLetters } from '../../src/domain/fold.ts'

/** What the framer knows of the document it is in: enough to say where it ends, without reading it. */
export interface Progress {
  /** Something was printed: text, a picture, a barcode. */
  readonly content: boolean
  /** All there is are letters in a line that was never ended: a reset throws them away unprinted. */
  readonly loose: boolean
  /** A totals line with an amount stood in it: what comes after a reset or silence is another document. */
  readonly totals: boolean
  /** How many such lines. */
  readonly sums: number
  /** Empty lines fed since the last content. */
  readonly feeds: number
  /** Lines ended. */
  readonly lines: number
  /** Lines ended that show something. */
  readonly texts: number
  /** Bytes of text in the open line. */
  readonly width: number
  /** A journal's last line was blank. */
  readonly blank: boolean
  /** The open line, as far as it is ASCII: the same for the same print, whatever the alphabet. */
  said(): string
  /** Takes text bytes up to `to`. */
  text(b: Uint8Array, from: number, to: number): void
  /** Something printed that is no text. */
  printed(): void
  /** Ends the line; returns its text folded to lower-case ASCII when it may be of interest, else ''. */
  endLine(): string
  feed(lines: number): void
  reset(): void
}

const KEPT = 160

/**
 * Labels of a totals block, with or without their vowels: an accented vowel is one or two bytes over 7F in every code
 * page, so what is left of `Tổng cộng` is `tng cng` in all of them but VNI and plain ASCII (register-capture 9.3).
 */
const TOTALS =
  /\bto?ng\b|\btotal\b|thanh to?a?n|pha?i tra?|ca?n tra?|kha?ch (tra?|d?u?a)|tie?n (thu?a|tho?i|ma?t)|tra? la?i|\bcash\b|\bchange\b/
const AMOUNT = /\d{1,3}([.,]\d{3})+|\d{4,}/

export const isTotalsLine = (line: string, own?: RegExp): boolean =>
  AMOUNT.test(line) && (TOTALS.test(line) || own?.test(line) === true)

/** A shop's own words for its totals, found with or without their vowels too. Undefined: not letters enough to know one by. */
export function ownTotals(words: readonly string[]): RegExp | undefined {
  const forms = words.flatMap((word) => {
    const letters = [...word.normalize('NFC').toLowerCase()]
    const sure = letters.filter((c) => /[a-z]/.test(c)).length
    if (sure < SURE) return []
    return [letters.map((c) => (/[a-z0-9]/.test(c) ? c : /\s/.test(c) ? '\\s+' : vowel(c))).join('')]
  })
  return forms.length > 0 ? new RegExp(`(?<![a-z])(?:${forms.join('|')})`) : undefined
}

/** Letters that every alphabet keeps. */
const SURE = 3
/** `ố` is one byte or two over 7F, or `o` with a byte behind it; a sign says nothing. */
const vowel = (c: string): string => {
  const base = foldLetters(c)
  return /^[a-z]$/.test(base) ? `${base}?` : '.?'
}

/** `own`: the shop's words for its totals. */
export function progress(own?: RegExp): Progress {
  const kept = Buffer.alloc(KEPT)
  let content = false
  let sums = 0
  let feeds = 0
  let lines = 0
  let texts = 0
  let width = 0
  let used = 0
  let printable = false
  let digits = 0
  let blank = false
  let other = false

  return {
    get content() {
      return content
    },
    get loose() {
      return content && lines === 0 && !other
    },
    get totals() {
      return sums > 0
    },
    get sums() {
      return sums
    },
    get feeds() {
      return feeds
    },
    get lines() {
      return lines
    },
    get texts() {
      return texts
    },
    get width() {
      return width
    },
    get blank() {
      return blank
    },
    said: () => kept.toString('latin1', 0, used).toLowerCase().replace(/\s+/g, ' ').trim(),
    text(b, from, to) {
      width += to - from
      for (let i = from; i < to; i++) {
        const byte = b[i] ?? 0
        if (byte > 0x20 && byte !== 0x7f) printable = true
        if (byte < 0x20 || byte >= 0x7f) continue
        if (byte >= 0x30 && byte <= 0x39) digits++
        if (used < KEPT) kept[used++] = byte
        else if (printable && digits > 8) break
      }
      if (printable) {
        content = true
        feeds = 0
      }
    },
    printed() {
      other = true
      content = true
      feeds = 0
      printable = true
    },
    endLine() {
      const line = digits >= 3 ? kept.toString('latin1', 0, used).toLowerCase() : ''
      if (line !== '' && isTotalsLine(line, own)) sums++
      if (printable) texts++
      else feeds++
      blank = !printable
      lines++
      width = 0
      used = 0
      digits = 0
      printable = false
      return line
    },
    feed(count) {
      feeds += count
    },
    reset() {
      content = false
      sums = 0
      feeds = 0
      lines = 0
      texts = 0
      width = 0
      used = 0
      digits = 0
      printable = false
      blank = false
      other = false
    },
  }
}
