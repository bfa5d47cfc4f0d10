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
  readonly owed: Dong
  readonly goods: Dong
  readonly added: Dong
}

const truth = (id: Proof['id'], holds: boolean, equation: string): Proof => ({ id, state: holds ? 'true' : 'false', equation })
const absent = (id: Proof['id']): Proof => ({ id, state: 'absent' })
const plus = (amount: Dong): string => (amount === 0n ? '' : amount < 0n ? ` - ${-amount}` : ` + ${amount}`)

/** P1 to P5 of register-capture 9.6; a structured source has no words, counts or display (P6 to P8). */
export function prove({ receipt, lines, tax: bareTax }: ReadTicket): Proven {
  const tax = receipt.vat ? sumDong(receipt.vat.map((row) => row.tax)) : (bareTax ?? 0n)
  const rounding = receipt.rounding ?? 0n
  const nets = receipt.lines.map(net)
  const whole = sumDong(nets)
  const onLines = sumDong(receipt.lines.map((l) => l.discount ?? 0n))
  const said = receipt.discount ?? 0n
  const fees = (receipt.serviceCharge ?? 0n) + (receipt.deliveryFee ?? 0n)
  // A line discount repeated in the ticket's discount counts once; the tax is inside or on top; never more than one way.
  const offs = onLines > 0n && said >= onLines ? [said, said - onLines] : [said]
  const tops = receipt.taxMode === 'inclusive' || tax === 0n ? [0n] : receipt.taxMode === 'exclusive' ? [tax] : [0n, tax]
  const ways = offs.flatMap((off) =>
    tops.flatMap((added): Way[] => {
      const goods = whole - off + fees
      const owed = goods + added
      return owed + rounding === receipt.total || owed === receipt.total ? [{ owed, goods, added }] : []
    }),
  )
  const [way] = ways
  const equation = `${whole}${plus(-said)}${plus(fees)}${plus(way?.added ?? 0n)}${plus(rounding)} = ${receipt.total}`
  const total = truth('P3', ways.length === 1, equation)
  const taxed = way ? withTax(receipt, way, bareTax) : receipt
  const proofs = [
    lines,
    subtotal(taxed, whole),
    total,
    payment(taxed, way),
    taxProof(taxed, way, tax),
    absent('P6'),
    absent('P7'),
    absent('P8'),
  ]
  return { receipt: taxed, proofs }
}

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

function payment({ payments = [], tendered, change = 0n, total, rounding = 0n }: Receipt, way: Way | undefined): Proof {
  if (payments.length === 0 && tendered === undefined) return absent('P4')
  const paid = sumDong(payments.map((p) => p.amount))
  const due = [total, ...(way ? [way.owed + rounding] : [])]
  const given = payments.length === 0 ? (tendered ?? 0n) : paid
  if (due.includes(given - change)) return truth('P4', true, `${given}${plus(-change)} = ${total}`)
  // Each payment already without the change, and the note handed over beside it.
  const beside = due.includes(paid) && tendered !== undefined && tendered - change === paid
  return truth('P4', beside, `${tendered ?? given}${plus(-change)} = ${total}`)
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
