import { rescale } from '../domain/decimal.ts'
import { type Dong, sumDong } from '../domain/dong.ts'
import { type Fault, fault, type Proof } from '../domain/fault.ts'
import type { Receipt, ReceiptLine } from '../domain/receipt.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Sale, SaleLine } from '../domain/sale.ts'
import { paymentsOf, withoutChange } from './payments.ts'
import { printedOn } from './printed.ts'

/** Amounts beyond this are a misreading, not a sale of a shop (register-capture 11). */
const LARGEST: Dong = 1_000_000_000_000n
const FINEST = 6

/**
 * The country-neutral fact behind a receipt, its total proven a second time from the lines up: the invoice is made
 * from these figures, so they must stand on their own whoever read the paper (register-capture 9.6).
 * Faults: SALE_REFUND, SALE_ZERO_TOTAL, SALE_NO_ITEMS, SALE_OUT_OF_RANGE, SALE_LINE_UNPROVEN, SALE_TOTAL_UNPROVEN,
 * SALE_PAYMENT_UNPROVEN.
 */
export function saleFromReceipt(receipt: Receipt, released = false, textLines: readonly string[] = []): Result<Sale> {
  // below zero is a return, zero is a gift, for which the shop or a person says whether it is invoiced.
  if (receipt.total < 0n) return failed(fault('SALE_REFUND', undefined, 'total'))
  if (receipt.total === 0n && !released) return failed(fault('SALE_ZERO_TOTAL', undefined, 'total'))
  if (receipt.lines.length === 0) return failed(fault('SALE_NO_ITEMS', undefined, 'lines'))
  const lines: SaleLine[] = []
  for (const [i, line] of receipt.lines.entries()) {
    const made = saleLine(line, `lines[${i}]`)
    if (!made.ok) return made
    lines.push(made.value)
  }
  const fees = [
    { name: 'service', amount: receipt.serviceCharge ?? 0n },
    { name: 'delivery', amount: receipt.deliveryFee ?? 0n },
    { name: 'tip', amount: receipt.tip ?? 0n },
  ] as const
  const { fees: stateFees = [], deposit = 0n, gratuity = 0n } = receipt
  if (receipt.total > LARGEST || [...fees, ...stateFees, { amount: deposit }, { amount: gratuity }].some((f) => f.amount < 0n))
    return failed(fault('SALE_OUT_OF_RANGE', undefined, 'total'))

  const added = sumDong([...fees, ...stateFees].map((f) => f.amount))
  // a deposit is given back one day; it is paid with the bill and is no part of the sale.
  const beside = deposit + gratuity
  const proven = provenTotal({ ...receipt, total: receipt.total - deposit }, lines, added, beside)
  if (!proven.ok) return proven
  const paid = paymentsOf(receipt, proven.value.total + proven.value.rounding + beside)
  if (!paid.ok) return paid
  const payments = beside === 0n ? paid.value : (withoutChange(paid.value, beside) ?? [])
  const { receiptNo, issuedAt, cashier, vat, buyer } = receipt
  return ok({
    lines,
    charges: fees.filter((f) => f.amount > 0n),
    ...proven.value,
    ...(vat && vat.length > 0 ? { vat } : {}),
    ...(gratuity === 0n ? {} : { gratuity }),
    ...(stateFees.length > 0 ? { fees: stateFees } : {}),
    payments,
    ...(receiptNo !== undefined ? { receiptNo } : {}),
    ...(issuedAt !== undefined ? { soldAt: issuedAt } : {}),
    ...(cashier !== undefined ? { cashier } : {}),
    ...(buyer ? { buyer } : {}),
    printed: printedOn(receipt, textLines),
  })
}

/** P1 on one line; the amount of the sale is after the line's own discount, wherever the paper prints it. */
function saleLine(line: ReceiptLine, path: string): Result<SaleLine> {
  const { name, qty, unitPrice, amount, code, unit, vatRate } = line
  const discount = line.discount ?? 0n
  if (amount < 0n || qty.units < 0n) return failed(fault('SALE_REFUND', undefined, path))
  if (qty.scale > FINEST || amount > LARGEST || discount < 0n) return failed(fault('SALE_OUT_OF_RANGE', undefined, path))
  const net = lineNet(line, discount)
  if (net === undefined || net < 0n) {
    const equation = `${qty.units}/${10n ** BigInt(qty.scale)} × ${unitPrice ?? '?'} - ${discount} = ${amount}`
    return failed({ ...fault('SALE_LINE_UNPROVEN', { item: name }, path), proofs: [{ id: 'P1', state: 'false', equation }] })
  }
  return ok({
    name,
    ...(code !== undefined ? { code } : {}),
    ...(unit !== undefined ? { unit } : {}),
    quantity: qty,
    ...(unitPrice !== undefined ? { unitPrice } : {}),
    discount,
    amount: net,
    ...(vatRate !== undefined ? { rate: vatRate } : {}),
  })
}

