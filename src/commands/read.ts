import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { driverById, drivers } from '../../drivers/index.ts'
import { dialectOf } from '../dialect.ts'
import { formatDecimal } from '../domain/decimal.ts'
import { type Dong, showDong } from '../domain/dong.ts'
import type { Driver, Frame, Framer, Settings } from '../domain/driver.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Letters, Page } from '../domain/page.ts'
import type { Reader } from '../domain/reader.ts'
import type { Reading, Receipt } from '../domain/receipt.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Lang, Words } from '../domain/words.ts'
import { reader } from '../reading/index.ts'
import { readTemplate, templated } from '../shop-template.ts'
import { readWords } from '../words.ts'

/** One document of a stream: what was read, and the page it was read from where the driver gave one. */
export interface ReadDocument {
  readonly reading: Reading
  readonly page?: Page
  readonly frame?: Frame
}

/** Cuts `bytes` as if they came in pieces of `chunk` bytes (default: whole) and reads each document. */
export function documents(bytes: Uint8Array, driver: Driver, by: Reader = reader, chunk = bytes.length): readonly ReadDocument[] {
  const framer: Framer = driver.framer()
  const found: ReadDocument[] = []
  const take = ({ frames }: ReturnType<Framer['push']>): void => {
    for (const frame of frames) found.push({ ...readFrame(frame.bytes, driver, by), frame })
  }
  for (let at = 0; at < bytes.length; at += chunk) take(framer.push(bytes.subarray(at, at + chunk)))
  take(framer.close(false))
  return found
}

function readFrame(frame: Uint8Array, driver: Driver, by: Reader): ReadDocument {
  const read = driver.read(frame)
  if (!read.ok) return { reading: { kind: 'unknown', textLines: [], proofs: [], outcome: 'unreadable', fault: read.fault } }
  return read.value.kind === 'page'
    ? { reading: by.read(read.value.page), page: read.value.page }
    : { reading: read.value.reading }
}

export interface ReadOptions {
  /** A file, or `-` for standard input. */
  readonly file: string
  readonly driver?: string
  /** A JSON file with what `settings` of that register says in tillgate.json. */
  readonly settings?: string
  /** A shop template: it decides, whatever its mode. */
  readonly template?: string
  readonly json?: boolean
  readonly lang: Lang
}

/** Where words and JSON go; a test listens in. */
export interface Output {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}
export const standard: Output = { out: (text) => void process.stdout.write(text), err: (text) => void process.stderr.write(text) }

/** `tillgate read`: bytes of a register in, documents out. Exit 0, or 2 when the file or the driver cannot be had. */
export async function read(options: ReadOptions, { out, err }: Output = standard, words: Words = readWords()): Promise<number> {
  const refuse = (found: Fault): number => {
    const { code, message, hint } = words.fault(options.lang, found)
    err(`${message}\n    → ${hint}  (${code})\n`)
    return 2
  }
  const template = options.template === undefined ? undefined : readTemplate(options.template)
  if (template?.ok === false) return refuse(template.fault)
  const driver = options.driver ?? template?.value.driver
  const named = driverNamed({ ...options, ...(driver === undefined ? {} : { driver }) })
  if (!named.ok) return refuse(named.fault)
  const chosen = named.value
  let bytes: Uint8Array
  try {
    bytes = options.file === '-' ? await standardInput() : await readFile(options.file)
  } catch (error) {
    return refuse(fault('READ_FILE', { file: options.file, reason: (error as Error).message }))
  }
  const by = template ? templated(template.value) : reader
  const found = chosen ? documents(bytes, chosen, by) : bestOf(bytes, by)
  if (options.json) out(`${JSON.stringify({ documents: found.map((d) => toJson(d, options.lang, words)) })}\n`)
  else err(found.map((d, i) => describe(d, i + 1, options.lang, words)).join('\n'))
  return 0
}

/** The driver asked for, as its settings want it; undefined: whichever proves most. */
export function driverNamed({ driver, settings }: Pick<ReadOptions, 'driver' | 'settings'>): Result<Driver | undefined> {
  if (driver === undefined && settings === undefined) return ok(undefined)
  const bare = driverById(driver ?? '')
  const known = drivers.map((d) => d.id).join(', ')
  if (!bare) return failed(fault('READ_DRIVER', { driver: driver ?? '', known }))
  if (settings === undefined) return ok(bare)
  try {
    return dialectOf({ driver: bare.id, settings: JSON.parse(readFileSync(settings, 'utf8')) as Settings }, settings, (file) =>
      resolve(dirname(settings), file),
    )
  } catch (error) {
    return failed(fault('READ_FILE', { file: settings, reason: (error as Error).message }))
  }
}

