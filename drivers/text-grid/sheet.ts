import type { Item, Line } from './line.ts'

/** Half a line of dots: pieces this near stand on one line. */
const TOLERANCE = 15
/** The sheet as it is before `ESC W`: 80 mm wide, as long as the longest of Epson's. */
const WHOLE: Area = { x: 0, y: 0, width: 576, height: 1662 }

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

interface Placed {
  readonly direction: number
  /** Along the text and across it, as the one who reads that direction turns the paper. */
  readonly u: number
  readonly v: number
  readonly items: readonly Item[]
}

/** Page mode: text is put anywhere and printed at once (register-capture 2.7). Positions in dots. */
export interface Sheet {
  place(items: readonly Item[]): void
  /** LF and feeds. */
  down(dots: number): void
  vertical(dots: number, relative: boolean): void
  area(area: Area): void
  direction(n: number): void
  /** CAN, or leaving page mode: nothing of it reaches the paper. */
  clear(): void
  /** The lines in reading order. What stays on the sheet stays (`ESC FF` prints it again). */
  lines(): readonly Line[]
}

/**
 * Where an area begins for the one who reads `ESC T n`: 0 from its left top, 1 upwards from its left bottom, 2 upside
 * down from its right bottom, 3 downwards from its right top.
 */
function origin(direction: number, { x, y, width, height }: Area): readonly [u: number, v: number] {
  if (direction === 1) return [-(y + height), x]
  if (direction === 2) return [-(x + width), -(y + height)]
  return direction === 3 ? [y, -(x + width)] : [x, y]
}

export function sheet(): Sheet {
  let placed: Placed[] = []
  let area = WHOLE
  let y = 0
  let turned = 0
  return {
    place(items) {
      if (items.length === 0) return
      const [u, v] = origin(turned, area)
      placed.push({ direction: turned, u, v: v + y, items })
    },
    down(dots) {
      y += dots
    },
    vertical(dots, relative) {
      y = Math.max(0, relative ? y + dots : dots)
    },
    area(next) {
      area = next
      y = 0
    },
    direction(n) {
      turned = n % 48
      y = 0
    },
    clear() {
      placed = []
      y = 0
    },
    lines() {
      const ordered = placed.toSorted((a, b) => a.direction - b.direction || a.v - b.v)
      const groups: Placed[][] = []
      for (const one of ordered) {
        const group = groups.at(-1)
        const first = group?.[0]
        if (group && first && first.direction === one.direction && one.v - first.v <= TOLERANCE) group.push(one)
        else groups.push([one])
      }
      const edges = new Map<number, number>()
      for (const { direction, u } of placed) edges.set(direction, Math.min(u, edges.get(direction) ?? u))
      return groups.map((group) => ({
        items: group.flatMap((one) => inArea(one, Math.min(0, edges.get(one.direction) ?? 0))),
        align: 'left' as const,
        flipped: false,
      }))
    },
  }
}

/** Positions inside an area count from its edge; areas turned around are counted from the outermost edge of them. */
const inArea = ({ u, items }: Placed, edge: number): Item[] => [
  { kind: 'to', dots: u - edge },
  ...items.map((item): Item => (item.kind === 'to' ? { kind: 'to', dots: u - edge + item.dots } : item)),
]
