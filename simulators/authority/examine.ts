import type { Finding, JudgedInvoice, Judgement } from '../../src/domain/judge.ts'
import type { Instant } from '../../src/domain/time.ts'
import { asCivilDate, civilDate, dayStart } from '../../src/domain/time.ts'
import type { Book, Filed, Kept } from './book.ts'
import { identityOf, seriesOf } from './book.ts'
import type { DeskOptions } from './desk.ts'
import type { Identity } from './identity.ts'
import type { Weather } from './moods.ts'
import type { Question, Reason, Reply } from './replies.ts'
import { badFormat, noticeResult, receipt, result } from './replies.ts'

export type Answered = Pick<Filed, 'verdict' | 'invoices' | 'replies' | 'warnings'>

interface Office {
  readonly book: Book
  readonly identity: Identity
  readonly weather: Weather
  readonly options: DeskOptions
}

const DAY = 86_400_000

/**
 * From what the judge saw to the replies: -1 for what is not in the format, 999 with reasons for a signature that does not
 * hold, 204 for what is inside (einvoice-format 4). `readyAt`: when the 204 may be looked up.
 */
export function examine(judgement: Judgement, question: Question, readyAt: Instant, office: Office): Answered {
  const type = judgement.message?.type ?? ''
  const errors = judgement.findings.filter(({ severity }) => severity === 'error' || severity === 'fatal')
  const shape = errors.find(({ id, values }) => id === 'V24' && values['why'] === 'schema')
  if (shape) return bare('unreadable', badFormat(question, { code: '80000', text: `Sai định dạng: ${said(shape)}` }))
  const unsealed = errors.filter(({ id, invoice }) => /^V(18|19|20|28)$/.test(id) || (id === 'V42' && !invoice))
  if (unsealed.length > 0) return bare('refused', receipt(question, unsealed.slice(0, 5).map(reason)))
  if (/^(206|216)$/.test(type)) return packageOf(judgement, errors, question, readyAt, office)
  if (!/^(300|303)$/.test(type)) return bare('refused', receipt(question, [{ code: '80002', text: `Không nhận loại ${type}` }]))
  const reasons = [...errors.map(reason), ...wholesale(office.weather)]
  const replies = [receipt(question, []), noticeResult(question, reasons, office.identity, readyAt)]
  return bare(reasons.length > 0 ? 'rejected' : 'accepted', ...replies)
}

const bare = (verdict: string, ...replies: Reply[]): Answered => ({ verdict, invoices: [], replies, warnings: [] })

function packageOf(
  { invoices }: Judgement,
  errors: readonly Finding[],
  question: Question,
  readyAt: Instant,
  { book, identity, weather, options }: Office,
): Answered {
  const stored = receipt(question, [])
  const general = [...errors.filter(({ invoice }) => !invoice).map(reason), ...wholesale(weather)]
  const [first] = general
  if (first) {
    const replies = [stored, result(question, { kind: 9, reasons: general.slice(0, 20) }, identity, readyAt)]
    return { verdict: 'rejected', invoices: invoices.map((one) => keep(one, first)), replies, warnings: [] }
  }
  const half = weather.strikes('half-rejects')
  const judged = invoices.map((invoice) => {
    const why = refusal(invoice, errors, question.at, book, options) ?? (half ? unlucky(invoice, options.seed) : undefined)
    return { invoice, why }
  })
  const refused = judged.flatMap(({ invoice, why }) =>
    why ? [{ where: `${invoice.form};${invoice.symbol};${invoice.number};`, reason: why }] : [],
  )
  const outcome = refused.length > 0 ? ({ kind: 7, invoices: refused } as const) : ({ kind: 2 } as const)
  return {
    verdict: refused.length === 0 ? 'accepted' : refused.length < judged.length ? 'partial' : 'rejected',
    invoices: judged.map(({ invoice, why }) => keep(invoice, why)),
    replies: [stored, result(question, outcome, identity, readyAt)],
    warnings: running(invoices, question.at, book),
  }
}

