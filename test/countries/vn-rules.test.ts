import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { gauges, tierOf } from '../../src/countries/vn/gauge.ts'
import { vietnam, vietnamWith } from '../../src/countries/vn/index.ts'
import { previewRules } from '../../src/countries/vn/preview.ts'
import {
  BUILD_VERSION,
  BUILT_IN,
  changes,
  fineOf,
  holding,
  inForce,
  isNewer,
  isWorkingDay,
  readRuleTable,
  ruling,
  signRuleTable,
  withTable,
  workingDaysAfter,
} from '../../src/countries/vn/rules.ts'
import { SITUATIONS } from '../../src/domain/correction.ts'
import { registerId } from '../../src/domain/ids.ts'
import { type CivilDate, civilTime, nextDay, readTime } from '../../src/domain/time.ts'
import { fc, runs } from '../property.ts'
import { day, household, line, must, noon, register, sale, shop } from './support.ts'

const at = (text: string) => readTime(`${text}+07:00`)
const bill = sale([line('Phở bò', 1n, 60_000n)], 60_000n)
const uncoded = { ...register, symbol: 'K26MAA' }
const million = (of: number): bigint => BigInt(of) * 1_000_000n

t.test('R-003 a day has one row of each table at most, and every row names its source', async (t) => {
  const rows = vietnam.timeline?.() ?? []
  t.ok(rows.length > 60)
  t.ok(rows.every(({ source, value }) => source !== '' && value !== ''))
  for (const on of ['2022-07-01', '2025-12-31', '2026-06-30', '2026-07-01', '2026-12-31', '2027-01-01', '2030-05-05'].map(day)) {
    const codes = holding(BUILT_IN, on).map(({ code }) => code)
    t.same([...new Set(codes)], codes, on)
  }
})

t.test('R-060 8 % ends on the last instant of 2026; every other code stays', async (t) => {
  const meant = (on: string) =>
    (['rate.0', 'rate.5', 'rate.8', 'rate.10', 'rate.KCT', 'rate.KKKNT'] as const).map((name) => ruling(BUILT_IN[name], day(on)))
  t.same(meant('2026-12-31'), ['0%', '5%', '8%', '10%', 'KCT', 'KKKNT'])
  t.same(meant('2027-01-01'), ['0%', '5%', '10%', '10%', 'KCT', 'KKKNT'])
  t.equal(inForce(BUILT_IN['rate.8'], day('2025-06-30')), undefined, 'before its window there is no such rate')
})

t.test('R-063 R-065 percentages of the industry groups, and the 20 % cut with its window', async (t) => {
  const groups = ['goods', 'services', 'leasing', 'production', 'digital', 'other'] as const
  t.same(
    groups.map((name) => ruling(BUILT_IN[`household.${name}`], day('2026-11-21'))),
    [
      { vat: 100n, pit: 50n },
      { vat: 500n, pit: 200n },
      { vat: 500n, pit: 500n },
      { vat: 300n, pit: 150n },
      { vat: 500n, pit: 500n },
      { vat: 200n, pit: 100n },
    ],
  )
  t.same(
    groups.map(
      (name) =>
        (ruling(BUILT_IN[`household.${name}`], day('2026-11-21')).vat * BigInt(100 - ruling(BUILT_IN.cut, day('2026-12-31')))) /
        100n,
    ),
    [80n, 400n, 400n, 240n, 400n, 160n],
    'with the cut, as the table has it',
  )
  t.equal(inForce(BUILT_IN.cut, day('2027-01-01')), undefined)
  t.match(
    ruling(BUILT_IN['legend.cut'], day('2026-12-31')),
    /^Đã giảm \{amount\} đồng tương ứng 20% mức tỷ lệ %.*204\/2025\/QH15$/,
  )
  t.equal(inForce(BUILT_IN['legend.cut'], day('2027-01-01')), undefined)
})

