import type { Page, Picture } from '../../src/domain/page.ts'
import { type Choice, chooseDecoder, pinnedDecoder } from './choose.ts'
import { ascii } from './decoders.ts'
import { MAX_FRAME, MAX_LINE, MAX_LINES } from './grammar.ts'
import { layOut } from './layout.ts'
import { type Decoder, type Line, type Piece, runsOf } from './line.ts'

/** What a dialect found on the paper of one frame, letters still as bytes. */
export interface OnPaper {
  readonly lines: readonly Line[]
  readonly barcodes: readonly string[]
  readonly qrs: readonly string[]
  readonly pictures: readonly Picture[]
  readonly unknown: number
  /** No print job: nobody asks in which letters. */
  readonly noise: boolean
  readonly desync: boolean
  readonly customGlyphs: boolean
  readonly unseen: number
  readonly boundary: Page['boundary']
  /** Text stood in the line when the bytes ended: a printer would not have printed it yet. */
  readonly open: boolean
  readonly longest: number
  /** Printable width in dots, where the host set one. */
  readonly areaDots: number | undefined
  /** The page number in force at the end; -1: none was named. */
  readonly codePage: number
}

/** What the settings of a register decide instead of the bytes. */
export interface Pins {
  readonly decoder?: Decoder
  readonly columns?: number
}

/** The page of a frame of `size` bytes. `printer`: what a stamp needs, for the page number most of the text was sent under. */
export function toPage(
  paper: OnPaper,
  size: number,
  pins: Pins,
  printer: (codePage: number | undefined) => NonNullable<Page['printer']>,
): Page {
  const lines = paper.lines.length > MAX_LINES ? paper.lines.slice(0, MAX_LINES) : paper.lines
  const runs = runsOf(lines)
  const { decoder, doubt, letters } = chosen(runs, paper, pins)
  const { rows, columns } = layOut(lines, decoder, paper.areaDots, pins.columns)
  const unsure = paper.customGlyphs ? 'DRIVER_CUSTOM_GLYPHS' : doubt
  const oversize = size >= MAX_FRAME || paper.lines.length > MAX_LINES || paper.longest > MAX_LINE
  return {
    columns,
    encoding: decoder.id,
    ...(unsure === undefined ? {} : { doubt: unsure }),
    ...(letters === undefined ? {} : { letters }),
    rows,
    barcodes: paper.barcodes,
    qrs: paper.qrs,
    pictures: paper.pictures,
    boundary: paper.boundary,
    unknown: paper.unknown,
    ...(paper.unseen === 0 ? {} : { unseen: paper.unseen }),
    desync: paper.desync,
    ...(paper.open ? { open: true as const } : {}),
    ...(oversize ? { oversize } : {}),
    printer: printer(codePageOf(paper)),
  }
}

function chosen(runs: Piece[][], { noise }: OnPaper, { decoder }: Pins): Choice {
  if (noise) return { decoder: ascii, doubt: 'DRIVER_ENCODING' }
  return decoder ? pinnedDecoder(decoder, runs) : chooseDecoder(runs)
}

/** The page number most of the accented text was sent under. */
function codePageOf({ lines, codePage }: OnPaper): number | undefined {
  const weight = new Map<number, number>()
  for (const { items } of lines) {
    for (const item of items) {
      if (item.kind !== 'text' || item.piece.codePage < 0) continue
      const { bytes, codePage } = item.piece
      let accented = 0
      for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) >= 0x80) accented++
      if (accented > 0) weight.set(codePage, (weight.get(codePage) ?? 0) + accented)
    }
  }
  const [heaviest] = [...weight].toSorted((a, b) => b[1] - a[1])
  const chosen = heaviest?.[0] ?? codePage
  return chosen >= 0 ? chosen : undefined
}
