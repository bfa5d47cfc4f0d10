import type { EntryId, MessageId } from '../domain/ids.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Instant } from '../domain/time.ts'
import type { Flight } from './flight.ts'
import { NOTICES } from './notifying.ts'
import { seriesOf } from './schedule.ts'
import { type Final, identityKey } from './verdicts.ts'

interface Bound {
  readonly entries: EntryId[]
  readonly open: Set<string>
  oldest: Instant
  due: Instant
}

const PAGE = 500

/** The unfinished messages that are not in `flying` yet, as the ledger tells them: all there is to know after a restart. */
export async function resumed(ledger: Ledger, flying: ReadonlyMap<MessageId, Flight>): Promise<readonly Flight[]> {
  const open = (await ledger.unfinished()).filter(({ message }) => !flying.has(message.id))
  if (open.length === 0) return []
  const bound = await boundEntries(ledger)
  return open.map(({ message, attempts, lastAt, state }) => {
    const of = bound.get(message.id)
    const known = new Map<string, Final>()
    // What is not open any more has its verdict; an unsent message has none, its invoices are queued again.
    if (of && state !== 'unsent')
      for (const key of message.invoices.map(identityKey)) if (!of.open.has(key)) known.set(key, 'settled')
    return {
      message,
      series: message.notice === undefined ? seriesOf(message.invoices[0] ?? { form: 0, symbol: '' }) : NOTICES,
      entries: of?.entries ?? [],
      oldest: of?.oldest ?? lastAt,
      due: of?.due ?? lastAt,
      known,
      attempts,
      state,
    }
  })
}

async function boundEntries(ledger: Ledger): Promise<ReadonlyMap<MessageId, Bound>> {
  const bound = new Map<MessageId, Bound>()
  for (const state of ['pushed', 'in-doubt'] as const) {
    let after: EntryId | undefined
    for (;;) {
      const page = await ledger.list(state, PAGE, after)
      for (const entry of page) {
        if (entry.state !== 'pushed' && entry.state !== 'in-doubt') continue
        const { at, due, identity } = entry.sealed
        const of = bound.get(entry.message) ?? { entries: [], open: new Set<string>(), oldest: at, due }
        of.entries.push(entry.id)
        of.open.add(identityKey(identity))
        if (at < of.oldest) of.oldest = at
        if (due < of.due) of.due = due
        bound.set(entry.message, of)
      }
      after = page.at(-1)?.id
      if (page.length < PAGE) break
    }
  }
  return bound
}
