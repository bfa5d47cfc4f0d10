import type { Kept } from './book.ts'
import type { Inbox } from './inbox.ts'
import type { Letter } from './letters.ts'
import { identityOf, type Register } from './register.ts'
import type { NotNoted, Reason } from './replies.ts'
import type { Named, NoticeSheet } from './sheet.ts'

/** What the authority makes of the notices in one message (einvoice-format 10). */
export interface Noticed {
  /** Why the message is refused as a whole. */
  readonly whole: readonly Reason[]
  readonly some: readonly NotNoted[]
  /** The invoices named, for the log. */
  readonly invoices: readonly Kept[]
  /** What was explained, and the request it answers. */
  readonly settled: readonly { readonly identities: readonly string[]; readonly request?: Letter }[]
}

/** Form 04/SS-HĐĐT: about invoices that are known, live and described as they are; never to cancel one. */
export function examineNotices(notices: readonly NoticeSheet[], taxCode: string, known: Register, inbox: Inbox): Noticed {
  const whole: Reason[] = []
  const some: NotNoted[] = []
  const invoices: Kept[] = []
  const settled: { identities: readonly string[]; request?: Letter }[] = []
  for (const notice of notices) {
    const request = notice.kind === '2' ? inbox.request(taxCode, notice.request.number, notice.request.date) : undefined
    const { number, date } = notice.request
    if (notice.kind === '2' && !request)
      whole.push({ code: '80041', text: `Không có thông báo rà soát số ${number || '-'} ngày ${date || '-'}` })
    if (notice.kind === '1' && number !== '')
      whole.push({ code: '80042', text: `Thông báo của người nộp thuế không nêu số thông báo ${number} của cơ quan thuế` })
    for (const named of notice.invoices) {
      const why = notNoted(named, taxCode, known, request)
      if (why) some.push({ ...named, reason: why })
      invoices.push(shown(named, taxCode, why))
    }
    const identities = notice.invoices.map((named) => identityOf({ ...named, seller: taxCode }))
    settled.push({ identities, ...(request ? { request } : {}) })
  }
  return { whole, some, invoices, settled: whole.length + some.length > 0 ? [] : settled.filter(({ request }) => request) }
}

function notNoted(named: Named, seller: string, known: Register, request: Letter | undefined): Reason | undefined {
  const identity = identityOf({ ...named, seller })
  const invoice = known.find(identity)
  if (!invoice) return { code: '80043', text: 'Hóa đơn không tồn tại' }
  if (invoice.verdict === 'rejected') return { code: '80044', text: 'Hóa đơn đã bị từ chối, chưa được tiếp nhận' }
  if (invoice.replacedBy !== undefined)
    return { code: '80045', text: `Hóa đơn đã bị thay thế bởi ${invoice.replacedBy.split('/').slice(1).join(' số ')}` }
  if ((invoice.code ?? '') !== named.code)
    return { code: '80046', text: `Mã của cơ quan thuế là ${invoice.code ?? 'không có'}, không phải ${named.code || 'không có'}` }
  if (invoice.date !== undefined && invoice.date !== named.date)
    return { code: '80047', text: `Hóa đơn lập ngày ${invoice.date}, không phải ${named.date}` }
  if (named.kind !== '1') return { code: '80050', text: `Loại áp dụng hóa đơn điện tử ${named.kind} không phải hóa đơn này` }
  if (/^[123]$/.test(named.old))
    return { code: '80048', text: 'Không còn thủ tục hủy; điều chỉnh và thay thế lập bằng hóa đơn (TT91 điều 10)' }
  if (request?.review && !request.review.invoices.includes(identity))
    return { code: '80049', text: `Hóa đơn không có trong thông báo rà soát số ${request.number}` }
  return undefined
}

const shown = ({ form, symbol, number, code }: Named, seller: string, why: Reason | undefined): Kept => ({
  ...{ seller, form, symbol, number, code: code || null, sha256: '' },
  ...(why ? { verdict: 'rejected' as const, reason: why.text } : { verdict: 'accepted' as const }),
})
