import t from 'tap'
import { decimal } from '../../src/domain/decimal.ts'
import { fault } from '../../src/domain/fault.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import type { Reading, Receipt } from '../../src/domain/receipt.ts'
import { civilDate, dayStart, nextDay } from '../../src/domain/time.ts'
import { reader } from '../../src/reading/index.ts'
import { readWords } from '../../src/words.ts'
import { stopPart } from '../delivery/fake.ts'
import { fc, runs } from '../property.ts'
import { pageOf } from '../reading/page.ts'
import { bill, R18, world } from './world.ts'

/** A bill as its till prints it: what it says, and its lines. */
const printed = (number: number | undefined, item: string, amount: bigint, ...marks: readonly string[]): Reading => {
  const receipt: Receipt = {
    ...(number === undefined ? {} : { receiptNo: String(number).padStart(4, '0') }),
    lines: [{ name: item, qty: decimal(1n), unitPrice: amount, amount }],
    total: amount,
  }
  const head = number === undefined ? [] : [`Số HĐ: ${receipt.receiptNo}`]
  const textLines = ['QUÁN PHỞ MINH ANH', 'HÓA ĐƠN BÁN HÀNG', ...head, `${item} ${amount}`, `Tổng cộng: ${amount}`, ...marks]
  return { kind: 'sale', outcome: 'ready', textLines, proofs: [], receipt }
}
const COPIES = [
  [],
  ['LIÊN 2: Cửa hàng'],
  ['*** IN LẠI LẦN 2 ***'],
  ['Chữ ký khách hàng: ________'],
  ['In lúc: 21/11/2026 10:02'],
] as const

type Act =
  | { readonly do: 'sell'; readonly coffee: boolean }
  | { readonly do: 'again' | 'reuse'; readonly back: number; readonly copy: number }
  | { readonly do: 'restart' | 'tomorrow' }
  | { readonly do: 'wait'; readonly minutes: number }

const back = fc.record({
  do: fc.constantFrom('again' as const, 'again' as const, 'reuse' as const),
  back: fc.nat(5),
  copy: fc.nat(4),
})
const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('sell' as const), coffee: fc.boolean() }) },
    { weight: 4, arbitrary: back },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'tomorrow' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 25 }) }) },
  ),
  { minLength: 4, maxLength: 16 },
)

void t.test('however copies, equal coffees, reused numbers, restarts and new days mix: each sale is invoiced once', async (t) => {
  let copies = 0
  await fc.assert(
    fc.asyncProperty(acts, async (story) => {
      const { ledger, clock, open, hear, state, numberOf, idle } = world()
      let part = open()
      await part.start()
      /** What must become of each paper. */
      const sold: EntryId[] = []
      const held: EntryId[] = []
      const doubled: (readonly [copy: EntryId, of: EntryId])[] = []
      let today: { readonly number: number; readonly item: string; readonly amount: bigint; readonly id: EntryId }[] = []
      let fresh = 0
      let quiet = 0
      for (const act of story) {
        if (act.do === 'sell') {
          // The same coffee again and again, under numbers that begin with 1 each day.
          const item = act.coffee ? 'Cà phê sữa' : `Món ${++fresh}`
          const sale = { number: today.length + 1, item, amount: act.coffee ? 29_000n : 35_000n }
          const id = await hear(printed(sale.number, sale.item, sale.amount))
          today.push({ ...sale, id })
          quiet = 0
          sold.push(id)
        } else if (act.do === 'restart') {
          await stopPart(part, clock)
          part = open()
          await part.start()
        } else if (act.do === 'tomorrow') {
          clock.step(dayStart(nextDay(civilDate(clock.now()))) + 9 * 3_600_000 - clock.now())
          today = []
        } else if (act.do === 'wait') {
          clock.step(act.minutes * 60_000)
          quiet += act.minutes
        } else if ('back' in act) {
          const first = today.at(-1 - act.back)
          const newest = today.at(-1)
          if (act.do === 'again' && first) {
            doubled.push([await hear(printed(first.number, first.item, first.amount, ...(COPIES[act.copy] ?? []))), first.id])
            copies += 1
          } else if (act.do === 'reuse' && newest && quiet < 25) {
            // At once after it: a counter does not come round within the half hour.
            const id = await hear(printed(newest.number, `Món khác ${++fresh}`, 41_000n + BigInt(fresh)))
            held.push(id)
          }
        }
        await idle()
      }
      await idle()
      for (const [i, id] of sold.entries()) if (numberOf(id) !== i + 1) throw new Error(`${id} should be invoice ${i + 1}`)
      for (const [copy, of] of doubled) {
        const entry = state(copy)
        const step = ledger.steps.find((s) => s.kind === 'aside' && s.entry === copy)
        if (entry?.state !== 'set-aside' || entry.why !== 'duplicate')
          throw new Error(`${copy} is no copy of ${of}: ${entry?.state}`)
        if (step?.kind !== 'aside' || step.of !== of) throw new Error(`${copy} is a copy of ${of}`)
      }
      for (const id of held) {
        const entry = state(id)
        if (entry?.state !== 'held' || entry.fault.code !== 'SALE_DUPLICATE_NUMBER') throw new Error(`${id} reuses a number`)
      }
      await stopPart(part, clock)
    }),
    { numRuns: runs(120) },
  )
  t.ok(copies > 50, `${copies} copies among them`)
})

