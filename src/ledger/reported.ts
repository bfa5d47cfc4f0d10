import type { EntryId, MessageId, RegisterId } from '../domain/ids.ts'
import type { AsideRow, ClosingRow, ExchangeRow, RevenueRow, Step } from '../domain/ledger.ts'
import type { Aside, PaymentMethod, Totals } from '../domain/receipt.ts'
import { asCivilDate, type CivilDate, civilDate, dayEnd, dayStart, type Instant, instant, nextDay } from '../domain/time.ts'
import type { Row } from './sqlite.ts'
import { type Database, maybeText, num, text } from './sqlite.ts'
import { registerIn } from './story.ts'

/** What reports are made of beside the invoices. Closed days are read from their `day.closed`: one fact instead of thousands. */

interface ClosedDay {
  readonly day: CivilDate
  readonly series: readonly { readonly register: string; readonly count: number; readonly pay: string }[]
  readonly registers: readonly {
    readonly register: string
    readonly aside: readonly (readonly [why: string, count: number, total: string])[]
  }[]
}

const bodyOf = <T>(row: Row): T => (JSON.parse(text(row, 'line')) as { body: T }).body

/** Facts of one of the kinds of the index `fact_reported`, written at `since` or later, in order. */
const reported = (db: Database, kind: string, since: Instant): Iterable<Row> =>
  db
    .sql(
      `SELECT n, entry, at, line FROM fact WHERE kind = ? AND kind IN ('day.closed', 'register.closed', 'day.reconciled', 'number.voided')
       AND at >= ? ORDER BY at, n`,
    )
    .iterate(kind, since)

function* closedDays(db: Database, from: CivilDate, to: CivilDate): Generator<ClosedDay> {
  for (const row of reported(db, 'day.closed', dayStart(from))) {
    const closed = bodyOf<ClosedDay>(row)
    if (closed.day >= from && closed.day <= to) yield closed
  }
}

/** The day that is not closed yet, and the fact after which it began. */
function openDayOf(db: Database): { readonly day: CivilDate; readonly after: number } | undefined {
  // From the newest fact backwards: no further than the open day.
  const last = db.sql(`SELECT max(n) AS n FROM fact WHERE kind = 'day.closed'`).get()
  if (last && typeof last['n'] === 'number') {
    const row = db.sql('SELECT line FROM fact WHERE n = ?').get(last['n'])
    if (row) return { day: nextDay(bodyOf<ClosedDay>(row).day), after: last['n'] }
  }
  const first = db.sql('SELECT at FROM fact WHERE n = 0').get()
  return first && { day: civilDate(num(first, 'at') as Instant), after: -1 }
}

/** Z reports as the tills said them, by the day they were heard. */
export function closingsOf(db: Database, from: CivilDate, to: CivilDate): ClosingRow[] {
  const rows: ClosingRow[] = []
  for (const row of reported(db, 'register.closed', dayStart(from))) {
    const { entry, register, z } = bodyOf<{ entry: EntryId; register: RegisterId; z: TotalsText }>(row)
    const heard = num(db.sql('SELECT heard FROM entry WHERE key = ?').get(num(row, 'entry')), 'heard') as Instant
    if (heard >= dayStart(from) && heard <= dayEnd(to)) rows.push({ register, entry, at: heard, totals: totalsOf(z) })
  }
  return rows
}

interface TotalsText {
  readonly count?: number
  readonly pay?: string
  readonly counter?: string
  readonly rates?: readonly (readonly [rate: string, gross: string])[]
  readonly tenders?: readonly (readonly [method: PaymentMethod, amount: string])[]
}

const totalsOf = ({ count, pay, counter, rates, tenders }: TotalsText): Totals => ({
  ...(count === undefined ? {} : { count }),
  ...(pay === undefined ? {} : { pay: BigInt(pay) }),
  ...(counter === undefined ? {} : { counter }),
  ...(rates ? { rates: rates.map(([rate, gross]) => ({ rate, gross: BigInt(gross) })) } : {}),
  ...(tenders ? { tenders: tenders.map(([method, amount]) => ({ method, amount: BigInt(amount) })) } : {}),
})

type Reconciled = Extract<Step, { kind: 'reconciled' }> & { readonly at: Instant }

/** What a person said last of a day; days are closed by people on the day itself or later. */
export function reconciledOf(db: Database, day: CivilDate): Reconciled | undefined {
  let found: Reconciled | undefined
  for (const row of reported(db, 'day.reconciled', dayStart(day))) {
    const body = bodyOf<{ day: string; who: string; differences: [RegisterId, string, string, string][] }>(row)
    if (body.day !== day) continue
    const differences = body.differences.map(([register, what, amount, why]) => ({ register, what, amount: BigInt(amount), why }))
    found = { kind: 'reconciled', day, who: body.who, differences, at: instant(num(row, 'at')) }
  }
  return found
}

