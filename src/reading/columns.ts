import { key } from './fold.ts'
import { type Line, oncePerLine } from './line.ts'

export type Column = 'index' | 'name' | 'code' | 'unit' | 'quantity' | 'price' | 'discount' | 'rate' | 'amount' | 'letter'

/** The table head above the items: what stands in which column. */
export interface Columns {
  readonly order: readonly Column[]
  /** Columns holding figures, in printed order, those left of the name taken out. */
  readonly figures: readonly Column[]
  readonly quantityFirst: boolean
  /** First line of the items. */
  readonly next: number
  /** First line of the head. */
  readonly start: number
}

const HEADS: Readonly<Record<Column, string>> = {
  index: 'stt|no|tt|s t t|#',
  name: `ten hang|ten hang hoa|ten mon|mat hang|san pham|hang hoa|dien giai|ten sp|ten san pham|item|items|description|ten|mon|noi dung
    |ten dich vu|dich vu|ten hang hoa dich vu|ten mat hang|ten hang hoa dv|mon an|ten mon an|hang|product|name|item name|nhien lieu|loai xang|loai nhien lieu`,
  code: 'ma hang|ma|ma sp|ma vach|barcode|code|ma hh|sku',
  unit: 'dvt|don vi|don vi tinh|unit|d v t|dv',
  quantity: 'sl|so luong|s luong|s l|qty|slg|quantity|so lg|so lit|san luong',
  price: 'don gia|d gia|dg|gia|gia ban|price|unit price|don gia vnd|gia ca',
  discount: 'ck|giam|giam gia|km|chiet khau|disc|g gia|discount|giam gia d',
  rate: 'vat|thue|ts|thue suat|thue vat|vat thue|thue thue|ts thue|thue ts|thue suat thue|thue gtgt',
  amount: 'thanh tien|t tien|tien|amount|so tien|total|t cong|tong|thanh tien vnd|t t|ttien|th tien|thanh',
  letter: 't',
}

const COLUMN = new Map<string, Column>()
for (const column of Object.keys(HEADS) as Column[])
  for (const phrase of HEADS[column].split('|')) COLUMN.set(phrase.trim(), column)

/** The column that a phrase names on its own. */
export const columnOf = (text: string): Column | undefined => COLUMN.get(key(text))

/** `TT` opens a line as number of the line, closes it as amount. */
const roleAt = (phrase: string, first: boolean, last: boolean): Column | undefined => {
  if (phrase === 'tt') return first ? 'index' : 'amount'
  const role = COLUMN.get(phrase)
  if (role || !last || phrase.length < 4) return role
  // The paper's edge may cut the last head word: `T.Tiề`.
  for (const [full, column] of COLUMN) if (column === 'amount' && full.startsWith(phrase)) return column
  return undefined
}

/** `#` numbers the lines, `%` alone is the tax rate, `% CK` is still a discount. */
const spelledOut = (text: string): string =>
  text.includes('%') || text.includes('#')
    ? text
        .replaceAll('#', ' stt ')
        .replace(/% *(?=ck|km|giảm)|(?<=ck|km|giảm) *%/gi, ' ')
        .replaceAll('%', ' thuế ')
    : text

/** The columns a line names, when it is made of head words only. */
const NONE: readonly Column[] = []
const headOf = oncePerLine((line): readonly Column[] => {
  if (line.rule || line.tail.cells.length > 0 || line.words.length > 16 || line.text.includes(':')) return NONE
  const words = line.key === '' ? [] : key(spelledOut(line.text)).split(' ')
  const roles: Column[] = []
  for (let i = 0; i < words.length; ) {
    let taken = 0
    for (let n = Math.min(4, words.length - i); n > 0 && taken === 0; n--) {
      const role = roleAt(words.slice(i, i + n).join(' '), i === 0, i + n === words.length)
      // `SL/Qty`: one head in two languages.
      if (role && role === roles.at(-1)) taken = n
      else if (role && !roles.includes(role)) {
        roles.push(role)
        taken = n
      }
    }
    if (taken === 0) return NONE
    i += taken
  }
  return roles
})

/** The head of a table of goods, not of taxes. */
export const isGoodsHead = (line: Line): boolean => {
  const roles = headOf(line)
  return roles.includes('amount') && (roles.includes('name') || roles.includes('price'))
}

/** Finds the table head; it may stand on two lines (`Tên hàng`, then `SL  Đ.Giá  T.Tiền`), or once more in another language. */
export function findColumns(lines: readonly Line[]): Columns | undefined {
  for (const [i, line] of lines.entries()) {
    const roles = headOf(line)
    if (roles.length === 0) continue
    const second = lines[i + 1]
    const more = second ? headOf(second) : NONE
    const order = more.length > 0 && more.every((r) => !roles.includes(r)) ? [...roles, ...more] : roles
    if (order.length < 2 || !order.includes('amount')) continue
    const twice = more.length > 1 && more.every((r) => roles.includes(r))
    return columnsOf(order, i, i + (order === roles && !twice ? 1 : 2), twice)
  }
  return undefined
}

const FIGURES: readonly Column[] = ['quantity', 'price', 'discount', 'rate', 'amount']

/** `twice`: the head stands there in two languages, on two lines. */
function columnsOf(order: readonly Column[], start: number, next: number, twice: boolean): Columns {
  const name = order.indexOf('name')
  const quantityFirst = name >= 0 && order.indexOf('quantity') >= 0 && order.indexOf('quantity') < name
  const figures = order.filter((c, i) => FIGURES.includes(c) && (name < 0 || i > name || (start === next - 2 && !twice)))
  return { order, figures, quantityFirst, next, start }
}
