import type { Sale } from './sale.ts'

/**
 * What a person ordered, a correction or a sale whose slip waits for its invoice, as the document it is captured as: it goes down the register's line like any receipt
 * and is issued in its turn, with number, code and signature of its own (law 3: a correction is a new entry).
 */
export interface Order {
  readonly version: 1
  readonly sale: Sale
  /** Pseudonym of the person, and the reason given. */
  readonly who: string
  readonly why: string
}

const MARK = '{"tillgate-order":1,'

/** JSON with bigints as `{"n":"123"}`. */
export function orderBytes(order: Order): Uint8Array {
  const { version: _, ...content } = order
  const text = JSON.stringify(content, (_key, value: unknown) => (typeof value === 'bigint' ? { n: String(value) } : value))
  return Buffer.from(`${MARK}${text.slice(1)}`)
}

/** Undefined: these bytes are no order of ours. */
export function readOrder(bytes: Uint8Array): Order | undefined {
  const text = Buffer.from(bytes).toString('utf8')
  if (!text.startsWith(MARK)) return undefined
  try {
    const { sale, who, why } = JSON.parse(`{${text.slice(MARK.length)}`, bigints) as Omit<Order, 'version'>
    return { version: 1, sale, who, why }
  } catch (error) {
    // A till may print anything, also what looks like ours.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function bigints(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('n' in value)) return value
  const { n } = value
  return typeof n === 'string' && Object.keys(value).length === 1 ? BigInt(n) : value
}
