import { type Fault, fault } from '../../src/domain/fault.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import { kindOf } from '../structured/words.ts'
import { type Column, columnOf, sameHeading } from './headings.ts'
import { delimiterOf, isBlank, type Row, rowsOf } from './rows.ts'
import type { DelimitedSettings } from './settings.ts'

export const MOST_ROWS = 10_000
/** Line ends of so many rows, two bytes each, and as many blank rows between them. */
const MOST_ENDS = 4 * MOST_ROWS

/** Bytes of one row: beyond, nobody's till wrote it. */
const LONGEST_ROW = 16_384

/** Too many rows, or one without end: told by counting, before a letter is read, for a flood must not keep other tills waiting. */
export function isFlood(bytes: Uint8Array): boolean {
  let ends = 0
  let last = -1
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x0a && bytes[i] !== 0x0d) continue
    if (++ends > MOST_ENDS || i - last > LONGEST_ROW) return true
    last = i
  }
  return bytes.length - last > LONGEST_ROW
}

/** One row by its columns. `other`: what stands in columns that nobody asked for. */
export interface Record {
  readonly cells: ReadonlyMap<Column, string>
  readonly other: readonly string[]
}

export interface Table {
  readonly records: readonly Record[]
  /** The first row of the text names the columns. */
  readonly headed: boolean
  /** What the heading row calls them. */
  readonly headings: ReadonlyMap<Column, string>
  /** Every row in text order, blank and heading ones with no record. */
  readonly rows: readonly { readonly to: number; readonly record?: Record }[]
}

/** Faults DRIVER_COLUMNS (a column is missing), DRIVER_ROWS (a row is of another shape), CAPTURE_OVERSIZE. Pure. */
export function tableOf(text: string, settings: DelimitedSettings): Result<Table> {
  return settings.fixed ? fixedTable(text, settings, settings.fixed) : dividedTable(text, settings)
}

function dividedTable(text: string, settings: DelimitedSettings): Result<Table> {
  const all = rowsOf(text, settings.delimiter ?? delimiterOf(text))
  const filled = all.filter((row) => !isBlank(row))
  if (filled.length > MOST_ROWS) return failed(fault('CAPTURE_OVERSIZE'))
  const [first] = filled
  if (!first) return failed(fault('SALE_NO_ITEMS'))
  const placed = placesIn(first, settings)
  if (!placed.ok) return placed
  const { places, headed } = placed.value
  const width = first.cells.length
  const wrong = all.findIndex((row) => !isBlank(row) && (row.torn || row.cells.length !== width))
  if (wrong >= 0) return failed(ragged(wrong + 1, width, all[wrong]?.cells.length ?? 0))
  const known = new Set(places.values())
  const rows = all.map((row) => {
    const heading = headed && (row === first || row.cells.every((cell, i) => cell === first.cells[i]))
    if (isBlank(row) || heading) return { to: row.to }
    const cells = new Map([...places].map(([column, at]) => [column, row.cells[at] ?? ''] as const))
    return { to: row.to, record: { cells, other: row.cells.filter((_, i) => !known.has(i)) } }
  })
  const headings = new Map(headed ? [...places].map(([column, at]) => [column, first.cells[at] ?? ''] as const) : [])
  return ok({ rows, records: rows.flatMap(({ record }) => record ?? []), headed, headings })
}

const ragged = (row: number, expected: number, found: number): Fault =>
  fault('DRIVER_ROWS', { row: String(row), expected: String(expected), found: String(found) })

/** Which column stands where: as the settings say, else by the usual headings. */
function placesIn({ cells }: Row, settings: DelimitedSettings): Result<{ places: ReadonlyMap<Column, number>; headed: boolean }> {
  const places = new Map<Column, number>()
  const asked = Object.entries(settings.columns ?? {}) as [Column, string | number][]
  for (const [column, place] of asked) {
    const at = typeof place === 'number' ? place - 1 : cells.findIndex((cell) => sameHeading(cell, place))
    if (at < 0 || at >= cells.length) return failed(fault('DRIVER_COLUMNS', { column: String(place) }))
    places.set(column, at)
  }
  const named = cells.filter((cell) => columnOf(cell) !== undefined).length
  const headed = settings.header ?? (asked.some(([, place]) => typeof place === 'string') || named >= 3)
  if (asked.length > 0) return ok({ places, headed })
  for (const [at, cell] of cells.entries()) {
    const column = columnOf(cell)
    // Two columns of one meaning: which one is meant is not ours to say.
    if (column && places.has(column)) return failed(fault('DRIVER_COLUMNS', { column: cell.slice(0, 40) }))
    if (column) places.set(column, at)
  }
  const missing = (['receiptNo', 'name', 'total'] as const).find((column) => !places.has(column))
  return missing ? failed(fault('DRIVER_COLUMNS', { column: MISSING[missing] })) : ok({ places, headed })
}

const MISSING = { receiptNo: 'Số HĐ', name: 'Tên hàng', total: 'Tổng cộng' }

const LINE = /([^\r\n]*)(\r\n|\n|\r|$)/g

function fixedTable(text: string, { header }: DelimitedSettings, fields: NonNullable<DelimitedSettings['fixed']>): Result<Table> {
  const least = Math.max(...fields.map(({ from }) => from - 1))
  const most = Math.max(...fields.map(({ from, width }) => from - 1 + width))
  const rows: { to: number; record?: Record }[] = []
  let first = true
  for (const m of text.matchAll(LINE)) {
    const [whole, line = ''] = m
    if (whole === '') continue
    const to = m.index + whole.length
    if (line.trim() === '') rows.push({ to })
    else if (first && header) {
      first = false
      rows.push({ to })
    } else {
      const letters = [...line]
      if (letters.length <= least || letters.slice(most).some((c) => c.trim() !== ''))
        return failed(ragged(rows.length + 1, most, letters.length))
      const cells = new Map(
        fields.map(
          ({ field, from, width }) =>
            [
              field,
              letters
                .slice(from - 1, from - 1 + width)
                .join('')
                .trim(),
            ] as const,
        ),
      )
      rows.push({ to, record: { cells, other: [] } })
    }
    first = false
  }
  const records = rows.flatMap(({ record }) => record ?? [])
  if (records.length > MOST_ROWS) return failed(fault('CAPTURE_OVERSIZE'))
  return records.length === 0
    ? failed(fault('SALE_NO_ITEMS'))
    : ok({ rows, records, headed: header === true, headings: new Map() })
}

/** Where each row ends in the text, as `tableOf` counts rows. */
export const rowEnds = (text: string, settings: DelimitedSettings): readonly number[] =>
  settings.fixed
    ? [...text.matchAll(LINE)].filter(([whole]) => whole !== '').map((m) => m.index + m[0].length)
    : rowsOf(text, settings.delimiter ?? delimiterOf(text)).map(({ to }) => to)

/** What ties the rows of one receipt: its number, and its day where one is given, for counters that begin anew each morning. */
export const receiptKey = ({ cells }: Record): string =>
  `${cells.get('receiptNo') ?? ''}|${(cells.get('date') ?? cells.get('issuedAt') ?? '').split(/[T ]/)[0] ?? ''}`

/** A word such as `Đã hủy` in a column nobody asked for: the row may be no sale at all. */
export const hintsAtOther = ({ other }: Record): boolean =>
  other.some((cell) => {
    const kind = cell.length > 40 ? undefined : kindOf(cell)
    return kind === 'void' || kind === 'refund' || kind === 'training' || kind === 'provisional'
  })
