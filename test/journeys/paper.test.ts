import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { drivers } from '../../drivers/index.ts'
import { printer } from '../../simulators/printer/index.ts'
import { random } from '../../simulators/register/random.ts'
import { type Job, SCRIPTS } from '../../simulators/register/scripts.ts'
import type { Driver } from '../../src/domain/driver.ts'
import type { Stamp } from '../../src/domain/invoice.ts'
import { openForReading } from '../../src/ledger/sqlite.ts'
import { pause, testClock, until } from './clock.ts'
import { openShop, type ShopRun } from './shop.ts'

const driverOf = (id: string): Driver => {
  const driver = drivers.find((one) => one.id === id)
  if (!driver) throw new Error(`no driver ${id}`)
  return driver
}

/** The stamps of all invoices, drawn anew from the book as their driver draws them, in the order heard. */
function stamps(shop: ShopRun, driver: Driver): readonly Buffer[] {
  const db = openForReading(join(shop.dir, 'data', 'tillgate.db'))
  const rows = db
    .sql(
      `SELECT i.stamp AS stamp, d.bytes AS frame FROM invoice i JOIN frame f ON f.entry = i.entry
       JOIN document d ON d.fact = f.fact AND d.role = 'frame' ORDER BY i.entry`,
    )
    .all()
  db.close()
  return rows.map((row) => {
    const read = driver.read(row['frame'] as Uint8Array)
    if (!read.ok || read.value.kind !== 'page') throw new Error('a stamped receipt is a page')
    return Buffer.from(driver.stamp?.(JSON.parse(String(row['stamp'])) as Stamp, read.value.page) ?? [])
  })
}

/** What a till of this script prints to so many customers. */
function jobsOf(shop: ShopRun, script: string, customers: number, seed = 4): readonly Job[] {
  const dice = random(seed)
  return Array.from({ length: customers }, (_, i) => i + 1).flatMap(
    (count) => SCRIPTS[script]?.({ random: dice, clock: shop.clock, count }) ?? [],
  )
}

/** `printed` without each stamp, found in order; throws where one is missing. */
function without(printed: Buffer, drawn: readonly Buffer[]): Buffer {
  const rest: Buffer[] = []
  let at = 0
  for (const stamp of drawn) {
    const found = printed.indexOf(stamp, at)
    if (found < 0) throw new Error(`a stamp of ${stamp.length} bytes is not on the paper`)
    rest.push(printed.subarray(at, found))
    at = found + stamp.length
  }
  return Buffer.concat([...rest, printed.subarray(at)])
}

/** One conversation of a till: the bytes in pieces; resolves with what came back once our side is closed in order. */
async function print(port: number, bytes: Uint8Array, piece: number, gap = 0): Promise<Buffer> {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
  const back: Buffer[] = []
  socket.on('data', (chunk: Buffer) => back.push(chunk))
  const ended = new Promise<void>((resolve, reject) => {
    socket.once('end', resolve)
    socket.once('error', reject)
  })
  for (let at = 0; at < bytes.length; at += piece) {
    await new Promise<void>((resolve) => socket.write(bytes.subarray(at, at + piece), () => resolve()))
    if (gap > 0) await pause(gap)
  }
  socket.end()
  await ended
  socket.destroy()
  return Buffer.concat(back)
}

/** Nothing but stamps stands between what the till sent and what was printed; each sale has one, nothing else has. */
async function same(t: Test, shop: ShopRun, sent: Buffer, sales: number, driver = driverOf('escpos')): Promise<void> {
  t.ok(await until(async () => (await shop.facts('invoice.stamped')).length === sales), 'every sale is noted as stamped')
  const noted = await shop.facts('invoice.stamped')
  t.same(
    noted.map(({ body }) => body['how']),
    noted.map(() => 'before-cut'),
  )
  const drawn = stamps(shop, driver)
  t.equal(drawn.length, sales)
  const printed = shop.paper?.printed().bytes ?? Buffer.alloc(0)
  t.ok(
    drawn.every((stamp) => stamp.length > 100),
    'a stamp has words and a QR',
  )
  t.ok(without(printed, drawn).equals(sent), 'without its stamps the paper is what the till sent, byte for byte')
}

const bytesOf = (jobs: readonly { readonly bytes: Uint8Array }[]): Buffer => Buffer.concat(jobs.map(({ bytes }) => bytes))
const salesIn = (jobs: readonly Job[]): number => jobs.filter(({ sale }) => sale?.kind === 'sale').length

for (const script of ['cafe', 'cafe-58', 'restaurant'])
  t.test(`${script}: the paper is the till's own but for the stamp, in whatever pieces it comes`, async (t) => {
    const shop = await openShop(t, { printer: true })
    const jobs = jobsOf(shop, script, 8)
    t.ok(jobs.length > 8, 'kitchen tickets, copies or provisional bills are among them')
    for (const [i, { bytes }] of jobs.entries())
      t.equal((await print(shop.port, bytes, [1, 7, 61, bytes.length - 2, 4096][i % 5] ?? 1)).length, 0, 'no uncalled answer')
    await same(t, shop, bytesOf(jobs), salesIn(jobs))
  })

