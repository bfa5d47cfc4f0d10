import { type Fault, fault, type Proof } from '../domain/fault.ts'
import type { Page } from '../domain/page.ts'
import type { Reader } from '../domain/reader.ts'
import type { Aside, Kind, Reading, Receipt } from '../domain/receipt.ts'
import type { Template } from '../domain/template.ts'
import { readClosing } from './closing.ts'
import { firstCopy } from './copies.ts'
import { isChatter, isReport, type Title } from './kind.ts'
import { type Line, toLines } from './line.ts'
import { objection } from './objection.ts'
import { type Paper, readPaper } from './paper.ts'
import { readByTemplate } from './template.ts'
import { templateFor } from './template-rules.ts'

const ROWS = 5_000
const CHARACTERS = 4_096
/** As many lines as a document may have, full: beyond, noise would keep the other tills waiting. */
const ALL_CHARACTERS = ROWS * 48
const PICTURE = 300
const REPORT_HEAD = 40
const REPORT_FOOT = 60

/** Understands paper: kind, layout, figures, and the sums that prove them. Pure. */
export const reader: Reader = { read }

const SET_ASIDE: Partial<Record<Title, Aside>> = {
  provisional: 'provisional',
  kitchen: 'kitchen',
  reprint: 'reprint',
  'void-before-payment': 'void-before-payment',
  report: 'closing',
  'no-sale': 'no-sale',
  'cash-move': 'cash-move',
  delivery: 'delivery',
  training: 'training',
  test: 'test',
}

const isOversize = ({ oversize, rows }: Page): boolean =>
  oversize === true ||
  rows.length > ROWS ||
  rows.some((r) => r.text.length > CHARACTERS) ||
  rows.reduce((n, r) => n + r.text.length, 0) > ALL_CHARACTERS

function read(page: Page, templates?: Template | readonly Template[]): Reading {
  if (isOversize(page))
    return (
      longReport(page) ?? { kind: 'unknown', textLines: [], proofs: [], outcome: 'unreadable', fault: fault('CAPTURE_OVERSIZE') }
    )
  const printed = toLines(page.rows.some((r) => r.copy) ? { ...page, rows: page.rows.filter((r) => !r.copy) } : page)
  const said = { textLines: printed.map((l) => l.text), proofs: [] as readonly Proof[] }
  const lines = firstCopy(printed) ?? printed
  const picture = pictureOf(page, lines)
  if (picture) return { ...said, kind: 'image-only', ...picture }
  const template = templates === undefined ? undefined : templateFor(lines, listOf(templates))
  return template ? readAs(page, lines, said, template) : decide(page, lines, said, readPaper(lines))
}

const listOf = (templates: Template | readonly Template[]): readonly Template[] =>
  'version' in templates ? [templates] : templates

/** Which of a register's templates reads this page; undefined: none of them. */
export const templateOf = (page: Page, templates: readonly Template[]): Template | undefined =>
  templateFor(toLines(page), templates)

type Said = Pick<Reading, 'textLines' | 'proofs'>

/**
 * The template's fields under the same proofs. A page it does not fit is held, whatever the generic reader thinks of it; only
 * paper that everybody recognises as no sale goes its usual way.
 */
function readAs(page: Page, lines: readonly Line[], said: Said, template: Template): Reading {
  const own = readByTemplate(lines, template)
  if (own.kind === 'paper') return decide(page, lines, { ...said, proofs: own.paper.proofs }, own.paper)
  if (own.kind === 'closing') return { ...said, kind: 'report', outcome: 'ignored', why: 'closing', totals: own.totals }
  const title = own.kind === 'other' ? own.title : undefined
  const paper = readPaper(lines)
  const usual = decide(page, lines, said, title ? { ...paper, title, kind: title, second: false } : paper)
  const known = usual.outcome === 'ignored' || usual.kind === 'refund' || usual.kind === 'void'
  // Its last line is where it stopped fitting: nothing was changed, the rest never came.
  const torn = own.kind === 'other' || page.boundary === 'torn' || own.change.found === lines.at(-1)?.text
  if (usual.outcome === 'unreadable' && torn) return usual
  if (known && (template.kind === 'sale' || own.kind === 'other')) return usual
  const { expected, found } = own.kind === 'changed' ? own.change : { expected: template.name, found: lines[0]?.text ?? '' }
  const against = fault('TEMPLATE_CHANGED', { expected, found })
  const { ties } = usual
  const kind = template.kind === 'sale' ? usual.kind : template.kind
  return held({ ...said, kind, ...(ties ? { ties } : {}) }, against, 'receipt' in usual ? usual.receipt : undefined)
}

