import type { Dong } from '../domain/dong.ts'
import { sumDong } from '../domain/dong.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { RateSum } from '../domain/invoice.ts'
import type { AsideRow, ClosingRow, IssuedRow } from '../domain/ledger.ts'
import type { ReportAsk } from '../domain/reports.ts'
import { civilTime } from '../domain/time.ts'
import { add, addRates, counts, discountOf, document, issued, placeOf, seriesOf, sortedRates } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, row, strong, type Table } from './table.ts'

/** What one register, or the shop, took. */
interface Taking {
  invoices: number
  replaced: number
  returns: number
  gross: Dong
  discounts: Dong
  returned: Dong
  pay: Dong
  readonly rates: Map<string, RateSum>
  /** By way of paying; `''`: the paper did not say. */
  readonly tenders: Map<string, Dong>
  readonly series: Map<string, { first: number; last: number; count: number }>
  readonly hours: Map<number, { count: number; pay: Dong }>
}

/**
 * X and Z of the gateway: what was issued per register and for the shop (R-097). `z` adds the tills' own reports, to be
 * laid beside it. `gross` is before discounts, of invoices that count; a return is an adjustment with its sign.
 */
export async function takings(parts: ReportsParts, ask: ReportAsk, key: 'x' | 'z'): Promise<Report> {
  const registers = new Map<RegisterId, Taking>()
  const shop = empty()
  for await (const sold of issued(parts, ask)) {
    const mine = registers.get(sold.register) ?? empty()
    registers.set(sold.register, mine)
    const discount = counts(sold) ? discountOf((await document(parts, sold)).view, sold) : 0n
    for (const taking of [mine, shop]) take(taking, sold, discount)
  }
  const wanted = ({ register }: { readonly register: RegisterId }): boolean =>
    (ask.register === undefined || register === ask.register) &&
    (ask.location === undefined || placeOf(parts, register)?.code === ask.location)
  const asides = (await parts.books.asides(ask.from, ask.to)).filter(wanted)
  const closings = key === 'z' ? (await parts.books.closings(ask.from, ask.to)).filter(wanted) : []
  const missing = new Map<string, number>()
  for (const gap of await parts.books.gaps()) {
    const series = seriesOf(gap.series)
    missing.set(series, (missing.get(series) ?? 0) + gap.to - gap.from + 1)
  }
  const all = [...registers].sort(([a], [b]) => (a < b ? -1 : 1))
  const say = (name: string): string => parts.words.say(ask.lang ?? 'vi', name)
  return {
    key,
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      takingsTable(all, shop, say('report.sum')),
      ratesTable(shop, say('report.sum')),
      {
        key: 'tenders',
        columns: columns(['method', 'text'], ['amount', 'money']),
        rows: [...[...shop.tenders].sort().map(([method, amount]) => row(say(`tender.${method || 'unsaid'}`), amount))],
      },
      {
        key: 'numbers',
        columns: columns(
          ['register', 'text'],
          ['series', 'text'],
          ['first', 'count'],
          ['last', 'count'],
          ['count', 'count'],
          ['missing', 'count'],
        ),
        rows: all.flatMap(([register, taking]) =>
          [...taking.series].map(([series, { first, last, count }]) =>
            row(register, series, first, last, count, missing.get(series) ?? 0),
          ),
        ),
      },
      {
        key: 'hours',
        columns: columns(['hour', 'count'], ['count', 'count'], ['pay', 'money']),
        rows: [...shop.hours].sort(([a], [b]) => a - b).map(([hour, { count, pay }]) => row(hour, count, pay)),
      },
      asidesTable(asides, say),
      ...(key === 'z' ? [closingsTable(closings, registers)] : []),
    ],
  }
}

const empty = (): Taking => ({
  invoices: 0,
  replaced: 0,
  returns: 0,
  gross: 0n,
  discounts: 0n,
  returned: 0n,
  pay: 0n,
  rates: new Map(),
  tenders: new Map(),
  series: new Map(),
  hours: new Map(),
})

function take(into: Taking, sold: IssuedRow, discount: Dong): void {
  const { number } = sold.identity
  const name = seriesOf(sold.identity)
  const run = into.series.get(name)
  into.series.set(name, { first: run?.first ?? number, last: number, count: (run?.count ?? 0) + 1 })
  into.invoices++
  if (!counts(sold)) {
    into.replaced++
    return
  }
  if (sold.corrects?.how === 'adjust') {
    into.returns++
    into.returned += sold.pay
  } else into.gross += sold.pay + discount
  into.discounts += discount
  into.pay += sold.pay
  addRates(into.rates, sold.rates)
  const said = sold.tender ?? []
  for (const { method, amount } of said) add(into.tenders, method, amount)
  if (said.length === 0) add(into.tenders, '', sold.pay)
  const hour = Number(civilTime(sold.at).slice(11, 13))
  const at = into.hours.get(hour) ?? { count: 0, pay: 0n }
  into.hours.set(hour, { count: at.count + 1, pay: at.pay + sold.pay })
}

const figures = ({ invoices, replaced, returns, gross, discounts, returned, pay }: Taking) =>
  [invoices, replaced, returns, gross, discounts, returned, pay] as const

const takingsTable = (all: readonly (readonly [RegisterId, Taking])[], shop: Taking, sum: string): Table => ({
  key: 'takings',
  columns: columns(
    ['register', 'text'],
    ['invoices', 'count'],
    ['replaced', 'count'],
    ['returns', 'count'],
    ['gross', 'money'],
    ['discounts', 'money'],
    ['returned', 'money'],
    ['pay', 'money'],
  ),
  rows: [...all.map(([register, taking]) => row(register, ...figures(taking))), strong(sum, ...figures(shop))],
})

export function ratesTable({ rates }: Pick<Taking, 'rates'>, sum: string): Table {
  const all = sortedRates(rates)
  const [net, tax] = [sumDong(all.map((r) => r.net)), sumDong(all.map((r) => r.tax))]
  return {
    key: 'rates',
    columns: columns(['rate', 'text'], ['net', 'money'], ['tax', 'money'], ['pay', 'money']),
    rows: [
      ...all.map((r) => row(r.rate, r.net, r.tax, r.net + r.tax)),
      ...(all.length > 0 ? [strong(sum, net, tax, net + tax)] : []),
    ],
  }
}

/** Papers that were no sale: an officer looks for sales hidden there. */
const asidesTable = (asides: readonly AsideRow[], say: (key: string) => string): Table => ({
  key: 'papers',
  columns: columns(['day', 'day'], ['register', 'text'], ['why', 'text'], ['count', 'count'], ['amount', 'money']),
  rows: asides.map((aside) => row(aside.day, aside.register, say(`aside.${aside.why}`), aside.count, aside.total)),
})

const closingsTable = (closings: readonly ClosingRow[], registers: ReadonlyMap<RegisterId, Taking>): Table => ({
  key: 'closings',
  columns: columns(
    ['register', 'text'],
    ['at', 'time'],
    ['counter', 'text'],
    ['count', 'count'],
    ['till', 'money'],
    ['issued', 'money'],
  ),
  rows: closings.map(({ register, at, totals }) =>
    row(register, at, totals.counter, totals.count, totals.pay, registers.get(register)?.pay ?? 0n),
  ),
})
