import type { Copy } from '../../src/domain/copy.ts'
import type { Stamp } from '../../src/domain/invoice.ts'
import type { Page } from '../../src/domain/page.ts'
import { alphabet, encode, printable } from '../text-grid/encode.ts'
import { laidOut } from '../text-grid/lettering.ts'
import { wrap } from '../text-grid/wrap.ts'

const LINE_END = Buffer.from('\r\n')
/** Blank lines until the paper can be torn off. */
const FEED = 4
const NARROWEST = 16

/** Plain lines in the letters of that journal; a line printer draws no QR. */
export function stamp({ lines }: Stamp, page: Page): Uint8Array {
  const letters = alphabet(page.encoding)
  const rows = lines.flatMap((line) =>
    wrap(printable(line), Math.max(NARROWEST, page.columns), (text) => encode(text, letters).length),
  )
  const written = rows.flatMap((row) => [encode(row, letters), LINE_END])
  return new Uint8Array(Buffer.concat([...written, ...Array.from({ length: FEED }, () => LINE_END)]))
}

/** A whole copy in plain lines; a line printer draws no QR, the words say where to look the invoice up. */
export function copy({ rows }: Copy, page: Page): Uint8Array {
  const letters = alphabet(page.encoding)
  const measure = (text: string): number => encode(text, letters).length
  const columns = Math.max(NARROWEST, page.columns)
  const lines = laidOut(rows, columns, measure).map(({ text, centre }) =>
    centre ? `${' '.repeat(Math.max(0, Math.floor((columns - measure(text)) / 2)))}${text}` : text,
  )
  const feed = Array.from({ length: FEED }, () => '')
  return new Uint8Array(Buffer.concat([...lines, ...feed].flatMap((line) => [encode(line, letters), LINE_END])))
}
