import { type Decimal, formatDecimal } from '../../domain/decimal.ts'
import type { Dong } from '../../domain/dong.ts'
import { type Columns, columnOf } from '../columns.ts'
import { key } from '../fold.ts'
import type { Label, Role } from '../labels.ts'
import { figuresOf, joinWords, type Line, lastFigure, oncePerLine, type Word } from '../line.ts'
import { type Figure, readPercent } from '../numbers.ts'
import { UNITS } from '../units.ts'
import { agrees, type Figures, type Pair, readFigures, readPair } from './figures.ts'
import { type ItemRow, readName, readRow } from './row.ts'

export interface Item {
  name: string
  readonly code?: string
  readonly unit?: string
  readonly letter?: string
  readonly rate?: string
  qty: Decimal
  unitPrice?: Dong
  discount?: Dong
  /** The discount stands on a line of its own: `amount` is before it. */
  apart: boolean
  readonly amount: Dong
  readonly parent?: Item
  proven: boolean
  equation: string
  /** Only an amount was printed: quantity one is our reading. */
  bare: boolean
  readonly indent: number
}

/** The ITEMS block (register-capture 9.5). */
export interface Items {
  readonly items: readonly Item[]
  readonly voided: readonly Item[]
  /** Ticket discounts a register prints before its total. */
  readonly cuts: readonly Dong[]
  /** Lines with an amount nobody understood. */
  readonly unknown: readonly string[]
  /** First line of the totals. */
  readonly next: number
}

/** Alone on its line (SỬA folds like Sữa, so a longer line is goods), or in front of a negative amount. */
const CORRECTION = /^(?:void|sua|huy|huy mon|err corr|e corr|error correct|error correction|correction|xoa|ec)$/
const CORRECTED = /^(?:void|huy|xoa) /
/** The minus key of a register prints no word. */
export const MINUS_KEY = /^\(?[-–]\)?$/
const NOTE = /^(?:ghi chu|note|gc|yeu cau)\b/
/** What a shop prints below an article about it, with a colon: no name, and never money that was paid. */
const REMARK =
  /^(?:imei|sn|s n|serial(?: no| number)?|(?:so )?seri|(?:so )?lo|hsd|hd|han (?:dung|su dung)|nsx|ktv|nv|nhan vien|tho|bac si|bs|gia (?:goc|cu|niem yet)|bh|bao hanh|ma vach|barcode)$/
const MARKER = /^[+*•»>-](?=$| \D|\p{L}|\d+[xX])/u
const TOTALS = new Set([
  ...['subtotal', 'net', 'total', 'due', 'tax', 'rounding', 'count', 'service', 'delivery', 'tip', 'fee', 'deposit'],
])

/** Written like money: thousands apart, a currency mark, or simply large. */
export const hasMoney = oncePerLine((line) =>
  line.tail.cells.some((c) => c.figure !== undefined && (c.figure.grouped || c.figure.odd || (c.figure.money ?? 0n) >= 1000n)),
)

/** Figures without a name: `6,000  2  12,000`, `SL: 2 x 35.000  70.000`, `2 chai x 15.000  30.000`. */
export const isNumbers = (line: Line | undefined): boolean => line !== undefined && onlyNumbers(line)

const onlyNumbers = oncePerLine((line): boolean => {
  if (line.rule || line.tail.cells.length === 0) return false
  if (line.headKey === '' || line.headKey === 'sl' || line.headKey === 'so luong') return line.head === '' || line.headKey !== ''
  const [first, second] = line.words
  return line.tail.start === 2 && first?.figure !== undefined && second !== undefined && UNITS.has(key(second.text))
})

/** A label of the totals, with its amount here or alone on the next line. */
export function isTotals(line: Line, next: Line | undefined): boolean {
  const label = line.label
  if (!label?.sure || !TOTALS.has(label.role)) return false
  if (isCharged(line, label)) return false
  if (label.role === 'count') return line.tail.cells.length === 1 && label.phrase !== 'sl'
  return line.tail.cells.length > 0 || (next !== undefined && isNumbers(next) && next.tail.cells.length === 1)
}

