import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { SerialPort } from 'serialport'
import t from 'tap'
import { printer } from '../../simulators/printer/index.ts'
import { type RegisterOptions, register } from '../../simulators/register/index.ts'
import { MISCHIEF, readMischief, type Wanted } from '../../simulators/register/mischief.ts'
import { random } from '../../simulators/register/random.ts'
import { type Job, SCRIPTS, type TrueSale } from '../../simulators/register/scripts.ts'
import { systemClock as clock } from '../../src/clock.ts'
import { serialPair } from '../../src/commands/serial-pair.ts'
import { folder } from '../folder.ts'

/** A listener that takes jobs as a printer would; `fate` decides how each connection ends. */
async function listener(fate: (n: number) => 'fin' | 'reset' = () => 'fin') {
  const jobs: Buffer[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const chunks: Buffer[] = []
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (chunk.includes(Buffer.from([0x10, 0x04, 0x01]))) socket.write(Uint8Array.of(0x12))
    })
    socket.on('close', () => void jobs.push(Buffer.concat(chunks)))
    socket.on('end', () => (fate(jobs.length) === 'fin' ? socket.end() : socket.resetAndDestroy()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { jobs, to: `tcp://127.0.0.1:${port}`, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) }
}

interface Line {
  readonly n: number
  readonly register: string
  readonly sha256: string
  readonly sale: { kind: string; receiptNo: string; total: number; issuedAt?: string; lines: { amount: number }[] } | null
  readonly sent: string
  readonly acked: string | null
}
const linesOf = (file: string): Line[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)

const play = (options: Omit<RegisterOptions, 'clock' | 'rate'>) => register({ rate: 0, clock, ...options }).done

t.test('the same seed plays the same customers', (t) => {
  const jobs = (seed: number): readonly Job[] => {
    const dice = random(seed)
    return Array.from(
      { length: 20 },
      (_, i) => SCRIPTS['mischief']?.({ random: dice, clock: { ...clock, now: () => clock.now() }, count: i }) ?? [],
    ).flat()
  }
  const told = (all: readonly Job[]): string => JSON.stringify(all.map((job) => [job.manner, job.sale]))
  t.equal(told(jobs(3)), told(jobs(3)))
  t.not(told(jobs(3)), told(jobs(4)))
  t.end()
})

t.test('over TCP: the truth is on disk when sent and again when our peer closed in order', async (t) => {
  const truth = join(folder(t), 'truth.jsonl')
  const till = await listener()
  t.teardown(till.stop)
  const sales: number[] = []
  const result = await play({
    script: 'cafe',
    id: 'R017',
    to: till.to,
    truth,
    seed: 5,
    count: 12,
    onSale: (sale) => void sales.push(sale.total ?? 0),
  })
  t.equal(result.jobs, result.acked)
  t.ok(result.sales >= 12)
  t.equal(till.jobs.length, result.jobs)
  const lines = linesOf(truth)
  t.same(Object.keys(lines[0] ?? {}), ['n', 'register', 'sha256', 'sale', 'sent', 'acked'])
  for (const n of new Set(lines.map((line) => line.n)))
    t.same(
      lines.filter((line) => line.n === n).map((line) => line.acked !== null),
      [false, true],
    )
  const hashes = till.jobs.map((job) => createHash('sha256').update(stripped(job)).digest('hex'))
  t.same([...new Set(lines.map((line) => line.sha256))].sort(), hashes.sort())
  for (const { sale } of lines) if (sale?.kind === 'sale') t.ok(sale.total > 0 && sale.receiptNo.startsWith('HD'))

  const again = await play({ script: 'cafe', id: 'R017', to: till.to, truth, seed: 5, count: 1 })
  t.ok(again.jobs > 0)
  const next = linesOf(truth).slice(lines.length)
  t.ok((next[0]?.n ?? 0) > Math.max(...lines.map((line) => line.n)), 'a second run goes on where the first ended')
  t.equal(next.find((line) => line.sale?.kind === 'sale')?.sale?.receiptNo, 'HD000013')
})

