import type { Page } from './page.ts'
import type { Reading } from './receipt.ts'
import type { Template } from './template.ts'

/** Understands paper: kind, layout, figures, and the sums that prove them. Pure. */
export interface Reader {
  /**
   * With a template the fields are as it says and the proofs the same; a page it does not fit is held (TEMPLATE_CHANGED). Of
   * several, one for each kind of paper, the one whose kind the page names.
   */
  read(page: Page, templates?: Template | readonly Template[]): Reading
}
