import type { RegisterId } from '../domain/ids.ts'
import type { DayView, QueueView } from '../domain/ledger.ts'
import type { Aside } from '../domain/receipt.ts'
import { type CivilDate, dayEnd, dayStart, type Instant } from '../domain/time.ts'
import { type Database, maybeNum, num, text } from './sqlite.ts'

/** One day as the screens show it. Amounts are added as integers by SQLite and read as text. */
export function dayView(db: Database, day: CivilDate): DayView {
  const span = [dayStart(day), dayEnd(day)] as const
  const all = db
    .sql('SELECT count(*) AS invoices, CAST(coalesce(sum(pay), 0) AS TEXT) AS pay FROM invoice WHERE at BETWEEN ? AND ?')
    .get(...span)
  const held = count(db, `SELECT count(*) AS it FROM entry WHERE state = 'held' AND heard BETWEEN ? AND ?`, span)
  const rates = db
    .sql(
      `SELECT r.value ->> 0 AS rate, CAST(sum(CAST(r.value ->> 1 AS INTEGER)) AS TEXT) AS net, CAST(sum(CAST(r.value ->> 2 AS INTEGER)) AS TEXT) AS tax
       FROM invoice i, json_each(i.rates) r WHERE i.at BETWEEN ? AND ? GROUP BY 1 ORDER BY 1`,
    )
    .all(...span)
  const hours = db
    .sql(
      `SELECT CAST((at - ?1) / 3600000 AS INTEGER) AS hour, count(*) AS count, CAST(sum(pay) AS TEXT) AS pay FROM invoice WHERE at BETWEEN ?1 AND ?2 GROUP BY 1 ORDER BY 1`,
    )
    .all(...span)
  const asides = db
    .sql(`SELECT why, count(*) AS count FROM entry WHERE state = 'set-aside' AND heard BETWEEN ? AND ? GROUP BY why ORDER BY why`)
    .all(...span)
  return {
    day,
    sales: num(all, 'invoices') + held,
    invoices: num(all, 'invoices'),
    pay: BigInt(text(all, 'pay')),
    rates: rates.map((row) => ({ rate: text(row, 'rate'), net: BigInt(text(row, 'net')), tax: BigInt(text(row, 'tax')) })),
    hours: hours.map((row) => ({ hour: num(row, 'hour'), count: num(row, 'count'), pay: BigInt(text(row, 'pay')) })),
    asides: asides.map((row) => ({ why: text(row, 'why') as Aside, count: num(row, 'count') })),
    held,
    rejected: count(
      db,
      `SELECT count(*) AS it FROM entry e JOIN invoice i ON i.entry = e.key WHERE e.state = 'rejected' AND i.at BETWEEN ? AND ?`,
      span,
    ),
    registers: registersOf(db, span),
  }
}

type Span = readonly [from: Instant, to: Instant]
const count = (db: Database, sql: string, span: Span): number => num(db.sql(sql).get(...span), 'it')

function registersOf(db: Database, span: Span): DayView['registers'] {
  // SQLite gives the other columns of the row that holds the maximum.
  const last = new Map(
    db
      .sql(
        `SELECT e.register, i.form, i.symbol, i.number, max(i.fact) AS newest FROM invoice i JOIN entry e ON e.key = i.entry
         WHERE i.at BETWEEN ? AND ? GROUP BY e.register`,
      )
      .all(...span)
      .map((row) => [
        text(row, 'register'),
        { series: { form: num(row, 'form'), symbol: text(row, 'symbol') }, number: num(row, 'number') },
      ]),
  )
  const heard = db
    .sql(
      'SELECT register, count(*) AS frames, max(heard) AS newest FROM entry WHERE heard BETWEEN ? AND ? GROUP BY register ORDER BY register',
    )
    .all(...span)
  return heard.map((row) => {
    const register = text(row, 'register')
    const newest = last.get(register)
    return {
      register: register as RegisterId,
      frames: num(row, 'frames'),
      lastAt: num(row, 'newest') as Instant,
      ...(newest ? { last: newest } : {}),
    }
  })
}

/** The outbox of all days: sent ones without an answer count as unsent until a doubt or a verdict is recorded. */
export function queueView(db: Database): QueueView {
  const states = (where: string): number => num(db.sql(`SELECT count(*) AS it FROM entry WHERE ${where}`).get(), 'it')
  const oldest = least(db, 'i.at')
  const due = least(db, 'i.due')
  return {
    unsent:
      states(`state = 'queued' AND message IS NULL`) +
      states(`state = 'queued' AND message IS NOT NULL`) +
      states(`state = 'pushed'`),
    doubt: states(`state = 'in-doubt'`),
    rejected: states(`state = 'rejected'`),
    parked: states(`state = 'parked'`),
    held: states(`state = 'held'`),
    ...(oldest === undefined ? {} : { oldest }),
    ...(due === undefined ? {} : { due }),
  }
}

/** The head of the queue order is the oldest of the unbound; the bound ones are few. */
function least(db: Database, column: 'i.at' | 'i.due'): Instant | undefined {
  const free = db
    .sql(
      `SELECT ${column} AS it FROM entry e JOIN invoice i ON i.entry = e.key WHERE e.state = 'queued' AND e.message IS NULL ORDER BY e.due, e.number, e.key LIMIT 1`,
    )
    .get()
  const bound = db
    .sql(
      `SELECT min(${column}) AS it FROM entry e JOIN invoice i ON i.entry = e.key WHERE e.message IS NOT NULL AND e.state IN ('queued', 'pushed', 'in-doubt')`,
    )
    .get()
  const found = [maybeNum(free, 'it'), maybeNum(bound, 'it')].filter((at) => at !== undefined)
  return found.length > 0 ? (Math.min(...found) as Instant) : undefined
}
