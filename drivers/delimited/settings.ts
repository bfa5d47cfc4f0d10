import Type, { type Static } from 'typebox'
import type { Settings } from '../../src/domain/driver.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { ENCODINGS } from '../structured/letters.ts'
import { KindWords, settingsFault, wrongSetting } from '../structured/mapping.ts'
import { COLUMNS } from './headings.ts'
import { DELIMITERS } from './rows.ts'

const strict = { additionalProperties: false }
const Place = Type.Union([Type.Integer({ minimum: 1, maximum: 500 }), Type.String({ minLength: 1, maxLength: 100 })])
const Field = Type.Union(COLUMNS.map((column) => Type.Literal(column)))

const DelimitedSettings = Type.Object(
  {
    delimiter: Type.Optional(Type.Union(DELIMITERS.map((mark) => Type.Literal(mark)))),
    encoding: Type.Optional(Type.Union(ENCODINGS.map((name) => Type.Literal(name)))),
    /** Whether the first row names the columns. Absent: told by the names themselves. */
    header: Type.Optional(Type.Boolean()),
    /** Heading, or number counted from 1, of each column that is read. */
    columns: Type.Optional(Type.Object(Object.fromEntries(COLUMNS.map((name) => [name, Type.Optional(Place)])), strict)),
    fixed: Type.Optional(
      Type.Array(
        Type.Object(
          { field: Field, from: Type.Integer({ minimum: 1, maximum: 4_096 }), width: Type.Integer({ minimum: 1, maximum: 400 }) },
          strict,
        ),
        { minItems: 1, maxItems: 60 },
      ),
    ),
    kinds: Type.Optional(KindWords),
  },
  strict,
)
export type DelimitedSettings = Static<typeof DelimitedSettings>

/** Fault DRIVER_SETTINGS with the path of the wrong key. */
export function readSettings(settings: Settings): Result<DelimitedSettings> {
  const checked = settingsFault(DelimitedSettings, settings, 'delimited')
  if (!checked.ok) return checked
  const read = settings as DelimitedSettings
  if (read.fixed && (read.columns || read.delimiter)) return wrongSetting('delimited', 'fixed')
  const places = Object.entries(read.columns ?? {})
  // Without a header row there are no names to go by.
  const named = places.find(([, place]) => typeof place === 'string')
  if (read.header === false && !read.fixed && (named || places.length === 0))
    return wrongSetting('delimited', `columns${named ? `.${named[0]}` : ''}`)
  const chosen = read.fixed?.map(({ field }) => field) ?? places.map(([field]) => field)
  const missing = chosen.length === 0 ? undefined : ['receiptNo', 'name', 'total'].find((field) => !chosen.includes(field))
  return missing ? wrongSetting('delimited', `${read.fixed ? 'fixed' : 'columns'}.${missing}`) : ok(read)
}
