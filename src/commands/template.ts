import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { driverById, drivers } from '../../drivers/index.ts'
import type { Driver } from '../domain/driver.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Reading } from '../domain/receipt.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Template } from '../domain/template.ts'
import type { Lang, Words } from '../domain/words.ts'
import { type Learned, learn, type Sample } from '../reading/learn/learn.ts'
import { readTemplate, templated } from '../shop-template.ts'
import { readWords } from '../words.ts'
import { describe, documents, type Output, type ReadDocument, standard, toJson } from './read.ts'

export interface LearnOptions {
  readonly files: readonly string[]
  readonly out?: string
  readonly driver?: string
  readonly json?: boolean
  readonly lang: Lang
}

export interface CheckOptions {
  readonly template: string
  readonly files: readonly string[]
  readonly driver?: string
  readonly json?: boolean
  readonly lang: Lang
}

interface SampleFile {
  readonly file: string
  readonly bytes: Uint8Array
}

/**
 * `tillgate template learn`: proposes a shop template from sample receipts and shows what it would extract from each, and which
 * proofs hold. Exit 0; 1 nothing provable; 2 a file or driver cannot be had.
 */
export async function templateLearn(
  options: LearnOptions,
  { out, err }: Output = standard,
  words: Words = readWords(),
): Promise<number> {
  const files = load(options.files)
  if (!files.ok) return refuse(files.fault, 2, options.lang, words, err)
  const dialects = chosen(options.driver)
  if (!dialects.ok) return refuse(dialects.fault, 2, options.lang, words, err)
  const name = basename(options.out ?? options.files[0] ?? 'template').replace(/\.[a-z]+$/i, '')
  const learned = best(dialects.value, files.value, name)
  if (!learned) return refuse(fault('TEMPLATE_UNPROVEN'), 1, options.lang, words, err)
  const { template, readings } = learned
  const ready = readings.filter((r) => r.outcome === 'ready').length
  const text = `${JSON.stringify(template, null, 2)}\n`
  const kept = options.out === undefined ? ok(undefined) : write(options.out, text)
  if (!kept.ok) return refuse(kept.fault, 2, options.lang, words, err)
  if (options.json)
    out(`${JSON.stringify({ template, documents: readings.map((r) => shown({ reading: r }, options.lang, words)) })}\n`)
  else {
    if (options.out === undefined) out(text)
    const values = { count: String(readings.length), ready: String(ready) }
    err(`${readings.map((r, i) => told({ reading: r }, i + 1, options.lang, words)).join('\n')}\n`)
    err(`${patternsOf(template)}\n`)
    err(`${words.say(options.lang, 'template.learned', values)}\n`)
    if (options.out !== undefined) err(`${words.say(options.lang, 'template.written', { file: options.out })}\n`)
  }
  return 0
}

/** `tillgate template check`: what a template makes of receipts. Exit 0 all proven, 1 some not, 2 a file cannot be had. */
export async function templateCheck(
  options: CheckOptions,
  { out, err }: Output = standard,
  words: Words = readWords(),
): Promise<number> {
  const template = readTemplate(options.template)
  if (!template.ok) return refuse(template.fault, 2, options.lang, words, err)
  const files = load(options.files)
  if (!files.ok) return refuse(files.fault, 2, options.lang, words, err)
  const dialects = chosen(options.driver ?? template.value.driver)
  if (!dialects.ok) return refuse(dialects.fault, 2, options.lang, words, err)
  const found = readings(dialects.value, files.value, template.value)
  if (options.json) out(`${JSON.stringify({ documents: found.map((d) => shown(d, options.lang, words)) })}\n`)
  else err(`${found.map((d, i) => told(d, i + 1, options.lang, words)).join('\n')}\n`)
  return found.length > 0 && found.every((d) => d.reading.outcome === 'ready') ? 0 : 1
}

function refuse(found: Fault, code: 1 | 2, lang: Lang, words: Words, err: Output['err']): number {
  const said = words.fault(lang, found)
  err(`${said.path ? `${said.path}: ` : ''}${said.message}\n    → ${said.hint}  (${said.code})\n`)
  return code
}

function write(file: string, text: string): Result<void> {
  try {
    return ok(writeFileSync(file, text))
  } catch (error) {
    return failed(fault('TEMPLATE_FILE', { file, reason: (error as Error).message }, file))
  }
}

/** The line patterns, for a person to look through. */
const patternsOf = ({ items, totals }: Template): string =>
  [...items.map((i) => `    ${i.is ?? 'item'}: ${i.lines.join('  /  ')}`), ...totals.map((t) => `    ${t.is}: ${t.line}`)].join(
    '\n',
  )

function load(files: readonly string[]): Result<readonly SampleFile[]> {
  const loaded: SampleFile[] = []
  for (const file of files)
    try {
      loaded.push({ file, bytes: readFileSync(file) })
    } catch (error) {
      return failed(fault('READ_FILE', { file, reason: (error as Error).message }))
    }
  return ok(loaded)
}

function chosen(id: string | undefined): Result<readonly Driver[]> {
  if (id === undefined) return ok(drivers)
  const driver = driverById(id)
  return driver ? ok([driver]) : failed(fault('READ_DRIVER', { driver: id, known: drivers.map((d) => d.id).join(', ') }))
}

/** The dialect in which most samples can be proven. */
function best(dialects: readonly Driver[], files: readonly SampleFile[], name: string): Learned | undefined {
  const ready = (learned: Learned | undefined): number => learned?.readings.filter((r) => r.outcome === 'ready').length ?? 0
  return dialects
    .map((driver) => learn(samplesOf(driver, files), name, driver.id))
    .reduce((found, next) => (ready(next) > ready(found) ? next : found), undefined)
}

/** Every document of the files that may be a sale: kitchen tickets and reports of the same stream are no samples. */
function samplesOf(driver: Driver, files: readonly SampleFile[]): Sample[] {
  return files.flatMap(({ bytes }) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return documents(bytes, driver).flatMap(({ reading, page }) => (page && mayBeSale(reading) ? [{ page, sha256 }] : []))
  })
}

const mayBeSale = ({ outcome, kind }: Reading): boolean =>
  outcome !== 'ignored' && outcome !== 'unreadable' && kind !== 'refund' && kind !== 'void'

/** What the template makes of the files, in the dialect that proves most. */
function readings(dialects: readonly Driver[], files: readonly SampleFile[], template: Template): readonly ReadDocument[] {
  const ready = (found: readonly ReadDocument[]): number => found.filter((d) => d.reading.outcome === 'ready').length
  return dialects
    .map((driver) => files.flatMap(({ bytes }) => documents(bytes, driver, templated(template))))
    .reduce((a, b) => (ready(b) > ready(a) || a.length === 0 ? b : a), [])
}

const shown = (document: ReadDocument, lang: Lang, words: Words): Record<string, unknown> => ({
  ...toJson(document, lang, words),
  proofs: document.reading.proofs,
})

/** The document as `read` tells it, and the proofs that hold. */
function told(document: ReadDocument, number: number, lang: Lang, words: Words): string {
  const held = document.reading.proofs.filter((p) => p.state === 'true')
  return describe(document, number, lang, words) + held.map((p) => `    ✓ ${p.id}: ${p.equation ?? ''}\n`).join('')
}
