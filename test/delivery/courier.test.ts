import t from 'tap'
import { type Courier, courier } from '../../src/delivery/courier.ts'
import { line } from '../../src/delivery/line.ts'
import { retryDelay } from '../../src/delivery/schedule.ts'
import { fault } from '../../src/domain/fault.ts'
import { failed, ok } from '../../src/domain/result.ts'
import type { Signer } from '../../src/domain/signer.ts'
import { instant, readTime } from '../../src/domain/time.ts'
import { fc, runs } from '../property.ts'
import { fakeAuthority, type Mood } from './authority.ts'
import { fakeBoard, fakeClock, fakeLedger, fakeLog, mortal, NOON, stopPart } from './fake.ts'

const signer: Signer = {
  certificate: async () => failed(fault('SIGN_EXPIRED')),
  sign: async (bytes) => ok(bytes),
}
const A = { form: 1, symbol: 'C26MAA' }
const B = { form: 1, symbol: 'C26MAB' }
const DAY = 86_400_000

function world(start = NOON) {
  const clock = fakeClock(start)
  const ledger = fakeLedger(clock)
  const authority = fakeAuthority()
  const board = fakeBoard()
  const log = fakeLog()
  const open = (over: Partial<Parameters<typeof courier>[0]> = {}): Courier =>
    courier({ ledger, transport: authority, signer, board, clock, log, random: () => 0.5, ...over })
  const settled = (): boolean => {
    const { queued = 0, pushed = 0 } = ledger.states()
    return queued + pushed + (ledger.states()['in-doubt'] ?? 0) === 0
  }
  return { clock, ledger, authority, board, log, open, settled }
}

