import type { Clock } from './domain/clock.ts'
import type { Part } from './domain/part.ts'

/** A part that looks at its start and then every so many milliseconds; a look that has begun is finished. */
export function looking(name: string, everyMs: number, look: () => Promise<void>, clock: Clock): Part {
  const stopping = new AbortController()
  let work: Promise<void> = Promise.resolve()
  return {
    name,
    async start() {
      await look()
      work = (async () => {
        for (;;) {
          await clock.sleep(everyMs, stopping.signal)
          if (stopping.signal.aborted) return
          await look()
        }
      })()
    },
    async stop() {
      stopping.abort()
      await work
    },
  }
}
