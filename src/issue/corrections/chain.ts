import type { Chain } from '../../domain/correction.ts'
import { sumDong } from '../../domain/dong.ts'
import type { InvoiceIdentity } from '../../domain/invoice.ts'
import type { ChainRows, IssuedRow } from '../../domain/ledger.ts'

/** What was done to an invoice, from the rows the book keeps, the original first. Undefined: there is no such invoice. */
export function chainOf({ invoices, notices }: ChainRows): Chain | undefined {
  const [root] = invoices
  if (!root) return undefined
  const live = liveOf(invoices) ?? root
  const first = invoices.find(({ corrects }) => corrects !== undefined)?.corrects
  return {
    root: root.identity,
    links: invoices.map(({ identity, entry, at, pay, corrects }) => ({
      invoice: identity,
      entry,
      at,
      pay,
      how: corrects?.how ?? 'original',
      ...(corrects ? { corrects: corrects.invoice } : {}),
    })),
    notices: notices.map(({ notice, state }) => ({ notice: notice.id, at: notice.at, state })),
    live: live.identity,
    ...(first ? { locked: first.how } : {}),
    worth: sumDong([live, ...adjustmentsOf(invoices, live)].map(({ pay }) => pay)),
  }
}

/** The newest replacement, or the root. */
export const liveOf = <Row extends IssuedRow>(rows: readonly Row[]): Row | undefined =>
  rows.findLast(({ corrects }) => corrects?.how === 'replace') ?? rows[0]

/** What was added to or taken back from one invoice, in the order issued. */
export const adjustmentsOf = <Row extends IssuedRow>(rows: readonly Row[], of: Row): readonly Row[] =>
  rows.filter(({ corrects }) => corrects?.how === 'adjust' && sameInvoice(corrects.invoice, of.identity))

export const sameInvoice = (a: InvoiceIdentity, b: InvoiceIdentity): boolean =>
  a.form === b.form && a.symbol === b.symbol && a.number === b.number

/** `1C26MAA-00000153` */
export const nameOf = ({ form, symbol, number }: InvoiceIdentity): string => `${form}${symbol}-${String(number).padStart(8, '0')}`
