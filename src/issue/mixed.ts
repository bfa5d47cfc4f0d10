import { type Dong, sumDong } from '../domain/dong.ts'
import type { Reading, Receipt, ReceiptLine } from '../domain/receipt.ts'

/** A paper on which goods went both ways. */
export interface Mixed {
  readonly returned: readonly ReceiptLine[]
  /** The purchase alone, in figures of its own. */
  readonly bought: Receipt
}

const isBack = ({ amount, qty }: ReceiptLine): boolean => amount < 0n || qty.units < 0n
const sum = (lines: readonly ReceiptLine[]): Dong => sumDong(lines.map(({ amount, discount = 0n }) => amount - discount))

/**
 * Takes a paper of returns and purchases apart, where its sums prove that purchase less return is what was paid and nothing
 * else is in it. Undefined: it goes one way only, or cannot be proven.
 */
export function mixedOf(receipt: Receipt): Mixed | undefined {
  const returned = receipt.lines.filter(isBack)
  const lines = receipt.lines.filter((line) => !isBack(line))
  if (returned.length === 0 || lines.length === 0) return undefined
  const { discount = 0n, serviceCharge = 0n, deliveryFee = 0n, rounding = 0n, tip = 0n, deposit = 0n, fees = [] } = receipt
  const others = [discount, serviceCharge, deliveryFee, rounding, tip, deposit, ...fees.map(({ amount }) => amount)]
  if (others.some((amount) => amount !== 0n) || receipt.taxMode === 'exclusive') return undefined
  if (sum(receipt.lines) !== receipt.total) return undefined
  const { seller, receiptNo, issuedAt, cashier, table, customer, taxMode } = receipt
  const bought: Receipt = {
    ...(seller === undefined ? {} : { seller }),
    ...(receiptNo === undefined ? {} : { receiptNo }),
    ...(issuedAt === undefined ? {} : { issuedAt }),
    ...(cashier === undefined ? {} : { cashier }),
    ...(table === undefined ? {} : { table }),
    ...(customer === undefined ? {} : { customer }),
    ...(taxMode === undefined ? {} : { taxMode }),
    lines,
    total: sum(lines),
  }
  return { returned, bought }
}

/** The purchase of a mixed paper that a person lets through; what came back is an adjustment of its own. Else unchanged. */
export function boughtOn(reading: Reading): Reading {
  const receipt = 'receipt' in reading ? reading.receipt : undefined
  const goods = reading.kind === 'refund' || reading.kind === 'sale'
  const mixed = receipt && goods && reading.outcome !== 'ignored' ? mixedOf(receipt) : undefined
  if (!mixed) return reading
  const { textLines, proofs, ties } = reading
  return { kind: 'sale', outcome: 'ready', receipt: mixed.bought, textLines, proofs, ...(ties ? { ties } : {}) }
}
