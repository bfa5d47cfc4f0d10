import { crc32, deflateSync } from 'node:zlib'
import type { Bitmap } from '../domain/page.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A bitmap as PNG (ISO 15948): one bit a dot, grey, so white paper is 1. Pictures of several widths stand below each other. */
export function png(bitmaps: readonly Bitmap[]): Buffer {
  const width = Math.max(1, ...bitmaps.map((one) => one.width))
  const height = Math.max(
    1,
    bitmaps.reduce((sum, one) => sum + one.height, 0),
  )
  const stride = (width + 7) >> 3
  // Each row begins with its filter: none.
  const rows = Buffer.alloc((stride + 1) * height, 0xff)
  let top = 0
  for (const bitmap of bitmaps) {
    const across = (bitmap.width + 7) >> 3
    for (let y = 0; y < bitmap.height; y++) {
      const from = y * across
      const to = (top + y) * (stride + 1) + 1
      for (let x = 0; x < across; x++) rows[to + x] = ~(bitmap.bits[from + x] ?? 0) & 0xff
      // Dots beyond the picture's own width are paper.
      const over = across * 8 - bitmap.width
      if (over > 0) rows[to + across - 1] = (rows[to + across - 1] ?? 0) | ((1 << over) - 1)
    }
    top += bitmap.height
  }
  for (let y = 0; y < height; y++) rows[y * (stride + 1)] = 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Bit depth 1, colour type 0 (grey), deflate, adaptive filter, no interlace.
  header.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
