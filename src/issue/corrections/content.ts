import type { InvoiceView } from '../../domain/country.ts'
import { type Decimal, divide, sameDecimal } from '../../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../../domain/dong.ts'
import { fold } from '../../domain/fold.ts'
import type { Sale, SaleLine } from '../../domain/sale.ts'

/**
 * One line as it was issued, with its share of the ticket's discount and the rate of the document, so that it can be taken
 * back alone. `amount` is what it comes to now, in the price regime of the paper; zero when all of it came back.
 */
export interface Piece extends SaleLine {
  /** No goods but a charge for them; its money may be taken back in any parts. */
  readonly charge?: Charge
}

export type Charge = Sale['charges'][number]['name']

const NOTHING: Decimal = { units: 0n, scale: 0 }

/** A sale as its document divides it: the lines, then its charges. Undefined: the document is not of this sale. */
export function piecesOf(sale: Sale, { lines: issued }: InvoiceView): readonly Piece[] | undefined {
  const shares = spread(
    sale.discount,
    sale.lines.map(({ amount }) => amount),
  )
  const pieces = sale.lines.map((line, i): Piece => {
    const share = shares[i] ?? 0n
    const rate = issued[i]?.rate ?? line.rate
    return { ...line, discount: line.discount + share, amount: line.amount - share, ...(rate === undefined ? {} : { rate }) }
  })
  const charged = chargesOf(sale, pieces, issued.slice(sale.lines.length))
  const same = sale.lines.every((line, i) => fold(issued[i]?.name ?? '') === fold(line.name))
  return same && charged ? [...pieces, ...charged] : undefined
}

/**
 * A charge bears the rates of what was served, in proportion: a line for each, named as the document names it.
 * Without rates it is one: which industry groups bear it the country finds again from the goods.
 */
function chargesOf(sale: Sale, pieces: readonly Piece[], issued: InvoiceView['lines']): readonly Piece[] | undefined {
  const worths = new Map<string, Dong>()
  const sold = pieces.filter(({ amount, discount }) => amount + discount > 0n)
  for (const { rate = '', amount } of sold.length > 0 ? sold : pieces) worths.set(rate, (worths.get(rate) ?? 0n) + amount)
  const rates = [...worths.keys()]
  const made: Piece[] = []
  let at = 0
  for (const charge of sale.charges) {
    for (const [i, amount] of spread(charge.amount, [...worths.values()]).entries()) {
      if (amount === 0n) continue
      const line = issued[at]
      if (!line) return undefined
      const rate = rates[i] === '' ? undefined : rates[i]
      const one = { quantity: { units: 1n, scale: 0 }, unitPrice: amount, discount: 0n, amount, charge: charge.name }
      made.push({
        name: line.name,
        ...one,
        ...(rate === undefined ? {} : { rate }),
        ...(line.industry === undefined ? {} : { industry: line.industry }),
      })
      at += 1
      while (rate === undefined && issued[at]?.name === line.name) at += 1
    }
  }
  return made
}

/** Takes a part of a line back: the line of the adjustment, and what is left. Undefined: there is not so much of it. */
export function takeBack(piece: Piece, quantity: Decimal): { readonly taken: Piece; readonly rest: Piece } | undefined {
  const left = plus(piece.quantity, negative(quantity))
  if (quantity.units <= 0n || left.units < 0n) return undefined
  // What stays is rounded, what goes is the rest: parts taken one by one add up to the whole.
  const stays = (whole: Dong): Dong => (left.units === 0n ? 0n : share(whole, left, piece.quantity))
  const amount = stays(piece.amount)
  const gross = stays(piece.amount + piece.discount)
  if (piece.charge) return chargeBack(piece, piece.amount - amount)
  const rest = { ...piece, quantity: left, amount, discount: gross - amount }
  const taken = {
    ...piece,
    quantity: negative(quantity),
    amount: amount - piece.amount,
    discount: rest.discount - piece.discount,
  }
  return { taken, rest }
}

/** A charge has no quantity that could come back in parts, only money: once, by so much. */
export function chargeBack(piece: Piece, amount: Dong): { readonly taken: Piece; readonly rest: Piece } {
  const taken = { ...piece, quantity: { units: -1n, scale: 0 }, unitPrice: amount, amount: -amount }
  return { taken, rest: charged(piece, piece.amount - amount) }
}

const charged = (piece: Piece, amount: Dong): Piece => ({
  ...piece,
  quantity: { units: amount === 0n ? 0n : 1n, scale: 0 },
  unitPrice: amount,
  amount,
})

/**
 * What is left after these goods come back and take their share of the service with them: it is part of their price
 * . A delivery was made and a tip was given all the same.
 */
export function serviceBack(before: readonly Piece[], rest: readonly Piece[]): readonly Piece[] {
  const goods = (of: readonly Piece[], rate: string | undefined): Dong =>
    sumDong(of.filter((piece) => !piece.charge && piece.rate === rate).map(({ amount }) => amount))
  return rest.flatMap((piece) => {
    const there = goods(before, piece.rate)
    if (piece.charge !== 'service' || piece.amount === 0n || there === 0n) return []
    const stays = divide(piece.amount * goods(rest, piece.rate), there)
    return stays === piece.amount ? [] : [chargeBack(piece, piece.amount - stays).taken]
  })
}

