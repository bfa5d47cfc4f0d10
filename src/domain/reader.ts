import type { Page } from './page.ts'
import type { Reading } from './receipt.ts'

/** Understands paper: kind, layout, figures, and the sums that prove them. Pure. */
export interface Reader {
  read(page: Page): Reading
}
