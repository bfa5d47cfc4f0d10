import type { Copy } from '../../src/domain/copy.ts'
import type { Stamp } from '../../src/domain/invoice.ts'
import type { Page } from '../../src/domain/page.ts'
import { paperDots, setRows, written } from '../text-grid/lettering.ts'
import { qrCommands } from './qr.ts'

const LF = 0x0a
const RESET = [0x1b, 0x40]
const LEFT = [0x1b, 0x61, 0]
const CENTRE = [0x1b, 0x61, 1]
const BOLD = [0x1b, 0x45, 1]
const LIGHT = [0x1b, 0x45, 0]
/** Lines between print head and cutter: about 15 mm. */
const CLEAR_CUTTER = [0x1b, 0x64, 4]

export const select = (codePage: number): readonly number[] => [0x1b, 0x74, codePage]

/**
 * The stamp in the dialect and letters of that receipt: printer set to plain text, words wrapped to the paper, QR drawn
 * by the printer, the feed that clears the cutter, and the register's own settings put back.
 */
export function stamp({ lines, qr }: Stamp, page: Page): Uint8Array {
  const rows = written(lines, page, select)
  return new Uint8Array(
    Buffer.concat([
      page.printer?.prepare ?? new Uint8Array(0),
      Buffer.from(CENTRE),
      ...rows.flatMap(({ bytes, title }) =>
        (title ? [Buffer.from(BOLD), bytes, Buffer.from(LIGHT)] : [bytes]).concat(Buffer.of(LF)),
      ),
      qrCommands(qr, paperDots(page)),
      Buffer.of(LF),
      Buffer.from(CLEAR_CUTTER),
      page.printer?.resume ?? new Uint8Array(0),
    ]),
  )
}

/** A whole copy in the letters of that receipt, its QR drawn by the printer; a printer nothing is known of is reset first. */
export function copy({ rows, qr }: Copy, page: Page): Uint8Array {
  return new Uint8Array(
    Buffer.concat([
      page.printer?.prepare ?? Buffer.from(RESET),
      ...setRows(rows, page, select).flatMap(({ bytes, centre, bold }) => [
        Buffer.from([...(centre ? CENTRE : LEFT), ...(bold ? BOLD : LIGHT)]),
        bytes,
        Buffer.of(LF),
      ]),
      Buffer.from([...CENTRE, ...LIGHT]),
      qrCommands(qr, paperDots(page)),
      Buffer.from([LF, ...CLEAR_CUTTER]),
      page.printer?.resume ?? Buffer.from(RESET),
    ]),
  )
}
