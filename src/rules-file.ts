import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BUILD_VERSION, isNewer, type RuleTable, readRuleTable } from './countries/vn/rules.ts'
import { fault } from './domain/fault.ts'
import { failed, ok, type Result } from './domain/result.ts'
import { publisher as pinned } from './paths.ts'
import { DurableJson } from './settings.ts'

/** A signed table of rules as it lies in the data folder. */
export interface KeptRules extends RuleTable {
  /** SHA-256 of its file, lower-case hex. */
  readonly digest: string
}

const MOST_BYTES = 1_000_000
const place = (data: string): string => join(data, 'rules.json')

/** The key every table must be signed with: the one that came with this build, or that of another publisher an installer names. */
export const publisher = (): string => readFileSync(process.env['TILLGATE_RULES_KEY'] || pinned, 'utf8')

/**
 * The table that counts here; undefined: none was imported, or this build knows the law of a later day. Read and proven anew
 * each time: a file that somebody changed is no law. Faults: those of `readRuleTable`.
 */
export function keptRules(data: string, key = publisher()): Result<KeptRules | undefined> {
  const file = place(data)
  if (!existsSync(file)) return ok(undefined)
  const kept = proven(file, key)
  if (!kept.ok) return kept
  return ok(isNewer(kept.value.version, BUILD_VERSION) ? kept.value : undefined)
}

/**
 * Imports a table: proven first, kept only if it is newer than what counts. Otherwise nothing changes. Faults: RULES_READ,
 * RULES_OLDER, and those of `readRuleTable`.
 */
export function importRules(file: string, data: string, key = publisher()): Result<KeptRules> {
  const fresh = proven(file, key)
  if (!fresh.ok) return fresh
  const before = keptRules(data, key)
  // A damaged table in the folder is no reason to refuse a good one.
  const have = (before.ok ? before.value?.version : undefined) ?? BUILD_VERSION
  if (!isNewer(fresh.value.version, have)) return failed(fault('RULES_OLDER', { version: fresh.value.version, have }))
  new DurableJson<unknown>(place(data)).write(JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')))
  const kept = proven(place(data), key)
  if (!kept.ok) throw new Error(`a proven table was not kept as it was: ${kept.fault.code}`)
  return kept
}

function proven(file: string, key: string): Result<KeptRules> {
  let bytes: Uint8Array
  try {
    if (statSync(file).size > MOST_BYTES) return failed(fault('RULES_FILE', undefined, file))
    bytes = readFileSync(file)
  } catch (error) {
    return failed(fault('RULES_READ', { file, reason: error instanceof Error ? error.message : String(error) }))
  }
  const table = readRuleTable(bytes, key)
  return table.ok ? ok({ ...table.value, digest: createHash('sha256').update(bytes).digest('hex') }) : table
}
