import type { Board } from '../domain/board.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Sale } from '../domain/sale.ts'
import { sameTaxCode } from '../domain/shop.ts'

/**
 * Told of each sale that is invoiced: a till that prints another seller's tax code, or an old one, contradicts its own
 * invoices. The sale goes on; the stamp bears the right code, and the board asks for the till to be corrected.
 */
export function sellerWatch({
  register,
  taxCode,
  board,
  log,
}: {
  readonly register: RegisterId
  readonly taxCode: string
  readonly board: Board
  readonly log: Log
}): (sale: Sale) => void {
  const item = `seller/${register}`
  let told: string | undefined
  return ({ printed }) => {
    const says = printed.says?.taxCode
    if (says === undefined) return
    if (sameTaxCode(says, taxCode)) {
      if (told !== undefined) board.clear(item)
      told = undefined
    } else if (says !== told) {
      told = says
      const code = 'SALE_SELLER_DIFFERS'
      log.warn({ part: 'clerk', register, code, printed: says }, 'the till prints another tax code')
      const values = { register, printed: says, taxCode }
      board.set(item, { level: 'warning', key: `fault.${code}`, values, todo: `fault.${code}.hint` })
    }
  }
}