function keep(invoice: JudgedInvoice, why: Reason | undefined): Kept {
  const { seller, form, symbol, number, code, sha256 } = invoice
  const verdict = why ? { verdict: 'rejected' as const, reason: why.text } : { verdict: 'accepted' as const }
  return { seller, form, symbol, number, code: code ?? null, sha256, ...verdict }
}

/** Why this invoice alone is refused: found wrong, seen before in another message, of an impossible day, of another's block. */
function refusal(
  invoice: JudgedInvoice,
  errors: readonly Finding[],
  at: Instant,
  book: Book,
  { blocks, oldestDays }: DeskOptions,
): Reason | undefined {
  const label = `${invoice.form}${invoice.symbol}-${String(invoice.number).padStart(8, '0')}`
  const wrong = errors.find((one) => one.invoice === label)
  if (wrong) return { ...reason(wrong), todo: 'Kiểm tra lại và gửi lại hóa đơn' }
  const before = book.accepted(identityOf(invoice)) ?? (invoice.code ? book.accepted(invoice.code) : undefined)
  if (before) return { code: '80001', text: `Trùng hóa đơn đã tiếp nhận trong thông điệp ${before}`, todo: 'Không gửi lại' }
  const day = asCivilDate(invoice.date)
  if (!day || dayStart(day) < at - oldestDays * DAY) return { code: '80004', text: `Ngày lập ${invoice.date} không hợp lệ` }
  const block = blocks[invoice.seller]
  if (block !== undefined && invoice.code?.slice(6, 11) !== block)
    return { code: '80005', text: `Mã ${invoice.code ?? ''} không thuộc dải được cấp` }
  return undefined
}

/** Moods that refuse a package as a whole. */
function wholesale(weather: Weather): Reason[] {
  return [
    ...(weather.strikes('suspended')
      ? [{ code: '80006', text: 'Mã số thuế đang bị ngừng sử dụng hóa đơn điện tử', todo: 'Liên hệ cơ quan thuế quản lý' }]
      : []),
    ...(weather.strikes('rejects')
      ? [
          {
            code: '80007',
            text: 'Chứng thư số không có trong đăng ký sử dụng hóa đơn điện tử',
            todo: 'Đăng ký lại chứng thư số rồi gửi lại',
          },
        ]
      : []),
  ]
}

/** Every other number: exactly half of any run, and the same half for the same seed. */
function unlucky({ number }: JudgedInvoice, seed: number): Reason | undefined {
  if ((number + seed) % 2 === 0) return undefined
  return { code: '80008', text: 'Mã số thuế người mua không tồn tại', todo: 'Kiểm tra lại thông tin và gửi lại hóa đơn' }
}

/** Numbers that jump or go back, days that are past: worth a line in the log, no refusal. */
function running(invoices: readonly JudgedInvoice[], at: Instant, book: Book): string[] {
  const found: string[] = []
  const last = new Map<string, number>()
  const today = civilDate(at)
  for (const invoice of [...invoices].sort((a, b) => a.number - b.number)) {
    const series = seriesOf(invoice)
    const before = last.get(series) ?? book.highest(series)
    if (invoice.number > before + 1) found.push(`gap ${series} ${before + 1}..${invoice.number - 1}`)
    if (invoice.number <= before) found.push(`descending ${series} ${invoice.number} after ${before}`)
    if (invoice.date !== today) found.push(`late ${identityOf(invoice)} of ${invoice.date}`)
    last.set(series, Math.max(before, invoice.number))
  }
  return found
}

const reason = (finding: Finding): Reason => ({
  code: `9${finding.id.slice(1).padStart(4, '0')}`.slice(0, 5),
  text: said(finding),
})

/** A finding in one line, from its own values: the authority has no catalogue of our words. */
const said = ({ id, values, path }: Finding): string =>
  [
    id,
    values['field'] ?? values['why'] ?? values['code'],
    values['detail'],
    values['found'] && `${values['found']} / ${values['expected'] ?? ''}`,
    path,
  ]
    .filter((part) => part)
    .join(' ')
