import { createHash, type Hash } from 'node:crypto'
import type { Picture } from '../../src/domain/page.ts'
import { GS } from './commands.ts'

/** One strip of a picture as a command announced it. Width and height in dots. */
export interface Band {
  readonly command: string
  readonly width: number
  readonly height: number
  readonly bits: Uint8Array
}

const word = (b: Uint8Array, i: number): number => (b[i] ?? 0) | ((b[i + 1] ?? 0) << 8)

/** Doubled dots of `GS v 0` and of stored pictures: bit 0 width, bit 1 height. */
const doubled = (m: number): readonly [number, number] => [m & 1 ? 2 : 1, m & 2 ? 2 : 1]

/** `GS ( L` and `GS 8 L`, functions 112 (raster) and 113 (columns): `m fn a bx by c xL xH yL yH d`. */
function graphics(b: Uint8Array, at: number, end: number, body: number): Band | undefined {
  const fn = b[body + 1]
  if (fn !== 112 && fn !== 113) return undefined
  return {
    command: b[at + 1] === 0x38 ? 'GS 8 L' : 'GS ( L',
    width: word(b, body + 6) * (b[body + 3] ?? 1),
    height: word(b, body + 8) * (b[body + 4] ?? 1),
    bits: b.subarray(body + 10, end),
  }
}

/** The picture in the command `b[at, end)`, if it prints one. */
export function bandOf(b: Uint8Array, at: number, end: number): Band | undefined {
  const second = b[at + 1]
  if (b[at] === 0x12)
    return { command: 'DC2 *', width: (b[at + 3] ?? 0) * 8, height: b[at + 2] ?? 0, bits: b.subarray(at + 4, end) }
  if (b[at] !== GS) {
    const tall = (b[at + 2] ?? 0) >= 32
    return second === 0x2a
      ? { command: 'ESC *', width: word(b, at + 3), height: tall ? 24 : 8, bits: b.subarray(at + 5, end) }
      : undefined
  }
  if (second === 0x76 || second === 0x51) {
    const [x, y] = doubled(b[at + 3] ?? 0)
    const raster = second === 0x76
    const rows = word(b, at + 6) * (raster ? 1 : 8)
    return {
      command: raster ? 'GS v 0' : 'GS Q 0',
      width: word(b, at + 4) * (raster ? 8 : 1) * x,
      height: rows * y,
      bits: b.subarray(at + 8, end),
    }
  }
  const graphic = b[at + 2] === 0x4c || b[at + 2] === 0x4d
  if (graphic && second === 0x28) return graphics(b, at, end, at + 5)
  if (graphic && second === 0x38) return graphics(b, at, end, at + 7)
  return undefined
}

/** Glues consecutive bands of one width and command into one picture; text between them ends it (register-capture 10). */
export function gallery(): { add(band: Band, row: number): void; all(): readonly Picture[] } {
  const done: Picture[] = []
  let open: { command: string; width: number; height: number; row: number; hash: Hash } | undefined
  const close = (): void => {
    if (open)
      done.push({ width: open.width, height: open.height, command: open.command, row: open.row, sha256: open.hash.digest('hex') })
    open = undefined
  }
  return {
    add(band, row) {
      if (open && (open.command !== band.command || open.width !== band.width || open.row !== row)) close()
      open ??= { command: band.command, width: band.width, height: 0, row, hash: createHash('sha256') }
      open.height += band.height
      open.hash.update(band.bits)
    },
    all() {
      close()
      return done
    },
  }
}
