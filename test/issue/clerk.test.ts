import { readFileSync } from 'node:fs'
import t from 'tap'
import { escpos } from '../../drivers/escpos/index.ts'
import { systemClock } from '../../src/clock.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import { decimal } from '../../src/domain/decimal.ts'
import { type Fault, fault } from '../../src/domain/fault.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import type { Ledger } from '../../src/domain/ledger.ts'
import type { Reading, Receipt } from '../../src/domain/receipt.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { civilDate, instant, readTime } from '../../src/domain/time.ts'
import { clerk } from '../../src/issue/clerk.ts'
import { timekeeper } from '../../src/issue/timekeeper.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { reader as realReader } from '../../src/reading/index.ts'
import { fakeBoard, fakeClock, fakeLedger, fakeLog, mortal, sealedInvoice, stopPart } from '../delivery/fake.ts'
import { folder } from '../folder.ts'
import { bill, frame, nothingToRead, R17, R18, shop, spoken, world } from './world.ts'

void t.test('receipts become invoices in the order heard, numbers without a gap, registers apart', async (t) => {
  const { ledger, clock, open, hear, numberOf, idle } = world()
  const before = [await hear(bill(1)), await hear(bill(2))]
  const part = open()
  await part.start()
  const after: EntryId[] = []
  for (let n = 3; n <= 60; n++) after.push(await hear(bill(n)))
  const other = await hear(bill(1), R18)
  await idle()
  t.same(
    [...before, ...after].map(numberOf),
    Array.from({ length: 60 }, (_, i) => i + 1),
  )
  t.equal(numberOf(other), 1)
  const symbols = ledger.facts.filter((fact) => fact.kind === 'symbol.activated')
  t.equal(symbols.length, 2, 'each series comes into use once, before its first number')
  t.ok((symbols[0]?.n ?? 0) < (ledger.facts.find((fact) => fact.kind === 'invoice.issued')?.n ?? 0))
  t.match(ledger.steps[0], {
    kind: 'symbol',
    series: { form: 1, symbol: 'C26MAA' },
    register: 'R017',
    index: 17,
    block: 'A1B2C',
    scheme: 'RRR+8',
  })
  await stopPart(part, clock)
})

void t.test(
  'R-037, R-081, R-082: what is no sale leaves its reason, what is doubtful waits for a person, and neither takes a number',
  async (t) => {
    const { ledger, clock, log, open, hear, state, numberOf, idle } = world()
    const part = open()
    await part.start()
    const bare = { textLines: [], proofs: [] }
    const report = await hear({
      ...bare,
      kind: 'report',
      outcome: 'ignored',
      why: 'closing',
      totals: { count: 12, pay: 348_000n },
    })
    const training = await hear({
      ...bare,
      kind: 'training',
      outcome: 'ignored',
      why: 'training',
      receipt: (bill(1) as { receipt: Receipt }).receipt,
    })
    const refund = await hear({ ...bill(2), kind: 'refund' } as Reading)
    const kitchen = await hear({ ...bill(3), kind: 'kitchen' } as Reading)
    const torn = await hear({ ...bare, kind: 'incomplete', outcome: 'unreadable', fault: fault('CAPTURE_TORN') })
    const unproven = await hear({
      ...bare,
      kind: 'sale',
      outcome: 'held',
      fault: fault('SALE_UNKNOWN_LINE', { line: 'Phí 5.000' }),
    })
    const wrong = await hear(bill(4, { total: 30_000n }))
    const boom = await hear('boom')
    const garbled = await hear('garbled')
    const good = await hear(bill(5))
    await idle()
    t.match(state(report), { state: 'set-aside', why: 'closing' })
    t.match(
      ledger.steps.find((step) => step.kind === 'aside' && step.entry === report),
      { totals: { count: 12, pay: 348_000n } },
    )
    t.match(
      ledger.steps.find((step) => step.kind === 'aside' && step.entry === training),
      { why: 'training', total: 29_000n },
    )
    const held: readonly (readonly [EntryId, string])[] = [
      [refund, 'SALE_REFUND'],
      [kitchen, 'READING_KIND'],
      [torn, 'CAPTURE_TORN'],
      [unproven, 'SALE_UNKNOWN_LINE'],
      [wrong, 'SALE_TOTAL_UNPROVEN'],
      [boom, 'READING_FAILED'],
      [garbled, 'DRIVER_BAD_CHECKSUM'],
    ]
    for (const [id, code] of held) t.match(state(id), { state: 'held', fault: { code } }, code)
    t.ok(log.lines.some(({ level, fields }) => level === 'error' && fields.code === 'READING_FAILED' && fields.entry === boom))
    t.equal(numberOf(good), 1)
    await stopPart(part, clock)
  },
)

