import type { Driver } from '../../src/domain/driver.ts'
import { ok } from '../../src/domain/result.ts'
import { framer } from '../escpos/framer.ts'
import { readPage } from '../escpos/read.ts'
import { isEvenParity } from './parity.ts'
import { stamp } from './stamp.ts'

const JOURNAL = 24
const NARROWEST_PRINTER = 32

/** Register journals and video text ports: plain lines, no cut (register-capture 8.1). Stray printer codes do no harm. */
export const text: Driver = {
  id: 'text',
  framer: () => framer({ journal: true }),
  read(frame) {
    const page = readPage(frame)
    const ended = page.boundary === 'quiet' && page.rows.at(-1)?.text === ''
    // Journal paper is narrow: what fits it is not taken for the smallest printer paper.
    const columns =
      page.rows.every((row) => row.text.length <= JOURNAL) && page.columns === NARROWEST_PRINTER ? JOURNAL : page.columns
    const boundary = ended ? 'journal' : page.boundary
    // Reported, never repaired: what a wrong setting did to other bytes is not known.
    return ok({ kind: 'page', page: { ...page, columns, boundary, ...(isEvenParity(frame) ? { doubt: 'DRIVER_PARITY' } : {}) } })
  },
  stamp,
}
