import type { Fact } from '../domain/ledger.ts'
import type { Instant } from '../domain/time.ts'
import type { FactRow } from './book.ts'

/** Facts for those who follow: fresh ones from memory, older ones from the file. */
export interface Following {
  follow(from: number, signal: AbortSignal): AsyncIterable<Fact>
  /** Durable now. `tip`: the number of the newest. */
  told(facts: readonly FactRow[] | undefined, tip: number): void
  close(): void
}

/** What is kept for a follower that is briefly slow; a slower one reads the file. */
const KEPT = 1_024
const PAGE = 500

export function following(
  read: (from: number, limit: number) => Promise<readonly Fact[]>,
  watch: (wanted: boolean) => void,
  first: number,
): Following {
  let recent: Fact[] = []
  let tip = first
  let followers = 0
  let closed = false
  let wakes: (() => void)[] = []
  const wake = (): void => {
    const now = wakes
    wakes = []
    for (const one of now) one()
  }

  /** Leaves no listener behind on a signal that lives long. */
  const more = (next: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (tip >= next || signal.aborted || closed) return resolve()
      const done = (): void => {
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
      wakes.push(done)
    })

  async function* follow(from: number, signal: AbortSignal): AsyncGenerator<Fact> {
    if (followers++ === 0) watch(true)
    try {
      for (let next = from; !signal.aborted && !closed; ) {
        const start = next - (recent[0]?.n ?? Number.POSITIVE_INFINITY)
        const fresh = start >= 0 && start < recent.length ? recent.slice(start, start + PAGE) : []
        const facts = fresh.length > 0 ? fresh : tip >= next ? await read(next, PAGE) : []
        for (const fact of facts) {
          if (signal.aborted) return
          yield fact
          next = fact.n + 1
        }
        if (facts.length === 0) await more(next, signal)
      }
    } finally {
      if (--followers === 0) {
        watch(false)
        recent = []
      }
    }
  }

  return {
    follow,
    told(facts, newest) {
      tip = newest
      if (followers > 0 && facts) {
        const rows = facts.map(([n, kind, at, line, hash]): Fact => ({ n, kind, at: at as Instant, line, hash }))
        // A hole (a batch that was not watched) makes the older ones useless.
        const joined = rows[0] && recent.at(-1)?.n === rows[0].n - 1 ? [...recent, ...rows] : rows.length > 0 ? rows : recent
        recent = joined.slice(-KEPT)
      } else recent = []
      wake()
    },
    close() {
      closed = true
      wake()
    },
  }
}
