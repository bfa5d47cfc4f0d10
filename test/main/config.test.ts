import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openBoard } from '../../src/board.ts'
import { init, shopConfig } from '../../src/commands/init.ts'
import { check, loadConfig, secret, warnings } from '../../src/config.ts'
import { fault } from '../../src/domain/fault.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { instant } from '../../src/domain/time.ts'
import { keptKey } from '../../src/key.ts'
import { openLog, REDACTED } from '../../src/log.ts'
import { DurableJson, openSettings } from '../../src/settings.ts'
import { version } from '../../src/version.ts'
import { readWords } from '../../src/words.ts'
import { folder } from '../folder.ts'

const good = () =>
  shopConfig({
    taxCode: '0199999014',
    name: 'QUÁN PHỞ MINH ANH',
    address: '12 Nguyễn Trãi',
    form: 1,
    codeBlock: 'A1B2C',
    notice: '103-1',
    from: '2026-01-01',
    printer: '',
    year: '26',
  })
// biome-ignore lint/suspicious/noExplicitAny: a configuration is broken here on purpose, in every place
const broken = (change: (config: any) => void): unknown => {
  const config = structuredClone(good())
  change(config)
  return config
}
const paths = (config: unknown) => check(config).map((f) => `${f.code} ${f.path}`)

void t.test('a complete configuration has no fault', async (t) => {
  t.same(check(good()), [])
  t.same(warnings(good()), [])
})

void t.test('every fault is reported at once, each with its path', async (t) => {
  const found = paths(
    broken((c) => {
      c.shop.taxcode = '0199999014'
      delete c.shop.name
      c.shop.form = 3
      c.registers[0].link.tcp.port = '9100'
      c.registers[0].stampms = 3
      c.extra = true
    }),
  )
  for (const expected of [
    'CONFIG_UNKNOWN_KEY extra',
    'CONFIG_UNKNOWN_KEY shop.taxcode',
    'CONFIG_KEY_MISSING shop.name',
    'CONFIG_VALUE shop.form',
    'CONFIG_VALUE registers.0.link.tcp.port',
    'CONFIG_UNKNOWN_KEY registers.0.stampms',
  ]) {
    t.ok(found.includes(expected), expected)
  }
})

void t.test('what a schema cannot say is said too', async (t) => {
  t.same(paths(broken((c) => c.registers.push({ ...c.registers[0], id: 'R018', index: 18 }))), [
    'CONFIG_DUPLICATE registers.1.symbol',
  ])
  t.same(paths(broken((c) => (c.registers[0].link.tcp.host = '0.0.0.0'))), ['CONFIG_ALLOW_NEEDED registers.0.link.tcp.allow'])
  const allow = (list: string[]) => paths(broken((c) => (c.registers[0].link.tcp = { host: '0.0.0.0', port: 9100, allow: list })))
  t.same(allow(['192.168.1.20', '192.168.1.0/24', 'fe80::/10']), [])
  t.same(allow(['192.168.1', '10.0.0.0/33']), [
    'CONFIG_VALUE registers.0.link.tcp.allow.0',
    'CONFIG_VALUE registers.0.link.tcp.allow.1',
  ])
  t.same(paths(broken((c) => (c.upstream.url = 'http://tvan.example'))), ['CONFIG_PLAIN_HTTP upstream.url'])
  t.same(paths(broken((c) => (c.dashboard.host = '0.0.0.0'))), ['CONFIG_DASHBOARD_HOST dashboard.host'])
  t.same(paths(broken((c) => (c.shop.accepted.from = '2026-02-30'))), ['CONFIG_VALUE shop.accepted.from'])
  t.equal(
    check(broken((c) => (c.shop.taxCode = '12')))[0]?.values?.['expected'],
    '0199999014 | 0199999014-001 | 001099000001',
    'an example, not a pattern',
  )
  t.same(paths(broken((c) => (c.version = 2))), ['CONFIG_VERSION version'])
  t.same(paths(null)[0]?.split(' ')[0], 'CONFIG_VALUE')
})

void t.test('a failed check digit of the tax code is a warning, not a wall (R-023)', async (t) => {
  const odd = broken((c) => (c.shop.taxCode = '0101234567'))
  t.same(check(odd), [])
  t.match(warnings(odd as ReturnType<typeof good>), [{ code: 'CONFIG_TAX_CODE', path: 'shop.taxCode' }])
})

