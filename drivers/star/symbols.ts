import { word } from '../text-grid/grammar.ts'
import { textOf } from '../text-grid/symbol-text.ts'
import { ESC, GS, RS } from './commands.ts'

/** Barcodes and two-dimensional codes of a document: data, never text (register-capture 4). */
export interface Symbols {
  readonly barcodes: string[]
  readonly qrs: string[]
  /** True when the command at `b[at, end)` printed one. */
  take(b: Uint8Array, at: number, end: number): boolean
}

const [QR, PDF417] = [0x79, 0x78]

/** The data a command stores, in one piece or in blocks; undefined when it stores none. */
function stored(b: Uint8Array, at: number, end: number): string | undefined {
  if (b[at + 3] !== 0x44) return undefined
  if (b[at + 2] === PDF417) return textOf(b.subarray(at + 6, end))
  if (b[at + 4] === 0x31) return textOf(b.subarray(at + 8, end))
  const parts: Uint8Array[] = []
  for (let next = at + 6; next + 3 <= end; ) {
    const length = word(b, next + 1)
    parts.push(b.subarray(next + 3, next + 3 + length))
    next += 3 + length
  }
  return textOf(Buffer.concat(parts))
}

export function symbols(): Symbols {
  const barcodes: string[] = []
  const qrs: string[] = []
  const data = new Map<number, string>()
  return {
    barcodes,
    qrs,
    take(b, at, end) {
      if (b[at] !== ESC) return false
      if (b[at + 1] === 0x62) {
        barcodes.push(textOf(b.subarray(at + 6, b[end - 1] === RS ? end - 1 : end)))
        return true
      }
      const kind = b[at + 2] ?? 0
      if (b[at + 1] !== GS || (kind !== QR && kind !== PDF417)) return false
      const text = stored(b, at, end)
      if (text !== undefined) data.set(kind, text)
      if (b[at + 3] !== 0x50) return false
      const known = data.get(kind)
      if (known !== undefined) (kind === QR ? qrs : barcodes).push(known)
      return true
    },
  }
}
