import type { InvoiceView } from '../domain/country.ts'
import { type Decimal, divide, multiply, parseDecimal, rescale } from '../domain/decimal.ts'
import type { Dong } from '../domain/dong.ts'
import { sumDong } from '../domain/dong.ts'
import { isErased } from '../domain/erasure.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { InvoiceIdentity, RateSum } from '../domain/invoice.ts'
import type { IssuedRow } from '../domain/ledger.ts'
import type { ReportAsk } from '../domain/reports.ts'
import type { Buyer } from '../domain/sale.ts'
import { type CivilDate, civilDate } from '../domain/time.ts'
import type { ReportsParts } from './parts.ts'

const PAGE = 500

/** All invoices of a period in the order issued, also those that count no more. */
export async function* issued(parts: ReportsParts, ask: ReportAsk): AsyncGenerator<IssuedRow> {
  const { from, to, register, location } = ask
  let after: string | undefined
  do {
    const page = await parts.books.issued({
      from,
      to,
      limit: PAGE,
      ...(register === undefined ? {} : { register }),
      ...(after === undefined ? {} : { after }),
    })
    for (const row of page.rows) if (location === undefined || placeOf(parts, row.register)?.code === location) yield row
    after = page.next
  } while (after !== undefined)
}

/**
 * Whether it counts: the replacement declares the full amount on its own day, what it replaced counts no more, and an
 * adjustment counts with its sign on the day of the adjustment. `Books.revenue` counts alike.
 */
export const counts = (row: IssuedRow): boolean => row.replacedBy === undefined

export async function* effective(parts: ReportsParts, ask: ReportAsk): AsyncGenerator<IssuedRow> {
  for await (const row of issued(parts, ask)) if (counts(row)) yield row
}

export interface Document {
  /** As sealed; absent where only the masked copy can be read. */
  readonly sealed?: Uint8Array
  readonly view: InvoiceView
  readonly buyer?: Buyer | undefined
  /** The buyer was erased: lines and sums are those of the masked copy. */
  readonly erased?: true
}

/** The invoice as sealed, for what the books do not keep beside it; its masked copy where that is all that can be read. */
export async function document(parts: ReportsParts, { entry }: Pick<IssuedRow, 'entry'>): Promise<Document> {
  const found = await readable(parts, entry)
  if (!found) throw new Error(`${entry} is issued and has no document`)
  return found
}

/** Undefined: there is none. */
export async function readable(parts: ReportsParts, entry: EntryId): Promise<Document | undefined> {
  const sealed = await parts.view.sealed(entry)
  if (sealed) return { sealed, view: parts.invoiceView(sealed), buyer: parts.buyerOf(sealed) }
  const masked = await parts.masked?.(entry)
  if (!masked) return undefined
  const erased = isErased((await parts.view.entry(entry))?.facts ?? [])
  return { view: parts.invoiceView(masked), ...(erased ? { erased } : { buyer: parts.buyerOf(masked) }) }
}

/** The place of business of a register. */
export const placeOf = ({ registers, shop }: ReportsParts, register: RegisterId) =>
  registers.find(({ id }) => id === register)?.location ?? shop.location

export const dayOf = (row: IssuedRow): CivilDate => civilDate(row.at)
/** `1C26MAA`, as people write a series. */
export const seriesOf = ({ form, symbol }: Pick<InvoiceIdentity, 'form' | 'symbol'>): string => `${form}${symbol}`
export const spelled = (id: InvoiceIdentity): string => `${seriesOf(id)} ${id.number}`

/** Sums by rate, in the order of the bytes of the rate. */
export function addRates(into: Map<string, RateSum>, rates: readonly RateSum[]): void {
  for (const { rate, net, tax } of rates) {
    const before = into.get(rate)
    into.set(rate, { rate, net: net + (before?.net ?? 0n), tax: tax + (before?.tax ?? 0n) })
  }
}
export const sortedRates = (sums: ReadonlyMap<string, RateSum>): readonly RateSum[] =>
  [...sums.values()].sort((a, b) => (a.rate < b.rate ? -1 : 1))

/**
 * Discounts that an invoice shows, in the money people pay: form 1 states prices and discounts before tax, so what was given is
 * the prices with their tax less what the rates come to. An adjustment has none.
 */
export function discountOf({ lines, rates }: InvoiceView, row: IssuedRow): Dong {
  if (row.corrects?.how === 'adjust') return 0n
  const shown = sumDong(lines.map(({ discount = 0n, amount = 0n }) => discount + (amount < 0n ? -amount : 0n)))
  if (shown === 0n || rates.length === 0) return shown
  const listed = rates.map(({ rate }) =>
    listedWithTax(
      lines.filter((line) => line.rate === rate),
      rate,
    ),
  )
  return sumDong(listed) - sumDong(rates.map(({ net, tax }) => net + tax))
}

/** Prices keep six decimals, so with its tax again a line is the price on the shelf, to the đồng. */
function listedWithTax(lines: InvoiceView['lines'], rate: string): Dong {
  const millionths = lines.map(({ quantity = NONE, price = NONE }) => multiply(quantity, price, 6).units)
  const percent = parseDecimal(/([\d.]+)%$/.exec(rate)?.[1] ?? '0', 2) ?? NONE
  const hundredths = rescale(percent, 2).units
  return divide(sumDong(millionths) * (10_000n + hundredths), 10_000_000_000n)
}
const NONE: Decimal = { units: 0n, scale: 0 }

/** Adds to a sum kept by key. */
export const add = <K>(sums: Map<K, Dong>, key: K, amount: Dong): void => void sums.set(key, (sums.get(key) ?? 0n) + amount)
