import type { Dong } from '../domain/dong.ts'
import { sumDong } from '../domain/dong.ts'
import type { IssuedRow } from '../domain/ledger.ts'
import type { ReportAsk } from '../domain/reports.ts'
import { shownBuyer } from './buyer.ts'
import { document, issued, spelled } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, type Row, row, type Say, sayIn, type Value } from './table.ts'

/** Rates with columns of their own, in the order of form 01/TH-HĐĐT; others are summed. */
const NET = ['0%', '5%', '8%', '10%', 'KCT', 'KKKNT'] as const
const TAX = ['5%', '8%', '10%'] as const
const MINUTE = 60_000

/**
 * One line per invoice, replaced ones too, as officers know it from form 01/TH-HĐĐT (R-095, audit-pack 3.3). It is no sum:
 * `Tình trạng` says which lines count.
 */
export function list(parts: ReportsParts, ask: ReportAsk): Report {
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  async function* rows(): AsyncGenerator<Row> {
    let n = 0
    for await (const sold of issued(parts, ask)) {
      const buyer = shownBuyer(await document(parts, sold), ask.masked !== false, say)
      yield row(++n, ...line(sold, buyer, say, fileOf(sold)))
    }
  }
  return {
    key: 'list',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'list',
        columns: columns(
          ['n', 'count'],
          ['form', 'count'],
          ['symbol', 'text'],
          ['number', 'count'],
          ['code', 'text'],
          ['at', 'time'],
          ['buyer', 'text'],
          ['buyerId', 'text'],
          ...NET.map((rate) => [`net.${rate}`, 'money'] as const),
          ['net.other', 'money'],
          ...TAX.map((rate) => [`tax.${rate}`, 'money'] as const),
          ['tax.other', 'money'],
          ['net', 'money'],
          ['tax', 'money'],
          ['pay', 'money'],
          ['nature', 'text'],
          ['standing', 'text'],
          ['related', 'text'],
          ['due', 'time'],
          ['sentAt', 'time'],
          ['state', 'text'],
          ['acceptedAt', 'time'],
          ['late', 'count'],
          ['register', 'text'],
          ['file', 'text'],
        ),
        rows: rows(),
      },
    ],
  }
}

const line = (sold: IssuedRow, buyer: ReturnType<typeof shownBuyer>, say: Say, file: string): Value[] => {
  const { identity, rates, corrects, replacedBy } = sold
  const of = (pick: 'net' | 'tax', names: readonly string[], others = false): Dong | undefined => {
    const mine = rates.filter(({ rate }) => names.includes(rate) !== others)
    return mine.length === 0 ? undefined : sumDong(mine.map((sum) => sum[pick]))
  }
  const taxed = rates.length > 0
  return [
    identity.form,
    identity.symbol,
    identity.number,
    sold.code,
    sold.at,
    buyer[0],
    buyer[1],
    ...NET.map((rate) => of('net', [rate])),
    of('net', NET, true),
    ...TAX.map((rate) => of('tax', [rate])),
    of('tax', [...NET], true),
    taxed ? sumDong(rates.map(({ net }) => net)) : undefined,
    taxed ? sumDong(rates.map(({ tax }) => tax)) : undefined,
    sold.pay,
    say(`nature.${corrects?.how ?? 'original'}`),
    say(replacedBy ? 'standing.replaced' : 'standing.valid'),
    corrects ? spelled(corrects.invoice) : replacedBy && spelled(replacedBy),
    sold.due,
    sold.sentAt,
    say(`state.${sold.state.replace('-', '_')}`),
    sold.acceptedAt,
    sold.sentAt === undefined ? undefined : Math.max(0, Math.ceil((sold.sentAt - sold.due) / MINUTE)),
    sold.register,
    file,
  ]
}

/** Where an invoice stands in the month pack. */
export const fileOf = ({ identity: { form, symbol, number } }: IssuedRow): string =>
  `hoa-don/${form}${symbol}-${String(number).padStart(8, '0')}.xml`
