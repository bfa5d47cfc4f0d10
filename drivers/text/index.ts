import type { Driver } from '../../src/domain/driver.ts'
import { ok } from '../../src/domain/result.ts'
import { framer } from '../escpos/framer.ts'
import { readPage } from '../escpos/read.ts'
import { stamp } from './stamp.ts'

/** Register journals and video text ports: plain lines, no cut (register-capture 8.1). Stray printer codes do no harm. */
export const text: Driver = {
  id: 'text',
  framer: () => framer({ journal: true }),
  read(frame) {
    const page = readPage(frame)
    const last = page.rows.at(-1)
    const ended = page.boundary === 'quiet' && last !== undefined && last.text === ''
    return ok({ kind: 'page', page: ended ? { ...page, boundary: 'journal' } : page })
  },
  stamp,
}