async function standardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

/** The driver whose readings prove most; ties go to the first. */
function bestOf(bytes: Uint8Array, by: Reader): readonly ReadDocument[] {
  const tried = drivers.map((driver) => documents(bytes, driver, by))
  return tried.reduce((best, next) => (worth(next) > worth(best) ? next : best), tried[0] ?? [])
}

const WORTH: Readonly<Record<Reading['outcome'], number>> = { ready: 100, held: 10, ignored: 20, unreadable: 0 }
const worth = (found: readonly ReadDocument[]): number =>
  found.reduce((n, { reading }) => n + (reading.kind === 'chatter' ? 0 : WORTH[reading.outcome]) + trueProofs(reading), 0)
const trueProofs = (reading: Reading): number => reading.proofs.filter((p) => p.state === 'true').length

/** The shape of register-capture section 14, with `outcome` and `fault`. Money as whole numbers, quantities as strings. */
export function toJson({ reading, page }: ReadDocument, lang: Lang, words: Words): Record<string, unknown> {
  const sold = reading.outcome === 'ready' || reading.outcome === 'held' ? reading.receipt : undefined
  const [picture] = page?.pictures ?? []
  return {
    kind: reading.kind,
    invoiceable: reading.outcome === 'ready',
    outcome: reading.outcome,
    ...('fault' in reading ? { fault: faultOf(reading.fault, lang, words) } : {}),
    ...('why' in reading ? { why: reading.why } : {}),
    ...(page?.letters ? { letters: { encoding: page.encoding, ...page.letters } } : {}),
    textLines: reading.textLines,
    ...(page && page.barcodes.length > 0 ? { barcodes: page.barcodes } : {}),
    ...(page && page.qrs.length > 0 ? { qr: page.qrs } : {}),
    ...(sold ? { sale: plain(sold) } : {}),
    ...(reading.kind === 'image-only' && picture
      ? { image: { widthDots: picture.width, heightDots: picture.height, command: picture.command } }
      : {}),
  }
}

function faultOf(found: Fault, lang: Lang, words: Words): Record<string, string> {
  const { code, message, hint } = words.fault(lang, found)
  return { code, message, hint }
}

/** A receipt as JSON says it. Amounts above 10^12 are held long before; below that a whole number is exact. */
function plain(receipt: Receipt): unknown {
  return JSON.parse(
    JSON.stringify(receipt, (_, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : isQuantity(value) ? formatDecimal(value) : value,
    ),
  )
}

const isQuantity = (value: unknown): value is { readonly units: bigint; readonly scale: number } =>
  typeof value === 'object' && value !== null && 'units' in value && 'scale' in value

export function describe({ reading, page }: ReadDocument, number: number, lang: Lang, words: Words): string {
  const outcome = words.say(lang, `read.outcome.${reading.outcome}`)
  const lines = [
    words.say(lang, 'read.document', { number: String(number), kind: words.say(lang, `read.kind.${reading.kind}`), outcome }),
  ]
  const receipt = 'receipt' in reading ? reading.receipt : undefined
  for (const { qty, name, amount } of receipt?.lines ?? [])
    lines.push(`    ${formatDecimal(qty).replace('.', lang === 'vi' ? ',' : '.')} × ${name}: ${money(amount)}`)
  if (receipt) lines.push(`    ${words.say(lang, 'read.total', { total: money(receipt.total) })}`)
  if (page?.letters) lines.push(`    ${lettersOf(page, page.letters, lang, words)}`)
  if ('why' in reading) lines.push(`    ${words.say(lang, `aside.${reading.why}.why`)}`)
  if ('fault' in reading) {
    const { code, message, hint } = words.fault(lang, reading.fault)
    lines.push(`    ! ${message} (${code})`, `      → ${hint}`)
    for (const proof of reading.fault.proofs ?? [])
      if (proof.state === 'false') lines.push(`      ${proof.id}: ${proof.equation ?? ''} ?`)
  }
  return `${lines.join('\n')}\n`
}

/** The alphabet that was read, how well, and the next best one. */
function lettersOf(page: Page, { score, rival, pinned }: Letters, lang: Lang, words: Words): string {
  const said = words.say(lang, pinned ? 'read.letters.pinned' : 'read.letters', { encoding: page.encoding, score: String(score) })
  const next = rival && words.say(lang, 'read.letters.rival', { encoding: rival.encoding, score: String(rival.score) })
  return next ? `${said}; ${next}` : said
}

const money = (amount: Dong): string => `${showDong(amount)} đ`
