import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { bundle, type Patch } from './build.ts'
import { check } from './checker.ts'
import { openShop } from './shop.ts'
import type { TruthLine } from './till.ts'
import { callsIn, canTrace, recorder, tooEarly } from './traced.ts'

/**
 * A kill cannot see a missing flush: what a process wrote survives it. So the calls of the system are recorded, and the
 * order of writing, flushing and acknowledging is read from the record.
 */
t.setTimeout(300_000)
t.jobs = 2

const skip = canTrace() ? false : 'skipped because strace is not installed or may not be used here'

const off: Patch = { file: 'src/ledger/sqlite.ts', find: 'PRAGMA synchronous = FULL', put: 'PRAGMA synchronous = OFF' }
const unread: Patch = { file: 'src/ledger/sqlite.ts', find: "mode !== 'wal' || flush !== 2", put: "mode !== 'wal'" }
const hasty: Patch = {
  file: 'src/intake/conversation.ts',
  find: 'if (!(await durable) || left',
  put: 'if (left',
}

/** Sales of one till under the recorder, and what the record says of them. */
async function judged(t: Test, name: string, patches: readonly Patch[], printing: boolean): Promise<readonly string[]> {
  const shop = await openShop({ main: await bundle(name, patches), seed: 3, registers: 1, printing })
  t.teardown(() => shop.close())
  const record = join(shop.dir, 'calls.txt')
  const daemon = shop.start({ under: recorder(record) })
  await shop.sell(8)
  await daemon.stop()
  const truth = readFileSync(join(shop.dir, 'truth-R017.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TruthLine)
  t.ok(
    truth.filter(({ acked, kind }) => acked !== null && kind === 'sale').length >= 8,
    `${name}: all were acknowledged ${daemon.said()}`,
  )
  t.same(check(shop.evidence(false)), [], `${name}: nobody killed it, so nothing else can tell`)
  return tooEarly(callsIn(record), truth)
}

for (const printing of [false, true])
  t.test(
    `the healthy build flushes before it acknowledges, ${printing ? 'printing' : 'listening only'}`,
    { skip, buffered: true },
    async (t) => {
      t.same(await judged(t, `flush-${printing}`, [], printing), [])
    },
  )

t.test('mutant: synchronous OFF', { skip, buffered: true }, async (t) => {
  const found = await judged(t, 'sync-off', [off, unread], false)
  t.equal(found.filter((text) => text.includes('before it was flushed')).length, 8, found.join('\n'))
})

t.test('mutant: the acknowledgement does not wait for the flush', { skip, buffered: true }, async (t) => {
  const found = await judged(t, 'hasty', [hasty], false)
  t.ok(found.length > 0, 'at least one was acknowledged too early')
})

t.test('a build whose SQLite does not take FULL refuses to start', { buffered: true }, async (t) => {
  const shop = await openShop({ main: await bundle('unwilling', [off]), seed: 3, registers: 1, printing: false })
  t.teardown(() => shop.close())
  const daemon = shop.start()
  const { code } = await daemon.ended
  t.ok(code !== null && code > 0, `ended with ${code}`)
  t.match(daemon.said(), /synchronous 0/)
})
