import { fault } from '../domain/fault.ts'
import type { Book, Download, ReportAsk, ReportName } from '../domain/reports.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { asCivilDate, type CivilDate, civilDate, dayStart, instant } from '../domain/time.ts'
import { document, issued } from './issued.ts'
import { fileOf } from './list.ts'
import type { ReportsParts } from './parts.ts'
import type { Job } from './press.ts'
import { report, write } from './reports.ts'
import { sayIn } from './table.ts'
import { MOST_FILES, type ZipFile, zip } from './zip.ts'

/**
 * A ZIP with the sealed XML of every invoice of the month, their index as CSV and XLSX, and the reports. Masked: the
 * index says `***` for a buyer, and documents that name one are left out. Faults: REPORT_PERIOD, REPORT_TOO_LONG.
 */
export async function monthPack(
  parts: ReportsParts,
  make: (job: Job) => Promise<Uint8Array>,
  month: string,
  masked: boolean,
): Promise<Result<Download>> {
  const from = asCivilDate(`${month}-01`)
  if (!from) return failed(fault('REPORT_PERIOD', { days: '366' }))
  const ask: ReportAsk = { from, to: lastDay(from), masked }
  let count = 0
  for await (const _ of issued(parts, ask)) count++
  if (count > MOST_FILES - 100) return failed(fault('REPORT_TOO_LONG'))
  return ok({ type: 'application/zip', name: `${month}.zip`, bytes: zip(content(parts, make, ask)) })
}

/** The last day of the month that begins on `first`. */
export function lastDay(first: CivilDate): CivilDate {
  let day = first
  for (let at = dayStart(first); civilDate(at).slice(0, 7) === first.slice(0, 7); at = instant(at + 86_400_000))
    day = civilDate(at)
  return day
}

/** Every table for a spreadsheet of any language, the lists for programs too: an Excel that splits at semicolons takes a CSV for one column. */
type Part = readonly [name: string, report: ReportName, format: 'csv' | 'xlsx', book?: Book]
const COMMON: readonly Part[] = [
  ['index', 'list', 'csv'],
  ['index', 'list', 'xlsx'],
  ['bao-cao-z', 'z', 'xlsx'],
  ['doi-chieu-ngay', 'balance', 'xlsx'],
  ['doanh-thu', 'revenue', 'xlsx'],
  ['xu-ly-sai-sot', 'corrections', 'xlsx'],
  ['so-thieu', 'gaps', 'csv'],
  ['so-thieu', 'gaps', 'xlsx'],
  ['chua-gui', 'queue', 'csv'],
  ['chua-gui', 'queue', 'xlsx'],
  ['nhat-ky-gui-nhan', 'exchanges', 'csv'],
  ['nhat-ky-gui-nhan', 'exchanges', 'xlsx'],
]
const OF_FORM: Readonly<Record<1 | 2, readonly Part[]>> = {
  1: [['bang-thue-gtgt', 'vat', 'xlsx']],
  2: [
    ['so-s1a-hkd', 'books', 'xlsx', 's1a'],
    ['so-s2a-hkd', 'books', 'xlsx', 's2a'],
    ['so-s2b-hkd', 'books', 'xlsx', 's2b'],
  ],
}

async function* content(parts: ReportsParts, make: (job: Job) => Promise<Uint8Array>, ask: ReportAsk): AsyncGenerator<ZipFile> {
  const say = sayIn(parts.words, 'vi')
  for (const [name, key, format, book] of [...COMMON, ...OF_FORM[parts.shop.form]]) {
    const made = await report(parts, key, { ...ask, ...(book ? { book } : {}) })
    const file = made.ok ? await write(made.value, say, format, make) : made
    // A month too long for a spreadsheet has its figures in CSV and XML; every other fault here would be a bug.
    if (!file.ok && file.fault.code === 'REPORT_TOO_LONG') continue
    if (!file.ok) throw new Error(`${key}: ${file.fault.code}`)
    yield { name: `${name}.${format}`, bytes: await whole(file.value.bytes) }
  }
  for await (const sold of issued(parts, ask)) {
    const { sealed, buyer } = await document(parts, sold)
    if (!sealed || (ask.masked && buyer)) continue
    yield { name: fileOf(sold), bytes: sealed }
  }
}

export async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
