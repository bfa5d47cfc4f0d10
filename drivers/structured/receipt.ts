import { type Decimal, decimal, isWhole, rescale } from '../../src/domain/decimal.ts'
import type { Dong } from '../../src/domain/dong.ts'
import { fault, type Proof } from '../../src/domain/fault.ts'
import type { PaymentMethod, Receipt, ReceiptLine } from '../../src/domain/receipt.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import { type Mark, type Money, markOf, readFigure, readings } from './figures.ts'
import { readMoment } from './moments.ts'
import { BUYER_FIELDS, type Fields, HEAD_MONEY, type Ticket, type Value } from './ticket.ts'
import { methodOf, rateOf } from './words.ts'

export interface ReadTicket {
  readonly receipt: Receipt
  /** P1: every line, quantity × price − discount = amount. */
  readonly lines: Proof
  /** A tax sum without its table, where no rate tells which row it is. */
  readonly tax: Dong | undefined
  /** Laid down, as the source says it: in the total, off it, or paid earlier; the sums tell which. */
  readonly deposit: Dong
  /** The source names how the whole was paid, not how much. */
  readonly paidBy: PaymentMethod | undefined
}

/** Figures and words of a ticket as a receipt. Faults: DRIVER_FIELD, SALE_DATE_IMPOSSIBLE, SALE_NO_TOTAL. */
export function receiptOf(ticket: Ticket): Result<ReadTicket> {
  const mark = markOf(moneyOf(ticket))
  if (typeof mark === 'object') return wrong('', mark.field)
  const { head } = ticket
  const found = new Map<string, Dong>()
  for (const name of HEAD_MONEY) {
    const amount = money(head[name], mark)
    if (amount !== undefined) found.set(name, amount)
  }
  const total = found.get('total')
  if (total === undefined) return failed(fault('SALE_NO_TOTAL'))

  const lines: ReceiptLine[] = []
  const equations: string[] = []
  let proof: Proof['state'] = 'absent'
  for (const [i, fields] of ticket.lines.entries()) {
    const line = lineOf(fields, mark, `lines[${i}]`)
    if (!line.ok) return line
    lines.push(line.value.line)
    const { state, equation } = line.value
    if (state === 'false') return ok({ ...bare(lines, total), lines: { id: 'P1', state, equation } })
    if (state === 'true') proof = 'true'
    if (state === 'true') equations.push(equation)
  }
  const vat = vatOf(ticket, mark)
  if (!vat.ok) return vat
  const when = whenOf(head)
  if (!when.ok) return when
  const rate = head['vatRate'] === undefined ? undefined : rateOf(head['vatRate'].text)
  if (head['vatRate'] !== undefined && rate === undefined) return wrong('vatRate', head['vatRate'])
  const said = rate === undefined ? lines : lines.map((line) => ({ ...line, vatRate: line.vatRate ?? rate }))
  const fees = feesOf(ticket, mark)
  if (!fees.ok) return fees
  const payments = paymentsOf(ticket, mark)
  if (!payments.ok) return payments
  const mode = head['taxMode']?.text
  const receipt: Receipt = {
    ...words(head),
    ...buyerOf(ticket.buyer),
    ...(when.value === undefined ? {} : { issuedAt: when.value }),
    lines: said,
    ...amounts(found),
    ...(fees.value.length > 0 ? { fees: fees.value } : {}),
    ...(mode === 'inclusive' || mode === 'exclusive' || mode === 'not-shown' ? { taxMode: mode } : {}),
    ...(vat.value.length > 0 ? { vat: vat.value } : {}),
    total,
    ...(payments.value.length > 0 ? { payments: payments.value } : {}),
  }
  return ok({
    receipt,
    lines: { id: 'P1', state: proof, ...(equations.length > 0 ? { equation: equations.join('; ') } : {}) },
    tax: found.get('tax'),
    deposit: found.get('deposit') ?? 0n,
    paidBy: payments.value.length === 0 && head['payment'] && !head['tendered'] ? methodOf(head['payment'].text) : undefined,
  })
}

const wrong = (field: string, { text }: Value): Result<never> =>
  failed(fault('DRIVER_FIELD', { field: field === '' ? '' : ` ${field}`, value: text.slice(0, 40) }, field))

const bare = (lines: readonly ReceiptLine[], total: Dong): Omit<ReadTicket, 'lines'> => ({
  receipt: { lines, total },
  tax: undefined,
  deposit: 0n,
  paidBy: undefined,
})

