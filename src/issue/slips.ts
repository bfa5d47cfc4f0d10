import type { Clock } from '../domain/clock.ts'
import type { Country } from '../domain/country.ts'
import { divide } from '../domain/decimal.ts'
import { cursorOf } from '../domain/desk.ts'
import { fault } from '../domain/fault.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { Series } from '../domain/invoice.ts'
import type { Ledger } from '../domain/ledger.ts'
import { orderBytes } from '../domain/order.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Sale } from '../domain/sale.ts'
import type { Register, Shop } from '../domain/shop.ts'
import type { OfflineSlip, Slips } from '../domain/slip.ts'
import { type Instant, readTime } from '../domain/time.ts'
import { marked } from './marked.ts'
import { saleFromReceipt } from './sale-from-receipt.ts'

export interface SlipParts {
  readonly ledger: Ledger
  readonly country: Country
  readonly shop: Shop
  readonly registers: readonly Register[]
  readonly clock: Clock
  /** The last number of a series, for the forecast. */
  readonly lastNumber?: (series: Series) => number | undefined
}

/** Slips of a dead gateway, invoiced when it is back: the issue time is the real one, whatever the slip says. */
export function slipDesk({ ledger, country, shop, registers, clock, lastNumber }: SlipParts): Slips {
  const prepare = async (id: RegisterId, slip: OfflineSlip): Promise<Result<Prepared>> => {
    const register = registers.find((one) => one.id === id)
    if (!register) return failed(fault('DASHBOARD_NOT_FOUND'))
    const at = clock.now()
    // A time that cannot be read is no reference either.
    if (!(readTime(slip.time) <= at)) return failed(fault('SALE_DATE_IMPOSSIBLE', { date: slip.time.replace('T', ' ') }))
    const sale = soldOn(slip, shop)
    if (!sale.ok) return sale
    const { mark, same } = marked(sale.value)
    const named = { name: `slip ${slip.slip}`, revision: mark }
    const [found] = (await ledger.named?.(id, named.name)) ?? []
    const earlier = found && { entry: found.entry, same: same(found.revision) }
    return ok({ register, at, sale: sale.value, named, ...(earlier ? { earlier } : {}) })
  }
  const order: Slips['order'] = async (id, slip, who) => {
    const prepared = await prepare(id, slip)
    if (!prepared.ok) return prepared
    const { register, at, sale, named, earlier } = prepared.value
    if (earlier && !earlier.same) return failed(fault('SALES_NAME_USED', { entry: earlier.entry, name: slip.slip }))
    if (earlier) return ok({ entry: earlier.entry, again: true })
    const draft = country.draft(sale, shop, register, at)
    if (!draft.ok) return draft
    const bytes = orderBytes({ version: 1, sale, who, why: slip.slip })
    const heard = await ledger.capture(id, { bytes, discarded: 0, torn: false, order: true }, cursorOf(named))
    return heard.ok ? ok({ entry: heard.value, again: false }) : heard
  }
  // One after the other: the second of two sees what the first has done.
  let line: Promise<unknown> = Promise.resolve()
  return {
    order(register, slip, who) {
      const mine = line.then(() => order(register, slip, who))
      line = mine.catch(() => undefined)
      return mine
    },
    async look(id, slip) {
      const prepared = await prepare(id, slip)
      if (!prepared.ok) return prepared
      const { register, at, sale, earlier } = prepared.value
      const draft = country.draft(sale, shop, register, at)
      if (!draft.ok) return draft
      // A forecast: sales go on meanwhile.
      const sealed = await draft.value.seal((lastNumber?.(draft.value.series) ?? 0) + 1)
      if (!sealed.ok) return sealed
      return ok({ view: country.view(sealed.value.bytes), ...(earlier ? { earlier: earlier.entry, same: earlier.same } : {}) })
    },
  }
}

interface Prepared {
  readonly register: Register
  readonly at: Instant
  readonly sale: Sale
  readonly named: { readonly name: string; readonly revision: string }
  readonly earlier?: { readonly entry: EntryId; readonly same: boolean }
}

/** Its money is proven like that of a receipt; prices without tax come to what the country computes. */
function soldOn({ slip, time, lines, discount, total, payment }: OfflineSlip, shop: Shop): Result<Sale> {
  const said = lines.map(({ name, code, unit, quantity, unitPrice, discount: off, rate }) => ({
    name,
    ...(code === undefined ? {} : { code }),
    ...(unit === undefined ? {} : { unit }),
    qty: quantity,
    unitPrice,
    ...(off === 0n ? {} : { discount: off }),
    amount: divide(quantity.units * unitPrice, 10n ** BigInt(quantity.scale)),
    ...(rate === undefined ? {} : { vatRate: rate }),
  }))
  const net = said.reduce((sum, { amount, discount: off = 0n }) => sum + amount - off, 0n) - discount
  const onTop = shop.form === 1 && shop.prices === 'exclusive'
  const payments = payment && !onTop ? [{ method: payment, amount: total }] : []
  const money = onTop ? net : total
  const sale = saleFromReceipt({ receiptNo: slip, issuedAt: time, lines: said, discount, total: money, payments })
  if (!sale.ok || !onTop) return sale.ok ? ok({ ...sale.value, offline: { slip, time } }) : sale
  const paid = payment ? [{ method: payment, amount: total }] : []
  return ok({ ...sale.value, prices: 'exclusive', total, payments: paid, offline: { slip, time } })
}
