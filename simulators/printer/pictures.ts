/** A picture as a command brings it: rows of packed dots, the leftmost in the highest bit. */
export interface Dots {
  readonly width: number
  readonly rows: readonly Uint8Array[]
}

/** `GS v 0 m xL xH yL yH d`: rows as they are. */
export function rasterRows(token: Uint8Array): Dots {
  const bytes = (token[4] ?? 0) + 256 * (token[5] ?? 0)
  const height = (token[6] ?? 0) + 256 * (token[7] ?? 0)
  return { width: 8 * bytes, rows: Array.from({ length: height }, (_, y) => token.subarray(8 + y * bytes, 8 + (y + 1) * bytes)) }
}

/** `ESC * m nL nH d`: columns of 8 or 24 dots. */
export function columnStrip(token: Uint8Array): Dots {
  const width = (token[3] ?? 0) + 256 * (token[4] ?? 0)
  const deep = (token[2] ?? 0) >= 32 ? 3 : 1
  const rows = Array.from({ length: 8 * deep }, () => new Uint8Array(Math.ceil(width / 8)))
  for (let x = 0; x < width; x++)
    for (const [y, row] of rows.entries())
      if (((token[5 + x * deep + (y >> 3)] ?? 0) >> (7 - (y & 7))) & 1) row[x >> 3] = (row[x >> 3] ?? 0) | (0x80 >> (x & 7))
  return { width, rows }
}
