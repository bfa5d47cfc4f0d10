import type { Board } from './domain/board.ts'
import type { Clock } from './domain/clock.ts'
import type { Fact, Ledger } from './domain/ledger.ts'
import type { Part } from './domain/part.ts'
import type { Instant } from './domain/time.ts'

const MINUTE = 60_000
/** So many within this time are no single mistake of ours: the authority has stopped taking. */
const WITHIN = 10 * MINUTE
const INVOICES = 5
const MESSAGES = 3
/** Told until nothing was refused for so long. */
const QUIET = 30 * MINUTE
const ITEM = 'rejections'
/** What the authority's reasons say of a seller who must stop; matched in whatever it wrote. */
const STOPPED = /ngừng sử dụng|tạm ngừng|ngừng hoạt động|đình chỉ|không được sử dụng hóa đơn|suspend/i

/** Which refusals a time saw: single invoices and whole messages. */
export interface Refusals {
  add(kind: 'invoice' | 'message', at: Instant, says: string): void
  /** What to tell at `now`; undefined: nothing. */
  told(now: Instant): { readonly count: number; readonly suspended: boolean } | undefined
}

export function refusals(): Refusals {
  let recent: { readonly kind: 'invoice' | 'message'; readonly at: Instant; readonly suspended: boolean }[] = []
  let burst = false
  return {
    add(kind, at, says) {
      recent = [...recent.filter((one) => at - one.at <= QUIET), { kind, at, suspended: STOPPED.test(says) }]
      const near = recent.filter((one) => at - one.at <= WITHIN)
      const count = (of: 'invoice' | 'message'): number => near.filter((one) => one.kind === of).length
      if (count('invoice') >= INVOICES || count('message') >= MESSAGES) burst = true
    },
    told(now) {
      recent = recent.filter((one) => now - one.at <= QUIET)
      if (recent.length === 0) burst = false
      if (!burst) return undefined
      return { count: recent.length, suspended: recent.some((one) => one.suspended) }
    },
  }
}

export interface RejectionWatchParts {
  readonly ledger: Pick<Ledger, 'follow' | 'end'>
  readonly board: Board
  readonly clock: Clock
}

/** A burst of refusals is told to the owner: for several causes the authority stops receiving without a word. */
export function rejectionWatch({ ledger, board, clock }: RejectionWatchParts): Part {
  const stopping = new AbortController()
  const seen = refusals()
  let work: Promise<unknown> = Promise.resolve()

  const show = (): void => {
    const told = seen.told(clock.now())
    if (!told) {
      board.clear(ITEM)
      return
    }
    const key = told.suspended ? 'board.rejections.suspended' : 'board.rejections'
    board.set(ITEM, { level: 'serious', key, values: { count: String(told.count) }, todo: 'board.rejections.do' })
  }
  const hear = ({ kind, at, line }: Fact): void => {
    if (kind === 'invoice.rejected') seen.add('invoice', at, line)
    else if (kind === 'message.answered' && JSON.parse(line).outcome === 'rejected') seen.add('message', at, line)
    else return
    show()
  }

  return {
    name: 'rejections',
    start() {
      const listening = (async () => {
        for await (const fact of ledger.follow(ledger.end?.() ?? 0, stopping.signal)) hear(fact)
      })()
      const waiting = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(MINUTE, stopping.signal)
          show()
        }
      })()
      work = Promise.all([listening, waiting])
      return Promise.resolve()
    },
    async stop() {
      stopping.abort()
      await work
    },
  }
}
