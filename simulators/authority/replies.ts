import { randomUUID } from 'node:crypto'
import type { Instant } from '../../src/domain/time.ts'
import { civilDate, civilTime } from '../../src/domain/time.ts'
import type { Identity } from './identity.ts'
import { seal } from './seal.ts'

/** One reason of a refusal: a code, what is wrong, what to do. */
export interface Reason {
  readonly code: string
  readonly text: string
  readonly todo?: string
}

/** The message answered, as the authority got it. */
export interface Question {
  /** The id it arrived under (rewrapped by the T-VAN or not). */
  readonly id: string
  readonly sender: string
  readonly taxCode: string
  /** Seller's name, already escaped as it stood in the message. */
  readonly name: string
  readonly count: number
  readonly at: Instant
}

/** A reply as the T-VAN keeps it: `readyAt` is when it can be looked up. */
export interface Reply {
  readonly type: number
  readonly id: string
  readonly xml: string
  readonly readyAt: Instant
}

export const VERSION = '2.1.1'

/** 999: stored (no reason) or refused. Not signed. */
export function receipt(question: Question, reasons: readonly Reason[]): Reply {
  const list = reasons.map(({ code, text }) => `<LDo><MLoi>${code}</MLoi><MTa>${cut(text)}</MTa></LDo>`).join('')
  const body = `<TBao><MTDiep>${question.id}</MTDiep><MNGui>${question.sender}</MNGui><NNhan>${civilTime(question.at)}</NNhan><TTTNhan>${reasons.length > 0 ? 1 : 0}</TTTNhan>${list && `<DSLDo>${list}</DSLDo>`}</TBao>`
  return envelope(question, 999, body, false)
}

/** -1: the message is not in the right format; nothing was stored. */
export function badFormat(question: Question, reason: Reason): Reply {
  const body = `<TBao><MLoi>${reason.code}</MLoi><MTa>${cut(reason.text)}</MTa><MTDiep>${question.id}</MTDiep></TBao>`
  return envelope(question, -1, body, false)
}

/** What a 204 says: everything valid (2), these invoices not (7), the package not (9). */
export type Outcome =
  | { readonly kind: 2 }
  | { readonly kind: 7; readonly invoices: readonly { readonly where: string; readonly reason: Reason }[] }
  | { readonly kind: 9; readonly reasons: readonly Reason[] }

/** 204, form 01/TB-KTDL, sealed by the authority. */
export function result(question: Question, outcome: Outcome, identity: Identity, at: Instant): Reply {
  const hex = randomUUID().replaceAll('-', '')
  const data =
    `<DLTBao Id="Id-${hex}"><PBan>${VERSION}</PBan><MSo>01/TB-KTDL</MSo><Ten>Về việc kết quả kiểm tra dữ liệu hóa đơn điện tử</Ten>` +
    `<So>${hex.slice(0, 12)}/TB-KTDL</So><DDanh>Hà Nội</DDanh><NTBao>${civilDate(at)}</NTBao><MST>${question.taxCode}</MST><TNNT>${question.name}</TNNT>` +
    `<TGGui>${civilTime(question.at)}</TGGui><LTBao>${outcome.kind}</LTBao><CCu>Thông điệp chuyển dữ liệu hóa đơn điện tử khởi tạo từ máy tính tiền đã cấp mã</CCu>` +
    `<MGDDTu>${question.id}</MGDDTu><SLuong>${question.count}</SLuong>${reasonsOf(outcome)}</DLTBao>`
  const body = `<TBao>${data}<DSCKS><CQT>${seal(identity, data, hex, civilTime(at))}</CQT></DSCKS></TBao>`
  return { ...envelope(question, 204, body, true), readyAt: at }
}

function reasonsOf(outcome: Outcome): string {
  if (outcome.kind === 2) return ''
  const list = outcome.kind === 7 ? outcome.invoices : outcome.reasons.map((reason) => ({ where: '', reason }))
  const rows = list.map(
    ({ where, reason }, i) =>
      `<LDo><STT>${i + 1}</STT><MLoi>${reason.code}</MLoi><MTLoi>${cut(`${where}${reason.text}`)}</MTLoi>${reason.todo ? `<HDXLy>${cut(reason.todo)}</HDXLy>` : ''}</LDo>`,
  )
  const block = outcome.kind === 7 ? 'LHDMTTien' : 'KHLKhac'
  return `<${block}><DSLDo>${rows.join('')}</DSLDo></${block}>`
}

