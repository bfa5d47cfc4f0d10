import type { Driver } from '../../src/domain/driver.ts'
import { ok } from '../../src/domain/result.ts'
import { snapshots } from './framer.ts'
import { readDisplay } from './read.ts'

/** Silence after which the two lines are taken as they stand, in milliseconds (register-capture 7). */
const STILL = 150

/** Customer pole displays: CD5220, DSP-800, Epson, UTC and AEDEX. A second witness for a total, never a source of sales. */
export const display: Driver = {
  id: 'display',
  witness: true,
  quietMs: STILL,
  framer: snapshots,
  read: (frame) => ok({ kind: 'reading', reading: readDisplay(frame) }),
}
