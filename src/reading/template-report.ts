import type { Dong } from '../domain/dong.ts'
import type { PaymentMethod, Totals } from '../domain/receipt.ts'
import { rateOf } from './closing.ts'
import { methodOf } from './labels.ts'
import type { Line } from './line.ts'
import { match, type Values } from './pattern.ts'
import { type Changed, type Compiled, changed, fitsAny, nameReceipt } from './template-rules.ts'

/**
 * A register's own report by its template. Its lists of goods come and go and need no pattern; but what it took must be there,
 * and the parts that are named add up to it, else the layout has changed.
 */
export function readReport(lines: readonly Line[], rules: Compiled): { kind: 'closing'; totals: Totals } | Changed {
  const named: Values = {}
  const rates = new Map<string, Dong>()
  const tenders = new Map<PaymentMethod, Dong>()
  const add = <K>(sums: Map<K, Dong>, of: K, amount: Dong): void => void sums.set(of, (sums.get(of) ?? 0n) + amount)
  let pay: Dong | undefined
  let count: number | undefined
  for (const line of lines) {
    if (line.rule || fitsAny(rules.ignore, line) || nameReceipt(rules.head, line, named)) continue
    for (const { pattern, is, method } of rules.totals) {
      const values = match(pattern, line.words)
      if (!values) continue
      if (is !== 'count') Object.assign(named, { ...values, ...named })
      const amount = values.amount?.figure?.money
      if (is === 'total') pay ??= amount
      else if (is === 'count') count ??= countOf(values)
      else if (is === 'payment' && amount !== undefined) add(tenders, method ?? methodOf(line.headKey) ?? 'other', amount)
      else if (is === 'rate' && amount !== undefined) add(rates, rateOf(values.rate?.text ?? line.text) ?? '?', amount)
      break
    }
  }
  const wanted = rules.totals.find(({ is }) => is === 'total')?.pattern.source ?? ''
  if (pay === undefined) return changed(wanted, lines.at(-1)?.text ?? '')
  for (const parts of [tenders, rates]) {
    const sum = [...parts.values()].reduce((n, amount) => n + amount, 0n)
    if (parts.size > 0 && sum !== pay) return changed(wanted, `${[...parts.values()].join(' + ')} ≠ ${pay}`)
  }
  const totals: Totals = {
    ...(count === undefined ? {} : { count }),
    pay,
    ...(named.number === undefined ? {} : { counter: named.number.text }),
    ...(rates.size === 0 ? {} : { rates: [...rates].map(([rate, gross]) => ({ rate, gross })) }),
    ...(tenders.size === 0 ? {} : { tenders: [...tenders].map(([method, amount]) => ({ method, amount })) }),
  }
  return { kind: 'closing', totals }
}

const countOf = ({ qty, number }: Values): number | undefined => {
  const text = qty?.text ?? number?.text
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined
}
