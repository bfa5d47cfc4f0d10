import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { systemClock } from '../clock.ts'
import { check } from '../config.ts'
import type { ConfigFile } from '../config-schema.ts'
import type { Clock } from '../domain/clock.ts'
import { civilDate } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { makeTestIdentity } from '../signing/test-identity.ts'
import { readWords } from '../words.ts'
import { firstKeys } from './key.ts'

export interface InitOptions {
  readonly folder: string
  readonly taxCode?: string
  readonly name?: string
  readonly address?: string
  readonly form?: number
  readonly codeBlock?: string
  readonly notice?: string
  readonly from?: string
  readonly printer?: string
  readonly till?: string
  readonly url?: string
  readonly username?: string
  readonly yes?: true
  readonly lang: Lang
}

type Answers = Required<Pick<InitOptions, 'taxCode' | 'name' | 'address' | 'codeBlock' | 'notice' | 'from'>> & {
  form: number
  printer: string
  till?: string
  url?: string
  username?: string
}

/** The questions, in order; the invented shop of the examples is offered as the answer to each. */
const questions = (today: string): readonly [keyof Answers, string, string][] => [
  ['taxCode', 'init.taxCode', '0199999014'],
  ['name', 'init.name', 'QUÁN PHỞ MINH ANH'],
  ['address', 'init.address', '12 Nguyễn Trãi, phường Thanh Xuân, Hà Nội'],
  ['form', 'init.form', '1'],
  ['codeBlock', 'init.codeBlock', 'A1B2C'],
  ['notice', 'init.notice', 'TEST-103'],
  ['from', 'init.from', today],
  ['printer', 'init.printer', ''],
  ['till', 'init.till', ''],
  ['url', 'init.url', 'http://127.0.0.1:9400'],
  ['username', 'init.username', 'shop'],
]

/** What must be said where nobody can be asked: a shop is never invented unseen. */
const NEEDED = ['taxCode', 'name', 'address', 'form', 'codeBlock', 'notice'] as const

/** `tillgate init`: writes a complete configuration and a test identity. Exit 0, or 2 when an answer will not do. */
export async function init(options: InitOptions): Promise<number> {
  const words = readWords()
  const folder = resolve(options.folder)
  const file = join(folder, 'tillgate.json')
  const say = (key: string, values?: Record<string, string>): void =>
    void process.stderr.write(`${words.say(options.lang, key, values)}\n`)
  if (existsSync(file)) {
    say('init.exists', { file })
    return 2
  }
  const lacking = process.stdin.isTTY || options.yes ? [] : NEEDED.filter((key) => options[key] === undefined)
  if (lacking.length > 0) {
    say('init.lacking', { flags: lacking.map((key) => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`).join(', ') })
    return 2
  }
  const now = systemClock.now()
  const answers = await ask(options, civilDate(now), (key) => words.say(options.lang, key))
  const config = shopConfig({ ...answers, year: civilDate(now).slice(2, 4) })
  const faults = check(config)
  for (const found of faults) {
    const text = words.fault(options.lang, found)
    process.stderr.write(`✗ ${found.path}: ${text.message}. ${text.hint}\n`)
  }
  if (faults.length > 0) return 2
  await writeShop(folder, config)
  say('init.done', { file })
  say('init.test-identity')
  say('init.password', { file: join(folder, 'keys', 'upstream') })
  for (const { purpose, key } of firstKeys(join(folder, 'data'))) say(`init.key.${purpose}`, { key })
  say('init.next', { file })
  return 0
}

async function ask(options: InitOptions, today: string, text: (key: string) => string): Promise<Answers> {
  const asked =
    process.stdin.isTTY && !options.yes ? createInterface({ input: process.stdin, output: process.stderr }) : undefined
  const answers: Record<string, string> = {}
  for (const [key, question, offered] of questions(today)) {
    const given = options[key]
    const typed = given === undefined && asked ? (await asked.question(`${text(question)} [${offered}]: `)).trim() : undefined
    answers[key] = given !== undefined ? String(given) : typed || offered
  }
  asked?.close()
  return { ...(answers as unknown as Answers), form: Number(answers['form']) }
}

/** The configuration of one shop with one ESC/POS register on this machine. */
export function shopConfig(shop: Answers & { year: string }): ConfigFile {
  const [host, port = '9100'] = shop.printer.split(':')
  return {
    version: 1,
    country: 'vn',
    shop: {
      taxCode: shop.taxCode,
      name: shop.name,
      address: shop.address,
      form: shop.form as 1 | 2,
      codeBlock: shop.codeBlock,
      accepted: { notice: shop.notice, from: shop.from },
    },
    rates: {
      default: '8%',
      items: [
        { match: 'bia*', rate: '10%' },
        { match: 'rượu*', rate: '10%' },
        { match: 'thuốc lá*', rate: '10%' },
      ],
    },
    prices: 'inclusive',
    dashboard: { host: '127.0.0.1', port: 8700 },
    registers: [
      {
        id: 'R017',
        index: 17,
        symbol: `C${shop.year}MAA`,
        driver: 'escpos',
        // A till on another machine is named: port 9100 has no password.
        link: { tcp: shop.till ? { host: '0.0.0.0', port: 9100, allow: [shop.till] } : { host: '127.0.0.1', port: 9100 } },
        ...(host ? { printer: { tcp: { host, port: Number(port) } } } : {}),
        stamp: 'before-cut',
        stampMs: 250,
      },
    ],
    signer: { p12: 'keys/test.p12', passphrase: { file: 'keys/passphrase' }, sign: 'message' },
    upstream: {
      transport: 'viettel-tvan',
      url: shop.url ?? 'http://127.0.0.1:9400',
      username: shop.username ?? 'shop',
      password: { file: 'keys/upstream' },
    },
    lookupUrl: 'https://hoadondientu.gdt.gov.vn',
  }
}

/** Writes the configuration, a test identity for its tax code, and the two secrets it names. Files 0600 in a folder 0700. */
export async function writeShop(folder: string, config: ConfigFile, clock: Clock = systemClock): Promise<void> {
  const keys = join(folder, 'keys')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  const passphrase = randomBytes(16).toString('hex')
  const identity = await makeTestIdentity({ taxCode: config.shop.taxCode, name: config.shop.name, passphrase }, clock)
  const write = (name: string, data: string | Uint8Array): void => writeFileSync(join(folder, name), data, { mode: 0o600 })
  write('keys/test.p12', identity.p12)
  write('keys/passphrase', passphrase)
  write('keys/upstream', randomBytes(16).toString('hex'))
  write('tillgate.json', `${JSON.stringify(config, null, 2)}\n`)
}