/** Lines for a document: on one without rates the country divides a charge among the goods again, as it did before. */
export function parted(pieces: readonly Piece[]): Pick<Sale, 'lines' | 'charges'> {
  const goods = pieces.some(({ charge }) => !charge)
  const apart = ({ charge, rate }: Piece): boolean => charge !== undefined && rate === undefined && goods
  const sums = new Map<Charge, Dong>()
  for (const { charge, amount } of pieces.filter(apart)) if (charge) sums.set(charge, (sums.get(charge) ?? 0n) + amount)
  return {
    lines: pieces.filter((piece) => !apart(piece)).map(({ charge: _, ...line }) => line),
    charges: [...sums].map(([name, amount]) => ({ name, amount })),
  }
}

/** All that is left of each line. */
export const takeAll = (pieces: readonly Piece[]): readonly Piece[] =>
  pieces.flatMap((piece) => (piece.amount + piece.discount === 0n ? [] : (takeBack(piece, piece.quantity)?.taken ?? [])))

/** What is left after an adjustment: its lines are the original's with a sign, or money off for all of one rate. */
export function adjusted(pieces: readonly Piece[], { lines, charges }: Pick<Sale, 'lines' | 'charges'>): readonly Piece[] {
  let now = pieces.map((piece) => {
    const change = sumDong(charges.filter(({ name }) => name === piece.charge).map(({ amount }) => amount))
    return change === 0n ? piece : charged(piece, piece.amount + change)
  })
  for (const line of lines) {
    const at = indexOf(now, line)
    if (at !== undefined) {
      now = now.map((piece, i) =>
        i === at
          ? piece.charge
            ? charged(piece, piece.amount + line.amount)
            : {
                ...piece,
                quantity: plus(piece.quantity, line.quantity),
                amount: piece.amount + line.amount,
                discount: piece.discount + line.discount,
              }
          : piece,
      )
    } else if (line.amount < 0n) now = [...cheaper(now, line)]
    else now = [...now, line]
  }
  return now
}

/** The line an adjustment speaks of: the same goods, enough of them, and best at the same money. */
function indexOf(pieces: readonly Piece[], line: SaleLine): number | undefined {
  const fits = pieces.flatMap((piece, i) => {
    const named = fold(piece.name) === fold(line.name) && piece.rate === line.rate
    if (piece.charge) return named && piece.amount + line.amount >= 0n ? [i] : []
    const same = named && piece.code === line.code && piece.unitPrice === line.unitPrice
    return same && plus(piece.quantity, line.quantity).units >= 0n ? [i] : []
  })
  const exact = fits.find((i) => {
    const piece = pieces[i]
    return piece && takeBack(piece, negative(line.quantity))?.taken.amount === line.amount
  })
  return exact ?? fits[0]
}

/** A discount given later lowers every line of its rate in proportion; nothing came back. */
function cheaper(pieces: readonly Piece[], line: SaleLine): readonly Piece[] {
  const shares = spread(
    -line.amount,
    pieces.map(({ rate, amount }) => (rate === line.rate ? amount : 0n)),
  )
  return pieces.map((piece, i) => {
    const off = shares[i] ?? 0n
    return { ...piece, amount: piece.amount - off, discount: piece.discount + off }
  })
}

/** The same money for each rate; in the order of first appearance. */
export function byRate(pieces: readonly Piece[]): readonly { readonly rate?: string; readonly amount: Dong }[] {
  const rates = [...new Set(pieces.map(({ rate }) => rate))]
  return rates.map((rate) => ({
    ...(rate === undefined ? {} : { rate }),
    amount: sumDong(pieces.filter((piece) => piece.rate === rate).map(({ amount }) => amount)),
  }))
}

/** How one content differs from another, line by line; lines that stay the same are left out. */
export function difference(before: readonly Piece[], after: readonly Piece[]): readonly Piece[] {
  let open = before
  const lines: Piece[] = []
  for (const wanted of after) {
    const at = open.findIndex((piece) => sameGoods(piece, wanted))
    const piece = open[at]
    open = open.filter((_, i) => i !== at)
    const more = piece ? plus(wanted.quantity, negative(piece.quantity)) : wanted.quantity
    const amount = wanted.amount - (piece?.amount ?? 0n)
    if (amount === 0n && more.units === 0n) continue
    // Only its price changed: once, by what it changed.
    const quantity = more.units === 0n ? { units: amount < 0n ? -1n : 1n, scale: 0 } : more
    const { unitPrice: _, ...rest } = wanted
    const gross = amount + wanted.discount - (piece?.discount ?? 0n)
    const priced = wanted.unitPrice !== undefined && wanted.unitPrice === piece?.unitPrice && more.units !== 0n
    lines.push({
      ...rest,
      ...(priced || !piece ? { unitPrice: wanted.unitPrice ?? 0n } : {}),
      ...(piece?.rate === undefined || wanted.rate !== undefined ? {} : { rate: piece.rate }),
      quantity,
      amount,
      discount: priced || !piece ? gross - amount : 0n,
    })
  }
  return [...lines, ...takeAll(open)]
}

const sameGoods = (a: Piece, b: Piece): boolean =>
  fold(a.name) === fold(b.name) && (a.code === b.code || b.code === undefined) && (b.rate === undefined || a.rate === b.rate)

export const negative = ({ units, scale }: Decimal): Decimal => ({ units: -units, scale })

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale)
  const units = (of: Decimal): bigint => of.units * 10n ** BigInt(scale - of.scale)
  return sameDecimal(a, negative(b)) ? NOTHING : { units: units(a) + units(b), scale }
}

/** `whole × part / of`, rounded. */
const share = (whole: Dong, part: Decimal, of: Decimal): Dong =>
  divide(whole * part.units * 10n ** BigInt(of.scale), of.units * 10n ** BigInt(part.scale))
