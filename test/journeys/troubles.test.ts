import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { random } from '../../simulators/register/random.ts'
import { type Job, SCRIPTS } from '../../simulators/register/scripts.ts'
import { systemClock } from '../../src/clock.ts'
import type { ConfigFile } from '../../src/config-schema.ts'
import { showDong } from '../../src/domain/dong.ts'
import { instant } from '../../src/domain/time.ts'
import { makeTestIdentity } from '../../src/signing/test-identity.ts'
import { daemon, tillgate } from './cli.ts'
import { pause, until } from './clock.ts'
import { openShop, temporary, writeCafe } from './shop.ts'

/** Bills of a café, one a customer. */
function bills(count: number): readonly Job[] {
  const dice = random(11)
  return Array.from({ length: count }, (_, i) => i + 1).flatMap((n) =>
    (SCRIPTS['cafe']?.({ random: dice, clock: systemClock, count: n }) ?? []).filter(({ sale }) => sale?.kind === 'sale'),
  )
}

/** Says it all, then leaves in order or tears the line; resolves when the other side is done with it. */
async function say(port: number, bytes: Uint8Array, end: 'close' | 'reset' = 'close'): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  socket.on('error', () => {})
  socket.resume()
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.once('end', () => socket.destroy())
  if (bytes.length > 0) await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
  if (end === 'close') socket.end()
  else {
    await pause(100)
    socket.resetAndDestroy()
  }
  await over
}

/** A first message of TLS, as a browser sends it by mistake. */
const hello = Buffer.concat([
  Buffer.from([0x16, 0x03, 0x01, 0x00, 0x7f, 0x01, 0x00, 0x00, 0x7b, 0x03, 0x03]),
  Buffer.alloc(32, 0x5a),
  Buffer.from([0x00, 0x00, 0x04, 0x13, 0x01, 0x13, 0x02, 0x01, 0x00, 0x00, 0x4e]),
  Buffer.alloc(78, 0x01),
])

