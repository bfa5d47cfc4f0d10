import type { Board } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Part } from '../domain/part.ts'

interface TimekeeperParts {
  readonly ledger: Ledger
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

/** wall and monotonic time that part by more than this are a step. */
const STEP_MS = 60_000
/** A jump ahead of more than a day closes days that were never lived (F11): a person must look. */
const DAY_MS = 86_400_000
const LOOK_MS = 20_000
/** How long the board speaks of a step; the fact stays. */
const SHOWN_MS = 3_600_000

/** Compares the wall clock with the monotonic one and records each step (`clock.stepped`, audit-pack 1.4). */
export function timekeeper({ ledger, board, clock, log }: TimekeeperParts): Part {
  const part = 'clock'
  const stopping = new AbortController()
  let work: Promise<void> = Promise.resolve()

  const stepped = async (byMs: number): Promise<void> => {
    const ahead = byMs > DAY_MS
    const seconds = String(Math.round(byMs / 1_000))
    log.warn({ part, code: 'CLOCK_STEPPED', by: byMs }, 'the clock stepped')
    board.set(part, {
      level: ahead ? 'serious' : 'warning',
      key: 'board.clock.stepped',
      values: { seconds },
      todo: 'board.clock.stepped.do',
    })
    const result = await ledger.record({ kind: 'clock', byMs, source: 'system' })
    if (!result.ok) log.error({ part, code: result.fault.code, by: byMs }, 'a step of the clock could not be recorded')
  }

  const watch = async (): Promise<void> => {
    const apart = (): number => clock.now() - clock.up()
    let before = apart()
    let shownUntil = 0
    while (!stopping.signal.aborted) {
      await clock.sleep(LOOK_MS, stopping.signal)
      const by = Math.round(apart() - before)
      before += by
      if (Math.abs(by) > STEP_MS) {
        shownUntil = clock.up() + SHOWN_MS
        await stepped(by)
      } else if (shownUntil > 0 && clock.up() >= shownUntil) {
        shownUntil = 0
        board.clear(part)
      }
    }
  }

  return {
    name: 'timekeeper',
    async start() {
      work = watch()
    },
    async stop() {
      stopping.abort()
      await work
    },
  }
}
