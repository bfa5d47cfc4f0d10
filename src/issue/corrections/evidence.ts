import { isOrganisation } from '../../domain/buyer.ts'
import type { Ask, Channel, Remedy } from '../../domain/correction.ts'
import type { Buyer } from '../../domain/sale.ts'

type Need = Remedy['needs'][number]

/** Papers that can be shown to an officer; a telephone call is none. */
const PAPERS: readonly Channel[] = ['written', 'document', 'return-slip']

/**
 * What must still be on record. `told` and `agreement` stand for one question: a business agrees in
 * writing, a person need only be told.
 */
export function missingFor({ needs }: Remedy, ask: Ask, buyer: Buyer | undefined): Remedy['needs'] {
  const { evidence, request } = ask
  const organisation = [buyer, ask.buyer].some((who) => who !== undefined && isOrganisation(who))
  const paper = evidence !== undefined && PAPERS.includes(evidence.channel)
  const agrees = organisation && needs.includes('agreement')
  const has: Readonly<Record<Need, boolean>> = {
    told: agrees || evidence !== undefined,
    agreement: !agrees || (paper && evidence.file !== undefined),
    'return-slip': paper,
    list: paper || evidence?.file !== undefined,
    document: paper || evidence?.file !== undefined,
    'notice-number': request !== undefined && request.number.trim() !== '',
  }
  return needs.filter((need) => !has[need])
}
