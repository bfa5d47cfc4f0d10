import { sumDong } from '../../domain/dong.ts'
import { fault } from '../../domain/fault.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Before } from './before.ts'
import { nameOf, sameInvoice } from './chain.ts'
import { adjusted } from './content.ts'
import { type Corrected, totalBack } from './sale.ts'

/**
 * Whether a correction that was ordered may still be issued: between the order and its turn the invoice may have been
 * corrected by another one. What is left is that of now. Faults: CORRECTION_REPLACED, CORRECTION_LOCKED,
 * CORRECTION_EXCEEDS.
 */
export function stillStands(sale: Corrected, before: Before): Result<Corrected> {
  const { how, invoice } = sale.corrects
  const { chain, pieces, left } = before
  if (!sameInvoice(invoice, chain.live)) return failed(fault('CORRECTION_REPLACED', { invoice: nameOf(chain.live) }))
  if (chain.locked && chain.locked !== how) return failed(fault('CORRECTION_LOCKED', { invoice: nameOf(chain.live) }))
  if (how === 'replace') return ok(sale)
  const rest = adjusted(pieces, sale)
  const short = rest.find(({ quantity, amount }) => quantity.units < 0n || amount < 0n)
  if (short) return failed(fault('CORRECTION_EXCEEDS', { item: short.name }))
  const parts = [...sale.lines, ...sale.charges]
  const back = sumDong(parts.map(({ amount }) => amount))
  const there = sumDong(pieces.map(({ amount }) => amount))
  if (back + there < 0n) return failed(fault('CORRECTION_EXCEEDS', { item: sale.lines[0]?.name ?? '' }))
  if (!sale.left) return ok(sale)
  const all = rest.every(({ amount }) => amount === 0n)
  return ok({
    ...sale,
    total: totalBack([...parts, ...(sale.fees ?? [])], left, all),
    left: all ? { ...left, all } : left,
  })
}
