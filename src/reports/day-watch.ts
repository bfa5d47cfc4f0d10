import { type DayBalance, stillClosed } from '../domain/balance.ts'
import type { Board, BoardItem } from '../domain/board.ts'
import type { Clock } from '../domain/clock.ts'
import { showDong } from '../domain/dong.ts'
import type { Books } from '../domain/ledger.ts'
import type { Log } from '../domain/log.ts'
import type { Part } from '../domain/part.ts'
import { type CivilDate, civilDate, dayEnd, instant } from '../domain/time.ts'

export interface DayWatchParts {
  readonly reconcile: (day: CivilDate) => Promise<DayBalance>
  readonly books: Pick<Books, 'reconciled'>
  readonly board: Board
  readonly clock: Clock
  readonly log: Log
}

const ITEM = 'day'
/** Looked at soon enough that a day which a person closed leaves the board while he looks. */
const EVERY = 10 * 60_000
/** A till closed in the small hours still belongs to the evening before. */
const NIGHT = 6 * 3_600_000

/** After each day: a till and its invoices that do not agree, and a missing report, become a task until the day is closed. */
export function dayWatch({ reconcile, books, board, clock, log }: DayWatchParts): Part & { look(): Promise<void> } {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()

  const look = async (): Promise<void> => {
    // Before six this names the day before yesterday: yesterday is not over for a till that sells into the night.
    const day = civilDate(instant(clock.now() - NIGHT - 86_400_000))
    const closed = await books.reconciled(day)
    const forGood = closed && (closed.at === undefined || closed.at > dayEnd(day))
    const balance = forGood ? undefined : await reconcile(day)
    const task = balance && !(closed && stillClosed(closed, balance)) ? taskOf(balance) : undefined
    if (task) board.set(ITEM, { ...task, todo: 'board.day.do' })
    else board.clear(ITEM)
  }
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // What cannot be read now is read the next time: this watches, it must not end the gateway.
      await look().catch((error: unknown) =>
        log.error({ part: 'day', code: 'REPORT_DAY_UNREAD', error: String(error) }, 'the day before could not be compared'),
      )
      await clock.sleep(EVERY, stopping.signal)
    }
  }
  return {
    name: 'day',
    look,
    async start() {
      running = watch()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Many tills never print a report: that is told, not alarmed. */
function taskOf({ day, registers }: DayBalance): Pick<BoardItem, 'level' | 'key' | 'values'> | undefined {
  const date = day.split('-').reverse().join('/')
  const totals = registers.flatMap(({ register, rows }) =>
    rows.filter(({ what }) => what === 'total').map((row) => ({ register, ...row })),
  )
  const differing = totals.find(({ difference }) => difference !== undefined && difference !== 0n)
  if (differing)
    return { level: 'warning', key: 'board.day.differs', values: { date, amount: showDong(differing.difference ?? 0n) } }
  const silent = totals.find(({ cause }) => cause?.code === 'no-report')
  return silent && { level: 'info', key: 'board.day.no_report', values: { date, register: silent.register } }
}
