import type { Finding, JudgedInvoice, Judgement } from '../../src/domain/judge.ts'
import { civilDate, type Instant } from '../../src/domain/time.ts'
import type { Book, Filed, Kept } from './book.ts'
import type { DeskOptions } from './desk.ts'
import type { Identity } from './identity.ts'
import type { Inbox } from './inbox.ts'
import { reason, refusal, said } from './law.ts'
import type { Weather } from './moods.ts'
import { examineNotices } from './notices.ts'
import { identityOf, seriesOf, written } from './register.ts'
import { aimOf } from './related.ts'
import type { Question, Reason, Reply } from './replies.ts'
import { badFormat, noticeResult, receipt, result } from './replies.ts'
import { labelOf, noticesOf, type Sheet, sheetsOf } from './sheet.ts'
import { grow, type Tree, textAt } from './tree.ts'

export type Answered = Pick<Filed, 'verdict' | 'invoices' | 'replies' | 'warnings'>

export interface Office {
  readonly book: Book
  readonly inbox: Inbox
  readonly identity: Identity
  readonly weather: Weather
  readonly options: DeskOptions
}

/**
 * From what the judge saw to the replies: -1 for what is not in the format, 999 with reasons for a signature that does not
 * hold, 204 or 301 for what is inside (einvoice-format 4, 10). `readyAt`: when that may be looked up.
 */
export function examine(judgement: Judgement, bytes: Uint8Array, question: Question, readyAt: Instant, office: Office): Answered {
  const type = judgement.message?.type ?? ''
  const errors = judgement.findings.filter(({ severity }) => severity === 'error' || severity === 'fatal')
  const shape = errors.find((one) => isShape(one) && !inCode(one))
  if (shape) return bare('unreadable', badFormat(question, { code: '80000', text: `Sai định dạng: ${said(shape)}` }))
  const unsealed = errors.filter(({ id, invoice }) => /^V(18|19|20|28)$/.test(id) || (id === 'V42' && !invoice))
  if (unsealed.length > 0) return bare('refused', receipt(question, unsealed.slice(0, 5).map(reason)))
  if (type === '999') return acknowledged(bytes, question, office)
  const general = [...errors.filter(({ invoice }) => !invoice).map(reason), ...wholesale(judgement, question, office)]
  if (/^(206|216)$/.test(type)) return packageOf(judgement, sheetsOf(grow(bytes)), general, question, readyAt, office)
  if (!/^(300|303)$/.test(type)) return bare('refused', receipt(question, [{ code: '80002', text: `Không nhận loại ${type}` }]))
  return noticesIn(grow(bytes), general, question, readyAt, office)
}

const bare = (verdict: string, ...replies: Reply[]): Answered => ({ verdict, invoices: [], replies, warnings: [] })

/** A code that is no code is a fault of that invoice, whatever the schema thinks of the package. */
const inCode = ({ path, invoice }: Finding): boolean => invoice !== undefined && /\/MCCQT$/.test(path ?? '')

/**
 * Arithmetic is only a remark to an officer; the authority takes no sums that do not hold (V26, V27: one đồng a rate). The order
 * of days is judged by what was accepted, so that a wrong day does not make its neighbour wrong.
 */
const counts = (one: Finding): boolean =>
  one.id === 'V26' ||
  one.id === 'V27' ||
  (/^(error|fatal)$/.test(one.severity) && one.id !== 'V36' && !(isShape(one) && inCode(one)))

const isShape = ({ id, values }: Finding): boolean => id === 'V24' && values['why'] === 'schema'

/** A taxpayer's 999 for a letter of ours; nothing is answered to it. */
function acknowledged(bytes: Uint8Array, { taxCode }: Question, { inbox }: Office): Answered {
  const about = textAt(grow(bytes), 'DLieu', 'TBao', 'MTDiep')
  return bare(inbox.acknowledge(about, taxCode) ? 'accepted' : 'rejected')
}

