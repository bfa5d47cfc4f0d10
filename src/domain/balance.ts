import type { Dong } from './dong.ts'
import type { EntryId, RegisterId } from './ids.ts'
import type { Series } from './invoice.ts'
import type { CivilDate, Instant } from './time.ts'

/** A day's registers against its invoices: what was rung up, what was issued, what was accepted. */
export interface DayBalance {
  readonly day: CivilDate
  readonly registers: readonly RegisterBalance[]
  /** When the last of what is compared was issued; absent: nothing was. */
  readonly lastAt?: Instant
  /** What waits for a person before the day can be closed. */
  readonly open: readonly { readonly entry: EntryId; readonly state: 'held' | 'rejected' | 'parked'; readonly pay?: Dong }[]
}

/** Whether a person's closing still holds: what is sold or taken back after it is in no till's report that he saw. */
export const stillClosed = ({ at }: { readonly at?: Instant }, { lastAt }: DayBalance): boolean =>
  at === undefined || lastAt === undefined || lastAt <= at

export interface RegisterBalance {
  readonly register: RegisterId
  /** Its last own report of the day; absent: none was heard. */
  readonly closing?: { readonly entry: EntryId; readonly at: Instant }
  readonly rows: readonly BalanceRow[]
  /** Slips of a dead gateway; absent: there were none. */
  readonly slips?: {
    /** Invoiced on this day. */
    readonly issued: SlipSum
    /** Of these, sold on an earlier day. */
    readonly earlier: SlipSum
    /** Sold on this day and invoiced on the next. */
    readonly later: SlipSum
  }
  /** The runs of numbers of the day; `missing`: how many of each run are not there. */
  readonly numbers: readonly {
    readonly series: Series
    readonly first: number
    readonly last: number
    readonly missing: number
  }[]
}

export interface SlipSum {
  readonly count: number
  readonly pay: Dong
}

export interface BalanceRow {
  /** `total`, `rate:8%`, `tender:cash`; `authority`: invoices of the day that were neither taken nor refused yet. */
  readonly what: string
  /** What the register says; absent: its report does not name it. */
  readonly till?: Dong
  readonly issued: Dong
  readonly accepted: Dong
  /** `issued - till`; absent where the register says nothing. Of `authority`: `accepted - issued`. */
  readonly difference?: Dong
  /** What explains the difference to the đồng, where one thing does. */
  readonly cause?: {
    readonly code: 'held' | 'reprint' | 'after-midnight' | 'no-report' | 'returned' | 'cut' | 'unanswered' | 'slips'
    readonly entry?: EntryId
  }
}