t.test('what is no receipt reaches the printer, is kept and shown, and the next customer is served', async (t) => {
  const shop = await openShop(t, { printer: true })
  const [first, second, third] = bills(3)
  if (!first || !second || !third) throw new Error('three bills are needed')
  const dice = random(5)
  const noise = Buffer.from(Array.from({ length: 1_000_000 }, () => dice.whole(0, 255)))
  const half = second.bytes.subarray(0, Math.floor(second.bytes.length / 2))
  const total = showDong(BigInt(third.sale?.total ?? 0))
  const text = Buffer.from(third.bytes)
  const at = text.indexOf(total, text.indexOf('Tổng cộng:'))
  const digit = String((Number(total[0]) % 9) + 1)
  const wrong = Buffer.concat([text.subarray(0, at), Buffer.from(digit), text.subarray(at + 1)])

  await say(shop.port, new Uint8Array())
  await say(shop.port, noise)
  await say(shop.port, Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n'))
  await say(shop.port, hello)
  await say(shop.port, half, 'reset')
  await say(shop.port, wrong)
  await say(shop.port, first.bytes)

  t.ok(await until(() => shop.tvan.accepted().length === 1, 30_000), 'the customer after all that has an invoice')
  t.same(
    (await shop.facts('invoice.issued')).map(({ body }) => [body['number'], body['pay']]),
    [[1, String(first.sale?.total)]],
    'nothing else took a number',
  )
  t.equal((await shop.entries('captured')).length, 0)
  const held = await shop.entries('held')
  for (const row of held) t.match(row.fault, { code: /^[A-Z]+_/, message: /\S/, hint: /\S/ }, `${row.id} says why`)
  const frames = await shop.facts('frame.captured')
  const kept = frames.reduce((sum, { body }) => sum + Number((body['doc'] as { size: number }).size), 0)
  const dropped = frames.reduce((sum, { body }) => sum + Number(body['discarded'] ?? 0), 0)
  t.ok(kept + dropped >= noise.length + half.length + wrong.length, `all of it is kept or counted: ${kept} and ${dropped}`)
  const of = (size: number) =>
    held.find(({ id }) => frames.some(({ body }) => body['entry'] === id && (body['doc'] as { size: number }).size === size))
  t.equal(of(half.length)?.fault?.code, 'CAPTURE_TORN', 'the receipt torn in the middle')
  const unproven = held.find(({ fault }) => fault?.code === 'SALE_TOTAL_UNPROVEN')
  t.ok(
    unproven?.fault?.proofs?.some(({ state, equation }) => state === 'false' && / = /.test(equation ?? '')),
    'the receipt whose sums disagree shows the sum that does not hold',
  )
  t.match(
    (await shop.entries('set-aside')).map(({ why }) => why),
    ['chatter', 'chatter'],
    'a browser at the wrong door',
  )
  const printed = shop.paper?.printed().bytes ?? Buffer.alloc(0)
  for (const bytes of [noise, half, wrong.subarray(0, wrong.lastIndexOf(0x1d))])
    t.ok(printed.indexOf(bytes) >= 0, 'printed, byte for byte')

  await say(shop.port, third.bytes)
  t.ok(await until(() => shop.tvan.accepted().length === 2), 'printed again correctly, it is invoiced')
})

/** A café on disk, ready for the daemon. */
async function cafe(t: Test, change?: (config: ConfigFile, dir: string) => ConfigFile) {
  const dir = temporary(t)
  const config = await writeCafe(dir, { upstream: 'http://127.0.0.1:9', printer: undefined, clock: systemClock }, change)
  return { dir, config, file: join(dir, 'tillgate.json'), port: config.registers[0]?.link.tcp?.port ?? 0 }
}

t.test('a configuration that will not do: every fault at once, where and what to do, in the language asked for', async (t) => {
  const { file } = await cafe(t)
  const config = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, unknown>>
  writeFileSync(
    file,
    JSON.stringify({ ...config, printers: [], shop: { ...config['shop'], taxCode: '12', colour: 'red' }, prices: 'free' }),
  )
  const words = { vi: /Không có mục cấu hình “printers”/, en: /Unknown configuration key “printers”/ }
  for (const lang of ['vi', 'en'] as const)
    for (const command of ['run', 'check']) {
      const run = await tillgate(['--lang', lang, command, '--config', file])
      t.equal(run.code, 2, `${command} in ${lang}`)
      t.match(run.err, words[lang])
      for (const path of ['printers', 'shop.colour', 'shop.taxCode', 'prices']) t.match(run.err, `✗ ${path}: `)
      t.match(run.err, /prices: .*inclusive \| exclusive/, 'the choice there is')
      t.equal(run.err.match(/→ \S/g)?.length, 4, 'each with its next step')
      t.notMatch(run.err, /\{[a-z]\w*\}/, 'no place is left unfilled')
    }
  writeFileSync(file, '{ "version": 1, ')
  t.match(await tillgate(['run', '--config', file]), { code: 2, err: /CONFIG_NOT_JSON/ })
  t.match(await tillgate(['run', '--config', `${file}.no`]), { code: 2, err: /CONFIG_MISSING/ })
})

t.test('a key that will not do: check says which way, and the daemon prints on without it', async (t) => {
  const { dir, file, config } = await cafe(t)
  const identity = async (name: string, options: { taxCode?: string; days?: number; at?: number }): Promise<void> => {
    const passphrase = readFileSync(join(dir, 'keys/passphrase'), 'utf8')
    const clock = { ...systemClock, now: () => instant(options.at ?? Date.now()) }
    const who = { taxCode: options.taxCode ?? config.shop.taxCode, name: config.shop.name, passphrase }
    const made = await makeTestIdentity({ ...who, ...(options.days ? { days: options.days } : {}) }, clock)
    writeFileSync(join(dir, name), made.p12)
  }
  const check = async (signer: Partial<ConfigFile['signer']>, lang = 'vi') => {
    writeFileSync(file, JSON.stringify({ ...config, signer: { ...config.signer, ...signer } }))
    return tillgate(['--lang', lang, 'check', '--config', file])
  }
  t.equal((await check({})).code, 0)
  await identity('expired.p12', { at: Date.now() - 900 * 86_400_000, days: 30 })
  await identity('foreign.p12', { taxCode: '0311111118' })
  writeFileSync(join(dir, 'wrong'), 'open sesame')
  writeFileSync(join(dir, 'noise.p12'), Buffer.alloc(2_000, 7))
  const cases = [
    [{ p12: 'expired.p12' }, 'SIGN_EXPIRED', /đã hết hạn/, /has expired/],
    [{ p12: 'foreign.p12' }, 'SIGN_WRONG_OWNER', /không phải của mã số thuế này/, /another tax code/],
    [{ passphrase: { file: 'wrong' } }, 'SIGN_BAD_PASSPHRASE', /Sai mật khẩu/, /Wrong passphrase/],
    [{ p12: 'noise.p12' }, 'SIGN_FILE_BAD', /hỏng/, /damaged/],
    [{ p12: 'missing.p12' }, 'SIGN_FILE_MISSING', /Không mở được/, /cannot be opened/],
    [{ passphrase: { env: 'TILLGATE_NO_SUCH' } }, 'CONFIG_SECRET_MISSING', /TILLGATE_NO_SUCH/, /TILLGATE_NO_SUCH/],
  ] as const
  for (const [signer, code, vi, en] of cases) {
    const said = { vi: await check(signer), en: await check(signer, 'en') }
    for (const [run, words] of [
      [said.vi, vi],
      [said.en, en],
    ] as const) {
      t.equal(run.code, 2, code)
      t.match(run.err, words)
      t.match(run.err, `(${code})`)
      t.notMatch(run.err, /\{[a-z]\w*\}/, 'no place is left unfilled')
    }
  }
  await check({ p12: 'foreign.p12' })
  const box = daemon(t, ['run', '--config', file])
  t.match(await box.ready, /^http:\/\/127\.0\.0\.1:\d+$/, 'a wrong key stops no start')
  t.match(box.logged(), /SIGN_WRONG_OWNER/)
  box.ask('SIGTERM')
  t.equal(await box.ended, 0)
})

t.test('the print port is taken: the daemon waits for it and says so; the first receipt after that is heard', async (t) => {
  const { dir, file, port } = await cafe(t)
  const other = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  t.match(await tillgate(['check', '--config', file]), { code: 0, err: /! registers\.0\.link\.tcp: .*\n.*\(CAPTURE_PORT_BUSY\)/ })
  const box = daemon(t, ['run', '--config', file])
  t.ok(await box.ready)
  t.match(box.logged(), /CAPTURE_PORT_BUSY/)
  other.close()
  t.ok(await until(() => /"listening"/.test(box.logged()), 40_000))
  const [bill] = bills(1)
  await say(port, bill?.bytes ?? new Uint8Array())
  box.ask('SIGTERM')
  t.equal(await box.ended, 0)
  t.match((await tillgate(['facts', '--data', join(dir, 'data')])).out, /"kind":"invoice\.issued"/)
})

t.test('a second gateway on the folder is refused and told who holds it; the first goes on', async (t) => {
  const { file, port } = await cafe(t)
  const first = daemon(t, ['run', '--config', file])
  t.ok(await first.ready)
  const pid = /"pid":(\d+)/.exec(readFileSync(join(file, '../data/owner.json'), 'utf8'))?.[1]
  for (const lang of ['vi', 'en']) {
    const second = await tillgate(['--lang', lang, 'run', '--config', file])
    t.equal(second.code, 3)
    t.match(second.err, '(LEDGER_SECOND_WRITER)')
    t.match(second.err, new RegExp(`\\b${pid ?? 'none'}\\b`), 'the holder by its process')
  }
  await say(port, bills(1)[0]?.bytes ?? new Uint8Array())
  t.ok(await until(() => /"issued"/.test(first.logged())))
  first.ask('SIGINT')
  t.equal(await first.ended, 0)
  t.match(first.said(), /Đang dừng|Stopping/)
})

t.test('a data folder that cannot be: exit 3 and 2, with the folder and why', async (t) => {
  const { dir, file } = await cafe(t)
  writeFileSync(join(dir, 'data'), 'a file, not a folder')
  for (const [command, code] of [
    ['run', 3],
    ['check', 2],
  ] as const) {
    const run = await tillgate([command, '--config', file])
    t.equal(run.code, code, command)
    t.match(run.err, '(LEDGER_FOLDER)')
    t.match(run.err, join(dir, 'data'))
    t.notMatch(run.err, /\{\w+\}|\n\s+at /, 'words, no trace of the program')
  }
})

/** Root may mount a small disk; nobody else can fill one without harm. */
function smallDisk(t: Test, folder: string): string | undefined {
  mkdirSync(folder, { mode: 0o700 })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs', folder], { stdio: 'pipe' })
  } catch {
    return 'skipped because only root can mount a small disk'
  }
  t.teardown(() => execFileSync('umount', ['-l', folder]))
  return undefined
}

