import { textOf } from '../text-grid/symbol-text.ts'
import { ESC, GS } from './commands.ts'

/** Barcodes and two-dimensional codes of a document: data, never text (register-capture 2.6). */
export interface Symbols {
  readonly barcodes: string[]
  readonly qrs: string[]
  /** True when the command at `b[at, end)` printed one. */
  take(b: Uint8Array, at: number, end: number): boolean
}

const QR = 49
const STORE = 80
const PRINT = 81
export function symbols(): Symbols {
  const barcodes: string[] = []
  const qrs: string[] = []
  const stored = new Map<number, string>()
  return {
    barcodes,
    qrs,
    take(b, at, end) {
      if (b[at] === ESC && b[at + 1] === 0x5a) {
        qrs.push(textOf(b.subarray(at + 7, end)))
        return true
      }
      if (b[at] !== GS) return false
      if (b[at + 1] === 0x6b) {
        const zeroEnded = (b[at + 2] ?? 0) <= 6
        barcodes.push(textOf(zeroEnded ? b.subarray(at + 3, end - 1) : b.subarray(at + 4, end)))
        return true
      }
      if (b[at + 1] !== 0x28 || b[at + 2] !== 0x6b) return false
      const [kind = 0, fn = 0] = [b[at + 5], b[at + 6]]
      if (fn === STORE) stored.set(kind, textOf(b.subarray(at + 8, end)))
      if (fn !== PRINT) return false
      const data = stored.get(kind)
      if (data !== undefined) (kind === QR ? qrs : barcodes).push(data)
      return true
    },
  }
}
