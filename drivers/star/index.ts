import type { Driver } from '../../src/domain/driver.ts'
import { ok } from '../../src/domain/result.ts'
import { drawn } from '../escpos/pictures.ts'
import type { GlyphMap } from '../glyphs/map.ts'
import { pageRead } from '../glyphs/page.ts'
import { type Cutting, cutter } from '../text-grid/cutter.ts'
import type { Pins } from '../text-grid/page.ts'
import { printerSettings } from '../text-grid/settings.ts'
import { grammar } from './grammar.ts'
import { interpret } from './interpret.ts'
import { readPage } from './read.ts'
import { copy, stamp } from './stamp.ts'

const driver = (pins: Pins, cutting: Cutting, marks?: GlyphMap): Driver => ({
  id: 'star',
  configured(settings) {
    const wanted = printerSettings('star', settings)
    if (!wanted.ok) return wanted
    const { pins, glyphs, ...rest } = wanted.value
    return ok(driver(pins, rest, glyphs))
  },
  framer: () => cutter(grammar, cutting),
  read: (frame) => pageRead(readPage(frame, pins), () => interpret(frame).pictures.map(drawn), marks),
  pictures: (frame) => interpret(frame).pictures.map(drawn),
  // ESC ACK SOH.
  probe: Uint8Array.of(0x1b, 0x06, 0x01),
  stamp,
  copy,
})

/** Receipt printers of Star: line mode and StarPRNT. */
export const star: Driver = driver({}, {})
