/** Bytes that a host draws itself (`ESC &`), and the letters they are, of one shop (register-capture 5.6, 5). */
export type Glyphs = ReadonlyMap<number, string>

/** Which letters the host drew itself, as the document goes on. */
export interface OwnGlyphs {
  define(first: number, last: number): void
  /** `ESC ?`: the printer's own letter again. */
  cancel(code: number): void
  /** `ESC @` forgets them all. */
  reset(): void
  /** Gives `bytes` on in pieces; what is drawn comes with its letters. */
  split(bytes: Uint8Array, put: (bytes: Uint8Array, drawn?: string) => void): void
  /** Text was printed in letters that nobody has named. */
  readonly used: boolean
}

export function ownGlyphs(known: Glyphs | undefined): OwnGlyphs {
  const drawn = new Set<number>()
  let defined = false
  let used = false
  /** Switched on without a definition in this document: what was drawn before is not known, unless the shop has said it. */
  const isDrawn = (byte: number): boolean => (defined ? drawn.has(byte) : byte > 0x20)
  return {
    get used() {
      return used
    },
    define(first, last) {
      defined = true
      for (let code = first; code <= last; code++) drawn.add(code)
    },
    cancel(code) {
      drawn.delete(code)
    },
    reset() {
      drawn.clear()
      defined = false
    },
    split(bytes, put) {
      let from = 0
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at] ?? 0
        if (!isDrawn(byte)) continue
        const letter = known?.get(byte)
        if (letter === undefined) {
          // A byte the shop's map does not name is drawn by nobody, unless this document drew it.
          if (!known || drawn.has(byte)) used = true
          continue
        }
        if (at > from) put(bytes.subarray(from, at))
        put(bytes.subarray(at, at + 1), letter)
        from = at + 1
      }
      if (from < bytes.length) put(bytes.subarray(from))
    },
  }
}
