import type { Instant } from './time.ts'

/** The only source of time. Tests drive a fake one. */
export interface Clock {
  /** Wall time: data, never a timer. */
  now(): Instant
  /** Monotonic milliseconds since the start of the process: timers and the `up` of facts. */
  up(): number
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}
