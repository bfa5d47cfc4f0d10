import type { Worker } from 'node:worker_threads'
import type { EntryId } from '../domain/ids.ts'
import type { Books, View } from '../domain/ledger.ts'
import { startThread } from './thread.ts'

/** `View`, and the copy that hides the buyer: it stays when his invoice is erased. */
export interface Shown extends View {
  masked(entry: EntryId): Promise<Uint8Array | undefined>
}

export interface Call {
  readonly id: number
  readonly method: keyof Shown | keyof Books
  readonly values: readonly unknown[]
}
type Reads = Shown & Books
export type Returned = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string })

/** Reading for people in a thread of its own, started by the first question so that an idle gateway stays small. */
export function openView(
  dir: string,
  buyerKey?: string,
): { readonly view: Shown; readonly books: Books; close(): Promise<void> } {
  let thread: Worker | undefined
  let ids = 0
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()

  const fail = (error: Error): void => {
    thread = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  const running = (): Worker => {
    if (thread) return thread
    const made = startThread('reader', { dir, buyerKey })
    made.unref()
    made.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
    made.on('message', (returned: Returned) => {
      const asked = waiting.get(returned.id)
      waiting.delete(returned.id)
      if (waiting.size === 0) made.unref()
      if ('error' in returned) asked?.reject(new Error(returned.error))
      else asked?.resolve(returned.value)
    })
    return (thread = made)
  }
  const call =
    <K extends keyof Reads>(method: K) =>
    (...values: Parameters<Reads[K]>): ReturnType<Reads[K]> =>
      new Promise<unknown>((resolve, reject) => {
        const worker = running()
        const id = ++ids
        waiting.set(id, { resolve, reject })
        worker.ref()
        worker.postMessage({ id, method, values } satisfies Call)
      }) as ReturnType<Reads[K]>

  return {
    view: {
      day: call('day'),
      queue: call('queue'),
      entries: call('entries'),
      entry: call('entry'),
      invoice: call('invoice'),
      sealed: call('sealed'),
      masked: call('masked'),
      frame: call('frame'),
      facts: call('facts'),
    },
    books: {
      issued: call('issued'),
      chain: call('chain'),
      closings: call('closings'),
      reconciled: call('reconciled'),
      revenue: call('revenue'),
      gaps: call('gaps'),
      asides: call('asides'),
      exchanges: call('exchanges'),
      incidents: call('incidents'),
      proof: call('proof'),
    },
    async close() {
      const last = thread
      fail(new Error('the ledger is closed'))
      await last?.terminate()
    },
  }
}
