import { fold, foldLetters } from '../domain/fold.ts'
import type { Receipt, Ties } from '../domain/receipt.ts'
import { key } from './fold.ts'
import { joinWords, type Line, oncePerLine } from './line.ts'

type Field = 'receiptNo' | 'cashier' | 'table' | 'customer' | 'address' | 'phone' | 'taxCode' | 'none'

/** Everything above the items: who sells, which receipt, who served. */
export type Header = Pick<Receipt, 'seller' | 'receiptNo' | 'cashier' | 'table' | 'customer'>

/** Labels of the header. Those in the second list need no colon; the first are everyday words. */
const WITH_COLON: Readonly<Record<Field, string>> = {
  receiptNo:
    'so|ma|so phieu thanh toan|don hang|hoa don|hoa don so|hd|phieu|order|no|so order|phieu so|hoa don ban hang so|don|bill|receipt',
  cashier: 'nhan vien|nv|nguoi ban|nv ban hang|tn|user|served by|phuc vu|nv phuc vu|nguoi lap|staff|server|waiter',
  table: 'ban|phong|vi tri|ban so|so ban',
  customer: 'khach hang|kh|ten khach|ten khach hang|customer|ten kh|khach|ong ba',
  address: 'dia chi|d c|dc|address|add|co so',
  phone: 'dt|dien thoai|tel|hotline|sdt|phone|so dien thoai|lien he|di dong|tel fax',
  taxCode: 'mst|ma so thue|tax code|m s t',
  none: `quay|ca|ngay|gio|gio vao|gio ra|vao|ra|may|pos|khu vuc|in luc|so khach|website|web|email|fax|wifi|thoi gian|sk|khu|ngay in|gio in|so nguoi
    |ngay ban|ngay gio|mst kh|ma kh|ma khach hang|dt kh|sdt kh|dia chi kh|mst khach hang|date|time|fanpage|zalo|facebook|chi nhanh|cua hang|kenh ban
    |so tai|bien so|bien so xe|gio len|gio xuong|quang duong|loai xe|loai ve|ma the|nv ca`,
}
const WITHOUT_COLON: Readonly<Record<Field, string>> = {
  receiptNo:
    'so hd|so hoa don|ma hd|ma don|so phieu|so ct|so gd|bill no|receipt no|ma hoa don|so bill|invoice no|order no|ma don hang|so chung tu|so hoa don ban hang|ma phieu|so don hang|so giao dich|ma giao dich|so don|check no|bill number',
  cashier: 'thu ngan|nvbh|cashier|nhan vien ban hang|nhan vien thu ngan',
  table: 'ban so|table',
  customer: 'ten khach hang',
  address: 'dia chi|d c',
  phone: 'dt|dien thoai|hotline|sdt|tel',
  taxCode: 'mst|ma so thue',
  none: 'ngay|gio vao|gio ra|vao|ra|in luc|mst kh|quay',
}

interface Known {
  readonly field: Field
  readonly colon: boolean
}
const FIELD = new Map<string, Known>()
for (const [table, colon] of [
  [WITH_COLON, true],
  [WITHOUT_COLON, false],
] as const)
  for (const field of Object.keys(table) as Field[])
    for (const phrase of table[field].split('|')) FIELD.set(phrase.trim(), { field, colon })

interface Found {
  readonly field: Field
  /** Words of the label and of the value. */
  readonly from: number
  readonly value: number
}

/** `label: value` pairs of one line; a label may open the line, a cell, or stand before its colon anywhere. */
const fieldsOf = oncePerLine((line): readonly Found[] => {
  const found: Found[] = []
  const keys = line.words.map((w) => key(w.text))
  for (let i = 0; i < line.words.length; i++) {
    const opens = i === 0 || (line.words[i]?.gap ?? 0) >= 2 || /^[-|,;]$/.test(line.words[i - 1]?.text ?? '')
    for (let n = Math.min(5, line.words.length - i); n > 0; n--) {
      const known = FIELD.get(
        keys
          .slice(i, i + n)
          .filter((k) => k !== '')
          .join(' '),
      )
      if (!known || keys[i] === '' || keys[i + n - 1] === '') continue
      const own = (line.words[i + n - 1]?.text ?? '').endsWith(':')
      const apart = line.words[i + n]?.text === ':'
      if (!own && !apart && (known.colon || !opens)) continue
      found.push({ field: known.field, from: i, value: i + n + (apart ? 1 : 0) })
      i += n - 1
      break
    }
  }
  return found
})

/** A line that belongs to the header by its own words: never an item. */
export const isField = (line: Line): boolean => fieldsOf(line).length > 0 || /^(?:http|www|wifi)/.test(line.key)

const DATE_WORD = /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$|^\d{1,2}[:h]\d{2}/
const TABLE = /^(?:ban|table|phong)$/
const HASH = /(?:^| )(?:so|no\.?|n°)? ?# ?:? ?([A-Za-z0-9][\w./-]*)/
const TAX_CODE = /\d{10}(?:-\d{3})?(?!\d)/
const JOURNAL_CLERK = /^([A-Z]\d{1,3}|CLERK ?\d+)\b/i

