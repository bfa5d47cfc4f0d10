import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Fault, fault } from '../domain/fault.ts'
import type { Connection } from '../domain/link.ts'
import { type Content, keyOf, openShelf, REPLY, replyOf } from './file-shelf.ts'
import type { FileSource } from './link-file.ts'

/** Bytes of one file (register-capture 8.4). */
const LARGEST = 10 * 1024 * 1024
/** Names of programs that are still writing, and hidden ones. */
const UNFINISHED = /^\.|^~\$|\.(tmp|part|partial|crdownload)$/i
const CHUNK = 65_536
/**
 * Hex digits of the digest in a cursor: enough to know the file again by name and content, too few to try telephone numbers
 * against, for the cursor lies open beside frames that are locked (R-106, audit-pack 1.3).
 */
export const MARK = 4
/** Milliseconds between two looks at answers nobody fetched. */
const SWEEP = 600_000

interface Seen {
  readonly size: number
  readonly mtimeMs: number
  readonly since: number
}

/** A file that was read whole. */
interface Taken extends Content {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * A folder into which files are dropped. Only complete ones are taken: moved into place, or unchanged for `settleMs`.
 * A file goes to `processed/` once all its frames are durable, to `failed/` with a reason where it cannot be taken; beside
 * where it lay its answer appears, `NAME.tillgate.json`. The same content under the same name again is told and not heard
 * twice; equal content under another name is another sale (F22); other content under a known name is a revision, and held.
 */
export async function* inbox(source: FileSource): AsyncGenerator<Connection> {
  const { path, clock, pollMs, signal, tell } = source
  const seen = new Map<string, Seen>()
  const moving = new Set<number>()
  /** Durable, but its file could not be moved away: never heard again, moved when that is possible. */
  const stuck = new Set<string>()
  let resume = source.resume
  let swept = clock.up()
  const shelf = await openShelf(path)
  if (!shelf) {
    tell(fault('CAPTURE_FILE_DENIED', { file: basename(path) }))
    return
  }
  tell()
  const keep = async (taken: Taken): Promise<void> => {
    const { name, hash } = taken
    seen.delete(name)
    if (await shelf.keep(name, taken)) stuck.delete(keyOf(name, hash))
    else {
      stuck.add(keyOf(name, hash))
      tell(fault('CAPTURE_FILE_DENIED', { file: name }))
    }
  }
  const answer = async (name: string, body: object): Promise<void> => {
    if (!(await shelf.reply(name, { file: name, ...body }))) tell(fault('CAPTURE_FILE_DENIED', { file: name + REPLY }))
  }
  const refuse = async (name: string, why: Fault): Promise<void> => {
    await shelf.fail(name, why, clock.now())
    seen.delete(name)
    await answer(name, { outcome: why.code === 'CAPTURE_FILE_AGAIN' ? 'duplicate' : 'refused', code: why.code })
    tell(why)
  }
  while (!signal.aborted) {
    const names = await readdir(path).catch(() => undefined)
    if (!names) return
    for (const name of await complete(source, names, seen, moving)) {
      if (signal.aborted) return
      const taken = await take(join(path, name))
      if (taken === 'later') continue
      if (!('hash' in taken)) {
        await refuse(name, taken)
        continue
      }
      const key = keyOf(name, taken.hash)
      if (stuck.has(key)) {
        await keep(taken)
        continue
      }
      if (await shelf.has(name, taken.hash)) {
        await refuse(name, fault('CAPTURE_FILE_AGAIN', { file: name }))
        continue
      }
      const revised = source.sameName === 'revision' && shelf.revised(name, taken.hash)
      if (revised) tell(fault('FILE_REVISED', { file: name }))
      else tell()
      // After a crash between the flush and the move, this file's frames up to the cursor are in the ledger already.
      const one = connectionOf(taken, placeIn(taken, resume), {
        kept: (cursor) => {
          resume = cursor
        },
        close: () => keep(taken),
        became: (documents) => answer(name, { outcome: 'read', sha256: taken.hash, documents }),
      })
      yield revised ? { ...one.connection, revised: true } : one.connection
      if (await one.over) resume = undefined
      // Not kept (disk full): it stays where it is and is heard again.
      else seen.set(name, { size: -1, mtimeMs: 0, since: clock.up() })
    }
    if (clock.up() - swept > SWEEP) {
      swept = clock.up()
      await shelf.sweep(names, clock.now())
    }
    await clock.sleep(pollMs, signal)
  }
}

/** Names of files that are complete by now, oldest first. */
async function complete(
  { path, clock, settleMs }: FileSource,
  names: readonly string[],
  seen: Map<string, Seen>,
  moving: Set<number>,
): Promise<string[]> {
  const ready: { readonly name: string; readonly at: number }[] = []
  const here = new Set(names)
  // One moment for the whole look: what was dropped together is taken together, in its order.
  const up = clock.up()
  for (const name of seen.keys()) if (!here.has(name)) seen.delete(name)
  for (const name of names) {
    if (name.endsWith(REPLY)) continue
    const stats = await lstat(join(path, name)).catch(() => undefined)
    if (!stats || stats.isDirectory()) continue
    if (UNFINISHED.test(name)) {
      moving.add(stats.ino)
      continue
    }
    if (stats.isFile() && !settled(seen, name, stats, up, settleMs) && !moving.delete(stats.ino)) continue
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

/** The file; `later` while another program holds it or writes it, or it has gone; else why it can never be taken. */
async function take(file: string): Promise<Taken | 'later' | Fault> {
  const name = basename(file)
  const stats = await lstat(file).catch(() => undefined)
  if (!stats) return 'later'
  if (!stats.isFile()) return fault('CAPTURE_FILE_LINK', { path: name })
  if (stats.size > LARGEST) return fault('CAPTURE_OVERSIZE', { file: name })
  try {
    // A link put in its place since then is not followed.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    try {
      const bytes = await handle.readFile()
      const { size, mtimeMs, ino } = await handle.stat()
      if (size !== bytes.length || mtimeMs !== stats.mtimeMs) return 'later'
      return { name, bytes, size, mtimeMs, ino, hash: createHash('sha256').update(bytes).digest('hex') }
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    return code === 'EACCES' || code === 'EPERM' ? fault('CAPTURE_FILE_DENIED', { file: name }) : 'later'
  }
}

/** Bytes of it that are durable already: 0 unless it is the file that the cursor speaks of. */
function placeIn({ name, hash }: Content & { readonly name: string }, resume = ''): number {
  const [, offset, mark = '', of] = /^(\d+)@([0-9a-f]+)-(.+)$/s.exec(resume) ?? []
  return of === name && hash.startsWith(mark) ? Number(offset) : 0
}

/** One file as a connection; `over` tells whether it was closed in order. */
function connectionOf(
  { name, hash, bytes }: Taken,
  from: number,
  on: { kept(cursor: string): void; close(): Promise<void>; became(documents: readonly object[]): Promise<void> },
): { readonly connection: Connection; readonly over: Promise<boolean> } {
  let settle: (kept: boolean) => void = () => {}
  const over = new Promise<boolean>((resolve) => {
    settle = resolve
  })
  const rest = bytes.subarray(from)
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < rest.length; at += CHUNK) yield rest.subarray(at, at + CHUNK)
  }
  const cursor = (consumed: number): string => `${from + consumed}@${hash.slice(0, MARK)}-${name}`
  const connection: Connection = {
    chunks: chunks(),
    end: Promise.resolve('closed'),
    write: async () => {},
    close: async () => {
      await on.close()
      settle(true)
    },
    abandon: () => settle(false),
    cursor,
    kept: (consumed) => on.kept(cursor(consumed)),
    became: (documents) => on.became(documents.map(replyOf)),
  }
  return { connection, over }
}
