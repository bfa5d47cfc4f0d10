import { type CivilDate, type Instant, shownTime } from '../domain/time.ts'
import { type Kind, nameOf, type Report, type Say, titleOf, type Value } from './table.ts'

const BOM = '\uFEFF'
const PIECE = 64 * 1024

/**
 * As the tables of the audit pack (audit-pack 3.3): UTF-8 with BOM, comma, CRLF, quotes where needed, money as plain
 * integers. One table stands bare; several
 * have the report's head, their names and an empty line between. An Excel that splits at semicolons
 * is served by XLSX: a `sep=` line would cost the BOM, and with it the Vietnamese letters.
 */
export async function* csv(report: Report, say: Say): AsyncGenerator<Uint8Array> {
  let text = BOM
  const several = report.tables.length > 1
  if (several) {
    text += line([titleOf(report, say)])
    for (const [label, value] of report.head) text += line([say(label), value])
    text += '\r\n'
  }
  for (const [i, table] of report.tables.entries()) {
    if (several) text += `${i === 0 ? '' : '\r\n'}${line([nameOf(table, say)])}`
    text += line(table.columns.map(({ key }) => say(`report.col.${key}`)))
    for await (const { cells } of table.rows) {
      text += `${table.columns.map(({ kind }, at) => cell(kind, cells[at])).join(',')}\r\n`
      if (text.length < PIECE) continue
      yield Buffer.from(text)
      text = ''
    }
  }
  yield Buffer.from(text)
}

const line = (texts: readonly string[]): string => `${texts.map((text) => quoted(safe(text))).join(',')}\r\n`

function cell(kind: Kind, value: Value): string {
  if (value === undefined) return ''
  if (kind === 'money' || kind === 'count') return String(value)
  return quoted(safe(kind === 'text' ? String(value) : shown(kind, value)))
}

/** `21/11/2026`, `21/11/2026 08:15:02`. */
export function shown(kind: 'day' | 'time', value: Value): string {
  if (kind === 'time') return shownTime(value as Instant)
  const [year = '', month = '', day = ''] = (value as CivilDate).split('-')
  return `${day}/${month}/${year}`
}

/** A spreadsheet takes these for the start of a formula, in their full-width forms, too. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/u
export const safe = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
