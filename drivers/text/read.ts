import type { Page } from '../../src/domain/page.ts'
import { USUAL } from '../escpos/interpret.ts'
import { readPage } from '../escpos/read.ts'
import type { Pins } from '../text-grid/page.ts'
import { linesOf, says } from './marked.ts'
import { isEvenParity } from './parity.ts'
import type { TextDialect } from './settings.ts'

const JOURNAL = 24
const NARROWEST_PRINTER = 32
const LF = 0x0a

/** The page of journal text: plain lines on narrow paper. Pure. */
export function readText(frame: Uint8Array, pins: Pins = {}): Page {
  // A file of text need not end its last line.
  const { open: _, ...page } = readPage(frame, USUAL, pins)
  const ended = page.boundary === 'quiet' && page.rows.at(-1)?.text === ''
  // Journal paper is narrow: what fits it is not taken for the smallest printer paper.
  const columns =
    page.rows.every((row) => row.text.length <= JOURNAL) && page.columns === NARROWEST_PRINTER ? JOURNAL : page.columns
  const boundary = ended ? 'journal' : page.boundary
  // Reported, never repaired: what a wrong setting did to other bytes is not known.
  return { ...page, columns, boundary, ...(isEvenParity(frame) ? { doubt: 'DRIVER_PARITY' } : {}) }
}

/** The same with the codes left out and the lines divided as the register's settings say. */
export function readMarked(frame: Uint8Array, { marks, codes, pins }: TextDialect): Page {
  const bare = codes.length === 0 ? frame : without(frame, codes)
  if (!marks) return readText(bare, pins)
  const lines = linesOf(bare, marks.delimiter)
  const page = readText(marks.delimiter ? joined(lines) : bare, pins)
  const last = lines.findLast((line) => line.some((byte) => byte > 0x20))
  return last && says(last, marks.end) ? { ...page, boundary: 'journal' } : page
}

const joined = (lines: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(lines.flatMap((line) => [line, Uint8Array.of(LF)])))

function without(bytes: Uint8Array, codes: readonly (readonly number[])[]): Uint8Array {
  const kept = new Uint8Array(bytes.length)
  let size = 0
  for (let at = 0; at < bytes.length; ) {
    const code = codes.find(
      (one) => at + one.length <= bytes.length && one.every((byte, i) => byte < 0 || bytes[at + i] === byte),
    )
    if (code) at += code.length
    else kept[size++] = bytes[at++] ?? 0
  }
  return kept.subarray(0, size)
}
