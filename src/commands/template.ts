import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { drivers } from '../../drivers/index.ts'
import { common, isStarts } from '../../drivers/text-grid/heads.ts'
import type { Driver, Frame } from '../domain/driver.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Reading } from '../domain/receipt.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Template, TemplateKind } from '../domain/template.ts'
import type { Lang, Words } from '../domain/words.ts'
import { type Learned, learn, type Sample } from '../reading/learn/learn.ts'
import { wellRead } from '../reading/template-rules.ts'
import { readTemplate, templated } from '../shop-template.ts'
import { readWords } from '../words.ts'
import { describe, documents, driverNamed, type Output, type ReadDocument, standard, toJson } from './read.ts'

export interface LearnOptions {
  readonly files: readonly string[]
  readonly out?: string
  /** Which papers of the files; absent: the sales among them, or what there is most of. */
  readonly kind?: string
  readonly driver?: string
  /** A JSON file with what `settings` of that register says in tillgate.json. */
  readonly settings?: string
  readonly json?: boolean
  readonly lang: Lang
}

export interface CheckOptions {
  readonly template: string
  readonly files: readonly string[]
  readonly driver?: string
  readonly settings?: string
  readonly json?: boolean
  readonly lang: Lang
}

const KINDS: readonly TemplateKind[] = ['sale', 'refund', 'void', 'provisional', 'report']

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
  const dialects = chosen(options)
  if (!dialects.ok) return refuse(dialects.fault, 2, options.lang, words, err)
  const kind = KINDS.find((k) => k === options.kind)
  if (options.kind !== undefined && kind === undefined) {
    const values = { kind: options.kind, known: KINDS.join(', ') }
    return refuse(fault('TEMPLATE_KIND', values), 2, options.lang, words, err)
  }
  const name = basename(options.out ?? options.files[0] ?? 'template').replace(/\.[a-z]+$/i, '')
  const learned = best(dialects.value, files.value, name, kind)
  if (!learned) return refuse(fault('TEMPLATE_UNPROVEN'), 1, options.lang, words, err)
  const { template, readings } = learned
  const ready = readings.filter((r) => wellRead(template.kind, r)).length
  const text = `${JSON.stringify(template, null, 2)}\n`
  const kept = options.out === undefined ? ok(undefined) : write(options.out, text)
  if (!kept.ok) return refuse(kept.fault, 2, options.lang, words, err)
  if (options.json)
    out(`${JSON.stringify({ template, documents: readings.map((r) => shown({ reading: r }, options.lang, words)) })}\n`)
  else {
    if (options.out === undefined) out(text)
    const values = {
      count: String(readings.length),
      ready: String(ready),
      kind: words.say(options.lang, `read.kind.${template.kind}`),
    }
    err(`${readings.map((r, i) => told({ reading: r }, i + 1, options.lang, words)).join('\n')}\n`)
    err(`${patternsOf(template)}\n`)
    err(`${words.say(options.lang, 'template.learned', values)}\n`)
    if (options.out !== undefined) err(`${words.say(options.lang, 'template.written', { file: options.out })}\n`)
  }
  return 0
}

