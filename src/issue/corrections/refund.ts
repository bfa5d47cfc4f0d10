import type { Ask } from '../../domain/correction.ts'
import type { Decimal } from '../../domain/decimal.ts'
import { type Dong, showDong, sumDong } from '../../domain/dong.ts'
import { fault } from '../../domain/fault.ts'
import { fold } from '../../domain/fold.ts'
import type { EntryId } from '../../domain/ids.ts'
import type { InvoiceIdentity } from '../../domain/invoice.ts'
import type { Receipt, ReceiptLine } from '../../domain/receipt.ts'
import { failed, ok, type Result } from '../../domain/result.ts'
import { mixedOf } from '../mixed.ts'
import { type Slip, understand } from '../understand.ts'
import type { Before } from './before.ts'
import { negative, type Piece, serviceBack, takeBack } from './content.ts'
import { find, type Sources } from './find.ts'

/** A paper of the till that takes a sale back, and the invoice of that sale. */
export interface Refund {
  readonly entry: EntryId
  readonly slip: Slip
  readonly original: InvoiceIdentity
  readonly before: Before
  /** Goods went both ways: the purchase is issued by letting the paper through. */
  readonly mixed: boolean
}

/** `invoice`: chosen by a person where the paper names none that was heard. Faults: CORRECTION_NO_ORIGINAL, CORRECTION_UNKNOWN. */
export async function refundIn(sources: Sources, entry: EntryId, invoice?: InvoiceIdentity): Promise<Result<Refund>> {
  const held = await sources.ledger.entry(entry)
  const frame = await sources.ledger.frame(entry)
  const by = held && sources.papers.get(held.register)
  if (held?.state !== 'held' || !frame || !by) return failed(noOriginal)
  const { slip } = understand(frame, by.driver, by.reader)
  const named = held.fault.values?.['entry']
  const sale = named === undefined ? undefined : await sources.ledger.entry(named as EntryId)
  const original = invoice ?? (sale && 'sealed' in sale ? sale.sealed.identity : undefined)
  if (!slip || !original) return failed(noOriginal)
  const found = await find(sources, original)
  if (!found.ok) return found
  const mixed = slip.receipt !== undefined && mixedOf(slip.receipt) !== undefined
  return ok({ entry, slip, original, before: found.value, mixed })
}

/**
 * The adjustment of a return, or of a sale cancelled after payment, proven by the money of the paper.
 * Faults: CORRECTION_NO_MATCH, CORRECTION_SUM.
 */
export function askOf({ entry, slip, original, before }: Refund): Result<Ask> {
  const number = slip.ties.number ?? entry
  const asked = { invoice: original, why: number, evidence: { channel: 'return-slip', note: `${entry} ${number}` } } as const
  if (slip.kind === 'void' || !slip.receipt) {
    const paper = slip.receipt ? abs(slip.receipt.total) : before.chain.worth
    if (paper !== before.chain.worth) return failed(differs(paper, before.chain.worth))
    return ok({ ...asked, situation: 'undo' })
  }
  const returned = matched(slip.receipt, before)
  return returned.ok ? ok({ ...asked, situation: 'return', returned: returned.value }) : returned
}

const noOriginal = fault('CORRECTION_NO_ORIGINAL')
const differs = (paper: Dong, invoice: Dong) => fault('CORRECTION_SUM', { paper: showDong(paper), invoice: showDong(invoice) })

/** What came back, line by line of the invoice; proven by the money of the paper. */
function matched(receipt: Receipt, { pieces }: Before): Result<NonNullable<Ask['returned']>> {
  const mixed = mixedOf(receipt)
  const lines = mixed?.returned ?? receipt.lines
  const returned: { line: number; quantity: Decimal }[] = []
  let left = pieces
  let worth = 0n
  for (const line of lines) {
    const quantity = line.qty.units < 0n ? negative(line.qty) : line.qty
    const at = left.findIndex((piece) => isSame(piece, line) && takeBack(piece, quantity) !== undefined)
    const piece = left[at]
    const back = piece && takeBack(piece, quantity)
    if (!back) return failed(fault('CORRECTION_NO_MATCH', { item: line.name }))
    returned.push({ line: at, quantity })
    worth -= back.taken.amount
    left = left.map((of, i) => (i === at ? back.rest : of))
  }
  // Without tax on the lines their own sums are compared, not the total of the paper.
  const own = abs(sumDong(lines.map(({ amount, discount = 0n }) => abs(amount) - discount))) + abs(receipt.serviceCharge ?? 0n)
  const paper = mixed || receipt.taxMode === 'exclusive' ? own : abs(receipt.total)
  const service = -sumDong(serviceBack(pieces, left).map(({ amount }) => amount))
  if (paper === worth + service) return ok(returned)
  // The till gave back the price of the goods alone: so the shop wants it.
  const none = pieces.flatMap(({ charge }, line) => (charge === 'service' ? [{ line, quantity: { units: 0n, scale: 0 } }] : []))
  return paper === worth ? ok([...returned, ...none]) : failed(differs(paper, worth + service))
}

const isSame = (piece: Piece, { name, code, unitPrice }: ReceiptLine): boolean => {
  const named = code !== undefined && piece.code !== undefined ? code === piece.code : fold(piece.name) === fold(name)
  return named && (unitPrice === undefined || piece.unitPrice === undefined || abs(unitPrice) === piece.unitPrice)
}

const abs = (amount: Dong): Dong => (amount < 0n ? -amount : amount)
