import type { Driver, Settings } from '../../src/domain/driver.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { batches } from './batch.ts'
import { readRows } from './read.ts'
import { readSettings } from './settings.ts'

function configured(settings: Settings): Result<Driver> {
  const read = readSettings(settings)
  if (!read.ok) return read
  return ok({
    id: 'delimited',
    namesBuyers: true,
    configured,
    framer: () => batches(read.value),
    read: (frame) => ok({ kind: 'reading', reading: readRows(frame, read.value) }),
  })
}

const usual = configured({})
if (!usual.ok) throw new Error('the built-in settings are wrong')

/** Rows of a table, each with the number of its receipt: CSV and fixed columns (register-capture 8.4). */
export const delimited: Driver = usual.value
