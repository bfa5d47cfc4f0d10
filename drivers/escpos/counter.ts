import { word } from '../text-grid/grammar.ts'

/**
 * The printer's own counter (`GS C`, `GS c`): a number that is printed but not sent. It is known only where the same
 * document set it; else a receipt number may be missing from what was heard (register-capture 2.6, 11).
 */
export interface Counter {
  /** Any `GS C` command in `b[at, end)`. */
  set(b: Uint8Array, at: number, end: number): void
  /** The text `GS c` prints, or undefined when its value is not known; then it counts on. */
  next(): string | undefined
}

const SPACES = 0
const ZEROS = 1
const WIDEST = 5

export function counter(): Counter {
  let value: number | undefined
  let [from, to, step, repeat] = [1, 65_535, 1, 1]
  let [digits, fill, printed] = [0, SPACES, 0]

  const inWords = (text: string): void => {
    const [a = 0, b = 0, n = 0, r = 0, c = 0] = text.split(';').slice(1).map(Number)
    if (![a, b, n, r, c].every(Number.isSafeInteger)) return
    ;[from, to, step, repeat, value, printed] = [a, b, n, r, c, 0]
  }
  return {
    set(b, at, end) {
      const kind = b[at + 2]
      if (kind === 0x30) [digits, fill] = [Math.min(WIDEST, b[at + 3] ?? 0), (b[at + 4] ?? 0) % 48]
      else if (kind === 0x31) [from, to, step, repeat] = [word(b, at + 3), word(b, at + 5), b[at + 7] ?? 0, b[at + 8] ?? 0]
      else if (kind === 0x32) [value, printed] = [word(b, at + 3), 0]
      else inWords(Buffer.from(b.subarray(at + 2, end)).toString('latin1'))
    },
    next() {
      if (value === undefined) return undefined
      const now = String(value)
      if (repeat > 0 && ++printed >= repeat) {
        printed = 0
        const after = from <= to ? value + step : value - step
        const inside = from <= to ? after <= to && after >= from : after >= to && after <= from
        value = inside ? after : from
      }
      if (fill === SPACES) return now.padStart(digits)
      return fill === ZEROS ? now.padStart(digits, '0') : now.padEnd(digits)
    },
  }
}
