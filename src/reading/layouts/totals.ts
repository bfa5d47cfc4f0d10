import type { Dong } from '../../domain/dong.ts'
import type { PaymentMethod } from '../../domain/receipt.ts'
import { hasDate } from '../dates.ts'
import { isInfo, type Label, methodOf, type Role } from '../labels.ts'
import { figuresOf, type Line, lastFigure, oncePerLine } from '../line.ts'
import { type Figure, readPercent } from '../numbers.ts'
import { maySpeak, spokenAmount } from '../spoken.ts'
import { hasMoney, isNumbers, MINUS_KEY } from './items.ts'
import { readTaxRow, type TaxRow } from './tax.ts'

export interface Entry {
  readonly role: Exclude<Role, 'count' | 'tender' | 'change' | 'info'>
  /** Discounts positive, everything else with its printed sign. */
  readonly amount: Dong
  readonly rate?: string
  readonly phrase: string
  /** As printed, where the name matters. */
  readonly name?: string
}

/** The TOTALS and PAYMENT blocks (register-capture 9.5), in printed order. */
export interface Totals {
  readonly entries: readonly Entry[]
  readonly taxes: readonly TaxRow[]
  readonly payments: readonly { readonly method: PaymentMethod; readonly amount: Dong }[]
  readonly tendered?: Dong
  readonly change?: Dong
  readonly counts: readonly Figure[]
  readonly spoken?: Dong
  readonly unknown: readonly string[]
}

/** Prices and payments are in đồng: another currency is for a person. */
export const isForeign = (text: string): boolean =>
  /[$€£¥]|(?:^|[^\p{L}])(?:usd|eur|gbp|jpy|cny|krw|thb|aud|sgd)(?![\p{L}])/iu.test(text)

const AGREED = /^(?:thanh toan|tt|hinh thuc|pttt|httt|phuong thuc|khach thanh toan)(?: (?:bang|qua))? \w/
const NEVER_LESS = new Set(['service', 'delivery', 'tip', 'fee', 'tax'])
/** Under a total only, and as it is written: above it `Bo` may be beef whose accent was lost. */
const TIPPED = /^boa?\s*:?$/i
const LOOSE = new Set(['discount', 'service', 'delivery', 'rounding'])

const speaks = oncePerLine((line) => maySpeak(line.key))
const methodAt = oncePerLine((line) => methodOf(line.headKey) ?? null)

