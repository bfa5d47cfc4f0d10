import type { Buyer } from '../domain/sale.ts'

/** Name and number of a buyer for a table; masked, only that there is one (audit-pack 3.3, R-106). */
export function buyerCells(
  buyer: Buyer | undefined,
  masked: boolean,
): readonly [name?: string | undefined, id?: string | undefined] {
  if (!buyer) return []
  if (masked) return ['***', '***']
  return [buyer.name ?? buyer.person, buyer.taxCode ?? buyer.budgetCode ?? buyer.personalId ?? buyer.passport ?? buyer.phone]
}
