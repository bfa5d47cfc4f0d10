import t from 'tap'
import { vietnamWith } from '../../src/countries/vn/index.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { Kind, Receipt, Ties } from '../../src/domain/receipt.ts'
import { civilDate, type Instant, instant, readTime } from '../../src/domain/time.ts'
import { type Counters, counters } from '../../src/issue/counters.ts'
import { tillWatch } from '../../src/issue/till-watch.ts'
import { readWords } from '../../src/words.ts'
import { shop } from '../countries/support.ts'
import { fakeBoard, fakeLog } from '../delivery/fake.ts'
import { fc, runs } from '../property.ts'

const R17 = registerId('R017')
const R18 = registerId('R018')
const MORNING = readTime('2026-11-21T08:00:00')
const HOUR = 3_600_000
const later = (ms: number): Instant => instant(MORNING + ms)

const count = (all: Counters, numbers: readonly string[], register = R17, at = MORNING): void => {
  for (const number of numbers) all.hear({ register, number, day: civilDate(at), heard: at, next: true })
}
const gaps = (all: Counters, register = R17, at = MORNING): readonly string[] =>
  all.gaps(register, at).map(({ from, to, count: lost }) => `${from}-${to}: ${lost}`)
const numbersFrom = (first: number, last: number, spell = (n: number) => String(n).padStart(4, '0')): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => spell(first + i))

void t.test('numbers never heard are a gap, taken back as they come late', async (t) => {
  const all = counters()
  count(all, ['0455', '0456', '0457', '0460'])
  t.same(gaps(all), ['0457-0460: 2'])
  count(all, ['0459'])
  t.same(gaps(all), ['0457-0459: 1'])
  count(all, ['0465', '0458'])
  t.same(gaps(all), ['0460-0465: 4'])
  count(all, numbersFrom(461, 464))
  t.same(gaps(all), [])
  count(all, ['0470'])
  t.same(gaps(all, R17, later(37 * HOUR)), [], 'and no longer spoken of after a day and a half')
})

void t.test('a till counts several things, each under letters of its own', async (t) => {
  const all = counters()
  count(all, ['HD0457', 'MV0012', 'HD0458', 'MV0013', 'HD0460', 'MV0014'])
  t.same(gaps(all), ['HD0458-HD0460: 1'])
  count(all, ['0457/26', '0458/26', '0461/26'])
  t.same(gaps(all), ['HD0458-HD0460: 1', '0458-0461: 2'], 'the year stands behind the number')
  const parallel = counters()
  count(parallel, ['0457', '9001', '0458', '9002', '0459', '9003', '9005'])
  t.same(gaps(parallel), ['9003-9005: 1'], 'two counters without any letters')
})

void t.test('counters that begin again each day, with the date in the number or without', async (t) => {
  const DAYS = [0, 1, 2].map((n) => later(n * 24 * HOUR))
  const plain = counters()
  const dated = counters()
  const running = counters()
  for (const [n, at] of DAYS.entries()) {
    count(plain, numbersFrom(1, 40 + n), R17, at)
    const ymd = civilDate(at).slice(2).replaceAll('-', '')
    count(
      dated,
      numbersFrom(1, 12, (k) => `${ymd}${String(k).padStart(3, '0')}`),
      R17,
      at,
    )
    count(running, numbersFrom(100 * n, 100 * n + 99), R17, at)
  }
  for (const all of [plain, dated, running]) t.same(gaps(all, R17, later(2 * 24 * HOUR)), [])
  const fourth = later(3 * 24 * HOUR)
  count(plain, ['0003', '0004'], R17, fourth)
  t.same(gaps(plain, R17, fourth), ['0000-0003: 2'], 'it always began with 1')
  count(running, ['0302'], R17, fourth)
  t.same(gaps(running, R17, fourth), ['0299-0302: 2'], 'sold while the box was off over night')
  count(plain, ['0042'], R17, instant(fourth - 23 * HOUR))
  t.same(gaps(plain, R17, fourth), ['0000-0003: 2'], 'a late copy of yesterday moves nothing')
})

void t.test('tills that share one counter fill each other; tills that each count for themselves do not', async (t) => {
  const shared = counters()
  for (const n of numbersFrom(1, 30)) count(shared, [n], Number(n) % 3 === 0 ? R18 : R17)
  t.same([gaps(shared), gaps(shared, R18)], [[], []])
  count(shared, ['0033'], R17)
  t.same(gaps(shared), ['0030-0033: 2'])
  const own = counters()
  count(own, numbersFrom(1, 9), R17)
  count(own, numbersFrom(1, 20), R18)
  count(own, ['0012'], R17)
  t.same(gaps(own), ['0009-0012: 2'], 'R018 printed 0010 and 0011 for itself')
})

