import type { Country } from '../../domain/country.ts'
import { type DraftOptions, draftInvoice } from './draft.ts'
import { symbolAt } from './identity.ts'
import { readLetter } from './letters.ts'
import { changes } from './rules.ts'
import { viewInvoice } from './view.ts'

export interface VietnamOptions extends DraftOptions {
  /** Certificates (DER) that sign the authority's papers; without, a signature that is there must be whole. */
  readonly trust?: readonly Uint8Array[]
}

/** Vietnam with settings of the installation. */
export const vietnamWith = (options: VietnamOptions): Country => ({
  code: 'vn',
  draft: (sale, shop, register, at) => draftInvoice(sale, shop, register, at, options),
  series: (shop, register, at) => ({ form: shop.form, symbol: symbolAt(register.symbol, at) }),
  view: viewInvoice,
  changes,
  letter: (bytes) => readLetter(bytes, options.trust),
})

/** Cash-register e-invoices of Vietnam. */
export const vietnam: Country = vietnamWith({})
