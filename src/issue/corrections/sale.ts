import type { Ask, AskLine, ItemMend } from '../../domain/correction.ts'
import { divide } from '../../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../../domain/dong.ts'
import { fault } from '../../domain/fault.ts'
import { fold } from '../../domain/fold.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import type { Buyer, Correction, Left, Sale, SaleLine } from '../../domain/sale.ts'
import type { Shop } from '../../domain/shop.ts'
import { civilDate } from '../../domain/time.ts'
import { type Before, NOTHING_PRINTED } from './before.ts'
import { nameOf } from './chain.ts'
import { adjusted, byRate, difference, type Piece, parted, serviceBack, takeAll, takeBack } from './content.ts'

export type Corrected = Sale & { readonly corrects: Correction }

const nothing = failed(fault('CORRECTION_NOTHING'))

/** The content of the live document as a person begins from it, in the order of `Before.pieces`. */
export function contentOf({ sale, pieces, adjustments }: Before): {
  readonly lines: readonly AskLine[]
  readonly discount: Dong
} {
  // Untouched, it is shown as it was sold: the ticket's discount in one place.
  const sold = adjustments === 0
  return {
    lines: pieces.map((piece, i) => askLine(piece, (sold && sale.lines[i]) || piece)),
    discount: sold ? sale.discount : 0n,
  }
}

function askLine({ rate }: Piece, { name, code, unit, quantity, unitPrice, discount, amount }: SaleLine): AskLine {
  const whole = quantity.units === 0n ? 0n : divide((amount + discount) * 10n ** BigInt(quantity.scale), quantity.units)
  return {
    name,
    ...(code === undefined ? {} : { code }),
    ...(unit === undefined ? {} : { unit }),
    quantity,
    unitPrice: unitPrice ?? whole,
    discount,
    ...(rate === undefined ? {} : { rate }),
  }
}

/** Full new content. Faults: CORRECTION_NOTHING, CORRECTION_NOTHING_LEFT, CORRECTION_LINE, CORRECTION_EXCEEDS. */
export function replacement(ask: Ask, before: Before, cause: number, shop: Shop): Result<Corrected> {
  const { sale } = before
  const target = newContent(ask, before)
  if (!target.ok) return target
  const buyer = ask.buyer ?? before.buyer
  const { lines, discount, charges } = target.value
  if (lines.length === 0) return failed(fault('CORRECTION_NOTHING_LEFT', { invoice: nameOf(before.live.identity) }))
  const as = lines === sale.lines
  const fees = sumDong((sale.fees ?? []).map(({ amount }) => amount))
  const total = as ? sale.total : sumDong([...lines, ...charges].map(({ amount }) => amount)) - discount + fees
  // The slip of a dead gateway was invoiced once, by the first; a tip to the staff is told once.
  const { vat: _, buyer: __, offline: ___, gratuity: ____, ...rest } = sale
  return ok({
    ...rest,
    lines: as ? rated(before) : lines,
    discount,
    charges,
    ...(as && sale.vat ? { vat: sale.vat } : {}),
    ...totalOf(total, as || (sale.prices ?? shop.prices) === 'inclusive'),
    rounding: as ? sale.rounding : 0n,
    payments: total === sale.total ? sale.payments : paidAs(sale, total),
    ...(buyer ? { buyer } : {}),
    corrects: correction('replace', before, cause),
    ratesOn: before.ruledOn,
    printed: NOTHING_PRINTED,
  })
}

type Content = Pick<Sale, 'lines' | 'discount' | 'charges'>

function newContent(ask: Ask, before: Before): Result<Content> {
  const { sale, pieces } = before
  if (TAKES_BACK.has(ask.situation)) {
    const lines = taken(ask, before)
    if (!lines.ok) return lines
    const rest = adjusted(pieces, parted(lines.value))
    return ok({ ...parted(rest.filter(({ quantity }) => quantity.units > 0n)), discount: 0n })
  }
  if (ask.lines) {
    const lines = asked(ask.lines, before)
    return lines.ok ? ok({ ...parted(lines.value), discount: ask.discount ?? 0n }) : lines
  }
  if (ask.item) {
    const lines = mended(ask.item, before)
    return lines.ok ? ok({ ...parted(lines.value), discount: contentOf(before).discount }) : lines
  }
  return ask.buyer ? ok({ lines: sale.lines, discount: sale.discount, charges: sale.charges }) : nothing
}

/** As it was sold, at the rates of its document. */
const rated = ({ sale, pieces }: Before): readonly SaleLine[] =>
  sale.lines.map((line, i) => {
    const rate = pieces[i]?.rate ?? line.rate
    return rate === undefined ? line : { ...line, rate }
  })

/** Situations in which something goes back, whatever document they take. */
const TAKES_BACK: ReadonlySet<Ask['situation']> = new Set(['return', 'undo', 'discount', 'prepaid'])

