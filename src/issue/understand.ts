import type { Dong } from '../domain/dong.ts'
import type { Driver } from '../domain/driver.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Reader } from '../domain/reader.ts'
import type { Aside, Kind, Reading, Receipt, Ties, Totals } from '../domain/receipt.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Sale } from '../domain/sale.ts'
import { type Instant, readTime } from '../domain/time.ts'
import { boughtOn } from './mixed.ts'
import { saleFromReceipt } from './sale-from-receipt.ts'
import { type End, endOf } from './usual-end.ts'

/** What a paper of any kind says of itself, whatever becomes of it. */
export interface Slip {
  readonly kind: Kind
  readonly ties: Ties
  readonly receipt?: Receipt
  readonly textLines: readonly string[]
}

/** What is to become of a heard document, before any question of number or repetition. `slip` is absent where nothing could be read. */
export type Understood = { readonly slip?: Slip } & (
  | {
      readonly kind: 'sale'
      readonly sale: Sale
      readonly receipt: Receipt
      readonly textLines: readonly string[]
      /** Of what was printed. */
      readonly end?: End
    }
  | { readonly kind: 'aside'; readonly why: Aside; readonly total?: Dong; readonly totals?: Totals }
  | { readonly kind: 'held'; readonly fault: Fault }
)

/** A register's clock may run ahead of ours by this much (register-capture 11). */
const AHEAD_MS = 5 * 60_000
/** The shift limit: the longest a receipt may be older than the moment it was heard; a night shift and a late spool fit. */
const SHIFT_MS = 36 * 3_600_000

/**
 * Frame to sale. `released`: a person let it through, so that of a paper with a return and a purchase the purchase is
 * invoiced. `nothing`: so is a ticket of nothing, a voucher or a staff meal. Pure, so it can be run again
 * after a restart or a fix; may throw what a driver or a template throws.
 */
export function understand(frame: Uint8Array, driver: Driver, reader: Reader, released = false, nothing = released): Understood {
  const read = driver.read(frame)
  if (!read.ok) return { kind: 'held', fault: read.fault }
  const said = read.value.kind === 'page' ? reader.read(read.value.page) : read.value.reading
  const reading = released ? boughtOn(said) : said
  const became = become(reading, nothing)
  const slip = slipOf(reading)
  return became.kind === 'sale' && read.value.kind === 'page'
    ? { ...became, slip, end: endOf(read.value.page, became.textLines, became.receipt) }
    : { ...became, slip }
}

function slipOf(reading: Reading): Slip {
  const receipt = 'receipt' in reading ? reading.receipt : undefined
  const ties: Ties = {
    ...(receipt?.receiptNo === undefined ? {} : { number: receipt.receiptNo }),
    ...(receipt?.table === undefined ? {} : { table: receipt.table }),
    ...reading.ties,
  }
  return { kind: reading.kind, ties, ...(receipt ? { receipt } : {}), textLines: reading.textLines }
}

function become(reading: Reading, nothing: boolean): Understood {
  switch (reading.outcome) {
    case 'ready':
      return understoodSale(reading, nothing)
    case 'ignored': {
      const total = reading.receipt?.total
      const { why, totals } = reading
      return { kind: 'aside', why, ...(total !== undefined ? { total } : {}), ...(totals ? { totals } : {}) }
    }
    case 'held':
      return nothing && reading.fault.code === 'SALE_ZERO_TOTAL' && reading.receipt
        ? understoodSale({ ...reading, receipt: reading.receipt }, nothing)
        : { kind: 'held', fault: reading.fault }
    case 'unreadable':
      return { kind: 'held', fault: reading.fault }
  }
}

/** Only a sale may become an invoice by itself (register-capture 6.1); a finished sale taken back is a correction. */
function understoodSale(
  { kind, receipt, textLines }: Pick<Extract<Reading, { outcome: 'ready' }>, 'kind' | 'receipt' | 'textLines'>,
  nothing: boolean,
): Understood {
  if (kind === 'refund' || kind === 'void') return { kind: 'held', fault: fault('SALE_REFUND') }
  if (kind !== 'sale') return { kind: 'held', fault: fault('READING_KIND', { kind }) }
  const sale = saleFromReceipt(receipt, nothing, textLines)
  return sale.ok ? { kind: 'sale', sale: sale.value, receipt, textLines } : { kind: 'held', fault: sale.fault }
}

/** The printed moment against the moment it was heard, never against now: a captured receipt may wait for days. */
export function printedDate(receipt: Receipt, heard: Instant): Result<void> {
  if (receipt.issuedAt === undefined) return ok(undefined)
  const printed = readTime(receipt.issuedAt)
  const age = heard - printed
  if (age >= -AHEAD_MS && age <= SHIFT_MS) return ok(undefined)
  return failed(fault('SALE_DATE_IMPOSSIBLE', { date: receipt.issuedAt.replace('T', ' ') }))
}
