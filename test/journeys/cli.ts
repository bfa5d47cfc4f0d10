import { type ChildProcess, fork, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Test } from 'tap'

const root = join(import.meta.dirname, '../..')
/** The bundle people run; another one where a test run must not wait for who rebuilds it. */
export const main = join(root, process.env['TILLGATE_DIST'] ?? 'dist', 'main.js')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A command as a user types it, to its end. */
export function tillgate(args: readonly string[], input?: Uint8Array, env: Record<string, string> = {}): Promise<Ended> {
  // What the machine of the test says of its own gateway is not meant for this one.
  const { TILLGATE_CONFIG: _, TILLGATE_DATA: __, ...around } = process.env
  const child = spawn(process.execPath, [main, ...args], { env: { ...around, LANG: 'vi_VN.UTF-8', LC_ALL: '', ...env } })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (piece: Buffer) => out.push(piece))
  child.stderr.on('data', (piece: Buffer) => err.push(piece))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }))
  })
}

/** The daemon as a process of its own, running until asked. */
export interface Daemon {
  /** Its screen, once it is ready; undefined when it ended instead. */
  readonly ready: Promise<string | undefined>
  readonly ended: Promise<number | null>
  said(): string
  logged(): string
  ask(signal: NodeJS.Signals): void
}

export function daemon(t: Test, args: readonly string[]): Daemon {
  const child: ChildProcess = fork(main, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] })
  let err = ''
  let out = ''
  child.stderr?.on('data', (piece: Buffer) => (err += piece.toString()))
  child.stdout?.on('data', (piece: Buffer) => (out += piece.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ready = new Promise<string | undefined>((resolve) => {
    child.on('message', (said: { ready?: true; url?: string }) => said.ready && resolve(said.url))
    void ended.then(() => resolve(undefined))
  })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { ready, ended, said: () => err, logged: () => out, ask: (signal) => void child.kill(signal) }
}
