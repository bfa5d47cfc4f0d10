import { type Decimal, formatDecimal } from '../domain/decimal.ts'
import type { Dong } from '../domain/dong.ts'
import type { ReportAsk } from '../domain/reports.ts'
import { type CivilDate, civilTime } from '../domain/time.ts'
import { dayOf, document, effective } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, row, sayIn, strong } from './table.ts'
import { shownMonth } from './vat.ts'

interface Taken {
  readonly invoices: number
  readonly pay: Dong
}
const plus = (before: Taken | undefined, pay: Dong, invoices = 1): Taken => ({
  invoices: (before?.invoices ?? 0) + invoices,
  pay: (before?.pay ?? 0n) + pay,
})

/** By day, by hour, and the year so far beside the yearly revenues at which a household's duties change. */
export async function revenue(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const days = new Map<CivilDate, Taken>()
  const hours = new Map<number, Taken>()
  for await (const sold of effective(parts, ask)) {
    const [day, hour] = [dayOf(sold), Number(civilTime(sold.at).slice(11, 13))]
    days.set(day, plus(days.get(day), sold.pay))
    hours.set(hour, plus(hours.get(hour), sold.pay))
  }
  const sum = sayIn(parts.words, ask.lang ?? 'vi')('report.sum')
  const all = [...days.values()].reduce((whole, { pay, invoices }) => plus(whole, pay, invoices), {
    invoices: 0,
    pay: 0n,
  } as Taken)
  const taken = columns(['invoices', 'count'], ['pay', 'money'])
  return {
    key: 'revenue',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'days',
        columns: [...columns(['day', 'day']), ...taken],
        rows: [...[...days].map(([day, { invoices, pay }]) => row(day, invoices, pay)), strong(undefined, all.invoices, all.pay)],
      },
      {
        key: 'hours',
        columns: [...columns(['hour', 'count']), ...taken],
        rows: [...hours].sort(([a], [b]) => a - b).map(([hour, { invoices, pay }]) => row(hour, invoices, pay)),
      },
      await year(parts, ask.to, sum),
      {
        key: 'thresholds',
        columns: columns(['threshold', 'money'], ['pay', 'money'], ['left', 'money'], ['percent', 'count']),
        rows: await gauge(parts, ask.to),
      },
    ],
  }
}

async function year(parts: ReportsParts, to: CivilDate, sum: string) {
  const months = new Map<string, Taken>()
  for (const { month, invoices, pay } of await parts.books.revenue(Number(to.slice(0, 4)))) {
    const name = `${to.slice(0, 4)}-${String(month).padStart(2, '0')}`
    months.set(name, plus(months.get(name), pay, invoices))
  }
  let soFar = 0n
  const rows = [...months]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { invoices, pay }]) => {
      soFar += pay
      return row(shownMonth(name), invoices, pay, soFar)
    })
  const invoices = [...months.values()].reduce((n, one) => n + one.invoices, 0)
  return {
    key: 'year',
    columns: columns(['month', 'text'], ['invoices', 'count'], ['pay', 'money'], ['cumulative', 'money']),
    rows: [...rows, strong(sum, invoices, soFar, soFar)],
  }
}

/** Whole percent, rounded down: 100 is said only when it is reached. */
async function gauge(parts: ReportsParts, to: CivilDate) {
  const rows = await parts.books.revenue(Number(to.slice(0, 4)))
  const pay = rows.reduce((sum, one) => sum + one.pay, 0n)
  return parts
    .thresholds(to)
    .map((limit) => row(limit, pay, limit > pay ? limit - pay : 0n, limit > 0n ? Number((pay * 100n) / limit) : 0))
}

/** What was sold, by item and rate, dearest first: quantities and money as the documents state them, without VAT on form 1. */
export async function items(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const sold = new Map<
    string,
    { name: string; unit: string; rate: string; group: string; units: bigint; amount: Dong; times: number }
  >()
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  for await (const one of effective(parts, ask)) {
    for (const { name, unit = '', rate = '', industry = '', quantity, amount = 0n } of (await document(parts, one)).view.lines) {
      const key = JSON.stringify([name, unit, rate, industry])
      const before = sold.get(key) ?? { name, unit, rate, group: industry, units: 0n, amount: 0n, times: 0 }
      sold.set(key, {
        ...before,
        units: before.units + scaled(quantity),
        amount: before.amount + amount,
        times: before.times + 1,
      })
    }
  }
  const all = [...sold.values()].sort((a, b) => (a.amount > b.amount ? -1 : a.amount < b.amount ? 1 : a.name < b.name ? -1 : 1))
  return {
    key: 'items',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'items',
        columns: columns(
          ['item', 'text'],
          ['unit', 'text'],
          ['rate', 'text'],
          ['group', 'text'],
          ['quantity', 'text'],
          ['lines', 'count'],
          ['amount', 'money'],
        ),
        rows: [
          ...all.map(({ name, unit, rate, group, units, times, amount }) =>
            row(name, unit, rate, group && say(`industry.${group}`), quantityText(units), times, amount),
          ),
          strong(
            say('report.sum'),
            undefined,
            undefined,
            undefined,
            undefined,
            all.reduce((n, { times }) => n + times, 0),
            all.reduce((pay, { amount }) => pay + amount, 0n),
          ),
        ],
      },
    ],
  }
}

/** Quantities have at most six decimals. */
const SCALE = 6
const scaled = (quantity: Decimal | undefined): bigint =>
  quantity === undefined ? 0n : quantity.units * 10n ** BigInt(Math.max(0, SCALE - quantity.scale))
/** `1.234,5`: the decimal comma of Vietnam. */
const quantityText = (units: bigint): string => formatDecimal({ units, scale: SCALE }).replace('.', ',')
