import t from 'tap'
import { alerts, rowOf } from '../../src/dashboard/alerts.ts'
import { masked, visible } from '../../src/dashboard/show.ts'
import { endOf } from '../../src/dashboard/tail.ts'
import { applyFacts, type Fact, isSale, type LiveRow, MOST_ROWS } from '../../src/dashboard/web/facts.ts'
import { clockTime, dayBefore, grouped, midnightAfter, percentDown, quantity, weekday } from '../../src/dashboard/web/format.ts'
import { pairOf, totalOnPaper } from '../../src/dashboard/web/paper.ts'
import { freshness, sinceLast } from '../../src/dashboard/web/stale.ts'
import type { BoardItem, Level } from '../../src/domain/board.ts'
import { workdaysLate } from '../../src/domain/deadline.ts'
import type { QueueView, View } from '../../src/domain/ledger.ts'
import { readTime } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { fc, runs } from '../property.ts'

const words = readWords()
const at = (text: string) => readTime(text)
const empty: QueueView = { unsent: 0, doubt: 0, rejected: 0, parked: 0, held: 0 }
const item = (level: Level, key = 'board.courier.waiting'): BoardItem => ({ level, key, since: at('2026-11-21T19:54:00') })

void t.test('old is old, whichever clock says so', async (t) => {
  t.same([0, 5_000, 5_001, 15_000, 15_001, 600_000, 600_001].map(freshness), [
    'live',
    'live',
    'late',
    'late',
    'stale',
    'stale',
    'gone',
  ])
  t.equal(sinceLast({ wall: 40_000_000, mono: 1_000 }, { wall: 0, mono: 900 }), 40_000_000, 'a page that slept overnight')
  t.equal(sinceLast({ wall: 0, mono: 9_000 }, { wall: 3_600_000, mono: 1_000 }), 8_000, 'a clock set back')
})

void t.test('the end of the story is found in a few reads, whatever its length', async (t) => {
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 1000, 1023, 1024, 1025, 123_457]) {
    let reads = 0
    const facts = async (after: number) => {
      reads++
      return after + 1 < length ? [{} as Awaited<ReturnType<View['facts']>>[number]] : []
    }
    t.equal(await endOf({ facts }), length - 1)
    t.ok(reads < 45, `${reads} reads for ${length}`)
  }
})

/** A shop's story: sales, slips, held ones, messages and verdicts, in an order the ledger allows. */
const story = fc
  .array(fc.tuple(fc.constantFrom('sale', 'slip', 'held', 'push', 'accept', 'reject', 'silence'), fc.nat(9)), { maxLength: 80 })
  .map((steps) => {
    const facts: Fact[] = []
    const issued: number[] = []
    const note = (kind: string, body: Fact['body']): void => {
      const n = facts.length
      facts.push({ n, at: new Date(Date.UTC(2026, 10, 21) + n * 1000).toISOString(), kind, body })
    }
    let entry = 0
    for (const [step, pick] of steps) {
      const number = issued[pick]
      const invoice = { form: 1, symbol: 'C26MAA', number: number ?? 0 }
      const message = `M${number}`
      if (step === 'sale' || step === 'slip' || step === 'held') {
        const id = `R017-${String(++entry).padStart(8, '0')}`
        note('frame.captured', { entry: id, register: 'R017' })
        if (step === 'slip') note('entry.aside', { entry: id, why: 'kitchen' })
        if (step === 'held') note('entry.held', { entry: id, fault: 'SALE_NO_ITEMS' })
        if (step === 'sale')
          note('invoice.issued', { entry: id, form: 1, symbol: 'C26MAA', number: issued.push(issued.length + 1), pay: '1000' })
      } else if (number !== undefined) {
        if (step === 'push') note('message.pushed', { message, attempt: 1, invoices: [[1, 'C26MAA', number]] })
        if (step === 'silence') note('message.unanswered', { message, attempt: 1, fault: 'DELIVERY_OFFLINE' })
        if (step === 'accept') note('invoice.accepted', invoice)
        if (step === 'reject') note('invoice.rejected', invoice)
      }
    }
    return facts
  })

