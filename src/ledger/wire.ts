import type { Worker } from 'node:worker_threads'
import type { EntryId } from '../domain/ids.ts'
import { SALT } from './documents.ts'
import type { FromWriter, Reply, Request, Slice, Taken } from './requests.ts'

type Done = Extract<FromWriter, { what: 'done' }>

/** Requests to the writer's thread: all that come in one turn travel in one message, their bytes in one moved block. */
export interface Wire {
  /** `build` puts bytes into the block of the message and gets where they lie. */
  ask(build: (put: (bytes: Uint8Array) => Slice) => Request, how?: Asking): Promise<Reply>
  /** Entries told ahead of their flush. */
  taken(entries: readonly Taken[]): void
  /** An answer from the thread: settles what waits for it. */
  answered(done: Done): void
  /** Whether facts are wanted back from now on. */
  watch(wanted: boolean): void
  /** Nothing will be answered any more. */
  fail(error: Error): void
  /** Everything asked so far is posted and answered. */
  drained(): Promise<void>
}

export interface Asking {
  /** Others are about to follow. */
  readonly soon?: boolean
  /** Told of the entry of a capture ahead of its flush. */
  readonly taken?: ((entry: EntryId) => void) | undefined
}

interface Waiting {
  readonly request: Request
  readonly taken: ((entry: EntryId) => void) | undefined
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

/** As many in one message let both threads work at the same time. */
const FULL = 64
/** Milliseconds a request waits for those about to follow: a commit of three costs twice as much each as one of ten. */
const GATHER = 5

/** `bell`: counted up with every message. */
export function wireTo(worker: Worker, bell: Int32Array): Wire {
  let waiting: Waiting[] = []
  let pieces: Uint8Array[] = []
  let size = 0
  let planned = false
  let gathering: NodeJS.Timeout | undefined
  let watched = false
  let dead: Error | undefined
  let ids = 0
  const posted = new Map<number, readonly Waiting[]>()
  let idle: (() => void)[] = []

  const put = (bytes: Uint8Array): Slice => {
    const slice = { from: size, size: SALT + bytes.length }
    pieces.push(bytes)
    size += slice.size
    return slice
  }

  const post = (): void => {
    planned = false
    clearTimeout(gathering)
    gathering = undefined
    if (waiting.length === 0) return
    const block = new ArrayBuffer(size)
    const view = new Uint8Array(block)
    let at = 0
    for (const piece of pieces) {
      view.set(piece, at + SALT)
      at += SALT + piece.length
    }
    const id = ++ids
    posted.set(id, waiting)
    worker.postMessage({ id, requests: waiting.map(({ request }) => request), bytes: block, watched }, [block])
    // Behind the message: a writer that waits inside a transaction finds it there when it wakes.
    Atomics.add(bell, 0, 1)
    Atomics.notify(bell, 0)
    waiting = []
    pieces = []
    size = 0
  }

  return {
    ask(build, { soon = false, taken } = {}) {
      return new Promise((resolve, reject) => {
        if (dead) return reject(dead)
        waiting.push({ request: build(put), taken, resolve, reject })
        if (waiting.length >= FULL) return post()
        if (planned) return
        if (soon) {
          gathering ??= setTimeout(post, GATHER)
          return
        }
        planned = true
        setImmediate(post)
      })
    },
    taken(entries) {
      for (const { batch, place, entry } of entries) posted.get(batch)?.[place]?.taken?.(entry)
    },
    answered({ batches }) {
      for (const { id, replies } of batches) {
        const asked = posted.get(id) ?? []
        posted.delete(id)
        for (const [i, { resolve, reject }] of asked.entries()) {
          const reply = replies[i]
          if (reply) resolve(reply)
          else reject(new Error('no reply'))
        }
      }
      if (posted.size === 0 && waiting.length === 0) {
        for (const done of idle) done()
        idle = []
      }
    },
    watch(wanted) {
      watched = wanted
    },
    fail(error) {
      dead = error
      for (const { reject } of [...waiting, ...[...posted.values()].flat()]) reject(error)
      waiting = []
      posted.clear()
      for (const done of idle) done()
      idle = []
    },
    drained: () => (posted.size === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  }
}