void t.test(
  'R-021 a household without a place of business is warned of; R-034 R-044 two years of one symbol are one symbol',
  async (t) => {
    const place = { code: '00001', name: 'Quán Ví Dụ', address: 'Hà Nội' }
    const stall = (change: (c: ReturnType<typeof good>) => void) =>
      warnings(
        broken((c) => {
          c.shop.form = 2
          change(c)
        }) as ReturnType<typeof good>,
      ).map(({ code, path }) => `${code} ${path}`)
    t.same(
      stall(() => {}),
      ['CONFIG_NO_PLACE shop.location'],
    )
    t.same(
      stall((c) => void Object.assign(c.shop, { location: place })),
      [],
    )
    t.same(
      stall((c) => void Object.assign(c, { registers: c.registers.map((one) => ({ ...one, location: place })) })),
      [],
    )
    t.same(warnings(good()), [])
    const years = broken((c) => {
      const [first] = c.registers
      if (first) c.registers.push({ ...first, id: 'R999', index: 999, symbol: first.symbol.replace(/\d\d/, '27') })
    })
    t.match(
      check(years).filter(({ code }) => code === 'CONFIG_DUPLICATE'),
      [{ path: /^registers\.\d+\.symbol$/ }],
    )
  },
)

void t.test('settings.json lies over the configuration key by key, names its source, and cannot invent keys', async (t) => {
  const dir = folder(t, { 'tillgate.json': JSON.stringify(good()), data: {} })
  const file = join(dir, 'tillgate.json')
  const settings = openSettings(join(dir, 'data', 'settings.json'))
  settings.data.overlay = { 'registers.R017.stamp': 'slip', 'dashboard.port': 8701 }
  settings.write()
  const loaded = loadConfig(file)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  t.equal(loaded.config.values.registers[0]?.stamp, 'slip')
  t.equal(loaded.config.values.dashboard?.port, 8701)
  t.same(loaded.config.sources, { 'registers.R017.stamp': 'settings.json', 'dashboard.port': 'settings.json' })

  settings.data.overlay = { 'registers.R099.stamp': 'slip' }
  settings.write()
  t.match(loadConfig(file), { ok: false, faults: [{ code: 'CONFIG_UNKNOWN_KEY' }] })
  settings.data.overlay = { '__proto__.polluted': true }
  settings.write()
  t.match(loadConfig(file), { ok: false })
  t.equal(({} as Record<string, unknown>)['polluted'], undefined)
  settings.data.overlay = { 'shop.form': 7 }
  settings.write()
  t.match(loadConfig(file), { ok: false, faults: [{ code: 'CONFIG_VALUE', path: 'shop.form' }] })
})

void t.test('a missing file, a file that is not JSON and a missing secret each say so', async (t) => {
  const dir = folder(t, { 'a.json': '{"version": 1,', 'b.json': JSON.stringify(good()) })
  t.match(loadConfig(join(dir, 'none.json')), { ok: false, faults: [{ code: 'CONFIG_MISSING' }] })
  t.match(loadConfig(join(dir, 'a.json')), { ok: false, faults: [{ code: 'CONFIG_NOT_JSON' }] })
  const loaded = loadConfig(join(dir, 'b.json'))
  if (!loaded.ok) throw new Error('should load')
  t.match(secret(loaded.config, { env: 'TILLGATE_NO_SUCH_NAME' }, 'signer.passphrase'), {
    ok: false,
    fault: { code: 'CONFIG_SECRET_MISSING', path: 'signer.passphrase' },
  })
  writeFileSync(join(dir, 'pass'), 'geheim\n')
  t.same(secret(loaded.config, { file: 'pass' }, 'p'), { ok: true, value: 'geheim' })
})

const noStrace = !existsSync('/usr/bin/strace') && 'skipped because strace is not installed'
void t.test('small state is written beside, flushed, and renamed; the folder is flushed too', { skip: noStrace }, async (t) => {
  const dir = folder(t)
  const file = join(dir, 'deep', 'settings.json')
  new DurableJson(file).write({ a: 1 })
  t.same(new DurableJson(file).read(), { a: 1 })
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.notOk(existsSync(`${file}.tmp`))
  const log = join(dir, 'trace')
  const script = `import { DurableJson } from ${JSON.stringify(join(import.meta.dirname, '../../src/settings.ts'))}; new DurableJson(${JSON.stringify(file)}).write({ b: 2 })`
  writeFileSync(join(dir, 'write.ts'), script)
  execFileSync(
    'strace',
    ['-f', '-o', log, '-e', 'trace=fsync,rename,renameat,renameat2', process.execPath, '--import', 'tsx', join(dir, 'write.ts')],
    { cwd: join(import.meta.dirname, '../..') },
  )
  const calls = [...readFileSync(log, 'utf8').matchAll(/\b(fsync|rename)\w*\(([^)]*)/g)]
    .map((m) => (m[1] === 'rename' && !m[2]?.includes('settings.json') ? '' : m[1]))
    .filter(Boolean)
  t.same(calls, ['fsync', 'rename', 'fsync'])
})

void t.test('no secret and no buyer reaches a log line, at the top or one level down', async (t) => {
  const lines: string[] = []
  const log = openLog('debug', { write: (line) => void lines.push(line) })
  for (const name of REDACTED) {
    log.info({ part: 'test', [name]: 'PLANTED-MARKER' }, 'x')
    log.error({ part: 'test', deep: { [name]: 'PLANTED-MARKER' } as unknown as string }, 'x')
  }
  log.warn({ part: 'test', entry: 'R017-00000001', code: 'A\n{"level":"error"}' }, 'forged')
  t.equal(lines.length, REDACTED.length * 2 + 1)
  t.notMatch(lines.join(''), /PLANTED-MARKER/)
  t.match(JSON.parse(lines.at(-1) ?? ''), { level: 'warn', part: 'test', entry: 'R017-00000001' })
  t.equal(lines.at(-1)?.trim().split('\n').length, 1, 'a newline in a value forges no line')
})

