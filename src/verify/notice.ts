import type { Finding } from '../domain/judge.ts'
import type { Element } from './document.ts'
import { all, only, textOf } from './document.ts'
import { unreadable } from './finding.ts'
import type { Header } from './message.ts'

/** Notices of a taxpayer (300, 303) and papers of the authority, which stand in `TBao`, with their signed data. */
export const noticesOf = (root: Element): { readonly notice: Element; readonly data: Element }[] =>
  all(only(root, 'DLieu'), 'TBao').flatMap((notice) => {
    const data = only(notice, 'DLTBao')
    return data ? [{ notice, data }] : []
  })

export const isTaxpayersNotice = (type: string): boolean => /^(300|303)$/.test(type)
export const isAuthoritysPaper = (type: string): boolean => /^(102|103|107|108|204|301|302)$/.test(type)

/** What header and notices owe each other, and what a notice of errors must say (einvoice-format 2 and 10). */
export function noticeFindings(root: Element, header: Header): Finding[] {
  const own = isTaxpayersNotice(header.type)
  if (!own && !isAuthoritysPaper(header.type)) return []
  const found: Finding[] = []
  const path = '/TDiep/TTChung'
  const notices = noticesOf(root)
  if (own && header.count !== notices.length) found.push(unreadable(path, 'count', `${header.count} ≠ ${notices.length}`))
  if (own && !header.id.startsWith(header.sender)) found.push(unreadable(path, 'id-sender', header.id))
  for (const { data } of notices) {
    const taxCode = textOf(data, 'MST')
    if (taxCode !== undefined && header.taxCode !== '' && taxCode !== header.taxCode)
      found.push(unreadable(data.path, 'seller-differs', `${taxCode} ≠ ${header.taxCode}`))
    if (!own) continue
    const answers = textOf(data, 'So') !== undefined && textOf(data, 'NTBCCQT') !== undefined
    if ((textOf(data, 'Loai') === '2') !== answers) found.push(unreadable(data.path, 'request', textOf(data, 'Loai') ?? '-'))
    found.push(...all(only(data, 'DSHDon'), 'HDon').flatMap(listed))
  }
  return found
}

/** A symbol with code names the code, one without has none. */
function listed(row: Element): Finding[] {
  const symbol = textOf(row, 'KHHDon') ?? ''
  const code = textOf(row, 'MCCQT') ?? textOf(row, 'MCQTCap')
  const label = `${textOf(row, 'KHMSHDon') ?? ''}${symbol} ${textOf(row, 'SHDon') ?? ''}`
  if (symbol.startsWith('C') && code === undefined) return [unreadable(row.path, 'code-missing', label)]
  return symbol.startsWith('K') && code !== undefined ? [unreadable(row.path, 'code-unwanted', label)] : []
}
