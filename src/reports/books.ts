import { divide } from '../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../domain/dong.ts'
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
 * industry group, each with its estimated VAT and PIT; the percentages are those of the day of each sale, which a
 * correction shares with what it corrects.
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
  for (const [group, { lines, vats, pits }] of await groupsOf(parts, ask, say)) {
    const name = say(`industry.${group}`)
    yield strong(undefined, undefined, name)
    for (const { document, day, about, amount } of lines) yield row(document, day, about, amount)
    const revenue = sumDong(lines.map(({ amount }) => amount))
    sum += revenue
    yield strong(undefined, undefined, say('report.group-sum', { group: name.toLowerCase() }), revenue)
    for (const [share, base] of vats) {
      const part = divide(base * share, 10_000n)
      vat += part
      yield row(undefined, undefined, say('report.vat-share', { percent: percent(share) }), part)
    }
    for (const [share, base] of pits) {
      const part = divide(base * share, 10_000n)
      pit += part
      yield row(undefined, undefined, say('report.pit-share', { percent: percent(share) }), part)
    }
  }
  yield strong(undefined, undefined, say('report.sum'), sum)
  yield strong(undefined, undefined, say('report.vat-sum'), vat)
  yield strong(undefined, undefined, say('report.pit-sum'), pit)
}

/** `2,4 %` of hundredths of a percent. */
const percent = (hundredths: bigint): string => `${(Number(hundredths) / 100).toString().replace('.', ',')} %`

/** Of invoices that count. */
async function* lines(parts: ReportsParts, ask: ReportAsk, say: Say): AsyncGenerator<Line> {
  const into = collector(ask.by === 'invoice', say)
  for await (const sold of effective(parts, ask)) yield* into.put(sold, sold.pay)
  yield* into.rest()
}

/** One line per invoice, or one per day and series with its range of numbers, finished when the next day begins. */
function collector(each: boolean, say: Say) {
  let day: CivilDate | undefined
  let runs = new Map<string, { first: number; last: number; amount: Dong }>()
  const rest = (): Line[] => {
    const [on, done] = [day, runs]
    runs = new Map()
    return on === undefined
      ? []
      : [...done].map(([series, { first, last, amount }]) => ({
          document: first === last ? `${series} ${first}` : `${series} ${first}–${last}`,
          day: on,
          amount,
          about: say('report.book.day'),
        }))
  }
  const put = (sold: IssuedRow, amount: Dong): Line[] => {
    if (each) return [{ document: spelled(sold.identity), day: dayOf(sold), amount, about: about(sold, say) }]
    const done = day !== undefined && day !== dayOf(sold) ? rest() : []
    day = dayOf(sold)
    const series = seriesOf(sold.identity)
    const { number } = sold.identity
    const run = runs.get(series)
    runs.set(series, { first: run?.first ?? number, last: number, amount: (run?.amount ?? 0n) + amount })
    return done
  }
  return { put, rest }
}

const about = ({ corrects }: IssuedRow, say: Say): string =>
  corrects ? say(`report.book.${corrects.how}`, { of: spelled(corrects.invoice) }) : say('report.book.sale')

const OTHER = 'other'

interface Group {
  readonly lines: readonly Line[]
  /** Revenue by percentage, which changes with the day and with what was sold. */
  readonly vats: ReadonlyMap<bigint, Dong>
  readonly pits: ReadonlyMap<bigint, Dong>
}

/** The groups that were sold from, by their names. */
async function groupsOf(
  parts: ReportsParts,
  ask: ReportAsk,
  say: Say,
): Promise<readonly (readonly [name: string, group: Group])[]> {
  const groups = new Map<
    string,
    { into: ReturnType<typeof collector>; lines: Line[]; vats: Map<bigint, Dong>; pits: Map<bigint, Dong> }
  >()
  for await (const sold of effective(parts, ask)) {
    const amounts = new Map<string, Dong>()
    for (const { group, share, amount } of await split(parts, sold)) {
      const mine = groups.get(group) ?? {
        into: collector(ask.by === 'invoice', say),
        lines: [],
        vats: new Map(),
        pits: new Map(),
      }
      groups.set(group, mine)
      add(amounts, group, amount)
      if (!share) continue
      mine.vats.set(share.vat, (mine.vats.get(share.vat) ?? 0n) + amount)
      mine.pits.set(share.pit, (mine.pits.get(share.pit) ?? 0n) + amount)
    }
    for (const [group, amount] of amounts) {
      const mine = groups.get(group)
      mine?.lines.push(...mine.into.put(sold, amount))
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { into, lines, vats, pits }]) => [name, { lines: [...lines, ...into.rest()], vats, pits }])
}

/** A part of an invoice's payable that bears the same percentages. */
interface Part {
  readonly group: string
  readonly share: ReturnType<ReportsParts['share']>
  readonly amount: Dong
}

/**
 * An invoice's payable by what its lines bear, in proportion to them after the cut; the parts add up to it. Where
 * goods went both ways each group has its own sign.
 */
async function split(parts: ReportsParts, sold: IssuedRow): Promise<readonly Part[]> {
  const own = parts.shop.industry ?? OTHER
  const taxed = sold.corrects?.issuedOn ?? dayOf(sold)
  const found = new Map<string, Omit<Part, 'amount'> & { weight: bigint }>()
  for (const line of (await document(parts, sold)).view.lines) {
    const { industry: group = own, nature, charge, amount = 0n } = line
    // A discount or a charge on the whole ticket is borne by all, and a note is nothing that was sold.
    if (nature === 3 || nature === 4 || charge) continue
    const share = parts.share(group, taxed, line)
    const key = `${group} ${share?.vat} ${share?.pit}`
    const before = found.get(key)?.weight ?? 0n
    found.set(key, { group, share, weight: before + amount * (10_000n - (share?.off ?? 0n)) })
  }
  const all = [...found.values()]
  if (all.length === 0) return [{ group: own, share: parts.share(own, taxed), amount: sold.pay }]
  const amounts = signed(
    sold.pay,
    all.map(({ weight }) => weight),
  )
  return all.map(({ group, share }, i) => ({ group, share, amount: amounts[i] ?? 0n }))
}

/** By largest remainder where all have one sign; else each rounded for itself, and the largest takes the rest. */
function signed(total: Dong, weights: readonly bigint[]): readonly Dong[] {
  const sizes = weights.map((weight) => (weight < 0n ? -weight : weight))
  if (weights.every((weight) => weight >= 0n) || weights.every((weight) => weight <= 0n)) return spread(total, sizes)
  const parts = weights.map((weight) => divide(weight, 10_000n))
  const largest = sizes.reduce((best, size, i) => (size > (sizes[best] ?? 0n) ? i : best), 0)
  return parts.map((part, i) => (i === largest ? part + total - sumDong(parts) : part))
}
