import { isGoodsHead } from './columns.ts'
import { isCardSlip, kindsOf, mayBeTitle, saleTitled, type Title } from './kind.ts'
import { hasMoney, isNumbers } from './layouts/items.ts'
import { type Line, oncePerLine } from './line.ts'

const WHOLE_TITLE =
  /^(?:hoa don (?:ban hang|ban le|thanh toan|tam tinh)|phieu (?:thanh toan|tinh tien|ban hang|tam tinh|tra hang|bep))$/
const isWholeTitle = oncePerLine((line) => mayBeTitle(line) && WHOLE_TITLE.test(line.key))

/** Papers that are over before anything is paid: what follows one of them on the same paper is another. */
const BEFORE: ReadonlySet<Title> = new Set(['kitchen', 'test', 'no-sale', 'void-before-payment', 'cash-move'])

/** Their lists hold totals and the names of other papers, and none of them is sold. */
const OWN_SUMS: ReadonlySet<Title> = new Set(['report', 'refund', 'void'])

/**
 * Two documents stuck together, because nothing cut between them: either would hide the other (register-capture 6, 11). A
 * whole title under finished totals; a new head between two totals; a sale below the title of a paper that is none.
 */
export const hasSecond = (
  lines: readonly Line[],
  totalsAt: number,
  title: { readonly kind: Title; readonly line: number },
  proven: boolean,
): boolean =>
  lines.slice(totalsAt).some(isWholeTitle) ||
  (!OWN_SUMS.has(title.kind) && beginsAgain(lines)) ||
  (proven && BEFORE.has(title.kind) && title.line >= 0 && lines.slice(title.line + 1, totalsAt).some(namesSale))

const namesSale = (line: Line): boolean => !line.rule && saleTitled(line) && line.tail.cells.length === 0

function beginsAgain(lines: readonly Line[]): boolean {
  const first = lines.findIndex((line, i) => isTotal(line, lines[i + 1]))
  const last = lines.findLastIndex((line, i) => isTotal(line, lines[i + 1]))
  if (first < 0 || last === first) return false
  const between = lines.slice(first + 1, last)
  const again = between.some((line, i) => opens(line) || isHead(lines, between, i))
  return again && !isCardSlip(lines.slice(first + 1))
}

const opens = (line: Line): boolean =>
  isGoodsHead(line) || (!line.rule && line.tail.cells.length === 0 && mayBeTitle(line) && kindsOf(line).length > 0)

/** The first two lines of the paper once more. */
const isHead = ([a, b]: readonly Line[], between: readonly Line[], i: number): boolean =>
  a !== undefined && b !== undefined && a.key !== '' && b.key !== '' && between[i]?.key === a.key && between[i + 1]?.key === b.key

const isTotal = (line: Line, next: Line | undefined): boolean =>
  (line.label?.role === 'total' || line.label?.role === 'due') &&
  line.label.sure &&
  (hasMoney(line) || (line.tail.cells.length === 0 && next !== undefined && isNumbers(next) && hasMoney(next)))
