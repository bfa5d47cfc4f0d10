import { sumDong } from '../domain/dong.ts'
import type { IssuedRow } from '../domain/ledger.ts'
import { readOrder } from '../domain/order.ts'
import type { ReportAsk } from '../domain/reports.ts'
import { type CivilDate, civilDate } from '../domain/time.ts'
import { buyerCells } from './buyer.ts'
import { dayOf, issued, spelled } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, type Row, row, type Say, sayIn, strong } from './table.ts'

const COLUMNS = columns(
  ['n', 'count'],
  ['original', 'text'],
  ['originalDay', 'day'],
  ['originalCode', 'text'],
  ['originalPay', 'money'],
  ['how', 'text'],
  ['document', 'text'],
  ['day', 'day'],
  ['code', 'text'],
  ['pay', 'money'],
  ['differenceNet', 'money'],
  ['differenceTax', 'money'],
  ['difference', 'money'],
  ['buyer', 'text'],
  ['buyerId', 'text'],
  ['description', 'text'],
)

interface Amended {
  readonly by: IssuedRow
  readonly original: IssuedRow | undefined
  readonly on: CivilDate
}
interface Group {
  readonly buyer: readonly [name?: string | undefined, id?: string | undefined]
  readonly month: string
  readonly rows: Amended[]
  readonly why: string
}

/**
 * The lists 01/BK-ĐCTT: invoices of one buyer and one month that were wrong in the same way, each beside the document that puts
 * it right. The period is that of the wrong invoices, whenever they were corrected; a single one is no list.
 */
export async function amended(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  const groups = new Map<string, Group>()
  const until = { ...ask, to: civilDate(parts.clock.now()) }
  for await (const by of issued(parts, until)) {
    const { corrects } = by
    if (!corrects || corrects.issuedOn < ask.from || corrects.issuedOn > ask.to) continue
    const who = await buyerOf(parts, by, ask.masked !== false)
    if (!who) continue
    const why = await whyOf(parts, by)
    const month = corrects.issuedOn.slice(0, 7)
    const key = JSON.stringify([who.id, month, corrects.how, corrects.cause, why])
    const group = groups.get(key) ?? { buyer: who.shown, month, rows: [], why }
    const { invoices } = await parts.books.chain(corrects.invoice)
    const original = invoices.find(({ identity }) => spelled(identity) === spelled(corrects.invoice))
    group.rows.push({ by, original, on: corrects.issuedOn })
    groups.set(key, group)
  }
  const several = [...groups.values()].filter(({ rows }) => rows.length > 1)
  return {
    key: 'amended',
    from: ask.from,
    to: ask.to,
    head: [],
    // A file without a table is none.
    tables:
      several.length === 0
        ? [{ key: 'amended', columns: COLUMNS, rows: [] }]
        : several.map((group, i) => ({
            key: 'amended',
            of: `${i + 1}: ${titleOf(group)}`,
            columns: COLUMNS,
            rows: rowsOf(group, say),
          })),
  }
}

const titleOf = ({ buyer, month }: Group): string =>
  [...buyer.filter(Boolean), `${month.slice(5)}/${month.slice(0, 4)}`].join(', ')

function rowsOf({ rows, buyer, why }: Group, say: Say): readonly Row[] {
  const apart = rows.map(change)
  const sum = (pick: keyof ReturnType<typeof change>): bigint => sumDong(apart.map((one) => one[pick] ?? 0n))
  const taxed = apart.some(({ tax }) => tax !== undefined)
  return [
    ...rows.map(({ by, original, on }, i) =>
      row(
        i + 1,
        by.corrects && spelled(by.corrects.invoice),
        on,
        original?.code,
        original?.pay,
        say(`correction.${by.corrects?.how ?? 'replace'}`),
        spelled(by.identity),
        dayOf(by),
        by.code,
        by.pay,
        apart[i]?.net,
        apart[i]?.tax,
        apart[i]?.pay,
        ...[buyer[0], buyer[1], why],
      ),
    ),
    strong(
      undefined,
      say('report.sum'),
      undefined,
      undefined,
      sumDong(rows.map(({ original }) => original?.pay ?? 0n)),
      undefined,
      undefined,
      undefined,
      undefined,
      sumDong(rows.map(({ by }) => by.pay)),
      taxed ? sum('net') : undefined,
      taxed ? sum('tax') : undefined,
      sum('pay'),
    ),
  ]
}

/** A replacement bears the whole amount, an adjustment the difference only. */
function change({ by, original }: Amended): { readonly net?: bigint; readonly tax?: bigint; readonly pay?: bigint } {
  const adjusts = by.corrects?.how === 'adjust'
  if (!adjusts && !original) return {}
  const before = adjusts ? undefined : original
  const of = (rates: IssuedRow['rates'], pick: 'net' | 'tax'): bigint => sumDong(rates.map((one) => one[pick]))
  const taxed = by.rates.length > 0 || (before?.rates.length ?? 0) > 0
  return {
    ...(taxed
      ? {
          net: of(by.rates, 'net') - of(before?.rates ?? [], 'net'),
          tax: of(by.rates, 'tax') - of(before?.rates ?? [], 'tax'),
        }
      : {}),
    pay: by.pay - (before?.pay ?? 0n),
  }
}

/** Undefined: nobody is named, or what named him is gone. */
async function buyerOf(parts: ReportsParts, by: IssuedRow, masked: boolean) {
  const bytes = await parts.view.sealed(by.entry)
  const buyer = bytes && parts.buyerOf(bytes)
  if (!buyer) return undefined
  const [name = '', id = ''] = buyerCells(buyer, false)
  return { id: id === '' ? name : id.replace(/\s/g, ''), shown: buyerCells(buyer, masked) }
}

/** The error in the words of the person who had it corrected. */
async function whyOf({ view }: ReportsParts, { entry }: IssuedRow): Promise<string> {
  const bytes = await view.frame(entry)
  return (bytes && readOrder(bytes)?.why) ?? ''
}
