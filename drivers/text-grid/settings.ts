import type { Settings } from '../../src/domain/driver.ts'
import { fault } from '../../src/domain/fault.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import { type GlyphMap, isGlyphMap } from '../glyphs/map.ts'
import { decoderById } from './decoders.ts'
import { isStarts } from './heads.ts'
import type { Pins } from './page.ts'

/** What a register's settings may pin for any printer dialect. */
export interface PrinterSettings {
  readonly pins: Pins
  /** So many lines before a cut are the head of the next receipt. */
  readonly headerBeforeCut: number
  readonly crEndsLine: boolean
  /** The lines each document begins with (`tillgate template learn`). */
  readonly starts?: readonly string[]
  /** Its own words for a total. */
  readonly totals?: readonly string[]
  /** The letters of receipts that are pictures (`tillgate glyphs learn`). */
  readonly glyphs?: GlyphMap
}

/** Names of register-capture 5, as a person writes them, and the alphabets they mean. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  ascii: 'ascii',
  'windows-1258': 'windows-1258',
  'tcvn-pages': 'tcvn3',
  tcvn3: 'tcvn3-abc',
  tcvn: 'vn1',
  viscii: 'viscii',
  vni: 'vni',
  'windows-1252': 'windows-1252',
  cp437: 'cp437',
  cp850: 'cp850',
  cp852: 'cp852',
  cp858: 'cp858',
}
const [NARROWEST, WIDEST] = [16, 128]
const MOST_HEADS = 40

const whole = (value: unknown, from: number, to: number): value is number =>
  Number.isInteger(value) && Number(value) >= from && Number(value) <= to

const isWords = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length <= MOST_HEADS &&
  value.every((w) => typeof w === 'string' && w.length > 0 && w.length <= 80)

const CHECKS: Readonly<Record<string, (value: unknown) => boolean>> = {
  encoding: (value) => typeof value === 'string' && Object.hasOwn(ENCODINGS, value),
  columns: (value) => whole(value, NARROWEST, WIDEST),
  headerBeforeCut: (value) => whole(value, 0, MOST_HEADS),
  crEndsLine: (value) => typeof value === 'boolean',
  starts: isStarts,
  totals: (value) => isWords(value),
  glyphs: isGlyphMap,
}

/**
 * Checks `settings` of `driver`: the keys every printer dialect knows, and `own` ones of the dialect.
 * Fault DRIVER_SETTINGS with the key that is unknown or whose value is wrong.
 */
export function printerSettings(
  driver: string,
  settings: Settings,
  own: Readonly<Record<string, (value: unknown) => boolean>> = {},
): Result<PrinterSettings> {
  const known = new Map(Object.entries({ ...CHECKS, ...own }))
  const wrong = Object.entries(settings).find(([key, value]) => !known.get(key)?.(value))
  if (wrong) return failed(fault('DRIVER_SETTINGS', { driver, setting: wrong[0] }, wrong[0]))
  const { encoding, columns, headerBeforeCut, crEndsLine } = settings as Readonly<Record<string, never>>
  const decoder = encoding === undefined ? undefined : decoderById(ENCODINGS[encoding] ?? '')
  return ok({
    pins: { ...(decoder ? { decoder } : {}), ...(columns === undefined ? {} : { columns }) },
    headerBeforeCut: headerBeforeCut ?? 0,
    crEndsLine: crEndsLine ?? true,
    ...(isStarts(settings['starts']) ? { starts: settings['starts'] } : {}),
    ...(isWords(settings['totals']) ? { totals: settings['totals'] } : {}),
    ...(isGlyphMap(settings['glyphs']) ? { glyphs: settings['glyphs'] } : {}),
  })
}
