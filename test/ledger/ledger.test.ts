import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { fault } from '../../src/domain/fault.ts'
import type { Draft } from '../../src/domain/invoice.ts'
import { failed } from '../../src/domain/result.ts'
import { instant } from '../../src/domain/time.ts'
import { draft, fakeClock, folder, heard, open, R17, symbolStep, value } from './shop.ts'

/** Seals late, in an order of its own; the second one cannot be sealed. */
const slow = (of: Draft, ms: number, fails = false): Draft => ({
  ...of,
  async seal(number, signer) {
    await pause(ms)
    return fails ? failed(fault('SIGNER_GONE')) : of.seal(number, signer)
  },
})

void t.test('a shop through its ledger', async (t) => {
  const clock = fakeClock('2026-12-31T23:59:50.000+07:00')
  const dir = folder()
  const ledger = await open(dir, clock)
  const never = new AbortController().signal
  value(await ledger.record(symbolStep()))

  await t.test('heard, issued, settled; asked again it is the same invoice', async (t) => {
    const entry = value(await ledger.capture(R17, heard('PHO'), 'mark-1'))
    t.equal(entry, 'R017-00000001')
    t.equal(Buffer.from((await ledger.frame(entry)) ?? []).toString(), 'PHO')
    const settled = ledger.settled(entry, never)
    const [sealed, twice] = await Promise.all([ledger.issue(entry, draft(clock.now())), ledger.issue(entry, draft(clock.now()))])
    t.equal(value(sealed).identity.number, 1)
    t.equal(sealed, twice, 'one number for one entry')
    t.match(await settled, { state: 'queued', sealed: { digest: value(sealed).digest } })
    const later = value(await ledger.issue(entry, draft(clock.now(), 1n)))
    t.same({ ...later, bytes: Buffer.from(later.bytes) }, { ...value(sealed), bytes: Buffer.from(value(sealed).bytes) })
    t.equal(await ledger.cursor(R17), 'mark-1')
    t.same(Buffer.from((await ledger.view.sealed(entry)) ?? []), Buffer.from(later.bytes))
  })

  await t.test('who waits for an entry is let go when it is set aside, or when he gives up', async (t) => {
    const entry = value(await ledger.capture(R17, heard('Z')))
    const leave = new AbortController()
    const [gone, stays] = [ledger.settled(entry, leave.signal), ledger.settled(entry, never)]
    leave.abort()
    t.equal(await gone, undefined)
    value(await ledger.record({ kind: 'aside', entry, why: 'closing', totals: { count: 1, pay: 54_000n } }))
    t.match(await stays, { state: 'set-aside', why: 'closing' })
  })

  await t.test('sealed in parallel and in any order, numbers follow the order asked; a failed seal leaves no hole', async (t) => {
    const entries = await Promise.all(Array.from({ length: 6 }, (_, i) => ledger.capture(R17, heard(`sale ${i}`))))
    const seals: number[] = []
    const issued = await Promise.all(
      entries.map((entry, i) => ledger.issue(value(entry), slow(draft(clock.now(), 54_000n, { seals }), (6 - i) * 15, i === 1))),
    )
    t.same(
      issued.map((result) => (result.ok ? result.value.identity.number : result.fault.code)),
      [2, 'SIGNER_GONE', 3, 4, 5, 6],
    )
    t.ok(seals.length > 5, 'those behind were sealed again')
    t.equal((await ledger.list('captured', 10)).length, 1, 'the failed one waits')
    const numbers = (await ledger.list('queued', 10)).map((entry) =>
      entry.state === 'queued' ? entry.sealed.identity.number : 0,
    )
    t.same(numbers, [1, 2, 3, 4, 5, 6])
    const [first] = await ledger.list('queued', 1)
    t.equal((await ledger.list('queued', 10, first?.id)).length, 5)
    const bytes = (await ledger.list('queued', 10)).map((entry) =>
      entry.state === 'queued' ? Buffer.from(entry.sealed.bytes).toString() : '',
    )
    t.ok(
      bytes.every((text, i) => text.includes(` ${i + 1} `)),
      'the number in the bytes is the number in the book',
    )
  })

  await t.test('two drafts of one entry, the number freed goes to the next', async (t) => {
    const [old] = await ledger.list('queued', 1)
    const [waiting] = await ledger.list('captured', 1)
    const next = value(await ledger.capture(R17, heard('next')))
    if (!old || !waiting) throw new Error('nothing there')
    const [again, seven, eight] = await Promise.all([
      ledger.issue(old.id, draft(clock.now())),
      ledger.issue(waiting.id, draft(clock.now())),
      ledger.issue(next, draft(clock.now())),
    ])
    t.same(
      [again, seven, eight].map((result) => value(result).identity.number),
      [1, 7, 8],
    )
  })

  await t.test('a draft from a moment when the clock ran ahead fails: the ones after it are issued all the same', async (t) => {
    const [ahead, entry] = [value(await ledger.capture(R17, heard('ahead'))), value(await ledger.capture(R17, heard('right')))]
    const failing = await ledger.issue(ahead, slow(draft(instant(clock.now() + 5_000)), 1, true))
    t.equal(failing.ok ? '' : failing.fault.code, 'SIGNER_GONE')
    t.equal(value(await ledger.issue(entry, draft(clock.now()))).identity.number, 9)
    const both = await Promise.all([ahead, entry].map((id, i) => ledger.issue(id, draft(instant(clock.now() + (1 - i) * 1_000)))))
    t.same(
      both.map((result) => value(result).identity.number),
      [10, 9],
    )
    clock.pass(1_000)
  })

  await t.test(
    'behind the last issue nothing is issued; a new year begins with 1 in a symbol that comes by itself',
    async (t) => {
      const [entry, other] = [
        value(await ledger.capture(R17, heard('late'))),
        value(await ledger.capture(R17, heard('new year'))),
      ]
      clock.pass(-3_600_000)
      const behind = await ledger.issue(entry, draft(clock.now()))
      t.equal(behind.ok ? '' : behind.fault.code, 'CLOCK_BEHIND')
      value(await ledger.record({ kind: 'clock', byMs: -3_600_000, source: 'test' }))
      clock.pass(3_600_000 + 20_000)
      t.equal(value(await ledger.issue(other, draft(clock.now(), 54_000n, { symbol: 'C27MAA' }))).identity.number, 1)
      const strange = await ledger.issue(entry, draft(clock.now(), 54_000n, { symbol: 'C27MZZ' }))
      t.equal(strange.ok ? '' : strange.fault.code, 'LEDGER_SERIES_UNKNOWN')
    },
  )

  await t.test('who follows sees each fact once and in order, from the file and live, also when many', async (t) => {
    const stop = new AbortController()
    const seen: number[] = []
    let wake = 0
    const following = (async () => {
      for await (const fact of ledger.follow(3, stop.signal)) {
        seen.push(fact.n)
        wake = performance.now()
        if (seen.length % 50 === 0) await pause(1)
      }
    })()
    await Promise.all(Array.from({ length: 1_500 }, (_, i) => ledger.capture(R17, heard(`many ${i}`))))
    await pause(200)
    const asked = performance.now()
    value(await ledger.capture(R17, heard('one')))
    const answered = performance.now()
    await pause(50)
    t.ok(wake > asked && wake - answered < 25, `followed ${(wake - answered).toFixed(2)} ms after it was durable`)
    stop.abort()
    await following
    t.same(
      seen,
      Array.from({ length: seen.length }, (_, i) => i + 3),
    )
    t.equal(seen.at(-1), ledger.tip().n)
  })

  await t.test('a release stands until something came of it, also for who lists what is held', async (t) => {
    const entry = value(await ledger.capture(R17, heard('doubtful')))
    const stands = async () => {
      const [listed] = (await ledger.list('held', 10)).filter(({ id }) => id === entry)
      return [await ledger.entry(entry), listed].map((found) => found?.state === 'held' && found.released === true)
    }
    value(await ledger.record({ kind: 'held', entry, fault: fault('PROOF') }))
    t.same(await stands(), [false, false])
    value(await ledger.record({ kind: 'released', entry, who: 'P01', why: 'seen' }))
    t.same(await stands(), [true, true])
    value(await ledger.record({ kind: 'held', entry, fault: fault('PROOF') }))
    t.same(await stands(), [false, false])
  })

  await t.test('a step that is no arrow is a bug; a person who comes too late is told', async (t) => {
    const [entry] = await ledger.list('queued', 1)
    if (!entry) throw new Error('nothing queued')
    await t.rejects(ledger.record({ kind: 'held', entry: entry.id, fault: fault('PROOF') }), /no arrow/)
    const late = await ledger.record({ kind: 'released', entry: entry.id, who: 'P01', why: 'seen' })
    t.equal(late.ok ? '' : late.fault.code, 'LEDGER_STATE')
    value(await ledger.record({ kind: 'stamped', entry: entry.id, how: 'before-cut' }))
  })
  await ledger.close()
})
