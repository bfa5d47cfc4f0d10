import { reader } from '../../src/reading/index.ts'
import { toLines } from '../../src/reading/line.ts'
import { pageOf } from './page.ts'
