import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One life of the daemon, from its start to its death. */
export interface Daemon {
  readonly from: number
  /** Resolves when it says it is ready, or when it ended before; the second is `false`. */
  readonly ready: Promise<boolean>
  readonly ended: Promise<Ending>
  /** Undefined while it lives. */
  ending(): Ending | undefined
  /**
   * Whether what its sockets do is its own doing. A killed process has its connections closed by the kernel, with the
   * same FIN as an orderly close; that is no acknowledgement, and whoever saw one asks here whether it was.
   */
  lives(): boolean
  /** Everything it said on both outputs. */
  said(): string
  /** The one-time link of the owner. */
  link(): Promise<string>
  kill(): Promise<Ending>
  /** Asked to stop, as the service manager does. */
  stop(): Promise<Ending>
}

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
  readonly at: number
}

export interface DaemonOptions {
  readonly main: string
  readonly config: string
  readonly env?: Readonly<Record<string, string>>
  /** A program that runs it: `strace -f ...`. */
  readonly under?: readonly string[]
}

export function startDaemon({ main, config, env = {}, under = [] }: DaemonOptions): Daemon {
  const [command = '', ...args] = [...under, process.execPath, main, 'run', '--config', config]
  const from = Date.now()
  // Nothing of the test runner's loaders may reach it.
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk: Buffer) => (said += chunk.toString()))
  let ending: Ending | undefined
  const ended = new Promise<Ending>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve((ending = { code, signal, at: Date.now() })))
  })
  const ready = Promise.race([heard(child, 'ready').then(() => true), ended.then(() => false)])
  // Under another program the process that is meant is its child.
  const traced = under.length > 0
  const signal = (name: NodeJS.Signals): Promise<Ending> => {
    if (ending !== undefined) return ended
    const pid = traced ? childOf(child.pid) : child.pid
    if (pid !== undefined) process.kill(pid, name)
    return ended
  }
  return {
    from,
    ready,
    ended,
    ending: () => ending,
    lives: () => ending === undefined && !exiting(traced ? childOf(child.pid) : child.pid),
    said: () => said,
    async link() {
      child.send({ link: 'owner' })
      return String((await heard(child, 'link'))['link'])
    },
    kill: () => signal('SIGKILL'),
    stop: () => signal('SIGTERM'),
  }
}

const heard = (child: ChildProcess, key: string): Promise<Record<string, unknown>> =>
  new Promise((resolve) => {
    const listen = (message: Record<string, unknown>): void => {
      if (message[key] === undefined) return
      child.off('message', listen)
      resolve(message)
    }
    child.on('message', listen)
  })

/** `PF_EXITING` of the kernel: set before it closes what a dying process had open. */
const EXITING = 0x4

function exiting(pid: number | undefined): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = 'X', , , , , , flags = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return 'ZX'.includes(state) || (Number(flags) & EXITING) !== 0
  } catch {
    return true
  }
}

function childOf(pid: number | undefined): number | undefined {
  const found = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
  return found > 0 ? found : undefined
}