t.test('grocery: a journal has no cut to stamp before, so its paper is the same to the last byte', async (t) => {
  const shop = await openShop(t, {
    printer: true,
    config: (config) => ({ ...config, registers: config.registers.map((one) => ({ ...one, driver: 'text' })) }),
  })
  const jobs = jobsOf(shop, 'grocery', 8)
  for (const [i, { bytes }] of jobs.entries()) await print(shop.port, bytes, [1, 13, 4096][i % 3] ?? 1)
  t.ok(await until(async () => (await shop.facts('invoice.issued')).length === salesIn(jobs)), 'its sales are invoiced')
  t.ok(shop.paper?.printed().bytes.equals(bytesOf(jobs)))
})

t.test('the cut torn in two with a pause between, two receipts in one packet, one receipt twice', async (t) => {
  const shop = await openShop(t, { printer: true })
  const [a, b, c] = jobsOf(shop, 'cafe', 12).filter(({ sale, manner }) => sale?.kind === 'sale' && manner === 'plain')
  if (!a || !b || !c) throw new Error('three bills are needed')
  const cut = a.bytes.lastIndexOf(0x1d)
  await print(shop.port, a.bytes, cut + 1, 50)
  await print(shop.port, bytesOf([b, c]), 100_000)
  await print(shop.port, a.bytes, 100_000)
  await same(t, shop, bytesOf([a, b, c, a]), 3)
  t.match(await shop.entries('set-aside'), [{ why: 'duplicate' }], 'the bill that came again is a copy, and gets no stamp')
})

t.test('the till asks and the printer answers, in the middle of a receipt too; paper out comes through', async (t) => {
  const shop = await openShop(t, { printer: true })
  const bill = jobsOf(shop, 'cafe', 9).find(({ sale }) => sale?.kind === 'sale')
  if (!bill) throw new Error('no bill')
  const status = Buffer.from([0x10, 0x04, 0x01, 0x10, 0x04, 0x04])
  const half = bill.bytes.indexOf(0x0a, 200) + 1
  const sent = Buffer.concat([status, bill.bytes.subarray(0, half), status, bill.bytes.subarray(half)])
  t.same([...(await print(shop.port, sent, 64))], [0x12, 0x12, 0x12, 0x12])
  await same(t, shop, sent, 1)
  await shop.paper?.trouble(['paper-out'])
  const asked = connect({ host: '127.0.0.1', port: shop.port })
  const answer = new Promise<Buffer>((resolve) => asked.once('data', resolve))
  asked.write(status)
  t.equal((await answer)[0], 0x1a, 'offline, as the printer itself says')
  asked.destroy()
})

t.test('the authority is silent, the key is locked: printed and stamped all the same', async (t) => {
  const shop = await openShop(t, {
    printer: true,
    moods: ['silent'],
    config: (config, dir) => {
      writeFileSync(join(dir, 'wrong'), 'not the passphrase')
      return { ...config, signer: { ...config.signer, passphrase: { file: 'wrong' } } }
    },
  })
  t.match((await shop.board())['signer'], { level: 'serious', key: 'fault.SIGN_BAD_PASSPHRASE' })
  const jobs = jobsOf(shop, 'cafe', 3)
  for (const { bytes } of jobs) await print(shop.port, bytes, 4096)
  await same(t, shop, bytesOf(jobs), salesIn(jobs))
  t.equal(shop.messages.length, 0, 'nothing leaves unsigned')
  t.equal((await shop.entries('queued')).length, salesIn(jobs), 'sealed and kept; signing waits, selling does not (R-038)')
  t.ok(await until(async () => (await shop.board())['signer/courier']?.key === 'fault.SIGN_BAD_PASSPHRASE'))
})

t.test('the port of the screen is taken: nobody can look, and everything is printed, stamped and filed', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const { port } = other.address() as AddressInfo
  const shop = await openShop(t, {
    printer: true,
    config: (config) => ({ ...config, dashboard: { host: '127.0.0.1', port } }),
  })
  const jobs = jobsOf(shop, 'cafe', 3)
  for (const { bytes } of jobs) await print(shop.port, bytes, 4096)
  await same(t, shop, bytesOf(jobs), salesIn(jobs))
  t.ok(await until(() => shop.tvan.accepted().length === salesIn(jobs)))
  t.ok(
    shop.logged.some((line) => /"level":"error".*"code":"DASHBOARD_PORT_BUSY"/.test(line)),
    'the log says so',
  )
  other.close()
  const live = async (): Promise<boolean> => (await fetch(`${shop.gateway().url}/healthz`)).ok
  t.ok(await until(() => live().catch(() => false), 45_000), 'the screen opens by itself once the port is free')
})

