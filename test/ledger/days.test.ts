import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { type EntryId, messageId } from '../../src/domain/ids.ts'
import type { Aside } from '../../src/domain/receipt.ts'
import { asCivilDate } from '../../src/domain/time.ts'
import { buyerKeys } from '../../src/ledger/buyer-keys.ts'
import { commitment, saltedOf } from '../../src/ledger/documents.ts'
import { incidentsOf } from '../../src/ledger/incidents.ts'
import { dayView, queueView } from '../../src/ledger/overview.ts'
import { detailOfInvoice, entryPage } from '../../src/ledger/search.ts'
import { openForReading, openForWriting } from '../../src/ledger/sqlite.ts'
import { faultsOf } from './check.ts'
import { ask, begin, codeOf, type Desk, facts, hear, seal, shopWith, slice, step } from './desk.ts'
import { fakeClock, folder, TAX } from './shop.ts'
import { smallDisk } from './small-disk.ts'

const db = (desk: Desk): string => join(desk.dir, 'tillgate.db')
const reopen = (desk: Desk): Desk => ({ ...desk, room: begin(desk.dir, desk.clock) })
const day = (text: string) => asCivilDate(text) ?? ('' as never)

function push(desk: Desk, id: string, numbers: readonly number[]) {
  const invoices = numbers.map((number) => ({ seller: TAX, form: 1, symbol: 'C26MAA', number }))
  const bytes = Buffer.from(`<TDiep>${id}</TDiep>`)
  step(
    desk,
    { kind: 'pushed', message: { id: messageId(id), type: 206, bytes, invoices }, attempt: 1, target: 'viettel-tvan' },
    bytes,
  )
  return invoices
}