void t.test('two equal coffees without any number are for a person; two with numbers are two', async (t) => {
  const { clock, open, hear, state, numberOf, idle } = world()
  const part = open()
  await part.start()
  const first = await hear(printed(undefined, 'Cà phê sữa', 29_000n))
  const second = await hear(printed(undefined, 'Cà phê sữa', 29_000n))
  const [third, fourth] = [await hear(printed(1, 'Cà phê sữa', 29_000n)), await hear(printed(2, 'Cà phê sữa', 29_000n))]
  const elsewhere = await hear(printed(2, 'Cà phê sữa', 29_000n), R18)
  await idle()
  t.equal(numberOf(first), 1)
  t.match(state(second), { state: 'held', fault: { code: 'SALE_POSSIBLE_DUPLICATE', values: { entry: first } } })
  t.same([third, fourth].map(numberOf), [2, 3])
  t.equal(numberOf(elsewhere), 1, 'another till counts for itself')
  await stopPart(part, clock)
})

void t.test('a sale that waits for a person is one task, however often the till prints it, also after a restart', async (t) => {
  const { clock, open, hear, state, idle } = world()
  const unproven = (number: number, item: string, ...marks: readonly string[]): Reading => {
    const { receipt, textLines } = printed(number, item, 29_000n, ...marks) as Extract<Reading, { outcome: 'ready' }>
    return {
      kind: 'sale',
      outcome: 'held',
      fault: fault('SALE_UNKNOWN_LINE', { line: 'Phí 5.000' }),
      textLines,
      proofs: [],
      receipt,
    }
  }
  const part = open()
  await part.start()
  const first = await hear(unproven(7, 'Phở'))
  const copy = await hear(unproven(7, 'Phở', 'LIÊN 2'))
  const other = await hear(unproven(7, 'Bún'))
  const nameless = [await hear({ ...unproven(8, 'Phở'), receipt: { lines: [], total: 1n } } as Reading)]
  nameless.push(await hear({ ...unproven(8, 'Phở'), receipt: { lines: [], total: 1n } } as Reading))
  await idle()
  t.match(state(first), { state: 'held', fault: { code: 'SALE_UNKNOWN_LINE' } })
  t.match(state(copy), { state: 'set-aside', why: 'duplicate' })
  t.match(state(other), { state: 'held' }, 'another content under the number is another task')
  for (const id of nameless) t.match(state(id), { state: 'held' }, 'without a number nobody can tell')
  await stopPart(part, clock)
  const second = open()
  await second.start()
  const late = await hear(unproven(7, 'Phở'))
  await idle()
  t.match(state(late), { state: 'set-aside', why: 'duplicate' })
  t.match(state(first), { state: 'held' })
  await stopPart(second, clock)
})

