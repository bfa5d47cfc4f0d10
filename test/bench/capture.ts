import { drivers } from '../../drivers/index.ts'
import { random } from '../../simulators/register/random.ts'
import { TRADES } from '../../simulators/register/trades/index.ts'
import { systemClock } from '../../src/clock.ts'
import type { Driver } from '../../src/domain/driver.ts'
import { understand } from '../../src/issue/understand.ts'
import { reader } from '../../src/reading/reader.ts'
import { samplesIn } from '../contracts/samples.ts'
import { besides, type Figure, figure, type Turn, timed } from './figure.ts'
import { escpos } from './shop.ts'

/** A network packet, as a till's bytes arrive. */
const CHUNK = 1_460
const MIB = 2 ** 20

/** What one register sends: each piece a document or a few of them. */
interface Till {
  readonly name: string
  readonly driver: Driver
  readonly pieces: readonly Uint8Array[]
}

/** Every trade there is on its own till, `count` bills of each, no two of them alike; where a driver has no trade, its samples. */
function tills(samples: string, count: number): readonly Till[] {
  const sampled = samplesIn(samples).filter((sample) => sample.totals.length > 0)
  return drivers.flatMap((driver): Till[] => {
    const trades = Object.values(TRADES).filter((trade) => trade.driver === driver.id)
    if (trades.length === 0)
      return sampled
        .filter((s) => s.name.startsWith(`${driver.id}/`))
        .map((s) => ({ name: driver.id, driver: s.driver, pieces: [s.bytes] }))
    const pieces = trades.flatMap(({ act }) => {
      const dice = random(7)
      return Array.from({ length: count }, (_, i) =>
        act({ random: dice, clock: systemClock, count: i + 1 }).map((job) => job.bytes),
      ).flat()
    })
    return [{ name: driver.id, driver, pieces }]
  })
}

/** Bytes to proven sales, as intake and clerk go it, without disk: how many documents, how many of them sales. */
function hear({ driver, pieces }: Till): { documents: number; sales: number } {
  const framer = driver.framer()
  let documents = 0
  let sales = 0
  const take = ({ frames }: ReturnType<typeof framer.push>): void => {
    for (const { bytes } of frames) {
      documents++
      if (understand(bytes, driver, reader).kind === 'sale') sales++
    }
  }
  for (const bytes of pieces) for (let at = 0; at < bytes.length; at += CHUNK) take(framer.push(bytes.subarray(at, at + CHUNK)))
  take(framer.close(false))
  return { documents, sales }
}

/** The same bytes made text and told apart in words: the least that anybody who reads them must do. */
const worded = (all: readonly Uint8Array[]): number => {
  let words = 0
  for (const bytes of all)
    for (const _ of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').matchAll(/\S+/g)) words++
  return words
}

/** Does `once` until `ms` have passed; the rate counts what it said it did. */
const repeated = (ms: number, once: () => number): Promise<Turn> =>
  timed(() => {
    const until = performance.now() + ms
    let done = 0
    do done += once()
    while (performance.now() < until)
    return done
  })

async function readFigures(till: readonly Till[], ms: number, rounds: number): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const id of new Set(till.map((one) => one.name))) {
    const own = till.filter((one) => one.name === id)
    const all = own.flatMap((one) => one.pieces)
    const { documents, sales } = own
      .map(hear)
      .reduce((a, b) => ({ documents: a.documents + b.documents, sales: a.sales + b.sales }))
    await repeated(ms, () => own.reduce((n, one) => n + hear(one).documents, 0))
    const each = await besides(
      rounds,
      () => repeated(ms / 2, () => Math.min(worded(all), documents)),
      () => repeated(ms, () => own.reduce((n, one) => n + hear(one).documents, 0)),
    )
    const share = `${documents} documents, ${sales} of them sales, ${Math.round(all.reduce((n, b) => n + b.length, 0) / documents)} bytes each`
    const about = `bytes to proven sale, one core; ${share}; limit: the same bytes as text, cut into words; ${Math.round(each.perCpu)} per CPU second`
    figures.push(figure(`capture.${id}`, each.rate, '/s', each.limit, id === 'escpos' ? `${about}; aim 5000` : about))
  }
  return figures
}

/** The cutting of a stream alone: MiB a second, beside one look at every byte and a copy of them. */
async function cutFigures(ms: number, rounds: number, texts: Uint8Array, pictures: Uint8Array): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [name, bytes, what] of [
    ['text', texts, 'receipts of text'],
    ['pictures', pictures, 'receipts that are pictures'],
  ] as const) {
    const size = bytes.length / MIB
    const cut = (): number => {
      const framer = escpos.framer()
      for (let at = 0; at < bytes.length; at += CHUNK) framer.push(bytes.subarray(at, at + CHUNK))
      framer.close(false)
      return size
    }
    await repeated(ms, cut)
    const target = Buffer.alloc(bytes.length)
    const copy = await repeated(ms / 2, () => target.set(bytes) ?? size)
    const each = await besides(
      rounds,
      () => repeated(ms / 2, () => (looked(bytes) < 0 ? 0 : size)),
      () => repeated(ms, cut),
    )
    const note = `${what} cut into documents, in packets of ${CHUNK} bytes; limit: a loop that looks at every byte; a copy: ${Math.round(copy.rate)}`
    figures.push(figure(`capture.cut-${name}`, each.rate, 'MiB/s', each.limit, note))
  }
  return figures
}

function looked(bytes: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < bytes.length; i++) sum = (sum + (bytes[i] ?? 0)) | 0
  return sum & 0x7fffffff
}

/** Resident memory after `first` and after `count` documents of one till that never closes its connection. */
function memoryFigure(till: Till, first: number, count: number): Figure {
  const framer = till.driver.framer()
  let heard = 0
  let early = 0
  const resident = (): number => process.memoryUsage().rss / MIB
  for (let i = 0; heard < count; i++) {
    const bytes = till.pieces[i % till.pieces.length] ?? new Uint8Array()
    for (const frame of framer.push(bytes).frames) {
      understand(frame.bytes, till.driver, reader)
      if (++heard === first) early = resident()
    }
  }
  const note = `resident after ${count} documents on one connection; limit: after ${first}; must be flat`
  return figure('capture.memory', resident(), 'MiB', early, note)
}

/** From what a register sends to a sale that is proven: no disk, no network, one thread. */
export async function captureFigures(samples: string, quick: boolean): Promise<Figure[]> {
  const all = tills(samples, quick ? 100 : 800)
  const printed = all.find((till) => till.driver.id === 'escpos')
  if (!printed) throw new Error('no till prints')
  const picture = samplesIn(samples).find(({ name }) => name === 'escpos/d06-raster-only-k80.bin')
  if (!picture) throw new Error('no picture among the samples')
  const [ms, rounds] = quick ? [400, 2] : [2_000, 5]
  return [
    // First: what other figures leave behind would hide what this one takes.
    memoryFigure(printed, quick ? 2_000 : 100_000, quick ? 10_000 : 1_000_000),
    ...(await cutFigures(
      ms,
      rounds,
      Buffer.concat(printed.pieces),
      Buffer.concat(Array.from({ length: 50 }, () => picture.bytes)),
    )),
    ...(await readFigures(all, ms, rounds)),
  ]
}
