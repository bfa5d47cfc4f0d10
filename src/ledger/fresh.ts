import type { EntryId } from '../domain/ids.ts'

/** Frames just heard, in memory until their entry has moved on: who reads them need not ask the file. */
export interface Fresh {
  put(entry: EntryId, bytes: Uint8Array): void
  get(entry: EntryId): Uint8Array | undefined
  drop(entry: EntryId): void
}

const MOST = 64
/** A receipt is a few kilobytes; a picture is read from the file again. */
const LARGEST = 64 * 1024

export function freshFrames(): Fresh {
  const kept = new Map<EntryId, Uint8Array>()
  return {
    put(entry, bytes) {
      if (bytes.length > LARGEST) return
      kept.set(entry, bytes)
      const [oldest] = kept.keys()
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest)
    },
    get: (entry) => kept.get(entry),
    drop: (entry) => void kept.delete(entry),
  }
}
