import type { Driver, Settings } from '../../src/domain/driver.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { xmlFramer } from './framer.ts'
import { readXml, splitXml, xmlMapping } from './receipt.ts'

function configured(settings: Settings): Result<Driver> {
  const mapping = xmlMapping(settings)
  if (!mapping.ok) return mapping
  return ok({
    id: 'xml',
    namesBuyers: true,
    configured,
    framer: () => xmlFramer((bytes) => splitXml(bytes, mapping.value)),
    read: (frame) => ok({ kind: 'reading', reading: readXml(frame, mapping.value) }),
  })
}

const usual = configured({})
if (!usual.ok) throw new Error('the built-in mapping is wrong')

/** Sales as XML files (register-capture 8.4). */
export const xml: Driver = usual.value
