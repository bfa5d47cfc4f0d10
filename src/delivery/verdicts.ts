import { type Fault, fault } from '../domain/fault.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { Message, Verdict } from '../domain/transport.ts'

export type Final = 'accepted' | 'rejected' | 'settled'

/** What a reply means for its message, given what is already known of it. */
export interface Weighed {
  /** To be recorded: only what is new and speaks of this message. */
  readonly verdicts: readonly Verdict[]
  readonly refused?: Fault
  readonly later?: { readonly fault: Fault; readonly afterMs?: number }
  readonly odd?: Fault
  /** They contradict themselves: nothing turns back silently, a person decides (F17). */
  readonly contradiction?: Fault
  readonly taken: boolean
  /** The notice it carries was accepted. */
  readonly noted: boolean
}

export const identityKey = ({ seller, form, symbol, number }: InvoiceIdentity): string =>
  `${seller}/${form}${symbol}-${String(number).padStart(8, '0')}`

/**
 * Weighs the verdicts of one reply; `known` holds the final ones so far and is extended (`settled`: final, but which
 * way is only in the ledger). The first final verdict of an invoice counts.
 */
export function weigh(message: Message, known: Map<string, Final>, verdicts: readonly Verdict[]): Weighed {
  const ours = new Set(message.invoices.map(identityKey))
  const keep: Verdict[] = []
  let refused: Fault | undefined
  let later: Weighed['later']
  let odd: Fault | undefined
  let contradiction: Fault | undefined
  let taken = false
  let noted = false
  const contradicts = (invoice: string): void => {
    contradiction ??= fault('DELIVERY_CONTRADICTION', { invoice: invoice.slice(invoice.indexOf('/') + 1), message: message.id })
    keep.push({ kind: 'odd', fault: contradiction })
  }
  for (const verdict of verdicts) {
    if (verdict.kind === 'accepted' || verdict.kind === 'rejected') {
      const key = identityKey(verdict.invoice)
      const before = known.get(key)
      if (!ours.has(key)) {
        // A result for an invoice we did not send in this message is kept, never applied.
        odd ??= fault('DELIVERY_STRANGE_INVOICE', { message: message.id })
        keep.push({ kind: 'odd', fault: odd })
      } else if (refused || (before && before !== 'settled' && before !== verdict.kind)) contradicts(key)
      else {
        // A verdict heard again is recorded with its reply; the ledger knows it already.
        if (!before) known.set(key, verdict.kind)
        keep.push(verdict)
      }
    } else if (verdict.kind === 'refused') {
      const [settled] = known.keys()
      if (settled !== undefined) contradicts(settled)
      else {
        refused ??= verdict.fault
        keep.push(verdict)
      }
    } else {
      if (verdict.kind === 'taken') taken = true
      if (verdict.kind === 'noted') noted = true
      if (verdict.kind === 'later') later ??= verdict
      if (verdict.kind === 'odd') odd ??= verdict.fault
      keep.push(verdict)
    }
  }
  return {
    verdicts: keep,
    taken: taken || noted || known.size > 0,
    noted,
    ...(refused ? { refused } : {}),
    ...(later ? { later } : {}),
    ...(odd ? { odd } : {}),
    ...(contradiction ? { contradiction } : {}),
  }
}
