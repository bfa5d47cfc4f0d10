import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Fault, fault } from '../domain/fault.ts'
import type { Connection } from '../domain/link.ts'
import type { FileSource } from './link-file.ts'

/** Bytes of one file (register-capture 8.4). */
const LARGEST = 10 * 1024 * 1024
/** Names of programs that are still writing, and hidden ones. */
const UNFINISHED = /^\.|^~\$|\.(tmp|part|partial|crdownload)$/i

interface Seen {
  readonly size: number
  readonly mtimeMs: number
  readonly since: number
}

/**
 * A folder into which files are dropped. Only complete ones are taken: moved into place, or unchanged for `settleMs`.
 * A file goes to `processed/` once all its frames are durable, to `failed/` with a reason where it cannot be taken.
 * The same content under the same name again is told and not heard twice; equal content under another name is
 * another sale (F22).
 */
export async function* inbox(source: FileSource): AsyncGenerator<Connection> {
  const { path, clock, pollMs, signal, tell } = source
  const seen = new Map<string, Seen>()
  const moving = new Set<number>()
  /** Durable, but its file could not be moved away: never heard again, moved when that is possible. */
  const stuck = new Set<string>()
  let resume = source.resume
  if (!(await places(path))) {
    tell(fault('CAPTURE_FILE_DENIED', { file: basename(path) }))
    return
  }
  tell()
  const keep = async (name: string, key: string): Promise<void> => {
    if (await moved(join(path, name), join(path, 'processed', key))) {
      stuck.delete(key)
      seen.delete(name)
    } else {
      stuck.add(key)
      tell(fault('CAPTURE_FILE_DENIED', { file: name }))
    }
  }
  while (!signal.aborted) {
    const ready = await complete(source, seen, moving)
    if (ready === undefined) return
    for (const name of ready) {
      if (signal.aborted) return
      const taken = await take(join(path, name))
      if (taken === 'later') continue
      if (!(taken instanceof Uint8Array)) {
        tell(await fail(path, name, taken, clock.now()))
        continue
      }
      const key = `${createHash('sha256').update(taken).digest('hex').slice(0, 16)}-${name}`
      if (stuck.has(key)) {
        await keep(name, key)
        continue
      }
      if (await exists(join(path, 'processed', key))) {
        tell(await fail(path, name, fault('CAPTURE_FILE_AGAIN', { file: name }), clock.now()))
        continue
      }
      // After a crash between the flush and the move, this file's frames up to the cursor are in the ledger already.
      const known = resume?.endsWith(`@${key}`) ? Number.parseInt(resume, 10) : 0
      if (known > 0) resume = undefined
      const one = connectionOf(taken, known, key, () => keep(name, key))
      tell()
      yield one.connection
      const kept = await one.over
      // Not kept (disk full): it stays where it is and is heard again.
      if (!kept) seen.set(name, { size: -1, mtimeMs: 0, since: clock.up() })
    }
    await clock.sleep(pollMs, signal)
  }
}

/** Names of files that are complete by now, oldest first; undefined when the folder has gone. */
async function complete(source: FileSource, seen: Map<string, Seen>, moving: Set<number>): Promise<string[] | undefined> {
  const { path, clock, settleMs } = source
  const names = await readdir(path).catch(() => undefined)
  if (!names) return undefined
  const ready: { readonly name: string; readonly at: number }[] = []
  for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name)
  for (const name of names) {
    const stats = await lstat(join(path, name)).catch(() => undefined)
    if (!stats || stats.isDirectory()) continue
    if (UNFINISHED.test(name)) {
      moving.add(stats.ino)
      continue
    }
    if (stats.isFile() && !settled(seen, name, stats, clock.up(), settleMs) && !moving.delete(stats.ino)) continue
    ready.push({ name, at: stats.mtimeMs })
  }
  return ready.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map((one) => one.name)
}

/** Compared with what was seen before, never with our clock: a share's clock may be wrong. */
function settled(seen: Map<string, Seen>, name: string, { size, mtimeMs }: Stats, up: number, settleMs: number): boolean {
  const before = seen.get(name)
  if (before && before.size === size && before.mtimeMs === mtimeMs) return up - before.since >= settleMs
  seen.set(name, { size, mtimeMs, since: up })
  return false
}

/** The bytes; `later` while another program holds it or it has gone; else why it can never be taken. */
async function take(file: string): Promise<Uint8Array | 'later' | Fault> {
  const name = basename(file)
  const stats = await lstat(file).catch(() => undefined)
  if (!stats) return 'later'
  if (!stats.isFile()) return fault('CAPTURE_FILE_LINK', { path: name })
  if (stats.size > LARGEST) return fault('CAPTURE_OVERSIZE', { file: name })
  try {
    // A link put in its place since then is not followed.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    try {
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    return code === 'EACCES' || code === 'EPERM' ? fault('CAPTURE_FILE_DENIED', { file: name }) : 'later'
  }
}

/** Moves it aside with its reason beside it; what cannot even be moved stays and is told. */
async function fail(folder: string, name: string, why: Fault, at: number): Promise<Fault> {
  const target = join(folder, 'failed', `${at}-${name}`)
  if (await moved(join(folder, name), target)) {
    const reason = `${JSON.stringify({ code: why.code, at, ...why.values })}\n`
    // Without room for the reason the file itself still lies in `failed/`, and the board tells.
    await writeFile(`${target}.reason.json`, reason).catch(() => {})
  }
  return why
}

const moved = (from: string, to: string): Promise<boolean> =>
  rename(from, to).then(
    () => true,
    () => false,
  )

const places = (path: string): Promise<boolean> =>
  Promise.all(['processed', 'failed'].map((place) => mkdir(join(path, place), { recursive: true }))).then(
    () => true,
    () => false,
  )

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** One file as a connection; `over` tells whether it was closed in order. */
function connectionOf(
  bytes: Uint8Array,
  from: number,
  key: string,
  keep: () => Promise<void>,
): { readonly connection: Connection; readonly over: Promise<boolean> } {
  let settle: (kept: boolean) => void = () => {}
  const over = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  const rest = bytes.subarray(from)
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < rest.length; at += 65_536) yield rest.subarray(at, at + 65_536)
  }
  const connection: Connection = {
    chunks: chunks(),
    end: Promise.resolve('closed'),
    write: async () => {},
    close: async () => {
      await keep()
      settle(true)
    },
    abandon: () => settle(false),
    cursor: (consumed) => `${from + consumed}@${key}`,
  }
  return { connection, over }
}
