import type { Copy } from '../../src/domain/copy.ts'
import type { Stamp } from '../../src/domain/invoice.ts'
import type { Page } from '../../src/domain/page.ts'
import { qrSize } from '../escpos/qr.ts'
import { paperDots, setRows, written } from '../text-grid/lettering.ts'

const LF = 0x0a
const RESET = [0x1b, 0x40]
const LEFT = [0x1b, 0x1d, 0x61, 0]
const CENTRE = [0x1b, 0x1d, 0x61, 1]
const BOLD = [0x1b, 0x45]
const LIGHT = [0x1b, 0x46]
/** Lines between print head and cutter: about 15 mm. */
const CLEAR_CUTTER = [0x1b, 0x61, 4]

const select = (codePage: number): readonly number[] => [0x1b, 0x1d, 0x74, codePage]
const qr = (...parameters: readonly number[]): number[] => [0x1b, 0x1d, 0x79, ...parameters]
const LEVEL = { L: 0, M: 1 }

/** QR code of model 2, drawn by the printer; empty when it fits no symbol. */
function qrCommands(text: string, dots: number): readonly number[] {
  const data = Buffer.from(text, 'utf8')
  const size = data.length === 0 ? undefined : qrSize(data.length, dots)
  if (!size) return []
  return [
    ...qr(0x53, 0x30, 2),
    ...qr(0x53, 0x31, LEVEL[size.level]),
    ...qr(0x53, 0x32, size.dots),
    ...qr(0x44, 0x31, 0, data.length & 0xff, data.length >> 8, ...data),
    ...qr(0x50),
  ]
}

/** The stamp in Star commands and the letters of that receipt, ending with the feed that clears the cutter. */
export function stamp(wanted: Stamp, page: Page): Uint8Array {
  const rows = written(wanted.lines, page, select, false)
  return new Uint8Array(
    Buffer.concat([
      page.printer?.prepare ?? new Uint8Array(0),
      Buffer.from(CENTRE),
      ...rows.flatMap(({ bytes, title }) =>
        (title ? [Buffer.from(BOLD), bytes, Buffer.from(LIGHT)] : [bytes]).concat(Buffer.of(LF)),
      ),
      Buffer.from(qrCommands(wanted.qr, paperDots(page))),
      Buffer.of(LF),
      Buffer.from(CLEAR_CUTTER),
      page.printer?.resume ?? new Uint8Array(0),
    ]),
  )
}

/** A whole copy in the letters of that receipt, its QR drawn by the printer; a printer nothing is known of is reset first. */
export function copy(wanted: Copy, page: Page): Uint8Array {
  return new Uint8Array(
    Buffer.concat([
      page.printer?.prepare ?? Buffer.from(RESET),
      ...setRows(wanted.rows, page, select, false).flatMap(({ bytes, centre, bold }) => [
        Buffer.from([...(centre ? CENTRE : LEFT), ...(bold ? BOLD : LIGHT)]),
        bytes,
        Buffer.of(LF),
      ]),
      Buffer.from([...CENTRE, ...LIGHT, ...qrCommands(wanted.qr, paperDots(page)), LF, ...CLEAR_CUTTER]),
      page.printer?.resume ?? Buffer.from(RESET),
    ]),
  )
}
