import Type, { type Static } from 'typebox'
import type { Settings } from '../../src/domain/driver.ts'
import { fold } from '../../src/domain/fold.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { settingsFault } from '../structured/mapping.ts'
import type { Pins } from '../text-grid/page.ts'
import { type PrinterSettings, printerSettings } from '../text-grid/settings.ts'

const Marker = Type.String({ minLength: 1, maxLength: 80 })
const Markers = Type.Array(Marker, { minItems: 1, maxItems: 10 })

/** What the menus of video text inserters ask for (register-capture 8.1). */
const TextSettings = Type.Object(
  {
    startMarkers: Type.Optional(Markers),
    endMarkers: Type.Optional(Markers),
    lineDelimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 4, pattern: '^[\\x00-\\x7f]+$' })),
    stripCodes: Type.Optional(
      Type.Array(Type.String({ pattern: '^([0-9A-Fa-f]{2})([0-9A-Fa-f]{2}|[?]{2}){0,15}$' }), { maxItems: 40 }),
    ),
    maxLines: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000 })),
    encoding: Type.Optional(Type.String({ maxLength: 20 })),
    columns: Type.Optional(Type.Integer()),
    starts: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
    totals: Type.Optional(Type.Array(Type.String(), { maxItems: 40 })),
  },
  { additionalProperties: false },
)

export interface Marks {
  /** Folded; a line that holds one begins, or ends, a document. */
  readonly start: readonly string[]
  readonly end: readonly string[]
  readonly delimiter: Uint8Array | undefined
  readonly maxLines: number | undefined
}

export interface TextDialect {
  /** Undefined: a register's journal, whose lines say by themselves where a document begins. */
  readonly marks: Marks | undefined
  /** Printer codes to leave out; -1 stands for any byte. */
  readonly codes: readonly (readonly number[])[]
  readonly pins: Pins
  /** What each document begins with and calls its total, where its lines do not say by themselves where one ends. */
  readonly cutting: Pick<PrinterSettings, 'starts' | 'totals'>
}

/** Fault DRIVER_SETTINGS with the path of the wrong key. */
export function readSettings(settings: Settings): Result<TextDialect> {
  const checked = settingsFault(TextSettings, settings, 'text')
  if (!checked.ok) return checked
  const {
    startMarkers,
    endMarkers,
    lineDelimiter,
    stripCodes = [],
    maxLines,
    ...pinned
  } = settings as Static<typeof TextSettings>
  const pins = printerSettings('text', pinned)
  if (!pins.ok) return pins
  const marked = startMarkers !== undefined || endMarkers !== undefined || lineDelimiter !== undefined || maxLines !== undefined
  const marks: Marks = {
    start: (startMarkers ?? []).map(fold),
    end: (endMarkers ?? []).map(fold),
    delimiter: lineDelimiter === undefined ? undefined : Uint8Array.from(Buffer.from(lineDelimiter, 'latin1')),
    maxLines,
  }
  const codes = stripCodes.map((code) =>
    (code.match(/../g) ?? []).map((pair) => (pair === '??' ? -1 : Number.parseInt(pair, 16))),
  )
  const { starts, totals } = pins.value
  const cutting = { ...(starts ? { starts } : {}), ...(totals ? { totals } : {}) }
  return ok({ marks: marked ? marks : undefined, codes, pins: pins.value.pins, cutting })
}

/** The letters a register pins, by the names of register-capture 5. */
export function pinsOf(driver: string, encoding: string | undefined): Result<Pins> {
  const made = printerSettings(driver, encoding === undefined ? {} : { encoding })
  return made.ok ? ok(made.value.pins) : made
}
