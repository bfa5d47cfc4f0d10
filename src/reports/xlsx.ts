import type { Cell, Row as Line, Sheet } from 'write-excel-file/node'
import writeExcelFile from 'write-excel-file/node'
import { type Column, nameOf, type Report, type Row, type Say, titleOf, type Value } from './table.ts'

/** Rows of one workbook: a month of a busy shop. Beyond, the spreadsheet would need more memory than the machine can lend. */
export const MOST_ROWS = 30_000

export interface Workbook {
  readonly title: string
  readonly head: readonly (readonly [label: string, text: string])[]
  readonly sheets: readonly {
    readonly name: string
    readonly columns: readonly (Column & { readonly title: string })[]
    readonly rows: readonly Row[]
  }[]
}

/** All of a report at once; undefined: it has more rows than `MOST_ROWS`. */
export async function workbook(report: Report, say: Say): Promise<Workbook | undefined> {
  const sheets: Workbook['sheets'][number][] = []
  let count = 0
  for (const table of report.tables) {
    const rows: Row[] = []
    for await (const row of table.rows) {
      if (++count > MOST_ROWS) return undefined
      rows.push(row)
    }
    const columns = table.columns.map((column) => ({ ...column, title: say(`report.col.${column.key}`) }))
    sheets.push({ name: sheetName(nameOf(table, say), sheets), columns, rows })
  }
  return { title: titleOf(report, say), head: report.head.map(([label, text]) => [say(label), text] as const), sheets }
}

/** At most 31 characters without those a sheet's name must not have, each name once. */
function sheetName(name: string, before: Workbook['sheets']): string {
  const plain = name
    .replace(/[\\/?*[\]:]/g, '-')
    .slice(0, 31)
    .trim()
  return before.some((sheet) => sheet.name === plain) ? `${plain.slice(0, 27)} ${before.length + 1}` : plain
}

/**
 * Amounts as numbers with `#,##0`, which a Vietnamese Excel shows with dots; days and times as dates; the head bold and
 * kept in sight. Text cells are text: a name that begins with `=` is no formula in them.
 */
export async function writeWorkbook({ title, head, sheets }: Workbook): Promise<Uint8Array> {
  const made: Sheet<never>[] = sheets.map(({ name, columns, rows }) => {
    const above: Line[] = [[bold(title)], ...head.map(([label, text]): Line => [bold(label), text]), []]
    const data: Line[] = [
      ...above,
      columns.map(({ title, kind }) => ({ ...bold(title), align: isNumber(kind) ? 'right' : 'left' })),
      ...rows.map(({ cells, strong }) => columns.map(({ kind }, i) => cell(kind, cells[i], strong === true))),
    ]
    return {
      data,
      sheet: name,
      columns: columns.map((column, i) => ({ width: width(column, rows, i) })),
      stickyRowsCount: above.length + 1,
      orientation: 'landscape',
    }
  })
  return writeExcelFile(made, { fontFamily: 'Times New Roman', fontSize: 11 }).toBuffer()
}

const bold = (value: string) => ({ value, type: String, fontWeight: 'bold' }) as const
const isNumber = (kind: Column['kind']): boolean => kind === 'money' || kind === 'count'

const HOURS_7 = 7 * 3_600_000
/** A spreadsheet keeps fifteen digits; what is longer stays text, so that no digit is lost. */
const EXACT = 999_999_999_999_999n

function cell(kind: Column['kind'], value: Value, strong: boolean): Cell {
  if (value === undefined) return null
  const weight = strong ? ({ fontWeight: 'bold' } as const) : {}
  if (typeof value === 'bigint' && (value > EXACT || value < -EXACT))
    return { value: value.toString(), type: String, align: 'right' }
  // Counts are also numbers of invoices, which nobody writes with dots.
  if (isNumber(kind)) return { value: Number(value), type: Number, format: kind === 'money' ? '#,##0' : '0', ...weight }
  // A spreadsheet knows no zones: what is shown is Vietnamese civil time. It rounds parts of a second up, into the next day.
  if (kind === 'day') return { value: new Date(`${value}T00:00:00Z`), type: Date, format: 'dd/mm/yyyy', ...weight }
  if (kind === 'time')
    return {
      value: new Date(Math.floor(Number(value) / 1000) * 1000 + HOURS_7),
      type: Date,
      format: 'dd/mm/yyyy hh:mm:ss',
      ...weight,
    }
  return { value: String(value), type: String, ...weight }
}

const WIDTH = { day: 12, time: 20, money: 16, count: 10 } as const

/** In characters; text as wide as its longest of the first rows. */
function width({ kind, title }: Column & { readonly title: string }, rows: readonly Row[], at: number): number {
  // Bold letters are wider, and spreadsheet programs do not agree on how high a wrapped heading is.
  if (kind !== 'text') return Math.max(WIDTH[kind], Math.ceil(title.length * 1.1) + 1)
  const longest = rows
    .slice(0, 200)
    .reduce((most, { cells }) => Math.max(most, broad(String(cells[at] ?? ''))), Math.ceil(title.length * 1.1))
  return Math.min(60, Math.max(8, longest + 2))
}

/** Capitals and digits are broader than the letters a width counts: message ids, digests, tax codes. */
const broad = (text: string): number => Math.ceil(text.length + (text.match(/[A-Z\d]/g)?.length ?? 0) * 0.15)