t.test('the disk is full: printing goes on, nothing takes a number, and all is caught up when there is room', async (t) => {
  let skip: string | undefined
  const shop = await openShop(t, {
    printer: true,
    config: (config, dir) => {
      skip = smallDisk(t, join(dir, 'data'))
      return config
    },
  })
  if (skip) return void t.pass('a full disk', { skip })
  const [first, second, third, fourth] = bills(4)
  if (!first || !second || !third || !fourth) throw new Error('four bills are needed')
  await say(shop.port, first.bytes)
  t.ok(await until(() => shop.tvan.accepted().length === 1))
  const data = join(shop.dir, 'data')
  t.ok(
    await until(() => (statSync(join(data, 'reserve'), { throwIfNoEntry: false })?.size ?? 0) >= 3 * 1024 * 1024, 30_000),
    'a reserve is kept',
  )
  const filler = join(data, 'filler')
  for (const size of [1 << 20, 1 << 12]) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size, 1))
    } catch (error) {
      t.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
    }
  }
  for (const { bytes } of [second, third]) void say(shop.port, bytes)
  const printed = (): Buffer => shop.paper?.printed().bytes ?? Buffer.alloc(0)
  const body = ({ bytes }: Job): Uint8Array => bytes.subarray(0, bytes.lastIndexOf(0x1d))
  t.ok(await until(() => [second, third].every((bill) => printed().indexOf(body(bill)) >= 0)), 'the customers get their paper')
  for (let tries = 0; tries < 400 && (await shop.board())['ledger']?.level !== 'critical'; tries++) {
    void say(shop.port, fourth.bytes)
    await pause(20)
  }
  t.match((await shop.board())['ledger'], { level: 'critical', key: 'fault.LEDGER_DISK_FULL' }, 'said aloud')
  const before = (await shop.facts('invoice.issued')).length

  rmSync(filler)
  t.ok(await until(async () => (await shop.board())['ledger']?.level === 'ok', 30_000), 'room again')
  await say(shop.port, fourth.bytes)
  t.ok(await until(() => shop.tvan.accepted().length === 4, 60_000), 'what was printed meanwhile is invoiced too')
  const invoices = await shop.facts('invoice.issued')
  t.ok(invoices.length >= before)
  t.same(
    invoices.map(({ body: { number } }) => number),
    [1, 2, 3, 4],
    'no number was lost to the full disk',
  )
  t.same(
    invoices.map(({ body: { pay } }) => pay).sort(),
    [first, second, third, fourth].map(({ sale }) => String(sale?.total)).sort(),
  )
})
