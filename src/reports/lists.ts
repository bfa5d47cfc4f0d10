import type { EntryRow, IncidentRow } from '../domain/ledger.ts'
import type { ReportAsk } from '../domain/reports.ts'
import { type Instant, instant } from '../domain/time.ts'
import { shownBuyer } from './buyer.ts'
import { dayOf, document, issued, seriesOf, spelled } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, type Row, row, type Say, sayIn, type Table } from './table.ts'

const UNSENT = ['captured', 'held', 'queued', 'pushed', 'in-doubt', 'rejected', 'parked'] as const
const PAGE = 200
const MINUTE = 60_000

/** What is not with the authority yet, or not taken, of all days: the period does not matter. */
export async function queue(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  const now = parts.clock.now()
  async function* rows(): AsyncGenerator<Row> {
    for (const state of UNSENT)
      for await (const entry of entries(parts, { state })) {
        const { issued: invoice } = entry
        yield row(
          entry.id,
          entry.register,
          say(`state.${state.replace('-', '_')}`),
          invoice && seriesOf(invoice.series),
          invoice?.number,
          invoice?.at ?? entry.heard,
          invoice?.due,
          invoice?.pay,
          Math.max(0, Math.floor((now - (invoice?.at ?? entry.heard)) / MINUTE)),
          entry.fault && parts.words.fault(ask.lang ?? 'vi', entry.fault).message,
        )
      }
  }
  return {
    key: 'queue',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'queue',
        columns: columns(
          ['entry', 'text'],
          ['register', 'text'],
          ['state', 'text'],
          ['series', 'text'],
          ['number', 'count'],
          ['at', 'time'],
          ['due', 'time'],
          ['pay', 'money'],
          ['waited', 'count'],
          ['fault', 'text'],
        ),
        rows: rows(),
      },
    ],
  }
}

export async function* entries(
  { view }: Pick<ReportsParts, 'view'>,
  query: { readonly state: EntryRow['state']; readonly day?: ReportAsk['from'] },
): AsyncGenerator<EntryRow> {
  let after: string | undefined
  do {
    const page = await view.entries({ ...query, limit: PAGE, ...(after === undefined ? {} : { after }) })
    yield* page.rows
    after = page.next
  } while (after !== undefined)
}

/** Numbers that are missing in any series, with their cause. */
export async function gaps(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const found = await parts.books.gaps()
  return {
    key: 'gaps',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'gaps',
        columns: columns(['series', 'text'], ['first', 'count'], ['last', 'count'], ['count', 'count'], ['cause', 'text']),
        rows: found.map(({ series, from, to, cause }) => row(seriesOf(series), from, to, to - from + 1, cause)),
      },
    ],
  }
}

/** Every invoice that replaces or adjusts another: who, when, how long after, and by how much. */
export async function corrections(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  async function* rows(): AsyncGenerator<Row> {
    for await (const sold of issued(parts, ask)) {
      const { corrects } = sold
      if (!corrects) continue
      const chain = await parts.books.chain(sold.identity)
      const original = chain.invoices.find(({ identity }) => spelled(identity) === spelled(corrects.invoice))
      yield row(
        spelled(sold.identity),
        sold.at,
        say(`correction.${corrects.how}`),
        corrects.cause,
        spelled(corrects.invoice),
        corrects.issuedOn,
        original?.pay,
        sold.pay,
        corrects.how === 'adjust' ? sold.pay : original && sold.pay - original.pay,
        say(`state.${sold.state.replace('-', '_')}`),
      )
    }
  }
  return {
    key: 'corrections',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'corrections',
        columns: columns(
          ['document', 'text'],
          ['at', 'time'],
          ['how', 'text'],
          ['causeCode', 'count'],
          ['original', 'text'],
          ['originalDay', 'day'],
          ['originalPay', 'money'],
          ['pay', 'money'],
          ['difference', 'money'],
          ['state', 'text'],
        ),
        rows: rows(),
      },
    ],
  }
}

/** Buyers who asked for an invoice in their name. */
export async function buyers(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  async function* rows(): AsyncGenerator<Row> {
    for await (const sold of issued(parts, ask)) {
      const [name, id] = shownBuyer(await document(parts, sold), ask.masked !== false, sayIn(parts.words, ask.lang ?? 'vi'))
      if (name === undefined && id === undefined) continue
      yield row(
        seriesOf(sold.identity),
        sold.identity.number,
        dayOf(sold),
        name,
        id,
        sold.pay,
        sold.replacedBy && spelled(sold.replacedBy),
      )
    }
  }
  return {
    key: 'buyers',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'buyers',
        columns: columns(
          ['series', 'text'],
          ['number', 'count'],
          ['day', 'day'],
          ['buyer', 'text'],
          ['buyerId', 'text'],
          ['pay', 'money'],
          ['replacedBy', 'text'],
        ),
        rows: rows(),
      },
    ],
  }
}

/** What went to the authority and what came back, attempt by attempt, and the outages: the incident log of a day. */
export async function exchanges(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  const found = await parts.books.exchanges(ask.from, ask.to)
  const first = new Map<string, Instant>()
  for (const { message, at } of found) if (!first.has(message)) first.set(message, at)
  const outages = await parts.books.incidents(ask.from, ask.to)
  return {
    key: 'exchanges',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'exchanges',
        columns: columns(
          ['at', 'time'],
          ['message', 'text'],
          ['type', 'count'],
          ['what', 'text'],
          ['attempt', 'count'],
          ['invoices', 'count'],
          ['outcome', 'text'],
          ['seconds', 'count'],
          ['digest', 'text'],
        ),
        rows: found.map(({ at, message, type, what, attempt, invoices, outcome, digest }) => {
          const seconds = Math.round((at - (first.get(message) ?? instant(at))) / 1000)
          const result = outcome && say(`exchange.outcome.${outcome}`)
          return row(at, message, type, say(`exchange.${what}`), attempt, invoices, result, seconds, digest)
        }),
      },
      // A CSV of one table has its columns in the first line: most days have no outage.
      ...(outages.length > 0 ? [outagesTable(outages, say)] : []),
    ],
  }
}

const outagesTable = (outages: readonly IncidentRow[], say: Say): Table => ({
  key: 'incidents',
  columns: columns(['began', 'time'], ['ended', 'time'], ['minutes', 'count'], ['cause', 'text']),
  rows: outages.map(({ began, ended, cause }) =>
    row(began, ended, ended && Math.round((ended - began) / MINUTE), say(`incident.${cause}`)),
  ),
})