t.test('R-001 R-022 R-028 R-037 R-072 R-082 R-083 the words of the law by date', async (t) => {
  const words = (name: 'law.invoice' | 'law.guide', on: string) => ruling(BUILT_IN[name], day(on))
  t.same(
    [words('law.invoice', '2026-06-30'), words('law.guide', '2026-06-30')],
    ['Nghị định 123/2020/NĐ-CP', 'Thông tư 32/2025/TT-BTC'],
  )
  t.same(
    [words('law.invoice', '2026-07-01'), words('law.guide', '2026-07-01')],
    ['Nghị định 254/2026/NĐ-CP', 'Thông tư 91/2026/TT-BTC'],
  )
  const today = day('2026-11-21')
  t.equal(ruling(BUILT_IN['legend.consumer'], today), 'Bán cho người tiêu dùng')
  t.equal(ruling(BUILT_IN['legend.provisional'], today), 'KHÔNG PHẢI HÓA ĐƠN')
  t.equal(ruling(BUILT_IN['legend.training'], today), 'HÓA ĐƠN ĐÀO TẠO – KHÔNG CÓ GIÁ TRỊ')
  t.equal(ruling(BUILT_IN['legend.reprint'], today), 'BẢN IN LẠI')
  t.match(
    ruling(BUILT_IN['legend.replace'], today),
    /^Thay thế cho hóa đơn Mẫu số \{form\} ký hiệu \{symbol\} số \{number\} ngày/,
  )
  t.match(ruling(BUILT_IN['legend.adjust'], today), /^Điều chỉnh cho hóa đơn Mẫu số/)
  t.same(ruling(BUILT_IN['title.1'], today).printed.join(' '), 'HÓA ĐƠN GIÁ TRỊ GIA TĂNG KHỞI TẠO TỪ MÁY TÍNH TIỀN')
  t.same(ruling(BUILT_IN['title.2'], today).printed.join(' '), 'HÓA ĐƠN BÁN HÀNG KHỞI TẠO TỪ MÁY TÍNH TIỀN')
})

t.test('R-040 R-041 R-043 R-090 R-113 symbols, codes, numbers, retention, cash', async (t) => {
  const today = day('2026-11-21')
  const fits = (name: 'symbol.own' | 'symbol.any' | 'code.block' | 'code.register' | 'symbol.form', text: string) =>
    ruling(BUILT_IN[name], today).test(text)
  t.same(
    ['C26MAA', 'K26MYY', 'C26TAA', 'C26MA1', 'D26MAA'].map((one) => fits('symbol.own', one)),
    [true, true, false, false, false],
  )
  t.same(
    ['C26TA1', 'K26M01', 'C26XAA', 'C26ZAA'].map((one) => fits('symbol.any', one)),
    [true, true, true, false],
  )
  t.same(
    ['M2-25-A1B2C-00001234567', 'M1-25-MNZLR-00000001968', 'M0-25-MNZLR-00000001968'].map((one) => fits('code.register', one)),
    [true, true, false],
  )
  t.same(
    ['A1B2C', 'a1b2c', 'A1B2'].map((one) => fits('code.block', one)),
    [true, false, false],
  )
  t.same(
    ['1', '9', '0'].map((one) => fits('symbol.form', one)),
    [true, true, false],
  )
  t.equal(ruling(BUILT_IN['number.last'], today), 99_999_999)
  t.equal(ruling(BUILT_IN['retention.years'], today), 10)
  t.equal(ruling(BUILT_IN['cash.hint'], today), 5_000_000n)
})

t.test('R-033 R-039 R-048 deadlines in working days', async (t) => {
  const today = day('2026-11-21')
  t.same(
    (['coded', 'uncoded', 'recovery', 'force', 'signing'] as const).map((name) => ruling(BUILT_IN[`deadline.${name}`], today)),
    [0, 1, 2, 3, 1],
  )
  const after = (from: string, count: number) => civilTime(workingDaysAfter(BUILT_IN.holidays, day(from), count)).slice(0, 10)
  t.equal(after('2026-11-20', 2), '2026-11-24', 'Friday: the authority is back, two working days')
  t.equal(after('2026-11-20', 3), '2026-11-25')
  t.equal(after('2026-04-24', 2), '2026-04-29', 'the day for the Hùng kings is Monday')
})

