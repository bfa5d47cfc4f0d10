import type { Entry } from '../domain/entry.ts'
import type { EntryId } from '../domain/ids.ts'

/** Those who wait until an entry has left `captured`, durably. */
export interface Settling {
  settled(entry: EntryId, signal: AbortSignal): Promise<Entry | undefined>
  /** The entry moved; the flush is done. */
  left(entry: EntryId): void
}

export function settling(read: (entry: EntryId) => Promise<Entry | undefined>): Settling {
  const waiting = new Map<EntryId, Set<() => void>>()
  return {
    async settled(entry, signal) {
      while (!signal.aborted) {
        // Listening begins before the reading, so that a move in between is not missed.
        const moved = once(waiting, entry, signal)
        const now = await read(entry)
        if (signal.aborted) break
        if (now && now.state !== 'captured') {
          moved.stop()
          return now
        }
        await moved.promise
      }
      return undefined
    },
    left(entry) {
      for (const wake of [...(waiting.get(entry) ?? [])]) wake()
    },
  }
}

function once(
  waiting: Map<EntryId, Set<() => void>>,
  entry: EntryId,
  signal: AbortSignal,
): { promise: Promise<void>; stop: () => void } {
  let stop = (): void => undefined
  const promise = new Promise<void>((resolve) => {
    stop = () => {
      signal.removeEventListener('abort', stop)
      const all = waiting.get(entry)
      all?.delete(stop)
      if (all?.size === 0) waiting.delete(entry)
      resolve()
    }
    signal.addEventListener('abort', stop)
    const all = waiting.get(entry) ?? new Set()
    all.add(stop)
    waiting.set(entry, all)
  })
  return { promise, stop }
}
