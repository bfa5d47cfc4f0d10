export const DELIMITERS = [';', ',', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

/** One row: its cells, and where it ends in the text (behind its line end). */
export interface Row {
  readonly cells: readonly string[]
  readonly to: number
  /** A quote that was never closed, or letters behind a closing one. */
  readonly torn: boolean
}

/** Rows of RFC 4180, with any delimiter and any line end; a quote counts only at the start of a cell. Blank rows have one empty cell. */
export function rowsOf(text: string, delimiter: Delimiter): readonly Row[] {
  const rows: Row[] = []
  let cells: string[] = []
  let torn = false
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      const closed = quoted(text, at + 1)
      cell = closed.cell
      at = closed.at
      torn ||= closed.torn
    } else {
      const from = at
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++
      cell = text.slice(from, at)
    }
    cells.push(cell.trim())
    const mark = text[at]
    if (mark === delimiter) {
      at++
      if (at < text.length) continue
      cells.push('')
    } else if (mark !== undefined && mark !== '\n' && mark !== '\r') {
      torn = true
      while (at < text.length && text[at] !== '\n') at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    rows.push({ cells, to: at, torn })
    cells = []
    torn = false
  }
  return rows
}

function quoted(text: string, from: number): { readonly cell: string; readonly at: number; readonly torn: boolean } {
  let cell = ''
  let at = from
  for (;;) {
    const end = text.indexOf('"', at)
    if (end < 0) return { cell: cell + text.slice(at), at: text.length, torn: true }
    cell += text.slice(at, end)
    if (text[end + 1] !== '"') return { cell, at: end + 1, torn: false }
    cell += '"'
    at = end + 2
  }
}

export const isBlank = ({ cells }: Row): boolean => cells.every((cell) => cell === '')

/** The mark that divides the first row into most cells; earlier ones win a tie. */
export function delimiterOf(text: string): Delimiter {
  const first = (delimiter: Delimiter): number =>
    rowsOf(text.slice(0, 20_000), delimiter).find((row) => !isBlank(row))?.cells.length ?? 0
  return DELIMITERS.reduce((best, next) => (first(next) > first(best) ? next : best))
}