t.test('R-004 holidays: the tenth of the third lunar month, Tết, and what falls on a weekend', async (t) => {
  const free = (text: string) => !isWorkingDay(BUILT_IN.holidays, day(text))
  const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', { timeZone: 'Asia/Ho_Chi_Minh', day: 'numeric', month: 'numeric' })
  for (const hung of ['2025-04-07', '2026-04-26', '2027-04-16']) {
    t.equal(lunar.format(at(`${hung}T12:00:00`)), '3/10')
    t.ok(free(hung), hung)
  }
  for (const off of [
    '2025-01-27',
    '2025-01-31',
    '2026-02-16',
    '2026-02-20',
    '2026-04-27',
    '2027-02-05',
    '2027-02-10',
    '2027-05-03',
    '2026-09-02',
    '2027-09-02',
    '2026-11-21',
    '2026-11-22',
  ])
    t.ok(free(off), off)
  for (const on of ['2026-02-13', '2026-02-23', '2026-11-20', '2026-11-23', '2027-01-04', '2028-02-01']) t.notOk(free(on), on)
})

t.test('R-033 with code: by the end of the day, also on a Sunday and at Tết; without: the next working day', async (t) => {
  const due = (symbol: string, time: string) => civilTime(must(vietnam.draft(bill, shop, { ...register, symbol }, at(time))).due)
  t.equal(due('C26MAA', '2026-11-22T09:00:00'), '2026-11-22T23:59:59')
  t.equal(due('C26MAA', '2026-02-17T09:00:00'), '2026-02-17T23:59:59')
  t.equal(due('K26MAA', '2026-11-19T09:00:00'), '2026-11-20T23:59:59', 'Thursday')
  t.equal(due('K26MAA', '2026-11-20T23:59:59'), '2026-11-23T23:59:59', 'Friday')
  t.equal(due('K26MAA', '2026-02-13T09:00:00'), '2026-02-23T23:59:59', 'the Friday before Tết')
  t.equal(due('K26MAA', '2026-02-18T09:00:00'), '2026-02-23T23:59:59', 'within Tết')
  t.equal(due('K26MAA', '2026-12-31T10:00:00'), '2027-01-04T23:59:59', 'new year is a Friday')
})

t.test('R-004 property: a deadline without code is a working day, never before tomorrow, and moves only forward', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_094 }), fc.integer({ min: 1, max: 4 }), (offset, count) => {
      const from = civilTime(readTime('2025-01-01T12:00:00+07:00')).slice(0, 10) as CivilDate
      let issued = from
      for (let i = 0; i < offset; i++) issued = nextDay(issued)
      const last = workingDaysAfter(BUILT_IN.holidays, issued, count)
      const later = workingDaysAfter(BUILT_IN.holidays, nextDay(issued), count)
      const on = civilTime(last).slice(0, 10) as CivilDate
      return isWorkingDay(BUILT_IN.holidays, on) && on > issued && later >= last
    }),
    { numRuns: runs(200) },
  )
})

t.test('R-034 year roll-over: symbol, code and rate change between 23:59:59 and 00:00:00', async (t) => {
  const made = async (time: string) => {
    const draft = must(vietnam.draft(bill, shop, register, at(time)))
    const sealed = must(await draft.seal(1))
    return [draft.series.symbol, sealed.authorityCode, draft.rates.map(({ rate, tax }) => `${rate} ${tax}`).join()]
  }
  t.same(await made('2026-12-31T23:59:59'), ['C26MAA', 'M1-26-A1B2C-01700000001', '8% 4444'])
  t.same(await made('2027-01-01T00:00:00'), ['C27MAA', 'M1-27-A1B2C-01700000001', '10% 5455'])
  t.same(changes(BUILT_IN, at('2026-12-10T08:00:00'), 30), [
    { code: 'rate.8', on: '2026-12-31' },
    { code: 'cut', on: '2026-12-31' },
    { code: 'symbol.year', on: '2027-01-01' },
  ])
  t.same(changes(BUILT_IN, at('2027-12-20T08:00:00'), 30), [
    { code: 'holidays', on: '2027-12-31' },
    { code: 'symbol.year', on: '2028-01-01' },
  ])
})

