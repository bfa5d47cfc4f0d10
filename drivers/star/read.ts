import type { Page } from '../../src/domain/page.ts'
import { type Pins, toPage } from '../text-grid/page.ts'
import { interpret } from './interpret.ts'
import { starOf, westernOf } from './pages.ts'
import { prepare, resume } from './state.ts'

/** The page of one frame. Pure; the same bytes always give the same page. */
export function readPage(frame: Uint8Array, pins: Pins = {}): Page {
  const printed = interpret(frame)
  const { state } = printed
  const paper = { ...printed, areaDots: undefined, codePage: westernOf(state.codePage) }
  return toPage(paper, frame.length, pins, (codePage) => {
    const star = starOf(codePage)
    return { ...(star === undefined ? {} : { codePage: star }), prepare: prepare(state, star), resume: resume(state) }
  })
}
