import { lstat } from 'node:fs/promises'
import type { Clock } from '../domain/clock.ts'
import { fault } from '../domain/fault.ts'
import type { Connection, Link, Tell } from '../domain/link.ts'
import { growing } from './file-growing.ts'
import { inbox } from './file-inbox.ts'
import { retrying } from './reconnect.ts'

export interface FileLinkOptions {
  /** A folder into which the register drops files, or one file that grows (a journal). */
  readonly path: string
  readonly clock: Clock
  /** Milliseconds between two looks; shared folders give no events. */
  readonly pollMs?: number
  /** Milliseconds for which size and time of a file must not change before it is taken as complete. */
  readonly settleMs?: number
  /** New content under a name that was heard before: a `revision` of it, which is held; or the `next` of a till that has one name for all. */
  readonly sameName?: 'revision' | 'next'
}

/** Files as a way bytes come in: the next one after each; a symbolic link is refused, whatever it points to (F23). */
export function fileLink({ path, clock, pollMs = 300, settleMs = 2_000, sameName = 'revision' }: FileLinkOptions): Link {
  async function* connections(
    resume: string | undefined,
    signal: AbortSignal,
    tell: Tell = () => {},
  ): AsyncGenerator<Connection> {
    const retry = retrying(clock, { first: pollMs })
    let from = resume
    while (!signal.aborted) {
      const kind = await kindOf(path)
      if (kind === 'folder' || kind === 'file') {
        retry.well()
        const heard = kind === 'folder' ? inbox : growing
        const kept = (cursor: string): void => {
          from = cursor
        }
        yield* heard({ path, clock, pollMs, settleMs, sameName, tell, signal, resume: from, kept })
      } else tell(fault(kind === 'link' ? 'CAPTURE_FILE_LINK' : 'CAPTURE_FILE_MISSING', { path }))
      await retry.wait(signal)
    }
  }
  return { where: `file ${path}`, connections }
}

const kindOf = async (path: string): Promise<'folder' | 'file' | 'link' | 'other' | 'missing'> =>
  lstat(path).then(
    (it) => (it.isSymbolicLink() ? 'link' : it.isDirectory() ? 'folder' : it.isFile() ? 'file' : 'other'),
    () => 'missing',
  )

/** What both kinds of file source are given. */
export interface FileSource {
  readonly path: string
  readonly clock: Clock
  readonly pollMs: number
  readonly settleMs: number
  readonly tell: Tell
  readonly signal: AbortSignal
  /** The cursor of the last durable frame. */
  readonly resume: string | undefined
  readonly sameName: 'revision' | 'next'
  /** A growing file: the next hearing of it begins here, should this one end. */
  readonly kept: (cursor: string) => void
}
