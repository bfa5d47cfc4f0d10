import { divide } from '../../src/domain/decimal.ts'
import { type Dong, sumDong } from '../../src/domain/dong.ts'
import type { Proof } from '../../src/domain/fault.ts'
import type { Receipt } from '../../src/domain/receipt.ts'
import type { ReadTicket } from './receipt.ts'

export interface Proven {
  /** With its tax table and mode, where the sums prove them. */
  readonly receipt: Receipt
  readonly proofs: readonly Proof[]
}

interface Way {
  /** What is to be paid: everything of `goods`, tax on top, fees of the state, the deposit that is taken or used. */
  readonly owed: Dong
  /** What the tax is reckoned from. */
  readonly goods: Dong
  readonly added: Dong
  /** Of the deposit: above zero taken with the bill, below zero used for it. */
  readonly laid: Dong
}

const truth = (id: Proof['id'], holds: boolean, equation: string): Proof => ({ id, state: holds ? 'true' : 'false', equation })
const absent = (id: Proof['id']): Proof => ({ id, state: 'absent' })
const plus = (amount: Dong): string => (amount === 0n ? '' : amount < 0n ? ` - ${-amount}` : ` + ${amount}`)

/** P1 to P5 of register-capture 9.6; a structured source has no words, counts or display (P6 to P8). */
export function prove(ticket: ReadTicket): Proven {
  const whole = sumDong(ticket.receipt.lines.map(net))
  const within = waysOf(ticket, whole)
  const under = within.length === 0 ? staffTip(ticket, whole) : undefined
  const { receipt, lines, tax: bareTax } = under?.ticket ?? ticket
  const ways = under?.ways ?? within
  const [way] = ways
  const { discount = 0n, tip = 0n, rounding = 0n, total } = receipt
  const fees = charges(receipt) + tip
  const left = `${whole}${plus(-discount)}${plus(fees)}${plus(stateFees(receipt))}${plus(way?.added ?? 0n)}`
  const settled = settle(receipt, way, under?.ticket ?? ticket)
  const taxed = way ? withTax(settled, way, bareTax) : settled
  const proofs = [
    lines,
    subtotal(taxed, whole),
    truth('P3', ways.length === 1, `${left}${plus(rounding)}${plus(way?.laid ?? 0n)} = ${total}`),
    payment(taxed, way),
    taxProof(taxed, way, taxOf(ticket)),
    absent('P6'),
    absent('P7'),
    absent('P8'),
  ]
  return { receipt: taxed, proofs }
}

const taxOf = ({ receipt, tax = 0n }: ReadTicket): Dong => (receipt.vat ? sumDong(receipt.vat.map((row) => row.tax)) : tax)
const charges = ({ serviceCharge = 0n, deliveryFee = 0n }: Receipt): Dong => serviceCharge + deliveryFee
const stateFees = ({ fees = [] }: Receipt): Dong => sumDong(fees.map((fee) => fee.amount))

/** Every way in which lines, discounts, charges, tax and deposit come to the total; only a single one proves it (P3). */
function waysOf(ticket: ReadTicket, whole: Dong): readonly Way[] {
  const { receipt, deposit } = ticket
  const { discount = 0n, tip = 0n, rounding = 0n, total, taxMode } = receipt
  const tax = taxOf(ticket)
  const onLines = sumDong(receipt.lines.map((l) => l.discount ?? 0n))
  // A line discount repeated in the ticket's discount counts once; the tax is inside or on top; never more than one way.
  const offs = onLines > 0n && discount >= onLines ? [discount, discount - onLines] : [discount]
  const tops = taxMode === 'inclusive' || tax === 0n ? [0n] : taxMode === 'exclusive' ? [tax] : [0n, tax]
  // A deposit may be taken with the bill, be off what is to pay, or be a payment under the total.
  const laids = deposit === 0n ? [0n] : deposit < 0n ? [deposit, 0n] : [deposit, -deposit, 0n]
  return offs.flatMap((off) =>
    tops.flatMap((added) =>
      laids.flatMap((laid): Way[] => {
        const goods = whole - off + charges(receipt) + tip
        const owed = goods + added + stateFees(receipt) + laid
        return owed + rounding === total || owed === total ? [{ owed, goods, added, laid }] : []
      }),
    ),
  )
}

/** A tip beside a total that is proven without it, where the money taken is both: the buyer's to the staff, no sale. */
function staffTip(ticket: ReadTicket, whole: Dong): { readonly ticket: ReadTicket; readonly ways: readonly Way[] } | undefined {
  const { tip = 0n, ...without } = ticket.receipt
  if (tip <= 0n || without.gratuity !== undefined) return undefined
  const apart = { ...ticket, receipt: { ...without, gratuity: tip } }
  const ways = waysOf(apart, whole)
  const paid = payment(settle(apart.receipt, ways[0], apart), ways[0])
  return ways.length === 1 && paid.state === 'true' && ticket.paidBy === undefined ? { ticket: apart, ways } : undefined
}

