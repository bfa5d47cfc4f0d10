import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** A letter as it was received, under the id it came with or, brought by hand, under its digest. */
export interface KeptLetter {
  readonly id: string
  readonly bytes: Uint8Array
}

/**
 * Letters of the authority as files: `read/` keeps what was understood, `unknown/` what was not; what a person drops into the
 * folder itself is new. Files are whole before they bear their name.
 */
export interface LetterFolder {
  /** Ids of all that was ever kept, understood or not. */
  ids(): Promise<ReadonlySet<string>>
  read(): Promise<readonly KeptLetter[]>
  /** Dropped files that have stopped growing since the call before. */
  dropped(): Promise<readonly (KeptLetter & { readonly file: string })[]>
  /** Moves dropped files that are larger than any letter to `unknown/`, unread, once they have stopped growing; their names. */
  setLargeAside(): Promise<readonly string[]>
  /** Durable when it resolves; the dropped file is gone then. */
  keep(letter: KeptLetter, where: 'read' | 'unknown', file?: string): Promise<void>
}

const ENDING = '.xml'
/** As large as any document of the authority may be. */
const LARGEST = 2 * 1024 * 1024
const nameOf = (id: string): string => `${id.replace(/[^0-9A-Za-z-]/g, '_').slice(0, 80)}${ENDING}`
const idOf = (name: string): string => name.slice(0, -ENDING.length)

/** A name nobody bears yet: what lies there may be another file of the same name. */
async function free(path: string): Promise<string> {
  for (let n = 0; ; n++) {
    const name = n === 0 ? path : `${path}.${n}`
    const taken = await stat(name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (!taken) return name
  }
}

export function letterFolder(dir: string): LetterFolder {
  for (const where of ['read', 'unknown']) mkdirSync(join(dir, where), { recursive: true, mode: 0o700 })
  const sizes = new Map<string, number>()
  const large = new Map<string, number>()
  const names = async (where: string): Promise<string[]> =>
    (await readdir(join(dir, where))).filter((name) => name.endsWith(ENDING)).sort()

  /** Files of that size that have not changed it since the call before. */
  const settled = async (before: Map<string, number>, fits: (size: number) => boolean): Promise<readonly string[]> => {
    const now = new Map<string, number>()
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      if (!entry.isFile() || entry.name.startsWith('.')) continue
      const file = join(dir, entry.name)
      now.set(file, (await stat(file)).size)
    }
    const still = [...now].filter(([file, size]) => fits(size) && before.get(file) === size).map(([file]) => file)
    before.clear()
    for (const [file, size] of now) before.set(file, size)
    return still
  }

  return {
    ids: async () => new Set([...(await names('read')), ...(await names('unknown'))].map(idOf)),
    read: async () =>
      Promise.all(
        (await names('read')).map(async (name) => ({ id: idOf(name), bytes: await readFile(join(dir, 'read', name)) })),
      ),
    async dropped() {
      const found: (KeptLetter & { file: string })[] = []
      for (const file of await settled(sizes, (size) => size <= LARGEST)) {
        const bytes = await readFile(file)
        found.push({ id: createHash('sha256').update(bytes).digest('hex').slice(0, 40), bytes, file })
      }
      return found
    },
    async setLargeAside() {
      const files = await settled(large, (size) => size > LARGEST)
      for (const file of files) await rename(file, await free(join(dir, 'unknown', basename(file))))
      return files.map((file) => basename(file))
    },
    async keep({ id, bytes }, where, file) {
      const name = join(dir, where, nameOf(id))
      const handle = await open(`${name}.part`, 'w', 0o600)
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${name}.part`, name)
      if (file !== undefined) await unlink(file)
    },
  }
}
