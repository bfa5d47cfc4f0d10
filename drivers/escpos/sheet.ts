import type { Item, Line } from '../text-grid/line.ts'

/** Half a line of dots: pieces this near stand on one line. */
const TOLERANCE = 15

interface Placed {
  readonly direction: number
  readonly x: number
  readonly y: number
  readonly items: readonly Item[]
}

/** Page mode: text is put anywhere and printed at once (register-capture 2.7). Positions in dots. */
export interface Sheet {
  place(items: readonly Item[]): void
  /** LF and feeds. */
  down(dots: number): void
  vertical(dots: number, relative: boolean): void
  area(x: number, y: number): void
  direction(n: number): void
  /** CAN, or leaving page mode: nothing of it reaches the paper. */
  clear(): void
  /** The lines in reading order. What stays on the sheet stays (`ESC FF` prints it again). */
  lines(): readonly Line[]
}

export function sheet(): Sheet {
  let placed: Placed[] = []
  let originX = 0
  let originY = 0
  let y = 0
  let turned = 0
  return {
    place(items) {
      if (items.length > 0) placed.push({ direction: turned, x: originX, y: originY + y, items })
    },
    down(dots) {
      y += dots
    },
    vertical(dots, relative) {
      y = Math.max(0, relative ? y + dots : dots)
    },
    area(ax, ay) {
      originX = ax
      originY = ay
      y = 0
    },
    direction(n) {
      turned = n
      y = 0
    },
    clear() {
      placed = []
      y = 0
    },
    lines() {
      const ordered = placed.toSorted((a, b) => a.direction - b.direction || a.y - b.y)
      const groups: Placed[][] = []
      for (const one of ordered) {
        const group = groups.at(-1)
        const first = group?.[0]
        if (group && first && first.direction === one.direction && one.y - first.y <= TOLERANCE) group.push(one)
        else groups.push([one])
      }
      return groups.map((group) => ({ items: group.flatMap(inArea), align: 'left' as const, flipped: false }))
    },
  }
}

/** Positions inside an area count from its left edge. */
const inArea = ({ x, items }: Placed): Item[] => [
  { kind: 'to', dots: x },
  ...items.map((item): Item => (item.kind === 'to' ? { kind: 'to', dots: x + item.dots } : item)),
]
