import t from 'tap'
import { driverById } from '../../drivers/index.ts'
import { MISCHIEF, type MischiefName, mischievous } from '../../simulators/register/mischief.ts'
import { random } from '../../simulators/register/random.ts'
import type { Job } from '../../simulators/register/script.ts'
import { TRADES } from '../../simulators/register/trades/index.ts'
import { bodyOf } from '../../simulators/register/wire-http.ts'
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
function readings(bytes: Uint8Array, driver: Driver, torn = false): Reading[] {
  const framer = driver.framer()
  const frames = [...framer.push(bytes).frames, ...(torn ? [] : framer.quiet().frames), ...framer.close(torn).frames]
  return frames.map((frame) => {
    const read = driver.read(frame.bytes)
    if (!read.ok) throw new Error(`${driver.id}: ${read.fault.code}`)
    if (frame.torn && read.value.kind === 'page') return reader.read({ ...read.value.page, boundary: 'torn' })
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

const driverOf = (name: string): Driver => {
  const driver = driverById(TRADES[name]?.driver ?? '')
  if (!driver) throw new Error(`no driver for ${name}`)
  return driver
}

/** What so many customers of a trade get; `wrong`: with this going wrong every time. */
function customers(name: string, count: number, seed: number, wrong?: MischiefName): Job[] {
  const dice = random(seed)
  const act = TRADES[name]?.act
  if (!act) throw new Error(name)
  const script = wrong ? mischievous(act, [{ name: wrong, often: 100 }], random(~seed)) : act
  return Array.from({ length: count }, (_, i) => script({ random: dice, clock, count: i + 1 })).flat()
}

void t.test('every trade: what its own driver and the reader find is exactly what was sold', async (t) => {
  t.ok(Object.keys(TRADES).length >= 14, `${Object.keys(TRADES).length} trades`)
  for (const name of Object.keys(TRADES)) {
    const driver = driverOf(name)
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

void t.test('the same seed prints the same bytes, another seed other goods', async (t) => {
  const printed = (name: string, seed: number): string =>
    customers(name, 10, seed)
      .map(({ bytes }) => Buffer.from(bytes).toString('hex'))
      .join()
  for (const name of Object.keys(TRADES)) {
    t.equal(printed(name, 3), printed(name, 3), name)
    t.not(printed(name, 3), printed(name, 4), name)
  }
})

void t.test('sales as software posts them prove themselves, whatever the trade', async (t) => {
  const json = driverById('json')
  if (!json) throw new Error('no json driver')
  for (const name of Object.keys(TRADES)) {
    const wrong: string[] = []
    for (const one of customers(name, 20, 8)) {
      if (one.sale?.kind !== 'sale') continue
      const read = json.read(Buffer.from(bodyOf(one.sale)))
      const reading = read.ok && read.value.kind === 'reading' ? read.value.reading : undefined
      const how = reading ? differs(reading, one) : 'not read'
      if (how) wrong.push(`${how}: ${bodyOf(one.sale)}`)
    }
    t.same(wrong.slice(0, 2), [], name)
  }
})

/** What arrives on one connection. */
interface Heard {
  readonly bytes: Uint8Array
  readonly torn: boolean
  readonly jobs: readonly Job[]
}

/** The jobs as connections bring them: some share one, some are torn, some have noise in front. */
function heard(jobs: readonly Job[]): Heard[] {
  const all: Heard[] = []
  let open: Job[] = []
  for (const one of jobs) {
    open.push(one)
    if (one.manner === 'joined' || one.manner === 'kept') continue
    const bytes = Buffer.concat(open.flatMap(({ before, bytes }) => [before ?? new Uint8Array(), bytes]))
    all.push({ bytes, torn: one.manner === 'half', jobs: open })
    open = []
  }
  if (open.length > 0) all.push({ bytes: Buffer.concat(open.map(({ bytes }) => bytes)), torn: false, jobs: open })
  return all
}

/** Only these may keep a bill from being sold at once: letters nobody can be sure of, a roll without its mode line. */
const SPOILS: Partial<Record<MischiefName, RegExp>> = { 'wrong-page': /^held DRIVER_ENCODING/, noise: /^(held|unreadable)/ }

void t.test('whatever goes wrong, nothing is ready but what was sold, and what was sold is ready', async (t) => {
  for (const wrong of Object.keys(MISCHIEF) as MischiefName[]) {
    const odd: string[] = []
    let [sold, ready, bent] = [0, 0, 0]
    for (const name of Object.keys(TRADES)) {
      const driver = driverOf(name)
      for (const { bytes, torn, jobs } of heard(customers(name, 4, 5, wrong))) {
        const sales = jobs.filter(({ sale, manner }) => sale?.kind === 'sale' && manner !== 'half')
        const said = readings(bytes, driver, torn)
        const known = new Set(sales.map(({ sale }) => `${sale?.receiptNo} ${sale?.total}`))
        sold += sales.length
        for (const reading of said) {
          if (reading.outcome === 'ready') {
            ready += 1
            const { receiptNo, total, issuedAt } = reading.receipt
            // Hum on the line may cost a roll the line with its number.
            const sale = sales.find(
              (one) => one.sale?.total === Number(total) && (receiptNo ?? one.sale.receiptNo) === one.sale.receiptNo,
            )
            if (!known.delete(`${sale?.sale?.receiptNo} ${total}`) || (!receiptNo && wrong !== 'noise'))
              odd.push(`${name}: ${receiptNo} ${total} was never sold`)
            if (issuedAt && !jobs.some(({ sale }) => sale?.issuedAt === issuedAt.slice(0, 16))) odd.push(`${name}: ${issuedAt}`)
          } else if (
            reading.kind === 'sale' &&
            SPOILS[wrong]?.test(`${reading.outcome} ${'fault' in reading ? reading.fault?.code : ''}`)
          )
            bent += 1
        }
        for (const lost of known)
          if (!SPOILS[wrong]) odd.push(`${name}: ${lost} is not ready: ${said.map((one) => `${one.kind} ${one.outcome}`).join()}`)
      }
    }
    t.same(odd.slice(0, 3), [], wrong)
    t.ok(sold >= 60, `${wrong}: ${sold} sales`)
    t.ok(ready + bent >= sold * 0.9, `${wrong}: ${ready} ready, ${bent} held of ${sold}`)
  }
})