void t.test('R-081: a return and a cancellation become a task that names sale and invoice, never an invoice', async (t) => {
  const { ledger, clock, open, hear, state, idle } = world()
  const words = readWords()
  const part = open()
  await part.start()
  const sale = await hear(printed(457, 'Phở', 55_000n))
  const waiting = await hear({
    ...printed(458, 'Bún', 45_000n),
    outcome: 'held',
    fault: fault('SALE_UNKNOWN_LINE', { line: 'x' }),
  } as Reading)
  const late = await hear(bill(459, { issuedAt: '2026-11-19T08:00' }))
  await idle()
  const back = (kind: 'refund' | 'void', refersTo: string | undefined, number = '1'): Promise<EntryId> =>
    hear({
      kind,
      outcome: 'held',
      fault: fault(kind === 'void' ? 'SALE_VOIDED' : 'SALE_REFUND'),
      textLines: [],
      proofs: [],
      ties: { number, ...(refersTo === undefined ? {} : { refersTo }) },
    })
  const papers: readonly (readonly [id: EntryId, fault: object])[] = [
    [
      await back('refund', '#0457'),
      { code: 'SALE_REFUND_OF', values: { receipt: '0457', entry: sale, total: '55.000', invoice: '1C26MAA-00000001' } },
    ],
    [await back('void', undefined, '0457'), { code: 'SALE_VOIDED_OF', values: { invoice: '1C26MAA-00000001' } }],
    [await back('void', '459'), { code: 'SALE_VOIDED_WAITING', values: { entry: late } }],
    [await back('refund', 'HD-99'), { code: 'SALE_REFUND_UNHEARD', values: { receipt: 'HD-99' } }],
    [await back('refund', undefined, 'TH12'), { code: 'SALE_REFUND' }],
  ]
  await idle()
  for (const [id, expected] of papers) {
    const entry = state(id)
    t.match(entry, { state: 'held', fault: expected })
    if (entry?.state !== 'held') continue
    for (const lang of ['vi', 'en'] as const) {
      const { message, hint } = words.fault(lang, entry.fault)
      t.notMatch(`${message} ${hint}`, /SALE_|\{/, `${lang}: ${message}`)
    }
  }
  t.match(state(waiting), { state: 'held' })
  t.equal(ledger.facts.filter(({ kind }) => kind === 'invoice.issued').length, 1)
  await stopPart(part, clock)
})

void t.test('a gap in the numbers is on the board, is known after a restart, and fills from either till', async (t) => {
  const { board, clock, open, hear, idle } = world()
  const first = open()
  await first.start()
  for (const number of [456, 457, 460]) await hear(printed(number, `Món ${number}`, 29_000n))
  await idle()
  t.match(board.all()['counter/R017'], { key: 'register.gap', values: { from: '0457', to: '0460', count: '2' } })
  await stopPart(first, clock)
  board.clear('counter/R017')
  const second = open()
  await second.start()
  await idle()
  t.match(board.all()['counter/R017'], { values: { count: '2' } })
  await hear(printed(463, 'Món', 29_000n))
  await hear(printed(458, 'Món 458', 29_000n))
  await idle()
  t.match(board.all()['counter/R017'], { values: { from: '0458', to: '0463', count: '3' } })
  for (const number of [459, 461, 462]) await hear(printed(number, `Món ${number}`, 29_000n), R18)
  await idle(120_000)
  t.equal(board.at('counter/R017'), undefined)
  await stopPart(second, clock)
})

void t.test('R-037: a bill before payment that nobody paid is listed, not invoiced, and known after a restart', async (t) => {
  const { board, clock, open, hear, state, idle } = world()
  const shown = (table: string): Reading => {
    const { receipt, textLines } = printed(undefined, 'Phở', 55_000n) as Extract<Reading, { outcome: 'ready' }>
    return { kind: 'provisional', outcome: 'ignored', why: 'provisional', textLines, proofs: [], receipt: { ...receipt, table } }
  }
  const first = open()
  await first.start()
  const unpaid = await hear(shown('5'))
  await hear(shown('6'))
  await hear(bill(1, { table: '6' }))
  await idle()
  t.match(state(unpaid), { state: 'set-aside', why: 'provisional' })
  await stopPart(first, clock)
  const second = open()
  await second.start()
  await hear({ kind: 'report', outcome: 'ignored', why: 'closing', textLines: ['KẾT CA'], proofs: [] })
  await idle()
  t.match(board.all()['unpaid/R017'], { key: 'register.unpaid', values: { n: '1', list: '5 (12:00, 55.000 đ)' } })
  clock.step(37 * 3_600_000)
  await idle(120_000)
  t.equal(board.at('unpaid/R017'), undefined)
  await stopPart(second, clock)
})

void t.test('R-037, R-083: kitchen, bill, card slip and second copy of one job: one invoice', async (t) => {
  const { ledger, clock, open, hear, idle } = world()
  const part = open()
  await part.start()
  const receipt = (mark: string): string =>
    `QUÁN PHỞ MINH\n12 Lê Lợi, Huế\nHÓA ĐƠN BÁN HÀNG\n${mark}\nSố HĐ: A17   Bàn: 5\nTên món          SL  Đơn giá  T.Tiền\n${'-'.repeat(36)}\nPhở bò tái        2   55.000   110.000\nTổng cộng:                110.000\nThẻ:                      110.000`
  for (const text of [
    'PHIẾU BẾP\nBàn: 5\n2  Phở bò tái',
    receipt('').replace('HÓA ĐƠN BÁN HÀNG', 'PHIẾU TẠM TÍNH'),
    receipt('LIÊN 1: Khách hàng'),
    'VIETCOMBANK\nTID: 123  MID: 456\nBATCH: 12 TRACE: 34\nAPPR CODE: 99\nTOTAL: 110.000\nSIGNATURE',
    receipt('LIÊN 2: Cửa hàng'),
    receipt('Chữ ký khách hàng: ______'),
  ])
    await hear(reader.read(pageOf(text)))
  await idle()
  const asides = ledger.steps.flatMap((step) => (step.kind === 'aside' ? [step.why] : []))
  t.same(asides.toSorted(), ['duplicate', 'kitchen', 'provisional', 'reprint', 'reprint'])
  t.same(ledger.states(), { 'set-aside': 5, queued: 1 })
  await stopPart(part, clock)
})
