import { createHash } from 'node:crypto'
import { formatDecimal, parseDecimal } from '../domain/decimal.ts'
import type { Finding, JudgedInvoice } from '../domain/judge.ts'
import { asCivilDate } from '../domain/time.ts'
import type { Element } from './document.ts'
import { all, only, textOf } from './document.ts'
import { finding, unreadable } from './finding.ts'
import { qrFaults } from './qr.ts'
import { relatedFindings } from './related.ts'
import { sums } from './sums.ts'

export interface Judged {
  /** `1C26MAA-00000153`, or the place where the identity cannot be read. */
  readonly label: string
  readonly invoice?: JudgedInvoice
  readonly findings: readonly Finding[]
}

/** One invoice by itself: identity, code, year, QR, sums. `bytes`: the exact bytes of its element. */
export function judgeInvoice(element: Element, bytes: string | undefined): Judged {
  const data = only(element, 'DLHDon')
  const head = only(data, 'TTChung')
  const content = only(data, 'NDHDon')
  const [form, symbol, number] = [textOf(head, 'KHMSHDon') ?? '', textOf(head, 'KHHDon') ?? '', textOf(head, 'SHDon') ?? '']
  const [seller, date] = [textOf(content, 'NBan', 'MST') ?? '', textOf(head, 'NLap') ?? '']
  const pay = parseDecimal(textOf(content, 'TToan', 'TgTTTBSo') ?? '')
  const readable = /^\d$/.test(form) && /^[A-Z]\d\d[A-Z][A-Z0-9]{2}$/.test(symbol) && /^[1-9]\d{0,7}$/.test(number)
  if (!readable || !seller || !asCivilDate(date) || !pay || bytes === undefined) {
    return { label: element.path, findings: [unreadable(element.path, 'missing', 'identity')] }
  }
  const label = labelOf(form, symbol, number)
  const code = textOf(element, 'MCCQT')
  const qr = textOf(element, 'DLQRCode')
  const block = only(head, 'TTHDLQuan')
  const related = relatedOf(block)
  const rates = ratesOf(content)
  return {
    label,
    invoice: {
      seller,
      form: Number(form),
      symbol,
      number: Number(number),
      ...(code === undefined ? {} : { code }),
      date,
      pay: formatDecimal(pay),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      ...(related ? { related } : {}),
      ...(rates.length > 0 ? { rates } : {}),
    },
    findings: [
      ...codeFindings(code, form, symbol, date, label),
      ...(content ? sums(content, form, label) : []),
      ...relatedFindings(block, { label, form, symbol, number, date, negative: pay.units < 0n }),
      ...(qr === undefined
        ? []
        : qrFindings(qr, { seller, form, symbol, number, date: date.replaceAll('-', ''), pay: formatDecimal(pay) }, label)),
    ],
  }
}

const labelOf = (form: string, symbol: string, number: string): string => `${form}${symbol}-${number.padStart(8, '0')}`

/** V35 and V37: the code's construction and the years. */
function codeFindings(code: string | undefined, form: string, symbol: string, date: string, invoice: string): Finding[] {
  const found: Finding[] = []
  const bad = (why: string): number => found.push(finding('V35', { code: code ?? '-', invoice, why }))
  const year = date.slice(0, 4)
  const parts = /^M([1-9])-(\d\d)-[0-9A-Z]{5}-\d{11}$/.exec(code ?? '')
  const withCode = symbol.startsWith('C')
  if (withCode && code === undefined) bad('code-missing')
  else if (!withCode && code !== undefined) bad('code-unwanted')
  else if (code !== undefined && !parts) bad('code-pattern')
  else if (parts && parts[1] !== form) bad('code-form')
  const years = [symbol.slice(1, 3), ...(parts?.[2] ? [parts[2]] : [])]
  for (const short of years) {
    if (short !== year.slice(2)) found.push(finding('V37', { invoice, year, found: short, expected: year.slice(2) }))
  }
  return found
}

function qrFindings(text: string, facts: Parameters<typeof qrFaults>[1], invoice: string): Finding[] {
  const { wrong, form } = qrFaults(text, facts)
  return [
    ...(wrong.length > 0 ? [unreadable('DLQRCode', 'qr', wrong.join('; '), { invoice })] : []),
    ...form.map((detail) => unreadable('DLQRCode', 'qr', detail, { invoice, severity: 'warning' as const })),
  ]
}

function relatedOf(element: Element | undefined): JudgedInvoice['related'] {
  if (!element) return undefined
  const text = (name: string): string => textOf(element, name) ?? ''
  return { how: text('TCHDon'), form: text('KHMSHDCLQuan'), symbol: text('KHHDCLQuan'), number: text('SHDCLQuan') }
}

function ratesOf(content: Element | undefined): (readonly [string, string, string])[] {
  return all(only(content, 'TToan', 'THTTLTSuat'), 'LTSuat').map(
    (group) => [textOf(group, 'TSuat') ?? '', textOf(group, 'ThTien') ?? '0', textOf(group, 'TThue') ?? '0'] as const,
  )
}
