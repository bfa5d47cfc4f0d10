import { fault } from '../domain/fault.ts'
import type { Download, ReportAsk, ReportName, Reports } from '../domain/reports.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { dayStart } from '../domain/time.ts'
import { amended } from './amended.ts'
import { balance } from './balance.ts'
import { books } from './books.ts'
import { csv } from './csv.ts'
import { days } from './days.ts'
import { copied, printed } from './invoice.ts'
import { json } from './json.ts'
import { list } from './list.ts'
import { buyers, corrections, exchanges, gaps, queue } from './lists.ts'
import { monthPack } from './month-pack.ts'
import type { ReportsParts } from './parts.ts'
import { press } from './press.ts'
import { items, revenue } from './revenue.ts'
import { type Report, type Say, sayIn } from './table.ts'
import { takings } from './takings.ts'
import { vat } from './vat.ts'
import { workbook } from './xlsx.ts'

const MAKE: Readonly<Record<ReportName, (parts: ReportsParts, ask: ReportAsk) => Report | Promise<Report>>> = {
  x: (parts, ask) => takings(parts, ask, 'x'),
  z: (parts, ask) => takings(parts, ask, 'z'),
  balance: days,
  vat,
  books,
  queue,
  gaps,
  corrections,
  amended,
  revenue,
  items,
  buyers,
  exchanges,
  list,
}

const DAY = 86_400_000
/** Days of one report. */
const LONGEST = 366

/** Looks only: reports, the balance of a day, printed views. */
export function reports(parts: ReportsParts): Reports {
  const make = press(parts.clock)
  return {
    async report(name, ask, format) {
      const made = await report(parts, name, ask)
      return made.ok ? write(made.value, sayIn(parts.words, ask.lang ?? 'vi'), format, make) : made
    },
    monthPack: (month, masked) => monthPack(parts, make, month, masked),
    reconcile: (day) => balance(parts, day),
    printed: (invoice, as) => printed(parts, make, invoice, as),
    copy: (invoice) => copied(parts, invoice),
  }
}

/** Faults: REPORT_PERIOD, REPORT_FORM. */
export async function report(parts: ReportsParts, name: ReportName, ask: ReportAsk): Promise<Result<Report>> {
  const days = (dayStart(ask.to) - dayStart(ask.from)) / DAY
  if (days < 0 || days >= LONGEST) return failed(fault('REPORT_PERIOD', { days: String(LONGEST) }))
  // The VAT breakdown is of the deduction method, the household books are of the other (R-063, R-096).
  if (name === 'vat' && parts.shop.form !== 1) return failed(fault('REPORT_FORM_VAT'))
  if (name === 'books' && parts.shop.form !== 2) return failed(fault('REPORT_FORM_BOOKS'))
  const made = await MAKE[name](parts, ask)
  return ok({ ...made, head: [...headOf(parts, ask), ...made.head] })
}

/** Whose, where, when, in what (R-096). */
function headOf({ shop, registers }: ReportsParts, { from, to, location, register }: ReportAsk): Report['head'] {
  const places = registers.map((one) => one.location ?? shop.location)
  const [only] = places
  const same = places.every((one) => one?.code === only?.code)
  const place = location === undefined ? (same ? only : undefined) : places.find((one) => one?.code === location)
  return [
    ['report.head.seller', shop.name],
    ['report.head.taxCode', shop.taxCode],
    ['report.head.address', shop.address],
    ...(place ? ([['report.head.place', `${place.code} ${place.name}, ${place.address}`]] as const) : []),
    ...(register === undefined ? [] : ([['report.head.register', register]] as const)),
    ['report.head.period', from === to ? shownDay(from) : `${shownDay(from)} – ${shownDay(to)}`],
    ['report.head.unit', 'đồng'],
  ]
}

const shownDay = (day: string): string => day.split('-').reverse().join('/')

const TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/** Fault REPORT_TOO_LONG: a spreadsheet cannot be written piece by piece. */
export async function write(
  report: Report,
  say: Say,
  format: keyof typeof TYPES,
  make: ReturnType<typeof press>,
): Promise<Result<Download>> {
  const file = {
    type: TYPES[format],
    name: `${report.key}-${report.from}${report.to === report.from ? '' : `-${report.to}`}.${format}`,
  }
  if (format === 'json') return ok({ ...file, bytes: json(report, say) })
  if (format === 'csv') return ok({ ...file, bytes: csv(report, say) })
  const whole = await workbook(report, say)
  if (!whole) return failed(fault('REPORT_TOO_LONG'))
  return ok({ ...file, bytes: once(await make({ kind: 'xlsx', workbook: whole })) })
}

/** What is finished, in one piece. */
export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
