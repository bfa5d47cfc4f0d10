import { type Fault, fault } from '../../domain/fault.ts'
import { fold } from '../../domain/fold.ts'
import type { InvoiceIdentity } from '../../domain/invoice.ts'
import type { Message, ReadReply, Verdict } from '../../domain/transport.ts'
import { lastDigits } from './message.ts'
import {
  isDoubleMessage,
  noticesIn,
  numberOf,
  type Reason,
  reason,
  reasonsIn,
  rejection,
  replyType,
  shown,
  signedBy,
} from './reply.ts'
import { all, descendants, type Element, find, readTree, textAt, textOf } from './tree.ts'

/**
 * What a reply says of the invoices of `message`, by local names and in any order (einvoice-format 4 and 12).
 * `trust`: certificates (DER) one of which must have signed a 204; without, a signature it carries must be whole.
 */
export function readVerdicts(bytes: Uint8Array, message: Message, trust: readonly Uint8Array[] | undefined): ReadReply {
  const root = readTree(bytes)
  if (!root) return odd('DELIVERY_ODD_ANSWER')
  const notices = noticesIn(root)
  const type = replyType(root, notices)
  const withType = (verdicts: readonly Verdict[]): ReadReply => ({ ...(type === undefined ? {} : { type }), verdicts })
  const known = type === 999 || type === 204 || type === -1 || (type === 301 && isNotice(message))
  if (!known || notices.length === 0) return withType(odd('DELIVERY_ODD_ANSWER').verdicts)
  const verdicts = notices.flatMap((notice) => {
    if (!answers(notice, root, message)) return odd('DELIVERY_OTHER_MESSAGE').verdicts
    if (type === 999) return receipt(notice)
    if (type === -1) return [refused(reason(notice), 'DELIVERY_REJECTED_FORMAT')]
    if (!signedBy(notice, trust)) return odd('DELIVERY_REPLY_SIGNATURE').verdicts
    return isNotice(message) ? noted(notice, type) : result(notice, message)
  })
  return withType(isNotice(message) ? verdicts.map(ofNotice) : verdicts)
}

const odd = (code: string): ReadReply => ({ verdicts: [{ kind: 'odd', fault: fault(code) }] })

/**
 * The reference inside the notice decides: in a 204 it is what the authority signed. A provider may have changed the prefix,
 * never the digits. A reply that names no message belongs to none.
 */
function answers(notice: Element, root: Element, message: Message): boolean {
  const inside = textAt(notice, 'DLTBao/MGDDTu') || textAt(notice, 'MTDiep')
  const named = inside || textAt(root, 'TTChung/MTDTChieu')
  return named.length >= 32 && lastDigits(named) === lastDigits(message.id)
}

/** 999. "Already there" is what we want to hear (reliability F18). */
function receipt(notice: Element): readonly Verdict[] {
  const state = textAt(notice, 'TTTNhan')
  if (state === '0') return [{ kind: 'taken' }]
  if (state !== '1') return odd('DELIVERY_ODD_ANSWER').verdicts
  const why = all(find(notice, 'DSLDo'), 'LDo').map(reason)
  // The same id with other content: nobody knows what they have. Never repeated by itself.
  if (why.some((one) => isDoubleMessage(one) && /\bnoi dung khac\b/.test(fold(one.text))))
    return odd('DELIVERY_REJECTED_DUPLICATE').verdicts
  return [why.some(isDoubleMessage) ? { kind: 'taken' } : refused(why[0], 'DELIVERY_REFUSED')]
}

/** Asked about a notice of errors instead of invoices. */
const isNotice = ({ notice, type }: Message): boolean => notice !== undefined || type === 300 || type === 303

/** A notice is not cut and sent again as invoices are: a person makes another one. */
const ofNotice = (verdict: Verdict): Verdict =>
  verdict.kind === 'refused' ? { ...verdict, fault: { ...verdict.fault, code: 'DELIVERY_NOTICE_REFUSED' } } : verdict

/**
 * 301, or a 204 where the notice never came so far: accepted when no reason stands anywhere, in the way of before 2.1.0 when no
 * invoice of it is marked `TTTNCCQT` 2. A notice is taken or refused as a whole: what passed of it is told again with the rest.
 */
function noted(notice: Element, type: number | undefined): readonly Verdict[] {
  const data = find(notice, 'DLTBao')
  const reasons = reasonsIn(data)
  const marks = data ? [...descendants(data)].filter(({ local }) => local === 'TTTNCCQT') : []
  const bad = type === 204 ? textAt(data, 'LTBao') !== '2' : marks.some((mark) => textOf(mark) === '2')
  if (bad || reasons.length > 0) return [refused(reasons[0], 'DELIVERY_NOTICE_REFUSED')]
  const { number } = numberOf(notice)
  return [{ kind: 'noted', ...(number ? { reference: number } : {}) }]
}

/** 204: the result of the check, `LTBao` 2, 7 or 9; any other kind is none of ours. */
function result(notice: Element, message: Message): readonly Verdict[] {
  const data = find(notice, 'DLTBao')
  const state = textAt(data, 'LTBao')
  if (state === '2') return accepted(message.invoices, textAt(data, 'So'))
  if (state !== '7' && state !== '9') return odd('DELIVERY_ODD_ANSWER').verdicts
  const list = find(data, state === '7' ? 'LHDMTTien' : 'KHLKhac')
  const reasons = all(find(list, 'DSLDo'), 'LDo').map(reason)
  const named = reasons.map((why) => pointed(why, message))
  // One reason we cannot lay to an invoice: then nobody knows which of the others passed.
  if (state === '9' || reasons.length === 0 || named.includes('unreadable')) return [refused(reasons[0], 'DELIVERY_REFUSED')]
  if (named.includes('stranger')) return odd('DELIVERY_STRANGE_INVOICE').verdicts
  const rejected = new Map<InvoiceIdentity, Fault>()
  for (const [i, invoice] of named.entries()) {
    const why = reasons[i]
    if (typeof invoice === 'object' && why && !rejected.has(invoice)) rejected.set(invoice, rejection(why))
  }
  return [
    ...[...rejected].map(([invoice, because]): Verdict => ({ kind: 'rejected', invoice, fault: because })),
    ...accepted(
      message.invoices.filter((invoice) => !rejected.has(invoice)),
      textAt(data, 'So'),
    ),
  ]
}

const accepted = (invoices: readonly InvoiceIdentity[], reference: string): Verdict[] =>
  invoices.map((invoice) => ({ kind: 'accepted', invoice, ...(reference ? { reference } : {}) }))

/** `1;C26MAA;153;text` names one invoice (einvoice-format 4.2). */
function pointed({ text }: Reason, message: Message): InvoiceIdentity | 'stranger' | 'unreadable' {
  const m = /^\s*(\d)\s*;\s*([CK]\d{2}[A-Z][0-9A-Z]{2})\s*;\s*0*(\d{1,8})\s*(;|$)/i.exec(text)
  if (!m) return 'unreadable'
  const [, form, symbol = '', number] = m
  const same = (i: InvoiceIdentity): boolean =>
    i.form === Number(form) && i.symbol === symbol.toUpperCase() && i.number === Number(number)
  return message.invoices.find(same) ?? 'stranger'
}

const refused = (why: Reason | undefined, code: string): Verdict => ({ kind: 'refused', fault: fault(code, shown(why)) })
