import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openBoard } from '../../src/board.ts'
import { loadConfig } from '../../src/config.ts'
import { vietnamWith } from '../../src/countries/vn/index.ts'
import { BUILT_IN, signRuleTable } from '../../src/countries/vn/rules.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { RevenueRow, Step } from '../../src/domain/ledger.ts'
import { ok } from '../../src/domain/result.ts'
import { instant, readTime } from '../../src/domain/time.ts'
import { livingLaw } from '../../src/law.ts'
import { openLog } from '../../src/log.ts'
import { refusals } from '../../src/rejection-watch.ts'
import { revenueWatch } from '../../src/revenue-watch.ts'
import { importRules, keptRules } from '../../src/rules-file.ts'
import { openSettings, sessionStore } from '../../src/settings.ts'
import { switchboard } from '../../src/switchboard.ts'
import { readWords } from '../../src/words.ts'
import { line, must, noon, register, sale, shop, testSigner } from '../countries/support.ts'
import { folder } from '../folder.ts'
import { testClock, until } from '../journeys/clock.ts'
import { writeCafe } from '../journeys/shop.ts'

const log = openLog('error')
const bill = sale([line('Phở bò', 1n, 60_000n)], 60_000n)
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const publisher = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const said = readWords()

/** A signed table that keeps the 8 % for a while, as a file. */
function tableIn(dir: string, version: string, value = '8%'): string {
  const rows = [{ rule: 'rate.8', from: '2027-01-01', to: '2027-06-30', source: 'Resolution 300/2026/QH15', value }]
  const signed = must(
    signRuleTable(Buffer.from(JSON.stringify({ kind: 'tillgate-rules', country: 'vn', version, rows })), privateKey),
  )
  const file = join(dir, `${version}.json`)
  writeFileSync(file, signed)
  return file
}

/** A ledger that only writes down what it is told. */
function book() {
  const steps: Step[] = []
  return {
    steps,
    record: (step: Step) => {
      steps.push(step)
      return Promise.resolve(ok(undefined))
    },
  }
}

t.test('R-003 a table is imported once, an older or equal one changes nothing', async (t) => {
  const data = folder(t)
  t.same(keptRules(data, publisher), ok(undefined))
  const first = tableIn(data, '2026-12-20.1')
  t.match(importRules(first, data, publisher), { ok: true, value: { version: '2026-12-20.1' } })
  const kept = readFileSync(join(data, 'rules.json'), 'utf8')
  t.match(importRules(first, data, publisher), { ok: false, fault: { code: 'RULES_OLDER' } })
  t.match(importRules(tableIn(data, '2026-12-19.9'), data, publisher), { ok: false, fault: { code: 'RULES_OLDER' } })
  t.match(importRules(join(data, 'none.json'), data, publisher), { ok: false, fault: { code: 'RULES_READ' } })
  t.match(
    importRules(tableIn(data, '2026-12-21.1'), data),
    { ok: false, fault: { code: 'RULES_SIGNATURE' } },
    'another publisher than the pinned one',
  )
  t.equal(readFileSync(join(data, 'rules.json'), 'utf8'), kept, 'nothing changed')
  t.match(importRules(tableIn(data, '2026-12-20.2'), data, publisher), { ok: true })
  const old = folder(t)
  t.match(
    importRules(tableIn(old, '2026-06-01.1'), old, publisher),
    { ok: false, fault: { code: 'RULES_OLDER' } },
    'older than the build',
  )
  t.notOk(existsSync(join(old, 'rules.json')))
})

