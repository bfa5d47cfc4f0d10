import type { Country } from '../../domain/country.ts'
import { type DraftOptions, draftInvoice } from './draft.ts'
import { symbolAt } from './identity.ts'
import { changes } from './rules.ts'
import { viewInvoice } from './view.ts'

/** Vietnam with settings of the installation. */
export const vietnamWith = (options: DraftOptions): Country => ({
  code: 'vn',
  draft: (sale, shop, register, at) => draftInvoice(sale, shop, register, at, options),
  series: (shop, register, at) => ({ form: shop.form, symbol: symbolAt(register.symbol, at) }),
  view: viewInvoice,
  changes,
})

/** Cash-register e-invoices of Vietnam. */
export const vietnam: Country = vietnamWith({})
