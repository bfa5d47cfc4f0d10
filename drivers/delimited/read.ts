import { type Fault, fault } from '../../src/domain/fault.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import { lettersOf } from '../structured/letters.ts'
import { readingOf, refused } from '../structured/reading.ts'
import type { Fields, Ticket } from '../structured/ticket.ts'
import { BUYER_COLUMNS, HEAD_COLUMNS, LINE_COLUMNS } from './headings.ts'
import type { DelimitedSettings } from './settings.ts'
import { hintsAtOther, isFlood, type Record, receiptKey, type Table, tableOf } from './table.ts'

/** A frame in an audit pack may not be larger. */
export const LARGEST = 4 * 1024 * 1024

/** UTF-16 is turned into UTF-8 where its receipts are told apart: every other alphabet has its marks and line ends in single bytes. */
export const framedEncoding = ({ encoding }: DelimitedSettings): string | undefined =>
  encoding === 'utf-16le' ? undefined : encoding

/** The rows of one receipt below their heading. Faults DRIVER_COLUMNS, DRIVER_ROWS, DRIVER_FIELD and those of the sums. Pure. */
export function readRows(frame: Uint8Array, settings: DelimitedSettings): Reading {
  if (frame.length >= LARGEST || isFlood(frame)) return refused(fault('CAPTURE_OVERSIZE'))
  const { text, doubt } = lettersOf(frame, framedEncoding(settings))
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.replace(/\s+/g, ' ').trim().slice(0, 200))
    .filter((line) => line !== '')
  const against = (found: Fault): Reading => refused(found, lines.slice(0, 200))
  // A control byte is no letter of a file: what else is wrong with it nobody knows.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text))
    return against(fault('DRIVER_ROWS', { row: '?', expected: '?', found: '?' }))
  const table = tableOf(text, settings)
  if (!table.ok) return against(table.fault)
  const { records } = table.value
  if (new Set(records.map(receiptKey)).size !== 1 || !records[0]?.cells.get('receiptNo'))
    return against(fault('SALE_TWO_DOCUMENTS'))
  if (doubt !== undefined) return against(fault(doubt))
  const ticket = ticketOf(records, table.value.headings)
  if (!ticket.ok) return against(ticket.fault)
  if (records.some(hintsAtOther)) return against(fault('SALE_KIND_UNKNOWN'))
  return readingOf(ticket.value, { own: settings.kinds ?? {}, asked: records.some(({ cells }) => cells.has('status')) })
}

const NAMES: Readonly<{ [column: string]: string }> = { lineDiscount: 'discount', lineVatRate: 'vatRate' }
/** May differ from row to row: the first one counts. */
const LOOSE = ['issuedAt', 'time', 'cashier', 'customer']

function ticketOf(records: readonly Record[], headings: Table['headings']): Result<Ticket> {
  const head: { [name: string]: Fields[string] } = {}
  const buyer: { [name: string]: Fields[string] } = {}
  for (const column of [...HEAD_COLUMNS, ...BUYER_COLUMNS]) {
    const [said, other] = new Set(records.map(({ cells }) => cells.get(column) ?? '').filter((text) => text !== ''))
    if (other !== undefined && !LOOSE.includes(column))
      return failed(
        column === 'total' ? fault('SALE_TWO_TOTALS') : fault('DRIVER_FIELD', { field: ` ${column}`, value: other.slice(0, 40) }),
      )
    if (said === undefined) continue
    const ofBuyer = /^buyer(.)(.*)$/.exec(column)
    if (ofBuyer) buyer[`${ofBuyer[1]?.toLowerCase()}${ofBuyer[2]}`] = { text: said, exact: false }
    else head[column] = { text: said, exact: false }
  }
  // The column of a fee is named after it.
  const fee = headings.get('fee')
  if (head['fee'] && fee) head['feeName'] ??= { text: fee, exact: false }
  const lines = records.flatMap(({ cells }): Fields[] => {
    const line = LINE_COLUMNS.flatMap((column) => {
      const text = cells.get(column) ?? ''
      return text === '' ? [] : [[NAMES[column] ?? column, { text, exact: false }] as const]
    })
    return line.length === 0 ? [] : [Object.fromEntries(line)]
  })
  return ok({ head, buyer, lines, payments: [], vat: [], fees: [] })
}
