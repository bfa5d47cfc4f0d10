import { backoff } from '../domain/backoff.ts'
import type { Clock } from '../domain/clock.ts'

/** The only place in intake that tries again: waits before try 1, 2, 3 ... and starts anew after `well()`. */
export interface Retry {
  /** Resolves when it is time for the next try, or when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>
  well(): void
}

/** Exponential with jitter, for ever; `cap` in milliseconds (30 s for ports, register-capture 1.2). */
export function retrying(clock: Clock, { first = 1_000, cap = 30_000 } = {}): Retry {
  let tries = 0
  return {
    wait: (signal) => clock.sleep(backoff(++tries, Math.random(), { first, cap }), signal),
    well: () => {
      tries = 0
    },
  }
}

/** Waits for `promise`, but no longer than until `signal` aborts: then `undefined`. Leaves no listener behind. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

/** A signal that aborts with `parent`, or by itself; `release` lets go of a parent that lives long. */
export function linked(parent: AbortSignal): { readonly signal: AbortSignal; abort(): void; release(): void } {
  const own = new AbortController()
  const follow = (): void => own.abort(parent.reason)
  if (parent.aborted) follow()
  else parent.addEventListener('abort', follow, { once: true })
  return {
    signal: own.signal,
    abort: () => own.abort(new Error('given up')),
    release: () => parent.removeEventListener('abort', follow),
  }
}

/** Resolves when `signal` aborts. */
export const aborted = async (signal: AbortSignal): Promise<void> => {
  await unlessAborted(new Promise<never>(() => {}), signal)
}
