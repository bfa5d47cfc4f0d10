import type { Series } from '../domain/invoice.ts'
import { type Database, num, text } from './sqlite.ts'

/** Numbers without an invoice, with the cause where a fact says it. */
export interface Gap {
  readonly series: Series
  readonly from: number
  readonly to: number
  readonly cause?: string
}

/** The last invoice of a series says how many there are: only where that is less than its number is anything looked for. */
export function gapsOf(db: Database): Gap[] {
  const causes = voided(db)
  return db
    .sql('SELECT DISTINCT form, symbol FROM symbol ORDER BY form, symbol')
    .all()
    .flatMap((row) => {
      const series = { form: num(row, 'form'), symbol: text(row, 'symbol') }
      const known = causes.get(`${series.form}${series.symbol}`) ?? new Map<number, string>()
      return missing(db, series).flatMap((gap) => split(gap, known))
    })
}

function missing(db: Database, series: Series): Gap[] {
  const { form, symbol } = series
  const last = db
    .sql(
      `SELECT i.number, f.line ->> '$.body.sum.count' AS count FROM invoice i JOIN fact f ON f.n = i.fact
       WHERE i.form = ? AND i.symbol = ? ORDER BY i.number DESC LIMIT 1`,
    )
    .get(form, symbol)
  if (!last || num(last, 'number') === num(last, 'count')) return []
  return db
    .sql('SELECT from_number, to_number FROM v_gap WHERE form = ? AND symbol = ? ORDER BY from_number')
    .all(form, symbol)
    .map((row) => ({ series, from: num(row, 'from_number'), to: num(row, 'to_number') }))
}

/** Causes by series and number. */
function voided(db: Database): Map<string, Map<number, string>> {
  const found = new Map<string, Map<number, string>>()
  for (const row of db
    .sql(
      `SELECT line FROM fact WHERE kind = 'number.voided' AND kind IN ('day.closed', 'register.closed', 'day.reconciled', 'number.voided')`,
    )
    .iterate()) {
    const { body } = JSON.parse(text(row, 'line')) as {
      body: { form: number; symbol: string; number: number; cause: string }
    }
    const key = `${body.form}${body.symbol}`
    found.set(key, (found.get(key) ?? new Map<number, string>()).set(body.number, body.cause))
  }
  return found
}

/** One row for each number with a cause, one for each run of numbers without. */
function split({ series, from, to }: Gap, causes: ReadonlyMap<number, string>): Gap[] {
  const rows: Gap[] = []
  let next = from
  for (const [number, cause] of [...causes].filter(([n]) => n >= from && n <= to).sort(([a], [b]) => a - b)) {
    if (number > next) rows.push({ series, from: next, to: number - 1 })
    rows.push({ series, from: number, to: number, cause })
    next = number + 1
  }
  if (next <= to) rows.push({ series, from: next, to })
  return rows
}
