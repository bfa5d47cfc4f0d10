import type { JudgedInvoice } from '../../src/domain/judge.ts'
import { CAUSES } from './causes.ts'
import { added, identityOf, leftOf, type Register, type Standing } from './register.ts'
import type { Reason } from './replies.ts'
import { type Related, type Sheet, shown } from './sheet.ts'

const KINDS = { '1': 'replace', '2': 'adjust' } as const
const WORDS = { replace: 'Thay thế', adjust: 'Điều chỉnh' } as const

/** The invoice a correction names, and how it is corrected; undefined where it is none that a register may send. */
export function aimOf(invoice: JudgedInvoice, related: Related): { how: 'replace' | 'adjust'; identity: string } | undefined {
  const how = KINDS[related.how as keyof typeof KINDS]
  const { form, symbol, number } = related
  return how && { how, identity: identityOf({ seller: invoice.seller, form, symbol, number: Number(number) }) }
}

/**
 * Why a correction is refused (R-070..R-077): what it says of the original, whether that may still be corrected this way,
 * whether it takes back more than is left. `known`: all that was accepted before it.
 */
export function wrongCorrection(invoice: JudgedInvoice, sheet: Sheet, known: Register): Reason | undefined {
  const { related } = sheet
  if (!related) {
    return sheet.negative === undefined
      ? undefined
      : { code: '80020', text: `Số âm trên hóa đơn không phải hóa đơn điều chỉnh: ${sheet.negative}` }
  }
  const aim = aimOf(invoice, related)
  if (!aim) return { code: '80021', text: `Tính chất hóa đơn liên quan ${related.how} không dùng cho hóa đơn máy tính tiền` }
  const { how, identity } = aim
  const original = known.find(identity)
  return (
    wrongReference(invoice, related, original) ??
    (original && (wrongMethod(how, related, original) ?? tooMuch(sheet, how, original))) ??
    wrongLegend(how, related)
  )
}

function wrongReference(invoice: JudgedInvoice, related: Related, original: Standing | undefined): Reason | undefined {
  const name = `${related.form}${related.symbol} số ${related.number}`
  if (related.seller !== '' && related.seller !== invoice.seller)
    return { code: '80022', text: `Hóa đơn liên quan ${name} của người bán khác: ${related.seller}` }
  if (related.form !== String(invoice.form))
    return { code: '80023', text: `Hóa đơn liên quan mẫu số ${related.form}, hóa đơn này mẫu số ${invoice.form}` }
  if (related.kind !== '1')
    return { code: '80021', text: `Loại hóa đơn liên quan ${related.kind || '-'} không phải hóa đơn điện tử` }
  if (!original) return { code: '80024', text: `Hóa đơn liên quan ${name} không tồn tại`, todo: 'Gửi hóa đơn gốc trước' }
  if (original.verdict === 'rejected') return { code: '80025', text: `Hóa đơn liên quan ${name} đã bị từ chối` }
  if (original.date !== undefined && original.date !== related.date)
    return { code: '80026', text: `Hóa đơn liên quan ${name} lập ngày ${original.date}, không phải ${related.date || '-'}` }
  return original.date !== undefined && original.date > invoice.date
    ? { code: '80027', text: `Lập ngày ${invoice.date}, trước hóa đơn liên quan ${name} (${original.date})` }
    : undefined
}

/** cause and method fit each other, and the first method used in a chain is the only one left. */
function wrongMethod(how: 'replace' | 'adjust', { cause }: Related, original: Standing): Reason | undefined {
  if (original.corrects?.how === 'adjust')
    return { code: '80028', text: 'Hóa đơn liên quan là hóa đơn điều chỉnh, phải nêu hóa đơn gốc của nó' }
  if (original.replacedBy !== undefined)
    return { code: '80029', text: `Hóa đơn liên quan đã bị thay thế bởi ${original.replacedBy.split('/').slice(1).join(' số ')}` }
  if (how === 'replace' && original.adjustments > 0)
    return { code: '80030', text: 'Hóa đơn liên quan đã điều chỉnh, lần sau cũng phải điều chỉnh (TT91 10.6.a)' }
  if (how === 'adjust' && original.corrects?.how === 'replace')
    return { code: '80030', text: 'Hóa đơn liên quan là hóa đơn thay thế, lần sau cũng phải thay thế (TT91 10.6.a)' }
  const rule = CAUSES[cause]
  if (!rule) return { code: '80031', text: `Lý do điều chỉnh, thay thế ${cause || '-'} không có trong danh mục` }
  // The lock forces an error in an adjustment to be adjusted again.
  const locked = how === 'adjust' && cause === '13' && original.adjustments > 0
  if (rule.how.includes(how) || locked) return undefined
  const allowed = rule.how.map((one) => WORDS[one].toLowerCase()).join(', ') || 'không dùng cho máy tính tiền'
  return { code: '80032', text: `${WORDS[how]} với lý do ${cause.padStart(2, '0')}: ${rule.source} (${allowed})` }
}

/**
 * An adjustment may take back what is left and no more, in all and of each rate. Net and tax of parts round apart from those of
 * the whole: one đồng for each rate and adjustment, as between tax and rate (V27).
 */
function tooMuch(sheet: Sheet, how: 'replace' | 'adjust', original: Standing): Reason | undefined {
  if (how === 'replace')
    return sheet.negative === undefined
      ? undefined
      : { code: '80020', text: `Số âm trên hóa đơn không phải hóa đơn điều chỉnh: ${sheet.negative}` }
  const left = leftOf(original)
  if (!left) return undefined
  const after = added(left, sheet)
  const slack = 1_000_000n * BigInt(original.adjustments + 1)
  const short = after.rates.find(({ net, tax }) => net < -slack || tax < -slack)
  if (after.pay >= -slack * BigInt(Math.max(1, after.rates.length)) && !short) return undefined
  const where = short ? ` ở thuế suất ${short.rate}` : ''
  return { code: '80033', text: `Điều chỉnh giảm ${shown(sheet.pay)}, hóa đơn gốc chỉ còn ${shown(left.pay)}${where}` }
}

/** the words of the law, with form, symbol, number and day of the original. */
function wrongLegend(how: 'replace' | 'adjust', { form, symbol, number, date, note }: Related): Reason | undefined {
  const [year, month, day] = date.split('-')
  const legend = `${WORDS[how]} cho hóa đơn Mẫu số ${form} ký hiệu ${symbol} số ${number} ngày ${day} tháng ${month} năm ${year}`
  if (note.normalize('NFC').replace(/\s+/g, ' ').startsWith(legend)) return undefined
  return { code: '80034', text: `Thiếu dòng "${legend}"` }
}
