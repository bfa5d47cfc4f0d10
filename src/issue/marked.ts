import { createHash } from 'node:crypto'

/**
 * Hex digits that stand beside an order, in the open, where the order itself is locked: enough to tell two orders under one
 * name apart, too few to try telephone numbers against (R-106, audit-pack 1.3).
 */
const DIGITS = 4

/** What an order says, in a mark. `same`: whether a mark, this one or one of all digits, is of the same content. */
export interface Marked {
  readonly mark: string
  same(mark: string | undefined): boolean
}

export function marked(content: object): Marked {
  const digest = createHash('sha256').update(JSON.stringify(content, plain)).digest('hex')
  return {
    mark: digest.slice(0, DIGITS),
    same: (mark) => mark !== undefined && mark.length >= DIGITS && digest.startsWith(mark),
  }
}

const plain = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`
  return value instanceof Uint8Array ? createHash('sha256').update(value).digest('hex') : value
}