function decide(page: Page, lines: readonly Line[], said: Said, paper: Paper): Reading {
  const known = { ...said, ...(paper.ties ? { ties: paper.ties } : {}) }
  const silent = page.boundary === 'torn' || page.boundary === 'quiet'
  const why = SET_ASIDE[paper.title]
  if (why !== undefined && !paper.second) {
    const kind: Kind = paper.title === 'void-before-payment' ? 'void' : (paper.title as Kind)
    if (why === 'closing') return { ...known, kind, outcome: 'ignored', why, totals: readClosing(lines) }
    return { ...known, kind, outcome: 'ignored', why, ...(paper.receipt ? { receipt: paper.receipt } : {}) }
  }
  if (paper.receipt === undefined && paper.title === 'unknown' && !paper.money && isChatter(lines))
    return { ...said, kind: 'chatter', outcome: 'ignored', why: 'chatter' }
  // Closed by silence or torn off without totals: the rest of it never came (register-capture 6, 11).
  if (paper.receipt === undefined && silent)
    return { ...known, kind: 'incomplete', outcome: 'unreadable', fault: fault('CAPTURE_TORN') }
  const { kind, receipt, proofs } = paper
  const against = objection(page, paper)
  const rest = { ...known, kind: kind as Kind, proofs }
  if (against) return held(rest, against, receipt)
  if (receipt === undefined) throw new Error('a paper without a receipt has no objection')
  return { ...rest, outcome: 'ready', receipt }
}

const held = (
  rest: Pick<Reading, 'kind' | 'textLines' | 'proofs' | 'ties'>,
  against: Fault,
  receipt: Receipt | undefined,
): Reading => ({ ...rest, outcome: 'held', fault: against, ...(receipt ? { receipt } : {}) })

/** A closing report of thousands of lines is one still: its head says so, its foot has the sums (register-capture 6). */
function longReport(page: Page): Reading | undefined {
  const part = (from: number, to?: number): readonly Line[] =>
    toLines({ ...page, rows: page.rows.slice(from, to).filter((r) => r.text.length <= CHARACTERS) })
  const head = part(0, REPORT_HEAD)
  if (!isReport(head)) return undefined
  const lines = [...head, ...part(Math.max(REPORT_HEAD, page.rows.length - REPORT_FOOT))]
  const textLines = lines.map((l) => l.text)
  return { kind: 'report', outcome: 'ignored', why: 'closing', totals: readClosing(lines), textLines, proofs: [] }
}

/** Pictures instead of text (register-capture 10): none of it is read, and none of it is passed over in silence. */
function pictureOf(page: Page, lines: readonly Line[]): { outcome: 'unreadable' | 'held'; fault: Fault } | undefined {
  const height = page.pictures.reduce((n, p) => n + p.height, 0)
  if (height === 0) return undefined
  const words = lines.reduce((n, l) => n + l.words.length, 0)
  if (words < 3) return { outcome: 'unreadable', fault: fault('DRIVER_IMAGE_ONLY') }
  const amounts = lines.some((l) => l.tail.cells.some((c) => c.figure?.grouped))
  return height > PICTURE && !amounts ? { outcome: 'held', fault: fault('DRIVER_IMAGE_ONLY') } : undefined
}