const CHARGES: ReadonlySet<Role> = new Set(['service', 'delivery', 'tip', 'fee', 'deposit', 'tax'])
/** `Thuê sân   1   90.000   90.000`: what is counted and priced among the goods is one of them. */
function isCharged({ tail: { cells, times } }: Line, { role }: Label): boolean {
  const [a, b, c] = cells.map(({ figure }) => figure)
  if (!CHARGES.has(role) || cells.length !== 3 || !a || !b || !c || times !== undefined) return false
  const fits = (qty: Figure, price: Figure): boolean =>
    price.money !== undefined &&
    price.money >= 1_000n &&
    c.money !== undefined &&
    c.money > 0n &&
    qty.quantities.some((q) => agrees(q, price.money ?? 0n, c.money ?? 0n))
  return fits(a, b) || fits(b, a)
}

/** `refund`: amounts are negative. `journal`: a register roll, whose quantities stand on lines of their own. */
export interface Paperwork {
  readonly refund: boolean
  readonly journal: boolean
}

export function readItems(
  lines: readonly Line[],
  from: number,
  columns: Columns | undefined,
  { refund, journal }: Paperwork,
): Items {
  const items: Item[] = []
  const voided: Item[] = []
  const cuts: Dong[] = []
  const unknown: string[] = []
  const leading = !journal && opensWithQuantity(lines, from, columns)
  let waiting: Line[] = []
  let pair: Pair | undefined
  let pairsBefore: boolean | undefined
  let voiding = false
  let ruled = false
  let at = from

  const add = (row: ItemRow | (Figures & { name: string }), line: Line, modifier: boolean): void => {
    const parent = modifier ? items.findLast((i) => i.parent === undefined) : undefined
    const bare = row.used === 1 && /^-?1$/.test(formatDecimal(row.qty)) && !('quantity' in row)
    const { used: _, ...rest } = row
    const item: Item = { ...rest, ...(parent ? { parent } : {}), apart: false, bare, indent: line.indent }
    if (pair) {
      const fitting = pair
      const qty = fitting.qty.filter((q) => agrees(q, fitting.unitPrice, item.amount))
      if (bare && qty[0])
        Object.assign(item, { qty: qty[0], unitPrice: fitting.unitPrice, bare: false, proven: qty.length === 1 })
      else item.proven = false
      item.equation = `${formatDecimal(qty[0] ?? fitting.qty[0] ?? item.qty)} × ${fitting.unitPrice} = ${item.amount}`
      pair = undefined
    }
    const same =
      voiding || item.amount < 0n ? items.findLastIndex((i) => i.name === item.name && i.amount === abs(item.amount)) : -1
    if (same >= 0) voided.push(...items.splice(same, 1))
    // `Đơn giá: 21.550` names a column, no article.
    else if (voiding || (item.amount < 0n && !refund) || (line.head.endsWith(':') && columnOf(item.name))) unknown.push(line.text)
    else items.push(refund && item.amount < 0n ? returned(item) : item)
    voiding = false
    waiting = []
  }

  const cut = (line: Line, size: Dong): void => {
    const last = items.at(-1)
    const next = lines[at + 1]
    const own = last && !ruled && next && (next.rule || !isTotals(next, lines[at + 2]) || line.indent > last.indent)
    if (last && own) {
      last.discount = (last.discount ?? 0n) + size
      last.apart = true
    } else cuts.push(size)
  }

  for (; at < lines.length; at++) {
    const line = lines[at]
    const next = lines[at + 1]
    if (!line) break
    if (line.rule) {
      ruled ||= items.length > 0
      continue
    }
    if (isTotals(line, next) && !(isNumbers(line) && waiting.length > 0)) break
    if (isRemark(line)) continue
    const money = lastFigure(line)?.money
    const label = line.label
    if (/^\d+%$/.test(line.headKey) && money !== undefined && money < 0n) {
      const rate = BigInt(readPercent(line.head)?.split('.')[0] ?? '0')
      const whole = items.reduce((sum, i) => sum + i.amount, 0n)
      const last = items.at(-1)
      // The %- key works on the item above or on the subtotal; the sums tell which (register-capture 8.1).
      if (last && near(last.amount * rate, -money * 100n) && !near(whole * rate, -money * 100n)) {
        last.discount = (last.discount ?? 0n) - money
        last.apart = true
      } else cuts.push(-money)
    } else if (MINUS_KEY.test(line.head) && money !== undefined && money < 0n) {
      cut(line, -money)
    } else if (label?.role === 'discount' && money !== undefined && money !== 0n && (label.sure || money < 0n)) {
      cut(line, abs(money))
    } else if (items.length > 0 && (CORRECTION.test(line.key) || (CORRECTED.test(line.key) && (money ?? 0n) < 0n))) {
      voiding = true
      const row = line.tail.cells.length > 0 ? readRow(line, 1, columns, leading) : undefined
      if (row) add(row, line, false)
    } else if (isNumbers(line)) {
      const found = readPair(line.tail)
      const last = items.at(-1)
      if (waiting.length > 0 && !found) {
        const row = fromTwoLines(waiting, line, columns)
        if (row) add(row, line, MARKER.test(waiting[0]?.text ?? ''))
        else if (hasMoney(line)) unknown.push(line.text)
      } else if (found) {
        const fits = last?.bare ? found.qty.find((q) => agrees(q, found.unitPrice, last.amount)) : undefined
        pairsBefore ??= !(last && fits)
        if (last && fits && !pairsBefore) Object.assign(last, { qty: fits, unitPrice: found.unitPrice, bare: false })
        else if (waiting.length === 0 && pair === undefined && pairsBefore) pair = found
        else unknown.push(line.text)
      } else if (hasMoney(line)) unknown.push(line.text)
    } else if (isNote(line) && !isNumbers(next)) {
      // A note to the kitchen: no money, no name.
    } else if (line.tail.cells.length === 0 || isNameOnly(line, next)) {
      const last = items.at(-1)
      const wrapped = last && waiting.length === 0 && !isNumbers(next) && (line.indent > last.indent || startsLower(line))
      if (wrapped) last.name = `${last.name} ${line.text}`
      else waiting.push(line)
    } else {
      const marker = MARKER.test(line.text)
      const row = readRow(unmarked(line), 0, marker && line.tail.cells.length === 1 ? undefined : columns, leading)
      if (row) add(withWaiting(row, waiting, line), line, marker)
      else if (hasMoney(line)) unknown.push(line.text)
    }
  }
  if (pair || voiding) unknown.push(lines[at - 1]?.text ?? '')
  return { items, voided, cuts, unknown, next: at }
}