t.test('R-084: with a truth file the Z of a later run counts the earlier one, and the next day begins at nothing', async (t) => {
  const truth = join(folder(t), 'truth.jsonl')
  const till = await listener()
  t.teardown(till.stop)
  const said = (name: string): string | undefined =>
    new RegExp(`${name}: +([\\d.]+)`).exec(till.jobs.at(-1)?.toString('utf8') ?? '')?.[1]?.replaceAll('.', '')
  const run = (count: number) => play({ script: 'cafe', to: till.to, truth, seed: 5, count, close: true })
  await play({ script: 'cafe', to: till.to, truth, seed: 5, count: 3 })
  await run(2)
  const sums = () => {
    const sales = linesOf(truth).filter(({ sale, acked }) => sale?.kind === 'sale' && acked !== null)
    return [String(sales.length), String(sales.reduce((sum, { sale }) => sum + (sale?.total ?? 0), 0))]
  }
  const first = sums()
  t.same([said('Số hóa đơn'), said('Tổng doanh thu')], first)
  await run(1)
  const second = sums().map((sum, i) => String(Number(sum) - Number(first[i])))
  t.same([said('Số hóa đơn'), said('Tổng doanh thu')], second)
})

/** The probe in front of a job is talk with the printer and no part of the document. */
const stripped = (job: Buffer): Buffer => {
  const probe = Buffer.from([0x1b, 0x40, 0x1b, 0x3d, 0x01, 0x10, 0x04, 0x01])
  return job.subarray(0, 8).equals(probe) ? job.subarray(8) : job
}

t.test('a reset is no acknowledgement', async (t) => {
  const truth = join(folder(t), 'truth.jsonl')
  const till = await listener(() => 'reset')
  t.teardown(till.stop)
  const result = await play({ script: 'restaurant', to: till.to, truth, count: 2 })
  t.equal(result.acked, 0)
  t.ok(linesOf(truth).every((line) => line.acked === null))
})

t.test('mischief: torn, repeated, empty and noisy jobs between true bills', async (t) => {
  const truth = join(folder(t), 'truth.jsonl')
  const till = await listener()
  t.teardown(till.stop)
  await play({ script: 'mischief', to: till.to, truth, seed: 11, count: 25 })
  const lines = linesOf(truth)
  const kinds = new Set(lines.map((line) => line.sale?.kind))
  for (const kind of ['sale', 'incomplete', 'unknown']) t.ok(kinds.has(kind), kind)
  const bills = new Set(
    lines.filter((line) => line.sale?.kind === 'sale' && line.acked !== null).map((line) => line.sale?.receiptNo),
  )
  t.equal(bills.size, 25, 'every customer gets the bill in the end')
})

t.test('into a folder: moved into place; taken away means acknowledged', async (t) => {
  const dir = folder(t, { box: {} })
  const box = join(dir, 'box')
  const truth = join(dir, 'truth.jsonl')
  const stop = new AbortController()
  const run = register({ script: 'grocery', to: `file:${box}`, truth, rate: 0, count: 1, seed: 2, clock, signal: stop.signal })
  const end = clock.up() + 3_000
  while (!readdirSync(box).includes('R001-000001.txt') && clock.up() < end) await clock.sleep(10, stop.signal)
  const [name = ''] = readdirSync(box)
  t.match(name, /^R001-000001\.txt$/)
  writeFileSync(join(dir, 'kept'), readFileSync(join(box, name)))
  unlinkSync(join(box, name))
  const result = await run.done
  t.equal(result.acked, 1)
  t.equal(run.sold(), 1)
  t.equal(
    linesOf(truth).at(-1)?.sha256,
    createHash('sha256')
      .update(readFileSync(join(dir, 'kept')))
      .digest('hex'),
  )
})

