import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import type { Piece } from './line.ts'

/** Rows of GB 2312 that hold signs and ideographs; the cells of a row. */
const isRow = (byte: number): boolean => (byte >= 0xa1 && byte <= 0xa9) || (byte >= 0xb0 && byte <= 0xf7)
const isCell = (byte: number): boolean => byte >= 0xa1 && byte <= 0xfe

/** True when every byte beyond ASCII is half of a pair. */
function pairs(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) < 0x80) continue
    if (!isRow(bytes[at] ?? 0) || !isCell(bytes[at + 1] ?? 0)) return false
    at++
  }
  return true
}

const hasHigh = (bytes: Uint8Array): boolean => bytes.some((byte) => byte >= 0x80)

/**
 * Text printed in Chinese mode (`FS &`): bytes over 7F pair up. Clones come with that mode on, so Vietnamese is sent in it
 * too: only where all of a document's bytes pair up are they ideographs.
 */
export function doubled(pieces: readonly Piece[]): void {
  const high = pieces.filter(({ bytes }) => hasHigh(bytes))
  if (high.length === 0 || !high.every(({ bytes }) => pairs(bytes) && !isUtf8(bytes))) return
  for (const piece of high) piece.drawn = iconv.decode(Buffer.from(piece.bytes), 'gbk')
}
