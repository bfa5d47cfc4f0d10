import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { driverById } from '../../drivers/index.ts'
import { printer } from '../../simulators/printer/index.ts'
import { register, type TrueSale } from '../../simulators/register/index.ts'
import type { Driver } from '../../src/domain/driver.ts'
import { tcpPrinter } from '../../src/intake/printer.ts'
import { reader } from '../../src/reading/index.ts'
import { clock, MemoryLedger, shop, soon, until } from './fakes.ts'

const escpos = (): Driver => {
  const driver = driverById('escpos')
  if (!driver) throw new Error('no escpos driver')
  return driver
}

/** A ledger whose documents are judged by the real reader, as the clerk will. */
class ReadingLedger extends MemoryLedger {
  override judge = (text: string): 'queued' | 'set-aside' | 'held' => {
    const read = escpos().read(Buffer.from(text, 'latin1'))
    if (!read.ok || read.value.kind !== 'page') return 'held'
    const { outcome } = reader.read(read.value.page)
    return outcome === 'ready' ? 'queued' : outcome === 'ignored' ? 'set-aside' : 'held'
  }
}

async function open(t: Test) {
  const device = await printer({ listen: 0, clock })
  const ledger = new ReadingLedger()
  const gate = await shop({ driver: escpos(), printer: tcpPrinter({ host: '127.0.0.1', port: device.port, clock }) }, ledger)
  t.teardown(async () => {
    await gate.part.stop(soon(1_000))
    await device.stop()
  })
  return { device, ...gate, to: `tcp://127.0.0.1:${gate.port}` }
}

/** The bytes that went in, found in what came out in the same order; what is left over was added. */
function added(sent: Buffer, got: Buffer): number {
  let at = 0
  for (const byte of got) if (at < sent.length && byte === sent[at]) at += 1
  return at === sent.length ? got.length - sent.length : Number.NaN
}

for (const script of ['cafe', 'cafe-58', 'restaurant'])
  t.test(`${script}: every bill is kept whole and printed with its stamp; nothing else is stamped or changed`, async (t) => {
    const { device, ledger, to } = await open(t)
    const jobs: { readonly sale: TrueSale; readonly bytes: Buffer }[] = []
    const run = register({
      script,
      to,
      clock,
      rate: 0,
      count: 15,
      seed: 3,
      onSale: (sale, bytes) => void jobs.push({ sale, bytes: Buffer.from(bytes) }),
    })
    const result = await run.done
    t.equal(result.acked, result.jobs)
    const sales = jobs.filter((job) => job.sale.kind === 'sale')
    t.ok(await until(() => ledger.stamps().length === sales.length))
    t.ok(ledger.stamps().every((how) => how === 'before-cut'))
    const papers = device.printed().papers.filter((paper) => !/^\s*\[drawer\]\s*$/.test(paper))
    t.equal(papers.length, jobs.length)
    for (const [i, { sale }] of jobs.entries())
      t.equal(/\[QR: qr\]/.test(papers[i] ?? ''), sale.kind === 'sale', `${sale.kind} ${sale.receiptNo}`)
    t.ok(added(Buffer.concat(jobs.map((job) => job.bytes)), device.printed().bytes) > 0, 'nothing is lost or out of order')
    const kept = ledger.heard.map(({ heard }) => Buffer.from(heard.bytes))
    for (const { bytes } of sales) t.ok(kept.some((frame) => bytes.indexOf(frame) >= 0 && frame.length > bytes.length - 30))
  })

t.test('mischief: printing never stops, and every acknowledged bill is kept', async (t) => {
  const { device, ledger, to, log } = await open(t)
  const bills = new Set<string>()
  const run = register({
    ...{ script: 'mischief', to, clock, rate: 0, count: 20, seed: 9 },
    onSale: (sale) => void (sale.kind === 'sale' && bills.add(String(sale.receiptNo))),
  })
  await run.done
  t.equal(bills.size, 20)
  const kept = ledger.texts().join('')
  const paper = device.printed().papers.join('\n')
  for (const bill of bills) {
    t.ok(kept.includes(bill), `${bill} kept`)
    t.ok(paper.includes(bill), `${bill} printed`)
  }
  t.same(
    log.lines.filter((line) => line.startsWith('error')),
    [],
  )
})

t.test('three documents in one job, byte by byte and at once: the same papers', async (t) => {
  const bytes = readFileSync(join(import.meta.dirname, '../../drivers/escpos/samples/d04-restaurant-three-documents.bin'))
  const { device, ledger, port } = await open(t)
  const { connect } = await import('node:net')
  const send = async (size: number): Promise<void> => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    for (let at = 0; at < bytes.length; at += size) {
      socket.write(bytes.subarray(at, at + size))
      if (size < 100) await new Promise((resolve) => setImmediate(resolve))
    }
    socket.end()
    await new Promise((resolve) => socket.once('close', resolve))
  }
  await send(bytes.length)
  await send(1)
  const papers = device.printed().papers.map((paper) => paper.replace(/HD \d/, ''))
  t.equal(ledger.heard.length, 6)
  t.same(papers.slice(3, 6), papers.slice(0, 3))
  t.same(
    papers.slice(0, 3).map((paper) => paper.includes('[QR: qr]')),
    [false, false, true],
  )
})