void t.test('days: closed at the first fact after midnight, also empty ones and those slept through', async (t) => {
  const clock = fakeClock('2026-11-21T08:00:00.000+07:00')
  let desk = shopWith(3, folder(), clock)
  for (const why of ['kitchen', 'closing', 'kitchen'] as Aside[]) {
    step(desk, {
      kind: 'aside',
      entry: hear(desk),
      why,
      total: 1_000n,
      ...(why === 'closing' ? { totals: { count: 3, pay: 162_000n } } : {}),
    })
  }
  step(desk, { kind: 'held', entry: hear(desk), fault: { code: 'PROOF' } })
  step(desk, { kind: 'incident', what: 'opened', incident: 'I1', cause: 'network' })
  const [first] = push(desk, 'M1', [1, 2])
  if (!first) throw new Error('nothing pushed')
  step(
    desk,
    {
      kind: 'answered',
      message: messageId('M1'),
      attempt: 1,
      type: 204,
      reply: Buffer.from('yes'),
      verdicts: [{ kind: 'accepted', invoice: first }],
    },
    Buffer.from('yes'),
  )

  clock.set('2026-11-22T00:00:00.010+07:00')
  ask(desk, { what: 'tick' })
  const closed = () => facts(desk).filter((fact) => fact.kind === 'day.closed')
  const sum = { count: 3, pay: '162000', rates: [['8%', '150000', '12000']] }
  const opened = facts(desk).length
  t.same(closed()[0]?.body, {
    day: '2026-11-21',
    doubt: 1,
    facts: opened,
    first: 0,
    held: 1,
    incidents: ['I1'],
    registers: [
      {
        aside: [
          ['closing', 1, '1000'],
          ['kitchen', 2, '2000'],
        ],
        frames: 7,
        held: 1,
        register: 'R017',
        z: { count: 3, pay: '162000' },
      },
    ],
    rejected: 0,
    series: [{ ...sum, form: 1, from: 1, register: 'R017', sum, symbol: 'C26MAA', to: 3, voids: [] }],
    unsent: 1,
  })
  clock.set('2026-11-23T00:00:05.000+07:00')
  t.same(ask(desk, { what: 'outages' }), { ok: true, value: [{ incident: 'I1', cause: 'network' }] })
  step(desk, { kind: 'incident', what: 'closed', incident: 'I1', cause: 'network' })
  t.match(facts(desk).at(-1)?.body, { incident: 'I1', to: '2026-11-23T00:00:05+07:00' }, 'audit-pack 1.4: when it ended')
  t.same(ask(desk, { what: 'outages' }), { ok: true, value: [] })
  t.match(closed()[1]?.body, { day: '2026-11-22', facts: 1, series: [], registers: [], incidents: ['I1'] })
  t.equal('off' in (closed()[1]?.body ?? {}), false, 'running, only quiet')
  t.equal(facts(desk).at(-1)?.kind, 'incident.closed', 'the closing comes before the fact of the new day')

  clock.set('2026-11-26T09:00:00.000+07:00')
  desk = reopen(desk)
  t.same(
    closed()
      .slice(2)
      .map(({ body }) => [body['day'], body['off'] ?? false, body['incidents']]),
    [
      ['2026-11-23', false, ['I1']],
      ['2026-11-24', true, []],
      ['2026-11-25', true, []],
    ],
  )
  t.same(
    facts(desk)
      .slice(-2)
      .map((fact) => fact.kind),
    ['day.closed', 'gateway.started'],
  )
  clock.set('2026-11-25T12:00:00.000+07:00')
  const waiting = hear(desk)
  t.equal(codeOf(seal(desk, waiting, 4)), 'CLOCK_DAY_CLOSED', 'heard, but not issued into a closed day')
  t.equal(closed().length, 5, 'a clock set back closes nothing twice')
  const lateNight = desk.clock.now()
  clock.set('2026-11-26T09:30:00.000+07:00')
  t.equal(
    codeOf(seal(desk, waiting, 4, { issuedAt: lateNight })),
    'CLOCK_DAY_CLOSED',
    'drafted before midnight, written after it',
  )
  t.ok(seal(desk, waiting, 4).ok, 'drafted anew')
  clock.set('2026-11-27T00:10:00.000+07:00')
  ask(desk, { what: 'tick' })
  t.match(closed()[5]?.body, { day: '2026-11-26', series: [{ count: 1, from: 4, to: 4, sum: { count: 4 } }] })
  desk.room.close()
  t.same(faultsOf(db(desk)), [])

  await t.test('and what people are shown of them', async (t) => {
    const reading = openForReading(db(desk))
    const outages = (from: string, to = from) => incidentsOf(reading, day(from), day(to)).map(({ id, cause }) => `${id} ${cause}`)
    t.same(outages('2026-11-20'), [], 'R-039: before it began')
    for (const on of ['2026-11-21', '2026-11-22', '2026-11-23']) t.same(outages(on), ['I1 network'], on)
    t.same(outages('2026-11-24', '2026-11-30'), [], 'after it ended')
    const view = dayView(reading, day('2026-11-21'))
    t.match(view, {
      invoices: 3,
      sales: 4,
      pay: 162_000n,
      rates: [{ rate: '8%', net: 150_000n, tax: 12_000n }],
      held: 1,
      rejected: 0,
    })
    t.match(view, {
      hours: [{ hour: 8, count: 3, pay: 162_000n }],
      asides: [
        { why: 'closing', count: 1 },
        { why: 'kitchen', count: 2 },
      ],
    })
    t.match(view.registers, [{ register: 'R017', frames: 7, last: { number: 3 } }])
    t.match(queueView(reading), { unsent: 3, doubt: 0, rejected: 0, parked: 0, held: 1 })
    const pages: string[] = []
    for (let next: string | undefined = ''; next !== undefined; ) {
      const page: ReturnType<typeof entryPage> = entryPage(reading, { limit: 3, ...(next ? { after: next } : {}) })
      pages.push(...page.rows.map((row) => row.id))
      next = page.next
    }
    t.same(
      pages,
      Array.from({ length: 8 }, (_, i) => `R017-0000000${8 - i}`),
    )
    for (const q of ['R017-00000002', '2', 'm1-26-a1b2c-01700000002'])
      t.same(
        entryPage(reading, { q }).rows.map((row) => row.issued?.number),
        [2],
        q,
      )
    t.equal(entryPage(reading, { q: '54.000', state: 'acknowledged' }).rows.length, 1)
    const detail = detailOfInvoice(reading, first)
    t.same(
      detail?.facts.map((fact) => fact.kind),
      ['frame.captured', 'invoice.issued', 'message.pushed', 'message.answered', 'invoice.accepted'],
    )
    t.equal(reading.sql('SELECT sum(pay) AS it FROM v_invoice').get()?.['it'], 216_000)
    t.equal(reading.sql('SELECT count(*) AS it FROM v_queue').get()?.['it'], 3)
    t.match(
      { ...reading.sql('SELECT * FROM v_incident').get() },
      { incident: 'I1', cause: 'network', opened: /^2026-11-21T/, closed: /^2026-11-23T/ },
    )
    t.match(
      { ...reading.sql(`SELECT * FROM v_day WHERE day = '2026-11-21'`).get() },
      { invoices: 3, pay: 162_000, accepted: 1, first_number: 1 },
    )
    reading.close()
  })
})

