import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../config.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Lang } from '../domain/words.ts'
import { buyerKeyOf } from '../from-config.ts'
import { openView } from '../ledger/view.ts'
import { readWords } from '../words.ts'
import { printFaults } from './run.ts'

export interface SampleOptions {
  /** As the screen names them: `R017-00000012`. */
  readonly entries: readonly string[]
  readonly config: string
  readonly data?: string
  /** Where they go: made if it is not there. */
  readonly out: string
  readonly lang: Lang
}

/**
 * `tillgate sample`: what the register sent for these receipts, byte for byte, each as `ENTRY.bin`, for `read`, `template learn` and
 * `glyphs learn`; also while a gateway runs. It may name a buyer: only the owner can read it. Exit 0; 1 one is not there; 2
 * configuration, or the folder cannot be written; 3 no ledger.
 */
export async function sample({ entries, out, lang, ...asked }: SampleOptions): Promise<number> {
  const refuse = (code: number, ...faults: readonly Fault[]): number => {
    printFaults(lang, faults)
    return code
  }
  const loaded = loadConfig(asked.config, asked.data)
  if (!loaded.ok) return refuse(2, ...loaded.faults)
  const { data } = loaded.config
  if (!existsSync(join(data, 'tillgate.db'))) return refuse(3, fault('LEDGER_FOLDER', { folder: data, why: 'no ledger there' }))
  const { view, close } = openView(data, buyerKeyOf(loaded.config).buyerKey)
  try {
    const missing: Fault[] = []
    for (const entry of entries) {
      const bytes = await view.frame(entry as EntryId)
      if (bytes) keep(out, `${entry}.bin`, bytes)
      else missing.push(fault('READING_NO_FRAME', {}, entry))
    }
    if (missing.length > 0) return refuse(1, ...missing)
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    return refuse(2, fault('SAMPLE_FOLDER', { folder: out, why: error.message }))
  } finally {
    await close()
  }
  process.stderr.write(`${readWords().say(lang, 'sample.kept', { n: String(entries.length), folder: out })}\n`)
  return 0
}

function keep(folder: string, name: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, name), bytes, { mode: 0o600 })
}
