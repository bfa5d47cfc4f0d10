import type { Read } from '../../src/domain/driver.ts'
import type { Bitmap, Page, Row } from '../../src/domain/page.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { lookUp } from './look-up.ts'
import type { GlyphMap } from './map.ts'

/** Lower pictures are logos (register-capture 10). */
const RECEIPT = 200

/** A dialect's `read`, with the letters of its pictures where a shop has taught them. */
export const pageRead = (page: Page, pictures: () => readonly Bitmap[], map: GlyphMap | undefined): Result<Read> =>
  ok({ kind: 'page', page: map && page.pictures.length > 0 ? withGlyphs(page, pictures(), map) : page })

/**
 * A page whose text is a picture, read mark by mark: the text takes the picture's place. One mark that is not known leaves
 * the whole page in doubt. A page with text of its own stays as it is.
 */
export function withGlyphs(page: Page, pictures: readonly Bitmap[], map: GlyphMap): Page {
  const height = pictures.reduce((sum, one) => sum + one.height, 0)
  if (height < RECEIPT || page.rows.some((row) => row.text.trim() !== '')) return page
  const found = pictures.map((picture) => lookUp(picture, map))
  const rows = found.flatMap(({ lines }) => lines.map(rowOf))
  const columns = Math.max(page.columns, ...rows.map((row) => row.text.length))
  return {
    ...page,
    columns,
    encoding: 'glyphs',
    rows,
    pictures: [],
    ...(found.some(({ unknown }) => unknown > 0) ? { doubt: 'DRIVER_GLYPHS' } : {}),
  }
}

function rowOf(text: string): Row {
  const runs = [...text.matchAll(/\S+(?: \S+)*/g)].map((run) => ({ column: run.index, text: run[0], wide: false, bold: false }))
  return { text, runs, align: 'left' }
}
