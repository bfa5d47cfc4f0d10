import type { Clock } from './domain/clock.ts'
import { instant } from './domain/time.ts'

const started = performance.now()

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  up: () => Math.round(performance.now() - started),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done, { once: true })
    }),
}
