import { randomUUID } from 'node:crypto'
import { fault } from '../../domain/fault.ts'
import { type MessageId, messageId } from '../../domain/ids.ts'
import type { Sealed } from '../../domain/invoice.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Signer } from '../../domain/signer.ts'
import { civilDate, type Instant } from '../../domain/time.ts'
import type { Message } from '../../domain/transport.ts'
import { isCoded } from './identity.ts'
import { BUILT_IN, type Rules, ruling } from './rules.ts'
import { signature } from './signature.ts'
import { field, node } from './xml.ts'

export interface Envelope {
  /** `MNGui` and `MNNhan`: tax codes without dash, with `V` or `K` before them where the link asks for it. */
  readonly sender: string
  readonly receiver: string
  /** `MST`, with dash. */
  readonly taxCode: string
  /** A format version other than the dated one, where an upstream asks for it. */
  readonly format?: string
  /** Whose format versions count; those of this build where none are given. */
  readonly rules?: () => Rules
}

/** Well under the 1 MB and 2 MB where providers and the authority refuse; 1000 as others who file do. */
export const MESSAGE_LIMITS = { bytes: 900_000, invoices: 1000 } as const

/** Sender code and the 32 digits of a UUID v4 in upper case (einvoice-format 2). */
export const mintMessage = (sender: string): MessageId => messageId(`${sender}${randomUUID().replaceAll('-', '').toUpperCase()}`)

/** What every hop keeps of a message id: providers put their own prefix before it. Also of ids spelled with dashes. */
export const lastDigits = (id: string): string => id.replaceAll('-', '').toUpperCase().slice(-32)

/** Messages of cash registers: 206 with codes, 216 without (einvoice-format 3). */
const typeOf = (symbol: string): number => (isCoded(symbol) ? 206 : 216)

export const formatOf = ({ format, rules }: Envelope, at: Instant): string =>
  format ?? ruling((rules?.() ?? BUILT_IN).format, civilDate(at))

/** `TTChung` of a message with `count` invoices or notices in it. */
export const header = (id: MessageId, type: number, count: number, at: Instant, envelope: Envelope): string =>
  node(
    'TTChung',
    field('PBan', formatOf(envelope, at)),
    field('MNGui', envelope.sender),
    field('MNNhan', envelope.receiver),
    field('MLTDiep', String(type)),
    field('MTDiep', id),
    field('MST', envelope.taxCode),
    field('SLuong', String(count)),
  )

/** One signed package; the sealed bytes go in as they are. `batch`: one form, one symbol, not empty. */
export async function composeMessage(
  id: MessageId,
  batch: readonly Sealed[],
  signer: Signer,
  at: Instant,
  envelope: Envelope,
): Promise<Result<Message>> {
  const [first] = batch
  if (!first) throw new Error('a message without invoices')
  const { form, symbol } = first.series
  if (batch.some(({ series }) => series.form !== form || series.symbol !== symbol)) throw new Error('a message of two series')
  const digits = lastDigits(id)
  const type = typeOf(symbol)
  const data = [`<DLieu Id="_${digits}">`, ...batch.map((sealed) => sealed.bytes), '</DLieu>']
  const signed = await signature({ name: `CKSNNT-${digits}`, dataId: `_${digits}`, canonical: data, at, signer })
  if (!signed.ok) return signed
  const pieces = [
    `<?xml version="1.0" encoding="UTF-8"?><TDiep>${header(id, type, batch.length, at, envelope)}`,
    ...data,
    `<CKSNNT>${signed.value}</CKSNNT></TDiep>`,
  ]
  const bytes = Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))
  if (bytes.length > MESSAGE_LIMITS.bytes || batch.length > MESSAGE_LIMITS.invoices) {
    return failed(fault('DELIVERY_TOO_LARGE', { bytes: String(bytes.length), invoices: String(batch.length) }))
  }
  return ok({ id, type, bytes, invoices: batch.map((sealed) => sealed.identity) })
}
