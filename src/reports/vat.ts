import type { RateSum } from '../domain/invoice.ts'
import type { ReportAsk } from '../domain/reports.ts'
import { civilDate } from '../domain/time.ts'
import { addRates, counts, dayOf, issued, seriesOf, sortedRates } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, type Row, row, sayIn, strong } from './table.ts'

interface Month {
  /** Invoices and replacements that count. */
  readonly sales: Map<string, RateSum>
  readonly adjustments: Map<string, RateSum>
}

/**
 * For the return of a seller of form 1: net and tax per month and rate. An adjustment belongs to the month of the
 * adjustment. A replacement counts in its own month and what it replaced nowhere; where that one lies in an
 * earlier month its return changes, so those stand in a table of their own.
 */
export async function vat(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const months = new Map<string, Month>()
  const earlier: Row[] = []
  for await (const sold of issued(parts, ask)) {
    if (!counts(sold)) continue
    const name = dayOf(sold).slice(0, 7)
    const month = months.get(name) ?? { sales: new Map(), adjustments: new Map() }
    months.set(name, month)
    addRates(sold.corrects?.how === 'adjust' ? month.adjustments : month.sales, sold.rates)
    const { corrects } = sold
    if (corrects?.how === 'replace' && corrects.issuedOn < ask.from)
      earlier.push(
        row(
          seriesOf(sold.identity),
          sold.identity.number,
          civilDate(sold.at),
          sold.pay,
          seriesOf(corrects.invoice),
          corrects.invoice.number,
          corrects.issuedOn,
        ),
      )
  }
  const sum = sayIn(parts.words, ask.lang ?? 'vi')('report.sum')
  const whole: Month = { sales: new Map(), adjustments: new Map() }
  for (const { sales, adjustments } of months.values()) {
    addRates(whole.sales, sortedRates(sales))
    addRates(whole.adjustments, sortedRates(adjustments))
  }
  const sides = ({ sales, adjustments }: Month, rate: string) => {
    const [sold, adjusted] = [sales.get(rate), adjustments.get(rate)]
    const [net, tax, netBack, taxBack] = [sold?.net ?? 0n, sold?.tax ?? 0n, adjusted?.net ?? 0n, adjusted?.tax ?? 0n]
    return [net, tax, netBack, taxBack, net + netBack, tax + taxBack] as const
  }
  const rates = (month: Month) => [...new Set([...month.sales.keys(), ...month.adjustments.keys()])].sort()
  const total = rates(whole).map((rate) => sides(whole, rate))
  return {
    key: 'vat',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'vat',
        columns: columns(
          ['month', 'text'],
          ['rate', 'text'],
          ['salesNet', 'money'],
          ['salesTax', 'money'],
          ['adjustedNet', 'money'],
          ['adjustedTax', 'money'],
          ['net', 'money'],
          ['tax', 'money'],
        ),
        rows: [
          ...[...months].flatMap(([name, month]) =>
            rates(month).map((rate) => row(shownMonth(name), rate, ...sides(month, rate))),
          ),
          ...(months.size > 1 ? rates(whole).map((rate) => strong(sum, rate, ...sides(whole, rate))) : []),
          strong(sum, undefined, ...[0, 1, 2, 3, 4, 5].map((i) => total.reduce((all, side) => all + (side[i] ?? 0n), 0n))),
        ],
      },
      {
        key: 'replaced-earlier',
        columns: columns(
          ['series', 'text'],
          ['number', 'count'],
          ['day', 'day'],
          ['pay', 'money'],
          ['originalSeries', 'text'],
          ['originalNumber', 'count'],
          ['originalDay', 'day'],
        ),
        rows: earlier,
      },
    ],
  }
}

/** `10/2026` */
export const shownMonth = (month: string): string => `${month.slice(5, 7)}/${month.slice(0, 4)}`
