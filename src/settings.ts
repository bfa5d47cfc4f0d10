import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LowSync, type SyncAdapter } from 'lowdb'
import type { Session, SessionStore } from './dashboard/parts.ts'
import { fault } from './domain/fault.ts'
import { failed, ok, type Result } from './domain/result.ts'

/** What a person changed on the screen: single keys laid over `tillgate.json`, and who is logged in. */
export interface Settings {
  version: 1
  /** Dotted paths of the configuration: `registers.R017.stamp`. */
  overlay: Record<string, unknown>
  /** Digest of the imported rules that the story tells of. */
  rules?: string
  /** Digests of the keys of `overlay` that the story tells of. */
  told?: Record<string, string>
  /** Open logins, by the hash of their cookie: a restart logs nobody out. */
  sessions: Session[]
}

const empty = (): Settings => ({ version: 1, overlay: {}, sessions: [] })

/**
 * lowdb's own file adapter renames without a flush and can lose the file in a power cut; this one flushes the new
 * file before the rename and the folder after it (reliability 5.1).
 */
export class DurableJson<T> implements SyncAdapter<T> {
  readonly #file: string
  constructor(file: string) {
    this.#file = file
  }
  read(): T | null {
    return existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, 'utf8')) as T) : null
  }
  write(data: T): void {
    const folder = dirname(this.#file)
    const fresh = `${this.#file}.tmp`
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    flushed(fresh, 'w', (fd) => writeSync(fd, `${JSON.stringify(data, null, 2)}\n`))
    renameSync(fresh, this.#file)
    if (process.platform !== 'win32') flushed(folder, 'r', () => undefined)
  }
}

function flushed(path: string, flags: string, use: (fd: number) => unknown): void {
  const fd = openSync(path, flags, 0o600)
  try {
    use(fd)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Opens `settings.json`; a missing file is empty settings. */
export function openSettings(file: string): LowSync<Settings> {
  const settings = new LowSync<Settings>(new DurableJson<Settings>(file), empty())
  settings.read()
  settings.data = { ...empty(), ...settings.data }
  return settings
}

/** Where the screen keeps who is logged in. */
export function sessionStore(data: string): SessionStore {
  const settings = openSettings(join(data, 'settings.json'))
  return {
    load: () => Promise.resolve(settings.data.sessions),
    save: (sessions) => {
      // Others write their keys into the same file.
      settings.read()
      settings.data = { ...empty(), ...settings.data, sessions: [...sessions] }
      settings.write()
      return Promise.resolve()
    },
  }
}

/** Lays the overlay of `settings.json` over a parsed configuration, key by key. */
export function overlay(parsed: unknown, file: string): Result<{ merged: unknown; keys: readonly string[] }> {
  let over: Record<string, unknown>
  try {
    over = openSettings(file).data.overlay
  } catch (error) {
    return failed(fault('CONFIG_NOT_JSON', { why: error instanceof Error ? error.message : '' }, file))
  }
  const keys = Object.keys(over)
  const merged = structuredClone(parsed)
  for (const key of keys) {
    if (!put(merged, key.split('.'), over[key])) return failed(fault('CONFIG_UNKNOWN_KEY', { key }, `settings.json: ${key}`))
  }
  return ok({ merged, keys })
}

/** Sets a value at a path, `null` takes it away; a step into an array finds the member with that `id`. Prototype keys are no keys. */
function put(into: unknown, [step, ...rest]: readonly string[], value: unknown): boolean {
  if (step === undefined || typeof into !== 'object' || into === null) return false
  if (['__proto__', 'constructor', 'prototype'].includes(step)) return false
  if (Array.isArray(into)) {
    const member = into.find((item) => typeof item === 'object' && item !== null && Reflect.get(item, 'id') === step)
    return put(member, rest, value)
  }
  const object = into as Record<string, unknown>
  if (rest.length === 0) {
    // Taken away: a suspension that stands in tillgate.json and was lifted.
    if (value === null) delete object[step]
    else object[step] = value
    return true
  }
  object[step] ??= {}
  return put(object[step], rest, value)
}