t.test('R-013 a symbol without code needs no block and bears no code; nothing is issued before acceptance (R-015)', async (t) => {
  const open = { ...shop, codeBlock: '' }
  const sealed = must(await must(vietnam.draft(bill, open, uncoded, noon)).seal(7))
  t.equal(sealed.authorityCode, undefined)
  t.notMatch(Buffer.from(sealed.bytes).toString(), /MCCQT/)
  t.match(vietnam.draft(bill, open, register, noon), { ok: false, fault: { code: 'VN_FIELD', path: 'shop.codeBlock' } })
  const { accepted: _, ...waiting } = shop
  t.match(vietnam.draft(bill, waiting, uncoded, noon), { ok: false, fault: { code: 'VN_NOT_ACTIVATED' } })
})

t.test('R-016 suspension stops at its second, not before', async (t) => {
  const stopped = { ...shop, suspended: { notice: '01/TB-NSD 7', from: '2026-11-21T12:00:00+07:00' } }
  t.ok(vietnam.draft(bill, stopped, register, at('2026-11-21T11:59:59')).ok)
  t.match(vietnam.draft(bill, stopped, register, at('2026-11-21T12:00:00')), { ok: false, fault: { code: 'VN_SUSPENDED' } })
})

t.test('R-086 the decision table: every situation once, with document, cause and what it needs', async (t) => {
  const table = vietnam.remedies?.(day('2026-11-21')) ?? []
  t.same(table.map(({ situation }) => situation).sort(), [...SITUATIONS].sort())
  const row = (of: string) => table.find(({ situation }) => situation === of)
  t.match(row('buyer-name'), { how: 'notify', or: 'replace', needs: ['told'] })
  for (const wrong of ['buyer-code', 'goods', 'replaced-wrong'])
    t.match(row(wrong), { how: 'replace', cause: 14 }, `${wrong}: R-072`)
  for (const back of ['return', 'undo']) t.match(row(back), { how: 'adjust', cause: 5, needs: ['return-slip'] }, `${back}: R-074`)
  t.match(row('discount'), { how: 'adjust', cause: 4, needs: ['list'] })
  t.match(row('prepaid'), { how: 'adjust', cause: 8, needs: ['document'] })
  t.match(row('adjusted-wrong'), { how: 'adjust' })
  t.match(row('authority'), { how: 'notify', needs: ['notice-number'] })
  t.same(vietnam.remedies?.(day('2026-01-15')), table, 'invoices of the old decree are corrected by the new rules')
  t.same(vietnam.remedies?.(day('2020-01-01')), [])
})

t.test('R-003 R-072 legends of corrections, and the message of a notice, come from the rows of their day', async (t) => {
  const types = ['2022-11-30', '2022-12-01', '2026-06-30', '2026-07-01'].map((on) => ruling(BUILT_IN['message.notice'], day(on)))
  t.same(types, [300, 303, 303, 300])
  const words = '{year}-{month}-{day}: thay {number} {symbol} mẫu {form}'
  const row = { from: day('2027-01-01'), source: 'test', value: words }
  const table = { version: '2027-01-01.0', rows: new Map([['legend.replace', [row]]] as const) }
  const later = vietnamWith({ rules: withTable(BUILT_IN, table) })
  const invoice = { seller: shop.taxCode, form: 1, symbol: 'C26MAA', number: 41 }
  const corrects = { how: 'replace', invoice, issuedOn: day('2026-10-04'), cause: 14 } as const
  const legendOn = async (when: string) => {
    const { seal } = must(later.draft({ ...bill, corrects }, shop, register, at(when)))
    return later.view(must(await seal(58)).bytes).legend
  }
  t.match(await legendOn('2026-12-31T23:59:59'), /^Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 41 ngày 04/)
  t.equal(await legendOn('2027-01-01T00:00:00'), '2026-10-04: thay 41 C26MAA mẫu 1')
})

