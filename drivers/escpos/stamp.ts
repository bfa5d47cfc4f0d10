import type { Stamp } from '../../src/domain/invoice.ts'
import type { Page } from '../../src/domain/page.ts'
import { alphabet, encode, encodePaged, printable } from '../text-grid/encode.ts'
import { type Measure, wrap } from '../text-grid/wrap.ts'
import { qrCommands } from './qr.ts'

const LF = 0x0a
const CENTRE = [0x1b, 0x61, 1]
const BOLD = [0x1b, 0x45, 1]
const LIGHT = [0x1b, 0x45, 0]
/** Lines between print head and cutter: about 15 mm. */
const CLEAR_CUTTER = [0x1b, 0x64, 4]
const EPSON_SMALL_PAGE = 30
/** Paper of 42 columns may be 58 mm in the small font; the stamp is set in font A and fits both. */
const NARROW = { columns: 42, dots: 384 }
const WIDE_DOTS = 576
const FONT_A_DOTS = 12

/** Alphabets whose tone marks take a cell of their own on printers that do not compose. */
const DECOMPOSED = ['windows-1258', 'vni']

/** How a line is written on this page, code page switches included. */
export function lettering(page: Page): { readonly write: (text: string) => Uint8Array; readonly measure: Measure } {
  const encoding = page.encoding.split('+').at(-1) ?? 'ascii'
  if (encoding === 'tcvn3') return { write: (text) => paged(text, page.printer?.codePage), measure: (text) => text.length }
  const letters = alphabet(encoding)
  const measure: Measure = DECOMPOSED.includes(encoding) ? (text) => encode(text, letters).length : (text) => [...text].length
  return { write: (text) => encode(text, letters), measure }
}

/** Capitals of the TCVN pair stand on the page after the small letters (30 and 31, 49 and 50). */
function paged(text: string, codePage: number | undefined): Uint8Array {
  const small = codePage === undefined || codePage === EPSON_SMALL_PAGE || codePage === 31 ? EPSON_SMALL_PAGE : 49
  return Uint8Array.from(encodePaged(text).flatMap(({ capitals, bytes }) => [0x1b, 0x74, small + (capitals ? 1 : 0), ...bytes]))
}

/**
 * The stamp in the dialect and letters of that receipt: printer set to plain text, words wrapped to the paper, QR drawn
 * by the printer, the feed that clears the cutter, and the register's own settings put back.
 */
export function stamp({ lines, qr }: Stamp, page: Page): Uint8Array {
  const { write, measure } = lettering(page)
  const dots = page.columns <= NARROW.columns ? NARROW.dots : WIDE_DOTS
  const columns = Math.min(Math.max(16, page.columns), dots / FONT_A_DOTS)
  const rows = lines.flatMap((line, i) => wrap(printable(line), columns, measure).map((text) => ({ text, title: i === 0 })))
  const words = rows.map(({ text, title }) =>
    title ? Buffer.concat([Buffer.from(BOLD), write(text), Buffer.from(LIGHT)]) : write(text),
  )
  return new Uint8Array(
    Buffer.concat([
      page.printer?.prepare ?? new Uint8Array(0),
      Buffer.from(CENTRE),
      ...words.flatMap((word) => [word, Buffer.of(LF)]),
      qrCommands(qr, dots),
      Buffer.of(LF),
      Buffer.from(CLEAR_CUTTER),
      page.printer?.resume ?? new Uint8Array(0),
    ]),
  )
}
