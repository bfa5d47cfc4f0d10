import type { Finding, JudgedInvoice } from '../../src/domain/judge.ts'
import type { Instant } from '../../src/domain/time.ts'
import { asCivilDate, dayStart } from '../../src/domain/time.ts'
import type { Registration } from './letters.ts'
import { identityOf, type Register, seriesOf } from './register.ts'
import { wrongCorrection } from './related.ts'
import type { Reason } from './replies.ts'
import type { Sheet } from './sheet.ts'

/** What an invoice is judged by, beside what the judge found. */
export interface Circumstances {
  readonly type: string
  readonly at: Instant
  /** Errors and arithmetic warnings of the judge. */
  readonly findings: readonly Finding[]
  /** Everything accepted before it, in this package too. */
  readonly known: Register
  readonly block?: string
  readonly registration?: Registration
  /** How old an issue date may be. */
  readonly oldestDays: number
}

const DAY = 86_400_000
/** Forms a cash register may issue (einvoice-format 6.3). */
const FORMS = [1, 2, 5]

/** Why this invoice alone is refused; undefined: it is accepted. What stands first is what its sender hears. */
export function refusal(invoice: JudgedInvoice, sheet: Sheet, about: Circumstances): Reason | undefined {
  return (
    wrongKind(invoice, about) ??
    wrongByItself(invoice, about) ??
    seenBefore(invoice, about.known) ??
    wrongDay(invoice, about) ??
    notGranted(invoice, about) ??
    wrongCorrection(invoice, sheet, about.known)
  )
}

/** With a code: message 206; without: 216 (einvoice-format 3, R-013). */
function wrongKind({ form, symbol }: JudgedInvoice, { type, registration }: Circumstances): Reason | undefined {
  const coded = symbol.startsWith('C')
  if (coded !== (type === '206')) {
    const kind = coded ? 'có mã' : 'không có mã'
    return { code: '80010', text: `Ký hiệu ${symbol} là hóa đơn ${kind}, không gửi trong thông điệp ${type}` }
  }
  if (!FORMS.includes(form)) return { code: '80011', text: `Mẫu số ${form} không dùng cho máy tính tiền` }
  if (registration && !(coded ? registration.coded : registration.uncoded))
    return { code: '80012', text: `Chưa đăng ký hóa đơn máy tính tiền ${coded ? 'có mã' : 'không có mã'}` }
  return undefined
}

function wrongByItself(invoice: JudgedInvoice, { findings }: Circumstances): Reason | undefined {
  const label = `${invoice.form}${invoice.symbol}-${String(invoice.number).padStart(8, '0')}`
  const wrong = findings.find((one) => one.invoice === label)
  return wrong && { ...reason(wrong), todo: 'Kiểm tra lại và gửi lại hóa đơn' }
}

/** Identity and code are used once, whoever uses them. */
function seenBefore(invoice: JudgedInvoice, known: Register): Reason | undefined {
  const before = known.find(identityOf(invoice))
  const holder = invoice.code === undefined ? undefined : known.find(known.holder(invoice.code) ?? '')
  const found = before?.verdict === 'accepted' ? before : holder
  return found && { code: '80001', text: `Trùng hóa đơn đã tiếp nhận trong thông điệp ${found.message}`, todo: 'Không gửi lại' }
}

/** Late filing is a matter of R-039, so of old days only absurd ones are refused; days that go back always. */
function wrongDay(invoice: JudgedInvoice, { at, oldestDays, known }: Circumstances): Reason | undefined {
  const day = asCivilDate(invoice.date)
  if (!day || dayStart(day) < at - oldestDays * DAY) return { code: '80004', text: `Ngày lập ${invoice.date} không hợp lệ` }
  const other = known.outOfOrder(seriesOf(invoice), invoice.number, day)
  return other === undefined
    ? undefined
    : { code: '80013', text: `Lập lùi ngày: số ${invoice.number} ngày ${day}, ký hiệu ${invoice.symbol} đã có ngày ${other}` }
}

function notGranted({ code }: JudgedInvoice, { block, registration }: Circumstances): Reason | undefined {
  const granted = registration?.codeBlock ?? block
  if (granted === undefined || code === undefined || code.slice(6, 11) === granted) return undefined
  return { code: '80005', text: `Mã ${code} không thuộc dải được cấp` }
}

export const reason = (finding: Finding): Reason => ({
  code: `9${finding.id.slice(1).padStart(4, '0')}`.slice(0, 5),
  text: said(finding),
})

/** A finding in one line, from its own values: the authority has no catalogue of our words. */
export const said = ({ id, values, path }: Finding): string =>
  [
    id,
    values['field'] ?? values['rate'] ?? values['why'] ?? values['code'],
    values['detail'],
    values['found'] && `${values['found']} / ${values['expected'] ?? ''}`,
    path,
  ]
    .filter((part) => part)
    .join(' ')
