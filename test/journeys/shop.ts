import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Authority, type AuthorityOptions, authority } from '../../simulators/authority/index.ts'
import { type PrinterRun, printer } from '../../simulators/printer/index.ts'
import { register, type TrueSale } from '../../simulators/register/index.ts'
import { freePort } from '../../src/commands/free-port.ts'
import { shopConfig, writeShop } from '../../src/commands/init.ts'
import { loadConfig } from '../../src/config.ts'
import type { ConfigFile } from '../../src/config-schema.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { Fault } from '../../src/domain/fault.ts'
import { civilDate, instant } from '../../src/domain/time.ts'
import { type Gateway, startGateway } from '../../src/gateway.ts'
import { readFacts } from '../../src/ledger/facts-file.ts'
import { openLog } from '../../src/log.ts'
import { schemas } from '../../src/paths.ts'
import { judge } from '../../src/verify/index.ts'
import { readWords } from '../../src/words.ts'
import { pause, type TestClock, testClock } from './clock.ts'

export const words = readWords()

/** A line of the story, as it stands in the book. */
export interface FactLine {
  readonly n: number
  readonly kind: string
  readonly at: string
  readonly body: Readonly<Record<string, unknown>>
}

/** What a till printed and what it meant. */
export interface Sold {
  readonly sale: TrueSale
  readonly bytes: Buffer
}

/** A line of the authority's own log. */
export interface Logged {
  readonly kind: string
  readonly mtdiep: string | null
  readonly sha256: string | null
  readonly verdict: string | null
  readonly answered: string
  readonly invoices: readonly { symbol: string; number: number; sha256: string; verdict: string; reason?: string }[]
}

export interface ShopOptions {
  readonly clock?: TestClock
  readonly moods?: readonly string[]
  readonly authority?: Partial<AuthorityOptions>
  /** Without one the register is only listened to. */
  readonly printer?: boolean
  readonly config?: (config: ConfigFile, dir: string) => ConfigFile
}