t.test('R-100 R-101 what a violation costs, by count or working days; households pay half', async (t) => {
  const on = day('2026-11-21')
  const late = (days: number, form: 1 | 2 = 1) => fineOf(BUILT_IN['fine.late'], on, days, form)?.band
  t.same(
    [1, 5, 6, 10, 11, 99].map((days) => late(days)?.to),
    [5, 5, 8, 8, 20, 20].map(million),
  )
  t.same(late(3, 2), { atLeast: 1, from: 1_000_000n, to: 2_500_000n })
  const unissued = (count: number) => fineOf(BUILT_IN['fine.notIssued'], on, count, 1)?.band
  t.same(
    [1, 9, 19, 49, 50].map((count) => unissued(count)?.to),
    [2, 10, 30, 50, 80].map(million),
  )
  t.same(fineOf(BUILT_IN['fine.moment'], on, 1, 1)?.band, { atLeast: 1, from: 500_000n, to: 1_500_000n })
  t.same(fineOf(BUILT_IN['fine.moment'], on, 100, 1)?.band.to, million(70))
  t.same(fineOf(BUILT_IN['fine.moment.gift'], on, 1, 1)?.band, { atLeast: 1 }, 'a warning')
  t.same(fineOf(BUILT_IN['fine.illegal'], on, 1, 1)?.band.to, million(50))
  t.match(fineOf(BUILT_IN['fine.late'], on, 1, 1)?.source, /Điều 30/)
  t.equal(fineOf(BUILT_IN['fine.late'], day('2020-01-01'), 1, 1), undefined)
  t.equal(fineOf(BUILT_IN['fine.late'], on, 0, 1), undefined)
})

t.test('R-101 how late an invoice is counts the working days of the country, and names the fine of that band', async (t) => {
  const late = (due: string, now: string, of = shop) => vietnam.late?.(at(due), at(now), of)
  t.match(late('2026-11-20T23:59:59', '2026-11-30T09:00:00'), {
    days: 6,
    fine: { from: million(5), to: million(8), source: /Điều 30/ },
  })
  // Friday the 20th; an outage of the authority gives two working days, force majeure three, the others nothing.
  const grace = (cause: string, ended: string): string | undefined => vietnam.grace?.(cause, readTime(ended))
  t.equal(grace('authority', '2026-11-20T11:25:00'), '2026-11-24')
  t.equal(grace('force-majeure', '2026-11-20T11:25:00'), '2026-11-25')
  t.equal(grace('force-majeure', '2026-04-24T11:25:00'), '2026-05-04', 'holidays count out')
  t.same(
    ['network', 'provider', 'power', 'device', 'other'].map((cause) => grace(cause, '2026-11-20T11:25:00')),
    [undefined, undefined, undefined, undefined, undefined],
  )
  t.equal(late('2026-04-24T23:59:59', '2026-05-04T09:00:00')?.days, 3, 'the Hùng Kings and the end of April count out')
  t.match(late('2026-11-20T23:59:59', '2026-11-23T00:00:00', household), { days: 1, fine: { from: million(1), to: 2_500_000n } })
  t.same(late('2026-11-20T23:59:59', '2026-11-22T09:00:00'), { days: 0 }, 'no working day has begun')
  t.equal(late('2026-11-20T23:59:59', '2027-11-20T09:00:00')?.days, 99)
  t.match(vietnam.unissued?.(day('2026-11-22'), 12, household), { from: million(5), to: million(15), source: /Điều 24\.3/ })
  t.equal(vietnam.unissued?.(day('2020-01-01'), 12, shop), undefined)
})