const abs = (amount: Dong): Dong => (amount < 0n ? -amount : amount)
const near = (a: bigint, b: bigint): boolean => abs(a - b) <= 100n

/** On a refund slip the quantity carries the sign and the price stays a price. */
const returned = (item: Item): Item => ({
  ...item,
  qty: item.qty.units > 0n ? { units: -item.qty.units, scale: item.qty.scale } : item.qty,
  ...(item.unitPrice === undefined ? {} : { unitPrice: abs(item.unitPrice) }),
})

/** Every priced line opens with a small whole number: that is the quantity (`2 Trà sữa  70.000`). */
function opensWithQuantity(lines: readonly Line[], from: number, columns: Columns | undefined): boolean {
  if (columns) return columns.quantityFirst
  let seen = 0
  let first: Line | undefined
  for (let i = from; i < lines.length; i++) {
    const line = lines[i]
    if (!line || isTotals(line, lines[i + 1])) break
    if (line.rule || isNumbers(line) || !hasMoney(line)) continue
    if (MARKER.test(line.text) || line.label?.role === 'discount') continue
    if (!/^\d{1,3}$/.test(line.words[0]?.text ?? '') || line.tail.start < 2) return false
    seen++
    first ??= line
  }
  // One line alone may be 7 Up: there the price must come out as a price.
  const amount = first && lastFigure(first)?.money
  const quantity = BigInt(first?.words[0]?.text ?? '0')
  return seen > 1 || (amount !== undefined && quantity > 0n && amount % (quantity * 500n) === 0n)
}

