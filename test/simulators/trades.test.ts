import t from 'tap'
import { driverById } from '../../drivers/index.ts'
import { random } from '../../simulators/register/random.ts'
import type { Job } from '../../simulators/register/script.ts'
import { TRADES } from '../../simulators/register/trades/index.ts'
import { formatDecimal } from '../../src/domain/decimal.ts'
import type { Driver } from '../../src/domain/driver.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import { instant } from '../../src/domain/time.ts'
import { reader } from '../../src/reading/index.ts'

/** A day that stands still: the same seed gives the same bytes. */
const clock = {
  now: () => instant(Date.parse('2026-11-21T08:15:02+07:00')),
  up: () => 1_000,
  sleep: async (): Promise<void> => {},
}

/** What our own driver and reader make of the bytes of one job. */
function readings(bytes: Uint8Array, driver: Driver): Reading[] {
  const framer = driver.framer()
  const frames = [...framer.push(bytes).frames, ...framer.quiet().frames, ...framer.close(false).frames]
  return frames.map((frame) => {
    const read = driver.read(frame.bytes)
    if (!read.ok) throw new Error(`${driver.id}: ${read.fault.code}`)
    return read.value.kind === 'page' ? reader.read(read.value.page) : read.value.reading
  })
}

/** In which respect the reading is not what was sold; undefined: it is. */
function differs(reading: Reading, { sale }: Job): string | undefined {
  if (reading.kind !== sale?.kind) return `${sale?.kind} read as ${reading.kind}`
  if (sale.kind !== 'sale') return undefined
  if (reading.outcome !== 'ready') return `${reading.outcome} ${'fault' in reading ? JSON.stringify(reading.fault) : ''}`
  const { receiptNo, total, lines } = reading.receipt
  if (receiptNo !== sale.receiptNo) return `number ${receiptNo}, not ${sale.receiptNo}`
  if (total !== BigInt(sale.total ?? 0)) return `total ${total}, not ${sale.total}`
  const read = lines.filter(({ amount }) => amount !== 0n).map((line) => `${formatDecimal(line.qty)} ${line.amount}`)
  const sold = sale.lines.map((line) => `${line.qty} ${line.amount}`)
  return read.join(', ') === sold.join(', ') ? undefined : `lines ${read.join(', ')}, not ${sold.join(', ')}`
}

const customers = (script: string, count: number, seed: number): Job[] => {
  const dice = random(seed)
  return Array.from({ length: count }, (_, i) => TRADES[script]?.act({ random: dice, clock, count: i + 1 }) ?? []).flat()
}

void t.test('every trade: what its own driver and the reader find is exactly what was sold', async (t) => {
  t.ok(Object.keys(TRADES).length >= 14, `${Object.keys(TRADES).length} trades`)
  for (const [name, trade] of Object.entries(TRADES)) {
    const driver = driverById(trade.driver)
    if (!driver) throw new Error(`no driver ${trade.driver}`)
    const wrong: string[] = []
    let sales = 0
    for (const one of customers(name, 20, 7)) {
      const [reading, ...more] = readings(one.bytes, driver)
      if (!reading || more.length > 0) wrong.push(`${reading ? more.length + 1 : 0} documents`)
      else {
        const how = differs(reading, one)
        if (how) wrong.push(`${how}: ${reading.textLines.join(' / ')}`)
      }
      if (one.sale?.kind === 'sale') sales += 1
    }
    t.same(wrong.slice(0, 3), [], name)
    t.ok(sales >= 15, `${name}: ${sales} sales`)
  }
})
