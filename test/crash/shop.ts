import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Authority, authority } from '../../simulators/authority/index.ts'
import { type PrinterRun, printer } from '../../simulators/printer/index.ts'
import { systemClock } from '../../src/clock.ts'
import { freePort } from '../../src/commands/free-port.ts'
import { shopConfig, writeShop } from '../../src/commands/init.ts'
import type { ConfigFile } from '../../src/config-schema.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { civilDate, instant } from '../../src/domain/time.ts'
import { schemas } from '../../src/paths.ts'
import { judge } from '../../src/verify/index.ts'
import type { Evidence } from './checker.ts'
import { type Daemon, type DaemonOptions, startDaemon } from './daemon.ts'
import { evidenceOf, type Life } from './evidence.ts'
import { type Till, till } from './till.ts'

export interface ShopOptions {
  /** The bundle that is run; see build.ts. */
  readonly main: string
  readonly seed: number
  readonly registers?: number
  /** Without: bytes are captured and nothing is printed. */
  readonly printing?: boolean
  readonly script?: string
  readonly moods?: readonly string[]
  /** Milliseconds by which its day runs ahead of the machine's. */
  readonly ahead?: number
  /** Folder of a shop whose daemon does not run: this one begins as its copy, the authority's memory included. */
  readonly copyOf?: string
}

/** A whole shop around the real daemon: tills, a printer, the provider with the authority behind it, and the evidence of all. */
export interface CrashShop {
  readonly dir: string
  readonly data: string
  readonly authority: Authority
  readonly printer: PrinterRun | undefined
  readonly tills: readonly Till[]
  start(options?: Partial<Pick<DaemonOptions, 'main' | 'env' | 'under'>> & { readonly point?: string }): Daemon
  /** Every till serves so many more customers. Without a `signal` of its own it gives up when the daemon it began with ends. */
  sell(customers: number, signal?: AbortSignal): Promise<void>
  /** Waits until the authority has accepted an invoice for each sale and no till waits; false when that takes too long. */
  drained(options?: { readonly ms?: number; readonly sales?: number }): Promise<boolean>
  /** The daemon must not run. */
  evidence(drained: boolean): Evidence
  /** Further nights pass while nobody is there. */
  sleep(ms: number): void
  close(): Promise<void>
}

/** Below the ports that the system gives to outgoing connections: they must be free again after each death. */
const port = (): Promise<number> => freePort(20_000 + Math.floor(Math.random() * 10_000))

export async function openShop(options: ShopOptions): Promise<CrashShop> {
  const { main, seed, registers = 2, printing = true, script = 'cafe', moods = ['normal'] } = options
  const dir = mkdtempSync(join(tmpdir(), 'crash-'))
  if (options.copyOf !== undefined) cpSync(options.copyOf, dir, { recursive: true })
  let ahead = options.ahead ?? 0
  const clock: Clock = { ...systemClock, now: () => instant(systemClock.now() + ahead) }
  const log = join(dir, 'authority.jsonl')
  const tvan = await authority({
    ...{ listen: '127.0.0.1:0', judge: judge(schemas), clock, log, seed, moods, resultMs: 30 },
    store: join(dir, 'memory.jsonl'),
    keys: join(dir, 'authority'),
  })
  writeFileSync(join(dir, 'authority.pem'), tvan.certificatePem)
  const paper = printing ? await printer({ listen: '127.0.0.1:0', clock }) : undefined
  const ports = await Promise.all(Array.from({ length: registers }, port))
  const config = configOf(tvan.url, ports, paper?.port, clock)
  if (options.copyOf === undefined) await writeShop(dir, config)
  else writeFileSync(join(dir, 'tillgate.json'), JSON.stringify(config), { mode: 0o600 })

  const daemons: Daemon[] = []
  const lives = (): Life[] => daemons.map((one) => ({ from: one.from, ...(one.ending() ? { to: one.ending()?.at ?? 0 } : {}) }))
  const ids = ports.map((_, i) => `R${String(17 + i).padStart(3, '0')}`)
  const truths = ids.map((id) => join(dir, `truth-${id}.jsonl`))
  const tills = ids.map((register, i) =>
    till({
      ...{ register, port: ports[i] ?? 0, truth: truths[i] ?? '', seed: seed * 100 + i, clock, script },
      meant: () => daemons.at(-1)?.lives() ?? false,
    }),
  )
  const data = join(dir, 'data')
  return {
    ...{ dir, data, authority: tvan, printer: paper, tills },
    start({ point, env, ...more } = {}) {
      const daemon = startDaemon({
        ...{ main, config: join(dir, 'tillgate.json'), ...more },
        env: { ...env, TILLGATE_AHEAD: String(ahead), ...(point === undefined ? {} : { TILLGATE_POINT: point }) },
      })
      daemons.push(daemon)
      return daemon
    },
    async sell(customers, signal) {
      const gone = new AbortController()
      void daemons.at(-1)?.ended.then(() => gone.abort())
      await Promise.all(tills.map((one) => one.sell(customers, signal ?? gone.signal)))
    },
    async drained({ ms = 60_000, sales = tills.reduce((sum, one) => sum + one.sales(), 0) } = {}) {
      for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 25)))
        if (tills.every((one) => one.open() === 0) && tvan.accepted().length >= sales) return true
      return false
    },
    evidence: (drained) => evidenceOf({ data, truths, authority: log, lives: lives(), drained }),
    sleep: (ms) => {
      ahead += ms
    },
    async close() {
      for (const daemon of daemons) if (!daemon.ending()) await daemon.kill()
      await Promise.all([tvan.stop(), paper?.stop()])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function configOf(upstream: string, ports: readonly number[], paper: number | undefined, clock: Clock): ConfigFile {
  const today = civilDate(clock.now())
  const year = today.slice(2, 4)
  const base = shopConfig({
    ...{ taxCode: '0199999014', name: 'QUÁN CÀ PHÊ MINH ANH', address: '12 Nguyễn Trãi, Hà Nội', form: 1, codeBlock: 'A1B2C' },
    ...{ notice: 'TEST-103', from: `${today.slice(0, 4)}-01-01`, printer: '', year },
  })
  return {
    ...base,
    dashboard: { host: '127.0.0.1', port: 0 },
    upstream: { ...base.upstream, url: upstream, trust: 'authority.pem' },
    registers: ports.map((port, i) => ({
      ...{
        id: `R${String(17 + i).padStart(3, '0')}`,
        index: 17 + i,
        symbol: `C${year}MA${'ABCDEFGH'[i] ?? 'Z'}`,
        driver: 'escpos',
      },
      link: { tcp: { host: '127.0.0.1', port } },
      ...(paper === undefined ? {} : { printer: { tcp: { host: '127.0.0.1', port: paper } } }),
      stamp: 'before-cut',
      stampMs: 250,
    })),
  }
}
