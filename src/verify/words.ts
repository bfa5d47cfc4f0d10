import type { Finding } from '../domain/judge.ts'
import type { Lang } from '../domain/words.ts'
import { CHECKS, type CheckId } from './checks.ts'

/** Why a document or a signature is not right: the words behind the key that stands in `values.why`. */
const WHY: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  size: { vi: 'lớn hơn 2 MiB hoặc rỗng', en: 'larger than 2 MiB, or empty' },
  encoding: { vi: 'không phải UTF-8', en: 'not UTF-8' },
  doctype: { vi: 'có khai báo DOCTYPE, bị cấm', en: 'has a DOCTYPE, which is forbidden' },
  markup: { vi: 'có chú thích, CDATA hoặc chỉ thị xử lý', en: 'has a comment, CDATA or processing instruction' },
  depth: { vi: 'lồng quá 64 tầng', en: 'nested deeper than 64' },
  'not-xml': { vi: 'không phải XML đúng cú pháp', en: 'not well-formed XML' },
  root: { vi: 'không phải thông điệp (TDiep) hay hóa đơn (HDon)', en: 'neither a message (TDiep) nor an invoice (HDon)' },
  schema: { vi: 'sai lược đồ', en: 'against the schema' },
  'duplicate-id': { vi: 'hai phần tử cùng Id', en: 'two elements have the same Id' },
  header: { vi: 'phần đầu thông điệp thiếu', en: 'the message header lacks' },
  'id-sender': { vi: 'mã thông điệp không bắt đầu bằng mã nơi gửi', en: 'the message id does not begin with the sender' },
  count: { vi: 'số lượng khai khác số hóa đơn có thật', en: 'the count differs from the invoices inside' },
  'mixed-series': { vi: 'nhiều mẫu số hoặc ký hiệu trong một thông điệp', en: 'several forms or symbols in one message' },
  'type-symbol': { vi: 'loại thông điệp không hợp với ký hiệu', en: 'the message type does not fit the symbol' },
  request: {
    vi: 'loại thông báo không hợp với số và ngày yêu cầu rà soát',
    en: 'the kind of notice does not fit number and date of a request',
  },
  negative: { vi: 'số tiền âm mà không phải hóa đơn điều chỉnh', en: 'a negative amount, but no adjustment' },
  'related-kind': { vi: 'không rõ thay thế hay điều chỉnh', en: 'neither replacement nor adjustment' },
  'related-list': { vi: 'thiếu số và ngày bảng kê', en: 'number and date of the list are missing' },
  'related-cause': { vi: 'lý do không có trong danh mục 01-14', en: 'the cause is not in the list 01-14' },
  'related-method': { vi: 'lý do không dùng cho cách sửa này', en: 'the cause does not go with this way of correcting' },
  'related-identity': {
    vi: 'thiếu mẫu số, ký hiệu, số hoặc ngày của hóa đơn gốc',
    en: 'form, symbol, number or date of the original is missing',
  },
  'related-form': { vi: 'mẫu số khác hóa đơn gốc', en: 'another form than the original' },
  'related-later': { vi: 'hóa đơn gốc có ngày sau', en: 'the original is of a later date' },
  'related-self': { vi: 'sửa chính nó', en: 'it corrects itself' },
  'related-legend': { vi: 'thiếu dòng ghi theo luật', en: 'the words of the law are missing' },
  'seller-differs': { vi: 'mã số thuế người bán khác mã của thông điệp', en: "the seller's tax code is not the message's" },
  missing: { vi: 'thiếu', en: 'missing' },
  number: { vi: 'không phải số', en: 'not a number' },
  qr: { vi: 'mã QR không đúng', en: 'the QR text is wrong' },
  'code-missing': { vi: 'thiếu mã của cơ quan thuế', en: 'the authority code is missing' },
  'code-unwanted': { vi: 'ký hiệu không có mã nhưng lại mang mã', en: 'a symbol without code carries one' },
  'code-pattern': { vi: 'không theo mẫu M1-26-XXXXX-00000000000', en: 'not of the form M1-26-XXXXX-00000000000' },
  'code-form': { vi: 'chữ số mẫu khác mẫu số hóa đơn', en: "the form digit is not the invoice's" },
  unsigned: { vi: 'không có chữ ký', en: 'there is no signature' },
  misplaced: { vi: 'chữ ký nằm sai chỗ hoặc thừa', en: 'a signature stands in the wrong place or is one too many' },
  structure: { vi: 'cấu trúc chữ ký lạ', en: 'the structure of the signature is odd' },
  algorithm: { vi: 'thuật toán không được phép', en: 'algorithm not allowed' },
  reference: { vi: 'không ký đúng các phần phải ký', en: 'does not cover exactly the parts that must be signed' },
  digest: { vi: 'nội dung đã ký bị thay đổi', en: 'the signed content was changed' },
  value: { vi: 'giá trị chữ ký không khớp chứng thư', en: 'the signature value does not fit the certificate' },
  certificate: { vi: 'không có chứng thư đọc được', en: 'no readable certificate' },
  'weak-key': { vi: 'khóa không phải RSA từ 2048 bit', en: 'the key is not RSA of 2048 bits or more' },
  time: { vi: 'không có thời điểm ký', en: 'there is no signing time' },
}

/** A finding as people read it. */
export function sayFinding(lang: Lang, finding: Finding): string {
  const check = CHECKS[finding.id as CheckId]
  const text: string = lang === 'vi' ? check[1] : check[2]
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = finding.values[name]
    if (value === undefined) return place
    if (name !== 'why') return value
    const detail = finding.values['detail']
    return `${WHY[value]?.[lang] ?? value}${detail ? ` (${detail})` : ''}`
  })
}

export const whys = (): readonly string[] => Object.keys(WHY)