void t.test('no head is signed over a story that did not grow from the last one: the file is kept aside', async (t) => {
  const clock = fakeClock('2026-11-21T08:00:00.000+07:00')
  for (const days of [0, 1]) {
    clock.set('2026-11-21T08:00:00.000+07:00')
    const desk = shopWith(2, folder(), clock)
    if (days === 1) clock.set('2026-11-22T09:00:00.000+07:00')
    hear(desk)
    hear(desk)
    const raw = openForWriting(db(desk))
    const heads = Number(raw.sql('SELECT count(*) AS it FROM head').get()?.['it'])
    raw.exec('DROP TRIGGER fact_no_update; UPDATE fact SET hash = zeroblob(32) WHERE n = (SELECT max(n) - 1 FROM fact)')
    raw.close()
    clock.set('2026-11-23T00:00:00.010+07:00')
    ask(desk, { what: 'tick' })
    t.equal(desk.room.health().issue?.code, 'LEDGER_DAMAGED')
    const aside = readdirSync(desk.dir).find((file) => /^tillgate\.db\.damaged-[\dT]+$/.test(file))
    const kept = openForReading(join(desk.dir, aside ?? ''))
    t.equal(kept.sql('SELECT count(*) AS it FROM head').get()?.['it'], heads, 'nothing was signed')
    kept.close()
    t.ok(hear(desk), 'hearing goes on')
    desk.room.close()
    t.same(faultsOf(db(desk)), [])
  }
})

void t.test('an invoice parked at night is no held receipt of its register', async (t) => {
  const clock = fakeClock('2026-11-21T08:00:00.000+07:00')
  const desk = shopWith(2, folder(), clock)
  step(desk, { kind: 'held', entry: hear(desk), fault: { code: 'PROOF' } })
  const [first] = push(desk, 'M1', [1])
  if (!first) throw new Error('nothing pushed')
  const reply = Buffer.from('no')
  step(
    desk,
    {
      kind: 'answered',
      message: messageId('M1'),
      attempt: 1,
      reply,
      verdicts: [{ kind: 'refused', fault: { code: 'NO' } }],
    },
    reply,
  )
  step(desk, { kind: 'parked', entry: 'R017-00000001' as EntryId, fault: { code: 'NO' } })
  t.match(facts(desk).at(-1), { kind: 'entry.held', body: { entry: 'R017-00000001', form: 1, symbol: 'C26MAA', number: 1 } })
  clock.set('2026-11-22T00:00:00.010+07:00')
  ask(desk, { what: 'tick' })
  t.match(facts(desk).findLast((fact) => fact.kind === 'day.closed')?.body, {
    held: 1,
    unsent: 2,
    registers: [{ frames: 3, held: 1 }],
  })
  desk.room.close()
  t.same(faultsOf(db(desk)), [])
})