void t.test('numbers that are no counter say nothing, and a bill before payment shows that its number is not lost', async (t) => {
  const cloud = counters()
  let n = 1
  for (let i = 0; i < 40; i++) count(cloud, [String((n += 2 + ((i * 7) % 11)))])
  t.same(gaps(cloud), [])
  const split = counters()
  count(split, ['HD000018', 'HD000019A', 'HD000019B', 'HD000020', '0457', '0458-1', '0458-2', '0459'])
  t.same(gaps(split), [], 'a bill split among its guests is one number')
  const random = counters()
  count(random, ['83920175', '19203', '55512', '77120', 'a', '9'.repeat(30), ''])
  t.same(gaps(random), [])
  const bills = counters()
  bills.hear({ register: R17, number: '0458', day: '2026-11-21', heard: MORNING, next: false })
  count(bills, ['0457', '0459'])
  t.same(gaps(bills), [])
})

void t.test('in any order and with any papers lost: exactly the lost ones are missing', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9_000 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 58 }), { maxLength: 15 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 }),
      (first, lost, swaps) => {
        const all = counters()
        const heard = numbersFrom(first, first + 59, String).filter((_, i) => !lost.includes(i))
        // Connections overtake each other a little; the first and the last stay where they are.
        for (let i = 1; i + 2 < heard.length; i++)
          if (swaps[i] === 0) [heard[i], heard[i + 1]] = [heard[i + 1] ?? '', heard[i] ?? '']
        count(all, heard)
        count(all, heard.slice(10, 20))
        const found = all.gaps(R17, MORNING).reduce((sum, gap) => sum + gap.count, 0)
        // Many jumps are no counter any more; that is silence, never a wrong number.
        if (found !== lost.length && found !== 0) throw new Error(`${found} missing, ${lost.length} lost`)
        if (lost.length > 0 && lost.length < 6 && swaps.every((s) => s > 0) && found === 0) throw new Error('a gap not seen')
      },
    ),
    { numRuns: runs(300) },
  )
  t.end()
})

const slip = (kind: Kind, ties: Ties, total?: bigint, textLines: readonly string[] = []) => ({
  kind,
  ties,
  textLines,
  ...(total === undefined ? {} : { receipt: { lines: [], total } satisfies Receipt }),
})

void t.test('R-084: what a report counts is no number that was heard', async (t) => {
  const board = fakeBoard()
  const watch = tillWatch(board, fakeLog())
  for (const number of ['0038', '0039', '0041']) watch.hear(R17, MORNING, slip('sale', { number }, 1_000n))
  watch.hear(R17, MORNING, slip('report', { number: '40' }, undefined, ['BÁO CÁO KẾT NGÀY', 'Số hóa đơn: 40']))
  watch.look([R17], MORNING)
  t.match(board.all()['counter/R017'], { values: { from: '0039', to: '0041', count: '1' } })
})

void t.test('the board says which numbers were never heard, and takes it back', async (t) => {
  const [board, log] = [fakeBoard(), fakeLog()]
  const watch = tillWatch(board, log)
  const words = readWords()
  for (const number of ['0456', '0457', '0460']) watch.hear(R17, MORNING, slip('sale', { number }, 1_000n))
  watch.look([R17, R18], MORNING)
  const item = board.all()['counter/R017']
  t.match(item, { level: 'warning', key: 'register.gap', values: { register: 'R017', from: '0457', to: '0460', count: '2' } })
  t.match(words.say('vi', item?.key ?? '', item?.values), /R017.*0457.*0460.*có thể thiếu 2 phiếu/)
  t.match(words.say('en', item?.key ?? '', item?.values), /R017.*2.*0457.*0460/)
  for (const lang of ['vi', 'en'] as const) t.not(words.say(lang, item?.todo ?? ''), item?.todo)
  watch.hear(R17, MORNING, slip('reprint', { number: '0458' }, 1_000n))
  watch.look([R17], MORNING)
  t.match(board.all()['counter/R017'], { values: { count: '2' } }, 'a copy does not show that the original was heard')
  for (const number of ['0458', '0459']) watch.hear(R17, MORNING, slip('sale', { number }, 1_000n))
  watch.look([R17], MORNING)
  t.equal(board.at('counter/R017'), undefined)
  t.equal(log.lines.length, 1, 'told once')
})

