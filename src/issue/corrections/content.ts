import type { InvoiceView } from '../../domain/country.ts'
import { type Decimal, divide, sameDecimal } from '../../domain/decimal.ts'
import { type Dong, spread, sumDong } from '../../domain/dong.ts'
import { fold } from '../../domain/fold.ts'
import type { Sale, SaleLine } from '../../domain/sale.ts'

/**
 * One line as it was issued, with its share of the ticket's discount and the rate of the document, so that it can be taken
 * back alone. `amount` is what it comes to now, in the price regime of the paper; zero when all of it came back.
 */
export type Piece = SaleLine

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

/** A charge bears the rates of what was served, in proportion: a line for each, named as the document names it. */
function chargesOf(sale: Sale, pieces: readonly Piece[], issued: InvoiceView['lines']): readonly Piece[] | undefined {
  const worths = new Map<string, Dong>()
  const sold = pieces.filter(({ amount, discount }) => amount + discount > 0n)
  for (const { rate = '', amount } of sold.length > 0 ? sold : pieces) worths.set(rate, (worths.get(rate) ?? 0n) + amount)
  const rates = [...worths.keys()]
  const made: Piece[] = []
  for (const charge of sale.charges) {
    for (const [i, amount] of spread(charge.amount, [...worths.values()]).entries()) {
      if (amount === 0n) continue
      const line = issued[made.length]
      if (!line) return undefined
      const rate = rates[i] === '' ? undefined : rates[i]
      made.push({
        name: line.name,
        quantity: { units: 1n, scale: 0 },
        unitPrice: amount,
        discount: 0n,
        amount,
        ...(rate === undefined ? {} : { rate }),
      })
    }
  }
  return made
}

/** Takes a part of a line back: the line of the adjustment, and what is left. Undefined: there is not so much of it. */
export function takeBack(piece: Piece, quantity: Decimal): { readonly taken: SaleLine; readonly rest: Piece } | undefined {
  const left = plus(piece.quantity, negative(quantity))
  if (quantity.units <= 0n || left.units < 0n) return undefined
  // What stays is rounded, what goes is the rest: parts taken one by one add up to the whole.
  const stays = (whole: Dong): Dong => (left.units === 0n ? 0n : share(whole, left, piece.quantity))
  const amount = stays(piece.amount)
  const gross = stays(piece.amount + piece.discount)
  const rest = { ...piece, quantity: left, amount, discount: gross - amount }
  const taken = {
    ...piece,
    quantity: negative(quantity),
    amount: amount - piece.amount,
    discount: rest.discount - piece.discount,
  }
  return { taken, rest }
}

/** All that is left of each line. */
export const takeAll = (pieces: readonly Piece[]): readonly SaleLine[] =>
  pieces.flatMap((piece) => (piece.amount + piece.discount === 0n ? [] : (takeBack(piece, piece.quantity)?.taken ?? [])))

/** What is left after an adjustment: its lines are the original's with a sign, or money off for all of one rate. */
export function adjusted(pieces: readonly Piece[], lines: readonly SaleLine[]): readonly Piece[] {
  let now = pieces
  for (const line of lines) {
    const at = indexOf(now, line)
    if (at !== undefined) {
      now = now.map((piece, i) =>
        i === at
          ? {
              ...piece,
              quantity: plus(piece.quantity, line.quantity),
              amount: piece.amount + line.amount,
              discount: piece.discount + line.discount,
            }
          : piece,
      )
    } else if (line.amount < 0n) now = cheaper(now, line)
    else now = [...now, line]
  }
  return now
}

/** The line an adjustment speaks of: the same goods, enough of them, and best at the same money. */
function indexOf(pieces: readonly Piece[], line: SaleLine): number | undefined {
  const fits = pieces.flatMap((piece, i) => {
    const same =
      fold(piece.name) === fold(line.name) &&
      piece.code === line.code &&
      piece.rate === line.rate &&
      piece.unitPrice === line.unitPrice
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
export function difference(before: readonly Piece[], after: readonly Piece[]): readonly SaleLine[] {
  let open = before
  const lines: SaleLine[] = []
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