void t.test('the till timed out and prints again, also after our restart; a person releases what was held', async (t) => {
  const { ledger, clock, open, hear, state, numberOf, idle } = world()
  const first = open()
  await first.start()
  const sale = await hear(bill(7))
  const copy = await hear(bill(7))
  await idle()
  t.equal(numberOf(sale), 1)
  t.match(state(copy), { state: 'set-aside', why: 'duplicate' })
  await stopPart(first, clock)

  const { it } = mortal(ledger)
  const second = open({ ledger: it })
  await second.start()
  const again = await hear(bill(7))
  const changed = await hear(bill(7, { lines: [{ name: 'Trà', qty: decimal(1n), amount: 29_000n }] }))
  const next = await hear(bill(8))
  await idle()
  t.match(state(again), { state: 'set-aside', why: 'duplicate' }, 'known from the frames of the day')
  t.match(state(changed), { state: 'held', fault: { code: 'SALE_DUPLICATE_NUMBER' } })
  t.equal(numberOf(next), 2, 'a held one stops nobody')
  await ledger.record({ kind: 'released', entry: changed, who: 'P01', why: 'bán mới' })
  await idle()
  t.equal(numberOf(changed), 3, 'issued under a later number')
  const late = await hear(bill(9, { issuedAt: '2026-11-19T08:00' }))
  await idle()
  t.match(state(late), { state: 'held', fault: { code: 'SALE_DATE_IMPOSSIBLE' } })
  await ledger.record({ kind: 'released', entry: late, who: 'P01', why: 'máy sai ngày' })
  await idle()
  t.equal(numberOf(late), 4)
  await stopPart(second, clock)
})

void t.test('a release counts once: what was held again stays held, also when the whole story is heard anew', async (t) => {
  const { ledger, clock, open, hear, state, idle } = world()
  const { record } = ledger
  ledger.record = async (step) => {
    await clock.sleep(3, new AbortController().signal)
    return record(step)
  }
  const first = open()
  await first.start()
  const refund = await hear({ ...bill(1), kind: 'refund' } as Reading)
  await idle()
  await record({ kind: 'released', entry: refund, who: 'P01', why: 'thử' })
  await idle()
  t.match(state(refund), { state: 'held', fault: { code: 'SALE_REFUND' } })
  const holds = () => ledger.steps.filter((step) => step.kind === 'held').length
  t.equal(holds(), 2, 'read again, held again')
  await stopPart(first, clock)
  delete (ledger as Partial<typeof ledger>).end
  const second = open()
  await second.start()
  const next = await hear(bill(2))
  await idle()
  t.equal(holds(), 2)
  t.match(state(next), { state: 'queued' })
  await stopPart(second, clock)
})

void t.test('released while issuing waits, then a restart: the release is not forgotten', async (t) => {
  const { ledger, clock, open, hear, state, numberOf, idle } = world()
  const first = open()
  await first.start()
  const [late, refund] = [
    await hear(bill(1, { issuedAt: '2026-11-19T08:00' })),
    await hear({ ...bill(2), kind: 'refund' } as Reading),
  ]
  await idle()
  const { issue } = ledger
  ledger.issue = async () => failed(fault('CLOCK_BEHIND'))
  await ledger.record({ kind: 'released', entry: late, who: 'P01', why: 'máy sai ngày' })
  await idle()
  t.match(state(late), { state: 'held', released: true })
  await stopPart(first, clock)
  ledger.issue = issue
  const second = open({ ledger: mortal(ledger).it })
  await second.start()
  await idle()
  t.equal(numberOf(late), 1)
  t.match(state(refund), { state: 'held', fault: { code: 'SALE_REFUND' } }, 'nobody released that one')
  t.equal(ledger.steps.filter((step) => step.kind === 'held' && step.entry === refund).length, 1, 'nor was it read again')
  await stopPart(second, clock)
})

