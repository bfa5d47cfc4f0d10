import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tillgate } from './cli.ts'
import { temporary } from './shop.ts'

interface Line {
  readonly at: string
  readonly verdict: string | null
  readonly invoices: readonly { readonly symbol: string; readonly number: number; readonly verdict: string }[]
}

/** What the simulated authority accepted, by series, in the order it did; and when it first did. */
function acceptedIn(dir: string): { readonly series: ReadonlyMap<string, readonly number[]>; readonly first: number } {
  const series = new Map<string, number[]>()
  let first = Number.POSITIVE_INFINITY
  for (const text of readFileSync(join(dir, 'authority.jsonl'), 'utf8').split('\n').filter(Boolean)) {
    const line = JSON.parse(text) as Line
    for (const { symbol, number, verdict } of line.invoices) {
      if (verdict !== 'accepted') continue
      series.set(symbol, [...(series.get(symbol) ?? []), number])
      first = Math.min(first, Date.parse(line.at))
    }
  }
  return { series, first }
}

t.test('the demo shop sells at once, stops cleanly, and a second start goes on with the next number', async (t) => {
  const dir = join(temporary(t), 'shop')
  const options = ['--minutes', '0.3', '--port', '0', '--dir', dir, '--rate', '2']
  const began = Date.now()
  const run = await tillgate(['--lang', 'en', 'demo', ...options, '--fresh'])
  t.equal(run.code, 0, run.err)
  t.match(run.err, /Screen: http:\/\/127\.0\.0\.1:\d+/)
  const links = [...run.err.matchAll(/http:\/\/127\.0\.0\.1:\d+\/dang-nhap#\S+/g)].map(([link]) => link)
  t.equal(new Set(links).size, 3, 'a link for the owner, the officer and the developer')
  const { series, first } = acceptedIn(dir)
  t.ok(first - began < 10_000, `the first invoice was accepted after ${first - began} ms`)
  t.equal(series.size, 2, 'both tills sell')
  for (const [symbol, numbers] of series)
    t.same(
      [...numbers].sort((a, b) => a - b),
      numbers.map((_, i) => i + 1),
      `${symbol} from 1, without a gap`,
    )

  const again = await tillgate(['demo', ...options])
  t.equal(again.code, 0, again.err)
  for (const [symbol, numbers] of acceptedIn(dir).series) {
    t.ok(numbers.length > (series.get(symbol)?.length ?? 0), 'the second start sells, too')
    t.same(
      [...numbers].sort((a, b) => a - b),
      numbers.map((_, i) => i + 1),
      `${symbol} goes on where the first start ended`,
    )
  }
  const facts = await tillgate(['facts', '--data', join(dir, 'data')])
  const kinds = facts.out
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { kind: string }).kind)
  const count = (kind: string): number => kinds.filter((one) => one === kind).length
  t.same([count('gateway.started'), count('gateway.stopped')], [2, 2])
})
