import type { CopyRow } from '../../src/domain/copy.ts'
import type { Page } from '../../src/domain/page.ts'
import { type Alphabet, alphabet, encode, encodePaged, printable } from './encode.ts'
import { type Measure, wrap } from './wrap.ts'

const EPSON_SMALL_PAGE = 30
/** Paper of 42 columns may be 58 mm in the small font; a stamp is set in font A and fits both. */
const NARROW = { columns: 42, dots: 384 }
const WIDE_DOTS = 576
const FONT_A_DOTS = 12
const NARROWEST = 16

/** Alphabets whose tone marks take a cell of their own on printers that do not compose. */
const DECOMPOSED = ['windows-1258', 'vni']

/** The command of a dialect that selects a code page. */
export type Select = (codePage: number) => readonly number[]

/** Letters in control bytes (TCVN, VISCII) are none where those bytes are commands. */
const withoutControls =
  (letters: Alphabet): Alphabet =>
  (letter) => {
    const bytes = letters(letter)
    return bytes?.some((byte) => byte < 0x20) ? undefined : bytes
  }

/** How a line is written on this page, code page switches included. `controls`: the dialect prints letters in control bytes. */
export function lettering(
  page: Page,
  select: Select,
  controls = true,
): { readonly write: (text: string) => Uint8Array; readonly measure: Measure } {
  const encoding = page.encoding.split('+').at(-1) ?? 'ascii'
  if (encoding === 'tcvn3')
    return { write: (text) => paged(text, page.printer?.codePage, select), measure: (text) => text.length }
  const letters = controls ? alphabet(encoding) : withoutControls(alphabet(encoding))
  const measure: Measure = DECOMPOSED.includes(encoding) ? (text) => encode(text, letters).length : (text) => [...text].length
  return { write: (text) => encode(text, letters), measure }
}

/** Capitals of the TCVN pair stand on the page after the small letters (30 and 31, 49 and 50). */
function paged(text: string, codePage: number | undefined, select: Select): Uint8Array {
  const small = codePage === undefined || codePage === EPSON_SMALL_PAGE || codePage === 31 ? EPSON_SMALL_PAGE : 49
  return Uint8Array.from(encodePaged(text).flatMap(({ capitals, bytes }) => [...select(small + (capitals ? 1 : 0)), ...bytes]))
}

/** Printable dots of the paper: 384 of 58 mm, 576 of 80 mm. */
export const paperDots = ({ columns }: Page): number => (columns <= NARROW.columns ? NARROW.dots : WIDE_DOTS)

/** Of font A on that paper. */
const columnsOf = (page: Page): number => Math.min(Math.max(NARROWEST, page.columns), paperDots(page) / FONT_A_DOTS)

/** The lines of a stamp wrapped to the paper of that receipt, in its letters; the first line of it is its title. */
export function written(
  lines: readonly string[],
  page: Page,
  select: Select,
  controls = true,
): readonly { readonly bytes: Uint8Array; readonly title: boolean }[] {
  const { write, measure } = lettering(page, select, controls)
  const columns = columnsOf(page)
  return lines.flatMap((line, i) =>
    wrap(printable(line), columns, measure).map((text) => ({ bytes: write(text), title: i === 0 })),
  )
}

export interface SetLine {
  readonly bytes: Uint8Array
  readonly centre: boolean
  readonly bold: boolean
}

/** The rows of a copy set to the paper of that receipt, in its letters. */
export function setRows(rows: readonly CopyRow[], page: Page, select: Select, controls = true): readonly SetLine[] {
  const { write, measure } = lettering(page, select, controls)
  return laidOut(rows, columnsOf(page), measure).map(({ text, centre, bold }) => ({ bytes: write(text), centre, bold }))
}

/** The same as text: words wrapped, amounts at the right edge. */
export const laidOut = (
  rows: readonly CopyRow[],
  columns: number,
  measure: Measure,
): readonly { readonly text: string; readonly centre: boolean; readonly bold: boolean }[] =>
  rows.flatMap((row) => {
    if (row === 'rule') return [{ text: '-'.repeat(columns), centre: false, bold: false }]
    const lines = wrap(printable(row.text), columns, measure)
    const right = printable(row.right ?? '')
    if (right !== '') {
      const last = lines.pop() ?? ''
      const gap = columns - measure(last) - measure(right)
      if (gap >= 1 || last === '') lines.push(`${last}${' '.repeat(Math.max(0, gap))}${right}`)
      else lines.push(last, `${' '.repeat(Math.max(0, columns - measure(right)))}${right}`)
    }
    return lines.map((text) => ({ text, centre: row.centre === true, bold: row.bold === true }))
  })
