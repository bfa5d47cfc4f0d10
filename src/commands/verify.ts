import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '../domain/fault.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { instant, readTime } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { schemas } from '../paths.ts'
import { judge, sentence, verdict } from '../verify/index.ts'
import { readWords } from '../words.ts'

export interface VerifyOptions {
  readonly lang: Lang
  /** Certificate files, PEM or DER; a PEM file may hold several. */
  readonly trust?: readonly string[]
  /** The verifier's clock, ISO; else the machine's. */
  readonly now?: string
  readonly json?: boolean
  /** Folder of the XSDs. */
  readonly schemas?: string
  readonly out?: (text: string) => void
  readonly say?: (text: string) => void
}

const FOLD = { error: '✗', fatal: '✗', warning: '!', info: '·' } as const

/** Judges each path; the exit is the worst of them: 0 valid, 1 not valid, 2 cannot be read. */
export async function verify(paths: readonly string[], options: VerifyOptions): Promise<number> {
  const { lang, out = (text) => process.stdout.write(`${text}\n`), say = (text) => process.stderr.write(`${text}\n`) } = options
  const words = readWords()
  const eye = judge(options.schemas ?? schemas)
  const refuse = (path: string, code: string): 2 => {
    const { message, hint } = words.fault(lang, fault(code))
    say(`✗ ${path}: ${message}. ${hint}`)
    if (options.json)
      out(JSON.stringify({ format: 'tillgate-verdict/1', verdict: 'unreadable', exit: 2, subject: { path }, code }))
    return 2
  }
  const now = options.now === undefined ? instant(Date.now()) : readTime(options.now)
  if (Number.isNaN(now)) return refuse(options.now ?? '', 'VERIFY_TIME')
  const trust = await trusted(options.trust ?? [])
  if (!trust.ok) return refuse(trust.fault.path ?? '', trust.fault.code)

  let exit = 0
  for (const path of paths) {
    const bytes = await readable(path)
    if (!bytes.ok) {
      exit = Math.max(exit, refuse(path, bytes.fault.code))
      continue
    }
    const anchors = trust.value.length > 0 ? { trust: trust.value } : {}
    const judgement = await eye.judge(bytes.value, { ...anchors, now: new Date(now) })
    const result = verdict(judgement, bytes.value, { trust: trust.value.length > 0, now: true })
    exit = Math.max(exit, result.exit)
    if (options.json) out(JSON.stringify(result))
    say(`${result.exit === 0 ? '✓' : '✗'} ${path}: ${sentence(lang, result)}`)
    for (const one of result.findings) say(`  ${FOLD[one.severity]} ${one.id} ${String(one[lang])}`)
    for (const [id, count] of Object.entries(result.more)) say(`  … ${id} +${count}`)
    for (const limit of result.limits) say(`  ? ${words.say(lang, `verify.limit.${limit}`)}`)
  }
  return exit
}

/** The bytes, if this is something that can be judged alone. */
async function readable(path: string): Promise<Result<Uint8Array>> {
  try {
    const found = await stat(path)
    const isShop = found.isDirectory() && (await exists(join(path, 'tillgate.db')))
    if (isShop) return failed(fault('VERIFY_NOT_YET'))
    if (!found.isFile()) return failed(fault('VERIFY_UNREADABLE'))
    const bytes = await readFile(path)
    const start = bytes.subarray(0, 16).toString('latin1')
    return /^(PK\x03\x04|SQLite format 3|c2sp.org\/tlog-proof)/.test(start) ? failed(fault('VERIFY_NOT_YET')) : ok(bytes)
  } catch {
    return failed(fault('VERIFY_UNREADABLE'))
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

async function trusted(paths: readonly string[]): Promise<Result<readonly Uint8Array[]>> {
  const found: Uint8Array[] = []
  for (const path of paths) {
    const bytes = await readFile(path).catch(() => undefined)
    const text = bytes?.toString('latin1') ?? ''
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
    if (!bytes || (!blocks && bytes[0] !== 0x30)) return failed(fault('VERIFY_TRUST', {}, path))
    found.push(...(blocks ? blocks.map((block) => Buffer.from(block)) : [bytes]))
  }
  return ok(found)
}
