import type { Dong } from '../domain/dong.ts'
import type { Items } from './layouts/items.ts'
import type { Entry, Totals } from './layouts/totals.ts'

/** How the figures of the totals hang together: the reading under which the total is proven, if there is one. */
export interface Sums {
  /** Sum of the amounts as printed. */
  readonly items: Dong
  /** Discounts on lines of their own, not yet in the amounts. */
  readonly apart: Dong
  /** Ticket discount as printed. */
  readonly discount: Dong
  /** What was taken off in all; a line discount repeated in the totals counts once. */
  readonly off: Dong
  readonly fees: Dong
  readonly rounding: Dong
  /** Fees of the state. */
  readonly stateFees: Dong
  /** `taken`: returnable, in the total. `used`: paid earlier, off what is to pay now; `total` is before it. */
  readonly deposit: { readonly amount: Dong; readonly how: 'taken' | 'used' } | undefined
  /** Given to the staff under the total and paid with it: no entry of the sum. */
  readonly gratuity: Dong
  readonly tax: Dong
  readonly taxes: readonly Entry[]
  /** Tax lines and tax table name different sums. */
  readonly taxTorn: boolean
  readonly mode: 'inclusive' | 'exclusive' | 'not-shown'
  readonly total: Dong
  /** Everything between items and total, in printed order. */
  readonly entries: readonly Entry[]
  /** P3 holds, in one way only. */
  readonly proven: boolean
  readonly equation: string
}

/** Subtotal words that are the total where nothing else is. `Tạm tính` never is: it says that it is not final. */
const MAY_CLOSE = new Set(['thanh tien', 'cong', 'cong tien', 'tong thanh tien'])
const isTotal = (e: Entry): boolean => e.role === 'total' || e.role === 'due'
const sum = (entries: readonly Entry[]): Dong => entries.reduce((n, e) => n + e.amount, 0n)

/** Undefined: the paper prints no total. */
export function readSums(goods: Items, totals: Totals): Sums | undefined {
  const { items, cuts } = goods
  const all = withTotal([...cuts.map((amount): Entry => ({ role: 'discount', amount, phrase: '' })), ...totals.entries])
  const final = all.findLast((e) => e.role === 'due') ?? all.findLast(isTotal)
  if (final === undefined) return undefined
  const tipped = withoutTip(goods, totals, final)
  if (tipped) return tipped
  const of = (...roles: Entry['role'][]): Entry[] => all.filter((e) => roles.includes(e.role))
  const whole = items.reduce((n, i) => n + i.amount, 0n)
  const apart = items.reduce((n, i) => n + (i.apart ? (i.discount ?? 0n) : 0n), 0n)
  const discount = sum(of('discount'))
  const fees = sum(of('service', 'delivery', 'tip'))
  const stateFees = sum(of('fee'))
  const put = sum(of('deposit'))
  const rounding = sum(of('rounding'))
  const { tax, taxes, torn } = taxSum(of('tax'), totals)
  const offs = apart > 0n && discount >= apart ? [discount, discount + apart] : [discount + apart]
  // A deposit may be taken with the bill, be off what is to pay, or be a payment under the total.
  const laid = put === 0n ? [0n] : [put, -put, 0n]
  const found = offs.flatMap((off) =>
    [0n, ...(tax === 0n ? [] : [tax])].flatMap((added) =>
      laid
        .filter((more) => whole - off + fees + stateFees + rounding + added + more === final.amount)
        .map((more) => ({ off, added, more })),
    ),
  )
  const off = found[0]?.off ?? offs[0] ?? 0n
  const added = found[0]?.added ?? 0n
  const more = found[0]?.more ?? 0n
  const total = final.amount - (more < 0n ? more : 0n)
  const shown = totals.taxes.length > 0 || of('tax').length > 0
  return {
    items: whole,
    apart,
    discount,
    off,
    fees,
    rounding,
    stateFees,
    gratuity: 0n,
    deposit: put === 0n ? undefined : { amount: put, how: more > 0n ? 'taken' : 'used' },
    tax,
    taxes,
    taxTorn: torn,
    mode: !shown ? 'not-shown' : added > 0n ? 'exclusive' : 'inclusive',
    total,
    entries: all,
    proven: found.length === 1,
    equation: `${whole}${plus(-off)}${plus(fees)}${plus(stateFees)}${plus(rounding)}${plus(added)}${plus(more)} = ${final.amount}`,
  }
}

