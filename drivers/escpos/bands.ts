import { createHash, type Hash } from 'node:crypto'
import type { Picture } from '../../src/domain/page.ts'
import { word } from '../text-grid/grammar.ts'
import { GS } from './commands.ts'

/** One strip of a picture as a command announced it. Width and height in dots of the paper. */
export interface Band {
  readonly command: string
  readonly width: number
  readonly height: number
  readonly bits: Uint8Array
  /** How the dots lie in `bits`: bytes along a row, or down a column. */
  readonly order: 'rows' | 'columns'
  /** Each dot of the data is this many wide and high on the paper. */
  readonly scale: readonly [x: number, y: number]
}

/** Doubled dots of `GS v 0` and of stored pictures: bit 0 width, bit 1 height. */
const doubled = (m: number): readonly [number, number] => [m & 1 ? 2 : 1, m & 2 ? 2 : 1]

/** A strip of `width` times `height` dots of data; `scale`: dots of the paper for each. */
export function band(
  command: string,
  [width, height]: readonly [number, number],
  bits: Uint8Array,
  order: Band['order'] = 'rows',
  scale: readonly [number, number] = [1, 1],
): Band {
  return { command, width: width * scale[0], height: height * scale[1], bits, order, scale }
}

/** `GS ( L` and `GS 8 L`, functions 112 (raster) and 113 (columns): `m fn a bx by c xL xH yL yH d`. */
function graphics(b: Uint8Array, at: number, end: number, body: number): Band | undefined {
  const fn = b[body + 1]
  if (fn !== 112 && fn !== 113) return undefined
  const command = b[at + 1] === 0x38 ? 'GS 8 L' : 'GS ( L'
  const scale = [b[body + 3] ?? 1, b[body + 4] ?? 1] as const
  return band(command, [word(b, body + 6), word(b, body + 8)], b.subarray(body + 10, end), fn === 112 ? 'rows' : 'columns', scale)
}

/** The picture in the command `b[at, end)`, if it prints one. */
export function bandOf(b: Uint8Array, at: number, end: number): Band | undefined {
  const second = b[at + 1]
  if (b[at] === 0x12) return band('DC2 *', [(b[at + 3] ?? 0) * 8, b[at + 2] ?? 0], b.subarray(at + 4, end))
  if (b[at] !== GS) {
    const tall = (b[at + 2] ?? 0) >= 32
    return second === 0x2a ? band('ESC *', [word(b, at + 3), tall ? 24 : 8], b.subarray(at + 5, end), 'columns') : undefined
  }
  if (second === 0x76) {
    const size = [word(b, at + 4) * 8, word(b, at + 6)] as const
    return band('GS v 0', size, b.subarray(at + 8, end), 'rows', doubled(b[at + 3] ?? 0))
  }
  if (second === 0x51) {
    const size = [word(b, at + 4), word(b, at + 6) * 8] as const
    return band('GS Q 0', size, b.subarray(at + 8, end), 'columns', doubled(b[at + 3] ?? 0))
  }
  const graphic = b[at + 2] === 0x4c || b[at + 2] === 0x4d
  if (graphic && second === 0x28) return graphics(b, at, end, at + 5)
  if (graphic && second === 0x38) return graphics(b, at, end, at + 7)
  return undefined
}

/** A picture with the strips it was glued from, as views of the frame. */
export interface Glued extends Picture {
  readonly bands: readonly Band[]
}

interface Open {
  readonly first: Band
  readonly row: number
  readonly hash: Hash
  readonly bands: Band[]
}

/** Glues consecutive bands of one width and command into one picture; text between them ends it (register-capture 10). */
export function gallery(): { add(band: Band, row: number): void; all(): readonly Glued[] } {
  const done: Glued[] = []
  let open: Open | undefined
  const close = (): void => {
    if (!open) return
    const { first, row, hash, bands } = open
    const height = bands.reduce((sum, one) => sum + one.height, 0)
    done.push({ width: first.width, height, command: first.command, row, sha256: hash.digest('hex'), bands })
    open = undefined
  }
  return {
    add(band, row) {
      const { first } = open ?? {}
      if (first && (first.command !== band.command || first.width !== band.width || open?.row !== row)) close()
      open ??= { first: band, row, hash: createHash('sha256'), bands: [] }
      open.hash.update(band.bits)
      open.bands.push(band)
    },
    all() {
      close()
      return done
    },
  }
}
