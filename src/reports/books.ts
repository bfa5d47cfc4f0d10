import { divide } from '../domain/decimal.ts'
import { type Dong, spread } from '../domain/dong.ts'
import type { IssuedRow } from '../domain/ledger.ts'
import type { Book, ReportAsk } from '../domain/reports.ts'
import type { Location } from '../domain/shop.ts'
import type { CivilDate } from '../domain/time.ts'
import { add, dayOf, document, effective, placeOf, seriesOf, spelled } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, type Row, row, type Say, sayIn, strong, type Table } from './table.ts'

const FORM: Readonly<Record<Book, readonly (readonly [string, 'text' | 'day' | 'money'])[]>> = {
  s1a: [
    ['day', 'day'],
    ['description', 'text'],
    ['amount', 'money'],
  ],
  s2a: [
    ['document', 'text'],
    ['day', 'day'],
    ['description', 'text'],
    ['amount', 'money'],
  ],
  s2b: [
    ['document', 'text'],
    ['day', 'day'],
    ['description', 'text'],
    ['amount', 'money'],
  ],
}

/** A line of a book: one day of a series with its range, or one invoice. */
interface Line {
  readonly document: string
  readonly day: CivilDate
  readonly amount: Dong
  readonly about: string
}

/**
 * The household's sales books of Circular 152/2025, one per place of business and one for all. S2a is grouped by
 * industry group, each with its estimated VAT and PIT; the percentages are those of the day of each sale.
 */
export async function books(parts: ReportsParts, ask: ReportAsk): Promise<Report> {
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  const book = ask.book ?? 's2a'
  const places = placesOf(parts).filter((place) => ask.location === undefined || place?.code === ask.location)
  const tables: Table[] = places.map((place) => bookTable(parts, ask, book, say, place))
  if (places.length > 1) tables.push(bookTable(parts, ask, book, say))
  return {
    key: 'books',
    title: say(`report.books.${book}`),
    from: ask.from,
    to: ask.to,
    head: book === 's2a' ? [['report.head.estimate', say('report.estimate')]] : [],
    tables,
  }
}

/** Places in the order of the registers; a shop without any has one, nameless. */
function placesOf(parts: ReportsParts): readonly (Location | undefined)[] {
  const places = new Map<string, Location>()
  for (const { id } of parts.registers) {
    const place = placeOf(parts, id)
    if (place) places.set(place.code, place)
  }
  return places.size > 0 ? [...places.values()] : [undefined]
}

const bookTable = (parts: ReportsParts, ask: ReportAsk, book: Book, say: Say, place?: Location): Table => ({
  key: `book-${book}`,
  ...(place ? { of: `${place.code} ${place.name}` } : placesOf(parts).length > 1 ? { of: say('report.all-places') } : {}),
  columns: columns(...FORM[book]),
  rows: book === 's2a' ? grouped(parts, asked(ask, place), say) : plain(parts, asked(ask, place), book, say),
})

const asked = ({ location: _, ...ask }: ReportAsk, place: Location | undefined): ReportAsk =>
  place ? { ...ask, location: place.code } : ask

async function* plain(parts: ReportsParts, ask: ReportAsk, book: Book, say: Say): AsyncGenerator<Row> {
  let sum = 0n
  for await (const { document, day, about, amount } of lines(parts, ask, say)) {
    sum += amount
    yield book === 's1a' ? row(day, `${about}, ${document}`, amount) : row(document, day, about, amount)
  }
  yield book === 's1a' ? strong(undefined, say('report.sum'), sum) : strong(undefined, undefined, say('report.sum'), sum)
}

