import type { Dong } from '../domain/dong.ts'
import type { Receipt, ReceiptLine } from '../domain/receipt.ts'
import type { Dates } from './dates.ts'
import type { Header } from './header.ts'
import { RATE_WORD } from './labels.ts'
import type { Item, Items } from './layouts/items.ts'
import type { Totals } from './layouts/totals.ts'
import type { Sums } from './sums.ts'

/** Lines with the rate their tax letter stands for in the VAT table; `lost` where the table does not know the letter. */
export function withRates(items: Items, totals: Totals): { readonly items: Items; readonly lost: boolean } {
  if (items.items.every((i) => i.letter === undefined)) return { items, lost: false }
  const letters = new Map(totals.taxes.flatMap((r) => (r.letter === undefined ? [] : [[r.letter, r.rate] as const])))
  let lost = false
  const rated = new Map<Item, Item>()
  for (const item of items.items) {
    const rate = item.letter === undefined ? undefined : (letters.get(item.letter) ?? RATE_WORD[item.letter.toLowerCase()])
    lost ||= letters.size > 0 && item.letter !== undefined && rate === undefined
    const parent = item.parent ? rated.get(item.parent) : undefined
    rated.set(item, { ...item, ...(rate === undefined ? {} : { rate }), ...(parent ? { parent } : {}) })
  }
  return { items: { ...items, items: [...rated.values()] }, lost }
}

/** Tax per rate: the printed table, or one printed tax line whose base the sums give. */
export function vatOf(totals: Totals, sums: Sums): Receipt['vat'] {
  if (totals.taxes.length > 0) return totals.taxes.map(({ rate, base, tax }) => ({ rate, base, tax }))
  const [only, second] = sums.taxes
  if (only?.rate === undefined || second !== undefined) return undefined
  const net = sums.entries.find((e) => e.role === 'net')?.amount
  const goods = sums.items - sums.off + sums.fees
  return [{ rate: only.rate, base: net ?? (sums.mode === 'exclusive' ? goods : goods - only.amount), tax: only.amount }]
}

/** The receipt in the register's own figures. Fields that are not on the paper are absent. */
export function compose(header: Header, dates: Dates, items: Items, totals: Totals, sums: Sums, refund: boolean): Receipt {
  const vat = vatOf(totals, sums)
  const discount = sums.entries.find((e) => e.role === 'discount')
  const service = sums.entries.find((e) => e.role === 'service')
  const delivery = sums.entries.find((e) => e.role === 'delivery')
  const subtotal = subtotalOf(sums)
  return {
    ...header,
    ...(dates.issuedAt === undefined ? {} : { issuedAt: dates.issuedAt }),
    lines: linesOf(items.items),
    ...(items.voided.length > 0 ? { voidedLines: linesOf(items.voided) } : {}),
    ...(subtotal === undefined ? {} : { subtotal }),
    ...(discount === undefined ? {} : { discount: sums.discount }),
    // A %- key prints its rate instead of a label: such a rate belongs to the key, not to the receipt.
    ...(discount?.rate === undefined || discount.phrase.endsWith('%') ? {} : { discountRate: discount.rate }),
    ...(service === undefined ? {} : { serviceCharge: chargeOf(sums, 'service') }),
    ...(service?.rate === undefined ? {} : { serviceChargeRate: service.rate }),
    ...(delivery === undefined ? {} : { deliveryFee: chargeOf(sums, 'delivery') }),
    ...(sums.entries.some((e) => e.role === 'tip') ? { tip: chargeOf(sums, 'tip') } : {}),
    ...(sums.gratuity === 0n ? {} : { gratuity: sums.gratuity }),
    ...(sums.stateFees === 0n ? {} : { fees: feesOf(sums) }),
    ...(sums.deposit?.how === 'taken' ? { deposit: sums.deposit.amount } : {}),
    ...(sums.entries.some((e) => e.role === 'rounding') ? { rounding: sums.rounding } : {}),
    ...(refund ? {} : { taxMode: sums.mode }),
    ...(vat === undefined ? {} : { vat }),
    total: sums.total,
    ...(totals.payments.length > 0 && !refund ? { payments: totals.payments } : {}),
    ...(totals.tendered === undefined ? {} : { tendered: totals.tendered }),
    ...(totals.change === undefined ? {} : { change: totals.change }),
  }
}

const feesOf = ({ entries }: Sums): NonNullable<Receipt['fees']> =>
  entries.flatMap(({ role, name = '', amount }) => (role === 'fee' ? [{ name, amount }] : []))

const chargeOf = (sums: Sums, role: 'service' | 'delivery' | 'tip'): Dong =>
  sums.entries.reduce((n, e) => (e.role === role ? n + e.amount : n), 0n)

/** The printed subtotal; else an earlier total that the paper itself takes something off or adds something to. */
const subtotalOf = (sums: Sums): Dong | undefined =>
  sums.entries.find((e) => e.role === 'subtotal')?.amount ??
  sums.entries.find((e) => (e.role === 'total' || e.role === 'due') && e.amount !== sums.total)?.amount

function linesOf(items: readonly Item[]): ReceiptLine[] {
  return items.map((item) => {
    const parent = item.parent ? items.indexOf(item.parent) : -1
    return {
      name: item.name,
      qty: item.qty,
      ...(item.unit === undefined ? {} : { unit: item.unit }),
      ...(item.unitPrice === undefined ? {} : { unitPrice: item.unitPrice }),
      ...(item.discount === undefined ? {} : { discount: item.discount }),
      amount: item.amount,
      ...(item.rate === undefined ? {} : { vatRate: item.rate }),
      ...(item.code === undefined ? {} : { code: item.code }),
      ...(parent < 0 ? {} : { modifierOf: parent }),
    }
  })
}
