import type { Buyer } from '../domain/sale.ts'
import type { Document } from './issued.ts'
import type { Say } from './table.ts'

type Cells = readonly [name?: string | undefined, id?: string | undefined]

/** Name and number of a buyer for a table; masked, only that there is one (audit-pack 3.3, R-106). */
export function buyerCells(buyer: Buyer | undefined, masked: boolean): Cells {
  if (!buyer) return []
  if (masked) return ['***', '***']
  return [buyer.name ?? buyer.person, buyer.taxCode ?? buyer.budgetCode ?? buyer.personalId ?? buyer.passport ?? buyer.phone]
}

/** The same of a document; where its buyer was erased, that he was. */
export const shownBuyer = ({ buyer, erased }: Pick<Document, 'buyer' | 'erased'>, masked: boolean, say: Say): Cells =>
  erased ? [say('buyer.erased')] : buyerCells(buyer, masked)
