import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** V8 shrinks its heap only where little was asked for in the last seconds, so not at once. Milliseconds. */
const QUIET = 10_000

/**
 * Gives back, once, what only the start needed, some 15 MiB: V8 collects when memory is asked for, and a quiet shop would
 * keep that heap for ever because it never asks. Holds the process for about 15 ms.
 */
export function giveBackSoon(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
  }, QUIET).unref()
}
