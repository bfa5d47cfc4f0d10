import type { Framer } from '../../src/domain/driver.ts'
import { type Cutting, cutter } from '../text-grid/cutter.ts'
import { grammar } from './grammar.ts'
import { lineRules } from './journal.ts'

export { MAX_FRAME, MAX_LINE, MAX_LINES } from '../text-grid/grammar.ts'

const SLIP = 3
const grammars = new Map([3, 5].map((escC) => [escC, grammar(escC)]))

export interface Framing extends Omit<Cutting, 'rules'> {
  /** A register's journal: its lines say where a document ends. */
  readonly journal: boolean
  /** Bytes of `ESC C` with its parameters: 3, or 5 of a clone's buzzer. */
  readonly escC?: number
}

/** Cuts an ESC/POS stream, or with `journal` a register's journal, into documents. */
export function framer({ journal, escC = SLIP, ...cutting }: Framing): Framer {
  return cutter(grammars.get(escC) ?? grammar(escC), journal ? { ...cutting, rules: lineRules() } : cutting)
}
