import type { Finding, JudgedInvoice, Judgement } from '../domain/judge.ts'
import type { Element } from './document.ts'
import { only, textOf } from './document.ts'
import { finding, unreadable } from './finding.ts'
import type { Judged } from './invoice.ts'

export type Header = NonNullable<Judgement['message']>

/** The header of a message as far as it can be read. */
export function headerOf(root: Element): Header {
  const head = only(root, 'TTChung')
  const text = (name: string): string => textOf(head, name) ?? ''
  return {
    id: text('MTDiep'),
    type: text('MLTDiep'),
    sender: text('MNGui'),
    receiver: text('MNNhan'),
    taxCode: text('MST'),
    count: /^\d{1,7}$/.test(text('SLuong')) ? Number(text('SLuong')) : 0,
  }
}

/** What header and invoices owe each other in a package (einvoice-format 2 and 4). */
export function packageFindings(header: Header, judged: readonly Judged[], inside: number): Finding[] {
  const found: Finding[] = []
  const path = '/TDiep/TTChung'
  if (!header.taxCode) found.push(unreadable(path, 'header', 'MST'))
  if (header.count !== inside) found.push(unreadable(path, 'count', `${header.count} ≠ ${inside}`))
  if (!header.id.startsWith(header.sender)) found.push(unreadable(path, 'id-sender', header.id))
  const series = new Set(judged.flatMap(({ invoice }) => (invoice ? [`${invoice.form}${invoice.symbol}`] : [])))
  if (series.size > 1) found.push(unreadable('/TDiep/DLieu', 'mixed-series', [...series].join(', '), { severity: 'warning' }))
  for (const { invoice, label } of judged) {
    // 206 carries symbols with code, 216 those without (einvoice-format 3).
    if (invoice && invoice.symbol.startsWith('C') !== (header.type === '206'))
      found.push(unreadable(path, 'type-symbol', `${header.type}, ${invoice.symbol}`, { invoice: label }))
    if (invoice && invoice.seller !== header.taxCode) {
      found.push(unreadable(label, 'seller-differs', `${invoice.seller} ≠ ${header.taxCode}`, { invoice: label }))
    }
  }
  return found
}

/** V33, V34, V36 inside one message: number or code used twice, a later number with an earlier date. */
export function orderFindings(judged: readonly Judged[]): Finding[] {
  const found: Finding[] = []
  const numbers = new Map<string, number>()
  const codes = new Map<string, number>()
  for (const [i, { invoice, label }] of judged.entries()) {
    if (!invoice) continue
    const series = `${invoice.form}${invoice.symbol}`
    const earlier = numbers.get(label)
    const place = { n: String(i + 1), other: String((earlier ?? 0) + 1) }
    if (earlier !== undefined)
      found.push(finding('V33', { series, number: String(invoice.number), ...place }, { invoice: label }))
    numbers.set(label, earlier ?? i)
    if (invoice.code === undefined) continue
    const before = codes.get(invoice.code)
    const values = { code: invoice.code, n: String(i + 1), other: String((before ?? 0) + 1) }
    if (before !== undefined) found.push(finding('V34', values, { invoice: label }))
    codes.set(invoice.code, before ?? i)
  }
  return [...found, ...dateOrder(judged)]
}

function dateOrder(judged: readonly Judged[]): Finding[] {
  const found: Finding[] = []
  const last = new Map<string, JudgedInvoice>()
  const sorted = judged.flatMap(({ invoice, label }) => (invoice ? [{ invoice, label }] : []))
  for (const { invoice, label } of sorted.sort((a, b) => a.invoice.number - b.invoice.number)) {
    const series = `${invoice.form}${invoice.symbol}`
    const before = last.get(series)
    if (before && invoice.date < before.date) {
      found.push(finding('V36', { invoice: label, found: invoice.date, expected: before.date }))
    }
    last.set(series, invoice)
  }
  return found
}