void t.test('invoices are gathered, filed in number order and acknowledged within seconds', async (t) => {
  const { clock, ledger, authority, board, open, settled } = world()
  const part = open()
  await part.start()
  for (let n = 1; n <= 20; n++) ledger.queue(n % 2 ? A : B, n)
  t.ok(await clock.run(settled, 5_000), 'all accepted within 5 s')
  t.same(ledger.states(), { acknowledged: 20 })
  t.same(authority.firsts.get('1C26MAA'), [1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
  t.equal(authority.ids.length, 4, 'ten invoices a series, eight a message')
  t.same(authority.complaints, [])
  t.same(board.at('courier'), { level: 'ok', key: 'board.courier.idle' })
  const [, first] = ledger.steps.filter((step) => step.kind === 'pushed' || step.kind === 'answered')
  t.equal(ledger.steps[0]?.kind, 'pushed', 'id and bytes are written before anything leaves')
  t.ok(first)
  await stopPart(part, clock)
})

void t.test('the answer is lost after they took it: we ask, and nothing is sent again', async (t) => {
  const { clock, ledger, authority, open, settled } = world()
  ledger.queue(A, 1)
  authority.moods.push('lost')
  const part = open()
  await part.start()
  t.ok(await clock.run(settled, 60_000))
  t.equal(authority.calls.send, 1)
  t.same(ledger.states(), { acknowledged: 1 })
  await stopPart(part, clock)
})

void t.test('it broke before they had it: asked first, then the same id and bytes again', async (t) => {
  for (const denies of [false, true]) {
    const { clock, ledger, authority, open, settled } = world()
    ledger.queue(A, 1)
    authority.denies = denies
    authority.moods.push('reset', 'good', 'reset')
    const part = open()
    await part.start()
    t.ok(await clock.run(settled, DAY))
    t.equal(authority.ids.length, 1, 'one id for all attempts')
    t.equal(authority.calls.send, 3)
    t.ok(authority.calls.ask >= 2)
    t.same(authority.complaints, [])
    await stopPart(part, clock)
  }
})

void t.test('a restart between push and answer is doubt: ask, then repeat what is stored', async (t) => {
  const { clock, ledger, authority, open, settled } = world()
  ledger.queue(A, 1)
  const { it, kill } = mortal(ledger)
  const { it: wire, kill: cut } = mortal(authority)
  const first = open({ ledger: it, transport: wire })
  await first.start()
  authority.moods.push('late')
  await clock.run(() => authority.calls.send === 1, 5_000)
  kill()
  cut()
  ledger.reopen()
  ledger.queue(A, 2)
  const second = open()
  await second.start()
  t.ok(await clock.run(settled, 60_000))
  t.same([...authority.accepted.values()], [1, 1])
  t.equal(authority.calls.send, 2, 'the first was only asked about')
  await stopPart(second, clock)
})

void t.test('what never left before the restart still goes before its successors', async (t) => {
  const { clock, ledger, authority, open, settled } = world()
  ledger.queue(A, 1)
  const book = mortal(ledger)
  const wire = mortal(authority)
  authority.moods.push('gone')
  await open({ ledger: book.it, transport: wire.it }).start()
  await clock.run(() => authority.calls.send === 1, 5_000)
  book.kill()
  wire.kill()
  ledger.reopen()
  ledger.queue(A, 2)
  authority.moods.push('gone')
  const { send } = authority
  authority.send = async (message, signal) => {
    await clock.sleep(message.invoices[0]?.number === 1 ? 2_000 : 1, signal)
    return send(message, signal)
  }
  const part = open()
  await part.start()
  t.ok(await clock.run(settled, 60_000))
  t.same(authority.firsts.get('1C26MAA'), [1, 2])
  t.equal(authority.ids.length, 2)
  await stopPart(part, clock)
})

void t.test('many open messages fail together: that is one outage, not many', async (t) => {
  const clock = fakeClock()
  const way = line(
    clock,
    () => 0.5,
    () => undefined,
  )
  const { signal } = new AbortController()
  const failing = () => way.use(signal, async () => ({ fault: fault('DELIVERY_OFFLINE') }))
  await Promise.all([failing(), failing(), failing(), failing()])
  t.equal(way.state.failures, 1)
  const again = [failing(), way.use(signal, async () => 'good'), failing()]
  await clock.run(() => false, 10_000)
  await Promise.all(again)
  t.equal(way.state.failures, 1, 'one probe failed, the next came through, then it broke again')
})

void t.test('one poisoned invoice is found by halving, parked after three refusals alone, and the others go on', async (t) => {
  const { clock, ledger, authority, log, open, settled } = world()
  for (let n = 1; n <= 20; n++) ledger.queue(A, n)
  authority.poison.add(5)
  const part = open()
  await part.start()
  t.ok(await clock.run(settled, 120_000))
  t.same(ledger.states(), { acknowledged: 19, parked: 1 })
  const [parked] = [...ledger.rows.values()].filter(({ entry }) => entry.state === 'parked')
  t.match(parked?.entry, { fault: { code: 'DELIVERY_REFUSED' }, sealed: { identity: { number: 5 } } })
  t.equal(parked?.refusals, 7, 'with eight, and eight again once others passed, four, two; then three times alone')
  t.ok(log.lines.some((line) => line.level === 'error' && line.fields.code === 'DELIVERY_REFUSED'))
  await ledger.record({ kind: 'retry', entry: parked?.entry.id ?? ('' as never), who: 'P01', why: 'sửa xong' })
  authority.poison.clear()
  t.ok(await clock.run(settled, 60_000), 'a person lets it travel again')
  t.equal(authority.accepted.get('1C26MAA-5'), 1)
  await stopPart(part, clock)
})

void t.test('refused long after they took it: parked too, and not sent again while that is written down', async (t) => {
  const { clock, ledger, authority, open, settled } = world()
  for (let n = 1; n <= 12; n++) ledger.queue(A, n)
  authority.poison.add(5)
  const { send } = authority
  authority.send = async (message, signal) => {
    const answer = await send(message, signal)
    return answer.kind === 'replies' ? { kind: 'replies', replies: [] } : answer
  }
  const { record } = ledger
  ledger.record = async (step) => {
    // A slow disk, and a new sale: the entry stands in the queue while it is being parked.
    if (step.kind === 'parked') ledger.queue(A, 13)
    if (step.kind === 'parked') await clock.sleep(2_000, new AbortController().signal)
    return record(step)
  }
  const part = open()
  await part.start()
  t.ok(await clock.run(settled, 120_000))
  t.same(ledger.states(), { acknowledged: 12, parked: 1 })
  const alone = ledger.steps.filter(
    (step) => step.kind === 'pushed' && step.message.invoices.length === 1 && step.message.invoices[0]?.number === 5,
  )
  t.equal(alone.length, 3)
  await stopPart(part, clock)
})

void t.test('given up while the queue was being read: the invoice in that list is not sent once more', async (t) => {
  const { clock, ledger, authority, open, settled } = world()
  authority.limits.invoices = 1
  const { send } = authority
  // They take it and refuse it only when asked, so that the queue is read in between.
  authority.send = async (message, signal) => {
    const answer = await send(message, signal)
    return answer.kind === 'replies' ? { kind: 'replies', replies: [] } : answer
  }
  authority.poison.add(1)
  const poisoned = ledger.queue(A, 1)
  const part = open()
  const { record, list } = ledger
  let heard: (() => void) | undefined
  let listed = false
  ledger.list = async (...asked) => {
    const found = await list(...asked)
    if (heard) listed ||= found.some(({ id }) => id === poisoned)
    heard?.()
    return found
  }
  let refusals = 0
  ledger.record = async (step) => {
    const done = await record(step)
    if (step.kind === 'answered' && step.verdicts.some(({ kind }) => kind === 'refused') && ++refusals === 3) {
      // Queued again on disk, and not parked yet: exactly now somebody presses "send now".
      const read = new Promise<void>((resolve) => {
        heard = resolve
      })
      part.wake()
      await read
      heard = undefined
    }
    return done
  }
  await part.start()
  t.ok(await clock.run(settled, 300_000))
  await clock.run(() => false, 300_000)
  t.ok(listed, 'the queue was read while the third refusal was weighed, with the invoice in it')
  t.same(ledger.states(), { parked: 1 })
  t.equal(ledger.steps.filter(({ kind }) => kind === 'pushed').length, 3, 'and no fourth time')
  await stopPart(part, clock)
})

void t.test('when everything is refused it is not the invoices: parking slows down', async (t) => {
  const { clock, ledger, authority, open } = world()
  for (let n = 1; n <= 40; n++) {
    ledger.queue(A, n)
    authority.poison.add(n)
  }
  const part = open()
  await part.start()
  await clock.run(() => false, 3_600_000)
  const parked = ledger.states()['parked'] ?? 0
  t.ok(parked >= 2 && parked <= 12, `${parked} parked in an hour, not all forty`)
  await stopPart(part, clock)
})

void t.test('an hour without a line: one probe at a time, an incident, and everything goes when it is back', async (t) => {
  const { clock, ledger, authority, board, open, settled } = world()
  const part = open()
  await part.start()
  for (let n = 1; n <= 30; n++) ledger.queue(n % 2 ? A : B, n)
  authority.moods.push(...Array<Mood>(400).fill('gone'))
  await clock.run(() => false, 3_600_000)
  t.ok(authority.calls.send + authority.calls.ask < 36, `${authority.calls.send} tries in an hour`)
  t.same(board.at('upstream'), { level: 'warning', key: 'fault.DELIVERY_OFFLINE' })
  t.equal(board.at('courier')?.key, 'board.courier.waiting')
  const opened = ledger.steps.find((step) => step.kind === 'incident')
  t.match(opened, { what: 'opened', cause: 'network', incident: /^outage-20261121\d{4}$/ })
  authority.moods.length = 0
  part.wake()
  t.ok(await clock.run(settled, 10_000), 'the person pressed Send now')
  await clock.run(() => false, 60_000)
  t.match(
    ledger.steps.findLast((step) => step.kind === 'incident'),
    { what: 'closed' },
  )
  t.equal(board.at('upstream'), undefined)
  t.same(
    authority.firsts.get('1C26MAA'),
    Array.from({ length: 15 }, (_, i) => 2 * i + 1),
  )
  await stopPart(part, clock)
})

void t.test(
  'a restart in the midst of an outage goes on with its incident, and closes it when something comes through (R-039)',
  async (t) => {
    const { clock, ledger, authority, open, settled } = world()
    ledger.queue(A, 1)
    authority.moods.push(...Array<Mood>(400).fill('gone'))
    const incidents = (): string[] =>
      ledger.steps.flatMap((step) => (step.kind === 'incident' ? [`${step.what} ${step.incident}`] : []))
    const first = open()
    await first.start()
    await clock.run(() => incidents().length > 0, 3_600_000)
    await stopPart(first, clock)
    const [opened = ''] = incidents()
    t.match(opened, /^opened outage-/)

    const second = open()
    await second.start()
    await clock.run(() => false, 1_800_000)
    t.same(incidents(), [opened], 'still the same outage, half an hour into the next run')
    authority.moods.length = 0
    second.wake()
    t.ok(await clock.run(settled, 60_000))
    await clock.run(() => false, 60_000)
    t.same(incidents(), [opened, opened.replace('opened', 'closed')])
    await stopPart(second, clock)

    const third = open()
    await third.start()
    await clock.run(() => false, 60_000)
    t.equal(incidents().length, 2, 'what is closed stays closed')
    await stopPart(third, clock)
  },
)

void t.test('busy, a web page, a refused login: no result, and the board says what it is', async (t) => {
  const { clock, ledger, authority, board, open, settled } = world()
  ledger.queue(A, 1)
  authority.moods.push('busy')
  const part = open()
  await part.start()
  await clock.run(() => authority.calls.send === 1, 5_000)
  const before = clock.up()
  t.ok(await clock.run(settled, 60_000))
  t.ok(clock.up() - before >= 5_000, 'waits what they say')

  ledger.queue(A, 2)
  authority.moods.push(...Array<Mood>(8).fill('page'))
  await clock.run(() => board.at('upstream')?.level === 'serious', DAY)
  t.same(board.at('upstream'), { level: 'serious', key: 'fault.DELIVERY_ODD_ANSWER' })
  t.ok(await clock.run(settled, DAY))
  t.equal(
    ledger.facts.filter((fact) => fact.kind === 'message.answered').length,
    6,
    'two results of two replies, one refusal for now, and eight equal pages are one',
  )

  ledger.queue(A, 3)
  authority.moods.push('login', 'login')
  await clock.run(() => board.at('upstream')?.key === 'fault.DELIVERY_LOGIN', 60_000)
  t.same(board.at('upstream'), { level: 'serious', key: 'fault.DELIVERY_LOGIN' })
  t.ok(await clock.run(settled, DAY))
  t.same(authority.complaints, [])
  await stopPart(part, clock)
})

void t.test('some rejected, results twice, results that contradict or belong to nobody', async (t) => {
  const { clock, ledger, authority, board, open, settled } = world()
  for (let n = 1; n <= 4; n++) ledger.queue(A, n)
  authority.bad.add(2)
  authority.moods.push('twice')
  const part = open()
  await part.start()
  t.ok(await clock.run(settled, 60_000))
  t.same(ledger.states(), { acknowledged: 3, rejected: 1 })

  for (let n = 5; n <= 6; n++) ledger.queue(A, n)
  authority.moods.push('late')
  await clock.run(() => authority.ids.length === 2, 5_000)
  const [, id] = authority.ids
  const five = { seller: '0199999014', ...A, number: 5 }
  if (id) authority.inject(id, [{ kind: 'rejected', invoice: five, fault: fault('DELIVERY_REJECTED') }])
  if (id) authority.inject(id, [{ kind: 'accepted', invoice: { ...five, number: 99 } }])
  t.ok(await clock.run(settled, 60_000))
  t.same(ledger.states(), { acknowledged: 5, rejected: 1 }, 'accepted never turns back')
  t.same(board.at('upstream/contradiction'), { level: 'critical', key: 'fault.DELIVERY_CONTRADICTION' })
  await stopPart(part, clock)
})

void t.test(
  'they know a number with other content: sending in its series stops until a person acts, the other goes on',
  async (t) => {
    const { clock, ledger, authority, board, open } = world()
    ledger.queue(A, 1)
    authority.moods.push('late')
    const part = open()
    await part.start()
    await clock.run(() => authority.ids.length === 1, 5_000)
    const [id] = authority.ids
    const invoice = { seller: '0199999014', ...A, number: 1 }
    const replies = authority.reply(id ?? ('' as never)) as unknown as unknown[]
    replies.splice(0)
    authority.read = () => ok({ verdicts: [{ kind: 'rejected', invoice, fault: fault('DELIVERY_REJECTED_DUPLICATE') }] })
    const { read } = fakeAuthority()
    await clock.run(() => ledger.states()['rejected'] === 1, 60_000)
    authority.read = read
    ledger.queue(A, 2)
    ledger.queue(B, 1)
    await clock.run(() => false, 600_000)
    t.same(ledger.states(), { rejected: 1, queued: 1, acknowledged: 1 })
    t.same(board.at('upstream/1C26MAA'), { level: 'critical', key: 'fault.DELIVERY_SERIES_STOPPED' })
    part.wake()
    await clock.run(() => ledger.states()['acknowledged'] === 2, 60_000)
    t.same(ledger.states(), { rejected: 1, acknowledged: 2 })
    await stopPart(part, clock)
  },
)

void t.test(
  'the certificate expired: signing waits, nothing is parked; a wrong passphrase is not tried again by itself',
  async (t) => {
    const { clock, ledger, authority, board, open, settled } = world()
    ledger.queue(A, 1)
    authority.keyFault = fault('SIGN_EXPIRED')
    let asked = 0
    let key = ok(signer) as ReturnType<typeof ok<Signer>> | ReturnType<typeof failed>
    const part = open({
      signer: async () => {
        asked += 1
        return key
      },
    })
    await part.start()
    await clock.run(() => false, 3_600_000)
    t.same(ledger.states(), { queued: 1 })
    t.same(board.at('signer/courier'), { level: 'serious', key: 'fault.SIGN_EXPIRED' })
    key = failed(fault('SIGN_BAD_PASSPHRASE'))
    await clock.run(() => board.at('signer/courier')?.key === 'fault.SIGN_BAD_PASSPHRASE', 3_600_000)
    const tries = asked
    await clock.run(() => false, DAY)
    t.equal(asked, tries, 'a token is not locked by us')
    key = ok(signer)
    authority.keyFault = undefined
    part.wake()
    t.ok(await clock.run(settled, 60_000))
    t.equal(board.at('signer/courier'), undefined)
    await stopPart(part, clock)
  },
)

void t.test('the ledger cannot write: nothing is sent, and it goes on when it can', async (t) => {
  const { clock, ledger, authority, board, open, settled } = world()
  ledger.queue(A, 1)
  ledger.trouble = fault('LEDGER_DISK_FULL')
  const part = open()
  await part.start()
  await clock.run(() => false, 600_000)
  t.equal(authority.calls.send, 0)
  t.same(board.at('ledger/courier'), { level: 'critical', key: 'fault.LEDGER_DISK_FULL' })
  ledger.trouble = undefined
  t.ok(await clock.run(settled, 600_000))
  t.equal(board.at('ledger/courier'), undefined)
  await stopPart(part, clock)
})

void t.test('the hours of a day offline: what the board says, and how often it tries near midnight', async (t) => {
  const { clock, ledger, authority, board, open } = world(readTime('2026-11-21T19:00:00'))
  ledger.queue(A, 1)
  const part = open()
  authority.moods.push(...Array<Mood>(2_000).fill('gone'))
  await part.start()
  const until = (time: string) => clock.run(() => clock.now() >= readTime(time), DAY)
  const at = async (time: string) => {
    await until(time)
    return board.at('queue')
  }
  t.equal(await at('2026-11-21T19:15:00'), undefined, 'offline, the outage itself is on the board')
  t.same(await at('2026-11-21T21:05:00'), { level: 'warning', key: 'alert.unsent2h' })
  t.same(await at('2026-11-21T22:01:00'), { level: 'serious', key: 'alert.unsent22' })
  await until('2026-11-21T23:06:00')
  const before = authority.calls.send
  t.same(await at('2026-11-22T00:01:00'), { level: 'critical', key: 'alert.overdue' })
  t.ok(authority.calls.send - before >= 50, 'at least every minute in the last hour')
  await stopPart(part, clock)
})

void t.test('gateways cut off together come back spread over the whole wait, none of them in a busy loop', (t) => {
  const noon = readTime('2026-11-21T12:00:00')
  t.same(
    [0, 0.1, 0.5, 0.999].map((random) => retryDelay(5, noon, random)),
    [250, 1_600, 8_000, 15_984],
    'anywhere up to 16 s, never at once',
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
      const wait = retryDelay(attempt, noon, random)
      return wait >= 250 && wait <= 300_000 && Number.isInteger(wait)
    }),
  )
  t.end()
})

