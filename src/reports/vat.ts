import type { RateSum } from '../domain/invoice.ts'
import type { IssuedRow } from '../domain/ledger.ts'
import type { ReportAsk } from '../domain/reports.ts'
import type { Correction } from '../domain/sale.ts'
import { type CivilDate, civilDate } from '../domain/time.ts'
import { addRates, counts, dayOf, issued, seriesOf, sortedRates, spelled } from './issued.ts'
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
 * earlier month its return changes, so those stand in a table of their own; of a chain of them the last one.
 */
export async function vat(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const months = new Map<string, Month>()
  const before = earlierOnes(ask.from)
  for await (const sold of issued(parts, ask)) {
    before.see(sold)
    if (!counts(sold)) continue
    const name = dayOf(sold).slice(0, 7)
    const month = months.get(name) ?? { sales: new Map(), adjustments: new Map() }
    months.set(name, month)
    addRates(sold.corrects?.how === 'adjust' ? month.adjustments : month.sales, sold.rates)
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
        rows: before.rows(),
      },
    ],
  }
}

/**
 * What replaces invoices of before `from`. A replacement that was replaced again counts no more, but the earlier return
 * changes all the same: what stands at the end of the chain is named beside the invoice of the earlier period.
 */
function earlierOnes(from: CivilDate): { see(sold: IssuedRow): void; rows(): readonly Row[] } {
  const found = new Map<string, { readonly sold: IssuedRow; readonly of: Correction }>()
  return {
    see(sold) {
      const { corrects } = sold
      if (corrects?.how !== 'replace') return
      const of = corrects.issuedOn < from ? corrects : found.get(spelled(corrects.invoice))?.of
      if (!of) return
      found.delete(spelled(corrects.invoice))
      found.set(spelled(sold.identity), { sold, of })
    },
    rows: () =>
      [...found.values()].map(({ sold: { identity, at, pay }, of: { invoice, issuedOn } }) =>
        row(seriesOf(identity), identity.number, civilDate(at), pay, seriesOf(invoice), invoice.number, issuedOn),
      ),
  }
}

/** `10/2026` */
export const shownMonth = (month: string): string => `${month.slice(5, 7)}/${month.slice(0, 4)}`