/** A discount on a line of its own stands beside the full amount; one in a column is already taken off. */
function lineNet({ qty, unitPrice, amount }: ReceiptLine, discount: Dong): Dong | undefined {
  if (unitPrice === undefined) return amount - discount
  const gross = rescale({ units: qty.units * unitPrice, scale: qty.scale }, 0).units
  const whole = qty.units % 10n ** BigInt(qty.scale) === 0n
  // Scales round in their own way; a counted line must be exact (9.6: tolerance 0, ±1 only with decimals).
  const near = (wanted: Dong): boolean => {
    const off = amount - wanted
    return off === 0n || (!whole && (off === 1n || off === -1n))
  }
  if (near(gross)) return amount - discount
  return near(gross - discount) ? amount : undefined
}

interface Proven {
  readonly discount: Dong
  readonly prices?: 'inclusive' | 'exclusive'
  readonly total: Dong
  readonly rounding: Dong
}

/**
 * P3, tried in each way paper is known to be meant: line discounts repeated in the ticket's discount or not, tax inside
 * or on top, the total before or after cash rounding. Exactly one way must hold; the figures are never bent (9.6).
 */
function provenTotal(receipt: Receipt, lines: readonly SaleLine[], fees: Dong, beside: Dong): Result<Proven> {
  const goods = sumDong(lines.map((l) => l.amount))
  const onLines = sumDong(lines.map((l) => l.discount))
  const printed = receipt.discount ?? 0n
  const rounding = receipt.rounding ?? 0n
  const tax = sumDong((receipt.vat ?? []).map((v) => v.tax))
  // A line discount that stands again among the totals is counted once (layout I of 9.4, R-110).
  const discounts = onLines > 0n && printed >= onLines ? [printed, printed - onLines] : [printed]
  const ways: Proven[] = []
  for (const discount of discounts)
    for (const added of taxOnTop(receipt, tax)) {
      const owed = goods - discount + fees + added
      // the invoice is exact, the rounding lives in the tender.
      const before = owed === receipt.total - rounding
      if (!before && owed !== receipt.total) continue
      const prices = regime(receipt, tax, added)
      ways.push({ discount, total: owed, rounding, ...(prices ? { prices } : {}) })
    }
  // Where the sum holds in two ways (a rounding as large as the discounts), the money taken says which was meant (P4).
  const paid = ({ total, rounding }: Proven): boolean => {
    const payments = paymentsOf(receipt, total + rounding + beside)
    return payments.ok && payments.value.length > 0
  }
  const [way, other] = ways.length > 1 ? ways.filter(paid) : ways
  if (way && !other && way.discount >= 0n && way.discount <= goods + fees && way.total >= 0n)
    return reconciled(receipt, goods) ?? ok(way)
  const equation = `${goods} - ${printed} + ${fees} + ${tax} + ${rounding} = ${receipt.total}`
  return failed(unproven({ id: 'P3', state: 'false', equation }))
}

const taxOnTop = ({ taxMode }: Receipt, tax: Dong): readonly Dong[] => {
  if (taxMode === 'exclusive') return [tax]
  return taxMode === undefined && tax > 0n ? [0n, tax] : [0n]
}

/** Inclusive if the sum holds without the printed tax, exclusive if with it; without any tax on paper nothing is proven (9.6). */
const regime = ({ taxMode }: Receipt, tax: Dong, added: Dong): Proven['prices'] => {
  if (taxMode !== undefined) return taxMode === 'not-shown' ? undefined : taxMode
  return added > 0n ? 'exclusive' : tax > 0n ? 'inclusive' : undefined
}

/** P2: the printed subtotal is the lines before or after their own discounts. Undefined when it is, or is not printed. */
function reconciled(receipt: Receipt, goods: Dong): Result<never> | undefined {
  if (receipt.subtotal === undefined) return undefined
  const asPrinted = sumDong(receipt.lines.map((l) => l.amount))
  const full = goods + sumDong(receipt.lines.map((l) => l.discount ?? 0n))
  if ([goods, asPrinted, full].includes(receipt.subtotal)) return undefined
  return failed(unproven({ id: 'P2', state: 'false', equation: `${asPrinted} = ${receipt.subtotal}` }))
}

const unproven = (proof: Proof): Fault => ({ ...fault('SALE_TOTAL_UNPROVEN', undefined, 'total'), proofs: [proof] })