void t.test(
  'the live list is the same however the facts arrive: at once, one by one, or some twice after a reconnect',
  async (t) => {
    fc.assert(
      fc.property(story, fc.nat(80), (facts, cut) => {
        const whole = applyFacts([], facts)
        const single = facts.reduce<readonly LiveRow[]>((rows, fact) => applyFacts(rows, [fact]), [])
        t.strictSame(single, whole)
        const snapshot = applyFacts([], facts.slice(0, cut))
        t.strictSame(applyFacts(snapshot, facts.slice(cut)), whole)
        const captured = facts.filter((f) => f.kind === 'frame.captured').length
        return (
          whole.length === Math.min(captured, MOST_ROWS) &&
          whole.every((row, i) => i === 0 || (whole[i - 1]?.heard ?? '') >= row.heard)
        )
      }),
      { numRuns: runs(60) },
    )
    const rows = applyFacts(
      [],
      [
        { n: 1, at: '2026-11-21T08:00:00.000+07:00', kind: 'frame.captured', body: { entry: 'A', register: 'R017' } },
        {
          n: 2,
          at: '2026-11-21T08:00:00.100+07:00',
          kind: 'invoice.issued',
          body: { entry: 'A', form: 1, symbol: 'C26MAA', number: 7, pay: '180000' },
        },
        {
          n: 3,
          at: '2026-11-21T08:00:01.000+07:00',
          kind: 'message.pushed',
          body: { message: 'M', attempt: 1, invoices: [[1, 'C26MAA', 7]] },
        },
        {
          n: 4,
          at: '2026-11-21T08:00:09.000+07:00',
          kind: 'message.unanswered',
          body: { message: 'M', attempt: 1, fault: 'DELIVERY_OFFLINE' },
        },
      ],
    )
    t.match(rows, [{ state: 'in-doubt', number: 7, pay: '180000' }], 'no answer: not sure it arrived')
    t.match(
      applyFacts(rows, [{ n: 5, at: '', kind: 'message.pushed', body: { message: 'M', attempt: 2 } }]),
      [{ state: 'pushed' }],
      'the same message again',
    )
    t.same(applyFacts(rows, [{ n: 5, at: '', kind: 'entry.aside', body: { entry: 'A' } }]).filter(isSale), [])
  },
)

void t.test('figures are written as in Vietnam, and never rounded up to good', async (t) => {
  t.same(['0', '999', '1000', '1659042', '-25000'].map(grouped), ['0', '999', '1.000', '1.659.042', '-25.000'])
  t.same([percentDown(283, 283), percentDown(9996, 10_000), percentDown(1, 3), percentDown(0, 5)], ['100', '99,9', '33,3', '0'])
  t.same([quantity('0.535'), quantity('1234.5'), quantity('2')], ['0,535', '1.234,5', '2'])
  t.equal(clockTime(Date.parse('2026-11-21T17:00:00Z')), '00:00:00', 'civil time, whatever the zone of the viewer')
  t.equal(midnightAfter(Date.parse('2026-12-31T23:59:59+07:00')), Date.parse('2027-01-01T00:00:00+07:00'))
  t.equal(dayBefore('2027-01-03', 7), '2026-12-27')
  t.same([weekday('2026-11-21'), weekday('2026-11-22'), weekday('2026-11-23')], [6, 7, 1])
})

