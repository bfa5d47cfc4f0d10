import type { Proof } from '../domain/fault.ts'
import type { Receipt, Ties } from '../domain/receipt.ts'
import { findColumns } from './columns.ts'
import { compose, vatOf, withRates } from './compose.ts'
import { hasDate, readDates } from './dates.ts'
import { isField, readHeader, refersTo, tiesOf } from './header.ts'
import { findMode, firstTitle, isCardSlip, saysClosing, type Title, titleOf } from './kind.ts'
import { isInfo } from './labels.ts'
import { readPair } from './layouts/figures.ts'
import { hasMoney, type Items, isNumbers, isRemark, isTotals, readItems } from './layouts/items.ts'
import { readTotals, type Totals } from './layouts/totals.ts'
import { type Line, lastFigure } from './line.ts'
import { prove } from './proofs.ts'
import { hasSecond } from './second.ts'
import { statements } from './statements.ts'
import { readSums, type Sums, strangers, withDeposit } from './sums.ts'

/** A page taken apart, before anyone decides what becomes of it. */
export interface Paper {
  readonly title: Title
  readonly kind: Title
  /** Some line carries an amount. */
  readonly money: boolean
  /** A second document hangs under the first. */
  readonly second: boolean
  readonly items: Items
  readonly totals: Totals
  /** Absent: no item, or no total. */
  readonly receipt?: Receipt
  readonly sums?: Sums
  readonly ties?: Ties
  /** Totals that are neither the final one nor a sum on the way to it. */
  readonly strange: readonly bigint[]
  /** A tax letter the VAT table does not explain. */
  readonly lost: boolean
  readonly impossible?: string
  readonly proofs: readonly Proof[]
}

export function readPaper(printed: readonly Line[]): Paper {
  const lines = statements(printed)
  const columns = findColumns(lines)
  const mode = findMode(lines)
  const from = columns?.next ?? itemsAt(lines, Math.max((mode?.line ?? -1) + 1, firstTitle(lines) + 1))
  const above = columns?.start ?? from
  let items = readItems(lines, from, columns, { refund: false, journal: mode !== undefined })
  const named = items.items.length === 0 && isCardSlip(lines) ? CARD_SLIP : titleOf(lines, above, items.next)
  const titled = mode && (named.kind === 'unknown' || named.kind === 'sale') ? mode.kind : named.kind
  const found = readTotals(lines, items.next)
  let sums = readSums(items, found)
  const below = titled === 'refund' || (sums !== undefined && sums.total < 0n)
  const back =
    below || items.unknown.length > 0 ? readItems(lines, from, columns, { refund: true, journal: mode !== undefined }) : undefined
  const refund = below || (back !== undefined && isExchange(back, readSums(back, found)))
  if (refund && back) {
    items = back
    sums = readSums(items, found)
  }
  const title = mayBeOther(titled, lines, named.line, items, sums) ? 'doubtful' : titled
  const settled = withDeposit(found, sums)
  const head = lines.slice(0, above)
  const dates = readDates([...head, ...lines.slice(items.next)])
  const rates = withRates(items, found)
  const proofs = sums ? prove(rates.items, settled, sums, vatOf(found, sums)) : []
  const paid = proofs.some((p) => p.id === 'P4' && p.state === 'true')
  const header = readHeader(head, named.line, mode?.line)
  const receipt = sums && rates.items.items.length > 0 ? compose(header, dates, rates.items, settled, sums, refund) : undefined
  const kind = kindOf(title, refund, paid, receipt !== undefined)
  const ties = tiesOf(header, mode !== undefined, kind === 'refund' || kind === 'void' ? refersTo(lines) : undefined)
  return {
    title,
    // No title at all: figures that were paid are a sale, figures that were not may be a bill to look at.
    kind,
    money: lines.some(hasMoney),
    second: hasSecond(lines, items.next, named, receipt !== undefined && sums?.proven === true),
    items: rates.items,
    totals: settled,
    ...(receipt ? { receipt } : {}),
    ...(sums ? { sums } : {}),
    ...(ties ? { ties } : {}),
    strange: sums ? strangers(sums, 'total') : [],
    lost: rates.lost,
    ...(dates.impossible === undefined ? {} : { impossible: dates.impossible }),
    proofs,
  }
}

/**
 * Goods went both ways on one paper, and purchase less return is its total. What comes back says how many and at which
 * price: a bare amount with a minus may be money off for anything.
 */
function isExchange({ items, unknown }: Items, sums: Sums | undefined): boolean {
  const back = items.filter(({ amount }) => amount < 0n)
  const goods = back.every(({ bare, proven, unitPrice }) => !bare && proven && unitPrice !== undefined)
  return back.length > 0 && back.length < items.length && goods && unknown.length === 0 && sums?.proven === true
}

/**
 * Some shops call their bill PHIẾU THU: where it counts goods whose sum is proven it is no mere movement of cash. And a list
 * of the day without a title adds up as well as a bill.
 */
function mayBeOther(title: Title, lines: readonly Line[], titleAt: number, { items }: Items, sums: Sums | undefined): boolean {
  if (title === 'unknown') return saysClosing(lines)
  const goods = items.some(({ bare, proven, unitPrice }) => !bare && proven && unitPrice !== undefined)
  return title === 'cash-move' && goods && sums?.proven === true && / thu\b/.test(lines[titleAt]?.key ?? '')
}

/** A second paper of a sale that has its own. */
const CARD_SLIP = { kind: 'reprint', line: -1 } as const

function kindOf(title: Title, refund: boolean, paid: boolean, whole: boolean): Title {
  if (refund && (title === 'sale' || title === 'unknown')) return 'refund'
  if (title === 'doubtful') return 'unknown'
  if (title === 'sale') return whole ? 'sale' : 'incomplete'
  return title === 'unknown' && paid && whole ? 'sale' : title
}

/** Without a table head the items begin at the first line that can be one, below title and mode line. */
function itemsAt(lines: readonly Line[], gate: number): number {
  for (let i = gate; i < lines.length; i++) {
    const line = lines[i]
    if (!line || line.rule || isField(line)) continue
    if (!isHired(line) && (hasDate(line) || isInfo(line.label, line.text))) continue
    if (isTotals(line, lines[i + 1])) return i
    if (!hasMoney(line)) continue
    if (!isNumbers(line) || readPair(line.tail)) return i
    let start = i
    const width = Math.max(...lines.map(endOf))
    while (
      start > gate &&
      (start === i || (gate > 0 && goesOn(lines[start - 1], lines[start], width))) &&
      isPlain(lines[start - 1])
    )
      start--
    return start
  }
  return lines.length
}

/** `Giờ hát (19:00-21:15)   225.000`: hired by the hour. */
const isHired = (line: Line): boolean => isHourly(line.headKey) && lastFigure(line)?.grouped === true
const isHourly = (head: string): boolean => /^(?:tien |phi )?(?:gio|phong|san|thue)\b/.test(head)

/** A name that needed a second line; what else stands above the first item belongs to the head. */
const goesOn = (above: Line | undefined, line: Line | undefined, width: number): boolean => {
  if (!above || !line) return false
  const noRoom = endOf(above) + 1 + (line.words[0]?.text.length ?? 0) > width
  return noRoom || isRemark(line) || line.indent > above.indent || /^\p{Ll}/u.test(line.text)
}
const endOf = ({ words }: Line): number => (words.at(-1)?.column ?? 0) + (words.at(-1)?.text.length ?? 0)

const isPlain = (line: Line | undefined): boolean =>
  line !== undefined && !line.rule && !hasMoney(line) && !isField(line) && !hasDate(line)
