import t from 'tap'
import { documents, type ReadDocument, toJson } from '../../src/commands/read.ts'
import { readWords } from '../../src/words.ts'
import { samples, wrongSales } from './samples.ts'

// Every sample of every driver folder; a new driver brings its own (architecture 7a).
const words = readWords()

/** What the sample files state: `outcome`, `fault`, `why`, `letters` and `proofs` are added by `read`, `ocr` and the bands are notes. */
const stated = (document: Record<string, unknown>): Record<string, unknown> => {
  const { outcome: _, fault: _f, why: _w, proofs: _p, ocr: _o, letters: _l, image, ...rest } = document
  const picture = image as { widthDots: number; command: string } | undefined
  return picture ? { ...rest, image: { widthDots: picture.widthDots, command: picture.command } } : rest
}

const shown = (found: readonly ReadDocument[]): Record<string, unknown>[] => found.map((d) => stated(toJson(d, 'en', words)))

void t.test('each sample reads as its expected file says, however it is cut', async (t) => {
  t.ok(samples.length >= 6, `${samples.length} samples`)
  for (const sample of samples) {
    const expected = sample.documents.map(stated)
    for (const chunk of [sample.bytes.length, 1, 2, 3, 7, 64])
      t.same(shown(documents(sample.bytes, sample.driver, undefined, chunk)), expected, `${sample.name} by ${chunk}`)
  }
})

void t.test('every sale of the samples is ready, every other document has a reason', async (t) => {
  for (const sample of samples)
    for (const [i, { reading }] of documents(sample.bytes, sample.driver).entries()) {
      const sale = sample.documents[i]?.['kind'] === 'sale'
      t.equal(reading.outcome === 'ready', sale, `${sample.name} ${i}: ${reading.outcome}`)
      if (reading.outcome === 'held') t.ok(reading.fault.code)
    }
})

void t.test('noise before, between and after changes no document and adds no sale', async (t) => {
  const noises = [
    Uint8Array.of(0, 0, 0, 0),
    Uint8Array.of(0x1b, 0x40),
    Uint8Array.of(0x10, 0x04, 0x01, 0x10, 0x04, 0x04),
    Uint8Array.of(0x1b, 0x40, 0x1b, 0x3d, 0x01),
  ]
  for (const sample of samples)
    for (const noise of noises) {
      const twice = Buffer.concat([noise, sample.bytes, noise, sample.bytes, noise])
      const found = documents(twice, sample.driver).filter((d) => d.reading.kind !== 'chatter')
      if (sample.whole) {
        t.same(wrongSales(sample, found), [], `${sample.name} is held with ${Buffer.from(noise).toString('hex')}`)
        continue
      }
      const ready = found.filter((d) => d.reading.outcome === 'ready')
      t.same(
        ready.map((d) => (d.reading.outcome === 'ready' ? d.reading.receipt.total : 0n)),
        [...sample.totals, ...sample.totals],
        `${sample.name} with ${Buffer.from(noise).toString('hex')}`,
      )
    }
})

/** Flips one bit, drops, or shifts a digit. Deterministic: `how` and `at` name the change. */
function changed(bytes: Uint8Array, at: number, how: number): Uint8Array {
  if (how === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
  const copy = Uint8Array.from(bytes)
  const old = copy[at] ?? 0
  copy[at] = how === 1 ? 0x30 + ((old + 1) % 10) : old ^ (1 << (how - 2))
  return copy
}
const WAYS = 10

/** All changes of a sample take minutes: `npm run fuzz` makes them all, `npm test` shares this many among the samples. */
const CHANGES = 4_000 * Number(process.env['TILLGATE_FUZZ_TIMES'] ?? 1)

void t.test('a byte flipped, dropped or shifted anywhere never throws and never sells another total', async (t) => {
  for (const sample of samples) {
    const all = sample.bytes.length * WAYS
    // A stride without a common factor with the size walks evenly over places and ways.
    const stride = 7_919
    const odd: string[] = []
    const count = Math.min(all, Math.ceil(CHANGES / samples.length))
    for (let tried = 0; tried < count; tried++) {
      const pick = (tried * stride) % all
      const [at, how] = [Math.floor(pick / WAYS), pick % WAYS]
      const found = wrongSales(sample, documents(changed(sample.bytes, at, how), sample.driver))
      if (found.length > 0) odd.push(`byte ${at} way ${how}: ${found.join(', ')}`)
    }
    t.same(odd, [], `${sample.name}: ${count} of ${all} changes`)
  }
})
