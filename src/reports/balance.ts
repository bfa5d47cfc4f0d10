import type { BalanceRow, DayBalance, RegisterBalance } from '../domain/balance.ts'
import { type Dong, sumDong } from '../domain/dong.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { ClosingRow, EntryRow, IssuedRow } from '../domain/ledger.ts'
import { type CivilDate, civilDate, dayStart, type Instant, instant, nextDay } from '../domain/time.ts'
import { add, document, issued, seriesOf } from './issued.ts'
import { entries } from './lists.ts'
import type { ReportsParts } from './parts.ts'

/** A till closed in the small hours closes the evening before. */
const NIGHT = 6 * 3_600_000
const OPEN = ['held', 'rejected', 'parked'] as const

/**
 * A day's tills against its invoices (R-084). What the till rang is laid beside what was issued for it: first invoices and
 * adjustments. A replacement is left out, because the till rang that sale once, and the day stays as it was closed.
 */
export async function balance(parts: ReportsParts, day: CivilDate): Promise<DayBalance> {
  const next = nextDay(day)
  const [rows, later, closings] = [await rung(parts, day), await rung(parts, next), await parts.books.closings(day, next)]
  const heard = new Map<(typeof OPEN)[number] | 'copies', EntryRow[]>()
  for (const state of OPEN) heard.set(state, await all(entries(parts, { state, day })))
  const asides = await all(entries(parts, { state: 'set-aside', day }))
  const copies = asides.filter(({ why }) => why === 'reprint' || why === 'duplicate')
  const names = new Set<RegisterId>([...parts.registers.map(({ id }) => id), ...rows.map(({ register }) => register)])
  const registers: RegisterBalance[] = []
  for (const register of names) {
    const of = <T extends { readonly register: RegisterId }>(list: readonly T[]): T[] =>
      list.filter((one) => one.register === register)
    registers.push(
      await registerBalance(parts, day, register, {
        rows: of(rows),
        later: of(later),
        closings: of(closings),
        held: of(heard.get('held') ?? []),
        copies: of(copies),
      }),
    )
  }
  const open: DayBalance['open'][number][] = []
  for (const state of OPEN)
    for (const entry of heard.get(state) ?? []) {
      const pay = entry.issued?.pay ?? (await parts.paperTotal(entry.id))
      open.push({ entry: entry.id, state, ...(pay === undefined ? {} : { pay }) })
    }
  const lastAt = rows.filter(isRung).reduce<Instant | undefined>((last, { at }) => (last && last > at ? last : at), undefined)
  return { day, registers, open, ...(lastAt === undefined ? {} : { lastAt }) }
}

interface Heard {
  readonly rows: readonly IssuedRow[]
  /** Of the next day: what was sold after midnight and before the till was closed. */
  readonly later: readonly IssuedRow[]
  readonly closings: readonly ClosingRow[]
  readonly held: readonly EntryRow[]
  readonly copies: readonly EntryRow[]
}

async function registerBalance(
  parts: ReportsParts,
  day: CivilDate,
  register: RegisterId,
  heard: Heard,
): Promise<RegisterBalance> {
  const rows = heard.rows.filter(isRung)
  const closings = closingsOf(heard.closings, day)
  const last = closings.at(-1)
  const till = tillSays(closings)
  const [took, accepted] = [figures(rows), figures(rows.filter(({ state }) => state === 'acknowledged'))]
  const cuts = await cutsOf(parts, rows)
  const slips = slipsOf(day, heard)
  const found: BalanceRow[] = []
  for (const what of new Set(['total', ...took.keys(), ...till.keys()])) {
    const [sum, said] = [took.get(what) ?? 0n, till.get(what)]
    // A paper that does not say how it was paid cannot be compared by it.
    const comparable = said !== undefined && !(what.startsWith('tender:') && rows.some(({ tender }) => tender === undefined))
    const difference = comparable ? sum - said : undefined
    const cause =
      what === 'total' && !last && rows.length > 0
        ? { code: 'no-report' as const }
        : difference &&
          (cuts.get(what) === -difference
            ? CUT
            : slips.explain(what, difference)
              ? SLIPS
              : await causeOf(parts, difference, heard, last))
    found.push({
      what,
      issued: sum,
      accepted: accepted.get(what) ?? 0n,
      ...(said === undefined ? {} : { till: said }),
      ...(difference === undefined ? {} : { difference }),
      ...(cause ? { cause } : {}),
    })
  }
  const waits = heard.rows.filter(({ state }) => !ANSWERED.has(state))
  if (waits.length > 0) found.push(unanswered(waits))
  return {
    register,
    ...(last ? { closing: { entry: last.entry, at: last.at } } : {}),
    rows: found,
    ...(slips.sums ? { slips: slips.sums } : {}),
    numbers: numbersOf(heard.rows),
  }
}

/** The authority has said its word; what it refused is a task of its own. */
const ANSWERED: ReadonlySet<IssuedRow['state']> = new Set(['acknowledged', 'rejected', 'parked'])

/** All invoices of a day are accepted or explained before it is closed, replacements too (R-084). */
function unanswered(rows: readonly IssuedRow[]): BalanceRow {
  const issued = sumDong(rows.map(({ pay }) => pay))
  return { what: 'authority', issued, accepted: 0n, difference: -issued, cause: { code: 'unanswered' } }
}

const CUT = { code: 'cut' } as const
const SLIPS = { code: 'slips' } as const

/**
 * Slips of a dead gateway are invoiced when it is back, maybe on the next day (R-051). A till that printed them rang them on the
 * day of the sale; one that was as dead as we were, or a pad of paper, never did.
 */