void t.test('R-117: where the shop holds a ticket of nothing, a person lets it through; below zero never', async (t) => {
  const { ledger, clock, open, hear, state, numberOf, idle } = world()
  const part = open({ shop: { ...shop, zeroTotal: 'hold' } })
  await part.start()
  const gift: Receipt = {
    receiptNo: '1',
    lines: [{ name: 'Cơm nhân viên', qty: decimal(1n), unitPrice: 29_000n, amount: 29_000n }],
    discount: 29_000n,
    total: 0n,
  }
  const why = fault('SALE_ZERO_TOTAL')
  const read = { kind: 'sale', outcome: 'held', fault: why, textLines: [], proofs: [] } as const
  const [meal, plain] = [await hear({ ...read, receipt: gift }), await hear(bill(2, { ...gift, receiptNo: '2' }))]
  const below = await hear(bill(3, { total: -1n }))
  await idle()
  for (const id of [meal, plain]) t.match(state(id), { state: 'held', fault: { code: 'SALE_ZERO_TOTAL' } })
  for (const entry of [meal, plain, below]) await ledger.record({ kind: 'released', entry, who: 'P01', why: 'suất ăn' })
  await idle()
  t.same([meal, plain].map(numberOf), [1, 2])
  t.match(state(meal), { sealed: { pay: 0n } })
  t.match(state(below), { state: 'held', fault: { code: 'SALE_REFUND' } })
  await stopPart(part, clock)
})

void t.test('R-117: unless the shop holds them, a ticket of nothing with proven lines is invoiced like any other', async (t) => {
  const { clock, open, hear, state, numberOf, idle } = world()
  const part = open()
  await part.start()
  const meal = { lines: [{ name: 'Cơm nhân viên', qty: decimal(1n), unitPrice: 29_000n, amount: 29_000n }], total: 0n }
  const gift = await hear(bill(1, { ...meal, discount: 29_000n }))
  const wrong = await hear(bill(2, { ...meal, discount: 28_000n }))
  const empty = await hear(bill(3, { lines: [], total: 0n }))
  await idle()
  t.equal(numberOf(gift), 1)
  t.match(state(gift), { sealed: { pay: 0n } })
  t.match(state(wrong), { state: 'held', fault: { code: 'SALE_TOTAL_UNPROVEN' } })
  t.match(state(empty), { state: 'held', fault: { code: 'SALE_NO_ITEMS' } })
  await stopPart(part, clock)
})

void t.test('overtaken by midnight it is drafted anew at once; in a day that is closed it waits', async (t) => {
  const { ledger, clock, board, open, hear, numberOf, drafts, idle } = world()
  const { issue } = ledger
  let today = '2026-11-21'
  ledger.issue = (entry, draft, signer) =>
    civilDate(draft.at) === today
      ? issue(entry, draft, signer)
      : Promise.resolve(failed(fault('CLOCK_DAY_CLOSED', { day: civilDate(draft.at), today })))
  const part = open()
  await part.start()
  clock.step(readTime('2026-11-21T23:59:59.999') - clock.now())
  today = '2026-11-22'
  const night: EntryId[] = []
  const draftLate = ledger.issue
  // Drafted in the last millisecond, written in the first of the next day.
  ledger.issue = (entry, draft, signer) => {
    clock.step(Math.max(0, readTime('2026-11-22T00:00:00') - clock.now()))
    return draftLate(entry, draft, signer)
  }
  for (let n = 1; n <= 5; n++) night.push(await hear(bill(n)))
  await idle(0)
  t.same(
    night.map(numberOf).toSorted((a, b) => (a ?? 0) - (b ?? 0)),
    [1, 2, 3, 4, 5],
    'without any waiting',
  )
  t.ok(drafts.some(({ at }) => at < readTime('2026-11-22T00:00:00')))
  t.equal(board.at('clock/R017'), undefined)

  today = '2026-11-23'
  const waits = await hear(bill(6))
  await idle(60_000)
  t.equal(numberOf(waits), undefined)
  t.match(board.at('clock/R017'), { level: 'critical', key: 'fault.CLOCK_DAY_CLOSED' })
  clock.step(86_400_000)
  await idle(30_000)
  t.equal(numberOf(waits), 6)
  t.equal(board.at('clock/R017'), undefined)
  await stopPart(part, clock)
})

void t.test('while issuing must wait nothing is held: it stays captured, the board is red, the order is kept', async (t) => {
  const codes: readonly (readonly [string, string])[] = [
    ['LEDGER_DISK_FULL', 'ledger/R017'],
    ['CLOCK_BEHIND', 'clock/R017'],
    ['SIGN_BAD_PASSPHRASE', 'signer/R017'],
  ]
  for (const [code, part] of codes) {
    const { ledger, clock, board, log, open, hear, numberOf, idle } = world()
    const working = open()
    await working.start()
    const done = await hear(bill(1))
    await idle()
    const { issue } = ledger
    const why: Fault = fault(code)
    if (code === 'LEDGER_DISK_FULL') ledger.trouble = why
    else ledger.issue = async () => failed(why)
    const waiting: EntryId[] = []
    for (let n = 2; n <= 40; n++) waiting.push(await hear(bill(n)))
    await idle(120_000)
    t.same(ledger.states(), { queued: 1, captured: 39 }, code)
    t.same(board.at(part), { level: 'critical', key: `fault.${code}` })
    ledger.trouble = undefined
    ledger.issue = issue
    await idle(30_000)
    t.same(
      [done, ...waiting].map(numberOf),
      Array.from({ length: 40 }, (_, i) => i + 1),
      'numbers in the order heard',
    )
    t.equal(board.at(part), undefined)
    t.equal(log.lines.filter(({ text }) => text === 'issuing waits').length, 1)
    await stopPart(working, clock)
  }
})

