import { fault } from '../../domain/fault.ts'
import type { EntryId } from '../../domain/ids.ts'
import { failed, type Result } from '../../domain/result.ts'
import type { Register } from '../../domain/shop.ts'
import type { Signer } from '../../domain/signer.ts'
import { type Sources, soldBy } from './find.ts'

export interface RecodeParts extends Sources {
  readonly registers: readonly Register[]
  /** Only where every invoice is signed. */
  readonly signer?: Signer
}

/**
 * A rejected invoice made anew from what was heard, as it would be written today: same number, same moment, same money, so
 * that only its encoding is another. The ledger refuses whatever would be another sale.
 * Faults: RECODE_STATE, RECODE_UNREADABLE, RECODE_SAME, those of the country's draft, LEDGER_OTHER_CONTENT.
 */
export function recoding(parts: RecodeParts): (entry: EntryId, who: string, why: string) => Promise<Result<void>> {
  const { ledger, country, shop, registers, signer } = parts
  return async (entry, who, why) => {
    const found = await ledger.entry(entry)
    if (found?.state !== 'rejected' && found?.state !== 'parked') return failed(fault('RECODE_STATE'))
    const { sealed } = found
    const register = registers.find(({ id }) => id === found.register)
    const sale = await soldBy(parts, {
      entry,
      register: found.register,
      ...(sealed.corrects ? { corrects: sealed.corrects } : {}),
    })
    if (!sale || !register) return failed(fault('RECODE_UNREADABLE'))
    const buyer = country.buyer?.(sealed.bytes)
    const draft = country.draft({ ...sale, ...(buyer ? { buyer } : {}) }, shop, register, sealed.at)
    if (!draft.ok) return draft
    const mended = await draft.value.seal(sealed.identity.number, signer)
    if (!mended.ok) return mended
    // Sent again as it is, it would be refused again as it was.
    if (mended.value.digest === sealed.digest) return failed(fault('RECODE_SAME'))
    return ledger.record({ kind: 'recoded', entry, sealed: mended.value, who, why })
  }
}
