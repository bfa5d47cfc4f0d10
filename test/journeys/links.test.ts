import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { printer } from '../../simulators/printer/index.ts'
import { register, type TrueSale } from '../../simulators/register/index.ts'
import { random } from '../../simulators/register/random.ts'
import { SCRIPTS } from '../../simulators/register/scripts.ts'
import { freePort } from '../../src/commands/free-port.ts'
import type { ConfigFile } from '../../src/config-schema.ts'
import { addKey } from '../../src/machine-keys.ts'
import { folder } from '../folder.ts'
import { opened, pair, socat } from '../intake/lines.ts'
import { pause, testClock, until } from './clock.ts'
import { openShop, type ShopRun } from './shop.ts'

/** Customers of the whole run; 2,000 by hand: TILLGATE_SALES=2000. */
const SALES = Number(process.env['TILLGATE_SALES'] ?? 120)

/** One till of the shop: how it is heard, what it plays, where it says it to. */
interface Till {
  readonly id: string
  readonly driver: string
  readonly script: string
  readonly link: ConfigFile['registers'][number]['link']
  readonly to: string
  readonly printer?: { readonly tcp: { readonly host: string; readonly port: number } }
}

interface TruthRow {
  readonly n: number
  readonly sale: TrueSale | null
}

/** What a till really sold, each bill once: one that gave up waiting and printed again sold once. */
function soldBy(dir: string, id: string): readonly number[] {
  const rows = readFileSync(join(dir, `truth-${id}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean)
  const bills = new Map<string, number>()
  for (const { sale } of rows.map((row) => JSON.parse(row) as TruthRow))
    if (sale?.kind === 'sale' && sale.receiptNo !== null) bills.set(sale.receiptNo, sale.total ?? 0)
  return [...bills.values()]
}

/** Every key a part of the board has shown, and a wait for the next. */
function watching(t: Test, shop: ShopRun) {
  const seen = new Set<string>()
  let over = false
  const looking = (async () => {
    while (!over) {
      for (const [part, { key }] of Object.entries(await shop.board())) seen.add(`${part} ${key}`)
      await pause(100)
    }
  })()
  const enough = async (): Promise<void> => {
    over = true
    await looking
  }
  t.teardown(enough)
  const shows = async (part: string, key: string): Promise<boolean> =>
    until(async () => {
      const shown = (await shop.board())[part]?.key === key
      if (shown) seen.add(`${part} ${key}`)
      return shown
    }, 30_000)
  return { seen, shows, enough }
}

t.test(
  'two tills on TCP, one on a serial line that is pulled out, one folder, one program by HTTP: each sale once, each trouble told',
  socat,
  async (t) => {
    const clock = testClock({ speed: 6 })
    const ends = folder(t)
    const [tillEnd, boxEnd] = [join(ends, 'till'), join(ends, 'box')]
    let cable = await pair(tillEnd, boxEnd)
    t.teardown(() => cable.kill('SIGKILL'))
    const device = await printer({ listen: 0, clock })
    t.teardown(() => device.stop())
    const tcp = async () => ({ host: '127.0.0.1', port: await freePort(0) })
    const [first, second] = [await tcp(), await tcp()]
    let tills: readonly Till[] = []
    const shop = await openShop(t, {
      clock,
      config: (config, dir) => {
        const box = join(dir, 'box')
        mkdirSync(box)
        tills = [
          {
            ...{ id: 'R017', driver: 'escpos', script: 'cafe', link: { tcp: first }, to: `tcp://127.0.0.1:${first.port}` },
            printer: { tcp: { host: '127.0.0.1', port: device.port } },
          },
          { id: 'R018', driver: 'escpos', script: 'mischief', link: { tcp: second }, to: `tcp://127.0.0.1:${second.port}` },
          { id: 'R019', driver: 'text', script: 'grocery', link: { serial: { path: boxEnd } }, to: `serial:${tillEnd}` },
          { id: 'R020', driver: 'text', script: 'grocery', link: { file: { path: 'box' } }, to: `file:${box}` },
          { id: 'R021', driver: 'json', script: 'pharmacy', link: { http: {} }, to: 'http' },
        ]
        const [one] = config.registers
        if (!one) throw new Error('a shop has a register')
        const registers = tills.map(({ id, driver, link, printer: paper }, i) => ({
          ...{ id, driver, link, index: 17 + i, symbol: one.symbol.slice(0, 5) + 'ABCDE'[i], stampMs: 5_000 },
          ...(paper ? { printer: paper } : {}),
        }))
        return { ...config, registers }
      },
    })
    const made = addKey(join(shop.dir, 'data'), { name: 'pos', for: 'sales' }, '')
    if (!made.ok) throw new Error(made.fault.code)
    const key = made.value
    const box = join(shop.dir, 'box')
    const { seen, shows, enough } = watching(t, shop)
    const each = Math.ceil(SALES / tills.length / 2)
    const half = (seed: number): Promise<unknown> =>
      Promise.all(
        tills.map(({ id, script, to }, i) => {
          const truth = join(shop.dir, `truth-${id}.jsonl`)
          const way = to === 'http' ? { to: shop.gateway().url, key } : { to }
          const rate = to.startsWith('serial') ? 20 : 0
          return register({ id, script, ...way, clock, truth, count: each, rate, seed: seed + i }).done
        }),
      )
    const issued = async (id: string): Promise<readonly number[]> =>
      (await shop.facts('invoice.issued')).filter(({ body }) => body['register'] === id).map(({ body }) => Number(body['pay']))
    const settled = async (): Promise<boolean> => {
      await pause(200)
      const counts = await Promise.all(tills.map(async ({ id }) => (await issued(id)).length - soldBy(shop.dir, id).length))
      return counts.every((count) => count >= 0)
    }

    const sold = half(1)
    await device.trouble(['gone'])
    t.ok(await shows('printer/R017', 'fault.PRINTER_GONE'), 'the printer is switched off while it sells')
    await device.trouble([])
    await sold
    t.ok(await shows('printer/R017', 'board.printer.ok'), 'and on again')
    t.ok(await until(settled, 60_000), 'the first half is invoiced')

    await t.test('the serial line is pulled out in the middle of a receipt, and put back', async (t) => {
      const [next] = SCRIPTS['grocery']?.({ random: random(77), clock, count: each + 1 }) ?? []
      if (!next) throw new Error('a grocery sells')
      const hand = await opened(tillEnd)
      hand.write(next.bytes.subarray(0, Math.floor(next.bytes.length / 2)))
      await pause(300)
      cable.kill('SIGKILL')
      t.ok(await shows('register/R019', 'fault.CAPTURE_PORT_MISSING'))
      hand.destroy()
      t.ok(
        await until(async () => (await shop.entries('held')).some(({ id }) => id.startsWith('R019'))),
        'the torn half is kept, held',
      )
      cable = await pair(tillEnd, boxEnd)
      t.ok(await shows('register/R019', 'board.register.ok'))
    })
    await t.test('the folder is gone and comes back; an old file comes again, and one that says something else', async (t) => {
      renameSync(box, `${box}.away`)
      t.ok(await shows('register/R020', 'fault.CAPTURE_FILE_MISSING'))
      renameSync(`${box}.away`, box)
      t.ok(await shows('register/R020', 'board.register.ok'))
      const processed = readdirSync(join(box, 'processed'))
      const [old = ''] = processed
      const name = old.replace(/^[0-9a-f]{16}-/, '')
      t.match(JSON.parse(readFileSync(join(box, `${name}.tillgate.json`), 'utf8')), {
        ...{ file: name, outcome: 'read' },
        documents: [{ entry: /^R020-/, invoice: { form: 1, number: Number, code: /^M/ } }],
      })
      cpSync(join(box, 'processed', old), join(box, name))
      t.ok(await shows('register/R020', 'fault.CAPTURE_FILE_AGAIN'))
      // Another sale under the old name: a paper that is none would be set aside for what it is.
      const sold = processed.findLast((file) => {
        const answer = JSON.parse(readFileSync(join(box, `${file.replace(/^[0-9a-f]{16}-/, '')}.tillgate.json`), 'utf8')) as {
          documents?: { invoice?: object }[]
        }
        return file !== old && answer.documents?.some(({ invoice }) => invoice) === true
      })
      cpSync(join(box, 'processed', sold ?? ''), join(box, name))
      t.ok(await shows('register/R020', 'fault.FILE_REVISED'))
      t.ok(
        await until(async () =>
          (await shop.entries('held')).some(({ id, fault }) => /^R020/.test(id) && fault?.code === 'SALE_FILE_REVISED'),
        ),
        'for a person to decide',
      )
    })

    await half(50)
    t.ok(await until(settled, 120_000), 'all of it is invoiced')
    await enough()
    await shop.stop()
    for (const { id } of tills) t.same(await issued(id), soldBy(shop.dir, id), `${id}: 0 lost, 0 doubled, in the order sold`)
    const troubles = [
      'printer/R017 fault.PRINTER_GONE',
      'register/R019 fault.CAPTURE_PORT_MISSING',
      'register/R020 fault.CAPTURE_FILE_MISSING',
      'register/R020 fault.CAPTURE_FILE_AGAIN',
    ]
    for (const trouble of troubles) t.ok(seen.has(trouble), `told: ${trouble}`)
    t.notOk(existsSync(`${box}.away`))
    const total = (await Promise.all(tills.map(async ({ id }) => (await issued(id)).length))).reduce((sum, n) => sum + n, 0)
    t.comment(`${total} sales of ${tills.length} tills`)
  },
)