/** A till whose printer is off: it sends, waits for an answer that does not come, and resets. */
async function printInVain(shop: ShopRun, bytes: Uint8Array): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: shop.port, noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()))
  await pause(300)
  socket.resetAndDestroy()
}

for (const [stamp, how] of [
  ['before-cut', 'before-cut'],
  ['slip', 'slip'],
] as const)
  t.test(
    `printer off, the till gives up, and prints again later: the copy that reaches paper is stamped (${stamp})`,
    async (t) => {
      const device = await printer({ listen: 0, clock: testClock() })
      await device.stop()
      const shop = await openShop(t, {
        config: (config) => ({
          ...config,
          registers: config.registers.map((one) => ({
            ...one,
            stamp,
            printer: { tcp: { host: '127.0.0.1', port: device.port } },
          })),
        }),
      })
      const [bill] = jobsOf(shop, 'cafe', 12).filter(({ sale, manner }) => sale?.kind === 'sale' && manner === 'plain')
      if (!bill) throw new Error('no bill')
      const stamped = async () => (await shop.facts('invoice.stamped')).map(({ body }) => body['how'])
      await printInVain(shop, bill.bytes)
      t.ok(await until(async () => (await shop.facts('invoice.issued')).length === 1), 'what was sold is invoiced')
      if (stamp === 'before-cut')
        t.ok(await until(async () => (await stamped()).join() === 'failed', 20_000), 'no paper, and it says so')
      await printInVain(shop, bill.bytes)
      t.ok(await until(async () => (await shop.entries('set-aside')).length === 1), 'the second attempt is a copy')

      const back = await printer({ listen: device.port, clock: shop.clock })
      t.teardown(() => back.stop())
      await print(shop.port, bill.bytes, 4096)
      t.ok(await until(async () => (await stamped()).includes(how), 20_000), 'noted on the invoice')
      const [drawn] = stamps(shop, driverOf('escpos'))
      const count = () =>
        back
          .printed()
          .bytes.toString('latin1')
          .split(drawn?.toString('latin1') ?? '-').length - 1
      t.equal(count(), 1, 'the paper in the hand of the buyer has code and QR')
      await print(shop.port, bill.bytes, 4096)
      await print(shop.port, bill.bytes, 4096)
      t.ok(await until(async () => (await shop.entries('set-aside')).length === 4))
      await pause(300)
      t.equal(count(), 1, 'a copy of a stamped bill is a copy')
      t.equal((await stamped()).filter((one) => one === how).length, 1)
      t.equal((await shop.facts('invoice.issued')).length, 1)
    },
  )

t.test(
  'a printer that resets with a whole receipt in its hand: told with its number, printed again, invoiced once',
  async (t) => {
    const shop = await openShop(t, { printer: true })
    const [bill] = jobsOf(shop, 'cafe', 12).filter(({ sale, manner }) => sale?.kind === 'sale' && manner === 'plain')
    if (!bill || !shop.paper) throw new Error('no bill')
    const stamped = async () => (await shop.facts('invoice.stamped')).map(({ body }) => body['how']).join()
    const sign = async () => Object.entries(await shop.board()).find(([part]) => part.startsWith('printer/'))?.[1]
    await shop.paper.trouble(['paper-out'])
    const till = connect({ host: '127.0.0.1', port: shop.port, noDelay: true })
    t.teardown(() => till.destroy())
    await once(till, 'connect')
    till.write(bill.bytes)
    t.ok(await until(async () => (await shop.facts('invoice.issued')).length === 1))
    await pause(500)
    t.equal(await stamped(), '', 'taken, but nothing has shown that it came out')
    await shop.paper.trouble(['paper-out', 'gone'])
    t.ok(await until(async () => (await stamped()) === 'failed', 20_000))
    t.match(await sign(), { level: 'warning', key: 'fault.PRINTER_UNSURE', values: { number: '1' } })
    t.equal(shop.paper.printed().bytes.length, 0)
    await shop.paper.trouble([])
    till.end()
    await print(shop.port, bill.bytes, 4096)
    t.ok(await until(async () => (await stamped()) === 'failed,before-cut', 20_000))
    t.match(await sign(), { level: 'ok' })
    t.equal((await shop.facts('invoice.issued')).length, 1, 'never a second invoice')
    const [drawn] = stamps(shop, driverOf('escpos'))
    t.ok(drawn && shop.paper.printed().bytes.includes(drawn), 'the buyer has code and QR')
  },
)

t.test('stopped and started between two customers: numbers and stamps go on', async (t) => {
  const shop = await openShop(t, { printer: true })
  const jobs = jobsOf(shop, 'cafe', 4)
  for (const [i, { bytes }] of jobs.entries()) {
    if (i === 2) {
      await shop.stop()
      await shop.start()
    }
    await print(shop.port, bytes, 4096)
  }
  await same(t, shop, bytesOf(jobs), salesIn(jobs))
  t.same(
    (await shop.facts('invoice.issued')).map(({ body }) => body['number']),
    Array.from({ length: salesIn(jobs) }, (_, i) => i + 1),
  )
})
