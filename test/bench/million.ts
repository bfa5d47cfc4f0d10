import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/clock.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import { openLedger } from '../../src/ledger/ledger.ts'
import { bareNode, place, silentAuthority, startDaemon, usage } from './daemon.ts'
import { type Figure, figure, median, type Turn, timed } from './figure.ts'
import { sink } from './paper.ts'
import { inParallel, must, receipts, registerNumber, sales, shop } from './shop.ts'

/** Invoices that wait behind a silent provider: the worst a start can find. */
export async function millionFigures(where: string, main: string, count: number): Promise<Figure[]> {
  const printer = await sink()
  const authority = await silentAuthority()
  const at = await place({ main, where, printer: printer.port, authority: authority.url })
  const data = join(at.dir, 'data')
  const filled = await fill(data, count)
  const bytes = ['', '-wal'].reduce(
    (sum, end) => sum + (statSync(join(data, `tillgate.db${end}`), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
  const starts: number[] = []
  let mib = 0
  for (let i = 0; i < 3; i++) {
    const daemon = await startDaemon(at)
    starts.push(daemon.startMs)
    mib = usage(daemon.pid).mib
    await daemon.stop()
  }
  const { startMs } = await bareNode()
  authority.stop()
  await printer.stop()
  const stored = `${count} unsent invoices stored`
  return [
    figure(
      'million.fill',
      filled.rate,
      '/s',
      undefined,
      `frame and invoice each, one thread at a time; ${Math.round(filled.perCpu)} per CPU second`,
    ),
    figure(
      'million.bytes',
      bytes / count,
      'B',
      undefined,
      'of disk for each invoice with its receipt, all included; must be 6000, aim 4000',
    ),
    figure(
      'million.start',
      median(starts),
      'ms',
      startMs,
      `${stored}; limit: bare node; worst of 3: ${Math.round(Math.max(...starts))}; must be 3000`,
    ),
    figure('million.memory', mib, 'MiB', undefined, `resident when ready, ${stored}`),
  ]
}

/** The way the gateway writes them, without its reading: one frame, one invoice, again and again. */
async function fill(dir: string, count: number): Promise<Turn> {
  const ledger = must(
    await openLedger({ dir, clock: systemClock, taxCode: shop.taxCode, build: 'bench', config: '0'.repeat(64) }),
  )
  const register = registerNumber(17)
  const series = vietnam.series(shop, register, systemClock.now())
  must(await ledger.record({ kind: 'symbol', series, register: register.id, index: 17, block: shop.codeBlock, scheme: 'RRR+8' }))
  const sold = sales(200)
  const papers = receipts()
  const frames = Array.from({ length: 200 }, () => papers.next().value)
  const turn = await timed(async () => {
    await inParallel(count, 1_000, async (i) => {
      const [sale, bytes] = [sold[i % sold.length], frames[i % frames.length]]
      if (!sale || !bytes) throw new Error('nothing to sell')
      const entry = must(await ledger.capture(register.id, { bytes, discarded: 0, torn: false }))
      must(await ledger.issue(entry, must(vietnam.draft(sale, shop, register, systemClock.now()))))
    })
    return count
  })
  await ledger.close()
  return turn
}
