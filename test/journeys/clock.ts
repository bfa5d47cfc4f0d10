import type { Clock } from '../../src/domain/clock.ts'
import { type Instant, instant, readTime } from '../../src/domain/time.ts'

/** A clock whose day may be any, whose seconds may be short, and that can jump. Whoever sleeps past a jump is woken by it. */
export interface TestClock extends Clock {
  /** Time passes at once: sleepers that are due by then wake. */
  jump(ms: number): void
  /** Forward to this wall time, as `jump`. */
  to(time: string): void
  /** Only the wall is set, as a person or a dead battery does: no timer notices. */
  set(time: string): void
}

interface Sleeper {
  readonly due: number
  look(): void
}

/** `start`: `2026-11-21T18:00:00`, civil; unless told, the machine's own time. `speed`: seconds that pass in one real second. */
export function testClock({ start, speed = 1 }: { readonly start?: string; readonly speed?: number } = {}): TestClock {
  const origin = performance.now()
  const wall = start === undefined ? Date.now() : readTime(start)
  const sleepers = new Set<Sleeper>()
  let jumped = 0
  let set = 0
  const up = (): number => (performance.now() - origin) * speed + jumped
  const now = (): Instant => instant(Math.round(wall + set + up()))
  const jump = (ms: number): void => {
    jumped += ms
    for (const sleeper of [...sleepers]) sleeper.look()
  }
  return {
    now,
    up: () => Math.round(up()),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const due = up() + ms
        let timer: ReturnType<typeof setTimeout> | undefined
        const done = (): void => {
          clearTimeout(timer)
          sleepers.delete(sleeper)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const sleeper: Sleeper = {
          due,
          look: () => {
            clearTimeout(timer)
            const left = due - up()
            if (left <= 0) done()
            else timer = setTimeout(sleeper.look, Math.min(left / speed, 2 ** 30))
          },
        }
        sleepers.add(sleeper)
        signal.addEventListener('abort', done, { once: true })
        timer = setTimeout(sleeper.look, Math.min(ms / speed, 2 ** 30))
      }),
    jump,
    to: (time) => jump(readTime(time) - now()),
    set: (time) => {
      set += readTime(time) - now()
    },
  }
}

/** Real milliseconds. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Asks again and again until it is so; false after `ms` real milliseconds. */
export async function until(what: () => boolean | Promise<boolean>, ms = 15_000): Promise<boolean> {
  for (const end = performance.now() + ms; ; await pause(20)) {
    if (await what()) return true
    if (performance.now() > end) return false
  }
}
