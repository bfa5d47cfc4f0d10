import { formatDecimal } from '../../domain/decimal.ts'
import { showDong } from '../../domain/dong.ts'
import type { Order } from '../../domain/order.ts'
import { nameOf } from './chain.ts'

/** An order as lines for the screen, where a receipt stands as it was printed. Without the buyer. */
export const orderLines = ({ sale, why }: Order): readonly string[] => [
  ...(sale.corrects ? [nameOf(sale.corrects.invoice)] : []),
  ...(sale.offline ? [sale.offline.time.replace('T', ' ')] : []),
  why,
  ...sale.lines.map(({ name, quantity, amount }) => `${formatDecimal(quantity)} × ${name}  ${showDong(amount)}`),
  ...(sale.discount === 0n ? [] : [showDong(-sale.discount)]),
  ...sale.charges.map(({ amount }) => showDong(amount)),
  showDong(sale.total),
]
