import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../src/commands/free-port.ts'
import { writeShop } from '../../src/commands/init.ts'
import { configOf } from './shop.ts'

/** The gateway as it is shipped, in a process of its own, in a shop folder of its own. */
export interface Daemon {
  readonly pid: number
  readonly url: string
  readonly till: number
  /** Milliseconds from the start of the process to `ready`. */
  readonly startMs: number
  link(role: 'owner'): Promise<string>
  stop(): Promise<void>
}

export interface Place {
  /** The bundle that is measured. */
  readonly main: string
  readonly dir: string
  readonly till: number
}

export interface Surroundings {
  readonly main: string
  readonly where: string
  readonly printer: number
  readonly authority: string
}

/** A shop's folder with configuration, test key and secrets. */
export async function place({ main, where, printer, authority }: Surroundings): Promise<Place> {
  const dir = mkdtempSync(join(where, 'shop-'))
  const till = await freePort(0)
  await writeShop(dir, configOf({ till, printer, authority, dashboard: 0 }))
  return { main, dir, till }
}

/** A passphrase that opens nothing: the gateway starts without its key. */
export const lockKey = ({ dir }: Place): void => writeFileSync(join(dir, 'keys/passphrase'), 'wrong')

/** Starts it, `through` another program (strace) where wanted. Rejects when it ends instead of getting ready. */
export async function startDaemon({ main, dir, till }: Place, through: readonly string[] = []): Promise<Daemon> {
  const log = openSync(join(dir, 'gateway.log'), 'a')
  const [command = process.execPath, ...args] = [
    ...through,
    process.execPath,
    ...process.execArgv,
    main,
    'run',
    '--config',
    join(dir, 'tillgate.json'),
  ]
  const began = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', log, log, 'ipc'] })
  const said = await Promise.race([answer(child, 'ready'), ended(child).then(() => undefined)])
  if (!said) throw new Error(`the gateway did not start: ${readFileSync(join(dir, 'gateway.log'), 'utf8').slice(-600)}`)
  const startMs = performance.now() - began
  if (child.pid === undefined) throw new Error('no process')
  return {
    pid: child.pid,
    url: String(said['url']),
    till,
    startMs,
    async link(role) {
      const told = answer(child, 'link')
      child.send({ link: role })
      return String((await told)['link'])
    },
    async stop() {
      const end = ended(child)
      child.disconnect()
      await end
    },
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode === null ? new Promise((resolve) => child.once('exit', () => resolve())) : Promise.resolve()

const answer = (child: ChildProcess, key: string): Promise<Record<string, unknown>> =>
  new Promise((resolve) => {
    const heard = (said: Record<string, unknown>): void => {
      if (said[key] === undefined) return
      child.off('message', heard)
      resolve(said)
    }
    child.on('message', heard)
  })

/** Resident MiB and CPU milliseconds used so far by a process, all threads. */
export function usage(pid: number): { readonly mib: number; readonly cpuMs: number } {
  if (existsSync(`/proc/${pid}/stat`)) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    const kib = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
    return { mib: kib / 1_024, cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 }
  }
  const [rss = '0', time = '0:0'] = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
  const cpuMs = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000
  return { mib: Number(rss) / 1_024, cpuMs }
}

/** A provider that takes connections and never says a word. */
export async function silentAuthority(): Promise<{ url: string; stop(): void }> {
  const server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}`, stop }
}

/** The provider simulator in a process of its own, so that its work is not in the way of our clock. */
export async function authorityProcess(main: string): Promise<{ url: string; stop(): void }> {
  const port = await freePort(0)
  const child = spawn(process.execPath, [main, 'simulate', 'authority', '--listen', `127.0.0.1:${port}`], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return { url, stop: () => void child.kill() }
    await sleep(100)
  }
  child.kill()
  throw new Error('the authority simulator did not start')
}

/** A process of Node that does nothing: what every program here costs. */
export async function bareNode(): Promise<{ readonly startMs: number; readonly mib: number }> {
  const began = performance.now()
  const child = spawn(process.execPath, ['-e', 'process.send(1);setInterval(()=>{},1e6)'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  await new Promise((resolve) => child.once('message', resolve))
  const startMs = performance.now() - began
  await sleep(300)
  const { mib } = usage(child.pid ?? 0)
  const end = ended(child)
  child.kill()
  await end
  return { startMs, mib }
}
