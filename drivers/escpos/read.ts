import type { Page } from '../../src/domain/page.ts'
import { type Pins, toPage } from '../text-grid/page.ts'
import { type Dialect, interpret, USUAL } from './interpret.ts'
import { prepare, resume } from './state.ts'

/** The page of one frame. Pure; the same bytes always give the same page. */
export function readPage(frame: Uint8Array, dialect: Dialect = USUAL, pins: Pins = {}): Page {
  const printed = interpret(frame, dialect)
  const { state } = printed
  return toPage({ ...printed, areaDots: state.areaDots, codePage: state.codePage }, frame.length, pins, (codePage) => ({
    ...(codePage === undefined ? {} : { codePage }),
    prepare: prepare(state, codePage),
    resume: resume(state),
  }))
}
