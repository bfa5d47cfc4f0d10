import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { authority } from '../../simulators/authority/index.ts'
import { printer } from '../../simulators/printer/index.ts'
import { type RegisterRun, register } from '../../simulators/register/index.ts'
import { systemClock } from '../clock.ts'
import type { ConfigFile } from '../config-schema.ts'
import { civilDate } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { schemas } from '../paths.ts'
import { judge } from '../verify/index.ts'
import { readWords } from '../words.ts'
import { freePort } from './free-port.ts'
import { shopConfig, writeShop } from './init.ts'
import { serialPair } from './serial-pair.ts'

export interface DemoOptions {
  readonly rate: number
  readonly seed: number
  readonly minutes?: number
  readonly fresh?: true
  readonly port: number
  readonly dir: string
  readonly lang: Lang
}

const words = readWords()

/**
 * `npm start`: a whole shop on this machine. The gateway is the real daemon in a process of its own; two tills, the
 * printer and the provider with the tax authority behind it are simulated here. Exit: the gateway's own.
 */
export async function demo(options: DemoOptions): Promise<number> {
  const dir = resolve(options.dir)
  const refused = claim(dir, options.fresh === true)
  if (refused) {
    process.stderr.write(`${words.say(options.lang, refused, { dir })}\n`)
    return 2
  }
  for (const folder of ['paper', 'authority']) mkdirSync(join(dir, folder), { recursive: true })
  const stop = stopAsked(options.minutes)
  const say = (key: string, values: Record<string, string> = {}): void =>
    void process.stderr.write(`${words.say(options.lang, key, values)}\n`)

  const tvan = await authority({
    listen: `127.0.0.1:${await freePort(9400)}`,
    log: join(dir, 'authority.jsonl'),
    store: join(dir, 'authority', 'memory.jsonl'),
    keys: join(dir, 'authority'),
    moods: ['normal'],
    seed: options.seed,
    judge: judge(schemas),
    clock: systemClock,
  })
  writeFileSync(join(dir, 'authority.pem'), tvan.certificatePem)
  // The authority remembers earlier starts; what is told is of this one.
  const before = tvan.accepted().length
  const filed = (): number => tvan.accepted().length - before
  const paper = await printer({
    listen: `127.0.0.1:${await freePort(9101)}`,
    out: join(dir, 'paper', 'printed.bin'),
    clock: systemClock,
  })
  const pair = await serialPair(dir)
  const config = await shop(dir, { upstream: tvan.url, printer: paper.port, serial: pair?.box, screen: options.port })
  const gateway = startDaemon(dir)
  const exit = new Promise<number>((done) => gateway.once('exit', (code) => done(code ?? 70)))
  const ready = await Promise.race([message(gateway, 'ready'), exit])
  let code = typeof ready === 'number' ? ready : 0
  if (typeof ready !== 'number') {
    say('run.ready', { url: String(ready['url']) })
    for (const role of ['owner', 'officer', 'developer'] as const) {
      gateway.send({ link: role })
      const answer = await message(gateway, 'link')
      say('run.link', { role: words.say(options.lang, `role.${role}`), link: String(answer['link']) })
    }
    say('demo.running', { dir })
    const tills = startTills(dir, config, pair?.till, options, stop.signal)
    const watch = setInterval(() => say('demo.counts', { invoices: String(filed()), sales: String(tills.sold()) }), 10_000)
    await Promise.race([stop.asked, exit])
    clearInterval(watch)
    say('run.stopping')
    stop.now()
    await tills.ended
    gateway.kill('SIGTERM')
    code = await exit
    say('demo.stopped', { code: String(code), invoices: String(filed()) })
  }
  pair?.stop()
  await Promise.all([tvan.stop(), paper.stop()])
  writeFileSync(join(dir, MARK), '')
  return code
}

const MARK = '.tillgate-demo'

