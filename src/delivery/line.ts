import type { Clock } from '../domain/clock.ts'
import type { Fault } from '../domain/fault.ts'
import { retryDelay } from './schedule.ts'

/** Why a use of the wire brought nothing. `afterMs`: they asked us to wait. */
export interface Trouble {
  readonly fault: Fault
  readonly afterMs?: number
}

export type Use = 'good' | 'unused' | Trouble

export interface LineState {
  /** Uses in a row that brought nothing; 0: the line is good. */
  readonly failures: number
  /** Something came through in this run; unknown while absent. */
  readonly proven?: true
  readonly trouble?: Trouble
  /** Milliseconds of `clock.up()` since when nothing comes through, and of the next try. */
  readonly downSince?: number
  readonly next?: number
}

/** The way to the authority, shared by all series: while it is down one probe at a time goes out, the others wait for it. */
export interface Line {
  readonly state: LineState
  /** Runs `work` when the wire may be used; false when `signal` aborted before. `unused`: the wire was not touched. */
  use(signal: AbortSignal, work: () => Promise<Use>): Promise<boolean>
  /** Tries again now: a person asked for it. */
  hurry(): void
}

export function line(clock: Clock, random: () => number, changed: (state: LineState) => void): Line {
  let state: LineState = { failures: 0 }
  let probing = false
  let waiters: (() => void)[] = []
  let sleeping: AbortController | undefined

  const release = (): void => {
    const woken = waiters
    waiters = []
    for (const wake of woken) wake()
  }
  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const woken = (): void => {
        signal.removeEventListener('abort', woken)
        resolve()
      }
      signal.addEventListener('abort', woken, { once: true })
      waiters.push(woken)
    })
  const rest = async (ms: number, signal: AbortSignal): Promise<void> => {
    const nap = new AbortController()
    const end = (): void => nap.abort()
    sleeping = nap
    signal.addEventListener('abort', end, { once: true })
    await clock.sleep(ms, nap.signal)
    signal.removeEventListener('abort', end)
    sleeping = undefined
  }
  /** `seen`: failures when this use began; what fails together in one outage counts once. */
  const result = (use: Use, seen: number): void => {
    if (use === 'unused' || (use !== 'good' && state.failures > seen)) return
    if (use === 'good') {
      const mended = state.failures > 0
      state = { failures: 0, proven: true }
      if (mended) changed(state)
      return
    }
    const failures = state.failures + 1
    const up = clock.up()
    const next = up + retryDelay(failures, clock.now(), random(), use.afterMs)
    changed((state = { failures, trouble: use, downSince: state.downSince ?? up, next }))
  }
  return {
    get state() {
      return state
    },
    async use(signal, work) {
      while (state.failures > 0 && probing && !signal.aborted) await turn(signal)
      if (signal.aborted) return false
      const probe = state.failures > 0
      if (probe) {
        probing = true
        await rest(Math.max(0, (state.next ?? 0) - clock.up()), signal)
      }
      try {
        if (signal.aborted) return false
        const seen = state.failures
        result(await work(), seen)
        return true
      } finally {
        if (probe) probing = false
        release()
      }
    },
    hurry: () => sleeping?.abort(),
  }
}
