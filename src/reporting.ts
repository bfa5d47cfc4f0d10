import type { Rules } from './countries/vn/rules.ts'
import type { Clock } from './domain/clock.ts'
import type { Country } from './domain/country.ts'
import type { Dong } from './domain/dong.ts'
import type { Driver } from './domain/driver.ts'
import type { EntryId } from './domain/ids.ts'
import type { Stamp } from './domain/invoice.ts'
import type { Log } from './domain/log.ts'
import { readOrder } from './domain/order.ts'
import type { Reader } from './domain/reader.ts'
import type { Reports } from './domain/reports.ts'
import type { Register, Shop } from './domain/shop.ts'
import type { Words } from './domain/words.ts'
import type { OpenLedger } from './ledger/ledger.ts'
import { fonts } from './paths.ts'
import { reportLaw } from './report-law.ts'
import { reports } from './reports/reports.ts'

export interface ReportingParts {
  readonly ledger: OpenLedger
  readonly country: Country
  readonly rules: () => Rules
  readonly shop: Shop
  readonly registers: readonly Register[]
  readonly reader: Reader
  readonly driverOf: (register: string) => Driver
  readonly stamp: (entry: EntryId) => Promise<Stamp | undefined>
  readonly clock: Clock
  readonly log: Log
  readonly words: Words
}

/** Reports and printed views over the open ledger. */
export const reporting = ({
  ledger,
  country,
  rules,
  shop,
  registers,
  stamp,
  clock,
  log,
  words,
  ...read
}: ReportingParts): Reports =>
  reports({
    books: ledger.books,
    view: ledger.view,
    shop,
    registers,
    clock,
    log,
    words,
    invoiceView: country.view,
    masked: (entry) => ledger.view.masked(entry),
    buyerOf: (bytes) => country.buyer?.(bytes),
    paperTotal: (entry) => paperTotal(ledger, entry, read),
    stamp,
    ...reportLaw(rules, shop),
    fonts,
  })

/** What the paper of an entry comes to, read once more; an order says it itself. */
async function paperTotal(
  ledger: OpenLedger,
  entry: EntryId,
  { driverOf, reader }: Pick<ReportingParts, 'driverOf' | 'reader'>,
): Promise<Dong | undefined> {
  const bytes = await ledger.view.frame(entry)
  if (!bytes) return undefined
  const order = readOrder(bytes)
  if (order) return order.sale.total
  const read = driverOf(entry.slice(0, entry.lastIndexOf('-'))).read(bytes)
  if (!read.ok) return undefined
  const reading = read.value.kind === 'page' ? reader.read(read.value.page) : read.value.reading
  return reading.outcome === 'unreadable' ? undefined : reading.receipt?.total
}