/** The true difference only. Faults: CORRECTION_BUYER_LOCKED, CORRECTION_NOTHING, CORRECTION_LINE, CORRECTION_EXCEEDS. */
export function adjustment(ask: Ask, before: Before, cause: number, shop: Shop): Result<Corrected> {
  const { sale, pieces, left } = before
  if (isAnother(ask, before.buyer)) return failed(fault('CORRECTION_BUYER_LOCKED', { invoice: nameOf(before.live.identity) }))
  const change = TAKES_BACK.has(ask.situation) ? taken(ask, before) : changed(ask, before)
  if (!change.ok) return change
  const { lines, charges } = parted(change.value)
  if (lines.length === 0) return nothing
  const down = change.value.every(({ amount }) => amount <= 0n)
  const all = down && adjusted(pieces, { lines, charges }).every(({ amount }) => amount === 0n)
  const fees = all ? (sale.fees ?? []).map(({ name, amount }) => ({ name, amount: -amount })) : []
  const total = totalBack([...lines, ...charges, ...fees], left, all)
  return ok({
    lines,
    discount: 0n,
    charges,
    ...(fees.length > 0 ? { fees } : {}),
    ...(sale.prices ? { prices: sale.prices } : {}),
    ...totalOf(total, all || (sale.prices ?? shop.prices) === 'inclusive'),
    rounding: 0n,
    payments: paidAs(sale, total),
    ...(sale.receiptNo === undefined ? {} : { receiptNo: sale.receiptNo }),
    ...(before.buyer ? { buyer: before.buyer } : {}),
    corrects: correction('adjust', before, cause),
    ratesOn: before.ruledOn,
    ...(down ? { left: all ? { ...left, all } : left } : {}),
    printed: NOTHING_PRINTED,
  })
}

/** An adjustment says what changed in goods and money; who bought is changed by a replacement only. */
const isAnother = ({ situation, buyer }: Ask, now: Buyer | undefined): boolean => {
  if (situation === 'buyer-code' || situation === 'buyer-name') return true
  return BUYER.some((field) => buyer?.[field] !== undefined && buyer[field] !== now?.[field])
}
/** Whether it names a code the invoice does not: no harmless error that a notice could mend, but another buyer. */
export const isOtherCode = ({ buyer }: Ask, now: Buyer | undefined): boolean =>
  CODES.some((field) => bare(buyer?.[field]) !== '' && bare(buyer?.[field]) !== bare(now?.[field]))
const CODES = ['taxCode', 'budgetCode', 'personalId', 'passport'] as const
const bare = (code = ''): string => code.toUpperCase().replace(/[^0-9A-Z]/g, '')

const BUYER = ['name', 'taxCode', 'budgetCode', 'address', 'phone', 'personalId', 'passport', 'email', 'person'] as const

/** What an adjustment comes to. Where tax is on it, all that is left is what the documents say; else the lines, before any cut. */
export const totalBack = (parts: readonly { readonly amount: Dong }[], left: Left, all: boolean): Dong =>
  all && left.rates.length > 0 ? -left.pay : sumDong(parts.map(({ amount }) => amount))

function changed(ask: Ask, before: Before): Result<readonly Piece[]> {
  const wanted = ask.lines ? asked(ask.lines, before) : ask.item ? mended(ask.item, before) : nothing
  if (!wanted.ok) return wanted
  const discount = ask.lines ? (ask.discount ?? 0n) : contentOf(before).discount
  // What goes both ways stands line by line, charges too.
  return ok(difference(before.pieces, shared(wanted.value, discount)).map(({ charge: _, ...line }) => line))
}

/** The content with one item put right wherever it stands. Faults: CORRECTION_NO_ITEM (not there, or not wrong), CORRECTION_LINE. */
function mended({ name, becomes }: ItemMend, before: Before): Result<readonly Piece[]> {
  const { unitPrice, rate } = becomes
  const is = (of: { readonly name: string }): boolean => fold(of.name) === fold(name)
  const bare = (text: string | undefined): string => (text ?? '').replace('%', '')
  const wrong = (line: AskLine): boolean =>
    is(line) &&
    ((becomes.name !== undefined && becomes.name !== line.name) ||
      (unitPrice !== undefined && unitPrice !== line.unitPrice) ||
      (rate !== undefined && bare(rate) !== bare(line.rate)))
  const { lines } = contentOf(before)
  if (!lines.some(wrong)) return failed(fault('CORRECTION_NO_ITEM', { item: name }))
  const right = asked(
    lines.map((line) =>
      is(line) ? { ...line, ...(unitPrice === undefined ? {} : { unitPrice }), ...(rate === undefined ? {} : { rate }) } : line,
    ),
    before,
  )
  // Renamed last: by its old name a line is known, and its money with it.
  return right.ok ? ok(right.value.map((piece) => (is(piece) ? { ...piece, name: becomes.name ?? piece.name } : piece))) : right
}