t.test('R-011 R-064 the gauge: 70, 90, 100 % of one billion, passed only beyond it, then three', async (t) => {
  const rows = (...monthly: readonly number[]) =>
    monthly.map((pay, i) => ({ month: i + 1, register: registerId('R017'), invoices: 1, pay: million(pay) }))
  const of = (...monthly: readonly number[]) => gauges(BUILT_IN, 2026, rows(...monthly))
  const steps = (...monthly: readonly number[]) => of(...monthly).map(({ step }) => step)
  t.same(steps(699), [undefined, undefined])
  t.same(steps(700), [70, undefined])
  t.same(steps(500, 400), [90, undefined])
  t.match(of(1_000)[0], { share: 100, step: 100, deadline: undefined, limit: million(1_000) }, 'at one billion nothing is passed')
  t.equal(tierOf(of(1_000)), 1)
  t.match(of(400, 300, 200, 101)[0], { share: 100, deadline: '2026-07-30' }, 'passed in April: thirty days from the end of June')
  t.match(of(...Array.from({ length: 11 }, () => 90), 20)[0], { deadline: '2027-01-30' }, 'passed in December')
  t.match(of(3_001)[1], { passed: true, deadline: undefined }, 'no day is written for the change of method')
  t.same(steps(2_100), [100, 70])
  t.equal(tierOf(of(2_100)), 2)
  t.equal(tierOf(of(3_001)), 3)
  t.match(of(-5)[0], { share: 0, step: undefined }, 'more came back than was sold')
})

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const table = (rows: readonly unknown[], version = '2026-12-28.1') =>
  Buffer.from(JSON.stringify({ kind: 'tillgate-rules', country: 'vn', version, rows }))
const extended = [
  { rule: 'rate.8', from: '2027-01-01', to: '2027-06-30', source: 'Resolution 300/2026/QH15', value: '8%' },
  { rule: 'cut', from: '2027-01-01', to: '2027-06-30', source: 'Resolution 300/2026/QH15', value: 20 },
]

t.test('R-003 a signed table extends the 8 %: what went before and comes after stays', async (t) => {
  const signed = must(signRuleTable(table(extended), privateKey))
  const rules = withTable(BUILT_IN, must(readRuleTable(Buffer.from(signed), pem)))
  t.same(
    rules['rate.8'].map(({ from, to, value }) => `${from} ${to ?? ''} ${value}`),
    ['2025-07-01 2026-12-31 8%', '2027-01-01 2027-06-30 8%', '2027-07-01  10%'],
  )
  t.same(changes(rules, at('2026-12-10T08:00:00'), 30), [{ code: 'symbol.year', on: '2027-01-01' }], 'nothing ends at new year')
  t.match(changes(rules, at('2027-06-10T08:00:00'), 30), [{ code: 'rate.8', on: '2027-06-30' }, { code: 'cut' }])
  const country = vietnamWith({ rules })
  t.equal(must(country.draft(bill, shop, register, at('2027-03-01T09:00:00'))).rates[0]?.rate, '8%')
  t.equal(must(country.draft(bill, shop, register, at('2027-07-01T00:00:00'))).rates[0]?.rate, '10%')
  t.equal(must(vietnam.draft(bill, shop, register, at('2027-03-01T09:00:00'))).rates[0]?.rate, '10%', 'elsewhere nothing changed')
  t.same(BUILT_IN['rate.8'].length, 2)
})