void t.test('every threshold of R-102 raises its sign, worst first, with its law and its words', async (t) => {
  const noon = at('2026-11-21T12:00:00')
  const since = (text: string) => ({ ...empty, unsent: 3, oldest: at(text), due: at('2026-11-21T23:59:59') })
  const worst = (queue: QueueView, now = noon, board: Record<string, BoardItem> = {}) => alerts(board, queue, now)[0]
  t.same(alerts({ upstream: item('ok') }, empty, noon), [])
  t.equal(worst(since('2026-11-21T11:49:59'))?.key, 'alert.unsent10m')
  t.equal(worst(since('2026-11-21T11:50:01')), undefined)
  t.match(worst(since('2026-11-21T09:59:59')), { key: 'alert.unsent2h', level: 'warning' })
  t.match(worst({ ...since('2026-11-21T11:59:00'), unsent: 201 }), { key: 'alert.queue200', level: 'warning' })
  t.equal(worst({ ...since('2026-11-21T11:59:00'), unsent: 200 }), undefined)
  t.match(worst(since('2026-11-21T21:59:00'), at('2026-11-21T22:00:00')), { key: 'alert.unsent22', level: 'serious' })
  t.equal(worst(since('2026-11-21T21:59:00'), at('2026-11-21T21:59:59')), undefined)
  const uncoded = { ...since('2026-11-20T21:00:00'), due: at('2026-11-23T23:59:59') }
  t.match(worst(uncoded, at('2026-11-21T22:00:00')), { key: 'alert.unsent2h' }, 'R-033: without code it has until Monday')
  t.match(worst(uncoded, at('2026-11-23T22:00:00')), { key: 'alert.unsent22' })
  t.match(worst(since('2026-11-21T12:00:00'), at('2026-11-23T08:00:00')), {
    key: 'alert.overdue.some',
    level: 'critical',
    values: { days: '1' },
  })
  const fine = { from: 2_000_000n, to: 5_000_000n, source: 'ND125/2020 art.30' }
  const quoting = alerts({}, since('2026-11-21T12:00:00'), at('2026-11-23T08:00:00'), () => ({ days: 1, fine }))[0]
  t.match(quoting, { key: 'alert.overdue.some.fine', todo: 'alert.overdue.some.do', values: { days: '1' } })
  const said = readWords().say('vi', quoting?.key ?? '', quoting?.values)
  t.match(said, /quá hạn 1 ngày làm việc.*2\.000\.000 – 5\.000\.000 đ theo ND125\/2020 art\.30/, 'R-101')
  t.equal(workdaysLate(at('2026-11-20T23:59:59'), at('2026-11-30T09:00:00')), 6)
  for (const part of ['held', 'rejected', 'parked'] as const)
    t.match(worst({ ...empty, [part]: 2 }), { part: `inbox/${part}`, level: 'serious', goto: '/can-xu-ly' })
  t.match(
    worst(since('2026-11-21T11:40:00'), noon, { upstream: item('warning') }),
    { part: 'upstream' },
    'one cause is one alert',
  )
  t.equal(
    alerts({ queue: item('serious', 'alert.unsent22') }, since('2026-11-21T09:00:00'), noon).length,
    1,
    'the courier speaks for itself',
  )
  const mixed = alerts(
    { 'printer/R017': item('serious'), 'register/R017': item('serious'), 'clock/R017': item('critical') },
    { ...empty, held: 1 },
    noon,
  )
  t.same(
    mixed.map((a) => a.part),
    ['clock/R017', 'register/R017', 'inbox/held', 'printer/R017'],
    'by harm',
  )

  const parts = [
    'register/R017',
    'ledger',
    'ledger/courier',
    'clock',
    'signer',
    'upstream',
    'courier',
    'queue',
    'day',
    'activation',
    'inbox/held',
    'inbox/rejected',
    'inbox/parked',
  ]
  for (const part of parts) {
    const { law } = rowOf(part)
    for (const lang of ['vi', 'en'] as const)
      for (const key of [`law.${law}.what`, `law.${law}.when`, `law.${law}.article`])
        t.ok(words.all(lang)[key], `${part}: ${key} in ${lang}`)
  }
  for (const key of ['unsent10m', 'unsent2h', 'queue200', 'unsent22', 'overdue.some', 'held', 'rejected', 'parked'])
    t.ok(words.all('vi')[`alert.${key}`] && words.all('vi')[`alert.${key}.do`], key)
})

void t.test('text of a receipt shows what it is and hides who it was', async (t) => {
  t.equal(visible('Phở bò đặc biệt ễ Ộ đ ₫ 12.000'), 'Phở bò đặc biệt ễ Ộ đ ₫ 12.000')
  t.equal(visible('a\u202eb\u0000c\u200bd\ufeff'), 'a⟨202E⟩b␀c⟨200B⟩d⟨FEFF⟩')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 40 }),
      (text) => !/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u.test(visible(text)),
    ),
  )
  const hidden = (line: string): string => masked(line, '0199999014')
  t.equal(hidden('SĐT: 0912345678'), 'SĐT: 0912***678')
  t.equal(hidden('KH 0912.345.678 Lan'), 'KH 0912***678 Lan')
  t.equal(hidden('CCCD 001099012345'), 'CCCD 0010***345')
  t.equal(hidden('MST khách: 0101243150'), 'MST khách: 0101***150')
  t.equal(hidden('MST: 0199999014'), 'MST: 0199999014')
  for (const line of [
    'TỔNG CỘNG 1.659.042',
    'Bia 2 25.000 50.000',
    '21/11/2026 14:32:06',
    'Số: HD004417',
    '12 x 1.200.000 = 14.400.000',
  ])
    t.equal(hidden(line), line)
})

void t.test('paper and invoice are compared line by line, and the total must stand on the paper', async (t) => {
  const paper = ['Phở bò           2   60.000    120.000', 'TỔNG CỘNG   1.659.042', 'Cộng 180,000.00', 'x 25000']
  t.equal(pairOf(paper, 'PHỞ  BÒ'), 0)
  t.equal(pairOf(paper, 'Bún chả'), -1)
  t.equal(pairOf(paper, ''), -1)
  t.same(
    ['1659042', '180000', '25000', '120000', '659042', '165904'].map((pay) => totalOnPaper(paper, pay)),
    [true, true, true, true, false, false],
  )
})