async function* grouped(parts: ReportsParts, ask: ReportAsk, say: Say): AsyncGenerator<Row> {
  let [sum, vat, pit] = [0n, 0n, 0n]
  for (const group of await groupsOf(parts, ask)) {
    const name = say(`industry.${group}`)
    yield strong(undefined, undefined, name)
    /** By percentages, which change with the day. */
    const taxed = new Map<string, Dong>()
    for await (const { document, day, about, amount } of lines(parts, ask, say, group)) {
      const share = parts.share(group, day)
      if (share) add(taxed, `${share.vat}/${share.pit}`, amount)
      else add(taxed, '', amount)
      yield row(document, day, about, amount)
    }
    const revenue = [...taxed.values()].reduce((all, one) => all + one, 0n)
    sum += revenue
    yield strong(undefined, undefined, say('report.group-sum', { group: name.toLowerCase() }), revenue)
    for (const [share, base] of taxed) {
      if (share === '') continue
      const [vatShare = 0n, pitShare = 0n] = share.split('/').map(BigInt)
      const [vatPart, pitPart] = [divide(base * vatShare, 10_000n), divide(base * pitShare, 10_000n)]
      vat += vatPart
      pit += pitPart
      yield row(undefined, undefined, say('report.vat-share', { percent: percent(vatShare) }), vatPart)
      yield row(undefined, undefined, say('report.pit-share', { percent: percent(pitShare) }), pitPart)
    }
  }
  yield strong(undefined, undefined, say('report.sum'), sum)
  yield strong(undefined, undefined, say('report.vat-sum'), vat)
  yield strong(undefined, undefined, say('report.pit-sum'), pit)
}

/** `2,4 %` of hundredths of a percent. */
const percent = (hundredths: bigint): string => `${(Number(hundredths) / 100).toString().replace('.', ',')} %`

/** Of invoices that count; a day's line carries the range of numbers of one series. */
async function* lines(parts: ReportsParts, ask: ReportAsk, say: Say, group?: string): AsyncGenerator<Line> {
  const about = (sold: IssuedRow): string =>
    sold.corrects ? say(`report.book.${sold.corrects.how}`, { of: spelled(sold.corrects.invoice) }) : say('report.book.sale')
  let day: CivilDate | undefined
  let runs = new Map<string, { first: number; last: number; amount: Dong }>()
  const flush = function* (on: CivilDate): Generator<Line> {
    for (const [series, { first, last, amount }] of runs)
      yield {
        document: first === last ? `${series} ${first}` : `${series} ${first}–${last}`,
        day: on,
        amount,
        about: say('report.book.day'),
      }
    runs = new Map()
  }
  for await (const sold of effective(parts, ask)) {
    const amount = group === undefined ? sold.pay : ((await split(parts, sold)).get(group) ?? 0n)
    if (group !== undefined && amount === 0n) continue
    if (ask.by === 'invoice') {
      yield { document: spelled(sold.identity), day: dayOf(sold), amount, about: about(sold) }
      continue
    }
    if (day !== undefined && day !== dayOf(sold)) yield* flush(day)
    day = dayOf(sold)
    const series = seriesOf(sold.identity)
    const { number } = sold.identity
    const run = runs.get(series)
    runs.set(series, { first: run?.first ?? number, last: number, amount: (run?.amount ?? 0n) + amount })
  }
  if (day !== undefined) yield* flush(day)
}

const OTHER = 'other'

/** The groups of a period in their usual order; the shop's own alone where no item has another. */
async function groupsOf(parts: ReportsParts, ask: ReportAsk): Promise<readonly string[]> {
  if (oneGroup(parts)) return [parts.shop.industry ?? OTHER]
  const found = new Set<string>()
  for await (const sold of effective(parts, ask)) for (const group of (await split(parts, sold)).keys()) found.add(group)
  return [...found].sort()
}

const oneGroup = ({ shop }: ReportsParts): boolean => shop.rates.items.every(({ industry }) => industry === undefined)

/** An invoice's payable by industry group of its lines, in proportion to them; the parts add up to it. */
async function split(parts: ReportsParts, sold: IssuedRow): Promise<ReadonlyMap<string, Dong>> {
  const own = parts.shop.industry ?? OTHER
  if (oneGroup(parts)) return new Map([[own, sold.pay]])
  const weights = new Map<string, Dong>()
  for (const { industry = own, amount = 0n } of (await document(parts, sold)).view.lines) add(weights, industry, amount)
  const groups = [...weights.keys()]
  const sizes = [...weights.values()].map((weight) => (weight < 0n ? -weight : weight))
  const amounts = spread(sold.pay, sizes)
  return groups.length === 0 ? new Map([[own, sold.pay]]) : new Map(groups.map((group, i) => [group, amounts[i] ?? 0n]))
}
