import { fault } from '../../domain/fault.ts'
import type { MessageId } from '../../domain/ids.ts'
import type { Notice } from '../../domain/notice.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Shop } from '../../domain/shop.ts'
import type { Signer } from '../../domain/signer.ts'
import { civilDate, type Instant } from '../../domain/time.ts'
import type { Message } from '../../domain/transport.ts'
import { type Envelope, formatOf, header, lastDigits } from './message.ts'
import { BUILT_IN, ruling } from './rules.ts'
import { signature } from './signature.ts'
import { clean, field, node } from './xml.ts'

/** Who notifies, and which office he belongs to (einvoice-format 10). */
export type Notifier = Pick<Shop, 'name' | 'office' | 'place'>

export interface NoticeEnvelope extends Envelope {
  readonly taxpayer: Notifier
  /** Message type where the upstream asks for another than the dated one. */
  readonly notice?: 300 | 303
}

/** `LADHDDT`: an electronic invoice of today's kind. */
const TODAYS = '1'
/** `TCTBao` of the formats before 2.1.0: explanation (einvoice-format 6.6). */
const EXPLAINED = '4'

/** The office the form is addressed to and the place it is signed at. Fault VN_NO_OFFICE. */
export function signatory({ office, place }: Notifier): Result<Required<Pick<Notifier, 'office' | 'place'>>> {
  return office && place ? ok({ office, place }) : failed(fault('VN_NO_OFFICE', undefined, office ? 'shop.place' : 'shop.office'))
}

/**
 * Form 04/SS-HĐĐT as a message, its `DLTBao` signed by the taxpayer (einvoice-format 9, 10): `Loai` 2 with number and day of
 * the request it answers, else 1. Faults: VN_NO_OFFICE, and those of the signer.
 */
export async function composeNotice(
  id: MessageId,
  notice: Notice,
  signer: Signer,
  at: Instant,
  envelope: NoticeEnvelope,
): Promise<Result<Message>> {
  const { name } = envelope.taxpayer
  const signed = signatory(envelope.taxpayer)
  if (!signed.ok) return signed
  const { office, place } = signed.value
  const digits = lastDigits(id)
  const type = envelope.notice ?? ruling((envelope.rules?.() ?? BUILT_IN)['message.notice'], civilDate(at))
  const format = formatOf(envelope, at)
  const { request } = notice
  const dataId = `TB-${digits}`
  const data =
    `<DLTBao Id="${dataId}">` +
    field('PBan', format) +
    field('MSo', '04/SS-HĐĐT') +
    field('Ten', 'Thông báo hóa đơn điện tử có sai sót') +
    field('Loai', request ? '2' : '1') +
    field('MCQT', office.code) +
    field('TCQT', cut(office.name, 100)) +
    (request ? field('So', request.number) + field('NTBCCQT', request.date) : '') +
    field('MST', envelope.taxCode) +
    field('TNNT', cut(name, 400)) +
    field('DDanh', cut(place, 50)) +
    field('NTBao', civilDate(notice.at)) +
    node('DSHDon', ...notice.invoices.map((row, i) => invoiceRow(row, i, format.startsWith('2.0.')))) +
    '</DLTBao>'
  const seal = await signature({ name: `NNT-${digits}`, dataId, canonical: [data], at, signer })
  if (!seal.ok) return seal
  const text =
    `<?xml version="1.0" encoding="UTF-8"?><TDiep>${header(id, type, 1, at, envelope)}` +
    `<DLieu><TBao>${data}<DSCKS><NNT>${seal.value}</NNT></DSCKS></TBao></DLieu></TDiep>`
  return ok({ id, type, bytes: Buffer.from(text), invoices: [], notice: notice.id })
}

const invoiceRow = ({ invoice, code, issuedOn, reason }: Notice['invoices'][number], i: number, old: boolean): string =>
  node(
    'HDon',
    field('STT', String(i + 1)),
    field(old ? 'MCQTCap' : 'MCCQT', code),
    field('KHMSHDon', String(invoice.form)),
    field('KHHDon', invoice.symbol),
    field('SHDon', String(invoice.number)),
    field('Ngay', issuedOn),
    field('LADHDDT', TODAYS),
    old ? field('TCTBao', EXPLAINED) : '',
    field('LDo', cut(reason, 255)),
  )

/** Explanations for people, as long as the form has room: a notice must never be too long to be sent. */
const cut = (text: string, most: number): string => [...clean(text)].slice(0, most).join('').trimEnd()
