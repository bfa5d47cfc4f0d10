import { stillClosed } from '../domain/balance.ts'
import type { ReportAsk } from '../domain/reports.ts'
import { nextDay } from '../domain/time.ts'
import { balance } from './balance.ts'
import { placeOf } from './issued.ts'
import type { ReportsParts } from './parts.ts'
import { columns, type Report, type Row, row, type Say, sayIn } from './table.ts'

/** Day by day what the tills said, what was issued and accepted, and who closed the day with what words. */
export function days(parts: ReportsParts, ask: ReportAsk): Report {
  const say = sayIn(parts.words, ask.lang ?? 'vi')
  const wanted = ({ register }: { readonly register: string }): boolean =>
    (ask.register === undefined || register === ask.register) &&
    (ask.location === undefined || parts.registers.some(({ id }) => id === register && placeOf(parts, id)?.code === ask.location))
  async function* rows(): AsyncGenerator<Row> {
    for (let day = ask.from; day <= ask.to; day = nextDay(day)) {
      const [seen, closing] = [await balance(parts, day), await parts.books.reconciled(day)]
      const closed = closing && stillClosed(closing, seen) ? closing : undefined
      for (const { register, rows: found } of seen.registers.filter(wanted))
        for (const { what, till, issued, accepted, difference } of found) {
          if (till === undefined && issued === 0n && what === 'total') continue
          const why = closed?.differences.find((one) => one.register === register && one.what === what)?.why
          yield row(day, register, nameOf(what, say), till, issued, accepted, difference, closed?.who, why)
        }
    }
  }
  return {
    key: 'balance',
    from: ask.from,
    to: ask.to,
    head: [],
    tables: [
      {
        key: 'balance',
        columns: columns(
          ['day', 'day'],
          ['register', 'text'],
          ['sum', 'text'],
          ['till', 'money'],
          ['issued', 'money'],
          ['accepted', 'money'],
          ['difference', 'money'],
          ['closedBy', 'text'],
          ['reason', 'text'],
        ),
        rows: rows(),
      },
    ],
  }
}

/** `rate:8%` and `tender:cash` in words. */
function nameOf(what: string, say: Say): string {
  const [kind, value = ''] = what.split(':')
  if (kind === 'total' || kind === 'authority') return say(`close.${kind}`)
  return kind === 'tender' ? say(`tender.${value}`) : value
}