void t.test('R-101 a gap of the till quotes the fine for as many sales without an invoice', async (t) => {
  const board = fakeBoard()
  const country = vietnamWith({})
  const watch = tillWatch(board, fakeLog(), (on, sales) => country.unissued?.(on, sales, shop))
  for (const number of ['0456', '0457', '0460']) watch.hear(R17, MORNING, slip('sale', { number }, 1_000n))
  watch.look([R17], MORNING)
  const item = board.all()['counter/R017']
  t.match(item, { key: 'register.gap.fine', values: { count: '2', least: '2.000.000', most: '10.000.000' } })
  t.match(readWords().say('vi', item?.key ?? '', item?.values), /0457.*0460.*2\.000\.000 – 10\.000\.000 đ theo NĐ 125\/2020, /)
})

void t.test('a register journal counts its reports and its drawer too', async (t) => {
  const board = fakeBoard()
  const watch = tillWatch(board, fakeLog())
  const journal = (kind: Kind, number: string): void => watch.hear(R17, MORNING, slip(kind, { number, consecutive: true }))
  journal('sale', '000241')
  journal('no-sale', '000242')
  journal('refund', '000243')
  journal('report', '000244')
  journal('sale', '000245')
  watch.look([R17], MORNING)
  t.same(board.all(), {})
  journal('report', '000248')
  watch.look([R17], MORNING)
  t.match(board.all()['counter/R017'], { values: { from: '000245', to: '000248', count: '2' } })
})

void t.test('bills nobody paid are listed when the shift is over, and only those', async (t) => {
  const board = fakeBoard()
  const watch = tillWatch(board, fakeLog())
  const shown = (ties: Ties, total: bigint, at = MORNING): void => watch.hear(R17, at, slip('provisional', ties, total))
  shown({ number: '0457', table: '5' }, 100_000n)
  shown({ number: '0457', table: '5' }, 120_000n)
  shown({ table: '6' }, 80_000n)
  shown({ table: '7' }, 70_000n, later(HOUR))
  shown({}, 50_000n)
  shown({ number: '0499', table: '20' }, 60_000n)
  watch.hear(R17, MORNING, slip('sale', { number: '0456A', table: '20 (tách 1/2)' }, 30_000n))
  shown({ table: '9' }, 90_000n, later(2 * HOUR))
  watch.hear(R18, later(HOUR), slip('sale', { number: '0990', table: '6' }, 80_000n))
  watch.hear(R17, later(HOUR), slip('sale', { number: '0458' }, 50_000n))
  watch.hear(R17, later(HOUR), slip('report', {}, undefined, ['X REPORT']))
  watch.look([R17], later(3 * HOUR))
  t.same(board.all(), {}, 'the shift goes on')
  watch.hear(R17, later(4 * HOUR), slip('report', {}, undefined, ['BÁO CÁO CUỐI NGÀY']))
  watch.look([R17], later(4 * HOUR))
  const item = board.all()['unpaid/R017']
  t.match(item, { key: 'register.unpaid', values: { register: 'R017', n: '3' } })
  t.equal(item?.values?.['list'], '5 (08:00, 120.000 đ); 7 (09:00, 70.000 đ); 9 (10:00, 90.000 đ)')
  t.match(readWords().say('vi', item?.key ?? '', item?.values), /R017.*3.*5 \(08:00/)
  watch.hear(R17, later(5 * HOUR), slip('sale', { number: '0457', table: '5' }, 120_000n))
  watch.hear(R17, later(5 * HOUR), slip('sale', { number: '0461', table: '7' }, 70_000n))
  watch.look([R17], later(5 * HOUR))
  t.match(board.all()['unpaid/R017'], { values: { n: '1' } }, 'paid late')
  watch.look([R17], later(39 * HOUR))
  t.equal(board.at('unpaid/R017'), undefined, 'another day, another list')
})

void t.test('without a report the shift is over after twelve hours', async (t) => {
  const board = fakeBoard()
  const watch = tillWatch(board, fakeLog())
  watch.hear(R17, MORNING, slip('provisional', { table: '5' }, 100_000n))
  watch.look([R17], later(11 * HOUR))
  t.same(board.all(), {})
  watch.look([R17], later(12 * HOUR))
  t.match(board.all()['unpaid/R017'], { level: 'warning', values: { n: '1' } })
})
