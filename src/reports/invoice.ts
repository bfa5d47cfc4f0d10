import { fault } from '../domain/fault.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { Download, Reports } from '../domain/reports.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { civilDate } from '../domain/time.ts'
import { copyOf } from './invoice-copy.ts'
import { html } from './invoice-html.ts'
import { type Paper, paperOf } from './invoice-sheet.ts'
import { readable } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import type { Job } from './press.ts'
import { once } from './reports.ts'
import { sayIn } from './table.ts'

/** What the buyer sees, from the sealed bytes alone. Fault: REPORT_NO_INVOICE. */
export async function printed(
  parts: ReportsParts,
  make: (job: Job) => Promise<Uint8Array>,
  invoice: InvoiceIdentity,
  { format, paper: width, copy }: Parameters<Reports['printed']>[1],
): Promise<Result<Download>> {
  const paper = await sheet(parts, invoice, copy)
  if (!paper) return failed(fault('REPORT_NO_INVOICE'))
  const name = `${invoice.form}${invoice.symbol}-${invoice.number}.${format}`
  if (format === 'pdf') {
    const bytes = await make({ kind: 'pdf', sheet: paper, width, fonts: parts.fonts })
    return ok({ type: 'application/pdf', name, bytes: once(bytes) })
  }
  const { text, csp } = html(paper, width)
  return ok({ type: 'text/html; charset=utf-8', name, csp, bytes: once(Buffer.from(text)) })
}

/** For a register's own printer: the document is looked at once, the number of the copy comes when it is printed. */
export async function copied(parts: ReportsParts, invoice: InvoiceIdentity): ReturnType<NonNullable<Reports['copy']>> {
  const paper = await sheet(parts, invoice, undefined)
  if (!paper) return failed(fault('REPORT_NO_INVOICE'))
  const say = sayIn(parts.words, 'vi')
  return ok((n) => copyOf({ ...paper, copy: say('print.copy', { n: String(n) }) }))
}

async function sheet(parts: ReportsParts, invoice: InvoiceIdentity, copy: number | undefined): Promise<Paper | undefined> {
  const entry = await parts.view.invoice(invoice)
  const found = entry && (await readable(parts, entry.id))
  if (!entry?.issued || !found) return undefined
  const { view } = found
  const stamp = await parts.stamp(entry.id)
  const say = sayIn(parts.words, 'vi')
  return paperOf(
    found.erased ? { ...view, buyer: say('buyer.erased') } : view,
    {
      title: parts.titleOf(invoice.form, civilDate(entry.issued.at)),
      register: entry.register,
      lookupUrl: parts.shop.lookupUrl,
      qr: stamp?.qr ?? view.qr,
      ...(copy === undefined ? {} : { copy }),
    },
    say,
  )
}
