import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Ledger } from './domain/ledger.ts'
import type { Part } from './domain/part.ts'

/** V8 shrinks its heap only where little was asked for in the last seconds, so not at once. Milliseconds. */
const QUIET = 10_000
/** Milliseconds after a receipt when its paper is out and nobody waits for us. */
const BETWEEN = 60
/** Bytes; a receipt leaves about a million, and to collect this much takes a millisecond or two. */
const ENOUGH = 4 * 1024 * 1024

/**
 * Gives back, once, what only the start needed, some 15 MiB: V8 collects when memory is asked for, and a quiet shop would
 * keep that heap for ever because it never asks. Holds the process for about 15 ms.
 */
export function giveBackSoon(): void {
  setTimeout(() => collector()(), QUIET).unref()
}

/**
 * Collects between receipts what they leave. V8 by itself does it when its young space is full, which is always in the
 * middle of one: 3 to 8 ms on two cores, the longest of all waits for the stamp.
 */
export function givingBack(ledger: Pick<Ledger, 'arriving'>, collect: Collect = collector(), young = youngBytes): Part {
  let unhear: (() => void) | undefined
  let look: NodeJS.Timeout | undefined
  return {
    name: 'giving back',
    async start() {
      const timer = setTimeout(() => {
        if (young() > ENOUGH) collect({ type: 'minor' })
      }, BETWEEN).unref()
      look = timer
      unhear = ledger.arriving?.({ bytes: () => void timer.refresh() })
    },
    async stop() {
      unhear?.()
      clearTimeout(look)
    },
  }
}

type Collect = (how?: { readonly type: 'minor' }) => void

/** V8 puts its collector into a context that is made while the flag stands. */
function collector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as Collect
}

const youngBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_used_size ?? 0
