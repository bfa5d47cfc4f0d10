import { formatDecimal } from '../../src/domain/decimal.ts'
import { showDong } from '../../src/domain/dong.ts'
import { type Fault, fault, type Proof } from '../../src/domain/fault.ts'
import type { Aside, Kind, Reading, Receipt } from '../../src/domain/receipt.ts'
import { prove } from './prove.ts'
import { receiptOf } from './receipt.ts'
import { LONGEST_VALUE, MOST_LINES, type Ticket } from './ticket.ts'
import { kindOf } from './words.ts'

const LARGEST = 1_000_000_000_000n
const FINEST = 6

const ASIDE: Partial<Record<Kind, Aside>> = {
  provisional: 'provisional',
  kitchen: 'kitchen',
  reprint: 'reprint',
  report: 'closing',
  'no-sale': 'no-sale',
  'cash-move': 'cash-move',
  delivery: 'delivery',
  training: 'training',
  test: 'test',
}

export interface Kinds {
  /** Words of this source for its own states, before the usual ones. */
  readonly own?: Readonly<Record<string, Kind>>
  /** The source is known to say a state: a document without one is nothing that may be sold. */
  readonly asked?: boolean
}

/** What becomes of a ticket: the same outcomes, proofs and limits as for paper. Pure. */
export function readingOf(ticket: Ticket, kinds: Kinds = {}): Reading {
  const status = ticket.head['status']?.text
  const kind = status === undefined ? (kinds.asked ? 'unknown' : 'sale') : (kindOf(status, kinds.own) ?? 'unknown')
  if (ticket.lines.length > MOST_LINES || longest(ticket) > LONGEST_VALUE)
    return refused(fault('CAPTURE_OVERSIZE'), rawLines(ticket))
  const why = ASIDE[kind]
  if (why !== undefined) return { kind, textLines: rawLines(ticket), proofs: [], outcome: 'ignored', why }
  if (ticket.lines.length === 0) return held(kind, rawLines(ticket), nature(kind) ?? fault('SALE_NO_ITEMS'))
  const read = receiptOf(ticket)
  if (!read.ok) return held(kind, rawLines(ticket), nature(kind) ?? read.fault)
  const { receipt, proofs } = prove(read.value)
  const against = nature(kind) ?? doubtful(receipt) ?? unproven(receipt, proofs) ?? limits(receipt)
  if (against) return { ...held(kind, linesOf(receipt), against), proofs, receipt }
  return { kind, textLines: linesOf(receipt), proofs, outcome: 'ready', receipt }
}

type Held = Extract<Reading, { outcome: 'held' }>
const held = (kind: Kind, textLines: readonly string[], found: Fault): Held => ({
  kind,
  textLines,
  proofs: [],
  outcome: 'held',
  fault: found,
})

/** A document of which nothing could be read as fields. */
export const refused = (found: Fault, textLines: readonly string[] = []): Reading => ({
  kind: 'unknown',
  textLines,
  proofs: [],
  outcome: 'unreadable',
  fault: found,
})

function nature(kind: Kind): Fault | undefined {
  if (kind === 'refund') return fault('SALE_REFUND')
  if (kind === 'void') return fault('SALE_VOIDED')
  return kind === 'sale' ? undefined : fault('SALE_KIND_UNKNOWN')
}

/** A sum below zero is a return, whatever its state is called (register-capture 11). */
function doubtful({ total, lines }: Receipt): Fault | undefined {
  if (total < 0n || lines.some((l) => l.amount < 0n || l.qty.units < 0n)) return fault('SALE_REFUND')
  if (total === 0n) return fault('SALE_ZERO_TOTAL')
  return lines.some((l) => l.name.includes('\ufffd') || (l.name.includes('?') && /\p{L}\?\p{L}/u.test(l.name)))
    ? fault('DRIVER_ENCODING')
    : undefined
}

