import t from 'tap'
import { driverById } from '../../drivers/index.ts'
import { tillDay } from '../../simulators/register/day.ts'
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
  const day = tillDay()
  return Array.from({ length: count }, (_, i) => script({ random: dice, clock, count: i + 1, day })).flat()
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

/** The totals a report shows, as the gateway reads them off its paper. */
function totalsOf({ bytes }: Job, driver: Driver): unknown {
  const [reading] = readings(bytes, driver)
  if (reading?.outcome !== 'ignored' || reading.why !== 'closing') throw new Error(`read as ${reading?.kind}`)
  const { count, pay, rates = [], tenders = [] } = reading.totals ?? {}
  return {
    ...{ count, pay },
    rates: rates.map(({ rate, gross }) => [rate.replace('%', ''), gross]).sort(),
    tenders: tenders.map(({ method, amount }) => [method, amount]).sort(),
  }
}

/** The same, added up once more from the papers themselves: bills less what came back, before cash is rounded. */
function countedFrom(papers: readonly Job[]): unknown {
  const sold = papers.flatMap(({ sale }) => (sale?.kind === 'sale' || sale?.kind === 'refund' ? [sale] : []))
  const owed = sold.map(({ total, rounding }) => BigInt((total ?? 0) - (rounding ?? 0)))
  const rates = new Map<string, bigint>()
  const tenders = new Map<string, bigint>()
  for (const { vat, payments, lines, total } of sold) {
    const rows = vat?.map(({ rate, base, tax }) => [rate, base + tax] as const) ?? [
      [lines[0]?.vatRate ?? '', total ?? 0] as const,
    ]
    for (const [rate, gross] of rows) if (rate) rates.set(rate, (rates.get(rate) ?? 0n) + BigInt(gross))
    for (const { method, amount } of payments ?? []) tenders.set(method, (tenders.get(method) ?? 0n) + BigInt(amount))
  }
  return {
    count: sold.filter(({ kind }) => kind === 'sale').length,
    pay: owed.reduce((sum, one) => sum + one, 0n),
    rates: [...rates].sort(),
    tenders: [...tenders].sort(),
  }
}

void t.test(
  'R-084, every trade: the report that ends its day says what it printed, and the next day begins at nothing',
  async (t) => {
    for (const [name, { act, close }] of Object.entries(TRADES)) {
      const driver = driverOf(name)
      const day = tillDay()
      const dice = random(9)
      const scene = { random: dice, clock, day }
      const play = (from: number, to: number): Job[] =>
        Array.from({ length: to - from }, (_, i) => act({ ...scene, count: from + i })).flat()
      const first = play(1, 10)
      t.same(totalsOf(close({ ...scene, count: 10 }), driver), name === 'ecr' ? ecrSays(first) : countedFrom(first), name)
      const second = play(11, 20)
      const z = close({ ...scene, count: 20 })
      t.same(totalsOf(z, driver), name === 'ecr' ? ecrSays(second) : countedFrom(second), `${name}, the day after`)
      t.match(readings(z.bytes, driver)[0], { kind: 'report', totals: { counter: /^0*2$/ } }, `${name}: its second`)
    }
  },
)

/** All its departments have one rate, which its entries do not print. */
const ecrSays = (papers: readonly Job[]): unknown => {
  const counted = countedFrom(papers) as { pay: bigint }
  return { ...counted, rates: [['8', counted.pay]] }
}

void t.test('a register looks at its day (X) and ends it (Z); what came back was sold that day', async (t) => {
  const papers = customers('ecr', 80, 3)
  const of = (kind: string, list = papers): Job[] => list.filter(({ sale }) => sale?.kind === kind)
  t.same(
    of('report').map(({ sale }) => sale?.reading),
    ['X', 'Z', 'X', 'Z', 'X', 'Z', 'X', 'Z'],
  )
  for (const { sale } of of('refund')) {
    const bought = of('sale').find((one) => one.sale?.receiptNo === sale?.of)?.sale
    t.ok(
      bought?.lines.some(({ name, amount }) => name === sale?.lines[0]?.name && amount === -(sale?.total ?? 0)),
      `${sale?.receiptNo} of ${sale?.of}`,
    )
  }
  t.ok(of('refund').length > 0)
  t.ok(papers.some(({ sale }) => sale?.voided !== undefined))
  let from = 0
  for (const report of of('report')) {
    const since = papers.slice(from, papers.indexOf(report))
    const words = Buffer.from(report.bytes).toString('latin1')
    const voids = since.flatMap(({ sale }) => sale?.voided ?? [])
    const shown = (name: string, count: number, sum: number): string =>
      count === 0 ? '' : `${name} ${count} ${sum.toLocaleString('de')}`
    const said = (name: string): string => new RegExp(`^${name} .*$`, 'm').exec(words)?.[0].replace(/ +/g, ' ').trim() ?? ''
    t.equal(
      said('VOID'),
      shown(
        'VOID',
        voids.length,
        voids.reduce((a, b) => a + b, 0),
      ),
    )
    const back = of('refund', since).map(({ sale }) => sale?.total ?? 0)
    t.equal(
      said('RF'),
      shown(
        'RF',
        back.length,
        back.reduce((a, b) => a + b, 0),
      ),
    )
    if (report.sale?.reading === 'Z') from = papers.indexOf(report) + 1
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
