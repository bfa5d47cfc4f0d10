import type { Driver, Settings } from '../../src/domain/driver.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { framer } from '../escpos/framer.ts'
import { marked } from './marked.ts'
import { readMarked, readText } from './read.ts'
import { readSettings, type TextDialect } from './settings.ts'
import { copy, stamp } from './stamp.ts'

/** Register journals and video text ports: plain lines, no cut (register-capture 8.1). Stray printer codes do no harm. */
export const text: Driver = {
  id: 'text',
  configured,
  framer: () => framer({ journal: true }),
  read: (frame) => ok({ kind: 'page', page: readText(frame) }),
  stamp,
  copy,
}

function configured(settings: Settings): Result<Driver> {
  const dialect = readSettings(settings)
  return dialect.ok ? ok(speaking(dialect.value)) : dialect
}

const speaking = (dialect: TextDialect): Driver => ({
  ...text,
  framer: () => (dialect.marks ? marked(dialect.marks) : framer({ ...dialect.cutting, journal: true })),
  read: (frame) => ok({ kind: 'page', page: readMarked(frame, dialect) }),
})