t.test('R-003 a running gateway takes a new table, says so in the book once, and does not use a forged one', async (t) => {
  const data = folder(t)
  const clock = testClock({ start: '2026-12-22T12:00:00' })
  const [board, ledger] = [openBoard(clock), book()]
  const law = livingLaw({ data, make: (rules) => vietnamWith({ rules }), ledger, board, clock, log, publisher })
  await law.start()
  t.teardown(() => law.stop(instant(clock.now() + 1_000)))
  const rate = () => must(law.country.draft(bill, shop, register, readTime('2027-02-01T09:00:00+07:00'))).rates[0]?.rate
  t.equal(rate(), '10%')
  t.same(ledger.steps, [], 'no table, no fact')
  const { digest } = must(importRules(tableIn(data, '2026-12-20.1'), data, publisher))
  clock.jump(31_000)
  t.ok(await until(() => ledger.steps.length > 0))
  t.equal(rate(), '8%')
  t.equal(law.version(), '2026-12-20.1')
  t.match(ledger.steps, [{ kind: 'changed', what: 'rules', after: digest, fields: ['rate.8'], who: 'owner' }])
  await law.look()
  t.equal(ledger.steps.length, 1, 'told once')
  const again = livingLaw({ data, make: (rules) => vietnamWith({ rules }), ledger, board, clock, log, publisher })
  await again.look()
  t.equal(ledger.steps.length, 1, 'also after a restart')
  const file = join(data, 'rules.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('2027-06-30', '2029-06-30'))
  await law.look()
  t.match(board.all()['rules'], { level: 'serious', key: 'fault.RULES_SIGNATURE' })
  t.equal(rate(), '8%', 'what was proven goes on')
  const started = livingLaw({ data, make: (rules) => vietnamWith({ rules }), ledger, board, clock, log, publisher })
  t.match(started.version(), /^2026-11-21/, 'a new start has nothing but the build')
})

t.test('R-016 suspension counts at once, is kept, and is lifted with a reason', async (t) => {
  const data = folder(t)
  const clock = testClock({ start: '2026-11-21T08:00:00' })
  const [board, ledger, signer] = [openBoard(clock), book(), testSigner()]
  const sessions = sessionStore(data)
  const open = (given = shop) => switchboard({ shop: given, data, ledger, board, log, signer })
  const switches = open()
  const country = switches.guard(vietnamWith({}))
  const draft = () => country.draft(bill, shop, register, noon)
  t.ok(draft().ok)
  must(await switches.suspend('01/TB-NSD 7', '2026-11-21T08:00:00+07:00', 'owner-1'))
  t.match(draft(), { ok: false, fault: { code: 'VN_SUSPENDED' } })
  t.match(board.all()['activation'], { level: 'critical', key: 'alert.suspended', values: { time: '21/11/2026 08:00:00' } })
  await sessions.save([])
  t.match(
    openSettings(join(data, 'settings.json')).data.overlay,
    { 'shop.suspended': { notice: '01/TB-NSD 7' } },
    'a login does not wipe it out',
  )
  must(await switches.lift('CQT đã cho dùng lại, TB 99', 'owner-1'))
  t.ok(draft().ok)
  t.notOk(board.all()['activation'])
  t.match(ledger.steps, [
    { kind: 'changed', what: 'config', fields: ['shop.suspended'], who: 'owner-1', why: '01/TB-NSD 7' },
    { kind: 'changed', why: 'CQT đã cho dùng lại, TB 99' },
  ])
  must(await switches.suspend('01/TB-NSD 8', '2026-11-21T09:00:00+07:00', 'owner-1'))
  t.ok(draft().ok, 'an hour too early')
  t.match(country.draft(bill, shop, register, readTime('2026-11-21T09:00:00+07:00')), { ok: false })
})

t.test('R-014 a certificate that was not registered issues nothing, where the list is known', async (t) => {
  const clock = testClock({ start: '2026-11-21T08:00:00' })
  const [data, board, signer] = [folder(t), openBoard(clock), testSigner()]
  const open = (certificates?: readonly string[]) =>
    switchboard({ shop, data, ledger: book(), board, log, signer, ...(certificates ? { certificates } : {}) })
  t.equal(await open().look(), undefined, 'no list')
  t.equal(await open(['AB', '0001']).look(), undefined, 'leading zeros say nothing')
  const strange = open(['AB'])
  const country = strange.guard(vietnamWith({}))
  t.match(await strange.look(), { code: 'VN_CERTIFICATE_NOT_REGISTERED', values: { serial: '01' } })
  t.match(country.draft(bill, shop, register, noon), { ok: false, fault: { code: 'VN_CERTIFICATE_NOT_REGISTERED' } })
  t.match(board.all()['activation/certificate'], { level: 'critical' })
})

t.test('R-015 configuration: symbols without code need no block; a lifted suspension of the file is gone', async (t) => {
  const dir = folder(t)
  const clock = testClock({ start: '2026-11-21T08:00:00' })
  await writeCafe(dir, { upstream: 'http://127.0.0.1:9400', printer: undefined, clock }, (config) => {
    const { codeBlock: _, ...rest } = config.shop
    const suspended = { notice: 'x', from: '2026-11-21T12:00:00+07:00' }
    return { ...config, shop: { ...rest, suspended }, registers: config.registers.map((r) => ({ ...r, symbol: 'K26MAA' })) }
  })
  const file = join(dir, 'tillgate.json')
  const loaded = loadConfig(file)
  t.ok(loaded.ok, JSON.stringify(loaded))
  if (!loaded.ok) return
  t.ok(loaded.config.values.shop.suspended)
  const settings = openSettings(join(loaded.config.data, 'settings.json'))
  settings.data.overlay['shop.suspended'] = null
  settings.write()
  const again = loadConfig(file)
  t.ok(again.ok && again.config.values.shop.suspended === undefined)
  const text = readFileSync(file, 'utf8').replace('K26MAA', 'C26MAA')
  writeFileSync(file, text)
  t.match(loadConfig(file), { ok: false, faults: [{ code: 'CONFIG_KEY_MISSING', path: 'shop.codeBlock' }] })
})

t.test('R-016 five invoices or three messages refused within ten minutes are a burst, until half an hour is quiet', async (t) => {
  const start = readTime('2026-11-21T12:00:00+07:00')
  const at = (minutes: number) => instant(start + minutes * 60_000)
  const slow = refusals()
  for (let i = 0; i < 12; i++) slow.add('invoice', at(i * 3), '')
  t.equal(slow.told(at(36)), undefined, 'one every three minutes is bad work, no burst')
  const invoices = refusals()
  for (let i = 0; i < 4; i++) invoices.add('invoice', at(i), '')
  t.equal(invoices.told(at(4)), undefined)
  invoices.add('invoice', at(9), 'MST đang bị ngừng sử dụng hóa đơn')
  t.same(invoices.told(at(9)), { count: 5, suspended: true })
  t.ok(invoices.told(at(38)))
  t.equal(invoices.told(at(40)), undefined)
  const messages = refusals()
  for (let i = 0; i < 3; i++) messages.add('message', at(i), '{}')
  t.same(messages.told(at(3)), { count: 3, suspended: false })
})

t.test('R-011 R-064 the revenue of a household stands on the board from 70 % on, hour by hour', async (t) => {
  const clock = testClock({ start: '2026-10-05T12:00:00' })
  const board = openBoard(clock)
  let pay = 690_000_000n
  const row = (): RevenueRow => ({ month: 9, register: registerId('R017'), invoices: 1, pay })
  const part = revenueWatch({ books: { revenue: () => Promise.resolve([row()]) }, rules: () => BUILT_IN, board, clock })
  await part.start()
  t.teardown(() => part.stop(instant(clock.now() + 1_000)))
  const item = () => board.all()['revenue/household']
  t.equal(item(), undefined)
  for (const [next, level, key] of [
    [700_000_000n, 'info', 'board.revenue.household'],
    [900_000_000n, 'warning', 'board.revenue.household'],
    [1_000_000_001n, 'warning', 'board.revenue.household.passed'],
  ] as const) {
    pay = next
    clock.jump(3_601_000)
    t.ok(await until(() => item()?.level === level && item()?.key === key), `${next}`)
  }
  t.match(item()?.values, { date: '30/10/2026', share: '100' })
  const shown = item()
  t.match(shown && said.say('vi', shown.key, shown.values), /đã vượt 1\.000\.000\.000 đ; hạn đăng ký 30\/10\/2026/)
  pay = 3_000_000_001n
  clock.jump(3_601_000)
  t.ok(await until(() => board.all()['revenue/income']?.key === 'board.revenue.income.passed'))
  const beyond = board.all()['revenue/income']
  t.match(
    beyond && said.say('vi', beyond.key, beyond.values),
    /^Doanh thu năm 2026 3\.000\.000\.001 đ đã vượt 3\.000\.000\.000 đ: /,
  )
  t.ok(Object.values(board.all()).every(({ todo }) => todo && said.all('vi')[todo] && said.all('en')[todo]))
})

t.test('R-011 one billion passed in December is registered in January: the new year does not hide it', async (t) => {
  const clock = testClock({ start: '2027-01-02T12:00:00' })
  const board = openBoard(clock)
  const december: RevenueRow = { month: 12, register: registerId('R017'), invoices: 1, pay: 1_000_000_001n }
  const revenue = (year: number) => Promise.resolve(year === 2026 ? [december] : [{ ...december, month: 1, pay: 5_000n }])
  const part = revenueWatch({ books: { revenue }, rules: () => BUILT_IN, board, clock })
  await part.start()
  t.teardown(() => part.stop(instant(clock.now() + 1_000)))
  const item = () => board.all()['revenue/household']
  t.ok(await until(() => item()?.key === 'board.revenue.household.passed'))
  t.match(item(), { level: 'warning', values: { year: '2026', date: '30/01/2027' } })
  clock.jump(29 * 86_400_000)
  t.ok(await until(() => item() === undefined), 'after the last day only the new year counts')
})
