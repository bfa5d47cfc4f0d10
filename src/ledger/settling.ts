import type { Entry } from '../domain/entry.ts'
import type { EntryId } from '../domain/ids.ts'

/** Those who wait until an entry has left `captured`, durably. */
export interface Settling {
  settled(entry: EntryId, signal: AbortSignal): Promise<Entry | undefined>
  /** The entry moved; the flush is done. `now`: what it became, where that is known without reading. */
  left(entry: EntryId, now?: Entry): void
}

export function settling(read: (entry: EntryId) => Promise<Entry | undefined>): Settling {
  const waiting = new Map<EntryId, Set<Wake>>()
  /** What moved in this very turn: whoever learned of an entry with the same flush that moved it need not ask the file. */
  const lately = new Map<EntryId, Entry>()
  return {
    async settled(entry, signal) {
      while (!signal.aborted) {
        // Listening begins before the reading, so that a move in between is not missed.
        const moved = once(waiting, entry, signal)
        const now = lately.get(entry) ?? (await read(entry))
        if (signal.aborted) break
        if (now && now.state !== 'captured') {
          moved.stop()
          return now
        }
        const became = await moved.promise
        if (became && !signal.aborted) return became
      }
      return undefined
    },
    left(entry, now) {
      if (now) {
        if (lately.size === 0) setImmediate(() => lately.clear())
        lately.set(entry, now)
      } else lately.delete(entry)
      for (const wake of [...(waiting.get(entry) ?? [])]) wake(now)
    },
  }
}

type Wake = (now?: Entry) => void

function once(
  waiting: Map<EntryId, Set<Wake>>,
  entry: EntryId,
  signal: AbortSignal,
): { promise: Promise<Entry | undefined>; stop: () => void } {
  let stop = (): void => undefined
  const promise = new Promise<Entry | undefined>((resolve) => {
    const wake: Wake = (now) => {
      signal.removeEventListener('abort', stop)
      const all = waiting.get(entry)
      all?.delete(wake)
      if (all?.size === 0) waiting.delete(entry)
      resolve(now)
    }
    stop = () => wake()
    signal.addEventListener('abort', stop)
    const all = waiting.get(entry) ?? new Set()
    all.add(wake)
    waiting.set(entry, all)
  })
  return { promise, stop }
}
