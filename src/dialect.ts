import { readFileSync } from 'node:fs'
import { driverById, drivers } from '../drivers/index.ts'
import type { RegisterFile } from './config-schema.ts'
import type { Driver, Read, Settings } from './domain/driver.ts'
import { fault } from './domain/fault.ts'
import { failed, ok, type Result } from './domain/result.ts'

/**
 * The driver of one register with its settings. A setting `{ "file": NAME }` stands for what that JSON file holds (a map of
 * letters, a mapping); `locate` says where it lies. Faults: CONFIG_DRIVER, DRIVER_SETTINGS; paths below `path`.
 */
export function dialectOf(
  { driver, settings }: Pick<RegisterFile, 'driver' | 'settings'>,
  path: string,
  locate: (file: string) => string,
): Result<Driver> {
  const bare = driverById(driver)
  const known = drivers.map(({ id }) => id).join(', ')
  if (!bare) return failed(fault('CONFIG_DRIVER', { driver, known }, `${path}.driver`))
  if (bare.witness) return failed(fault('DRIVER_WITNESS_ONLY', { driver }, `${path}.driver`))
  if (settings === undefined) return ok(bare)
  const [first = ''] = Object.keys(settings)
  const whole = filled(settings, locate)
  const made = whole.ok
    ? (bare.configured?.(whole.value) ?? failed(fault('DRIVER_SETTINGS', { driver, setting: first }, first)))
    : failed(fault('DRIVER_SETTINGS', { driver, setting: whole.fault.path ?? first }, whole.fault.path))
  if (made.ok) return made
  const { path: inner } = made.fault
  return failed({ ...made.fault, path: `${path}.settings${inner ? `.${inner}` : ''}` })
}

function filled(settings: Settings, locate: (file: string) => string): Result<Settings> {
  const whole: [string, unknown][] = []
  for (const [name, value] of Object.entries(settings)) {
    const file = typeof value === 'object' && value !== null && 'file' in value ? value.file : undefined
    if (typeof file !== 'string') {
      whole.push([name, value])
      continue
    }
    try {
      whole.push([name, JSON.parse(readFileSync(locate(file), 'utf8'))])
    } catch {
      return failed(fault('DRIVER_SETTINGS', {}, name))
    }
  }
  return ok(Object.fromEntries(whole))
}

/** The driver of the display beside a register. Fault CONFIG_DRIVER. */
export function witnessOf({ driver = 'display' }: NonNullable<RegisterFile['witness']>, path: string): Result<Driver> {
  const found = driverById(driver)
  const known = drivers.flatMap(({ id, witness }) => (witness ? [id] : [])).join(', ')
  return found?.witness ? ok(found) : failed(fault('CONFIG_DRIVER', { driver, known }, `${path}.driver`))
}

/** The clerk and the stamp read the same frame; reading is pure, so the second one gets what the first one found. */
export function readingOnce(driver: Driver): Driver {
  const known = new WeakMap<Uint8Array, Result<Read>>()
  return {
    ...driver,
    read(frame) {
      const before = known.get(frame)
      if (before) return before
      const made = driver.read(frame)
      known.set(frame, made)
      return made
    },
  }
}
