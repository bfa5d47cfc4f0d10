import type { Stamp } from '../../src/domain/invoice.ts'
import type { Page } from '../../src/domain/page.ts'
import { alphabet, encode, printable } from '../text-grid/encode.ts'
import { wrap } from '../text-grid/wrap.ts'

const LINE_END = Buffer.from('\r\n')
/** Blank lines until the paper can be torn off. */
const FEED = 4

/** Plain lines in the letters of that journal; a line printer draws no QR. */
export function stamp({ lines }: Stamp, page: Page): Uint8Array {
  const letters = alphabet(page.encoding)
  const rows = lines.flatMap((line) => wrap(printable(line), Math.max(16, page.columns), (text) => encode(text, letters).length))
  const written = rows.flatMap((row) => [encode(row, letters), LINE_END])
  return new Uint8Array(Buffer.concat([...written, ...Array.from({ length: FEED }, () => LINE_END)]))
}
