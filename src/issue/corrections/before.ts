import type { Chain } from '../../domain/correction.ts'
import type { InvoiceView } from '../../domain/country.ts'
import { spread, sumDong } from '../../domain/dong.ts'
import type { RegisterId } from '../../domain/ids.ts'
import type { IssuedRow } from '../../domain/ledger.ts'
import type { Buyer, Left, Sale } from '../../domain/sale.ts'
import type { Shop } from '../../domain/shop.ts'
import { type CivilDate, civilDate } from '../../domain/time.ts'
import { adjusted, type Piece, parted, piecesOf } from './content.ts'

/** An invoice before it is corrected: the live document of its chain, and what it still comes to. */
export interface Before {
  readonly chain: Chain
  readonly live: IssuedRow
  /** The register of the first invoice: the chain goes down its line. */
  readonly register: RegisterId
  /** The day of the first invoice: its rules rule all the chain. */
  readonly ruledOn: CivilDate
  /** What the live document says was sold. */
  readonly sale: Sale
  readonly buyer?: Buyer
  /** Its lines less all adjustments; a line that came back whole stays in its place with nothing in it. */
  readonly pieces: readonly Piece[]
  readonly adjustments: number
  readonly left: Left
}

interface Known {
  readonly chain: Chain
  readonly root: IssuedRow
  readonly live: IssuedRow
  readonly view: InvoiceView
  readonly buyer: Buyer | undefined
  /** Read again from what was heard; absent: it cannot be read any more. */
  readonly sale: Sale | undefined
  readonly adjustments: readonly { readonly row: IssuedRow; readonly sale: Sale }[]
  readonly cut: Shop['cut']
}

/** Puts together what the book and the documents say. The sealed document is the law's original where the paper is lost. */
export function beforeOf({ chain, root, live, view, buyer, sale: heard, adjustments, cut }: Known): Before {
  const read = heard && piecesOf(heard, view)
  const sale = heard && read ? heard : saleIn(view, cut)
  const whole = read ?? piecesOf(sale, view) ?? sale.lines
  return {
    chain,
    live,
    register: root.register,
    ruledOn: civilDate(root.at),
    sale,
    ...(buyer ? { buyer } : {}),
    pieces: adjustments.reduce<readonly Piece[]>((pieces, { sale: change }) => adjusted(pieces, change), whole),
    adjustments: adjustments.length,
    left: leftOf([live, ...adjustments.map(({ row }) => row)]),
  }
}

function leftOf(rows: readonly IssuedRow[]): Left {
  const names = [...new Set(rows.flatMap(({ rates }) => rates.map(({ rate }) => rate)))]
  const rates = names.map((rate) => {
    const parts = rows.flatMap((row) => row.rates.filter((of) => of.rate === rate))
    return { rate, net: sumDong(parts.map(({ net }) => net)), tax: sumDong(parts.map(({ tax }) => tax)) }
  })
  return {
    pay: sumDong(rows.map(({ pay }) => pay)),
    rates: rates.filter(({ net, tax }) => net !== 0n || tax !== 0n),
  }
}

/**
 * What a sealed document says was sold, in the regime of the document; on a sales invoice in that of the shop's prices: its
 * lines are before the cut, so prices that were after it are found by taking it off again.
 */
function saleIn({ lines, net, tax, pay, rates, fees, cut = 0n }: InvoiceView, mode: Shop['cut']): Sale {
  const goods = lines.filter(({ nature, amount = 0n }) => nature !== 4 && !(nature === 3 || amount < 0n))
  const off = lines.filter(({ nature, amount = 0n }) => nature === 3 || amount < 0n)
  const raised = mode === 'priceIncludesCut' ? cut : 0n
  const less = spread(
    raised,
    goods.map(({ amount = 0n }) => amount),
  )
  const all = goods.map(
    ({ name, unit, code, quantity, discount = 0n, amount = 0n, rate, industry, charge }, i): Piece => ({
      name,
      ...(unit === undefined ? {} : { unit }),
      ...(code === undefined ? {} : { code }),
      quantity: quantity ?? { units: 1n, scale: 0 },
      discount,
      amount: amount - (less[i] ?? 0n),
      ...(rate === undefined ? {} : { rate }),
      ...(industry === undefined ? {} : { industry }),
      ...(charge === undefined ? {} : { charge }),
    }),
  )
  return {
    ...parted(all),
    discount: sumDong(off.map(({ amount = 0n }) => (amount < 0n ? -amount : amount))),
    prices: net === undefined || tax === undefined ? 'inclusive' : 'exclusive',
    ...(fees ? { fees } : {}),
    ...(rates.length > 0 ? { vat: rates.map((row) => ({ rate: row.rate, base: row.net, tax: row.tax })) } : {}),
    total: pay + cut - raised,
    rounding: 0n,
    payments: [],
    printed: NOTHING_PRINTED,
  }
}

/** A correction is on no paper of the till. */
export const NOTHING_PRINTED: Sale['printed'] = { taxCode: false, rates: false, time: false, seller: false }