t.test('R-003 a table that is not whole is refused', async (t) => {
  const signed = must(signRuleTable(table(extended), privateKey))
  const refused = (bytes: string | Buffer, key = pem) => {
    const read = readRuleTable(Buffer.from(bytes), key)
    return read.ok ? 'taken' : read.fault.code
  }
  const sign = (rows: readonly unknown[], version?: string) => {
    const made = signRuleTable(table(rows, version), privateKey)
    return made.ok ? refused(made.value) : made.fault.code
  }
  t.equal(refused(signed), 'taken')
  t.equal(refused(JSON.stringify(JSON.parse(signed))), 'taken', 'blanks say nothing')
  t.equal(refused(signed.replace('2027-06-30', '2027-12-31')), 'RULES_SIGNATURE')
  t.equal(refused(table(extended)), 'RULES_SIGNATURE', 'not signed at all')
  const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  t.equal(refused(signed, other), 'RULES_SIGNATURE')
  t.equal(refused('%PDF'), 'RULES_FILE')
  t.equal(refused(JSON.stringify({ kind: 'tillgate-rules', rows: [] })), 'RULES_FILE')
  t.equal(refused(`{"kind":"tillgate-rules","rows":${'['.repeat(5_000)}${']'.repeat(5_000)}}`), 'RULES_FILE')
  const [row] = extended
  t.equal(sign([{ ...row, rule: 'rate.7' }]), 'RULES_UNKNOWN')
  t.equal(sign([{ ...row, rule: 'constructor' }]), 'RULES_UNKNOWN')
  for (const bad of [
    { value: '9%' },
    { value: 8 },
    { from: '2027-02-30' },
    { to: '2026-12-31' },
    { rule: 'cut', value: 101 },
    { rule: 'legend.cut', value: 'Đã giảm' },
    { rule: 'threshold.household', value: -1 },
    { rule: 'symbol.own', value: '(a+)+$' },
    { rule: 'holidays', value: ['Tết'] },
    { rule: 'remedies', value: [{ situation: 'goods', how: 'cancel', needs: [], source: 'x' }] },
  ])
    t.equal(sign([{ ...row, ...bad }]), 'RULES_VALUE', JSON.stringify(bad))
  t.equal(sign([row, { ...row, from: '2027-06-30', to: '2027-08-01' }]), 'RULES_VALUE', 'two rows for one day')
  t.equal(sign(extended, '2026-13-01.1'), 'RULES_FILE')
  t.same(
    [
      isNewer('2026-12-28.2', '2026-12-28.1'),
      isNewer('2026-12-28.10', '2026-12-28.9'),
      isNewer('2026-12-28.1', '2026-12-28.1'),
      isNewer('2026-01-01.9', BUILD_VERSION),
    ],
    [true, true, false, false],
  )
})

t.test('R-003 R-060 preview of new year: same price less net, same net dearer', async (t) => {
  const open = { ...shop, rates: { ...shop.rates, items: [{ match: 'bia*', rate: '10%' }] } }
  const preview = previewRules(open, BUILT_IN, day('2027-01-01'))
  const add = (sold: typeof bill) => {
    const { pay, rates } = must(vietnam.draft(sold, open, register, noon))
    preview.add({ sale: sold, day: day('2026-11-21'), pay, rates })
  }
  add(bill)
  add(sale([line('Phở bò', 2n, 60_000n, { rate: '8' }), line('Bia Hà Nội', 1n, 25_000n, { rate: '10' })], 145_000n))
  const seen = preview.result()
  t.same(seen.items, [
    {
      name: 'Phở bò',
      price: 60_000n,
      now: { rate: '8%', net: 55_556n, tax: 4_444n },
      later: { rate: '10%', net: 54_545n, tax: 5_455n },
      sameNet: 61_112n,
    },
  ])
  t.match(seen, { changed: 1, kept: 1, unclear: 0, sales: 2 })
  t.same(seen.now, { pay: 205_000n, tax: 4_444n + 8_889n + 2_273n })
  t.same(seen.later, { pay: 205_000n, tax: 5_455n + 10_909n + 2_273n })
  t.same(seen.laterSameNet, { pay: 55_556n + 5_556n + 111_111n + 11_111n + 25_000n, tax: 5_556n + 11_111n + 2_273n })
  const same = previewRules(open, BUILT_IN, day('2026-12-31'))
  const { pay, rates } = must(vietnam.draft(bill, open, register, noon))
  same.add({ sale: bill, day: day('2026-11-21'), pay, rates })
  t.match(same.result(), { items: [], changed: 0, kept: 1 })
  t.same(same.result().later, same.result().now, 'under the same rules nothing moves')
})

t.test('R-065 from 2027 on a household invoice takes no cut off', async (t) => {
  const cafe = { ...household, industry: 'production', cut: 'deduct' as const, rates: { default: '8%', items: [] } }
  const sold = sale([line('Cơm tấm', 1n, 450_000n)], 450_000n)
  t.equal(must(vietnam.draft(sold, cafe, register, at('2026-12-31T23:59:59'))).pay, 447_300n)
  t.equal(must(vietnam.draft(sold, cafe, register, at('2027-01-01T00:00:00'))).pay, 450_000n)
})
