import type { Driver, Settings } from '../../src/domain/driver.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { jsonFramer } from './framer.ts'
import { jsonMapping, readJson } from './receipt.ts'

function configured(settings: Settings): Result<Driver> {
  const mapping = jsonMapping(settings)
  if (!mapping.ok) return mapping
  return ok({
    id: 'json',
    namesBuyers: true,
    configured,
    framer: () => jsonFramer(mapping.value),
    read: (frame) => ok({ kind: 'reading', reading: readJson(frame, mapping.value) }),
  })
}

const usual = configured({})
if (!usual.ok) throw new Error('the built-in mapping is wrong')

/** Sales as JSON: files, webhooks, the HTTP route (register-capture 8.4, 8.5, 14). */
export const json: Driver = usual.value