function packageOf(
  { invoices, findings, message }: Judgement,
  sheets: ReadonlyMap<string, Sheet>,
  general: readonly Reason[],
  question: Question,
  readyAt: Instant,
  { book, identity, weather, options }: Office,
): Answered {
  const stored = receipt(question, [])
  const [first] = general
  if (first) {
    const replies = [stored, result(question, { kind: 9, reasons: general.slice(0, 20) }, identity, readyAt)]
    return { verdict: 'rejected', invoices: invoices.map((one) => keep(one, undefined, first)), replies, warnings: [] }
  }
  const half = weather.strikes('half-rejects')
  const counted = findings.filter(counts)
  // Within a package each invoice stands on those before it: an original and its replacement may come together.
  const known = book.invoices.fork()
  const judged = invoices.map((invoice) => {
    const sheet = sheets.get(labelOf(invoice)) ?? { pay: 0n, rates: [] }
    const registration = book.registration(invoice.seller)
    const block = options.blocks[invoice.seller]
    const why =
      refusal(invoice, sheet, {
        ...{ type: message?.type ?? '', at: question.at, findings: counted, known, oldestDays: options.oldestDays },
        ...(block === undefined ? {} : { block }),
        ...(registration ? { registration } : {}),
      }) ?? (half ? unlucky(invoice, options.seed) : undefined)
    const kept = keep(invoice, sheet, why)
    known.put(kept, question.id)
    return { kept, why }
  })
  const refused = judged.flatMap(({ kept: { form, symbol, number }, why }) =>
    why ? [{ where: `${form};${symbol};${number};`, reason: why }] : [],
  )
  const outcome = refused.length > 0 ? ({ kind: 7, invoices: refused } as const) : ({ kind: 2 } as const)
  return {
    verdict: refused.length === 0 ? 'accepted' : refused.length < judged.length ? 'partial' : 'rejected',
    invoices: judged.map(({ kept }) => kept),
    replies: [stored, result(question, outcome, identity, readyAt)],
    warnings: running(invoices, question.at, book),
  }
}

function keep(invoice: JudgedInvoice, sheet: Sheet | undefined, why: Reason | undefined): Kept {
  const { seller, form, symbol, number, code, sha256, date } = invoice
  const known = { seller, form, symbol, number, code: code ?? null, sha256 }
  if (why) return { ...known, verdict: 'rejected', reason: why.text }
  const corrects = sheet?.related && aimOf(invoice, sheet.related)
  return {
    ...known,
    ...{ verdict: 'accepted', date },
    ...(sheet ? { amounts: written(sheet) } : {}),
    ...(corrects ? { corrects } : {}),
  }
}

function noticesIn(
  message: Tree,
  general: readonly Reason[],
  question: Question,
  readyAt: Instant,
  { book, inbox, identity }: Office,
): Answered {
  const { whole, some, invoices, settled } = examineNotices(noticesOf(message), question.taxCode, book.invoices, inbox)
  const refused = [...general, ...whole].slice(0, 20)
  if (refused.length === 0) for (const { identities, request } of settled) inbox.settle(identities, request)
  const [first] = refused
  return {
    verdict: first ? 'rejected' : some.length === 0 ? 'accepted' : some.length < invoices.length ? 'partial' : 'rejected',
    invoices: first ? invoices.map((one) => ({ ...one, verdict: 'rejected', reason: first.text })) : invoices,
    replies: [receipt(question, []), noticeResult(question, first ? { whole: refused } : { some }, identity, readyAt)],
    warnings: [],
  }
}

/** What refuses a message as a whole: moods, a stop of use, a certificate nobody registered. */
function wholesale({ certificates }: Judgement, question: Question, { book, weather, options }: Office): Reason[] {
  const { suspendedFrom } = options
  const stopped = suspendedFrom !== undefined && question.at >= suspendedFrom
  const listed = book.registration(question.taxCode)?.certificates ?? options.certificates[question.taxCode] ?? []
  const strange =
    listed.length === 0 ? [] : certificates.filter(({ serial }) => !listed.some((one) => bareSerial(one) === bareSerial(serial)))
  return [
    ...(weather.strikes('suspended') || stopped
      ? [{ code: '80006', text: 'Mã số thuế đang bị ngừng sử dụng hóa đơn điện tử', todo: 'Liên hệ cơ quan thuế quản lý' }]
      : []),
    ...(weather.strikes('rejects') || strange.length > 0
      ? [
          {
            code: '80007',
            text: `Chứng thư số ${strange.map(({ serial }) => `${serial} `).join('')}không có trong đăng ký sử dụng hóa đơn điện tử`,
            todo: 'Đăng ký lại chứng thư số rồi gửi lại',
          },
        ]
      : []),
  ]
}

const bareSerial = (serial: string): string =>
  serial
    .toUpperCase()
    .replace(/[^0-9A-F]/g, '')
    .replace(/^0+/, '')

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
    const before = last.get(series) ?? book.invoices.highest(series)
    if (invoice.number > before + 1) found.push(`gap ${series} ${before + 1}..${invoice.number - 1}`)
    if (invoice.number <= before) found.push(`descending ${series} ${invoice.number} after ${before}`)
    if (invoice.date !== today) found.push(`late ${identityOf(invoice)} of ${invoice.date}`)
    last.set(series, Math.max(before, invoice.number))
  }
  return found
}
