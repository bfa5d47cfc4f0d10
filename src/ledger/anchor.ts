import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../domain/log.ts'
import { point } from '../domain/points.ts'
import { factTime } from '../domain/time.ts'
import { canonical } from './canonical.ts'
import { originParts } from './opening.ts'
import type { Anchored, Tip } from './requests.ts'

/** The newest fact, head and numbers, outside the database (audit-pack 2.5): finds an older copy put back. */
export interface Anchors {
  /** Called after each commit; writes within a second, never on the commit's path. */
  moved(tip: Tip): void
  /** Writes what is newest now. */
  close(): Promise<void>
}

/** Well inside the promised second, and not more than a few flushes of it. */
const WAIT = 300

export function keepAnchors(paths: readonly string[], log: Log | undefined): Anchors {
  let newest: Tip | undefined
  let written: Tip | undefined
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const flush = async (): Promise<void> => {
    timer = undefined
    const tip = newest
    if (!tip || tip === written) return
    written = tip
    point('anchor.before')
    for (const path of paths) {
      try {
        await replaceFile(path, anchorText(tip))
      } catch (error) {
        // A stick pulled out, a full disk: said, and tried again with the next commit.
        log?.warn({ part: 'ledger', code: 'LEDGER_ANCHOR', where: path }, error instanceof Error ? error.message : String(error))
      }
    }
    point('anchor.written')
  }
  const next = (): Promise<void> => (writing = writing.then(flush))

  return {
    moved(tip) {
      newest = tip
      timer ??= setTimeout(() => void next(), WAIT).unref()
    },
    close() {
      clearTimeout(timer)
      return next()
    },
  }
}

function anchorText({ at, n, hash, numbers, note, origin, root }: Tip): string {
  // Series are no field names of facts, so the object of numbers is spelled here.
  const series = Object.entries(numbers).sort(([a], [b]) => (a < b ? -1 : 1))
  const rest = canonical({ at: factTime(at), hash, n, note, origin, root })
  return `{"numbers":${JSON.stringify(Object.fromEntries(series))},${rest.slice(1)}\n`
}

/** A reader sees the old or the new whole file, also after a power cut. */
async function replaceFile(path: string, content: string): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The highest anchor of this shop decides (F08); a missing or foreign one says nothing. */
export async function readAnchors(
  paths: readonly string[],
  taxCode: string,
  log: Log | undefined,
): Promise<Anchored | undefined> {
  let highest: Anchored | undefined
  for (const path of paths) {
    const found = await readAnchor(path, log)
    if (!found || originParts(found.origin)?.taxCode !== taxCode) continue
    if (!highest || rank(found) > rank(highest)) highest = found
  }
  return highest
}

const rank = ({ origin, n }: Anchored): number => (originParts(origin)?.epoch ?? 0) * 2 ** 40 + n

async function readAnchor(path: string, log: Log | undefined): Promise<Anchored | undefined> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<Anchored>
    const { n, hash, origin, numbers, note, root } = value
    if (typeof n !== 'number' || typeof hash !== 'string' || typeof origin !== 'string' || typeof numbers !== 'object') {
      throw new SyntaxError('not an anchor')
    }
    return {
      n,
      hash,
      origin,
      numbers,
      where: path,
      ...(typeof note === 'string' ? { note } : {}),
      ...(typeof root === 'string' ? { root } : {}),
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    log?.warn({ part: 'ledger', code: 'LEDGER_ANCHOR', where: path }, error instanceof Error ? error.message : String(error))
    return undefined
  }
}
