import { showDong } from '../domain/dong.ts'
import { type Fault, fault, type Proof } from '../domain/fault.ts'
import type { Receipt } from '../domain/receipt.ts'
import type { Instant } from '../domain/time.ts'
import type { Witness } from '../domain/witness.ts'

/**
 * P8: the total of a receipt against what the buyer was shown, with or without cash rounding. Absent where nothing was
 * seen: a display is never the only source, and never a condition (register-capture 7, 9.6).
 */
export function witnessed({ total, rounding = 0n }: Receipt, by: Witness | undefined, heard: Instant): Proof {
  const seen = by?.before(heard)
  if (seen === undefined) return { id: 'P8', state: 'absent' }
  const holds = seen === total || seen === total + rounding || seen === total - rounding
  return { id: 'P8', state: holds ? 'true' : 'false', equation: `${seen} = ${total}` }
}

/** Why a person must look: what the buyer was shown is not what the receipt says. */
export function contradicted(receipt: Receipt, by: Witness | undefined, heard: Instant): Fault | undefined {
  const proof = witnessed(receipt, by, heard)
  if (proof.state !== 'false') return undefined
  const shown = showDong(by?.before(heard) ?? 0n)
  return {
    ...fault('SALE_WITNESS_DIFFERS', { shown, total: showDong(receipt.total), equation: proof.equation ?? '' }),
    proofs: [proof],
  }
}
