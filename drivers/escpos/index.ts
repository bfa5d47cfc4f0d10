import type { Driver } from '../../src/domain/driver.ts'
import { ok } from '../../src/domain/result.ts'
import type { GlyphMap } from '../glyphs/map.ts'
import { pageRead } from '../glyphs/page.ts'
import type { Pins } from '../text-grid/page.ts'
import { printerSettings } from '../text-grid/settings.ts'
import { type Framing, framer } from './framer.ts'
import { type Dialect, interpret, USUAL } from './interpret.ts'
import { drawn } from './pictures.ts'
import { readPage } from './read.ts'
import { glyphsOf, OWN_SETTINGS } from './settings.ts'
import { copy, stamp } from './stamp.ts'

const driver = (dialect: Dialect, pins: Pins, framing: Framing, marks?: GlyphMap): Driver => ({
  id: 'escpos',
  configured(settings) {
    const wanted = printerSettings('escpos', settings, OWN_SETTINGS)
    if (!wanted.ok) return wanted
    const { pins, glyphs: marks, ...cutting } = wanted.value
    const { crEndsLine } = cutting
    const escC = settings['escC'] === 5 ? 5 : 3
    const glyphs = glyphsOf(settings['userGlyphs'])
    return ok(driver({ escC, crEndsLine, ...(glyphs ? { glyphs } : {}) }, pins, { ...cutting, journal: false, escC }, marks))
  },
  framer: () => framer(framing),
  read: (frame) => pageRead(readPage(frame, dialect, pins), () => interpret(frame, dialect).pictures.map(drawn), marks),
  pictures: (frame) => interpret(frame, dialect).pictures.map(drawn),
  // DLE EOT 1.
  probe: Uint8Array.of(0x10, 0x04, 0x01),
  stamp,
  copy,
})

/** Receipt printers: Epson ESC/POS and its clones. */
export const escpos: Driver = driver(USUAL, {}, { journal: false })
