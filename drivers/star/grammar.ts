import type { Grammar, Meaning } from '../text-grid/grammar.ts'
import { BEGINS, cutsInside, ENQ, EOT, ESC, GS, IS_TEXT, isCut, isJob, measure } from './commands.ts'

/** Status block of a healthy printer: nine bytes, as the first one says, then version and no complaint (register-capture 3). */
const HEALTHY = Uint8Array.of(0x23, 0x86, 0, 0, 0, 0, 0, 0, 0)

const MEANING: Readonly<Record<number, Meaning>> = {
  6: 'talk',
  7: 'talk',
  11: 'feed',
  64: 'reset',
  73: 'feed',
  74: 'feed',
  75: 'prints',
  76: 'prints',
  88: 'prints',
  97: 'feed',
  98: 'prints',
  107: 'prints',
}
/** Quarter millimetres of `ESC J`, eighths of `ESC I`: a line is 4 mm high. */
const FEED_OF_LINE: Readonly<Record<number, number>> = { 73: 32, 74: 16 }

function gs(b: Uint8Array, at: number): Meaning {
  const [third, fourth] = [b[at + 2], b[at + 3]]
  if (third === 0x53) return 'prints'
  if ((third === 0x78 || third === 0x79) && fourth === 0x50) return 'prints'
  if (third !== 0x50) return 'other'
  if (fourth === 0x30) return 'sheet-on'
  return fourth === 0x31 || fourth === 0x36 || fourth === 0x37 ? 'sheet-off' : 'other'
}

function meaning(b: Uint8Array, at: number, size: number): Meaning {
  if (b[at] !== ESC) return 'talk'
  if (isCut(b, at)) return 'end'
  if (isJob(b, at)) return (b[at + 3] ?? 0) % 48 === 1 ? 'end' : 'begin'
  const second = b[at + 1] ?? 0
  if (second === GS) return gs(b, at)
  if (second === 0x1c) return b[at + 2] === 0x70 ? 'logo' : 'other'
  if (second === 0x1e) return b[at + 2] === 0x61 ? 'talk' : b[at + 2] === 0x4c ? 'logo' : 'other'
  if (second === 0x2a) return b[at + 3] === 0x41 ? (cutsInside(b, at, at + size) ? 'prints-and-ends' : 'prints') : 'other'
  return MEANING[second] ?? 'other'
}

function answer(b: Uint8Array, at: number): Uint8Array | undefined {
  if (b[at] === ENQ || b[at] === EOT) return HEALTHY
  if (b[at] !== ESC) return undefined
  if (b[at + 1] === 0x06 && b[at + 2] === 0x01) return HEALTHY
  return b[at + 1] === 0x1e && b[at + 2] === 0x61 && b[at + 3] !== 0 ? HEALTHY : undefined
}

export const grammar: Grammar = {
  text: IS_TEXT,
  begins: BEGINS,
  measure,
  meaning,
  feed(b, at) {
    const unit = FEED_OF_LINE[b[at + 1] ?? 0]
    return unit === undefined ? (b[at + 2] ?? 0) : Math.round((b[at + 2] ?? 0) / unit)
  },
  answer,
  // A lone ESC, ESC d without its parameter, and what may become the end of a job.
  mayEnd(b, at, end) {
    if (b[at] !== ESC) return false
    if (end - at === 1) return true
    if (b[at + 1] === 0x64) return true
    if (b[at + 1] !== GS) return false
    return end - at === 2 || (b[at + 2] === 0x03 && (end - at === 3 || (b[at + 3] ?? 0) % 48 === 1))
  },
}
