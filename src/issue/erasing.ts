import type { Clock } from '../domain/clock.ts'
import type { Country } from '../domain/country.ts'
import type { BuyerDocument, Erasing } from '../domain/erasure.ts'
import { fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Books, EntryDetail, Ledger, View } from '../domain/ledger.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { civilDate } from '../domain/time.ts'

export interface ErasingParts {
  readonly view: Pick<View, 'entry'>
  readonly books: Pick<Books, 'chain'>
  readonly ledger: Pick<Ledger, 'list'>
  /** One document goes with its salt, the fact that it went stays. LEDGER_NOT_ERASABLE. */
  readonly erase: (fact: number, role: string, who: string, why: string) => Promise<Result<void>>
  readonly erasable: NonNullable<Country['erasable']>
  readonly seller: string
  readonly clock: Clock
}

type Body = Readonly<Record<string, unknown>>
/** Orders that wait anywhere are few; among so many entries the one in question is found. */
const WAITING = 1_000

/**
 * What the law lets go when: the invoice, what was heard of the sale and the message that filed it stay for the
 * years of bookkeeping, an agreement under which something was corrected for those of other papers; one that led to nothing
 * may go any day. The masked copy names nobody and stays, so that reports and sheets go on from it.
 */
export function erasing({ view, books, ledger, erase, erasable, seller, clock }: ErasingParts): Erasing {
  /** Whether something was, or is about to be, corrected on the word of the buyer. */
  const relied = async ({ issued, register }: EntryDetail): Promise<boolean> => {
    if (!issued) return false
    const { series, number } = issued
    const chain = await books.chain({ seller, ...series, number })
    if (chain.invoices.length > 1 || chain.notices.length > 0) return true
    const waiting = await Promise.all((['captured', 'held'] as const).map((state) => ledger.list(state, WAITING)))
    return waiting.flat().some((entry) => entry.register === register && 'order' in entry && entry.order === true)
  }

  const documents = async (id: EntryId): Promise<readonly BuyerDocument[]> => {
    const entry = await view.entry(id)
    if (!entry?.issued) return []
    const facts = entry.facts.map(({ n, kind, at, line }) => ({ n, kind, at, body: (JSON.parse(line) as { body: Body }).body }))
    const gone = new Set(
      facts.flatMap(({ kind, body }) => (kind === 'document.erased' ? [`${body['fact']} ${body['role']}`] : [])),
    )
    const named = facts.some(({ body }) => body['masked'] !== undefined)
    const used = facts.some(({ kind }) => kind === 'correction.agreed') && (await relied(entry))
    return facts.flatMap(({ n, kind, at, body }): BuyerDocument[] => {
      const found = body['doc'] === undefined ? undefined : KINDS[kind]
      if (!found || !(named || found.alone)) return []
      const { role, what } = found
      const kept = what === 'agreement' && !used ? {} : { from: erasable(what, civilDate(at)) }
      return [{ fact: n, role, at, ...(gone.has(`${n} ${role}`) ? { erased: true as const } : kept) }]
    })
  }

  return {
    documents,
    async erase(entry, who, why) {
      const left = (await documents(entry)).filter(({ erased }) => !erased)
      if (left.length === 0) return failed(fault('DASHBOARD_NO_BUYER'))
      const today = civilDate(clock.now())
      const free = left.filter((one) => one.from === undefined || one.from <= today)
      if (free.length === 0) {
        const [first = today] = left.flatMap((one) => one.from ?? []).sort()
        return failed(fault('BUYER_KEPT', { date: first.split('-').reverse().join('/') }))
      }
      for (const { fact, role } of free) {
        const done = await erase(fact, role, who, why)
        if (!done.ok) return done
      }
      return ok(await documents(entry))
    },
  }
}

/** `alone`: it speaks of a buyer also where the invoice names none. */
const KINDS: Readonly<
  Record<string, Pick<BuyerDocument, 'role'> & { readonly what: 'invoice' | 'agreement'; readonly alone?: true }>
> = {
  'frame.captured': { role: 'frame', what: 'invoice' },
  'invoice.issued': { role: 'invoice', what: 'invoice' },
  'invoice.recoded': { role: 'invoice', what: 'invoice' },
  'message.pushed': { role: 'message', what: 'invoice' },
  'notice.ordered': { role: 'evidence', what: 'invoice', alone: true },
  'correction.agreed': { role: 'evidence', what: 'agreement', alone: true },
}
