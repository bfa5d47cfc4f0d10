import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { fault } from '../domain/fault.ts'
import type { Connection } from '../domain/link.ts'
import { MARK } from './file-inbox.ts'
import type { FileSource } from './link-file.ts'

/** The first bytes tell one file from the next that took its name. */
const HEAD = 256
const CHUNK = 65_536

/**
 * One file that grows, followed from where its last durable frame ended (`cursor`). Cut short or replaced, it is another
 * file, heard from its beginning.
 */
export async function* growing(source: FileSource): AsyncGenerator<Connection> {
  const { path } = source
  const handle = await open(path, 'r').catch(() => undefined)
  const from = handle && (await placeOf(handle, source.resume).catch(() => undefined))
  if (!handle || from === undefined) {
    source.tell(fault('CAPTURE_FILE_DENIED', { file: path }))
    return handle?.close()
  }
  source.tell()
  try {
    yield* followed(source, handle, from)
  } finally {
    await handle.close()
  }
}

async function* followed(
  { path, clock, pollMs, signal, kept }: FileSource,
  handle: FileHandle,
  from: number,
): AsyncGenerator<Connection> {
  let over = (): void => {}
  const closed = new Promise<void>((resolve) => {
    over = resolve
  })
  let head = ''
  let ended: (how: 'closed' | 'torn') => void = () => {}
  const end = new Promise<'closed' | 'torn'>((resolve) => {
    ended = resolve
  })
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* grown(from)
    } catch {
      // The share or the stick is gone: what was read is kept, the rest is heard from the cursor on.
      return ended('torn')
    }
    ended(signal.aborted ? 'torn' : 'closed')
  }
  async function* grown(at: number): AsyncGenerator<Uint8Array> {
    let last = false
    while (!signal.aborted) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK), 0, CHUNK, at)
      if (bytesRead > 0) {
        at += bytesRead
        if (head.length < HEAD * 2) head = (await headOf(handle)).toString('hex')
        yield buffer.subarray(0, bytesRead)
        continue
      }
      if (last) return
      const fate = await fateOf(handle, path, at, head)
      if (fate === 'cut') return
      // What was written between the last look and the moment it was moved away is still in it.
      if (fate === 'other') last = true
      else await clock.sleep(pollMs, signal)
    }
  }
  const cursor = (consumed: number): string =>
    `${from + consumed}:${digest(Buffer.from(head, 'hex'), from + consumed).slice(0, MARK)}`
  yield {
    chunks: chunks(),
    end,
    write: async () => {},
    close: async () => over(),
    abandon: () => over(),
    cursor,
    kept: (consumed) => kept(cursor(consumed)),
  }
  await closed
}

const headOf = async (handle: FileHandle): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0)
  return buffer.subarray(0, bytesRead)
}

const digest = (head: Buffer, offset: number): string =>
  createHash('sha256')
    .update(head.subarray(0, Math.min(offset, HEAD)))
    .digest('hex')

/** Where to go on: the offset of the cursor if this is still the same file, else its beginning. */
async function placeOf(handle: FileHandle, resume: string | undefined): Promise<number> {
  const [offset = '', mark = ''] = (resume ?? '').split(':')
  if (!/^\d+$/.test(offset) || mark.length < MARK) return 0
  const { size } = await handle.stat()
  return size >= Number(offset) && digest(await headOf(handle), Number(offset)).startsWith(mark) ? Number(offset) : 0
}

/** `cut`: cut short or begun anew under our hand; `other`: moved away, another file may have its name. */
async function fateOf(handle: FileHandle, path: string, at: number, head: string): Promise<'same' | 'cut' | 'other'> {
  const here = await handle.stat()
  if (here.size < at) return 'cut'
  if (!(await headOf(handle)).toString('hex').startsWith(head)) return 'cut'
  const there = await open(path, 'r').catch(() => undefined)
  if (!there) return 'other'
  try {
    return (await there.stat()).ino === here.ino ? 'same' : 'other'
  } finally {
    await there.close()
  }
}