/** A discount of the whole ticket, given to its lines. */
function shared(lines: readonly Piece[], discount: Dong): readonly Piece[] {
  const shares = spread(
    discount,
    lines.map(({ amount, charge }) => (charge ? 0n : amount)),
  )
  return lines.map((line, i) => {
    const part = shares[i] ?? 0n
    return { ...line, discount: line.discount + part, amount: line.amount - part }
  })
}

/** The lines that go back, negative. */
function taken(ask: Ask, { pieces }: Before): Result<readonly Piece[]> {
  if (ask.situation === 'discount') return discounted(ask, pieces)
  if (ask.situation === 'undo' || (ask.situation === 'prepaid' && !ask.returned)) return ok(takeAll(pieces))
  const lines: Piece[] = []
  let now = pieces
  let served = true
  for (const { line, quantity } of ask.returned ?? []) {
    const piece = now[line]
    if (!piece) return failed(fault('CORRECTION_LINE', { line: String(line + 1) }))
    if (piece.charge === 'service') {
      // The person says himself how much of the service goes back, be it nothing.
      served = false
      if (quantity.units === 0n) continue
    }
    const back = takeBack(piece, quantity)
    if (!back) return failed(fault('CORRECTION_EXCEEDS', { item: piece.name }))
    lines.push(back.taken)
    now = now.map((of, i) => (i === line ? back.rest : of))
  }
  if (lines.length === 0) return nothing
  return ok(served ? [...lines, ...serviceBack(pieces, now)] : lines)
}

/** A discount given later, at the rates it was earned at; it is named as the person named it. */
function discounted({ discount = 0n, why }: Ask, pieces: readonly Piece[]): Result<readonly SaleLine[]> {
  const groups = byRate(pieces).filter(({ amount }) => amount > 0n)
  const worth = sumDong(groups.map(({ amount }) => amount))
  if (discount <= 0n) return nothing
  if (discount > worth) return failed(fault('CORRECTION_EXCEEDS', { item: why }))
  let given = 0n
  let passed = 0n
  return ok(
    groups.flatMap(({ rate, amount }) => {
      passed += amount
      const part = divide(discount * passed, worth) - given
      given += part
      if (part === 0n) return []
      const line = { name: why, quantity: { units: -1n, scale: 0 }, unitPrice: part, discount: 0n, amount: -part }
      return [rate === undefined ? line : { ...line, rate }]
    }),
  )
}

/** What a person typed, as lines of a sale; where he left one alone it stays to the đồng. Lines of nothing are dropped. */
function asked(lines: readonly AskLine[], before: Before): Result<readonly Piece[]> {
  const known = contentOf(before).lines
  const made: Piece[] = []
  for (const [i, line] of lines.entries()) {
    if (line.quantity.units === 0n) continue
    const { name, code, unit, quantity, unitPrice, discount, rate } = line
    const gross = divide(quantity.units * unitPrice, 10n ** BigInt(quantity.scale))
    const bad = quantity.units < 0n || unitPrice < 0n || discount < 0n || discount > gross
    if (bad) return failed(fault('CORRECTION_LINE', { line: String(i + 1) }))
    const at = known.findIndex((of) => sameLine(of, line))
    const sold = before.adjustments === 0 ? (before.sale.lines[at] ?? before.pieces[at]) : before.pieces[at]
    made.push({
      name,
      ...(code === undefined ? {} : { code }),
      ...(unit === undefined ? {} : { unit }),
      quantity,
      ...(sold ? (sold.unitPrice === undefined ? {} : { unitPrice: sold.unitPrice }) : { unitPrice }),
      discount,
      amount: sold?.amount ?? gross - discount,
      ...(rate === undefined ? {} : { rate }),
      ...(sold?.industry === undefined ? {} : { industry: sold.industry }),
      ...chargeOf(before.pieces, line),
    })
  }
  return ok(made)
}

/** A charge stays one, whatever it comes to now. */
function chargeOf(pieces: readonly Piece[], { name, rate }: AskLine): Pick<Piece, 'charge'> {
  const charge = pieces.find((piece) => piece.charge && piece.name === name && piece.rate === rate)?.charge
  return charge ? { charge } : {}
}

const sameLine = (a: AskLine, b: AskLine): boolean =>
  a.name === b.name &&
  a.unitPrice === b.unitPrice &&
  a.discount === b.discount &&
  a.quantity.units * 10n ** BigInt(b.quantity.scale) === b.quantity.units * 10n ** BigInt(a.quantity.scale)

const correction = (how: Correction['how'], { live }: Before, cause: number): Correction => ({
  how,
  invoice: live.identity,
  issuedOn: civilDate(live.at),
  cause,
})

/** `sure`: the money of the lines is the money of the document. Else the country adds the tax. */
const totalOf = (total: Dong, sure: boolean): Pick<Sale, 'total' | 'typed'> => (sure ? { total } : { total, typed: true })

/** Money goes the way it came, where it came one way; else nobody knows. */
function paidAs({ payments }: Sale, amount: Dong): Sale['payments'] {
  const [only, other] = payments
  return only && !other ? [{ method: only.method, amount }] : []
}
