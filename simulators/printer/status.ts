export type Trouble = 'paper-out' | 'cover-open' | 'slow' | 'gone'

/** `DLE EOT n`: one byte, fixed bits 0xx1xx10 (register-capture 3). Undefined: not asked like that. */
export function realTimeStatus(n: number, wrong: ReadonlySet<Trouble>): number | undefined {
  const out = wrong.has('paper-out')
  const cover = wrong.has('cover-open')
  if (n === 1) return out || cover ? 0x1a : 0x12
  if (n === 2) return 0x12 | (cover ? 0x04 : 0) | (out ? 0x20 : 0)
  if (n === 3) return 0x12
  if (n === 4) return out ? 0x72 : 0x12
  return undefined
}

/** Automatic status back, four bytes: offline and cover, errors, paper near its end and ended, the last as TM printers have it. */
export const automaticStatus = (wrong: ReadonlySet<Trouble>): number[] => {
  const out = wrong.has('paper-out')
  const cover = wrong.has('cover-open')
  return [0x10 | (out || cover ? 0x08 : 0) | (cover ? 0x20 : 0), 0, out ? 0x0f : 0, 0]
}

/** Answers that come from the buffer, behind what was printed: paper sensor, identity, automatic status. */
export function buffered(name: string, n: number, wrong: ReadonlySet<Trouble>): number[] {
  if (name === 'GS r' || name === 'ESC v' || name === 'ESC u') return [wrong.has('paper-out') && n !== 2 ? 0x0c : 0]
  if (name === 'GS I') return n >= 65 ? [0x5f, ...Buffer.from('SIM'), 0] : [0x02]
  if (name === 'GS a') return n === 0 ? [] : automaticStatus(wrong)
  return []
}
