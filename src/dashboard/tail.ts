import type { Ledger, View } from '../domain/ledger.ts'

/** Where the story ends right now. */
export interface Tail {
  /** Number of the newest durable fact, -1 before the first. No I/O. */
  newest(): number
  /** Keeps `newest` true until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
  /** Finds the end for the first time. */
  find(): Promise<void>
}

/** A ledger that knows its end is asked; for another one the end is searched once and then followed. */
export function tail(ledger: Ledger, view: View): Tail {
  let found = -1
  const knows = ledger.end !== undefined
  return {
    newest: () => (ledger.end ? ledger.end() - 1 : found),
    async find() {
      if (!knows) found = await endOf(view)
    },
    async run(signal) {
      if (!knows) for await (const fact of ledger.follow(found + 1, signal)) found = fact.n
    },
  }
}

/** Facts are numbered without a hole, so the last one is found by doubling and halving: some forty one-row reads. */
export async function endOf(view: Pick<View, 'facts'>): Promise<number> {
  const exists = async (n: number): Promise<boolean> => (await view.facts(n - 1, 1)).length > 0
  let above = 1
  while (await exists(above - 1)) above *= 2
  let [low, high] = [Math.floor(above / 2) - 1, above - 1]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await exists(middle)) low = middle
    else high = middle
  }
  return low
}
