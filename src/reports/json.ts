import { factTime, type Instant } from '../domain/time.ts'
import { type Column, nameOf, type Report, type Row, type Say, titleOf, type Value } from './table.ts'

const PIECE = 64 * 1024

/**
 * `{report,title,from,to,head:[{label,text}],tables:[{key,name,columns:[{key,title,kind}],rows:[{...}]}]}`; money as
 * strings of whole đồng, instants as in facts, empty cells left out, sums with `"strong":true`.
 */
export async function* json(report: Report, say: Say): AsyncGenerator<Uint8Array> {
  const head = {
    report: report.key,
    title: titleOf(report, say),
    from: report.from,
    to: report.to,
    head: report.head.map(([label, text]) => ({ label: say(label), text })),
  }
  let text = `${JSON.stringify(head).slice(0, -1)},"tables":[`
  for (const [i, table] of report.tables.entries()) {
    const shape = {
      key: table.key,
      name: nameOf(table, say),
      columns: table.columns.map(({ key, kind }) => ({ key, title: say(`report.col.${key}`), kind })),
    }
    text += `${i === 0 ? '' : ','}${JSON.stringify(shape).slice(0, -1)},"rows":[`
    let first = true
    for await (const row of table.rows) {
      text += `${first ? '' : ','}${object(table.columns, row)}`
      first = false
      if (text.length < PIECE) continue
      yield Buffer.from(text)
      text = ''
    }
    text += ']}'
  }
  yield Buffer.from(`${text}]}`)
}

function object(columns: readonly Column[], { cells, strong }: Row): string {
  const fields: Record<string, unknown> = {}
  for (const [i, { key, kind }] of columns.entries()) {
    const value: Value = cells[i]
    if (value === undefined) continue
    fields[key] = kind === 'time' ? factTime(value as Instant) : typeof value === 'bigint' ? value.toString() : value
  }
  return JSON.stringify(strong ? { ...fields, strong: true } : fields)
}