export function readTotals(lines: readonly Line[], from: number): Totals {
  const entries: Entry[] = []
  const taxes: TaxRow[] = []
  const payments: { method: PaymentMethod; amount: Dong }[] = []
  const counts: Figure[] = []
  const unknown: string[] = []
  let tendered: Dong | undefined
  let change: Dong | undefined
  let spoken: Dong | undefined
  let rate: string | undefined
  let paying = false

  const totalled = (): boolean => entries.some((e) => e.role === 'total' || e.role === 'due')
  const puzzle = (line: Line): void => {
    // `Vietcombank: 120.000` under a total of 120.000 says it again, however it was paid.
    const again = entries.findLast((e) => e.role === 'total' || e.role === 'due')?.amount === lastFigure(line)?.money
    if (!paying && hasMoney(line) && !(again && figuresOf(line).length === 1)) unknown.push(line.text)
  }

  for (let i = from; i < lines.length; i++) {
    const line = lines[i]
    if (!line || line.rule) continue
    if (speaks(line)) {
      spoken ??= spokenAmount(line.text) ?? spokenAmount(`${line.text} ${lines[i + 1]?.text ?? ''}`)
      continue
    }
    const row = readTaxRow(line)
    if (row) {
      taxes.push(row)
      continue
    }
    // What only looks like a word of the footer is an unknown line, not a silent one.
    const label = line.label?.role === 'info' && !isInfo(line.label, line.text) ? undefined : line.label
    let figures = figuresOf(line)
    // A label, or a way of paying, whose value stands alone on the next line, at the right.
    const asks = label ? label.sure && label.role !== 'info' : line.words.length <= 3 && methodAt(line) !== null
    if (figures.length === 0 && asks && isNumbers(lines[i + 1]) && lines[i + 1]?.tail.cells.length === 1) {
      figures = figuresOf(lines[i + 1] ?? line)
      i++
    }
    if (label?.role === 'tax' && figures.length === 0) rate = readPercent(line.text) ?? rate
    const figure = figures.at(-1)
    if (figure === undefined) continue
    const method = paymentOf(line, label, totalled())
    const amount = figure.money
    if (isForeign(line.text) && (method || (label && label.role !== 'info'))) unknown.push(line.text)
    else if (amount === undefined) {
      if (figure.odd && label?.role !== 'info' && label?.role !== 'count') unknown.push(line.text)
    } else if (method) {
      payments.push({ method, amount })
      paying = true
    } else if (label === undefined) {
      if ((/^\d+%$/.test(line.headKey) || MINUS_KEY.test(line.head)) && amount < 0n)
        entries.push({ role: 'discount', amount: -amount, phrase: line.headKey })
      else if (totalled() && TIPPED.test(line.head) && amount > 0n) entries.push({ role: 'tip', amount, phrase: line.headKey })
      else if (!hasDate(line)) puzzle(line)
    } else if (label.role === 'tender') {
      tendered ??= amount
      paying = true
    } else if (label.role === 'change') {
      change ??= amount
      paying = true
    } else if (label.role === 'count') counts.push(figure)
    else if (label.role !== 'info') {
      const entry = entryOf(line, label, figures, amount, rate)
      if (entry === undefined) puzzle(line)
      else {
        entries.push(entry)
        const [count] = figures
        if (count && figures.length === 2 && entry.role !== 'tax') counts.push(count)
      }
    }
  }
  return {
    entries,
    taxes,
    payments,
    counts,
    unknown,
    ...(tendered === undefined ? {} : { tendered }),
    ...(change === undefined ? {} : { change: change < 0n ? -change : change }),
    ...(spoken === undefined ? {} : { spoken }),
  }
}

/** `Thẻ`, `CK` and `Voucher` are payments only where the total already stands; `Thanh toán tiền mặt` always is one. */
function paymentOf(line: Line, label: Label | undefined, totalled: boolean): PaymentMethod | undefined {
  const method = methodAt(line)
  if (method === null) return undefined
  if (label === undefined || AGREED.test(line.headKey)) return method
  const twofold = label.phrase === 'ck' || label.phrase === 'voucher'
  return (twofold && totalled) || (!label.sure && label.role !== 'discount' && label.role !== 'info') ? method : undefined
}

/** A label that says more than it knows (`Tổng cộng chưa thuế`) is no total: only discounts and fees may be loose, P3 judges them. */
function entryOf(
  line: Line,
  label: Label,
  figures: readonly Figure[],
  amount: Dong,
  carried: string | undefined,
): Entry | undefined {
  const { role, phrase } = label
  if (role === 'count' || role === 'info' || role === 'tender' || role === 'change') return undefined
  if (!label.sure && !LOOSE.has(role)) return undefined
  const [first] = figures
  if (figures.length > 2 || (figures.length === 2 && (!first || first.grouped || (first.money ?? 1000n) >= 1000n)))
    return undefined
  const rate = readPercent(line.head) ?? (role === 'tax' ? carried : undefined)
  const size = (role === 'discount' || role === 'deposit') && amount < 0n ? -amount : amount
  if (size < 0n && NEVER_LESS.has(role)) return undefined
  return {
    role,
    amount: size,
    phrase,
    ...(rate === undefined ? {} : { rate }),
    ...(role === 'fee' ? { name: line.head.replace(/[\s:]+$/, '') } : {}),
  }
}