function unproven({ lines, total, payments = [], tendered }: Receipt, proofs: readonly Proof[]): Fault | undefined {
  const wrong = proofs.find((p) => p.state === 'false')
  if (wrong === undefined) return undefined
  const equation = wrong.equation ?? ''
  const values =
    wrong.id === 'P1'
      ? { item: lines.at(-1)?.name ?? '', equation }
      : wrong.id === 'P4'
        ? {
            paid: showDong(payments.reduce((n, p) => n + p.amount, payments.length === 0 ? (tendered ?? 0n) : 0n)),
            total: showDong(total),
            equation,
          }
        : { equation }
  return { ...fault(UNPROVEN[wrong.id] ?? 'SALE_TOTAL_UNPROVEN', values), proofs }
}

const UNPROVEN: Partial<Record<Proof['id'], string>> = {
  P1: 'SALE_LINE_UNPROVEN',
  P4: 'SALE_PAYMENT_UNPROVEN',
  P5: 'SALE_TAX_UNPROVEN',
}

function limits(receipt: Receipt): Fault | undefined {
  const { total, lines, discount = 0n, serviceCharge = 0n, deliveryFee = 0n, tip = 0n, gratuity = 0n, fees = [] } = receipt
  if ([total, ...lines.map((l) => l.amount)].some((a) => a > LARGEST)) return fault('SALE_OUT_OF_RANGE')
  if (lines.some((l) => l.qty.scale > FINEST || (l.discount ?? 0n) < 0n)) return fault('SALE_OUT_OF_RANGE')
  if ([discount, serviceCharge, deliveryFee, tip, gratuity, ...fees.map((fee) => fee.amount)].some((a) => a < 0n))
    return fault('SALE_OUT_OF_RANGE')
  return total < 1_000n ? fault('SALE_IN_THOUSANDS', { total: showDong(total) }) : undefined
}

const longest = ({ head, buyer, lines, payments, vat, fees }: Ticket): number =>
  [head, buyer, ...lines, ...payments, ...vat, ...fees].reduce(
    (most, fields) => Object.values(fields).reduce((n, { text }) => Math.max(n, text.length), most),
    0,
  )

/** A structured document as people read one: for the screen, and to tell a second copy from another sale. */
function linesOf(receipt: Receipt): readonly string[] {
  const amount = (label: string, value: bigint | undefined): string[] => (value ? [`${label}: ${showDong(value)}`] : [])
  const word = (label: string, value: string | undefined): string[] => (value === undefined ? [] : [`${label}: ${value}`])
  return [
    ...word('Số', receipt.receiptNo),
    ...word('Ngày', receipt.issuedAt?.replace('T', ' ')),
    ...word('Bàn', receipt.table),
    ...receipt.lines.map(
      (l) =>
        `${l.name}  ${formatDecimal(l.qty)}${l.unit ? ` ${l.unit}` : ''}${l.unitPrice === undefined ? '' : ` × ${showDong(l.unitPrice)}`}  ${showDong(l.amount)}`,
    ),
    ...amount('Giảm giá', receipt.discount),
    ...amount('Phí phục vụ', receipt.serviceCharge),
    ...amount('Phí giao hàng', receipt.deliveryFee),
    ...amount('Tiền tip', receipt.tip),
    ...(receipt.fees ?? []).flatMap((fee) => amount(fee.name, fee.amount)),
    ...amount('Tiền cọc', receipt.deposit),
    ...(receipt.vat ?? []).map((row) => `VAT ${row.rate}: ${showDong(row.tax)}`),
    ...amount('Làm tròn', receipt.rounding),
    `Tổng cộng: ${showDong(receipt.total)}`,
    ...amount('Tip nhân viên', receipt.gratuity),
  ]
}

/** Values as they came, where no receipt could be made of them. */
const rawLines = ({ head, lines }: Ticket): readonly string[] =>
  [
    ...Object.entries(head).map(([name, { text }]) => `${name}: ${text}`),
    ...lines.slice(0, 200).map((fields) =>
      Object.values(fields)
        .map(({ text }) => text)
        .join('  '),
    ),
  ].map((line) => line.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, 200))