/** The receipt with its total before the deposit, as a sale is told; what was paid earlier stands beside what is paid now. */
function settle(receipt: Receipt, way: Way | undefined, { deposit, paidBy }: ReadTicket): Receipt {
  const laid = way?.laid ?? 0n
  const used = deposit !== 0n && laid <= 0n ? abs(deposit) : 0n
  const total = laid < 0n ? receipt.total - laid : receipt.total
  const before = { ...receipt, total, ...(laid > 0n ? { deposit: laid } : {}) }
  if (paidBy) {
    const now = total + (receipt.gratuity ?? 0n) - used
    const payments = [...(now > 0n ? [{ method: paidBy, amount: now }] : []), ...(used > 0n ? [earlier(used)] : [])]
    return { ...before, payments }
  }
  const told = receipt.payments !== undefined || receipt.tendered !== undefined
  if (used === 0n || !told || payment(before, way).state === 'true') return before
  return { ...before, payments: [...(receipt.payments ?? []), earlier(used)] }
}

const earlier = (amount: Dong) => ({ method: 'other' as const, amount })
const abs = (amount: Dong): Dong => (amount < 0n ? -amount : amount)

/** What a line adds to the total: an amount before its own discount is told by quantity × price. */
function net({ qty, unitPrice, amount, discount = 0n }: Receipt['lines'][number]): Dong {
  if (discount === 0n) return amount
  if (unitPrice === undefined) return amount - discount
  const gross = divide(qty.units * unitPrice, 10n ** BigInt(qty.scale))
  const apart = amount - gross
  return apart >= -1n && apart <= 1n ? amount - discount : amount
}

function subtotal({ subtotal: printed, lines }: Receipt, whole: Dong): Proof {
  if (printed === undefined) return absent('P2')
  const full = whole + sumDong(lines.map((l) => l.discount ?? 0n))
  const known = [whole, full, sumDong(lines.map((l) => l.amount))]
  return truth('P2', known.includes(printed), `${whole} = ${printed}`)
}

function payment({ payments = [], tendered, change = 0n, total, gratuity = 0n, rounding = 0n }: Receipt, way?: Way): Proof {
  if (payments.length === 0 && tendered === undefined) return absent('P4')
  const paid = sumDong(payments.map((p) => p.amount))
  const owed = way && way.owed + rounding - (way.laid < 0n ? way.laid : 0n)
  const due = [total, ...(owed === undefined ? [] : [owed])].map((amount) => amount + gratuity)
  const given = payments.length === 0 ? (tendered ?? 0n) : paid
  const wanted = `${total}${plus(gratuity)}`
  if (due.includes(given - change)) return truth('P4', true, `${given}${plus(-change)} = ${wanted}`)
  // Cash beside a card or a deposit, told as the money handed over alone.
  if (tendered !== undefined && payments.length > 0 && due.includes(paid + tendered - change))
    return truth('P4', true, `${paid} + ${tendered}${plus(-change)} = ${wanted}`)
  // Each payment already without the change, and the note handed over beside it.
  const beside = due.includes(paid) && tendered !== undefined && tendered - change === paid
  return truth('P4', beside, `${tendered ?? given}${plus(-change)} = ${wanted}`)
}

/** A single tax sum becomes a table row where one rate covers every line. */
function withTax(receipt: Receipt, { goods, added }: Way, bareTax: Dong | undefined): Receipt {
  const taxMode = receipt.taxMode ?? (added > 0n ? 'exclusive' : receipt.vat || bareTax ? 'inclusive' : 'not-shown')
  if (receipt.vat || bareTax === undefined) return { ...receipt, taxMode }
  const [rate, other] = new Set(receipt.lines.map((l) => l.vatRate))
  if (rate === undefined || other !== undefined) return { ...receipt, taxMode: added > 0n ? 'exclusive' : 'not-shown' }
  const base = taxMode === 'exclusive' ? goods : goods - bareTax
  return { ...receipt, taxMode, vat: [{ rate, base, tax: bareTax }] }
}

function taxProof({ vat, taxMode }: Receipt, way: Way | undefined, tax: Dong): Proof {
  if (vat === undefined) {
    // On top of the prices, but of no known rate: an invoice cannot be made of it.
    return way && way.added > 0n ? truth('P5', false, `? × ? % = ${tax}`) : absent('P5')
  }
  for (const { rate, base, tax: printed } of vat) {
    const wanted = divide(base * percent(rate), 10_000n)
    const apart = printed - wanted
    if (apart < -1n || apart > 1n) return truth('P5', false, `${base} × ${rate}% = ${printed}`)
  }
  const bases = sumDong(vat.map((row) => row.base))
  const all = taxMode === 'exclusive' ? bases : bases + tax
  const goods = way?.goods ?? 0n
  return truth('P5', all === goods, taxMode === 'exclusive' ? `${bases} = ${goods}` : `${bases}${plus(tax)} = ${goods}`)
}

/** Hundredths of a percent; KCT and KKKNT bear none. */
const percent = (rate: string): bigint => {
  const [whole = '', decimals = ''] = rate.split('.')
  return /^\d+$/.test(whole) ? BigInt(whole + decimals.padEnd(2, '0')) : 0n
}
