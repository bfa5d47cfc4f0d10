import { createHmac, randomBytes } from 'node:crypto'
import type { EntryId } from '../domain/ids.ts'
import type { Fact, View } from '../domain/ledger.ts'
import type { Buyer } from '../domain/sale.ts'
import type { Instant } from '../domain/time.ts'

/** Buyers found again by the tax code they gave before. */
export interface KnownBuyers {
  /** Undefined: nobody with that code, or what named him was erased. */
  find(taxCode: string): Promise<{ readonly buyer: Buyer; readonly at: Instant } | undefined>
}

export interface KnownBuyersParts {
  readonly view: Pick<View, 'facts' | 'sealed'>
  buyerOf(bytes: Uint8Array): Buyer | undefined
  /** Number of the newest fact. */
  newest(): number
}

/** Some weeks of a busy shop: what is older is typed once more. */
const DEPTH = 100_000
const PAGE = 1_000

/**
 * Kept in memory are marks of tax codes and the entries they stood in, nothing that names anybody: who it was is read from the
 * sealed invoice, locked as it lies on the disk, and is gone when that is erased.
 */
export function knownBuyers({ view, buyerOf, newest }: KnownBuyersParts): KnownBuyers {
  const secret = randomBytes(32)
  const markOf = (taxCode: string): string => createHmac('sha256', secret).update(taxCode).digest('base64url')
  const entries = new Map<string, { readonly entry: EntryId; readonly at: Instant }>()
  let read: number | undefined
  let reading: Promise<unknown> = Promise.resolve()

  const buyerIn = async (entry: EntryId): Promise<Buyer | undefined> => {
    const bytes = await view.sealed(entry)
    return bytes && buyerOf(bytes)
  }
  const catchUp = async (): Promise<void> => {
    const end = newest()
    let after = read ?? Math.max(-1, end - DEPTH)
    while (after < end) {
      const facts = await view.facts(after, PAGE)
      const last = facts.at(-1)
      if (!last) break
      for (const fact of facts) {
        const entry = naming(fact)
        const code = entry && (await buyerIn(entry))?.taxCode
        if (entry && code !== undefined) entries.set(markOf(code), { entry, at: fact.at })
      }
      after = last.n
    }
    read = after
  }
  return {
    async find(taxCode) {
      const mine = reading.then(catchUp)
      reading = mine.catch(() => undefined)
      await mine
      const known = entries.get(markOf(taxCode))
      const buyer = known && (await buyerIn(known.entry))
      return known && buyer?.taxCode === taxCode ? { buyer, at: known.at } : undefined
    },
  }
}

/** The entry of an invoice that names its buyer: only such a one has a masked copy (audit-pack 1.4). */
function naming({ kind, line }: Fact): EntryId | undefined {
  if (kind !== 'invoice.issued' || !line.includes('"masked":')) return undefined
  return (JSON.parse(line) as { readonly body: { readonly entry: EntryId } }).body.entry
}
