import type { Finding } from '../domain/judge.ts'
import { asCivilDate } from '../domain/time.ts'
import type { Element } from './document.ts'
import { textOf } from './document.ts'
import { finding } from './finding.ts'

interface Facts {
  readonly label: string
  readonly form: string
  readonly symbol: string
  readonly number: string
  readonly date: string
  readonly negative: boolean
}

/** `TCHDon`: one invoice replaced or adjusted, or many by a list (einvoice-format 5.5). */
const KINDS: Readonly<Record<string, { readonly words: string; readonly causes: RegExp }>> = {
  // A cash-register invoice is replaced when it was wrong, or when registered property came back; it is adjusted for all else.
  1: { words: 'Thay thế', causes: /^(6|12|13|14)$/ },
  2: { words: 'Điều chỉnh', causes: /^([1-57-9]|1[0-3])$/ },
  3: { words: 'Thay thế', causes: /^(6|12|13|14)$/ },
  4: { words: 'Điều chỉnh', causes: /^([1-57-9]|1[0-3])$/ },
}

/**
 * V49: what a correction must say of its original (R-070..R-076), as far as the document alone shows it. Whether that original
 * exists and may still be corrected this way, only the book and the authority know.
 */
export function relatedFindings(related: Element | undefined, facts: Facts): Finding[] {
  const text = (name: string): string => (related && textOf(related, name)) ?? ''
  const [form, symbol, number, date] = ['KHMSHDCLQuan', 'KHHDCLQuan', 'SHDCLQuan', 'NLHDCLQuan'].map(text)
  const original = related ? `${form || '?'}${symbol || '?'} ${number || '?'}` : '-'
  const odd = (why: string, detail = ''): Finding =>
    finding('V49', { invoice: facts.label, original, why, ...(detail ? { detail } : {}) }, related ? { path: related.path } : {})
  if (!related) return facts.negative ? [odd('negative')] : []
  const [how, found] = [text('TCHDon'), [] as Finding[]]
  const kind = KINDS[how]
  if (!kind) return [odd('related-kind', how)]
  const many = how === '3' || how === '4'
  if (many && !(text('SBKCLQuan') && text('NBKCLQuan'))) found.push(odd('related-list'))
  if (kind.words === KINDS[1]?.words && facts.negative) found.push(odd('negative'))
  const cause = text('LDDCTThe').replace(/^0+/, '')
  if (!/^([1-9]|1[0-4])$/.test(cause)) found.push(odd('related-cause', cause))
  else if (!kind.causes.test(cause)) found.push(odd('related-method', `${kind.words}, ${cause.padStart(2, '0')}`))
  if (many) return found
  if (!form || !symbol || !number || !asCivilDate(date ?? '')) return [...found, odd('related-identity')]
  if (form !== facts.form) found.push(odd('related-form', `${form} ≠ ${facts.form}`))
  if (date && date > facts.date) found.push(odd('related-later', `${date} > ${facts.date}`))
  if (symbol === facts.symbol && number.replace(/^0+/, '') === facts.number) found.push(odd('related-self'))
  if (!says(text('GChu'), kind.words, [form, symbol, number, date ?? ''])) found.push(odd('related-legend', text('GChu')))
  return found
}

/** The words of the law with the identity of the original, in any spelling of blanks and leading zeros. */
function says(note: string, words: string, [form = '', symbol = '', number = '', date = '']: readonly string[]): boolean {
  const [year, month, day] = date.split('-').map(Number)
  const m = /^(\S+ \S+) cho hóa đơn mẫu số (\S+?),? ký hiệu (\S+?),? số (\d+),? ngày (\d+) tháng (\d+) năm (\d+)/i.exec(
    note.normalize('NFC').replace(/\s+/g, ' ').trim(),
  )
  if (!m) return false
  const numbers = m.slice(4, 8).map(Number)
  const same = m[1]?.toLowerCase() === words.toLowerCase() && m[2] === form && m[3] === symbol
  return same && numbers.join() === [Number(number), day, month, year].join()
}
