import type { Country } from '../../domain/country.ts'
import { ok } from '../../domain/result.ts'
import { buyerIn } from './buyer.ts'
import { type DraftOptions, draftInvoice } from './draft.ts'
import { symbolAt } from './identity.ts'
import { graceOf, latenessOf, quoted } from './lateness.ts'
import { readLetter } from './letters.ts'
import { signatory } from './notice.ts'
import { erasableFrom } from './retention.ts'
import { BUILT_IN, changes, inForce, type Rules, timeline } from './rules.ts'
import { viewInvoice } from './view.ts'

export interface VietnamOptions extends DraftOptions {
  /** Certificates (DER) that sign the authority's papers; without, a signature that is there must be whole. */
  readonly trust?: readonly Uint8Array[]
}

const rulesOf = ({ rules = BUILT_IN }: DraftOptions): Rules => rules

/** Vietnam with settings of the installation. */
export const vietnamWith = (options: VietnamOptions): Country => ({
  code: 'vn',
  draft: (sale, shop, register, at) => draftInvoice(sale, shop, register, at, options),
  series: (shop, register, at) => ({ form: shop.form, symbol: symbolAt(register.symbol, at) }),
  view: viewInvoice,
  buyer: buyerIn,
  changes: (at, days) => changes(rulesOf(options), at, days),
  timeline: () => timeline(rulesOf(options)),
  remedies: (on) => inForce(rulesOf(options).remedies, on)?.value ?? [],
  mayNotify(shop) {
    const able = signatory(shop)
    return able.ok ? ok(undefined) : able
  },
  grace: (cause, ended) => graceOf(rulesOf(options), cause, ended),
  late: (due, now, shop) => latenessOf(rulesOf(options), due, now, shop.form),
  unissued: (on, sales, shop) => quoted(rulesOf(options)['fine.notIssued'], on, sales, shop.form),
  erasable: (what, of) => erasableFrom(rulesOf(options), what, of),
  letter: (bytes) => readLetter(bytes, options.trust),
})

/** Cash-register e-invoices of Vietnam. */
export const vietnam: Country = vietnamWith({})
