import { foldLetters } from '../domain/fold.ts'
import type { Receipt } from '../domain/receipt.ts'
import type { Sale } from '../domain/sale.ts'

const WORDS = /\b(bang|thanh) chu\b/
const REGISTER = /(^|\s)(quay( thu ngan| so)?|may( tinh tien| ban hang| pos)?|pos|terminal|register)( so)? ?[:#] ?\S/

/** What the buyer already has on paper, so that the stamp adds only what is missing. */
export function printedOn({ seller, issuedAt, vat, payments }: Receipt, textLines: readonly string[]): Sale['printed'] {
  // Blanks within a line are single ones already; no pattern reaches over the end of a line.
  const said = foldLetters(textLines.join('\n'))
  return {
    taxCode: seller?.taxCode !== undefined,
    rates: vat !== undefined && vat.length > 0,
    time: issuedAt !== undefined,
    seller: seller?.name !== undefined && seller.address !== undefined,
    words: WORDS.test(said),
    payment: payments !== undefined && payments.length > 0,
    register: REGISTER.test(said),
    ...(seller ? { says: seller } : {}),
  }
}