/** A whole shop in this process: gateway, provider and authority, a receipt printer; tills come and go. */
export interface ShopRun {
  readonly dir: string
  readonly file: string
  readonly clock: TestClock
  readonly tvan: Authority
  readonly paper: PrinterRun | undefined
  readonly port: number
  /** Every message the authority looked at, exact bytes, in order. */
  readonly messages: readonly Uint8Array[]
  readonly logged: string[]
  gateway(): Gateway
  stop(): Promise<void>
  start(): Promise<void>
  sell(count: number, script?: string, seed?: number): Promise<readonly Sold[]>
  facts(kind?: string): Promise<readonly FactLine[]>
  /** The authority's own log. */
  log(): readonly Logged[]
  /** What a route answers, in the shape the caller knows; `as`: another method or further headers. */
  api<T>(
    path: string,
    body?: unknown,
    as?: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<{ readonly status: number; readonly body: T }>
  board(): Promise<Board>
  entries(state: string): Promise<readonly Row[]>
}

export type Board = Readonly<
  Record<string, { readonly level: string; readonly key: string; readonly values?: Record<string, string> }>
>
export interface Row {
  readonly id: string
  readonly state: string
  readonly why?: string
  readonly fault?: Fault & { readonly message: string; readonly hint: string }
}

export const temporary = (t: Test): string => {
  const dir = mkdtempSync(join(tmpdir(), 'tillgate-journey-'))
  t.teardown(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Writes the configuration of a café on free ports into `dir`. */
export async function writeCafe(
  dir: string,
  around: { readonly upstream: string; readonly printer: number | undefined; readonly clock: Clock },
  change: (config: ConfigFile, dir: string) => ConfigFile = (config) => config,
): Promise<ConfigFile> {
  const year = civilDate(around.clock.now()).slice(2, 4)
  const base = shopConfig({
    ...{ taxCode: '0199999014', name: 'QUÁN CÀ PHÊ MINH ANH', address: '12 Nguyễn Trãi, phường Thanh Xuân, Hà Nội' },
    ...{ form: 1, codeBlock: 'A1B2C', notice: 'TEST-103', from: `20${year}-01-01`, year },
    printer: around.printer === undefined ? '' : `127.0.0.1:${around.printer}`,
  })
  const [first] = base.registers
  if (!first) throw new Error('a shop has a register')
  const config = change(
    {
      ...base,
      dashboard: { host: '127.0.0.1', port: 0 },
      registers: [{ ...first, stampMs: 5_000, link: { tcp: { host: '127.0.0.1', port: await freePort(0) } } }],
      upstream: { ...base.upstream, url: around.upstream },
    },
    dir,
  )
  await writeShop(dir, config, around.clock)
  return config
}

export async function openShop(t: Test, options: ShopOptions = {}): Promise<ShopRun> {
  const dir = temporary(t)
  const clock = options.clock ?? testClock()
  const messages: Uint8Array[] = []
  const eyes = judge(schemas)
  const tvan = await authority({
    ...{ listen: '127.0.0.1:0', clock, moods: options.moods ?? ['normal'], log: join(dir, 'authority.jsonl') },
    judge: {
      judge: (bytes, how) => {
        messages.push(bytes)
        return eyes.judge(bytes, how)
      },
    },
    ...options.authority,
  })
  const paper = options.printer ? await printer({ listen: 0, clock }) : undefined
  writeFileSync(join(dir, 'authority.pem'), tvan.certificatePem)
  const config = await writeCafe(dir, { upstream: tvan.url, printer: paper?.port, clock }, (plain, folder) => {
    const trusting = { ...plain, upstream: { ...plain.upstream, trust: 'authority.pem' } }
    return options.config ? options.config(trusting, folder) : trusting
  })
  const file = join(dir, 'tillgate.json')
  const logged: string[] = []
  let running: Gateway | undefined
  let cookie: string | undefined

  const start = async (): Promise<void> => {
    const loaded = loadConfig(file)
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
    const log = openLog('info', { write: (line) => void logged.push(line) })
    const started = await startGateway({ config: loaded.config, clock, log, words, lang: 'en' })
    if (!started.ok) throw new Error(JSON.stringify(started.fault))
    running = started.value
    cookie = undefined
  }
  const gateway = (): Gateway => {
    if (!running) throw new Error('the gateway is not running')
    return running
  }
  const stop = async (): Promise<void> => {
    const one = running
    running = undefined
    await one?.stop(instant(clock.now() + 60_000))
  }
  const request = (path: string, body?: unknown, as: Parameters<ShopRun['api']>[2] = {}): Promise<Response> => {
    const { url } = gateway()
    const plain = { origin: url, 'content-type': 'application/json', 'accept-language': 'en' }
    const headers = { ...plain, ...(cookie ? { cookie } : {}), ...as.headers }
    const { method = 'POST' } = as
    return fetch(`${url}${path}`, body === undefined ? { headers } : { method, headers, body: JSON.stringify(body) })
  }
  const enter = async (): Promise<void> => {
    const token = gateway().link('owner').split('#')[1]
    const answer = await request('/api/v1/login', { token })
    cookie = answer.headers.get('set-cookie')?.split(';')[0]
    if (!cookie) throw new Error(`no login: ${answer.status} ${await answer.text()}`)
  }
  const api = async <T>(
    path: string,
    body?: unknown,
    as?: Parameters<ShopRun['api']>[2],
  ): Promise<{ readonly status: number; readonly body: T }> => {
    if (!cookie) await enter()
    let answer = await request(path, body, as)
    // A session ends after a while, and days go by here in no time.
    if (answer.status === 401) {
      await enter()
      answer = await request(path, body, as)
    }
    const text = await answer.text()
    const json = /json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, body: (json ? JSON.parse(text) : text) as T }
  }
  const port = config.registers[0]?.link.tcp?.port ?? 0

  await start()
  t.teardown(async () => {
    await stop()
    await Promise.all([tvan.stop(), paper?.stop()])
  })
  return {
    ...{ dir, file, clock, tvan, paper, port, messages, logged, gateway, stop, start, api },
    async sell(count, script = 'cafe', seed = 1) {
      const sold: Sold[] = []
      const truth = join(dir, 'truth.jsonl')
      const onSale = (sale: TrueSale, bytes: Uint8Array): void => void sold.push({ sale, bytes: Buffer.from(bytes) })
      const to = `tcp://127.0.0.1:${port}`
      await register({ script, to, clock, rate: 0, count, seed, truth, id: 'R017', onSale }).done
      return sold
    },
    async facts(kind) {
      const opened = readFacts(join(dir, 'data'), 0)
      if (!opened.ok) throw new Error(opened.fault.code)
      const lines: FactLine[] = []
      for await (const line of opened.value) lines.push(JSON.parse(line) as FactLine)
      return kind === undefined ? lines : lines.filter((fact) => fact.kind === kind)
    },
    log: () =>
      readFileSync(join(dir, 'authority.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Logged),
    board: async () => (await api<{ board: Board }>('/api/v1/status')).body.board,
    async entries(state) {
      const rows: Row[] = []
      for (let after = ''; ; ) {
        const { body } = await api<{ rows: Row[]; next?: string }>(
          `/api/v1/entries?state=${state}&limit=200${after && `&after=${encodeURIComponent(after)}`}`,
        )
        rows.push(...body.rows)
        if (!body.next) return rows
        after = body.next
      }
    },
  }
}

/** Long enough for a few rounds of whatever is going on, in the shop's own seconds. */
export const wait = (clock: TestClock, ms: number): Promise<void> => clock.sleep(ms, new AbortController().signal)
export { pause }
