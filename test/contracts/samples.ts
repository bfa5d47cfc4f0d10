import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drivers } from '../../drivers/index.ts'
import type { ReadDocument } from '../../src/commands/read.ts'
import type { Driver, Settings } from '../../src/domain/driver.ts'

/** A stream that a register sent, and what it means. Every driver folder brings its own. */
export interface Sample {
  readonly name: string
  /** As `<sample>.settings.json` beside it wants it, where there is one. */
  readonly driver: Driver
  readonly bytes: Uint8Array
  readonly documents: readonly Record<string, unknown>[]
  /** Totals of the sales it holds: nothing else may ever come out as ready. */
  readonly totals: readonly bigint[]
  /** The stream is one file, whole or not at all (`stream.boundary`): with noise in it, it is another file. */
  readonly whole: boolean
}

/** Every sample of every driver in `drivers/index.ts`; `root`: where their folders are. */
export const samplesIn = (root: string): readonly Sample[] => drivers.flatMap((driver) => samplesOf(driver, root))

export const samples: readonly Sample[] = samplesIn(join(import.meta.dirname, '../../drivers'))

function samplesOf(driver: Driver, root: string): Sample[] {
  const folder = join(root, driver.id, 'samples')
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bin'))
    .map((file): Sample => {
      const beside = (ending: string): string => join(folder, file.replace('.bin', ending))
      const expected = JSON.parse(readFileSync(beside('.expected.json'), 'utf8')) as {
        stream?: { boundary?: string }
        documents: Record<string, unknown>[]
      }
      const totals = expected.documents
        .filter((d) => d['kind'] === 'sale')
        .map((d) => BigInt((d['sale'] as { total: number }).total))
      return {
        name: `${driver.id}/${file}`,
        driver: asSet(driver, beside('.settings.json')),
        bytes: readFileSync(join(folder, file)),
        documents: expected.documents,
        totals,
        whole: expected.stream?.boundary === 'file',
      }
    })
}

/** The driver with the settings of that file, if there is one. */
export function asSet(driver: Driver, path: string): Driver {
  if (!existsSync(path)) return driver
  const made = driver.configured?.(JSON.parse(readFileSync(path, 'utf8')) as Settings)
  if (!made?.ok) throw new Error(`${path}: ${made ? JSON.stringify(made.fault) : `${driver.id} has no settings`}`)
  return made.value
}

/** Sales a stream must not have given: another total, or more sales than were sold. */
export const wrongSales = (sample: Sample, found: readonly ReadDocument[]): string[] => {
  const ready = found.flatMap(({ reading }) => (reading.outcome === 'ready' ? [reading.receipt.total] : []))
  const odd = ready.filter((total) => !sample.totals.includes(total)).map(String)
  return ready.length > sample.totals.length ? [...odd, `${ready.length} sales`] : odd
}
