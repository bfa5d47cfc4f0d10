import { type Gauge, gauges } from './countries/vn/gauge.ts'
import type { Rules } from './countries/vn/rules.ts'
import type { Board, BoardItem } from './domain/board.ts'
import type { Clock } from './domain/clock.ts'
import { showDong } from './domain/dong.ts'
import type { Books } from './domain/ledger.ts'
import type { Part } from './domain/part.ts'
import { type CivilDate, civilDate } from './domain/time.ts'
import { looking } from './looking.ts'

const HOUR = 3_600_000

export interface RevenueWatchParts {
  readonly books: Pick<Books, 'revenue'>
  readonly rules: () => Rules
  readonly board: Board
  readonly clock: Clock
}

/** A household hears in time that its yearly takings come near a threshold of the law. Looks hourly. */
export function revenueWatch({ books, rules, board, clock }: RevenueWatchParts): Part {
  const look = async (): Promise<void> => {
    const today = civilDate(clock.now())
    const year = Number(today.slice(0, 4))
    const before = gauges(rules(), year - 1, await books.revenue(year - 1))
    for (const gauge of gauges(rules(), year, await books.revenue(year))) {
      // What was passed late in the year is registered in the next one.
      const last = before.find(({ threshold, deadline }) => threshold === gauge.threshold && deadline && today <= deadline)
      const item = itemOf(last && !gauge.passed ? last : gauge, today)
      if (item) board.set(`revenue/${gauge.threshold}`, item)
      else board.clear(`revenue/${gauge.threshold}`)
    }
  }

  return looking('revenue', HOUR, look, clock)
}

function itemOf(
  { year, threshold, limit, revenue, share, step, passed, deadline }: Gauge,
  today: CivilDate,
): Omit<BoardItem, 'since'> | undefined {
  if (step === undefined) return undefined
  const values = { year: String(year), share: String(share), limit: showDong(limit), revenue: showDong(revenue) }
  const key = `board.revenue.${threshold}${passed ? '.passed' : ''}`
  if (!passed) return { level: share < 90 ? 'info' : 'warning', key, values, todo: `${key}.do` }
  const date = deadline && { date: deadline.split('-').reverse().join('/') }
  return { level: deadline && deadline < today ? 'info' : 'warning', key, values: { ...values, ...date }, todo: `${key}.do` }
}
