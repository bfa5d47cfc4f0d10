import type { InvoiceView } from '../domain/country.ts'
import { formatDecimal } from '../domain/decimal.ts'
import type { Dong } from '../domain/dong.ts'
import type { Fault } from '../domain/fault.ts'
import type { RateSum, Stamp } from '../domain/invoice.ts'
import type { DayView, EntryDetail, EntryRow, QueueView } from '../domain/ledger.ts'
import { factTime, type Instant } from '../domain/time.ts'
import type { Lang, Words } from '../domain/words.ts'

/** The ledger's views as JSON: money as strings, instants as Vietnamese civil time, absent instead of null. */

const dong = (amount: Dong): string => amount.toString()
const maybe = <K extends string, T, U>(key: K, value: T | undefined, show: (value: T) => U) =>
  (value === undefined ? {} : { [key]: show(value) }) as { readonly [key in K]?: U }
const same = <T>(value: T): T => value
const rate = ({ rate, net, tax }: RateSum) => ({ rate, net: dong(net), tax: dong(tax) })

export type ShownFault = ReturnType<typeof showFault>
export const showFault = (words: Words, lang: Lang, fault: Fault) => ({
  ...words.fault(lang, fault),
  ...maybe('proofs', fault.proofs, same),
})

export const showDay = (view: DayView) => ({
  ...view,
  pay: dong(view.pay),
  rates: view.rates.map(rate),
  hours: view.hours.map((h) => ({ hour: h.hour, count: h.count, pay: dong(h.pay) })),
  registers: view.registers.map((r) => ({
    register: r.register,
    frames: r.frames,
    ...maybe('lastAt', r.lastAt, factTime),
    ...maybe('last', r.last, ({ series, number }) => ({ form: series.form, symbol: series.symbol, number })),
  })),
})

export const showQueue = (queue: QueueView, now: Instant) => ({
  unsent: queue.unsent,
  doubt: queue.doubt,
  rejected: queue.rejected,
  parked: queue.parked,
  held: queue.held,
  ...maybe('oldest', queue.oldest, factTime),
  ...maybe('oldestSeconds', queue.oldest, (oldest) => Math.max(0, Math.floor((now - oldest) / 1000))),
  ...maybe('due', queue.due, factTime),
})

export const showRow = (words: Words, lang: Lang, row: EntryRow) => ({
  id: row.id,
  register: row.register,
  state: row.state,
  heard: factTime(row.heard),
  since: factTime(row.since),
  ...maybe('issued', row.issued, ({ series, number, code, at, due, pay }) => ({
    form: series.form,
    symbol: series.symbol,
    number,
    ...maybe('code', code, same),
    at: factTime(at),
    due: factTime(due),
    pay: dong(pay),
  })),
  ...maybe('message', row.message, same),
  ...maybe('fault', row.fault, (fault) => showFault(words, lang, fault)),
  ...maybe('why', row.why, same),
})

/** What stands on an invoice, issued or only drawn up. */
export const showView = (view: InvoiceView) => ({
  form: view.identity.form,
  symbol: view.identity.symbol,
  number: view.identity.number,
  title: view.title,
  ...maybe('code', view.authorityCode, same),
  issuedOn: view.issuedOn,
  seller: { name: view.seller.name, taxCode: view.seller.taxCode, address: view.seller.address },
  buyer: view.buyer,
  lines: view.lines.map((line) => ({
    name: line.name,
    ...maybe('unit', line.unit, same),
    ...maybe('quantity', line.quantity, formatDecimal),
    ...maybe('price', line.price, formatDecimal),
    ...maybe('discount', line.discount, dong),
    ...maybe('amount', line.amount, dong),
    ...maybe('rate', line.rate, same),
  })),
  rates: view.rates.map(rate),
  ...maybe('net', view.net, dong),
  ...maybe('tax', view.tax, dong),
  pay: dong(view.pay),
  words: view.words,
  payment: view.payment,
  qr: view.qr,
  ...maybe('legend', view.legend, same),
})

export const showInvoice = (view: InvoiceView, entry: EntryDetail) => ({
  ...showView(view),
  entry: entry.id,
  state: entry.state,
  ...maybe('digest', entry.digest, same),
})

export const showDetail = (words: Words, lang: Lang, entry: EntryDetail, paper: readonly string[]) => ({
  ...showRow(words, lang, entry),
  facts: entry.facts.map((fact) => JSON.parse(fact.line) as Record<string, unknown>),
  ...maybe('digest', entry.digest, same),
  paper: paper.map(visible),
})

/** The stamp as it is drawn: its words, and the dark squares of its QR as one path over a square of `size`. */
export async function showStamp({ lines, qr }: Stamp): Promise<{ lines: string[]; qr: { size: number; path: string } }> {
  const { default: qrcode } = await import('qrcode')
  const { modules } = qrcode.create(qr, { errorCorrectionLevel: 'M' })
  let path = ''
  for (let row = 0; row < modules.size; row++)
    for (let column = 0; column < modules.size; column++) if (modules.get(row, column)) path += `M${column} ${row}h1v1h-1z`
  return { lines: lines.map(visible), qr: { size: modules.size, path } }
}

/**
 * A printed line that cannot play tricks on the screen: controls and bidi marks made visible (W10).
 */
export const visible = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, (c) => {
    const code = c.charCodeAt(0)
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })

/** Telephone, personal and tax numbers on a printed receipt, for eyes that need none of them. `keep`: the seller's own. */
export const masked = (line: string, keep: string): string =>
  line.replace(/(?<![\d.,])(?:0\d{2,3}[ .]?\d{3}[ .]?\d{3,4}|\d{10}(?:-\d{3})?|\d{12})(?![\d])/g, (run) => {
    const digits = run.replace(/\D/g, '')
    return digits === keep ? run : `${digits.slice(0, 4)}***${digits.slice(-3)}`
  })
