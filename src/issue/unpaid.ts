import type { Dong } from '../domain/dong.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Instant } from '../domain/time.ts'
import { wholeBill } from './counters.ts'

/** A bill shown to the guest before payment, or the final one of it, as far as they can be brought together (register-capture 6.3). */
export interface Bill {
  readonly register: RegisterId
  readonly heard: Instant
  readonly number?: string
  readonly table?: string
  readonly total?: Dong
}

export interface Unpaid {
  shown(bill: Bill): void
  paid(bill: Bill): void
  /** The till closed its day or shift: what it showed before and nobody paid is told now. */
  closed(register: RegisterId): void
  list(register: RegisterId, now: Instant): readonly Bill[]
}

/** A shift: a guest who has not paid by then went without, or was billed elsewhere. */
const SHIFT_MS = 12 * 3_600_000
/** The daily list speaks of yesterday evening until the next one begins. */
const SHOWN_MS = 36 * 3_600_000
const MOST = 500

/** Bills before payment that no final one followed: a list to look at, never an invoice. One memory for all tills of the shop. */
export function unpaid(): Unpaid {
  const known = (bill: Bill): Bill => ({
    ...bill,
    ...(bill.number === undefined ? {} : { number: wholeBill(bill.number) }),
    ...(bill.table === undefined ? {} : { table: wholeTable(bill.table) }),
  })
  let open: (Bill & { readonly over?: true })[] = []
  return {
    shown(printed) {
      const bill = known(printed)
      open = [...open.filter((o) => !sameBill(o, bill)), bill].slice(-MOST)
    },
    paid(printed) {
      const bill = known(printed)
      const numbered = open.filter((o) => o.number !== undefined && o.number === bill.number)
      const seated = numbered.length > 0 ? numbered : open.filter((o) => o.table !== undefined && o.table === bill.table)
      // Neither number nor table in common: the same amount at the same till.
      const like = (o: Bill): boolean => o.register === bill.register && o.total !== undefined && o.total === bill.total
      const found = seated.length > 0 ? seated : open.filter((o) => (!o.table || !bill.table) && like(o)).slice(0, 1)
      open = open.filter((o) => !found.includes(o))
    },
    closed(register) {
      open = open.map((o) => (o.register === register ? { ...o, over: true } : o))
    },
    list(register, now) {
      open = open.filter((o) => now - o.heard <= SHOWN_MS)
      return open.filter((o) => o.register === register && (o.over === true || now - o.heard >= SHIFT_MS))
    },
  }
}

/** `20 (tách 1/2)` is table 20. */
const wholeTable = (table: string): string => table.replace(/\s*[(,;-]?\s*tách.*$|\s*\(.*$/iu, '').trim() || table

/** Printed again, perhaps with more on it. */
const sameBill = (a: Bill, b: Bill): boolean =>
  a.number !== undefined || b.number !== undefined
    ? a.number === b.number && (a.table === b.table || a.table === undefined || b.table === undefined)
    : a.table !== undefined && a.table === b.table
