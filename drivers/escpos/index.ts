import type { Driver } from '../../src/domain/driver.ts'
import { framer } from './framer.ts'
import { pictures } from './pictures.ts'
import { read } from './read.ts'
import { stamp } from './stamp.ts'

/** Receipt printers: Epson ESC/POS and its clones. */
export const escpos: Driver = {
  id: 'escpos',
  framer: () => framer({ journal: false }),
  read,
  pictures,
  stamp,
}