const mood = fc.constantFrom<Mood>('good', 'good', 'good', 'late', 'lost', 'reset', 'gone', 'busy', 'page', 'twice')
const story = fc.record({
  moods: fc.array(mood, { maxLength: 60 }),
  sizes: fc.array(
    fc.record({
      series: fc.constantFrom(A, B),
      count: fc.integer({ min: 1, max: 12 }),
      pause: fc.integer({ min: 0, max: 20_000 }),
    }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
  poison: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 2 }),
  bad: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }),
  crashes: fc.array(fc.integer({ min: 100, max: 40_000 }), { maxLength: 4 }),
  denies: fc.boolean(),
  limit: fc.constantFrom(1, 3, 8),
})

void t.test('whatever is lost, doubled, reset, refused or killed: each invoice is accepted exactly once, in order', async (t) => {
  await fc.assert(
    fc.asyncProperty(story, async ({ moods, sizes, poison, bad, crashes, denies, limit }) => {
      const { clock, ledger, authority, open, settled } = world()
      authority.moods.push(...moods)
      authority.denies = denies
      authority.limits = { bytes: 900_000, invoices: limit }
      for (const n of poison) authority.poison.add(n)
      for (const n of bad) if (!authority.poison.has(n)) authority.bad.add(n)
      const born = () => {
        const book = mortal(ledger)
        const wire = mortal(authority)
        const part = open({ ledger: book.it, transport: wire.it })
        return { part, kill: () => [book.kill(), wire.kill()] }
      }
      let alive = born()
      await alive.part.start()
      const numbers = new Map<string, number>()
      for (const { series, count, pause } of sizes) {
        for (let i = 0; i < count; i++) {
          const n = (numbers.get(series.symbol) ?? 0) + 1
          numbers.set(series.symbol, n)
          ledger.queue(series, n)
        }
        await clock.run(() => false, pause)
        const crash = crashes.shift()
        if (crash === undefined) continue
        await clock.run(() => false, crash)
        alive.kill()
        ledger.reopen()
        alive = born()
        await alive.part.start()
      }
      if (!(await clock.run(settled, DAY))) throw new Error(`not settled: ${JSON.stringify(ledger.states())}`)
      if (authority.complaints.length > 0) throw new Error(authority.complaints.join('; '))
      for (const { entry } of ledger.rows.values()) {
        if (!('sealed' in entry)) throw new Error(`${entry.id} is ${entry.state}`)
        const { form, symbol, number } = entry.sealed.identity
        const times = authority.accepted.get(`${form}${symbol}-${number}`) ?? 0
        const wanted = authority.poison.has(number) ? 'parked' : authority.bad.has(number) ? 'rejected' : 'acknowledged'
        if (entry.state !== wanted) throw new Error(`${entry.id} number ${number}: ${entry.state}, not ${wanted}`)
        if (times !== (wanted === 'acknowledged' ? 1 : 0)) throw new Error(`number ${number} accepted ${times} times`)
      }
      for (const [series, order] of authority.firsts)
        if (order.some((n, i) => i > 0 && n < (order[i - 1] ?? 0))) throw new Error(`${series}: first sent in the order ${order}`)
      await stopPart(alive.part, clock)
    }),
    { numRuns: runs(120) },
  )
  t.pass('120 stories')
})

void t.test('stopping: what is on the wire is finished, nothing new begins', async (t) => {
  const { clock, ledger, authority, open } = world()
  const part = open()
  await part.start()
  ledger.queue(A, 1)
  let answer: (() => void) | undefined
  const { send } = authority
  authority.send = (message, signal) =>
    new Promise((resolve) => {
      answer = () => resolve(send(message, signal))
    })
  await clock.run(() => answer !== undefined, 5_000)
  const stopped = part.stop(instant(clock.now() + 10_000))
  ledger.queue(A, 2)
  answer?.()
  await stopped
  t.equal(authority.calls.send, 1)
  t.equal(ledger.steps.filter((step) => step.kind === 'answered').length, 1, 'its answer was still written down')
})