/** A document of 40 kB: a picture above a few lines, and the cut. */
function picture(): Buffer {
  const [width, rows] = [72, 560]
  const dots = Buffer.from(Array.from({ length: width * rows }, (_, i) => (i * 31 + (i >> 6)) & 0xff))
  const head = Buffer.from([0x1b, 0x40, 0x1d, 0x76, 0x30, 0x00, width, 0, rows & 0xff, rows >> 8])
  return Buffer.concat([head, dots, Buffer.from('\nCAM ON QUY KHACH\n\n\n', 'latin1'), Buffer.from([0x1d, 0x56, 0x42, 0x00])])
}

/** One job; resolves with how our side was ended. */
function sent(port: number, bytes: Uint8Array): Promise<'fin' | 'reset'> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    socket.on('error', () => resolve('reset'))
    socket.once('end', () => {
      socket.destroy()
      resolve('fin')
    })
    socket.resume()
    socket.end(bytes)
  })
}

/** Bytes of buffers that somebody still holds. */
const held = (): number => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().arrayBuffers
}

t.test('a picture of 40 kB on a printer of 960 bytes a second; away for ten seconds; out of paper', async (t) => {
  const clock = testClock({ speed: 40 })
  const device = await printer({ listen: 0, clock, pace: 960, trouble: ['slow'] })
  t.teardown(() => device.stop())
  const shop = await openShop(t, {
    clock,
    config: (config) => ({
      ...config,
      registers: config.registers.map((one) => ({
        ...{ ...one, stamp: 'off' as const },
        printer: { tcp: { host: '127.0.0.1', port: device.port } },
      })),
    }),
  })
  const job = picture()
  const frames = async (): Promise<number> => (await shop.facts('frame.captured')).length
  const printed = (): Buffer => device.printed().bytes

  const before = held()
  t.equal(await sent(shop.port, job), 'fin')
  t.ok(await until(() => printed().length >= job.length, 60_000))
  t.ok(printed().equals(job), 'slow: the paper is what the till sent')
  t.equal(await frames(), 1, 'a pause of the printer is no end of a document')
  t.ok(held() - before < 16 * 1024 * 1024, 'memory is flat')

  await device.trouble(['gone'])
  const waiting = sent(shop.port, job)
  await clock.sleep(10_000, new AbortController().signal)
  t.match((await shop.board())['printer/R017'], { level: 'serious', key: 'fault.PRINTER_GONE' })
  await device.trouble([])
  t.equal(await waiting, 'fin')
  t.ok(await until(() => printed().length >= 2 * job.length, 60_000))
  t.ok(printed().subarray(job.length).equals(job), 'away for ten seconds: printed when it came back')
  t.equal(await frames(), 2)

  await device.trouble(['paper-out'])
  const asked = connect({ host: '127.0.0.1', port: shop.port })
  asked.write(Buffer.from([0x10, 0x04, 0x04]))
  t.ok(await until(async () => (await shop.board())['printer/R017']?.key === 'fault.PRINTER_PAPER_OUT'), 'paper out is told')
  await device.trouble([])
  asked.write(Buffer.from([0x10, 0x04, 0x04]))
  t.ok(await until(async () => (await shop.board())['printer/R017']?.level === 'ok'), 'and paper put in')
  asked.destroy()
})
