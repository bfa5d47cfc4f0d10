import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Printer, Tell } from '../domain/link.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { type OwnJob, type Paper, paperTo } from './paper.ts'

/** A person waits at the counter: milliseconds until its turn must have come, and again until the printer has taken it. */
const PATIENCE = 15_000

/**
 * Prints a paper of our own, in one piece and never inside a document of the till. `compose` is asked once, when the line
 * is open and nobody prints; its fault is passed on and nothing is printed. Faults: PRINTER_GONE and REPRINT_BUSY (not a
 * byte went out), REPRINT_BROKEN (a part of it may be on paper).
 */
export type OwnPaper = (compose: () => Promise<Result<Uint8Array>>) => Promise<Result<void>>

interface Ways {
  readonly printer: Printer
  /** The tills' own conversations with it. */
  readonly papers: ReadonlySet<Paper>
  readonly tell: Tell
  readonly answer: (bytes: Uint8Array) => Promise<void>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** What still goes on when the answer was given; a stop waits for it. */
  readonly behind: (work: Promise<void>) => void
}

export function ownPaper({ printer, papers, clock, signal, behind, ...ways }: Ways): OwnPaper {
  /** What is wrong with the printer, as last tried by us. */
  let trouble: Fault | undefined
  const tell: Tell = (now) => {
    trouble = now
    ways.tell(now)
  }
  /** Through the conversation that has the line; where none has, in one of its own. */
  const put = (job: OwnJob): void => {
    for (const paper of papers) if (paper.holds() && paper.job(job)) return
    const alone = paperTo({ printer, tell, answer: ways.answer, clock, signal })
    alone.job(job)
    behind(alone.finish())
  }

  return async (compose) => {
    const late = new AbortController()
    const answered = new AbortController()
    let begun = false
    trouble = undefined
    const broken = failed(fault('REPRINT_BROKEN', { printer: printer.where }))
    const unreached = (): Result<never> => failed(trouble ?? fault('REPRINT_BUSY', { printer: printer.where }))
    const ended = new Promise<Result<void>>((settle, reject) => {
      put({
        signal: late.signal,
        async compose() {
          begun = true
          try {
            const made = await compose()
            if (made.ok) return made.value
            settle(made)
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
          return undefined
        },
        ended: (how) => settle(how === 'printed' ? ok(undefined) : how === 'broken' ? broken : unreached()),
      })
    })
    const patience = async (): Promise<void> => clock.sleep(PATIENCE, answered.signal)
    const waited = patience().then(() => {
      if (!begun) late.abort()
      return begun ? patience().then(() => broken) : unreached()
    })
    try {
      return await Promise.race([ended, waited])
    } finally {
      answered.abort()
    }
  }
}
