import { decimal, formatDecimal, rescale } from '../domain/decimal.ts'
import type { Dong } from '../domain/dong.ts'
import type { Proof } from '../domain/fault.ts'
import type { Item, Items } from './layouts/items.ts'
import { taxFits } from './layouts/tax.ts'
import type { Totals } from './layouts/totals.ts'
import { plus, type Sums, strangers } from './sums.ts'

type Vat = readonly { readonly rate: string; readonly base: Dong; readonly tax: Dong }[]

/** P1 to P8 of register-capture 9.6, as the paper allows. */
export function prove(items: Items, totals: Totals, sums: Sums, vat: Vat | undefined): readonly Proof[] {
  return [
    lines(items),
    subtotal(sums),
    { id: 'P3', state: sums.proven ? 'true' : 'false', equation: sums.equation },
    payment(totals, sums.total + sums.gratuity),
    tax(items, totals, sums, vat),
    said(totals, sums.total),
    counted(items, totals),
    // The customer display is no part of a page.
    { id: 'P8', state: 'absent' },
  ]
}

const truth = (id: Proof['id'], holds: boolean, equation: string): Proof => ({ id, state: holds ? 'true' : 'false', equation })

function lines({ items }: Items): Proof {
  const wrong = items.find((i) => !i.proven)
  if (items.length === 0) return { id: 'P1', state: 'absent' }
  return truth('P1', wrong === undefined, wrong?.equation ?? items.map((i) => i.equation).join('; '))
}

function subtotal(sums: Sums): Proof {
  const printed = sums.entries.find((e) => e.role === 'subtotal')
  if (printed === undefined) return { id: 'P2', state: 'absent' }
  const wrong = strangers(sums, 'subtotal')[0]
  return truth('P2', wrong === undefined, `${sums.items} = ${wrong ?? printed.amount}`)
}

function payment({ payments, tendered, change }: Totals, total: Dong): Proof {
  const paid = payments.reduce((n, p) => n + p.amount, 0n)
  const back = change ?? 0n
  if (payments.length === 0 && tendered === undefined) return { id: 'P4', state: 'absent' }
  if (tendered === undefined) return truth('P4', paid - back === total, `${paid}${plus(-back)} = ${total}`)
  const given = `${tendered}${plus(-back)} = ${total}`
  if (payments.length === 0) return truth('P4', tendered - back === total, given)
  // The tender may repeat a payment, or be the cash beside a card.
  if (paid + tendered - back === total) return truth('P4', true, `${paid} + ${tendered}${plus(-back)} = ${total}`)
  return truth('P4', tendered - back === total && (paid === total || paid - back === total), given)
}

function tax({ items }: Items, totals: Totals, sums: Sums, vat: Vat | undefined): Proof {
  if (sums.taxTorn) return truth('P5', false, `${sums.taxes.map((e) => e.amount).join(' + ')} = ${sums.tax}`)
  if (vat === undefined) return { id: 'P5', state: 'absent' }
  for (const row of vat) {
    const percent = /^\d+$/.test(row.rate) ? BigInt(row.rate) : 0n
    if (!taxFits(row.base, percent, row.tax)) return truth('P5', false, `${row.base} × ${row.rate}% = ${row.tax}`)
  }
  const odd = totals.taxes.find((r) => !r.proven)
  if (odd) return truth('P5', false, `${odd.base} × ${odd.rate}% = ${odd.tax}`)
  const bases = vat.reduce((n, r) => n + r.base, 0n)
  const goods = sums.items - sums.off + sums.fees
  const whole = sums.mode === 'exclusive' ? bases : bases + sums.tax
  const equation = sums.mode === 'exclusive' ? `${bases} = ${goods}` : `${bases}${plus(sums.tax)} = ${goods}`
  if (whole !== goods) return truth('P5', false, equation)
  return byRate(items, sums, vat) ?? truth('P5', true, equation)
}

/** Where lines carry their rate and nothing is taken off the whole, each rate's lines add up to its row. */
function byRate(items: readonly Item[], sums: Sums, vat: Vat): Proof | undefined {
  if (items.some((i) => i.rate === undefined) || sums.off !== sums.apart || sums.fees !== 0n) return undefined
  for (const row of vat) {
    const own = items.filter((i) => i.rate === row.rate).reduce((n, i) => n + i.amount - (i.apart ? (i.discount ?? 0n) : 0n), 0n)
    const printed = sums.mode === 'exclusive' ? row.base : row.base + row.tax
    if (own !== printed) return truth('P5', false, `${row.rate}%: ${own} = ${printed}`)
  }
  return undefined
}

const said = ({ spoken }: Totals, total: Dong): Proof =>
  spoken === undefined ? { id: 'P6', state: 'absent' } : truth('P6', spoken === total, `${spoken} = ${total}`)

/** Shops count pieces, lines, or pieces with a weighed article as one; toppings with or without. */
function counted({ items }: Items, { counts }: Totals): Proof {
  const printed = counts[0]
  if (printed === undefined) return { id: 'P7', state: 'absent' }
  const ways = [items, items.filter((i) => i.parent === undefined), items.filter((i) => i.amount !== 0n)].flatMap((some) => [
    decimal(BigInt(some.length)),
    pieces(some, false),
    pieces(some, true),
  ])
  const holds = counts.every((f) =>
    f.quantities.some((q) => ways.some((w) => w.units * 10n ** BigInt(q.scale) === q.units * 10n ** BigInt(w.scale))),
  )
  return truth('P7', holds, `${formatDecimal(pieces(items, false))} = ${formatDecimal(printed.quantities[0] ?? decimal(0n))}`)
}

function pieces(items: readonly Item[], weighedAsOne: boolean) {
  const scale = Math.max(0, ...items.map((i) => i.qty.scale))
  const units = items.reduce(
    (n, i) => n + (weighedAsOne && i.qty.scale > 0 ? 10n ** BigInt(scale) : rescale(i.qty, scale).units),
    0n,
  )
  return decimal(units, scale)
}
