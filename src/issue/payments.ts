import { type Dong, sumDong } from '../domain/dong.ts'
import { fault } from '../domain/fault.ts'
import type { PaymentMethod, Receipt } from '../domain/receipt.ts'
import { failed, ok, type Result } from '../domain/result.ts'

export interface Payment {
  readonly method: PaymentMethod
  readonly amount: Dong
}

/**
 * What was tendered, less the change, per method: the amounts add up to `due`, what the paper says is to be
 * paid (cash rounding included). Empty where the paper prints no tender at all. Fault: SALE_PAYMENT_UNPROVEN (P4).
 */
export function paymentsOf(receipt: Receipt, due: Dong): Result<readonly Payment[]> {
  const { payments = [], tendered, change = 0n } = receipt
  const unproven = (left: string, found: Dong): Result<never> =>
    failed({
      ...fault('SALE_PAYMENT_UNPROVEN', { paid: found.toString(), total: due.toString() }),
      proofs: [{ id: 'P4', state: 'false', equation: `${left} = ${due}` }],
    })
  if (payments.some((p) => p.amount < 0n) || change < 0n) return unproven(`${change}`, change)
  if (payments.length > 0) {
    const sum = sumDong(payments.map((p) => p.amount))
    // Some tills print each payment already without the change and the note handed over beside it.
    if (sum === due && (tendered === undefined || tendered - change === due)) return ok(payments.filter((p) => p.amount > 0n))
    // Cash beside a card or a deposit may be printed as the money handed over alone.
    if (tendered !== undefined && sum + tendered - change === due && tendered > change)
      return ok([...payments.filter((p) => p.amount > 0n), { method: 'cash', amount: tendered - change }])
    if (sum - change !== due) return unproven(`${sum} - ${change}`, sum - change)
    const net = withoutChange(payments, change)
    return net ? ok(net) : unproven(`${sum} - ${change}`, sum - change)
  }
  if (tendered === undefined) return ok([])
  // Money handed over and given back is cash, whether the paper says the word or not.
  if (tendered - change === due) return ok([{ method: 'cash', amount: due }])
  return receipt.change === undefined ? ok([]) : unproven(`${tendered} - ${change}`, tendered - change)
}

/** Change goes back in notes: it is taken from the cash, where there is none from the last tender that covers it. */
export function withoutChange(payments: readonly Payment[], change: Dong): readonly Payment[] | undefined {
  const covers = (p: Payment): boolean => p.amount >= change
  const cash = payments.findIndex((p) => p.method === 'cash' && covers(p))
  const from = cash >= 0 ? cash : payments.findLastIndex(covers)
  if (from < 0) return undefined
  return payments.map((p, i) => (i === from ? { ...p, amount: p.amount - change } : p)).filter((p) => p.amount > 0n)
}