void t.test('a fault of the document at sealing, or a code that is taken, holds it alone, and no number is lost', async (t) => {
  const { ledger, clock, open, hear, state, numberOf, idle } = world()
  const { issue } = ledger
  const bad = await hear(bill(1))
  const taken = await hear(bill(3))
  const good = await hear(bill(2))
  const faults = new Map([
    [bad, fault('VN_FIELD', { field: 'x' })],
    [taken, fault('LEDGER_CODE_TWICE', { code: 'M1-26-A1B2C-01700000001' })],
  ])
  ledger.issue = (entry, draft, signer) => {
    const why = faults.get(entry)
    return why ? Promise.resolve(failed(why)) : issue(entry, draft, signer)
  }
  const part = open()
  await part.start()
  await idle()
  t.match(state(bad), { state: 'held', fault: { code: 'VN_FIELD' } })
  t.match(state(taken), { state: 'held', fault: { code: 'LEDGER_CODE_TWICE' } })
  t.equal(numberOf(good), 1)
  await stopPart(part, clock)
})

void t.test('the turn of the year: the symbol of the new year comes into use and starts at one', async (t) => {
  const clock = fakeClock(readTime('2026-12-31T23:59:50'))
  const ledger = fakeLedger(clock)
  const registers = new Map([[R17.id, { register: R17, driver: spoken }]])
  const part = clerk({
    ledger,
    country: vietnam,
    shop,
    registers,
    reader: nothingToRead,
    board: fakeBoard(),
    clock,
    log: fakeLog(),
  })
  await part.start()
  for (const n of [1, 2]) {
    await ledger.capture(R17.id, { bytes: frame(bill(n)), discarded: 0, torn: false })
    await clock.run(() => false, 15_000)
  }
  const identities = [...ledger.rows.values()].map(({ entry }) => ('sealed' in entry ? entry.sealed.identity : undefined))
  t.match(identities, [
    { symbol: 'C26MAA', number: 1 },
    { symbol: 'C27MAA', number: 1 },
  ])
  await stopPart(part, clock)
})

void t.test('the clock steps: each step beyond a minute is a fact and stands on the board for an hour', async (t) => {
  const { ledger, clock, board, log } = world()
  const part = timekeeper({ ledger, board, clock, log })
  await part.start()
  const steps = () => ledger.steps.map((step) => (step.kind === 'clock' ? [step.byMs, step.source] : step.kind))
  const pass = async (ms: number) => void (await clock.run(() => false, ms))
  await pass(600_000)
  clock.step(-59_000)
  await pass(60_000)
  t.same(steps(), [], 'what the network trims is no step')
  clock.step(-61_000)
  await pass(60_000)
  t.same(steps(), [[-61_000, 'system']], 'once, not at each look')
  t.match(board.at('clock'), { level: 'warning', key: 'board.clock.stepped' })
  clock.step(25 * 3_600_000)
  await pass(60_000)
  t.same(steps().at(-1), [25 * 3_600_000, 'system'])
  t.match(board.at('clock'), { level: 'serious' }, 'more than a day ahead')
  await pass(3_600_000)
  t.equal(board.at('clock'), undefined)
  t.equal(steps().length, 2)
  await stopPart(part, clock)
})

void t.test('a slow signature of one register does not stop the other; many are in flight, numbers stay in order', async (t) => {
  const { ledger, clock, open, hear, numberOf, idle } = world()
  let inFlight = 0
  let most = 0
  let next = 0
  ledger.issue = async (entry, draft) => {
    const number = ++next
    inFlight += 1
    most = Math.max(most, inFlight)
    await clock.sleep(draft.series.symbol === 'C26MAA' ? 5_000 : 1, new AbortController().signal)
    inFlight -= 1
    const row = ledger.rows.get(entry)
    const sealed = sealedInvoice({ seller: shop.taxCode, ...draft.series, number }, draft.at)
    if (row) row.entry = { id: entry, register: row.entry.register, since: clock.now(), state: 'queued', sealed }
    return ok(sealed)
  }
  const part = open()
  await part.start()
  const slow: EntryId[] = []
  for (let n = 1; n <= 20; n++) slow.push(await hear(bill(n)))
  await idle(100)
  const quick = await hear(bill(1), R18)
  await idle(100)
  t.ok(numberOf(quick), 'issued while twenty others wait for their signature')
  t.equal(most, 17, 'sixteen and the quick one')
  await idle(20_000)
  const numbers = slow.map((id) => numberOf(id) ?? 0)
  t.same(
    numbers,
    [...numbers].sort((a, b) => a - b),
  )
  await stopPart(part, clock)
})