void t.test('documents: committed with a salt of their own, masked beside, erased with a fact that stays', async (t) => {
  const desk = shopWith(0, folder(), fakeClock())
  const entry = hear(desk, 'the frame')
  const [full, masked] = [
    Buffer.from(`<NMua><Ten>VĂN MẪU</Ten>${'<DChi>12 Nguyễn Trãi</DChi>'.repeat(500)}</NMua>`),
    Buffer.from('<NMua><Ten>***</Ten></NMua>'),
  ]
  const both = Buffer.concat([full, Buffer.alloc(16), masked])
  const invoice = slice(full)
  const at = { invoice, masked: { from: invoice.size, size: 16 + masked.length } }
  const body = {
    entry,
    seller: TAX,
    form: 1,
    symbol: 'C26MAA',
    number: 1,
    issuedAt: desk.clock.now(),
    due: desk.clock.now(),
    pay: 0n,
    rates: [],
  }
  t.ok(ask(desk, { what: 'issue', ...body, digest: 'd', stamp: '{}', ...at }, both).ok)
  const issued = facts(desk).find((fact) => fact.kind === 'invoice.issued')
  const reading = openForReading(db(desk))
  reading.keys = buyerKeys(desk.dir)
  for (const [role, field, plain] of [
    ['invoice', 'doc', full],
    ['masked', 'masked', masked],
  ] as const) {
    const whole = saltedOf(reading, issued?.n ?? 0, role) ?? Buffer.alloc(0)
    t.same(Buffer.from(whole.subarray(16)), plain)
    t.match(issued?.body[field], { c: commitment(whole.subarray(0, 16), plain), size: plain.length }, 'over the plain bytes')
    const row = reading.sql('SELECT under, size FROM document WHERE fact = ? AND role = ?').get(issued?.n ?? 0, role)
    t.match(row, { under: role === 'invoice' ? /^[0-9a-f]{16}$/ : null, size: plain.length })
  }
  const salts = reading.sql('SELECT count(DISTINCT salt) AS kinds, count(*) AS all_of_them FROM document').get()
  t.equal(salts?.['kinds'], salts?.['all_of_them'])

  const erase = (role: string) => ask(desk, { what: 'erase', fact: issued?.n, role, who: 'P01', why: 'retention' })
  t.equal(codeOf(erase('invoice')), 'LEDGER_NOT_ERASABLE', 'not while it must be filed')
  const [identity] = push(desk, 'M9', [1])
  if (!identity) throw new Error('nothing pushed')
  step(
    desk,
    {
      kind: 'answered',
      message: messageId('M9'),
      attempt: 1,
      reply: Buffer.from('ok'),
      verdicts: [{ kind: 'accepted', invoice: identity }],
    },
    Buffer.from('ok'),
  )
  t.ok(erase('invoice').ok)
  t.equal(reading.sql(`SELECT 1 AS it FROM document WHERE fact = ? AND role = 'invoice'`).get(issued?.n ?? 0), undefined)
  t.match(facts(desk).at(-1), {
    kind: 'document.erased',
    body: { fact: issued?.n, role: 'invoice', who: 'P01', why: 'retention' },
  })
  const slip = hear(desk, 'GIAO 12 Nguyễn Trãi '.repeat(500))
  step(desk, { kind: 'aside', entry: slip, why: 'delivery' })
  const frame = facts(desk).findLast((fact) => fact.kind === 'frame.captured')?.n
  t.ok(ask(desk, { what: 'erase', fact: frame, role: 'frame', who: 'P01', why: 'asked' }).ok)
  const files = readdirSync(desk.dir).filter((file) => file.startsWith('tillgate.db'))
  t.notOk(
    files.some((file) => readFileSync(join(desk.dir, file)).includes('12 Nguyễn Trãi')),
    'nor in the free pages or the log of the file',
  )
  t.equal(codeOf(erase('invoice')), 'LEDGER_NOT_ERASABLE', 'only once')
  t.equal(codeOf(erase('salary')), 'LEDGER_NOT_ERASABLE', 'no such document')
  reading.close()
  desk.room.close()
  t.same(faultsOf(db(desk)), [])
})

void t.test('a verdict that turns round is kept and named; the first one stands', async (t) => {
  const desk = shopWith(2, folder(), fakeClock())
  const [one, two] = push(desk, 'M1', [1, 2])
  if (!one || !two) throw new Error('nothing pushed')
  const say = (text: string, ...kinds: ('accepted' | 'rejected' | 'refused')[]) => {
    const verdicts = kinds.map((kind, i) => ({ kind, invoice: i === 0 ? one : two, fault: { code: 'NO' } }))
    return step(
      desk,
      { kind: 'answered', message: messageId('M1'), attempt: 1, reply: Buffer.from(text), verdicts },
      Buffer.from(text),
    )
  }
  t.ok(say('first', 'accepted').ok)
  const before = facts(desk).length
  t.ok(say('first', 'accepted').ok)
  t.equal(facts(desk).length, before, 'the same bytes twice are one answer')
  t.equal(codeOf(say('second', 'rejected')), 'LEDGER_CONTRADICTION')
  t.match(facts(desk).at(-1), { kind: 'message.answered', body: { outcome: 'rejected', message: 'M1' } }, 'the answer is kept')
  t.equal(codeOf(say('third', 'refused')), 'LEDGER_CONTRADICTION')
  const states = (reply = ask(desk, { what: 'list', state: 'queued', limit: 9 })) =>
    reply.ok ? (reply.value as unknown as { refusals?: number }[]) : []
  t.match(states(), [{ id: 'R017-00000002', refusals: 1 }], 'the other one is free again')
  t.same(ask(desk, { what: 'unfinished' }), { ok: true, value: [] })
  desk.room.close()
  t.same(faultsOf(db(desk)), [])
})