const isNote = (line: Line): boolean =>
  line.text.startsWith('(') ||
  NOTE.test(line.key) ||
  // `+ Thêm đá (5.000)`: its price is in the amount above.
  (MARKER.test(line.text) && (line.tail.cells.length === 0 || line.text.endsWith(')')))

export const isRemark = oncePerLine(
  (line): boolean =>
    line.tail.cells.length < 2 && line.text.includes(':') && REMARK.test(key(line.text.slice(0, line.text.indexOf(':')))),
)

/** A name that ends in a figure (`Bia 333`), its own figures below it. */
function isNameOnly(line: Line, next: Line | undefined): boolean {
  const figures = figuresOf(line)
  if (figures.some((f) => f.grouped)) return false
  // `Gà rán      0`: a member of a combo costs nothing.
  if (figures.length === 1 && figures[0]?.money === 0n && (line.words.at(-1)?.gap ?? 0) > 1) return false
  if (isNumbers(next) && (next?.tail.cells.length ?? 0) >= 2) return true
  return figures.length === 1 && (figures[0]?.money ?? 0n) < 1000n
}

const startsLower = (line: Line): boolean => /^\p{Ll}/u.test(line.text)

/** The line without its topping mark; `columns` stay where they are. */
function unmarked(line: Line): Line {
  const [first, ...rest] = line.words
  if (!first || !MARKER.test(line.text)) return line
  const bare = first.text.slice(1)
  const words: Word[] = bare === '' ? rest : [{ ...first, text: bare }, ...rest]
  const by = bare === '' ? 1 : 0
  const cells = line.tail.cells.map((c) => ({ ...c, word: c.word - by }))
  const tail = { ...line.tail, start: line.tail.start - by, cells }
  return { ...line, words, tail, head: joinWords(words, 0, tail.start) }
}

/** A name line (or several) and its figures below. */
function fromTwoLines(waiting: readonly Line[], line: Line, columns: Columns | undefined): ItemRow | undefined {
  const words = waiting.flatMap((l, n) => unmarked(l).words.map((w, i) => (n > 0 && i === 0 ? { ...w, gap: 1 } : w)))
  const { quantity, ...named } = readName(words, columns, false)
  const figures = readFigures(
    line.tail,
    columns && line.tail.cells.length > 1 ? columns.figures : undefined,
    unitQuantity(line) ?? quantity,
  )
  if (!figures || figures.used < line.tail.cells.length) return undefined
  const unit =
    named.unit ?? line.tail.unit ?? (line.tail.start === 2 && line.headKey !== 'so luong' ? line.words[1]?.text : undefined)
  return {
    ...figures,
    ...named,
    ...(unit === undefined ? {} : { unit }),
    ...(line.tail.letter === undefined ? {} : { letter: line.tail.letter }),
  }
}

/** `2 chai  15.000  30.000`: the quantity stands before its unit, outside the tail. */
const unitQuantity = (line: Line) => (line.tail.start === 2 && line.words[0]?.figure ? line.words[0].figure : undefined)

/** Text that waited above a one-line item: the beginning of a long name, or a heading. */
function withWaiting(row: ItemRow, waiting: readonly Line[], line: Line): ItemRow {
  const last = waiting.at(-1)
  if (!last) return row
  const heading = last.text.endsWith(':') || (shouts(last.text) && !shouts(row.name) && !startsLower(line))
  return heading ? row : { ...row, name: `${waiting.map((l) => l.text).join(' ')} ${row.name}` }
}

const shouts = (text: string): boolean => text === text.toUpperCase()
