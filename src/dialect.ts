import { driverById, drivers } from '../drivers/index.ts'
import type { RegisterFile } from './config-schema.ts'
import type { Driver, Read } from './domain/driver.ts'
import { fault } from './domain/fault.ts'
import { failed, ok, type Result } from './domain/result.ts'

/** The driver of one register with its settings. Faults: CONFIG_DRIVER, DRIVER_SETTINGS; paths below `path`. */
export function dialectOf({ driver, settings }: Pick<RegisterFile, 'driver' | 'settings'>, path: string): Result<Driver> {
  const bare = driverById(driver)
  const known = drivers.map(({ id }) => id).join(', ')
  if (!bare) return failed(fault('CONFIG_DRIVER', { driver, known }, `${path}.driver`))
  if (settings === undefined) return ok(bare)
  const [first = ''] = Object.keys(settings)
  const made = bare.configured?.(settings) ?? failed(fault('DRIVER_SETTINGS', { driver, setting: first }, first))
  if (made.ok) return made
  const { path: inner } = made.fault
  return failed({ ...made.fault, path: `${path}.settings${inner ? `.${inner}` : ''}` })
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