/** A tip under a total that is proven without it, where the money taken is both: the buyer's to the staff, no sale. */
function withoutTip(items: Items, totals: Totals, final: Entry): Sums | undefined {
  const { entries, payments, tendered = 0n, change = 0n } = totals
  const at = entries.indexOf(final)
  const tips = entries.slice(at + 1).filter((e) => e.role === 'tip')
  const gratuity = sum(tips)
  if (at < 0 || gratuity <= 0n) return undefined
  const without = readSums(items, { ...totals, entries: entries.filter((e) => !tips.includes(e)) })
  const named = payments.reduce((n, p) => n + p.amount, 0n)
  const taken = [named, named - change, tendered - change, named + tendered - change]
  return without?.proven && taken.includes(without.total + gratuity) ? { ...without, gratuity } : undefined
}

/** What was paid earlier stands beside what is paid now; alone it does not say how the rest was paid. */
export const withDeposit = (totals: Totals, sums: Sums | undefined): Totals =>
  sums?.deposit?.how === 'used' && (totals.payments.length > 0 || totals.tendered !== undefined)
    ? { ...totals, payments: [...totals.payments, { method: 'other', amount: sums.deposit.amount }] }
    : totals

export const plus = (amount: Dong): string => (amount === 0n ? '' : amount < 0n ? ` - ${-amount}` : ` + ${amount}`)

/** No line says that it is the total; one that may only close a column of amounts was taken for it. */
export const isAssumed = ({ entries }: Totals): boolean => !entries.some(isTotal)

function withTotal(entries: readonly Entry[]): readonly Entry[] {
  if (entries.some(isTotal)) return entries
  const last = entries.findLastIndex((e) => e.role === 'subtotal' && MAY_CLOSE.has(e.phrase))
  return last < 0 ? entries : entries.map((e, i) => (i === last ? { ...e, role: 'total' as const } : e))
}

/** Tax lines, their sum line, and the table say the same thing up to three times: it counts once. */
function taxSum(lines: readonly Entry[], totals: Totals): { tax: Dong; taxes: readonly Entry[]; torn: boolean } {
  const rated = lines.filter((e) => e.rate !== undefined)
  const bare = lines.filter((e) => e.rate === undefined)
  const table = totals.taxes.reduce((n, r) => n + r.tax, 0n)
  const claims = [
    ...(totals.taxes.length > 0 ? [table] : []),
    ...(rated.length > 0 ? [sum(rated)] : []),
    ...bare.map((e) => e.amount),
  ]
  const tax = claims[0] ?? 0n
  return { tax, taxes: rated.length > 0 ? rated : bare, torn: claims.some((c) => c !== tax) }
}

/** Several totals with nothing taken off or added between them. */
export const rivals = ({ entries, proven }: Sums): boolean =>
  !proven &&
  new Set(entries.filter(isTotal).map((e) => e.amount)).size > 1 &&
  entries.every((e) => isTotal(e) || e.role === 'subtotal')

/**
 * A printed total or subtotal that is not the final one must be the running sum at its place, the sum of the items before
 * or after line discounts, or the sum before tax; anything else is a second total.
 */
const ADDED = new Set<Entry['role']>(['service', 'delivery', 'tip', 'fee', 'rounding'])

export function strangers(sums: Sums, role: 'total' | 'subtotal'): readonly Dong[] {
  let run = sums.items - (sums.off - sums.discount)
  // A sum that is without the line discounts says that what is taken off below it does not repeat them.
  const repeated = sums.apart > 0n && sums.off === sums.discount && sums.discount > sums.apart
  const net = repeated ? [] : [sums.items - sums.apart]
  const odd: Dong[] = []
  for (const entry of sums.entries) {
    if (entry.role === 'discount') run -= entry.amount
    else if (ADDED.has(entry.role)) run += entry.amount
    else if (entry.role === 'deposit') run += sums.deposit?.how === 'taken' ? entry.amount : -entry.amount
    else if (entry.role === 'tax' && sums.mode === 'exclusive') run += entry.amount
    const asked = role === 'total' ? isTotal(entry) : entry.role === 'subtotal'
    const known = [run, sums.items, ...net, ...(role === 'total' ? [sums.total] : [])]
    if (asked && !known.includes(entry.amount)) odd.push(entry.amount)
  }
  return odd
}
