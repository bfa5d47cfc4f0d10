import type { Clock } from '../domain/clock.ts'
import type { Entry } from '../domain/entry.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Connection } from '../domain/link.ts'
import { linked } from './reconnect.ts'

/** Milliseconds for which a file's answer waits for its invoices. */
const PATIENCE = 10_000

/** Tells a source what became of its documents: at once when all have settled, else as they stand when the time is over. */
export async function tellWhatBecame(
  entries: readonly EntryId[],
  connection: Connection,
  { ledger, clock, stopping }: { readonly ledger: Ledger; readonly clock: Clock; readonly stopping: AbortSignal },
): Promise<void> {
  if (!connection.became) return
  const limit = linked(stopping)
  const done = new AbortController()
  void clock.sleep(PATIENCE, done.signal).then(limit.abort)
  const standing = async (id: EntryId): Promise<Entry | undefined> =>
    (await ledger.settled(id, limit.signal)) ?? (await ledger.entry(id))
  const found = await Promise.all(entries.map(standing))
  done.abort()
  limit.release()
  await connection.became(found.filter((entry) => entry !== undefined))
}
