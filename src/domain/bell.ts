/** Something to do: who waits is woken, and a ring that nobody heard is not lost. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, at once if there was one since the last wait, or when `signal` aborts. One waiter at a time. */
  wait(signal: AbortSignal): Promise<void>
}

export function bell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(signal) {
      if (!rung && !signal.aborted)
        await new Promise<void>((resolve) => {
          const woken = (): void => {
            signal.removeEventListener('abort', woken)
            resolve()
          }
          wake = woken
          signal.addEventListener('abort', woken, { once: true })
        })
      wake = undefined
      rung = false
    },
  }
}