void t.test('init writes a complete shop that check accepts, and never overwrites one', async (t) => {
  const dir = folder(t)
  t.equal(await init({ folder: join(dir, 'shop'), yes: true, lang: 'vi' }), 0)
  const loaded = loadConfig(join(dir, 'shop', 'tillgate.json'))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  t.equal(statSync(join(dir, 'shop', 'keys')).mode & 0o777, 0o700)
  t.equal(statSync(join(dir, 'shop', 'keys', 'test.p12')).mode & 0o777, 0o600)
  t.equal(await init({ folder: join(dir, 'shop'), yes: true, lang: 'vi' }), 2)
  mkdirSync(join(dir, 'bad'))
  t.equal(await init({ folder: join(dir, 'bad'), yes: true, codeBlock: 'abc', lang: 'en' }), 2)
  t.notOk(existsSync(join(dir, 'bad', 'tillgate.json')))
})

void t.test('init says what is missing where nobody can be asked, and takes a till on another machine', async (t) => {
  const dir = folder(t)
  const given = {
    taxCode: '0199999014',
    name: 'A',
    address: 'B',
    form: 1,
    codeBlock: 'A1B2C',
    notice: '103-1',
    lang: 'vi',
  } as const
  t.equal(await init({ folder: join(dir, 'a'), lang: 'vi' }), process.stdin.isTTY ? 0 : 2)
  t.equal(await init({ ...given, folder: join(dir, 'b'), form: 3 }), 2, 'no such form')
  t.equal(await init({ ...given, folder: join(dir, 'c'), till: '192.168.1.20', printer: '192.168.1.50' }), 0)
  const loaded = loadConfig(join(dir, 'c', 'tillgate.json'))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  t.match(loaded.config.values.registers[0], {
    link: { tcp: { host: '0.0.0.0', port: 9100, allow: ['192.168.1.20'] } },
    printer: { tcp: { host: '192.168.1.50', port: 9100 } },
  })
})

void t.test('a key that was missing is looked for again; a wrong passphrase never', async (t) => {
  let up = 0
  const clock = { now: () => instant(0), up: () => up, sleep: async () => {} }
  const board = openBoard(clock)
  const silent = openLog('error', { write: () => {} })
  const key = { certificate: async () => failed(fault('X')), sign: async () => ok(new Uint8Array([7])) }
  const answers = [failed(fault('SIGN_FILE_MISSING')), ok(key)]
  let asked = 0
  const kept = keptKey(async () => answers[Math.min(asked++, 1)] ?? ok(key), board, clock, silent)
  await kept.look()
  t.match(board.all()['signer'], { level: 'serious', key: 'fault.SIGN_FILE_MISSING' })
  t.match(await kept.sign(new Uint8Array()), { ok: false, fault: { code: 'SIGN_FILE_MISSING' } })
  t.equal(asked, 1, 'not at every invoice')
  up = 60_000
  t.match(await kept.sign(new Uint8Array()), { ok: true })
  t.equal(board.all()['signer'], undefined)
  let tries = 0
  const wrong = keptKey(
    async () => {
      tries++
      return failed(fault('SIGN_BAD_PASSPHRASE'))
    },
    board,
    clock,
    silent,
  )
  for (up = 0; up < 300_000; up += 60_000) await wrong.sign(new Uint8Array())
  t.equal(tries, 1)
})

void t.test('every text exists in both languages with the same places, and every fault has its next step', async (t) => {
  const words = readWords()
  const [vi, en] = [words.all('vi'), words.all('en')]
  t.ok(Object.keys(vi).length > 600)
  const places = (text = '') => [...new Set([...text.matchAll(/\{\w+\}/g)].map((m) => m[0]))].sort()
  for (const [key, text] of Object.entries(vi)) {
    if (!text || !en[key]) t.fail(`${key} lacks a language`)
    if (places(text).join() !== places(en[key]).join()) t.fail(`${key} fills other places in English`)
    if (text !== text.normalize('NFC')) t.fail(`${key} is not NFC`)
    if (key.startsWith('fault.') && !key.endsWith('.hint') && !vi[`${key}.hint`]) t.fail(`${key} has no next step`)
  }
  t.equal(words.say('en', 'time.days', { n: '1' }), '1 day')
  t.equal(words.say('en', 'time.days', { n: '3' }), '3 days')
  t.equal(words.say('vi', 'fault.SALE_UNKNOWN_LINE', { line: 'Phí 5 %' }), 'Có dòng tiền chưa hiểu: Phí 5 %')
})

void t.test('the version is the one of the package', async (t) => {
  t.equal(version, JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version)
})
