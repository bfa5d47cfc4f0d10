import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { driverById, drivers } from '../../drivers/index.ts'
import type { Driver, Frame, Framed } from '../../src/domain/driver.ts'
import type { Page } from '../../src/domain/page.ts'
import { asSet } from '../contracts/samples.ts'
import { fc, runs } from '../property.ts'

interface Expected {
  readonly stream: { readonly columns: number | null; readonly realtime?: readonly string[] }
  readonly documents: readonly {
    readonly textLines: readonly string[]
    readonly barcodes?: readonly string[]
    readonly qr?: readonly string[]
  }[]
}

interface Sample {
  readonly driver: Driver
  readonly name: string
  readonly bytes: Uint8Array
  readonly expected: Expected
}

const root = join(import.meta.dirname, '../../drivers')
/** Drivers that give a page; the others have tests of their own. */
const PAPER = ['escpos', 'star', 'text']
const samples: Sample[] = drivers.flatMap((driver) => {
  if (!PAPER.includes(driver.id)) return []
  const folder = join(root, driver.id, 'samples')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bin'))
    .map((file) => ({
      driver: asSet(driver, join(folder, file.replace('.bin', '.settings.json'))),
      name: file.replace('.bin', ''),
      bytes: new Uint8Array(readFileSync(join(folder, file))),
      expected: JSON.parse(readFileSync(join(folder, file.replace('.bin', '.expected.json')), 'utf8')) as Expected,
    }))
})

interface Heard {
  readonly frames: readonly Frame[]
  readonly discarded: number
  readonly said: Uint8Array
}

/** Feeds `bytes` in pieces of the given sizes (the last one again and again), as a proxy that passes what it may. */
function hear(
  driver: Driver,
  bytes: Uint8Array,
  sizes: readonly number[],
  check?: (framed: Framed, taken: number) => void,
): Heard {
  const framer = driver.framer()
  const frames: Frame[] = []
  const said: Uint8Array[] = []
  let discarded = 0
  const take = (framed: Framed, taken: number): void => {
    frames.push(...framed.frames)
    discarded += framed.discarded
    if (framed.handshake) said.push(framed.handshake)
    check?.(framed, taken)
  }
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[Math.min(i, sizes.length - 1)] ?? 1)
    const to = Math.min(bytes.length, at + size)
    take(framer.push(bytes.subarray(at, to)), to)
    at = to
  }
  take(framer.close(false), bytes.length)
  return { frames, discarded, said: Buffer.concat(said) }
}

const pageOf = (driver: Driver, frame: Frame): Page => {
  const read = driver.read(frame.bytes)
  if (!read.ok || read.value.kind !== 'page') throw new Error('a printer gives pages')
  return read.value.page
}
const textLines = (page: Page): string[] =>
  page.rows.map((row) => row.text.replace(/\s+/g, ' ').trim()).filter((line) => line !== '')
const plain = ({ frames, discarded, said }: Heard) => ({
  frames: frames.map((frame) => ({ ...frame, bytes: Buffer.from(frame.bytes).toString('hex') })),
  discarded,
  said: Buffer.from(said).toString('hex'),
})

void t.test('every sample reads as its expected file says', async (t) => {
  t.ok(samples.length >= 10, `${samples.length} samples`)
  for (const { driver, name, bytes, expected } of samples) {
    const { frames } = hear(driver, bytes, [bytes.length])
    t.equal(frames.length, expected.documents.length, name)
    for (const [i, document] of expected.documents.entries()) {
      const frame = frames[i]
      if (!frame) continue
      const page = pageOf(driver, frame)
      t.same(textLines(page), document.textLines, `${name} ${i}`)
      t.same(page.barcodes, document.barcodes ?? [], `${name} ${i}`)
      t.same(page.qrs, document.qr ?? [], `${name} ${i}`)
      t.match(
        page,
        { unknown: 0, desync: false, doubt: undefined, boundary: driver.id === 'text' ? 'journal' : 'cut' },
        `${name} ${i}`,
      )
      if (
        expected.stream.columns !== null &&
        ((driver.id === 'text' && page.rows.every((row) => row.text.length <= 24)) ||
          document.textLines.some((line) => /^[-=]{20,}$/.test(line)))
      ) {
        t.equal(page.columns, expected.stream.columns, `${name} ${i}`)
      }
      t.equal(frame.torn, false)
    }
  }
})

void t.test('the same bytes give the same documents however they are cut', async (t) => {
  for (const { driver, name, bytes } of samples) {
    const whole = plain(hear(driver, bytes, [bytes.length]))
    for (const size of [1, 2, 3, 7, 64]) t.same(plain(hear(driver, bytes, [size])), whole, `${name} by ${size}`)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        t.strictSame(plain(hear(driver, bytes, sizes)), whole)
      }),
      { numRuns: runs(20) },
    )
  }
})