t.test('a file of bytes is played again as it is', async (t) => {
  const till = await listener()
  t.teardown(till.stop)
  const file = join(import.meta.dirname, '../../drivers/escpos/samples/d01-retail-k80-utf8.bin')
  await play({ script: file, to: till.to, count: 2 })
  t.equal(till.jobs.length, 2)
  t.ok(till.jobs.every((job) => job.equals(readFileSync(file))))
})

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const all = (text: string): Wanted => readMischief(text).wanted.map(({ name }) => ({ name, often: 100 }))

t.test('on the wire: each kind of mischief is what it says', async (t) => {
  const mischief = async (wanted: string, count = 3, script = 'minimart') => {
    const till = await listener()
    const truth = join(folder(t), 'truth.jsonl')
    const start = clock.up()
    const { acked, jobs } = await play({ script, to: till.to, truth, seed: 3, count, mischief: all(wanted) })
    const took = clock.up() - start
    await till.stop()
    const lines = linesOf(truth)
    const sent = lines.filter((line, i) => lines.findIndex((other) => other.n === line.n) === i)
    return { heard: till.jobs, sent, acked, jobs, took }
  }

  const tiny = await mischief('tiny')
  t.same(
    tiny.heard.map(sha),
    tiny.sent.map((line) => line.sha256),
  )

  const slow = await mischief('slow', 1)
  const bytes = slow.heard[0]?.length ?? 0
  t.ok(bytes > 300 && slow.took >= (bytes / 960) * 900, `${bytes} bytes in ${slow.took} ms`)

  const twice = await mischief('timeout')
  t.equal(twice.sent.length, 6)
  t.equal(new Set(twice.sent.map((line) => line.sha256)).size, 3, 'the same bytes again')
  t.equal(twice.acked, 3, 'and only the second is acknowledged')

  const pair = await mischief('two-in-one', 2)
  t.equal(pair.heard.length, 1, 'both at once')
  t.same([pair.sent.length, pair.acked], [2, 2])
  t.equal(new Set(pair.sent.map((line) => line.sha256)).size, 2)

  const day = await mischief('all-day', 4)
  t.equal(day.heard.length, 1, 'one connection')
  t.equal(sha(day.heard[0] ?? new Uint8Array()), sha(Buffer.concat(day.heard)))
  t.same([day.sent.length, day.acked], [4, 4], 'acknowledged when it ends')

  const copies = await mischief('reprint')
  t.same(
    copies.sent.map((line) => line.sale?.kind),
    ['sale', 'reprint', 'sale', 'reprint', 'sale', 'reprint'],
  )
  const wide = await mischief('reprint', 1, 'cafe')
  t.match(wide.heard.at(-1)?.toString('utf8'), /BẢN SAO/)

  const torn = await mischief('half')
  t.same(
    torn.sent.map((line) => line.sale?.kind),
    ['incomplete', 'sale', 'incomplete', 'sale', 'incomplete', 'sale'],
  )
  t.equal(torn.acked, 3)

  const hasty = await mischief('empty,http,drawer')
  t.equal(hasty.heard.filter((job) => job.length === 0).length, 3)
  t.equal(hasty.heard.filter((job) => job.toString().startsWith('GET / HTTP')).length, 3)

  const page = await mischief('wrong-page')
  const plain = await mischief('none')
  t.same(
    page.heard.map((job) => job.length),
    plain.heard.map((job) => job.length),
  )
  for (const [i, job] of page.heard.entries())
    t.ok([...job].filter((byte, at) => byte !== plain.heard[i]?.[at]).length <= 17, 'another number, and the minute')

  const past = await mischief('clock', 8)
  const years = new Set(past.sent.flatMap((line) => line.sale?.issuedAt?.slice(0, 4) ?? []))
  t.ok(years.has('2000') && years.size === 2, [...years].join())
})

