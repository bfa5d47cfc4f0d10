import { isWhole, rescale } from '../../src/domain/decimal.ts'
import type { Dong } from '../../src/domain/dong.ts'
import { fold } from '../../src/domain/fold.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import { markOf, readFigure } from '../structured/figures.ts'
import { lettersOf } from '../structured/letters.ts'

const LABEL = /\b(?:tong|total|cong)\b/
/** Sums that are not what is to be paid. */
const OTHER = /\b(?:giam|thue|vat|ck|sl|so luong|tam tinh|thua|thoi|sub ?total)\b/
const AMOUNT = /\d[\d.,]*\d(?:\s?(?:vnd|vnđ|đ|₫|d))?\b/gi

/** Two lines of a display: no document of its own, whatever it says; the total in it is for comparing only (7). Pure. */
export function readDisplay(frame: Uint8Array): Reading {
  const lines = lettersOf(frame)
    .text.split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
  const pay = totalOn(lines)
  return {
    kind: 'chatter',
    textLines: lines.filter((line) => line !== ''),
    proofs: [],
    outcome: 'ignored',
    why: 'chatter',
    ...(pay === undefined ? {} : { totals: { pay } }),
  }
}

/** The last amount on a line with TONG, TOTAL or CONG, or alone on the line beside that word. */
function totalOn(lines: readonly string[]): Dong | undefined {
  const at = lines.findIndex((line) => LABEL.test(fold(line)) && !OTHER.test(fold(line)))
  if (at < 0) return undefined
  const own = amountIn(lines[at] ?? '')
  if (own !== undefined) return own
  const beside = lines.find((line, i) => i !== at && line !== '')
  return beside === undefined || /\p{L}{2}/u.test(beside.replace(/vnd|vnđ/gi, '')) ? undefined : amountIn(beside)
}

function amountIn(line: string): Dong | undefined {
  const text = line.match(AMOUNT)?.at(-1)
  if (text === undefined) return undefined
  const value = { text, exact: false }
  const mark = markOf([{ value, fine: false }])
  const read = typeof mark === 'string' ? readFigure(value, mark) : undefined
  return read && isWhole(read) ? rescale(read, 0).units : undefined
}