void t.test('a register taken out of the configuration leaves nothing behind unseen', async (t) => {
  const { ledger, clock, open, hear, state, idle } = world()
  const id = await hear(bill(1), R18)
  const part = open({ registers: new Map([[R17.id, { register: R17, driver: spoken }]]) })
  await part.start()
  await idle()
  t.match(state(id), { state: 'held', fault: { code: 'READING_NO_REGISTER' } })
  t.equal(ledger.states()['held'], 1)
  await stopPart(part, clock)
})

void t.test('the real line: ESC/POS bytes, reader, country and ledger, over a restart', async (t) => {
  const dir = folder(t)
  const log = fakeLog()
  const bytes = readFileSync(new URL('../../drivers/escpos/samples/d02-cafe-k58-tcvn3.bin', import.meta.url))
  // The sample was printed in July 2025: the clock is set to that evening.
  const offset = readTime('2025-07-14T20:11:00') - systemClock.now()
  const clock = { ...systemClock, now: () => instant(systemClock.now() + offset) }
  const start = async () => {
    const opened = await openLedger({ dir, clock, taxCode: shop.taxCode, build: 'test', config: '0'.repeat(64) })
    if (!opened.ok) throw new Error(opened.fault.code)
    const ledger = opened.value
    const registers = new Map([[R17.id, { register: { ...R17, symbol: 'C25MAA' }, driver: escpos }]])
    const part = clerk({
      ledger,
      country: vietnam,
      shop: { ...shop, accepted: { notice: '103-1', from: '2025-01-01' as never } },
      registers,
      reader: realReader,
      board: fakeBoard(),
      clock,
      log,
    })
    await part.start()
    return { ledger, part }
  }
  const hear = async (ledger: Ledger, frame: Uint8Array, torn = false) => {
    const heard = await ledger.capture(R17.id, { bytes: frame, discarded: 0, torn })
    return heard.ok ? ledger.settled(heard.value, AbortSignal.timeout(10_000)) : undefined
  }
  const first = await start()
  const sold = await hear(first.ledger, bytes)
  t.match(sold, { state: 'queued', sealed: { identity: { symbol: 'C25MAA', number: 1 }, pay: 138_600n } })
  t.match(await hear(first.ledger, bytes), { state: 'set-aside', why: 'duplicate' })
  await first.part.stop(instant(clock.now() + 5_000))
  await first.ledger.close()

  const second = await start()
  t.match(await hear(second.ledger, bytes), { state: 'set-aside', why: 'duplicate' }, 'known after the restart')
  const other = Buffer.from(bytes.toString('latin1').replace('0457', '0458'), 'latin1')
  t.match(await hear(second.ledger, other), { state: 'queued', sealed: { identity: { number: 2 } } })
  // The till broke off in the last line and prints the whole bill again: that one is sold, before and after a restart.
  const [third, fourth] = ['0459', '0460'].map((number) =>
    Buffer.from(bytes.toString('latin1').replace('0457', number), 'latin1'),
  )
  if (!third || !fourth) throw new Error('no bills')
  const upToFooter = (bill: Buffer): Buffer => bill.subarray(0, bill.length - 12)
  t.match(await hear(second.ledger, upToFooter(third), true), { state: 'held', torn: true, fault: { code: 'CAPTURE_TORN' } })
  t.match(await hear(second.ledger, third), { state: 'queued', sealed: { identity: { number: 3 } } })
  t.match(await hear(second.ledger, upToFooter(fourth), true), { state: 'held', fault: { code: 'CAPTURE_TORN' } })
  await second.part.stop(instant(clock.now() + 5_000))
  await second.ledger.close()

  const last = await start()
  t.match(
    await hear(last.ledger, fourth),
    { state: 'queued', sealed: { identity: { number: 4 } } },
    'the torn one is no original',
  )
  await last.part.stop(instant(clock.now() + 5_000))
  t.equal(log.lines.filter(({ text }) => text === 'issued').length, 4)
  await last.ledger.close()
})
