import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '../domain/entry.ts'
import type { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/time.ts'

/** The answer beside a file ends so; a file of ours is never taken for a till's. */
export const REPLY = '.tillgate.json'
/** Answers nobody fetched are moved to `processed/` after a day, so that the folder stays small. */
const DAY = 86_400_000

/** What a file was when it was read. */
export interface Content {
  readonly hash: string
  readonly size: number
  readonly mtimeMs: number
  readonly ino: number
}

/** `processed/` and `failed/` of a watched folder, the names that were heard before, and the answers beside the files. */
export interface Shelf {
  /** The same content under the same name lies in `processed/`. */
  has(name: string, hash: string): Promise<boolean>
  /** Other content was heard under this name. */
  revised(name: string, hash: string): boolean
  /** Moves it to `processed/`. False: it could not be moved. One that was written on since then stays, as new content. */
  keep(name: string, content: Content): Promise<boolean>
  /** Moves it to `failed/` with its reason beside it; what cannot even be moved stays. */
  fail(name: string, why: Fault, at: Instant): Promise<void>
  /** False: it could not be written. */
  reply(name: string, body: object): Promise<boolean>
  /** Old answers out of the way. */
  sweep(names: readonly string[], now: Instant): Promise<void>
}

export const keyOf = (name: string, hash: string): string => `${hash.slice(0, 16)}-${name}`

/** Undefined: the folders cannot be made. */
export async function openShelf(folder: string): Promise<Shelf | undefined> {
  const processed = join(folder, 'processed')
  const failed = join(folder, 'failed')
  const places = [processed, failed].map((place) => mkdir(place, { recursive: true }))
  const before = await Promise.all(places).then(
    () => readdir(processed),
    () => undefined,
  )
  if (!before) return undefined
  const names = new Map<string, string>()
  for (const key of before) {
    const [, hash = '', name] = /^([0-9a-f]{16})-(.+)$/.exec(key) ?? []
    if (name !== undefined) names.set(name, hash)
  }
  const moved = (from: string, to: string): Promise<boolean> =>
    rename(from, to).then(
      () => true,
      () => false,
    )
  return {
    has: (name, hash) => there(join(processed, keyOf(name, hash))).then((found) => found !== undefined),
    revised: (name, hash) => names.has(name) && names.get(name) !== hash.slice(0, 16),
    async keep(name, { hash, size, mtimeMs, ino }) {
      names.set(name, hash.slice(0, 16))
      const [from, to] = [join(folder, name), join(processed, keyOf(name, hash))]
      const here = await there(from)
      if (!here) return true
      if (!(await moved(from, to))) return false
      const kept = await there(to)
      if (!kept || (kept.ino === ino && kept.size === size && kept.mtimeMs === mtimeMs)) return true
      // A till put the next one in its place a moment ago, or wrote on: it goes back and is read as what it is.
      return moved(to, (await there(from)) ? join(folder, `${mtimeMs}-${name}`) : from)
    },
    async fail(name, why, at) {
      const target = join(failed, `${at}-${name}`)
      if (!(await moved(join(folder, name), target))) return
      const reason = `${JSON.stringify({ code: why.code, at, ...why.values })}\n`
      // Without room for the reason the file itself still lies in `failed/`, and the board tells.
      await writeFile(`${target}.reason.json`, reason).catch(() => {})
    },
    async reply(name, body) {
      const target = join(folder, `${name}${REPLY}`)
      const temporary = join(folder, `.${name}${REPLY}.tmp`)
      try {
        // A link somebody put there is not written through.
        const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0)
        const handle = await open(temporary, flags, 0o644)
        await handle.writeFile(`${JSON.stringify(body)}\n`).finally(() => handle.close())
        await rename(temporary, target)
        return true
      } catch {
        return false
      }
    },
    async sweep(all, now) {
      for (const name of all) {
        if (!name.endsWith(REPLY)) continue
        const stats = await there(join(folder, name))
        if (stats && now - stats.mtimeMs > DAY) await moved(join(folder, name), join(processed, name))
      }
    },
  }
}

const there = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined)

/** One document in an answer: its entry, its state by the names of the screens, and the invoice where there is one. */
export function replyOf(entry: Entry): object {
  const { id, state } = entry
  if (state === 'held') return { entry: id, outcome: state, code: entry.fault.code }
  if (state === 'set-aside') return { entry: id, outcome: state, why: entry.why, ...(entry.of ? { of: entry.of } : {}) }
  if (state === 'captured') return { entry: id, outcome: state }
  const { identity, authorityCode, stamp } = entry.sealed
  const { form, symbol, number } = identity
  return { entry: id, outcome: state, invoice: { form, symbol, number, code: authorityCode ?? null, qr: stamp.qr } }
}