/** `tillgate template check`: what a template makes of papers of its kind. Exit 0 all well read, 1 some not, 2 a file cannot be had. */
export async function templateCheck(
  options: CheckOptions,
  { out, err }: Output = standard,
  words: Words = readWords(),
): Promise<number> {
  const template = readTemplate(options.template)
  if (!template.ok) return refuse(template.fault, 2, options.lang, words, err)
  const files = load(options.files)
  if (!files.ok) return refuse(files.fault, 2, options.lang, words, err)
  const driver = options.driver ?? template.value.driver
  const dialects = chosen({ ...options, ...(driver === undefined ? {} : { driver }) })
  if (!dialects.ok) return refuse(dialects.fault, 2, options.lang, words, err)
  const found = readings(dialects.value, files.value, template.value)
  if (options.json) out(`${JSON.stringify({ documents: found.map((d) => shown(d, options.lang, words)) })}\n`)
  else err(`${found.map((d, i) => told(d, i + 1, options.lang, words)).join('\n')}\n`)
  return found.length > 0 && found.every((d) => wellRead(template.value.kind, d.reading)) ? 0 : 1
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
const patternsOf = ({ starts, titles, items, totals }: Template): string =>
  [
    ...(starts ? [`    starts: ${starts.join('  /  ')}`] : []),
    ...(titles?.is ?? []).map((title) => `    titles.is: ${title}`),
    ...items.map((i) => `    ${i.is ?? 'item'}: ${i.lines.join('  /  ')}`),
    ...totals.map((t) => `    ${t.is}: ${t.line}`),
  ].join('\n')

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

function chosen(options: Pick<LearnOptions, 'driver' | 'settings'>): Result<readonly Driver[]> {
  const named = driverNamed(options)
  return named.ok ? ok(named.value ? [named.value] : drivers) : named
}

/** The dialect in which most samples can be proven. */
function best(
  dialects: readonly Driver[],
  files: readonly SampleFile[],
  name: string,
  wanted: TemplateKind | undefined,
): Learned | undefined {
  const ready = (learned: Learned | undefined): number =>
    learned?.readings.filter((r) => wellRead(learned.template.kind, r)).length ?? 0
  return dialects
    .map((driver) => {
      const heard = heardOf(driver, files)
      const kind = wanted ?? proposed(heard)
      const samples = ofKind(heard, kind)
      const learned = learn(samples, name, driver.id, kind)
      return learned && { ...learned, template: { ...learned.template, ...startsOf(samples) } }
    })
    .reduce((found, next) => (ready(next) > ready(found) ? next : found), undefined)
}

type HeardSample = Sample & { readonly reading: Reading; readonly frame: Frame | undefined }

const heardOf = (driver: Driver, files: readonly SampleFile[]): readonly HeardSample[] =>
  files.flatMap(({ bytes }) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return documents(bytes, driver).flatMap(({ reading, page, frame }) => (page ? [{ page, sha256, reading, frame }] : []))
  })

/** What all samples of a till without a knife begin with. */
function startsOf(samples: readonly HeardSample[]): Pick<Template, 'starts'> {
  const begins = samples.map(({ frame }) => (frame && frame.tail === frame.bytes.length ? (frame.begins ?? []) : []))
  const starts = begins.reduce(common)
  return samples.length > 1 && isStarts(starts) ? { starts } : {}
}

/** Where there are sales they are meant; else the kind most of the papers are. */
function proposed(heard: readonly HeardSample[]): TemplateKind {
  if (heard.some(({ reading }) => mayBeSale(reading))) return 'sale'
  const count = (kind: TemplateKind): number => heard.filter(({ reading }) => reading.kind === kind).length
  return KINDS.reduce((most, kind) => (count(kind) > count(most) ? kind : most), 'sale')
}

/** Kitchen tickets and reports of the same stream are no samples of a sale. Titles nobody knows: all that might be a sale are meant. */
function ofKind(heard: readonly HeardSample[], kind: TemplateKind): readonly HeardSample[] {
  const named = kind === 'sale' ? [] : heard.filter(({ reading }) => reading.kind === kind)
  return named.length > 0 ? named : heard.filter(({ reading }) => mayBeSale(reading))
}

/** Without a cut and without words that anybody knows a bill looks unfinished: what it adds up to tells. */
const mayBeSale = ({ outcome, kind }: Reading): boolean =>
  kind === 'incomplete' || (outcome !== 'ignored' && outcome !== 'unreadable' && kind !== 'refund' && kind !== 'void')

/** What the template makes of the files, in the dialect that reads most. */
function readings(dialects: readonly Driver[], files: readonly SampleFile[], template: Template): readonly ReadDocument[] {
  const ready = (found: readonly ReadDocument[]): number => found.filter((d) => wellRead(template.kind, d.reading)).length
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
