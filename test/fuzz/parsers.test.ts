import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { drivers } from '../../drivers/index.ts'
import type { Driver } from '../../src/domain/driver.ts'
import type { Receipt } from '../../src/domain/receipt.ts'
import type { Template } from '../../src/domain/template.ts'
import { saleFromReceipt } from '../../src/issue/sale-from-receipt.ts'
import { reader } from '../../src/reading/index.ts'
import { parseTemplate } from '../../src/reading/template-schema.ts'
import { samples } from '../contracts/samples.ts'
import { fc, runs } from '../property.ts'
import { cpu, LONGEST, wrong } from './check.ts'
import { json, table, xml } from './files.ts'
import { display, escpos, framed, journal, star } from './printers.ts'
import { costly, templates } from './templates.ts'
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

/** A port scan, a firmware, a book: what may come to a register's port and is no receipt. */
const floods: Readonly<Record<string, (size: number) => Uint8Array>> = {
  'of noise': (size) => Uint8Array.from({ length: size }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 255),
  'of words': (size) => Buffer.alloc(size, `${'a '.repeat(60)}\n`),
  'of figures': (size) => Buffer.alloc(size, `${'1.000 '.repeat(30)}\n`),
  'of one line': (size) => Buffer.alloc(size, '9'),
  'of short lines': (size) => Buffer.alloc(size, 'x 1\n'),
  'of resets': (size) => Buffer.alloc(size, '\x1b@a'),
  'of open brackets': (size) => Buffer.alloc(size, '[{"a":'),
  'of tags': (size) => Buffer.alloc(size, '<a>'),
}

for (const driver of drivers)
  void t.test(`${driver.id}: half a mebibyte that is no receipt keeps nobody waiting`, async (t) => {
    for (const [name, flood] of Object.entries(floods))
      t.equal(wrong(flood(524_288), driver, 65_536), undefined, `a flood ${name}`)
  })

void t.test('shop templates: whatever one says, a page is read by it or held, and soon', async (t) => {
  const text = drivers.find(({ id }) => id === 'text')
  if (!text) throw new Error('no text driver')
  const pageOf = (bytes: Uint8Array) => {
    const found = text.read(bytes)
    if (!found.ok || found.value.kind !== 'page') throw new Error('a journal is a page')
    return found.value.page
  }
  const took = (bytes: Uint8Array, template: Template): number => {
    const page = pageOf(bytes)
    const began = cpu()
    const reading = reader.read(page, template)
    if (reading.outcome === 'ready' && reading.receipt.total !== sumOf(reading.receipt)) throw new Error('sold without a proof')
    return cpu() - began
  }
  const slow = (bytes: Uint8Array, template: Template) => took(bytes, template) > LONGEST && took(bytes, template) > LONGEST
  fc.assert(
    fc.property(journal, templates, (bytes, template) => {
      const parsed = parseTemplate(JSON.stringify(template))
      if (!parsed.ok && parsed.fault.code !== 'TEMPLATE_INVALID') throw new Error(parsed.fault.code)
      if (parsed.ok && slow(bytes, parsed.value)) throw new Error('too long')
    }),
    { numRuns: runs(1_000) },
  )
  for (const [name, line] of [
    ['of words', 'a '.repeat(120)],
    ['of figures', '1.000 '.repeat(60)],
  ] as const)
    t.notOk(slow(Buffer.from(`${line}\n`.repeat(100)), costly), `100 lines ${name} by a template of 200 costly patterns`)
})

/** P3 as printed: lines less discounts, and what is added to them (proven again, from the figures alone). */
const sumOf = (receipt: Receipt): bigint => {
  const proven = saleFromReceipt(receipt)
  return proven.ok ? proven.value.total + proven.value.rounding : -1n
}
