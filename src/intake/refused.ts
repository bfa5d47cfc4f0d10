import type { Clock } from '../domain/clock.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Heard, Ledger } from '../domain/ledger.ts'
import { retrying } from './reconnect.ts'

/** Bytes kept in memory while the disk takes nothing. */
const MARK = 16 * 1024 * 1024

export interface RefusedOptions {
  readonly register: RegisterId
  readonly ledger: Ledger
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly kept: () => void
  /** There was no more room: this one is on paper only. */
  readonly lost: () => void
}

/**
 * Documents that were printed while the ledger could not take them (disk full). They were not acknowledged; should the till
 * send them again, the second is a duplicate. Here they wait in memory and are offered again, in order, until there is room (F04: it recovers by itself).
 */
export function refusedFrames({ register, ledger, clock, signal, kept, lost }: RefusedOptions): { add(heard: Heard): void } {
  const waiting: Heard[] = []
  let size = 0
  let busy = false

  const offer = async (): Promise<void> => {
    if (busy) return
    busy = true
    const retry = retrying(clock)
    while (waiting.length > 0 && !signal.aborted) {
      await retry.wait(signal)
      for (let first = waiting[0]; first && !signal.aborted; first = waiting[0]) {
        if (!(await ledger.capture(register, first)).ok) break
        waiting.shift()
        size -= first.bytes.length
        retry.well()
        kept()
      }
    }
    busy = false
  }
  return {
    add(heard) {
      if (size + heard.bytes.length > MARK) return lost()
      waiting.push(heard)
      size += heard.bytes.length
      void offer()
    },
  }
}