/** Takes the folder for this demo, or says why not: another's files are never touched, a running demo never disturbed. */
function claim(dir: string, fresh: boolean): 'demo.not-ours' | 'demo.busy' | undefined {
  const mark = join(dir, MARK)
  const there = existsSync(dir) ? readdirSync(dir) : []
  if (there.length > 0 && !there.includes(MARK)) return 'demo.not-ours'
  if (there.length > 0 && lives(Number(readFileSync(mark, 'utf8')))) return 'demo.busy'
  if (fresh) for (const name of there) rmSync(join(dir, name), { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  writeFileSync(mark, String(process.pid))
  return undefined
}

function lives(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Ctrl-C, the end of a terminal, or the minutes asked for. A second Ctrl-C ends everything at once. */
function stopAsked(minutes: number | undefined): { asked: Promise<void>; signal: AbortSignal; now(): void } {
  const tills = new AbortController()
  const asked = new Promise<void>((resolve) => {
    let times = 0
    const ask = (): void => {
      if (++times > 1) process.exit(130)
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
    if (minutes !== undefined) setTimeout(resolve, minutes * 60_000).unref()
  })
  return { asked, signal: tills.signal, now: () => tills.abort() }
}

interface Around {
  readonly upstream: string
  readonly printer: number
  readonly serial: string | undefined
  readonly screen: number
}

/** The shop of an earlier start with today's ports, or a new one: symbols, acceptance and rates follow today's date. */
async function shop(dir: string, around: Around): Promise<ConfigFile> {
  const file = join(dir, 'tillgate.json')
  const today = civilDate(systemClock.now())
  const base = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as ConfigFile)
    : shopConfig({
        taxCode: '0199999014',
        name: 'QUÁN CÀ PHÊ MINH ANH',
        address: '12 Nguyễn Trãi, P. Thanh Xuân, Hà Nội',
        form: 1,
        codeBlock: 'A1B2C',
        notice: 'TEST-103',
        from: `${today.slice(0, 4)}-01-01`,
        printer: '',
        year: today.slice(2, 4),
      })
  const year = today.slice(2, 4)
  const config: ConfigFile = {
    ...base,
    shop: { ...base.shop, office: { code: '10100', name: 'Thuế thành phố Hà Nội' }, place: 'Hà Nội' },
    dashboard: { host: '127.0.0.1', port: around.screen === 0 ? 0 : await freePort(around.screen) },
    upstream: { ...base.upstream, url: around.upstream, trust: 'authority.pem' },
    registers: [
      {
        id: 'R017',
        index: 17,
        symbol: base.registers[0]?.symbol ?? `C${year}MAA`,
        driver: 'escpos',
        link: { tcp: { host: '127.0.0.1', port: await freePort(9100) } },
        printer: { tcp: { host: '127.0.0.1', port: around.printer } },
        stamp: 'before-cut',
        stampMs: 250,
      },
      {
        id: 'R018',
        index: 18,
        symbol: base.registers[1]?.symbol ?? `C${year}MAB`,
        driver: 'text',
        link: around.serial ? { serial: { path: around.serial, baud: 9600 } } : { file: { path: 'till-b' } },
      },
      // For who wants to sell by a program of his own: `tillgate key add`, then POST /api/v1/sales.
      {
        id: 'R019',
        index: 19,
        symbol: base.registers[2]?.symbol ?? `C${year}MAC`,
        driver: 'json',
        link: { http: {} },
      },
    ],
  }
  if (!existsSync(file)) await writeShop(dir, config)
  else writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
  if (!around.serial) mkdirSync(join(dir, 'till-b'), { recursive: true })
  return config
}

/** The daemon in a process group of its own, so that a Ctrl-C at the terminal reaches it once, through us. */
function startDaemon(dir: string): ChildProcess {
  const log = openSync(join(dir, 'gateway.log'), 'a', 0o600)
  return fork(process.argv[1] ?? '', ['run', '--config', join(dir, 'tillgate.json')], {
    detached: process.platform !== 'win32',
    env: { ...process.env, TILLGATE_DEMO: '1' },
    stdio: ['ignore', log, log, 'ipc'],
  })
}

const message = (from: ChildProcess, key: string): Promise<Record<string, unknown>> =>
  new Promise((resolve) => {
    const heard = (said: Record<string, unknown>): void => {
      if (said[key] === undefined) return
      from.off('message', heard)
      resolve(said)
    }
    from.on('message', heard)
  })

/** Two tills: a café printing ESC/POS, a grocery writing its journal. Receipt numbers go on where the truth log ends. */
function startTills(dir: string, config: ConfigFile, till: string | undefined, options: DemoOptions, signal: AbortSignal) {
  const tcp = config.registers[0]?.link.tcp
  const runs: RegisterRun[] = [
    register({
      script: 'cafe',
      id: 'R017',
      to: `tcp://127.0.0.1:${tcp?.port ?? 9100}`,
      truth: join(dir, 'truth-R017.jsonl'),
      rate: options.rate / 2,
      seed: options.seed,
      clock: systemClock,
      signal,
    }),
    register({
      script: 'grocery',
      id: 'R018',
      to: till ? `serial:${till}` : `file:${join(dir, 'till-b')}`,
      truth: join(dir, 'truth-R018.jsonl'),
      rate: options.rate / 2,
      seed: options.seed + 1,
      clock: systemClock,
      signal,
    }),
  ]
  return { ended: Promise.all(runs.map((run) => run.done)), sold: () => runs.reduce((sum, run) => sum + run.sold(), 0) }
}
