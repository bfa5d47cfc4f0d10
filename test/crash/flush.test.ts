import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { bundle, type Patch } from './build.ts'
import { check } from './checker.ts'
import { openShop } from './shop.ts'
import type { TruthLine } from './till.ts'
import { acknowledgedTooEarly, callsIn, canTrace, recorder, sentTooEarly } from './traced.ts'

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

const eager: Patch = {
  file: 'src/delivery/flight.ts',
  find: "if (!(await written({ kind: 'pushed', message, attempt, target: transport.id }))) return 'unused'",
  put: "void written({ kind: 'pushed', message, attempt, target: transport.id })",
}

interface Judged {
  readonly acknowledged: readonly string[]
  readonly pushed: readonly string[]
  readonly stamped: readonly string[]
}

/** Sales of one till under the recorder, and what the record says of them, of their messages and of their stamps. */
async function judged(t: Test, name: string, patches: readonly Patch[], printing: boolean): Promise<Judged> {
  const shop = await openShop({ main: await bundle(name, patches), seed: 3, registers: 1, printing })
  t.teardown(() => shop.close())
  const record = join(shop.dir, 'calls.txt')
  const daemon = shop.start({ under: recorder(record) })
  await shop.sell(SALES / 2)
  t.ok(await shop.drained(), daemon.said())
  await shop.sell(SALES / 2)
  t.ok(await shop.drained(), daemon.said())
  await daemon.stop()
  const truth = readFileSync(join(shop.dir, 'truth-R017.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TruthLine)
  t.ok(truth.filter(({ acked, kind }) => acked !== null && kind === 'sale').length >= SALES, `${name}: all were acknowledged`)
  const evidence = shop.evidence(true)
  t.same(check(evidence), [], `${name}: nobody killed it, so nothing else can tell`)
  const calls = callsIn(record)
  const upstream = Number(new URL(shop.authority.url).port)
  const sent = new Set(evidence.authority.flatMap(({ kind, mtdiep }) => (kind === 'request' && mtdiep !== null ? [mtdiep] : [])))
  const stamps = shop.printer?.printed().bytes.toString('latin1') ?? ''
  const codes = evidence.issued.flatMap(({ code }) => (code !== null && stamps.includes(code) ? [code] : []))
  t.ok(sent.size >= 2 && (!printing || codes.length >= SALES / 2), `${sent.size} messages, ${codes.length} stamps`)
  return {
    acknowledged: acknowledgedTooEarly(calls, truth),
    pushed: sentTooEarly(calls, [...sent], upstream),
    stamped: sentTooEarly(calls, codes, shop.printer?.port ?? 0),
  }
}
const SALES = 8

for (const printing of [false, true])
  t.test(
    `the healthy build flushes before it acknowledges, sends and stamps, ${printing ? 'printing' : 'listening only'}`,
    {
      skip,
      buffered: true,
    },
    async (t) => {
      t.same(await judged(t, `flush-${printing}`, [], printing), { acknowledged: [], pushed: [], stamped: [] })
    },
  )

t.test('mutant: synchronous OFF', { skip, buffered: true }, async (t) => {
  const { acknowledged, pushed, stamped } = await judged(t, 'sync-off', [off, unread], true)
  for (const found of [acknowledged, pushed, stamped]) {
    t.ok(found.length > 0)
    t.ok(
      found.every((text) => text.includes('before it was flushed')),
      found.join('\n'),
    )
  }
  t.equal(acknowledged.length, SALES)
})

t.test('mutant: the acknowledgement does not wait for the flush', { skip, buffered: true }, async (t) => {
  const { acknowledged, pushed } = await judged(t, 'hasty', [hasty], false)
  t.ok(acknowledged.length > 0, 'at least one was acknowledged too early')
  t.same(pushed, [])
})

t.test('mutant: a message leaves before it is kept', { skip, buffered: true }, async (t) => {
  const { acknowledged, pushed } = await judged(t, 'eager', [eager], false)
  t.ok(pushed.length > 0, 'at least one was sent too early')
  t.same(acknowledged, [])
})

t.test('a build whose SQLite does not take FULL refuses to start', { buffered: true }, async (t) => {
  const shop = await openShop({ main: await bundle('unwilling', [off]), seed: 3, registers: 1, printing: false })
  t.teardown(() => shop.close())
  const daemon = shop.start()
  const { code } = await daemon.ended
  t.ok(code !== null && code > 0, `ended with ${code}`)
  t.match(daemon.said(), /synchronous 0/)
})
