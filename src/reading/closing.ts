import type { Dong } from '../domain/dong.ts'
import type { PaymentMethod, Totals } from '../domain/receipt.ts'
import { key } from './fold.ts'
import { labelOf, methodOf, RATE_WORD } from './labels.ts'
import { figuresOf, type Line, lastFigure } from './line.ts'

/** Money of a closing report, best first; gross and drawer figures are not what was sold. */
const PAY = [
  /^net(?: total| sales)?\b/,
  /^(?:tong )?doanh thu thuan\b/,
  /^(?:tong )?doanh thu\b/,
  /^(?:tong cong|tong tien|tong thanh toan|total|tong)\b/,
]
const COUNT =
  /^(?:tong )?(?:so|sl) (?:hoa don|hd|giao dich|gd|phieu|bill|don|don hang)\b|^(?:transactions|trans|receipts|customers)\b/
const COUNTER = /^[XZ] ?#?:? ?(\d{1,6})$|^(?:Z|X) (?:NO|COUNTER|SO)\.? ?:? ?(\d{1,6})$/i
/** `VAT 8%`, `Doanh thu 10%`, `Thuế suất KCT`: the takings of one rate. */
const RATE =
  /^(?:(?:doanh thu|doanh so|ban hang|hang|nhom|thue suat|thue|vat|gtgt|thue gtgt|tax|sales|gross|ts)(?: (?:thue|vat|gtgt|thue suat))? )?(\d{1,2}%|kct|kkknt|khong chiu thue|khong ke khai)$/
/** Words of a tax line without its base: what it names is tax, no takings. */
const ONLY_TAX = /^(?:tien thue|tong thue|tong tien thue|thue gtgt|thue|vat|gtgt|tax|tien vat)\b/
/** Money of the drawer, with what was in it before the day, and money given back. */
const DRAWER =
  /(?:^|\b)(?:dau ca|dau ngay|quy dau|cuoi ca|trong ket|ton quy|thoi lai|tien thua|change|float|caid|in drawer|nop ve|chenh lech|kiem ke)\b/

/** What a register says of its own day (Z report): used to compare, never to sell from. */
export function readClosing(lines: readonly Line[]): Totals {
  let pay: { readonly rank: number; readonly amount: bigint } | undefined
  let count: number | undefined
  let counter: string | undefined
  const rates = new Map<string, Dong>()
  const tenders = new Map<PaymentMethod, Dong>()
  for (const line of lines) {
    if (line.rule) continue
    const amount = lastFigure(line)?.money
    const m = COUNTER.exec(line.text)
    counter ??= m?.[1] ?? m?.[2]
    if (amount === undefined) continue
    if (COUNT.test(line.headKey) && amount < 1_000_000n) count ??= Number(amount)
    const method = tenderOf(line)
    const taking = method ? undefined : takingOf(line)
    if (method) tenders.set(method, (tenders.get(method) ?? 0n) + amount)
    else if (taking) rates.set(taking.rate, (rates.get(taking.rate) ?? 0n) + taking.gross)
    const rank = method || taking ? -1 : PAY.findIndex((p) => p.test(line.headKey))
    if (rank >= 0 && (pay === undefined || rank < pay.rank)) pay = { rank, amount }
  }
  return {
    ...(count === undefined ? {} : { count }),
    ...(pay === undefined ? {} : { pay: pay.amount }),
    ...(counter === undefined ? {} : { counter }),
    ...(rates.size === 0 ? {} : { rates: [...rates].map(([rate, gross]) => ({ rate, gross })) }),
    ...(tenders.size === 0 ? {} : { tenders: [...tenders].map(([method, amount]) => ({ method, amount })) }),
  }
}

/** A figure before the amount counts the sales; `Chuyển khoản    12    1.250.000`. */
function tenderOf(line: Line): PaymentMethod | undefined {
  if (DRAWER.test(line.headKey)) return undefined
  const label = labelOf(line.headKey)
  // `CK`, `Voucher` and the like may as well be discounts: on a report nothing tells them apart.
  if (label?.role === 'discount' && label.phrase !== 'ck') return undefined
  return methodOf(line.headKey)
}

/** What a line with money says on a report, by words everybody knows; of totals the best first. */
export function closingRole(
  line: Line,
): { readonly is: 'payment' | 'rate' | 'count' | 'total'; readonly rank: number } | undefined {
  const amount = lastFigure(line)?.money
  if (amount === undefined) return undefined
  if (tenderOf(line)) return { is: 'payment', rank: 0 }
  if (takingOf(line)) return { is: 'rate', rank: 0 }
  if (COUNT.test(line.headKey) && amount < 1_000_000n) return { is: 'count', rank: 0 }
  const rank = PAY.findIndex((p) => p.test(line.headKey))
  return rank < 0 ? undefined : { is: 'total', rank }
}

/** `8%`, `KCT` as reports name the rate of their takings. */
export function rateOf(text: string): string | undefined {
  const spelled = /(\d{1,2}) ?%|\b(kct|kkknt|khong chiu thue|khong ke khai)\b/.exec(key(text).replace(/[()]/g, ''))
  const rate = spelled?.[1] === undefined ? spelled?.[2] : `${spelled[1]}%`
  return rate === undefined ? undefined : (RATE_WORD[rate] ?? rate)
}

/** One figure: the takings. Two: net and tax, or a count before the takings. Three: net, tax, and their sum. */
function takingOf(line: Line): { readonly rate: string; readonly gross: Dong } | undefined {
  const spelled = RATE.exec(line.headKey)?.[1]
  if (spelled === undefined) return undefined
  const rate = RATE_WORD[spelled] ?? spelled
  const [first, second, third] = figuresOf(line).map((figure) => figure.money)
  if (first === undefined) return undefined
  if (second === undefined) return ONLY_TAX.test(line.headKey) && !/suat/.test(line.headKey) ? undefined : { rate, gross: first }
  if (third !== undefined) return first + second === third ? { rate, gross: third } : undefined
  const percent = spelled.endsWith('%') ? BigInt(spelled.slice(0, -1)) : 0n
  const gap = first * percent - second * 100n
  // Tax of a whole day was rounded sale by sale.
  const isTax = gap >= -first / 200n && gap <= first / 200n
  return isTax ? { rate, gross: first + second } : first < 100_000n ? { rate, gross: second } : undefined
}
