import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { LowSync } from 'lowdb'
import type { MachineKey, MachineKeys, Purpose } from './dashboard/parts.ts'
import { fault } from './domain/fault.ts'
import type { Log } from './domain/log.ts'
import { failed, ok, type Result } from './domain/result.ts'
import { DurableJson } from './settings.ts'

/** A key as it is kept: its hash alone. 256 random bits need no salt and no slow hash. */
export interface KeptKey extends MachineKey {
  /** SHA-256 of the key, hex. */
  readonly hash: string
  /** When it was made, `2026-11-21T08:15:02.095+07:00`. */
  readonly made: string
}

interface KeyFile {
  version: 1
  keys: KeptKey[]
}

const fileIn = (data: string): string => join(data, 'keys', 'machine.json')
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

function openKeys(data: string): LowSync<KeyFile> {
  const kept = new LowSync<KeyFile>(new DurableJson<KeyFile>(fileIn(data)), { version: 1, keys: [] })
  kept.read()
  return kept
}

/** All keys, in the order made. Throws where the file is no JSON. */
export const listKeys = (data: string): readonly KeptKey[] => openKeys(data).data.keys

/** Makes a key and keeps its hash. The key itself is in the answer and nowhere else. Fault KEY_EXISTS. */
export function addKey(data: string, key: MachineKey, made: string): Result<string> {
  const kept = openKeys(data)
  if (kept.data.keys.some(({ name }) => name === key.name)) return failed(fault('KEY_EXISTS', { name: key.name }))
  const token = `tlg_${randomBytes(32).toString('base64url')}`
  kept.data.keys.push({ ...key, hash: hashOf(token).toString('hex'), made })
  kept.write()
  return ok(token)
}

/** Fault KEY_UNKNOWN. */
export function revokeKey(data: string, name: string): Result<void> {
  const kept = openKeys(data)
  const left = kept.data.keys.filter((key) => key.name !== name)
  if (left.length === kept.data.keys.length) return failed(fault('KEY_UNKNOWN', { name }))
  kept.data.keys = left
  kept.write()
  return ok(undefined)
}

/** The keys of a running gateway: read again when the file has changed, so that a key made or revoked meanwhile counts at once. */
export function machineKeys(data: string, log: Log): MachineKeys {
  let seen: string | undefined
  let keys: readonly { readonly key: MachineKey; readonly hash: Buffer }[] = []

  const look = (): void => {
    const stat = statSync(fileIn(data), { bigint: true, throwIfNoEntry: false })
    const mark = stat && `${stat.ino}:${stat.mtimeNs}:${stat.size}`
    if (mark === seen) return
    seen = mark
    keys = []
    try {
      keys = listKeys(data).map(({ hash, made: _, ...key }) => ({ key, hash: Buffer.from(hash, 'hex') }))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      log.error({ part: 'dashboard', code: 'KEY_FILE', why }, 'the keys of programs cannot be read: none is let in')
    }
  }
  return {
    find(token) {
      look()
      const asked = hashOf(token)
      let found: MachineKey | undefined
      // All of them, whichever fits: the time tells nothing.
      for (const { key, hash } of keys) if (hash.length === asked.length && timingSafeEqual(hash, asked)) found = key
      return found
    },
  }
}

export const PURPOSES: readonly Purpose[] = ['sales', 'metrics']