/** An invoice of a notice that is not accepted, and why. */
export interface NotNoted {
  readonly form: number
  readonly symbol: string
  readonly number: number
  readonly date: string
  readonly code: string
  readonly reason: Reason
}

/**
 * 301, form 01/TB-SSĐT: the notice of errors was received. Accepted: no reason anywhere (einvoice-format 10). `whole`: why all
 * of it is refused; `some`: the invoices that are.
 */
export function noticeResult(
  question: Question,
  { whole = [], some = [] }: { readonly whole?: readonly Reason[]; readonly some?: readonly NotNoted[] },
  identity: Identity,
  at: Instant,
): Reply {
  const hex = randomUUID().replaceAll('-', '')
  const day = civilDate(at)
  const list = whole.map(({ code, text }) => `<LDo><MLoi>${code}</MLoi><MTLoi>${cut(text)}</MTLoi></LDo>`).join('')
  const rows = some.map(
    ({ form, symbol, number, date, code, reason }, i) =>
      `<HDon><STT>${i + 1}</STT>${code && `<MCCQT>${cut(code)}</MCCQT>`}<KHMSHDon>${form}</KHMSHDon><KHHDon>${symbol}</KHHDon><SHDon>${number}</SHDon><NLap>${date}</NLap>` +
      `<LADHDDT>1</LADHDDT><DSLDKTNhan><LDo><MLoi>${reason.code}</MLoi><MTa>${cut(reason.text)}</MTa></LDo></DSLDKTNhan></HDon>`,
  )
  const data =
    `<DLTBao Id="Id-${hex}"><PBan>${VERSION}</PBan><MSo>01/TB-SSĐT</MSo><Ten>Về việc tiếp nhận và kết quả xử lý về việc hóa đơn điện tử đã lập sai</Ten>` +
    `<DDanh>Hà Nội</DDanh><TCQTCTren>BỘ TÀI CHÍNH</TCQTCTren><TCQT>CỤC THUẾ</TCQT><TNNT>${question.name}</TNNT><MST>${question.taxCode}</MST><MGDDTu>${question.id}</MGDDTu>` +
    `<TGNhan>${day}</TGNhan><NTBNNT>${day}</NTBNNT><STTThe>1</STTThe>${list && `<DSLDKTNhan>${list}</DSLDKTNhan>`}${rows.length > 0 ? `<DSHDon>${rows.join('')}</DSHDon>` : ''}</DLTBao>`
  const number = `<STBao><So>${hex.slice(0, 12)}/TB-HĐĐT</So><NTBao>${day}</NTBao></STBao>`
  const body = `<TBao>${data}${number}<DSCKS><CQT>${seal(identity, data, hex, civilTime(at))}</CQT></DSCKS></TBao>`
  return { ...envelope(question, 301, body, true), readyAt: at }
}

/** `to`: whom it goes to, and the message it answers; a letter answers none. */
export function envelope(
  to: Pick<Question, 'sender' | 'taxCode' | 'at'> & { readonly id?: string },
  type: number,
  body: string,
  counted: boolean,
): Reply {
  const id = `TCT${randomUUID().replaceAll('-', '').toUpperCase()}`
  const owner = to.taxCode ? `<MST>${to.taxCode}</MST>` : ''
  const answered = to.id === undefined ? '' : `<MTDTChieu>${to.id}</MTDTChieu>`
  const head = `<TTChung><PBan>${VERSION}</PBan><MNGui>TCT</MNGui><MNNhan>${to.sender}</MNNhan><MLTDiep>${type}</MLTDiep><MTDiep>${id}</MTDiep>${answered}${owner}${counted ? '<SLuong>1</SLuong>' : ''}</TTChung>`
  const xml = `<?xml version="1.0" encoding="UTF-8"?><TDiep>${head}<DLieu>${body}</DLieu></TDiep>`
  return { type, id, xml, readyAt: to.at }
}

/** At most 255 characters as the schema wants, escaped as canonical XML writes text. */
export const cut = (text: string): string =>
  text.slice(0, 255).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;')
