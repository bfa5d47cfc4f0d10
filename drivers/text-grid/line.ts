/** Text as it was sent, before anyone knows its letters. */
export interface Piece {
  readonly bytes: Uint8Array
  /** `ESC t n` in force, -1 before the first; only a hint (register-capture 5.1). */
  readonly codePage: number
  /** How many `ESC t` came before: a decoder may change at any of them. */
  readonly turn: number
  /** `ESC R 16`: the dollar sign prints as the đồng sign. */
  readonly dong: boolean
  /** Dots of one character at normal width, its spacing included. */
  readonly cell: number
  /** 1, or how many times wider. */
  readonly wide: number
  readonly bold: boolean
  /** Its text where that does not depend on the alphabet: a glyph the host drew, a counter of the printer, double bytes. */
  drawn?: string
}

export type Item =
  | { readonly kind: 'text'; readonly piece: Piece }
  /** Absolute and relative position in dots: a column separator. */
  | { readonly kind: 'to' | 'by'; readonly dots: number }
  /** HT: the next of these stops (dots, ascending); behind the last one, or without any, every 8 characters. */
  | { readonly kind: 'tab'; readonly stops: readonly number[]; readonly cell: number }

export interface Line {
  readonly items: readonly Item[]
  readonly align: 'left' | 'centre' | 'right'
  /** Printed upside down: such lines come last to first. */
  readonly flipped: boolean
  /** Printed once more by a macro of the printer. */
  readonly copy?: boolean
}

/** One alphabet. The same pieces always give the same strings, one for each. */
export interface Decoder {
  readonly id: string
  /** The pieces of one line: a character may begin in one and end in the next. */
  decode(pieces: readonly Piece[]): string[]
}

export function piecesOf(line: Line): Piece[] {
  const pieces: Piece[] = []
  for (const item of line.items) if (item.kind === 'text') pieces.push(item.piece)
  return pieces
}

/** The pieces that stand side by side on a line: a move between two of them ends a word. */
export function runsOf(lines: readonly Line[]): Piece[][] {
  const runs: Piece[][] = []
  for (const { items } of lines) {
    let open: Piece[] | undefined
    for (const item of items) {
      if (item.kind !== 'text') open = undefined
      else if (open) open.push(item.piece)
      else runs.push((open = [item.piece]))
    }
  }
  return runs
}