t.test('what is sold does not depend on what goes wrong', async (t) => {
  const sold = async (mischief: Wanted): Promise<unknown[]> => {
    const till = await listener()
    const bills: unknown[] = []
    const onSale = ({ kind, receiptNo, total }: TrueSale): unknown => kind === 'sale' && bills.push([receiptNo, total])
    await play({ script: 'hotel', to: till.to, seed: 4, count: 6, mischief, onSale })
    await till.stop()
    return bills
  }
  t.same(await sold(all('half,noise,tiny,empty')), await sold([]))
})

t.test('paper out: the till asks until there is paper, then prints; nothing is lost', async (t) => {
  const device = await printer({ listen: 0, clock, trouble: ['paper-out'] })
  t.teardown(() => device.stop())
  const run = register({
    ...{ script: 'cafe', to: `tcp://127.0.0.1:${device.port}`, rate: 0, seed: 3, count: 1, clock },
    mischief: all('paper-out'),
  })
  await clock.sleep(700, new AbortController().signal)
  t.equal(run.sold(), 0)
  t.equal(device.printed().bytes.length, 0)
  await device.trouble([])
  const { acked, jobs } = await run.done
  t.equal(acked, jobs)
  t.match(device.printed().papers.join('\n'), /Tổng cộng/)
})

t.test('names nobody knows are told, with how often a known one plays', async (t) => {
  t.same(readMischief('half, slow:40,none,'), {
    wanted: [
      { name: 'half', often: MISCHIEF.half.often },
      { name: 'slow', often: 40 },
    ],
    strange: [],
  })
  t.same(readMischief('hafl,slow:x,toString').strange, ['hafl', 'slow:x', 'toString'])
  await t.rejects(register({ script: 'toString', to: 'tcp://127.0.0.1:1', clock }).done, { code: 'ENOENT' })
  await t.rejects(register({ script: 'cafe', to: 'ftp://127.0.0.1', clock }).done, /no such way/)
})

t.test('two receipts for nobody: what was held back is given up, not waited for', async (t) => {
  const till = await listener()
  const { to } = till
  const stop = new AbortController()
  const run = register({
    script: 'petrol',
    to,
    rate: 2,
    seed: 1,
    count: 2,
    clock,
    signal: stop.signal,
    mischief: all('two-in-one'),
  })
  await till.stop()
  await clock.sleep(200, stop.signal)
  stop.abort()
  t.equal((await run.done).acked, 0)
})

t.test('down a serial line: every byte arrives, in order, at the pace asked for', async (t) => {
  const dir = folder(t)
  const pair = await serialPair(dir)
  if (!pair) {
    t.pass('skipped because socat is not here')
    return
  }
  t.teardown(() => pair.stop())
  const heard: Buffer[] = []
  const box = new SerialPort({ path: pair.box, baudRate: 9600 })
  box.on('data', (chunk: Buffer) => {
    heard.push(chunk)
    if (chunk.includes(Buffer.from([0x10, 0x04, 0x01]))) box.write(Buffer.of(0x12))
  })
  await new Promise((resolve) => box.once('open', resolve))
  const sent: Uint8Array[] = []
  const start = clock.up()
  const wanted = readMischief('probe:50,slow:50,tiny:50,noise:100').wanted
  const onSale = (_: TrueSale, bytes: Uint8Array): unknown => sent.push(bytes)
  const { sales } = await play({ script: 'ecr', to: `serial:${pair.till}`, seed: 2, count: 8, mischief: wanted, onSale })
  t.ok(sales >= 6)
  await clock.sleep(200, new AbortController().signal)
  const line = Buffer.concat(heard)
  let at = 0
  for (const bytes of sent) {
    at = line.indexOf(bytes, at)
    t.ok(at >= 0, `${bytes.length} bytes`)
    at += bytes.length
  }
  t.ok(clock.up() - start > 200)
  await new Promise<void>((resolve) => box.close(() => resolve()))
})
