/** What stands on the paper, from top to bottom. */
export type Strip =
  | { readonly kind: 'line'; readonly spans: readonly Span[]; readonly align: Align }
  | { readonly kind: 'picture'; readonly width: number; readonly rows: readonly Uint8Array[]; readonly align: Align }
  | { readonly kind: 'qr'; readonly text: string; readonly dot: number; readonly align: Align }
  | { readonly kind: 'barcode'; readonly text: string; readonly align: Align }
  /** The drawer's bell: not on the paper, but seen by who stands there. */
  | { readonly kind: 'drawer' }

/** 0 left, 1 centre, 2 right. */
export type Align = number

/** Letters printed alike. `wide` and `tall` multiply the size. */
export interface Span {
  readonly text: string
  readonly wide: number
  readonly tall: number
  readonly bold: boolean
}

/** The paper as lines of text; what is no text stands in brackets. */
export function textOf(strips: readonly Strip[], columns: number): string {
  const lines: string[] = []
  for (const strip of strips) {
    if (strip.kind === 'drawer') {
      lines.push('[drawer]')
      continue
    }
    const text = wordsOf(strip)
    const gap = columns - [...text].length
    const left = strip.align === 1 ? gap >> 1 : strip.align === 2 ? gap : 0
    lines.push((' '.repeat(Math.max(0, left)) + text).trimEnd())
  }
  const last = lines.findLastIndex((line) => line !== '')
  return lines.slice(0, last + 1).join('\n')
}

function wordsOf(strip: Exclude<Strip, { kind: 'drawer' }>): string {
  if (strip.kind === 'line') return strip.spans.map(({ text }) => text).join('')
  if (strip.kind === 'picture') return `[picture ${strip.width}x${strip.rows.length}]`
  return strip.kind === 'qr' ? `[QR: ${strip.text}]` : `[barcode: ${strip.text}]`
}