function slipsOf(day: CivilDate, { rows, later }: Pick<Heard, 'rows' | 'later'>) {
  const on = ({ offline }: IssuedRow): string => offline?.time.slice(0, 10) ?? ''
  const sold = (list: readonly IssuedRow[]): IssuedRow[] => list.filter((row) => row.offline && row.corrects === undefined)
  const issued = sold(rows)
  const earlier = issued.filter((row) => on(row) < day)
  const after = sold(later).filter((row) => on(row) === day)
  const sum = (list: readonly IssuedRow[]) => ({ count: list.length, pay: paid(list) })
  const [all, before, behind] = [figures(issued), figures(earlier), figures(after)]
  return {
    sums: issued.length + after.length === 0 ? undefined : { issued: sum(issued), earlier: sum(earlier), later: sum(after) },
    /** Whether they are the whole difference: those never rung, or those of other days. */
    explain(what: string, difference: Dong): boolean {
      const other = (before.get(what) ?? 0n) - (behind.get(what) ?? 0n)
      return difference !== 0n && (difference === all.get(what) || difference === other)
    },
  }
}

/**
 * What the 20 % cut took off the bills of a till that does not print it, in all and by the way of paying it came out of
 * (R-065): each day differs by it, until the till asks less itself.
 */
async function cutsOf(parts: ReportsParts, rows: readonly IssuedRow[]): Promise<ReadonlyMap<string, Dong>> {
  const sums = new Map<string, Dong>()
  if (parts.shop.cut !== 'deduct') return sums
  for (const sold of rows) {
    const { cut = 0n } = (await document(parts, sold)).view
    if (cut === 0n) continue
    add(sums, 'total', cut)
    const { method } = sold.tender?.find((one) => one.method === 'cash') ?? sold.tender?.[0] ?? {}
    if (method !== undefined) add(sums, `tender:${method}`, cut)
  }
  return sums
}

/** What one thing explains to the đồng; `difference` = issued − till. */
async function causeOf(
  parts: ReportsParts,
  difference: Dong,
  { rows, later, held, copies }: Heard,
  last: ClosingRow | undefined,
): Promise<BalanceRow['cause']> {
  const tooMuch = -difference
  for (const [code, papers] of [
    ['held', held],
    ['reprint', copies],
  ] as const) {
    const totals = await Promise.all(papers.map(async ({ id }) => [id, await parts.paperTotal(id)] as const))
    const one = totals.find(([, total]) => total === tooMuch)
    if (one) return { code, entry: one[0] }
    if (totals.length > 1 && sumDong(totals.map(([, total]) => total ?? 0n)) === tooMuch) return { code }
  }
  const after = last ? paid(later.filter(({ at }) => at <= last.at)) : 0n
  const before = paid(rows.filter(({ at }) => at < dayStart(civilDate(at)) + NIGHT))
  if (after - before !== 0n && after - before === tooMuch) return { code: 'after-midnight' }
  const returned = rows.find(({ corrects, pay }) => corrects?.how === 'adjust' && pay === difference)
  return returned && { code: 'returned', entry: returned.entry }
}

/** What the till rang: see `balance`. */
const isRung = ({ corrects }: IssuedRow): boolean => corrects?.how !== 'replace'
const paid = (rows: readonly IssuedRow[]): Dong => sumDong(rows.filter(isRung).map(({ pay }) => pay))

/** Of this day; a report printed twice has one counter, and of reports without one the last says it all. */
function closingsOf(closings: readonly ClosingRow[], day: CivilDate): readonly ClosingRow[] {
  const mine = closings.filter(({ at }) => civilDate(instant(at - NIGHT)) === day).sort((a, b) => a.at - b.at)
  const byCounter = new Map(mine.map((closing) => [closing.totals.counter ?? '', closing]))
  const numbered = [...byCounter.values()].filter(({ totals }) => totals.counter !== undefined)
  return numbered.length > 0 ? numbered : mine.slice(-1)
}

function tillSays(closings: readonly ClosingRow[]): Map<string, Dong> {
  const sums = new Map<string, Dong>()
  for (const { totals } of closings) {
    if (totals.pay !== undefined) add(sums, 'total', totals.pay)
    for (const { rate, gross } of totals.rates ?? []) add(sums, `rate:${/^\d+$/.test(rate) ? `${rate}%` : rate}`, gross)
    for (const { method, amount } of totals.tenders ?? []) add(sums, `tender:${method}`, amount)
  }
  return sums
}

function figures(rows: readonly IssuedRow[]): Map<string, Dong> {
  const sums = new Map<string, Dong>([['total', paid(rows)]])
  for (const { rates, tender } of rows) {
    for (const { rate, net, tax } of rates) add(sums, `rate:${rate}`, net + tax)
    for (const { method, amount } of tender ?? []) add(sums, `tender:${method}`, amount)
  }
  return sums
}

function numbersOf(rows: readonly IssuedRow[]): RegisterBalance['numbers'] {
  const runs = new Map<string, { series: { form: number; symbol: string }; numbers: number[] }>()
  for (const { identity } of rows) {
    const { form, symbol, number } = identity
    const run = runs.get(seriesOf(identity)) ?? { series: { form, symbol }, numbers: [] }
    run.numbers.push(number)
    runs.set(seriesOf(identity), run)
  }
  return [...runs.values()].map(({ series, numbers }) => {
    const [first = 0, last = 0] = [numbers[0], numbers.at(-1)]
    return { series, first, last, missing: last - first + 1 - numbers.length }
  })
}

const rung = async (parts: ReportsParts, day: CivilDate): Promise<IssuedRow[]> => all(issued(parts, { from: day, to: day }))

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) found.push(row)
  return found
}
