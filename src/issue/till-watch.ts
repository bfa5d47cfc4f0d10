import type { Board } from '../domain/board.ts'
import { type Fine, fineValues } from '../domain/deadline.ts'
import { showDong } from '../domain/dong.ts'
import { fold } from '../domain/fold.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import { type CivilDate, civilDate, civilTime, type Instant } from '../domain/time.ts'
import { counters } from './counters.ts'
import type { Slip } from './understand.ts'
import { type Bill, unpaid } from './unpaid.ts'

/** What the papers of all tills add up to: numbers nobody heard, bills nobody paid. Told on the board, never an error of a sale. */
export interface TillWatch {
  /** A paper of any kind, once, in the order heard. */
  hear(register: RegisterId, heard: Instant, slip: Slip): void
  /** Puts the board right: gaps that filled go, shifts that ended show their list. */
  look(registers: Iterable<RegisterId>, now: Instant): void
}

const SHOWN = 5

/** Works from memory alone; `recall` tells it again after a restart. `fine`: of sales without an invoice, quoted beside a gap (R-101). */
export function tillWatch(
  board: Board,
  log: Log,
  fine: (on: CivilDate, sales: number) => Fine | undefined = () => undefined,
): TillWatch {
  const numbers = counters()
  const bills = unpaid()
  const told = new Map<string, number>()

  const tellGaps = (register: RegisterId, now: Instant): void => {
    const parts = new Set<string>()
    for (const { prefix, from, to, count } of numbers.gaps(register, now)) {
      const part = `counter/${register}${prefix === '' ? '' : `/${prefix}`}`
      parts.add(part)
      const found = fine(civilDate(now), count)
      const quoted = found && fineValues(found)
      const values = { register, from, to, count: String(count), ...quoted }
      if (count > (told.get(part) ?? 0)) log.warn({ part: 'clerk', register, from, to, count }, 'receipt numbers never heard')
      told.set(part, count)
      board.set(part, { level: 'warning', key: quoted ? 'register.gap.fine' : 'register.gap', values, todo: 'register.gap.do' })
    }
    for (const part of told.keys())
      if (!parts.has(part) && (part === `counter/${register}` || part.startsWith(`counter/${register}/`))) {
        told.delete(part)
        board.clear(part)
      }
  }

  const tellUnpaid = (register: RegisterId, now: Instant): void => {
    const part = `unpaid/${register}`
    const found = bills.list(register, now)
    if (found.length === 0) {
      if (told.delete(part)) board.clear(part)
      return
    }
    told.set(part, found.length)
    const list = `${found.slice(-SHOWN).map(spelled).join('; ')}${found.length > SHOWN ? '; …' : ''}`
    const values = { register, n: String(found.length), list }
    board.set(part, { level: 'warning', key: 'register.unpaid', values, todo: 'register.unpaid.do' })
  }

  return {
    hear(register, heard, { kind, ties, receipt, textLines }) {
      const { number, table } = ties
      const day = receipt?.issuedAt?.slice(0, 10) ?? civilDate(heard)
      // A copy does not show that its original was heard, and `Số hóa đơn: 40` of a report counts bills and names none.
      const named = kind !== 'reprint' && (kind !== 'report' || ties.consecutive === true)
      if (number !== undefined && named)
        numbers.hear({ register, number, day, heard, next: kind === 'sale' || ties.consecutive === true })
      const bill: Bill = {
        register,
        heard,
        ...(number === undefined ? {} : { number }),
        ...(table === undefined ? {} : { table }),
        ...(receipt ? { total: receipt.total } : {}),
      }
      if (kind === 'provisional') bills.shown(bill)
      else if (kind === 'sale') bills.paid(bill)
      else if (kind === 'report' && !isMidShift(textLines)) bills.closed(register)
    },
    look(registers, now) {
      for (const register of registers) {
        tellGaps(register, now)
        tellUnpaid(register, now)
      }
    },
  }
}

/** `12 (19:05, 120.000 đ)`: table or number, when, how much. */
const spelled = ({ table, number, heard, total }: Bill): string =>
  `${table ?? number ?? '?'} (${civilTime(heard).slice(11, 16)}${total === undefined ? '' : `, ${showDong(total)} đ`})`

/** An X report is read while the shift goes on; it closes nothing. */
const isMidShift = (textLines: readonly string[]): boolean =>
  textLines.slice(0, 6).some((line) => /^\W*(?:bao cao )?(?:x\d?|giua ca)(?: |-|$)/.test(fold(line)))