void t.test('every byte goes to the printer in its order, and no cut before its document is known to have ended', async (t) => {
  for (const { driver, name, bytes } of samples.filter((sample) => sample.driver.id !== 'text')) {
    // The longest end mark but its last byte: `GS V 66 n`, or `ESC GS ETX 1 n1 n2`.
    const waits = driver.id === 'star' ? 5 : 3
    for (const size of [1, 5, bytes.length]) {
      let passed = 0
      const wrong: string[] = []
      hear(driver, bytes, [size], ({ frames, pass }, taken) => {
        if (pass < passed || pass > taken || taken - pass > waits) wrong.push(`at ${taken}: ${pass} may pass after ${passed}`)
        for (const frame of frames) {
          const from = frame.end - frame.bytes.length
          if (passed > from + frame.tail) wrong.push(`the cut at ${from + frame.tail} went out before its document`)
          if (pass < frame.end) wrong.push(`the cut at ${from + frame.tail} is held back`)
          t.same(frame.bytes, bytes.subarray(from, frame.end))
        }
        passed = pass
      })
      t.same(wrong, [], `${name} by ${size}`)
      t.equal(passed, bytes.length, name)
    }
  }
})

void t.test('a journal has no cut: everything passes at once', async (t) => {
  for (const { driver, bytes } of samples.filter((sample) => sample.driver.id === 'text')) {
    hear(driver, bytes, [40], ({ pass }, taken) => t.equal(pass, taken))
  }
})

void t.test('the supermarket asks for status before and inside its receipt and is answered each time', async (t) => {
  const sample = samples.find(({ name }) => name.startsWith('d03'))
  if (!sample) throw new Error('d03 is missing')
  const { driver, bytes } = sample
  const framer = driver.framer()
  t.same(framer.push(bytes.subarray(0, 5)).handshake, Uint8Array.of(0x12), 'DLE EOT 1 before anything is printed')
  t.same(framer.push(bytes.subarray(5, 11)).handshake, Uint8Array.of(0x10, 0, 0, 0), 'GS a 255')
  t.same(framer.push(bytes.subarray(11, 14)).handshake, Uint8Array.of(0x20), 'GS I 1')
  t.same(framer.push(bytes.subarray(14, 0x1ee)).handshake, Uint8Array.of(0x12), 'DLE EOT 4 in the middle of the items')
})

void t.test('line noise before a receipt is counted and changes nothing in it', async (t) => {
  const noise = Uint8Array.of(0xff, 0x8f, 0x41, 0x00, 0x7e, 0x10)
  for (const { driver, name, bytes } of samples.filter((sample) => sample.driver.id !== 'text')) {
    const clean = hear(driver, bytes, [64])
    const noisy = hear(driver, Buffer.concat([noise, bytes]), [64])
    t.equal(noisy.discarded, clean.discarded + noise.length, name)
    t.same(
      noisy.frames.map((frame) => pageOf(driver, frame)),
      clean.frames.map((frame) => pageOf(driver, frame)),
      name,
    )
  }
})

void t.test('bands of one width are glued into one picture that has no text', async (t) => {
  const sample = samples.find(({ name }) => name.startsWith('d06'))
  if (!sample) throw new Error('d06 is missing')
  const [frame] = hear(sample.driver, sample.bytes, [512]).frames
  if (!frame) throw new Error('no document')
  const page = pageOf(sample.driver, frame)
  t.match(page.pictures, [{ width: 576, height: 520, command: 'GS v 0', row: 0, sha256: /^[0-9a-f]{64}$/ }])
  t.equal(page.pictures.length, 1)
})

void t.test('one flipped, lost or extra byte anywhere: no crash, no byte unaccounted for', async (t) => {
  for (const { driver, name, bytes } of samples.filter((sample) => sample.bytes.length < 1100)) {
    for (let at = 0; at < bytes.length; at += 3) {
      const flipped = Uint8Array.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ 0x5b
      const lost = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])
      const extra = Buffer.concat([bytes.subarray(0, at), Buffer.of(0x1d), bytes.subarray(at)])
      for (const mutant of [flipped, lost, extra]) {
        const { frames, discarded } = hear(driver, mutant, [97])
        const kept = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
        if (kept + discarded !== mutant.length) t.fail(`${name} at ${at}: ${kept} + ${discarded} of ${mutant.length}`)
        for (const frame of frames) pageOf(driver, frame)
      }
    }
    t.pass(name)
  }
})

void t.test('drivers are found by the id of the configuration', async (t) => {
  for (const driver of drivers) t.equal(driverById(driver.id), driver)
  t.equal(new Set(drivers.map(({ id }) => id)).size, drivers.length)
  t.equal(driverById('morse'), undefined)
})
