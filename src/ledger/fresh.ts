import type { Entry } from '../domain/entry.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Heard } from '../domain/ledger.ts'
import type { Instant } from '../domain/time.ts'
import { registerIn } from './story.ts'

/** What was just heard, in memory until it has moved on: who reads it need not ask the file. Everything that moves an entry passes by here. */
export interface Fresh {
  put(entry: EntryId, heard: Heard, at: Instant): void
  frame(entry: EntryId): Uint8Array | undefined
  entry(entry: EntryId): Entry | undefined
  /** Who wants to get ready for its invoice. */
  foretell(entry: EntryId): Heard['sealed']
  drop(entry: EntryId): void
}

const MOST = 64
/** A receipt is a few kilobytes; a picture is read from the file again. */
export const LARGEST = 64 * 1024

export function freshlyHeard(): Fresh {
  const kept = new Map<EntryId, { readonly bytes: Uint8Array; readonly sealed: Heard['sealed']; readonly entry: Entry }>()
  return {
    put(id, { bytes, torn, revised, order, sealed }, since) {
      if (bytes.length > LARGEST) return
      const register = registerIn(id) as RegisterId
      kept.set(id, {
        bytes,
        sealed,
        entry: {
          ...{ id, register, since, state: 'captured' },
          ...(torn ? { torn } : {}),
          ...(revised ? { revised } : {}),
          ...(order ? { order } : {}),
        },
      })
      const [oldest] = kept.keys()
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
    },
    frame: (id) => kept.get(id)?.bytes,
    entry: (id) => kept.get(id)?.entry,
    foretell: (id) => kept.get(id)?.sealed,
    drop: (id) => void kept.delete(id),
  }
}
