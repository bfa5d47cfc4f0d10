import type { LineRules } from '../text-grid/cutter.ts'

/** `REG 05-10-2025 08:15`, `Z 05-10-2025 21:00`, `#/NS 05-10-2025`, or a bare date with its time. */
const MODE_AND_DATE =
  /^\s*((reg|rf|ref|void|trn|vd|pgm|ns|#\/?ns|x\d?|z\d?)\b.{0,4}\s\d\d?[-/.]\d\d?[-/.]\d{2,4}\b|(ngay:?\s*)?\d\d?[-/.]\d\d?[-/.]\d{2,4}\s+\d\d?:\d\d)/

export const isModeLine = (line: string): boolean => MODE_AND_DATE.test(line)

/** A shop's head may stand between the blank line and the mode line, but never more than this and never an amount. */
const MAX_HEAD = 6

/** Register journals have no cut: a blank line and then the mode and date line begin the next document (8.1). */
export function lineRules(): LineRules {
  /** Where the line after the last blank one began; undefined while no blank line stands above. */
  let head: number | undefined
  let headLines = 0
  let lastBlank = false
  let modes = 0
  let nextLine = 0
  const AMOUNT = /\d{1,3}([.,]\d{3})+\s*$/

  return {
    lineEnded(line, blank, at) {
      const began = nextLine
      nextLine = at
      if (blank) {
        lastBlank = true
        return undefined
      }
      if (lastBlank) {
        head = began
        headLines = 0
      }
      lastBlank = false
      const mode = isModeLine(line)
      const cut = mode && modes > 0 ? head : undefined
      if (mode) {
        modes++
        head = undefined
      } else if (++headLines > MAX_HEAD || AMOUNT.test(line)) head = undefined
      return cut
    },
    joined(at) {
      nextLine = at
    },
    opened(line) {
      modes = isModeLine(line) ? 1 : 0
    },
    reset() {
      head = undefined
      headLines = 0
      lastBlank = false
      modes = 0
    },
  }
}