/** `mode`: line of the mode and date of a register journal; such a roll carries no seller block of its own. */
export function readHeader(lines: readonly Line[], titleAt: number, mode: number | undefined): Header {
  const values: Partial<Record<Field, string>> = {}
  const plain: { readonly line: number; readonly text: string }[] = []
  for (const [i, line] of lines.entries()) {
    if (line.rule) continue
    const found = fieldsOf(line)
    for (const [n, { field, value }] of found.entries()) {
      const text = valueAt(line, value, found[n + 1]?.from ?? line.words.length, field)
      if (text !== '' && (field !== 'taxCode' || titleAt < 0 || i < titleAt || values.taxCode === undefined))
        values[field] ??= text
    }
    if (found.length === 0) tableOf(line, values)
    const rest = (found.length === 0 ? line.text : joinWords(line.words, 0, found[0]?.from ?? 0)).replace(/[\s,;|-]+$/, '')
    if (rest !== '' && i !== titleAt && (found.length === 0 || found[0]?.from !== 0)) plain.push({ line: i, text: rest })
  }
  if (mode !== undefined) return journal(lines, mode)
  if (values.receiptNo === undefined) {
    const number = lines.map((l) => HASH.exec(l.text)?.[1]).find((n) => n !== undefined && /\d/.test(n))
    if (number !== undefined) values.receiptNo = number
  }
  const seller = sellerOf(plain, titleAt, values)
  return {
    ...(seller ? { seller } : {}),
    ...(values.receiptNo === undefined ? {} : { receiptNo: values.receiptNo }),
    ...(values.cashier === undefined ? {} : { cashier: values.cashier }),
    ...(values.table === undefined ? {} : { table: values.table }),
    ...(values.customer === undefined ? {} : { customer: values.customer }),
  }
}

function valueAt(line: Line, from: number, to: number, field: Field): string {
  // The next cell ends the value when it has a label of its own, known to us or not.
  const cell = line.words.findIndex(
    (w, i) => i > from && i < to && w.gap >= 2 && line.words.slice(i, i + 3).some((n) => n.text.endsWith(':')),
  )
  const words = line.words.slice(from, cell < 0 ? to : cell).map((w) => w.text)
  const date = words.findIndex((w) => DATE_WORD.test(w))
  const text = words
    .slice(0, date < 0 ? words.length : date)
    .join(' ')
    .replace(/^[:\s]+|[\s,;|-]+$/g, '')
  if (field === 'taxCode') return TAX_CODE.exec(text.replace(/ /g, ''))?.[0] ?? ''
  if (field === 'receiptNo') return /^(?=.*\d)[#\w./-]+/.exec(text.replace(/^[#\s]+/, ''))?.[0] ?? ''
  // `Khách: 4` counts the guests.
  return field === 'customer' && /^\d{1,2}$/.test(text) ? '' : text
}

/** `BÀN 12`, alone and without a colon. */
function tableOf(line: Line, values: Partial<Record<Field, string>>): void {
  const [first, second] = line.words
  if (line.words.length === 2 && first && second && TABLE.test(fold(first.text)) && /\d/.test(second.text))
    values.table ??= second.text
}

/** Name first, then the first line that looks like an address. Above the title; below it where the title comes first. */
function sellerOf(
  plain: readonly { readonly line: number; readonly text: string }[],
  titleAt: number,
  values: Partial<Record<Field, string>>,
): Receipt['seller'] | undefined {
  const above = titleAt > 0 ? plain.filter((p) => p.line < titleAt) : plain
  const own = above.filter((p) => /\p{L}{2}/u.test(p.text))
  const name = own[0]?.text
  const address = values.address ?? own.slice(1).find((p) => /\d|,/.test(p.text))?.text
  if (name === undefined && address === undefined && values.taxCode === undefined) return undefined
  return {
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address }),
    ...(values.phone === undefined ? {} : { phone: values.phone }),
    ...(values.taxCode === undefined ? {} : { taxCode: values.taxCode }),
  }
}

/** `C01  MC#01     000241` under the mode line: clerk, machine, consecutive number (register-capture 8.1). */
function journal(lines: readonly Line[], mode: number): Header {
  const line = lines[mode + 1]
  if (!line) return {}
  const cashier = JOURNAL_CLERK.exec(line.text)?.[1]
  const number = line.words.at(-1)?.text
  return {
    ...(number !== undefined && /^\d{3,8}$/.test(number) ? { receiptNo: number } : {}),
    ...(cashier === undefined ? {} : { cashier }),
  }
}

const EARLIER =
  /(?:hoa don|hd|phieu|don hang|don|bill|receipt|invoice)(?: ban hang| mua hang)?(?: so)? (?:goc|tham chieu|da mua|truoc)(?: so)?|(?:theo|cho|cua|huy|void) (?:hoa don|hd|phieu|don hang|don|bill|receipt)(?: so| no)?|original (?:receipt|bill|invoice|no|number)/
const NUMBER = /^[\s:.#]*([\w./-]*\d[\w./-]*)/

/** The sale a return or a cancellation speaks of: `HĐ gốc: HD000457`, `HỦY HÓA ĐƠN SỐ 0457`. */
export function refersTo(lines: readonly Line[]): string | undefined {
  for (const { text } of lines) {
    const folded = foldLetters(text)
    const found = EARLIER.exec(folded)
    if (!found) continue
    const rest = (folded.length === text.length ? text : folded).slice(found.index + found[0].length)
    const number = NUMBER.exec(rest)?.[1]
    if (number !== undefined && !DATE_WORD.test(number)) return number
  }
  return undefined
}

export const tiesOf = ({ receiptNo, table }: Header, journal: boolean, earlier: string | undefined): Ties | undefined =>
  receiptNo === undefined && table === undefined && earlier === undefined
    ? undefined
    : {
        ...(receiptNo === undefined ? {} : { number: receiptNo }),
        ...(receiptNo !== undefined && journal ? { consecutive: true } : {}),
        ...(table === undefined ? {} : { table }),
        ...(earlier === undefined ? {} : { refersTo: earlier }),
      }