/** Every value that is money, for one decision about its marks. */
function moneyOf({ head, lines, payments, vat, fees }: Ticket): Money[] {
  const whole = (value: Value | undefined): Money[] => (value === undefined ? [] : [{ value, fine: false }])
  return [
    ...HEAD_MONEY.flatMap((name) => whole(head[name])),
    ...lines.flatMap(({ amount, discount, unitPrice }) => [
      ...whole(amount),
      ...whole(discount),
      ...whole(unitPrice).map((price) => ({ ...price, fine: true })),
    ]),
    ...payments.flatMap(({ amount }) => whole(amount)),
    ...vat.flatMap(({ base, tax }) => [...whole(base), ...whole(tax)]),
    ...fees.flatMap(({ amount }) => whole(amount)),
  ]
}

const money = (value: Value | undefined, mark: Mark): Dong | undefined => {
  const read = value === undefined ? undefined : readFigure(value, mark)
  return read && isWhole(read) ? rescale(read, 0).units : undefined
}

type Judged = { readonly line: ReceiptLine; readonly state: Proof['state']; readonly equation: string }

function lineOf(fields: Fields, mark: Mark, path: string): Result<Judged> {
  const name = fields['name']?.text.normalize('NFC').replace(/\s+/g, ' ').trim() ?? ''
  if (name === '') return wrong(`${path}.name`, { text: '', exact: false })
  const price = fields['unitPrice'] === undefined ? undefined : readFigure(fields['unitPrice'], mark)
  const off = money(fields['discount'], mark)
  const given = money(fields['amount'], mark)
  const quantities = fields['qty'] === undefined ? [decimal(1n)] : readings(fields['qty'])
  if (quantities.length === 0) return wrong(`${path}.qty`, fields['qty'] ?? { text: '', exact: false })
  const fits = price === undefined || given === undefined ? [] : quantities.filter((q) => proven(q, price, off ?? 0n, given))
  // `1.000` in words is one or a thousand: what multiplies out is meant; both or none is for a person (9.2).
  const qty = fits[0] ?? quantities[0]
  if (qty === undefined || (fits.length !== 1 && quantities.length > 1)) return wrong(`${path}.qty`, fields['qty'] ?? zero)
  const gross =
    price === undefined ? undefined : rescale({ units: qty.units * price.units, scale: qty.scale + price.scale }, 0).units
  const amount = given ?? (gross === undefined ? undefined : gross - (off ?? 0n))
  if (amount === undefined) return wrong(`${path}.amount`, zero)
  const rate = fields['vatRate'] === undefined ? undefined : rateOf(fields['vatRate'].text)
  if (fields['vatRate'] !== undefined && rate === undefined) return wrong(`${path}.vatRate`, fields['vatRate'])
  const line: ReceiptLine = {
    name,
    qty,
    ...(fields['unit'] ? { unit: fields['unit'].text } : {}),
    ...(price && isWhole(price) ? { unitPrice: rescale(price, 0).units } : {}),
    ...(off === undefined || off === 0n ? {} : { discount: off }),
    amount,
    ...(rate === undefined ? {} : { vatRate: rate }),
    ...(fields['code'] ? { code: fields['code'].text } : {}),
  }
  const state = gross === undefined || given === undefined ? 'absent' : fits.length > 0 ? 'true' : 'false'
  const taken = off === undefined || off === 0n ? '' : ` - ${off}`
  return ok({ line, state, equation: `${show(qty)} × ${price ? show(price) : '?'}${taken} = ${amount}` })
}

const zero: Value = { text: '', exact: false }
const show = ({ units, scale }: Decimal): string =>
  scale === 0 ? String(units) : `${units / 10n ** BigInt(scale)}.${String(units % 10n ** BigInt(scale)).padStart(scale, '0')}`

/** Tolerance 0; one đồng only where quantity or price has decimals (9.6). The amount may stand before its discount. */
function proven(qty: Decimal, price: Decimal, off: Dong, amount: Dong): boolean {
  const gross = rescale({ units: qty.units * price.units, scale: qty.scale + price.scale }, 0).units
  const loose = !isWhole(qty) || !isWhole(price)
  return [gross, gross - off].some((wanted) => {
    const apart = amount - wanted
    return apart === 0n || (loose && (apart === 1n || apart === -1n))
  })
}

