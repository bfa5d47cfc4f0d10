import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { drivers } from '../../drivers/index.ts'
import type { Driver } from '../../src/domain/driver.ts'
import { samples } from '../contracts/samples.ts'
import { fc, runs } from '../property.ts'
import { wrong } from './check.ts'
import { json, table, xml } from './files.ts'
import { display, escpos, framed, journal, star } from './printers.ts'
import { damaged } from './words.ts'

const corpus = join(import.meta.dirname, 'corpus')
const failures = join(import.meta.dirname, '../../.tap/fuzz')

/** What each parser is fed; a driver without a grammar of its own is fed its samples, taken apart and put together. */
const GRAMMARS: Readonly<Record<string, fc.Arbitrary<Uint8Array>>> = {
  escpos,
  star,
  text: journal,
  framed,
  display,
  delimited: table,
  json,
  xml,
}

/** The drivers as the samples have them set, each setting once. */
const parsers: readonly { readonly name: string; readonly driver: Driver }[] = drivers.flatMap((driver) => {
  const set = samples.filter((s) => s.name.startsWith(`${driver.id}/`) && s.driver !== driver)
  return [
    { name: driver.id, driver },
    ...set.slice(0, 2).map((s) => ({ name: `${driver.id} as set for ${s.name}`, driver: s.driver })),
  ]
})

/** Pieces of samples in any order. */
const spliced = (id: string): fc.Arbitrary<Uint8Array> => {
  const own = samples.filter((s) => s.name.startsWith(`${id}/`)).map((s) => s.bytes.subarray(0, 4_096))
  const piece = fc
    .tuple(fc.constantFrom(...(own.length > 0 ? own : [new Uint8Array(1)])), fc.nat(), fc.nat(600))
    .map(([bytes, at, length]) => bytes.subarray(at % bytes.length, (at % bytes.length) + length))
  return fc
    .array(fc.oneof({ weight: 5, arbitrary: piece }, fc.uint8Array({ maxLength: 16 })), { maxLength: 6 })
    .map((all) => Buffer.concat(all))
}

void t.test('every input that once failed', async (t) => {
  for (const { id } of drivers) {
    const folder = join(corpus, id)
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const bytes = readFileSync(join(folder, file))
      for (const { name, driver } of parsers.filter((p) => p.driver.id === id))
        for (const chunk of [1, 7]) t.equal(wrong(bytes, driver, chunk), undefined, `${file}, ${name}, by ${chunk}`)
    }
  }
})

for (const { name, driver } of parsers)
  void t.test(`${name}: whatever comes, it neither fails nor hangs nor depends on how it comes`, async (t) => {
    const grammar = GRAMMARS[driver.id]
    const inputs = fc.oneof(
      { weight: grammar ? 4 : 0, arbitrary: damaged(grammar ?? spliced(driver.id)) },
      damaged(spliced(driver.id)),
    )
    const result = fc.check(
      fc.property(inputs, fc.integer({ min: 1, max: 97 }), (bytes, chunk) => {
        const found = wrong(bytes, driver, chunk)
        if (found !== undefined) throw new Error(found)
      }),
      { numRuns: runs(Math.ceil(1_000 / parsers.filter((p) => p.driver.id === driver.id).length)) },
    )
    if (!result.failed) return
    const [bytes] = result.counterexample ?? [new Uint8Array()]
    mkdirSync(failures, { recursive: true })
    const file = join(failures, `${driver.id}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.bin`)
    writeFileSync(file, bytes)
    t.fail(
      `${result.errorInstance instanceof Error ? result.errorInstance.stack : String(result.errorInstance)}: seed ${result.seed}; kept in ${file}: put it into test/fuzz/corpus/${driver.id}`,
    )
  })
