import type { Glyphs } from './glyphs.ts'

const isByte = (key: string): boolean => /^[0-9a-f]{2}$/i.test(key) && Number.parseInt(key, 16) >= 0x20
const isLetters = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 8

/** `{ "41": "ă", "42": "đ" }`: bytes in hexadecimal, the letters the host draws under them. */
const isGlyphMap = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([key, letters]) => isByte(key) && isLetters(letters))

/** Settings only this dialect has. */
export const OWN_SETTINGS: Readonly<Record<string, (value: unknown) => boolean>> = {
  escC: (value) => value === 3 || value === 5,
  userGlyphs: isGlyphMap,
}

export const glyphsOf = (value: unknown): Glyphs | undefined =>
  isGlyphMap(value)
    ? new Map(Object.entries(value).map(([key, letters]) => [Number.parseInt(key, 16), letters.normalize('NFC')]))
    : undefined