/** Month by month and register by register; an invoice that was replaced is taken out of its own month. */
export function revenueOf(db: Database, year: number): RevenueRow[] {
  const [from, to] = [asCivilDate(`${year}-01-01`), asCivilDate(`${year}-12-31`)]
  if (!from || !to) return []
  const rows = new Map<string, { month: number; register: string; invoices: number; pay: bigint }>()
  const add = (day: CivilDate, register: string, invoices: number, pay: bigint): void => {
    const month = Number(day.slice(5, 7))
    const row = rows.get(`${month} ${register}`) ?? { month, register, invoices: 0, pay: 0n }
    rows.set(`${month} ${register}`, { ...row, invoices: row.invoices + invoices, pay: row.pay + pay })
  }
  for (const { day, series } of closedDays(db, from, to))
    for (const { register, count, pay } of series) add(day, register, count, BigInt(pay))
  const open = openDayOf(db)
  if (open && open.day >= from && open.day <= to)
    for (const row of db
      .sql(
        `SELECT e.register, count(*) AS count, CAST(sum(i.pay) AS TEXT) AS pay FROM invoice i JOIN entry e ON e.key = i.entry
         WHERE i.at BETWEEN ? AND ? GROUP BY e.register`,
      )
      .all(dayStart(open.day), dayEnd(open.day)))
      add(open.day, text(row, 'register'), num(row, 'count'), BigInt(text(row, 'pay')))
  for (const row of db
    .sql(
      `SELECT i.at, e.register, CAST(i.pay AS TEXT) AS pay FROM correction c CROSS JOIN invoice i ON i.form = c.form AND i.symbol = c.symbol
       AND i.number = c.number JOIN entry e ON e.key = i.entry WHERE c.how = 'replace' AND i.at BETWEEN ? AND ?`,
    )
    .all(dayStart(from), dayEnd(to)))
    add(civilDate(num(row, 'at') as Instant), text(row, 'register'), -1, -BigInt(text(row, 'pay')))
  return [...rows.values()]
    .sort((a, b) => a.month - b.month || (a.register < b.register ? -1 : 1))
    .map(({ register, ...row }) => ({ ...row, register: register as RegisterId }))
}

/** By the day they were set aside. */
export function asidesOf(db: Database, from: CivilDate, to: CivilDate): AsideRow[] {
  const row = (day: CivilDate, register: string, why: string, count: number, total: bigint): AsideRow => ({
    ...{ day, count, total },
    register: register as RegisterId,
    why: why as Aside,
  })
  const closed = [...closedDays(db, from, to)].flatMap(({ day, registers }) =>
    registers.flatMap(({ register, aside }) => aside.map(([why, count, total]) => row(day, register, why, count, BigInt(total)))),
  )
  const open = openDayOf(db)
  if (!open || open.day < from || open.day > to) return closed
  const today = new Map<string, AsideRow>()
  for (const fact of db.sql(`SELECT line FROM fact WHERE n > ? AND kind = 'entry.aside'`).iterate(open.after)) {
    const { entry, why, total = '0' } = bodyOf<{ entry: string; why: string; total?: string }>(fact)
    const key = `${registerIn(entry)} ${why}`
    const old = today.get(key)
    today.set(key, row(open.day, registerIn(entry), why, (old?.count ?? 0) + 1, (old?.total ?? 0n) + BigInt(total)))
  }
  const sorted = [...today.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, aside]) => aside)
  return [...closed, ...sorted]
}

/** Attempt by attempt, answers and silences with their word; the digest is that of what arrived. */
export function exchangesOf(db: Database, from: CivilDate, to: CivilDate): ExchangeRow[] {
  const rows = db
    .sql(
      `SELECT m.id, m.type, x.what, x.attempt, x.at, x.digest, (SELECT count(*) FROM content k WHERE k.message = x.message) +
       (SELECT count(*) FROM notice n JOIN notice_invoice k ON k.notice = n.key WHERE n.message = x.message) AS invoices
       FROM exchange x JOIN message m ON m.key = x.message WHERE x.at BETWEEN ? AND ? ORDER BY x.at, x.key`,
    )
    .all(dayStart(from), dayEnd(to))
  return rows.map((row) => {
    const word = text(row, 'what')
    const digest = maybeText(row, 'digest')
    const what = word === 'pushed' ? word : SILENCES.has(word) ? 'unanswered' : 'answered'
    return {
      message: text(row, 'id') as MessageId,
      type: num(row, 'type'),
      what,
      attempt: num(row, 'attempt'),
      at: num(row, 'at') as Instant,
      invoices: num(row, 'invoices'),
      ...(what === 'pushed' ? {} : { outcome: word }),
      ...(digest === undefined ? {} : { digest }),
    }
  })
}
const SILENCES = new Set(['unsent', 'unknown', 'restart'])
