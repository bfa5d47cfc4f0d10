import { measure, type Step } from './commands.ts'

export const COLUMNS = 20
const ROWS = 2
const BLANK = 0x20

/** A pole display of two lines of twenty: bytes in, what stands there out. Each cell keeps its bytes; letters come later. */
export interface Screen {
  /** Plays what is complete of `bytes`; returns how far it came. `going`: called with the place of what will take something away. */
  play(bytes: Uint8Array, going: (at: number) => void): number
  /** Both lines, forty cells, as they stand; a dot or comma lit beside a character stands behind it. */
  lines(): readonly [Uint8Array, Uint8Array]
  /** Something was written since the last call. */
  touched(): boolean
}

export function screen(): Screen {
  const cells: number[][] = blank()
  let at = 0
  let touched = false
  /** `ESC =`: the bytes that follow are for the printer on the same cable. */
  let elsewhere = false

  const put = (byte: number, mark?: number): void => {
    cells[at] = mark === undefined ? [byte] : [byte, mark]
    at = (at + 1) % (COLUMNS * ROWS)
    touched = true
  }
  const line = (row: number, text: Uint8Array): void => {
    at = row * COLUMNS
    for (let i = 0; i < COLUMNS; i++) cells[at + i] = [text[i] ?? BLANK]
    touched = true
  }
  const clear = (from: number, count: number, cleared: () => void): void => {
    cleared()
    for (let i = from; i < from + count; i++) cells[i] = [BLANK]
  }

  const act = (step: Step, bytes: Uint8Array, cleared: () => void): void => {
    switch (step.act) {
      case 'line':
        // A line of text may be the next thing said: what stood there is seen before it goes.
        if (step.row === 0) cleared()
        line(step.row, bytes.subarray(step.from, step.to))
        return
      case 'clear':
        clear(0, COLUMNS * ROWS, cleared)
        at = 0
        return
      case 'clear-line':
        clear(at - (at % COLUMNS), COLUMNS, cleared)
        at -= at % COLUMNS
        return
      case 'go':
        at = Math.min(Math.max(step.column, 0), COLUMNS - 1) + (step.row > 0 ? COLUMNS : 0)
        return
      case 'move':
        at = (at + step.by + COLUMNS * ROWS) % (COLUMNS * ROWS)
        return
      case 'start':
        at -= at % COLUMNS
        return
      case 'marked':
        put(step.byte, step.mark)
        return
    }
  }

  return {
    play(bytes, going) {
      let from = 0
      while (from < bytes.length) {
        const step = measure(bytes, from)
        const place = from
        if (step === undefined) return from
        if (step.act === 'select') elsewhere = !step.display
        else if (!elsewhere) {
          if (step.act === 'text') put(bytes[from] ?? BLANK)
          else if (step.act !== 'none') act(step, bytes, () => going(place))
        }
        from += step.size
      }
      return from
    },
    lines() {
      const row = (from: number): Uint8Array => Uint8Array.from(cells.slice(from, from + COLUMNS).flat())
      return [row(0), row(COLUMNS)]
    },
    touched() {
      const was = touched
      touched = false
      return was
    },
  }
}

const blank = (): number[][] => Array.from({ length: COLUMNS * ROWS }, () => [BLANK])