const probed = smallDisk()
probed?.drop()
const SMALL = { skip: probed ? false : 'skipped because a tmpfs cannot be mounted without root' }

void t.test('F04 disk full: refused at once, what is open is finished from the reserve, recovers by itself', SMALL, async (t) => {
  const disk = smallDisk()
  if (!disk) throw new Error('the file system went away')
  const data = join(disk.dir, 'data')
  mkdirSync(data)
  const clock = fakeClock()
  const desk: Desk = { room: begin(data, clock, { reserveBytes: 512 * 1024 }), dir: data, clock }
  step(desk, {
    kind: 'symbol',
    series: { form: 1, symbol: 'C26MAA' },
    register: 'R017' as never,
    index: 17,
    block: 'A1B2C',
    scheme: 'RRR+8',
  })
  while (!desk.room.probe() && openFile(join(data, 'reserve')) < 512 * 1024) desk.room.probe()
  seal(desk, hear(desk), 1)
  const waiting = hear(desk)
  push(desk, 'M1', [1])
  const ballast = join(disk.dir, 'ballast')
  for (let size = 256 * 1024; size >= 4096; size /= 2) {
    for (;;) {
      try {
        writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' })
      } catch {
        break
      }
    }
  }
  let full: string | undefined
  for (let i = 0; i < 200 && !full; i++) full = codeOf(tryHear(desk))
  t.equal(full, 'LEDGER_DISK_FULL')
  t.equal(desk.room.health().issue?.code, 'LEDGER_DISK_FULL')
  t.equal(codeOf(seal(desk, waiting, 2)), 'LEDGER_DISK_FULL')
  const reply = Buffer.from('yes')
  const verdicts = [{ kind: 'accepted', invoice: { seller: TAX, form: 1, symbol: 'C26MAA', number: 1 } }] as const
  t.ok(step(desk, { kind: 'answered', message: messageId('M1'), attempt: 1, reply, verdicts }, reply).ok, 'the answer still fits')
  desk.room.probe()
  t.equal(desk.room.health().capture?.code, 'LEDGER_DISK_FULL')
  rmSync(ballast)
  for (let i = 0; i < 5; i++) desk.room.probe()
  t.equal(desk.room.health().capture, undefined)
  t.ok(seal(desk, waiting, 2).ok, 'no number was used up')
  desk.room.close()
  t.same(faultsOf(db(desk)), [])
  disk.drop()
})

const openFile = (path: string): number => {
  try {
    return Number(execFileSync('stat', ['-c', '%s', path], { stdio: ['ignore', 'pipe', 'ignore'] }).toString())
  } catch {
    return 0
  }
}
const tryHear = (desk: Desk) => {
  const bytes = Buffer.alloc(20_000, 'x')
  return ask(desk, { what: 'capture', register: 'R017', frame: slice(bytes), discarded: 0, torn: false }, bytes)
}

void t.test('F06 the file system becomes read-only: nothing is taken, everything can be read', SMALL, async (t) => {
  const disk = smallDisk()
  if (!disk) throw new Error('the file system went away')
  const clock = fakeClock()
  const desk = shopWith(2, join(disk.dir), clock)
  desk.room.close()
  disk.remount('ro')
  const frozen = reopen(desk)
  t.equal(frozen.room.health().capture?.code, 'LEDGER_READ_ONLY')
  t.equal(codeOf(tryHear(frozen)), 'LEDGER_READ_ONLY')
  const queued = ask(frozen, { what: 'list', state: 'queued', limit: 9 })
  t.equal(queued.ok ? (queued.value as unknown[]).length : 0, 2)
  frozen.room.close()
  disk.drop()
})
