import type { Read } from '../../src/domain/driver.ts'
import type { Page } from '../../src/domain/page.ts'
import { ok, type Result } from '../../src/domain/result.ts'
import { chooseDecoder } from '../text-grid/choose.ts'
import { layOut } from '../text-grid/layout.ts'
import { runsOf } from '../text-grid/line.ts'
import { MAX_FRAME, MAX_LINE, MAX_LINES } from './framer.ts'
import { interpret, type Printed } from './interpret.ts'
import { prepare, resume } from './state.ts'

/** The page of one frame. Pure; the same bytes always give the same page. */
export function readPage(frame: Uint8Array): Page {
  const printed = interpret(frame)
  const lines = printed.lines.slice(0, MAX_LINES)
  const { decoder, doubt } = chooseDecoder(lines.flatMap(runsOf))
  const { rows, columns } = layOut(lines, decoder, printed.state.areaDots)
  const unsure = printed.customGlyphs ? 'DRIVER_CUSTOM_GLYPHS' : doubt
  const codePage = codePageOf(printed)
  const oversize = frame.length >= MAX_FRAME || printed.lines.length > MAX_LINES || printed.longest > MAX_LINE
  return {
    columns,
    encoding: decoder.id,
    ...(unsure === undefined ? {} : { doubt: unsure }),
    rows,
    barcodes: printed.barcodes,
    qrs: printed.qrs,
    pictures: printed.pictures,
    boundary: printed.boundary,
    unknown: printed.unknown,
    desync: printed.desync,
    ...(oversize ? { oversize } : {}),
    printer: {
      ...(codePage === undefined ? {} : { codePage }),
      prepare: prepare(printed.state, codePage),
      resume: resume(printed.state),
    },
  }
}

/** The page number most of the accented text was sent under. */
function codePageOf({ lines, state }: Printed): number | undefined {
  const weight = new Map<number, number>()
  for (const { items } of lines) {
    for (const item of items) {
      if (item.kind !== 'text' || item.piece.codePage < 0) continue
      let accented = 0
      for (const byte of item.piece.bytes) if (byte >= 0x80) accented++
      if (accented > 0) weight.set(item.piece.codePage, (weight.get(item.piece.codePage) ?? 0) + accented)
    }
  }
  const [heaviest] = [...weight].toSorted((a, b) => b[1] - a[1])
  const codePage = heaviest?.[0] ?? state.codePage
  return codePage >= 0 ? codePage : undefined
}

export const read = (frame: Uint8Array): Result<Read> => ok({ kind: 'page', page: readPage(frame) })
