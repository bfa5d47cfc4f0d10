import { type Grammar, type Meaning, UNKNOWN } from '../text-grid/grammar.ts'
import { BEGINS, DC2, DLE, ESC, FS, GS, IS_TEXT, isCut, measure, measureDc2 } from './commands.ts'
import { answer } from './status.ts'

/** `GS I`, `GS a`, `GS r`: talk with the printer that leaves nothing on the paper. */
const ASKS = [0x49, 0x61, 0x72]
const DOTS = 30

/** Functions of `GS ( L`, `GS ( M`, `GS 8 L`: print now (112, 113), or a picture stored before (69, 85). */
function graphics(fn: number | undefined): Meaning {
  if (fn === 112 || fn === 113) return 'prints'
  return fn === 69 || fn === 85 ? 'logo' : 'other'
}

function gs(b: Uint8Array, at: number): Meaning {
  const second = b[at + 1] ?? 0
  if (second === 0x56) return 'end'
  if (second === 0x76 || second === 0x6b || second === 0x51) return 'prints'
  if (second === 0x28 && b[at + 2] === 0x6b) return b[at + 6] === 81 ? 'prints' : 'other'
  if ((second === 0x28 || second === 0x38) && (b[at + 2] === 0x4c || b[at + 2] === 0x4d))
    return graphics(b[at + (second === 0x28 ? 6 : 8)])
  return ASKS.includes(second) ? 'talk' : 'other'
}

const ESC_MEANING: Readonly<Record<number, Meaning>> = {
  42: 'prints',
  64: 'reset',
  74: 'feed',
  76: 'sheet-on',
  83: 'sheet-off',
  90: 'prints',
  100: 'feed',
  112: 'talk',
}

function meaning(b: Uint8Array, at: number, size: number): Meaning {
  const [first = 0, second = 0] = [b[at], b[at + 1]]
  if (size === 1 || first === DLE) return 'talk'
  if (isCut(first, second)) return 'end'
  if (first === ESC && second === 0x3d) return ((b[at + 2] ?? 0) & 1) === 0 ? 'display' : 'printer'
  if (first === ESC) return ESC_MEANING[second] ?? 'other'
  if (first === GS) return gs(b, at)
  if (first === FS) return second === 0x70 ? 'logo' : 'other'
  return first === DC2 && second === 0x2a ? 'prints' : 'other'
}

/** `escC`: bytes of `ESC C` with its parameters, 3 or 5. */
export const grammar = (escC: number): Grammar => ({
  text: IS_TEXT,
  begins: BEGINS,
  measure: (b, at, end, letterBefore) => (b[at] === DC2 ? measureDc2(b, at, letterBefore, end) : measure(b, at, end, escC)),
  meaning,
  feed: (b, at) => (b[at + 1] === 0x64 ? (b[at + 2] ?? 0) : Math.round((b[at + 2] ?? 0) / DOTS)),
  answer: (b, at, size) => (size === 1 ? undefined : answer(b, at)),
  // A lone ESC or GS, a `GS V` without its parameter.
  mayEnd(b, at, end) {
    if (b[at] !== ESC && b[at] !== GS) return false
    const length = end - at
    return length === 1 || (b[at] === GS && b[at + 1] === 0x56 && measure(b, at, end, escC) !== UNKNOWN)
  },
})
