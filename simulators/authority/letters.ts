import { randomUUID } from 'node:crypto'
import type { CivilDate, Instant } from '../../src/domain/time.ts'
import { civilDate, civilTime } from '../../src/domain/time.ts'
import type { Identity } from './identity.ts'
import type { Standing } from './register.ts'
import { cut, envelope, VERSION } from './replies.ts'
import { seal } from './seal.ts'

/** What the authority wrote to a taxpayer of its own accord, and what became of it. */
export interface Letter {
  readonly id: string
  readonly type: 102 | 103 | 302
  readonly taxCode: string
  /** Number and day of the paper. */
  readonly number: string
  readonly on: CivilDate
  readonly xml: string
  readonly at: Instant
  /** The taxpayer's 999 came: it is shown no more. */
  readonly read?: boolean
  readonly review?: Review
}

/** A request to look at invoices again (302). */
export interface Review {
  /** By identity, those still without an answer first asked for. */
  readonly invoices: readonly string[]
  readonly open: readonly string[]
  /** End of the last day to answer on. */
  readonly due: Instant
  readonly answered?: 'in time' | 'late'
  /** The log has said so. */
  readonly overdue?: boolean
}

/** What was accepted of a registration (form 01/ĐKTĐ): issuing and filing are judged by it. */
export interface Registration {
  readonly taxCode: string
  readonly name: string
  readonly accepted: boolean
  /** The five characters for codes. */
  readonly codeBlock?: string
  /** Cash-register invoices with code, without. */
  readonly coded: boolean
  readonly uncoded: boolean
  /** Serial numbers, hex; empty: any certificate of the taxpayer. */
  readonly certificates: readonly string[]
  readonly reasons: readonly string[]
}

export interface Addressee {
  /** Code the message goes to: the taxpayer's own without dash, or that of its T-VAN. */
  readonly receiver: string
  readonly taxCode: string
  readonly name: string
}

/** 302, form 01/TB-RSĐT. `days` to answer in, `time`: asked for the first or second time. */
export function reviewLetter(
  to: Addressee,
  asked: { readonly text: string; readonly days: number; readonly time: 1 | 2; readonly due: Instant },
  invoices: readonly (Standing & { readonly identity: string })[],
  identity: Identity,
  at: Instant,
): Letter {
  const rows = invoices.map(
    ({ code, form, symbol, number, date }, i) =>
      `<HDon><STT>${i + 1}</STT>${code === null ? '' : `<MCCQT>${code}</MCCQT>`}<KHMSHDon>${form}</KHMSHDon><KHHDon>${symbol}</KHHDon>` +
      `<SHDon>${number}</SHDon>${date === undefined ? '' : `<NLap>${date}</NLap>`}<LADHDDT>1</LADHDDT><LDo>${cut(asked.text)}</LDo></HDon>`,
  )
  const data =
    `<TNNT>${to.name}</TNNT><MST>${to.taxCode}</MST><DCNNT>-</DCNNT><DCTDTu></DCTDTu><THan>${asked.days}</THan><Lan>${asked.time}</Lan>` +
    `<DSHDon>${rows.join('')}</DSHDon>`
  const head = `<MSo>01/TB-RSĐT</MSo><Ten>Về việc hóa đơn điện tử cần rà soát</Ten><DDanh>Hà Nội</DDanh>${OFFICE}`
  const names = invoices.map((one) => one.identity)
  return {
    ...letter(302, to, `${head}${data}`, 'TB-RSĐT', identity, at),
    review: { invoices: names, open: names, due: asked.due },
  }
}

/** 102, form 01/TB-TNĐT: the declaration was received. */
export function receivedLetter(to: Addressee, identity: Identity, at: Instant): Letter {
  const number = `${randomUUID().slice(0, 8)}/TB-TNĐT`
  const data =
    `<MSo>01/TB-TNĐT</MSo><Ten>Về việc tiếp nhận tờ khai đăng ký sử dụng hóa đơn điện tử</Ten><So>${number}</So><DDanh>Hà Nội</DDanh>` +
    `<NTBao>${civilDate(at)}</NTBao><MST>${to.taxCode}</MST><TNNT>${to.name}</TNNT><TGGui>${civilTime(at)}</TGGui><THop>1</THop><TGNhan>${civilTime(at)}</TGNhan>`
  return letter(102, to, data, number, identity, at)
}

/** 103, form 01/TB-ĐKĐT: what was accepted (einvoice-format 3.1). */
export function registrationLetter(to: Addressee, told: Registration, identity: Identity, at: Instant): Letter {
  const { accepted, codeBlock, coded, uncoded, certificates, reasons } = told
  const flag = (on: boolean): string => (on ? '1' : '0')
  const day = civilDate(at)
  const until = `${Number(day.slice(0, 4)) + 10}-01-01`
  const kinds = `<HTHDon><CMa>0</CMa><CMTMTTien>${flag(coded)}</CMTMTTien><KCMTMTTien>${flag(uncoded)}</KCMTMTTien><KCMa>0</KCMa></HTHDon>`
  const keys = certificates.map(
    (serial, i) =>
      `<CTS><STT>${i + 1}</STT><TTChuc>CA (TEST)</TTChuc><Seri>${serial}</Seri><TNgay>${day}</TNgay><DNgay>${until}</DNgay><HThuc>1</HThuc></CTS>`,
  )
  const why = reasons.map((text) => `<LDo><MLoi>9992</MLoi><MTa>${cut(text)}</MTa></LDo>`).join('')
  const data =
    `<MSo>01/TB-ĐKĐT</MSo><Ten>Về việc chấp nhận/không chấp nhận đăng ký sử dụng hóa đơn điện tử</Ten><DDanh>Hà Nội</DDanh>${OFFICE}` +
    `<MST>${to.taxCode}</MST><TNNT>${to.name}</TNNT><Ngay>${day}</Ngay><HTDKy>1</HTDKy><TTXNCQT>${accepted ? 1 : 2}</TTXNCQT>` +
    (accepted && codeBlock ? `<MCCQT>${codeBlock}</MCCQT>` : '') +
    (accepted ? `${kinds}${keys.length > 0 ? `<DSCTSSDung>${keys.join('')}</DSCTSSDung>` : ''}` : '') +
    (why && `<DSLDKCNhan>${why}</DSLDKCNhan>`)
  return letter(103, to, data, 'TB-ĐKĐT', identity, at)
}

const OFFICE = '<TCQTCTren>BỘ TÀI CHÍNH</TCQTCTren><TCQT>CỤC THUẾ</TCQT>'

/** `kind`: what stands behind the number in `STBao`; a whole number where the paper has it among its data. */
function letter(type: Letter['type'], to: Addressee, inner: string, kind: string, identity: Identity, at: Instant): Letter {
  const hex = randomUUID().replaceAll('-', '')
  const on = civilDate(at)
  const number = kind.includes('/') ? kind : `${hex.slice(0, 8)}/${kind}`
  const data = `<DLTBao Id="Id-${hex}"><PBan>${VERSION}</PBan>${inner}</DLTBao>`
  const outside = number === kind ? '' : `<STBao><So>${number}</So><NTBao>${on}</NTBao></STBao>`
  const body = `<TBao>${data}${outside}<DSCKS><CQT>${seal(identity, data, hex, civilTime(at))}</CQT></DSCKS></TBao>`
  const { id, xml } = envelope({ sender: to.receiver, taxCode: to.taxCode, at }, type, body, true)
  return { id, type, taxCode: to.taxCode, number, on, xml, at }
}
