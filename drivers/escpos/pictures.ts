import type { Bitmap } from '../../src/domain/page.ts'
import type { Band, Glued } from './bands.ts'

/** What no paper is longer than: four metres. */
const TALLEST = 32_000

/** One picture, its strips below each other. */
export function drawn({ width, bands }: Glued): Bitmap {
  const stride = (width + 7) >> 3
  const height = Math.min(
    TALLEST,
    bands.reduce((sum, band) => sum + band.height, 0),
  )
  const bits = new Uint8Array(stride * height)
  let top = 0
  for (const band of bands) {
    draw(band, bits, stride, top, height)
    top += band.height
  }
  return { width, height, bits }
}

function draw(band: Band, bits: Uint8Array, stride: number, top: number, bottom: number): void {
  const { order, scale, width, height } = band
  const [sx, sy] = scale
  const plain = order === 'rows' && sx === 1 && sy === 1
  const across = Math.ceil(width / sx / 8)
  const down = Math.ceil(height / sy / 8)
  for (let y = 0; y < height && top + y < bottom; y++) {
    if (plain) {
      bits.set(band.bits.subarray(y * across, (y + 1) * across), (top + y) * stride)
      continue
    }
    const v = Math.floor(y / sy)
    for (let x = 0; x < width; x++) {
      const u = Math.floor(x / sx)
      const byte = order === 'rows' ? band.bits[v * across + (u >> 3)] : band.bits[u * down + (v >> 3)]
      const bit = order === 'rows' ? 0x80 >> (u & 7) : 0x80 >> (v & 7)
      if (((byte ?? 0) & bit) === 0) continue
      const at = (top + y) * stride + (x >> 3)
      bits[at] = (bits[at] ?? 0) | (0x80 >> (x & 7))
    }
  }
}
