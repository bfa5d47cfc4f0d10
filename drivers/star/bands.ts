import { type Band, band } from '../escpos/bands.ts'
import { word } from '../text-grid/grammar.ts'
import { ESC, GS, rasterStep } from './commands.ts'

/** The rows of a block of raster mode (`b nL nH d`, `k nL nH d`), as wide as the widest of them. */
function rasterRows(b: Uint8Array, at: number, end: number): Band | undefined {
  const rows: Uint8Array[] = []
  for (let i = at + 4; i < end; ) {
    const length = rasterStep(b, i, end)
    if (length <= 0) break
    if (b[i] === 0x62 || b[i] === 0x6b) rows.push(b.subarray(i + 3, Math.min(end, i + length)))
    i += length
  }
  const across = rows.reduce((widest, row) => Math.max(widest, row.length), 0)
  if (across === 0) return undefined
  const bits = new Uint8Array(across * rows.length)
  for (const [y, row] of rows.entries()) bits.set(row, y * across)
  return band('ESC * r', [across * 8, rows.length], bits)
}

/** The picture in the command `b[at, end)`, if it prints one. */
export function bandOf(b: Uint8Array, at: number, end: number): Band | undefined {
  if (b[at] !== ESC) return undefined
  const second = b[at + 1]
  if (second === 0x2a) return b[at + 3] === 0x41 ? rasterRows(b, at, end) : undefined
  if (second === 0x4b) return band('ESC K', [word(b, at + 2), 8], b.subarray(at + 4, end), 'columns')
  if (second === 0x4c) return band('ESC L', [word(b, at + 2), 8], b.subarray(at + 4, end), 'columns')
  if (second === 0x58) return band('ESC X', [word(b, at + 2), 24], b.subarray(at + 4, end), 'columns')
  if (second === 0x6b) return band('ESC k', [(b[at + 2] ?? 0) * 8, 24], b.subarray(at + 4, end))
  if (second !== GS || b[at + 2] !== 0x53) return undefined
  return band('ESC GS S', [word(b, at + 4) * 8, word(b, at + 6)], b.subarray(at + 9, end))
}
