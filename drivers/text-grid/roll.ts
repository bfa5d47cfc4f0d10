import type { Item, Line, Piece } from './line.ts'

/** Pieces of text and moves between them: no receipt has so many, and each costs more than its bytes. */
const MAX_PIECES = 50_000

/** The paper as it comes out of a printer: finished lines and the one being printed. */
export interface Roll {
  readonly lines: readonly Line[]
  /** Finished lines that hold text. */
  readonly rows: number
  /** Empty lines since the last thing printed. */
  readonly feeds: number
  /** The longest run of text bytes between two line ends; infinite when the pieces were too many. */
  readonly longest: number
  /** Something stands in the open line. */
  readonly open: boolean
  /** Puts text behind what is there; the alignment counts at the beginning of a line only. */
  text(piece: Piece, align: Line['align']): void
  move(item: Item): void
  /** LF. A line that only carried a picture leaves no empty one. */
  endLine(how: How): void
  /** Ends a line that holds something; leaves no empty one. */
  flush(how: How): void
  /** A picture or a barcode was printed. */
  other(): void
  feed(lines: number): void
  /** The open line, taken away; its length counts. */
  taken(): readonly Item[]
  /** Moves at the end of the open line, behind its last text, taken away. */
  trailing(): readonly Item[]
  add(lines: readonly Line[]): void
}

interface How {
  readonly flipped: boolean
  readonly copy: boolean
}

const hasText = (items: readonly Item[]): boolean => items.some((item) => item.kind === 'text')

export function roll(): Roll {
  const lines: Line[] = []
  let items: Item[] = []
  let align: Line['align'] = 'left'
  let rows = 0
  let feeds = 0
  let pieces = 0
  let width = 0
  let longest = 0
  let besides = false

  const put = (item: Item): void => {
    if (++pieces > MAX_PIECES) longest = Number.POSITIVE_INFINITY
    else items.push(item)
  }
  const taken = (): readonly Item[] => {
    const all = items
    items = []
    besides = false
    longest = Math.max(longest, width)
    width = 0
    return all
  }
  const endLine = ({ flipped, copy }: How): void => {
    if (items.length > 0 || !besides) {
      lines.push({ items, align, flipped, ...(copy ? { copy } : {}) })
      if (hasText(items)) {
        rows++
        feeds = 0
      } else feeds++
    }
    taken()
  }
  return {
    lines,
    get rows() {
      return rows
    },
    get feeds() {
      return feeds
    },
    get longest() {
      return Math.max(longest, width)
    },
    get open() {
      return items.length > 0
    },
    text(piece, wanted) {
      if (items.length === 0) align = wanted
      width += piece.bytes.length
      put({ kind: 'text', piece })
    },
    move: put,
    endLine,
    flush(how) {
      if (items.length > 0) endLine(how)
      besides = false
    },
    other() {
      besides = true
      feeds = 0
    },
    feed(n) {
      feeds += n
    },
    taken,
    trailing() {
      const last = items.findLastIndex((item) => item.kind === 'text')
      return items.splice(last + 1)
    },
    add(more) {
      for (const line of more) {
        lines.push(line)
        rows++
      }
    },
  }
}