function vatOf({ vat }: Ticket, mark: Mark): Result<NonNullable<Receipt['vat']>> {
  const rows: { rate: string; base: Dong; tax: Dong }[] = []
  for (const [i, row] of vat.entries()) {
    const rate = row['rate'] === undefined ? undefined : rateOf(row['rate'].text)
    const [base, tax] = [money(row['base'], mark), money(row['tax'], mark)]
    if (rate === undefined || base === undefined || tax === undefined)
      return wrong(`vat[${i}]`, row['rate'] ?? row['base'] ?? zero)
    rows.push({ rate, base, tax })
  }
  return ok(rows)
}

/** A moment needs its time of day to count; a day alone says nothing that the gateway's own clock does not. */
function whenOf(head: Fields): Result<string | undefined> {
  const { date, time, issuedAt } = head
  const text = issuedAt?.text ?? (date && time ? `${date.text.trim().split(/[T ]/)[0]} ${time.text}` : date?.text)
  if (text === undefined) return ok(undefined)
  const at = readMoment(text)
  if (at === undefined) return failed(fault('SALE_DATE_IMPOSSIBLE', { date: text.slice(0, 40) }))
  return ok(at.includes('T') ? at : undefined)
}

function paymentsOf({ payments }: Ticket, mark: Mark): Result<NonNullable<Receipt['payments']>> {
  const paid: { method: ReturnType<typeof methodOf>; amount: Dong }[] = []
  for (const [i, one] of payments.entries()) {
    const amount = money(one['amount'], mark)
    if (amount === undefined) return wrong(`payments[${i}].amount`, one['amount'] ?? zero)
    paid.push({ method: methodOf(one['method']?.text ?? ''), amount })
  }
  return ok(paid)
}

const NAMELESS = 'Phí thu hộ'

/** Fees in rows of their own, and the one a table has a column for. */
function feesOf({ head, fees }: Ticket, mark: Mark): Result<NonNullable<Receipt['fees']>> {
  const { fee, feeName } = head
  const rows = fee ? [...fees, { amount: fee, ...(feeName ? { name: feeName } : {}) }] : fees
  const said: { name: string; amount: Dong }[] = []
  for (const [i, row] of rows.entries()) {
    const amount = money(row['amount'], mark)
    if (amount === undefined) return wrong(`fees[${i}].amount`, row['amount'] ?? zero)
    if (amount !== 0n) said.push({ name: row['name']?.text.normalize('NFC').trim() || NAMELESS, amount })
  }
  return ok(said)
}

function words(head: Fields): Partial<Receipt> {
  const text = (name: string): string | undefined => head[name]?.text.normalize('NFC').trim() || undefined
  const some = <K extends string>(key: K, value: string | undefined) => (value === undefined ? {} : { [key]: value })
  const seller = {
    ...some('name', text('sellerName')),
    ...some('address', text('sellerAddress')),
    ...some('phone', text('sellerPhone')),
    ...some('taxCode', text('sellerTaxCode')),
  }
  return {
    ...(Object.keys(seller).length > 0 ? { seller } : {}),
    ...some('receiptNo', text('receiptNo')),
    ...some('cashier', text('cashier')),
    ...some('table', text('table')),
    ...some('customer', text('customer')),
    ...some('discountRate', text('discountRate')),
    ...some('serviceChargeRate', text('serviceChargeRate')),
  }
}

/** Only what stands in fields of his own: a till's customer may be a table or a nickname. */
function buyerOf(fields: Fields): Pick<Receipt, 'buyer'> {
  const said = BUYER_FIELDS.flatMap((name) => {
    const text = fields[name]?.text.normalize('NFC').replace(/\s+/g, ' ').trim() ?? ''
    return text === '' ? [] : [[name, text] as const]
  })
  return said.length > 0 ? { buyer: Object.fromEntries(said) } : {}
}

/** Have places and meanings of their own. */
const APART = ['total', 'tax', 'fee', 'deposit']

/** Zero is how a form says that there is none. The discount of a till may be written below zero. */
function amounts(found: ReadonlyMap<string, Dong>): Partial<Receipt> {
  const entries = [...found].filter(([name, amount]) => !APART.includes(name) && (amount !== 0n || name === 'change'))
  return Object.fromEntries(entries.map(([name, amount]) => [name, name === 'discount' && amount < 0n ? -amount : amount]))
}
