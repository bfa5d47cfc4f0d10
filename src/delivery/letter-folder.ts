import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

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
  /** Durable when it resolves; the dropped file is gone then. */
  keep(letter: KeptLetter, where: 'read' | 'unknown', file?: string): Promise<void>
}

const ENDING = '.xml'
/** As large as any document of the authority may be. */
const LARGEST = 2 * 1024 * 1024
const nameOf = (id: string): string => `${id.replace(/[^0-9A-Za-z-]/g, '_').slice(0, 80)}${ENDING}`
const idOf = (name: string): string => name.slice(0, -ENDING.length)

export function letterFolder(dir: string): LetterFolder {
  for (const where of ['read', 'unknown']) mkdirSync(join(dir, where), { recursive: true, mode: 0o700 })
  const sizes = new Map<string, number>()
  const names = async (where: string): Promise<string[]> =>
    (await readdir(join(dir, where))).filter((name) => name.endsWith(ENDING)).sort()

  return {
    ids: async () => new Set([...(await names('read')), ...(await names('unknown'))].map(idOf)),
    read: async () =>
      Promise.all(
        (await names('read')).map(async (name) => ({ id: idOf(name), bytes: await readFile(join(dir, 'read', name)) })),
      ),
    async dropped() {
      const found: (KeptLetter & { file: string })[] = []
      const present = new Set<string>()
      for (const entry of await readdir(dir, { withFileTypes: true })) {
        if (!entry.isFile() || entry.name.startsWith('.')) continue
        const file = join(dir, entry.name)
        const { size } = await stat(file)
        present.add(file)
        if (sizes.get(file) !== size || size > LARGEST) sizes.set(file, size)
        else {
          const bytes = await readFile(file)
          found.push({ id: createHash('sha256').update(bytes).digest('hex').slice(0, 40), bytes, file })
        }
      }
      for (const file of sizes.keys()) if (!present.has(file)) sizes.delete(file)
      return found
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
