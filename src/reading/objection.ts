import { showDong } from '../domain/dong.ts'
import { type Fault, fault, type Proof } from '../domain/fault.ts'
import type { Page } from '../domain/page.ts'
import type { Receipt } from '../domain/receipt.ts'
import { key } from './fold.ts'
import { labelOf } from './labels.ts'
import { isForeign } from './layouts/totals.ts'
import type { Paper } from './paper.ts'
import { isAssumed, rivals } from './sums.ts'

const AMOUNT_LIMIT = 1_000_000_000_000n
const PLACES = 6
const COMMANDS = 5

/**
 * The first reason why a person must look, or undefined: every proof that can be formed holds (register-capture 9.6, 11).
 * A figure is never repaired to make one hold.
 */
export function objection(page: Page, paper: Paper): Fault | undefined {
  return (
    stream(page) ??
    nature(paper) ??
    withProofs(understanding(paper) ?? arithmetic(paper), paper.proofs) ??
    letters(page, paper.receipt) ??
    limits(paper) ??
    (page.boundary === 'torn' || isUnfinished(page, paper) ? fault('CAPTURE_TORN') : undefined)
  )
}

/**
 * No cut and no feed ended it, and nothing was paid: where its last line is the total, or no line says that it is one, the
 * charges, the discount or the tax that were to follow may never have come (register-capture 6, 8). Nor has the rest of a
 * line that broke off.
 */
function isUnfinished({ boundary, open, rows }: Page, { totals, sums }: Paper): boolean {
  if (boundary !== 'quiet') return false
  if (open) return true
  if (totals.payments.length > 0 || totals.tendered !== undefined) return false
  const last = rows.findLast(({ text }) => text.trim() !== '')?.text ?? ''
  return isAssumed(totals) || last.replace(/\D/g, '').endsWith(String(sums?.total))
}

const withProofs = (found: Fault | undefined, proofs: readonly Proof[]): Fault | undefined =>
  found ? { ...found, proofs } : undefined

function stream(page: Page): Fault | undefined {
  if (page.desync) return fault('DRIVER_DESYNC')
  return page.unknown > COMMANDS ? fault('DRIVER_UNKNOWN_COMMANDS', { count: String(page.unknown) }) : undefined
}

function nature({ kind, second }: Paper): Fault | undefined {
  if (second) return fault('SALE_TWO_DOCUMENTS')
  if (kind === 'refund') return fault('SALE_REFUND')
  if (kind === 'void') return fault('SALE_VOIDED')
  return kind === 'unknown' ? fault('SALE_KIND_UNKNOWN') : undefined
}

function understanding({ items, totals, sums, strange }: Paper): Fault | undefined {
  const line = items.unknown[0] ?? totals.unknown[0]
  if (line !== undefined) return fault(isForeign(line) ? 'SALE_FOREIGN_CURRENCY' : 'SALE_UNKNOWN_LINE', { line })
  const deposit = items.items.find((item) => labelOf(key(item.name))?.role === 'deposit')
  if (deposit) return fault('SALE_DEPOSIT', { line: deposit.name })
  if (items.items.length === 0) return fault('SALE_NO_ITEMS')
  if (sums === undefined) return fault('SALE_NO_TOTAL')
  if (strange.length > 0 || rivals(sums)) return fault('SALE_TWO_TOTALS')
  return sums.total === 0n ? fault('SALE_ZERO_TOTAL') : undefined
}

function arithmetic({ proofs, lost, items, totals, sums }: Paper): Fault | undefined {
  const wrong = proofs.find((p) => p.state === 'false')
  if (wrong === undefined) return lost ? fault('SALE_TAX_UNPROVEN', { equation: '?' }) : undefined
  const values = { equation: wrong.equation ?? '' }
  if (wrong.id === 'P1') return fault('SALE_LINE_UNPROVEN', { item: items.items.find((i) => !i.proven)?.name ?? '', ...values })
  if (wrong.id === 'P2' || wrong.id === 'P3') return fault('SALE_TOTAL_UNPROVEN', values)
  if (wrong.id === 'P4')
    return fault('SALE_PAYMENT_UNPROVEN', { paid: paidBy(totals), total: showDong(sums?.total ?? 0n), ...values })
  return fault(wrong.id === 'P5' ? 'SALE_TAX_UNPROVEN' : 'SALE_CONTRADICTED', values)
}

const paidBy = ({ payments, tendered }: Paper['totals']): string =>
  showDong(payments.reduce((n, p) => n + p.amount, payments.length === 0 ? (tendered ?? 0n) : 0n))

/** Names go on the invoice: letters that are not sure, or that the sender lost (`?` in a word, register-capture 5.2), hold it. */
function letters(page: Page, receipt: Receipt | undefined): Fault | undefined {
  if (page.doubt !== undefined) return fault(page.doubt)
  const broken = receipt?.lines.some(
    (l) => l.name.includes('\ufffd') || (l.name.includes('?') && /\p{L}\?|\?\p{L}/u.test(l.name)),
  )
  return broken ? fault('DRIVER_ENCODING') : undefined
}

function limits({ impossible, receipt }: Paper): Fault | undefined {
  if (impossible !== undefined) return fault('SALE_DATE_IMPOSSIBLE', { date: impossible })
  const fine = receipt?.lines.find((l) => l.qty.scale > PLACES)
  if (fine) return fault('SALE_OUT_OF_RANGE')
  const huge = receipt && [receipt.total, ...receipt.lines.map((l) => l.amount)].find((a) => a > AMOUNT_LIMIT)
  if (huge !== undefined) return fault('SALE_OUT_OF_RANGE')
  return receipt && inThousands(receipt) ? fault('SALE_IN_THOUSANDS', { total: showDong(receipt.total) }) : undefined
}

/** Many menus leave out the last three zeros: no price reaches 1.000 đồng, and they are not the round hundreds of a bag or a copy. */
function inThousands({ lines, total }: Receipt): boolean {
  const prices = lines.map((l) => l.unitPrice ?? l.amount).filter((p) => p > 0n)
  return total < 1_000n || (prices.every((p) => p < 1_000n) && prices.some((p) => p % 100n !== 0n))
}
