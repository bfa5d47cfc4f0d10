import type { Totals } from '../domain/receipt.ts'
import { type Line, lastFigure } from './line.ts'

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

/** What a register says of its own day (Z report): used to compare, never to sell from. */
export function readClosing(lines: readonly Line[]): Totals {
  let pay: { readonly rank: number; readonly amount: bigint } | undefined
  let count: number | undefined
  let counter: string | undefined
  for (const line of lines) {
    if (line.rule) continue
    const amount = lastFigure(line)?.money
    const m = COUNTER.exec(line.text)
    counter ??= m?.[1] ?? m?.[2]
    if (amount === undefined) continue
    if (COUNT.test(line.headKey) && amount < 1_000_000n) count ??= Number(amount)
    const rank = PAY.findIndex((p) => p.test(line.headKey))
    if (rank >= 0 && (pay === undefined || rank < pay.rank)) pay = { rank, amount }
  }
  return {
    ...(count === undefined ? {} : { count }),
    ...(pay === undefined ? {} : { pay: pay.amount }),
    ...(counter === undefined ? {} : { counter }),
  }
}
