import type { EntryId } from './ids.ts'
import type { Result } from './result.ts'

/**
 * Where programs hand over documents, each under a name of its own (register-capture 8.5): an idempotency key, or an
 * order and its revision. The same name may come again and again; it is heard once.
 */
export interface Desk {
  /**
   * Resolves once the document is durable. Faults: SALES_NAME_USED (the same name and revision with other bytes),
   * SALES_NOT_KEPT, and those of `Ledger.capture`: then nothing was kept, and the sender still has it.
   */
  hand(named: Named, body: Uint8Array): Promise<Result<Handed>>
}

export interface Named {
  /** Without control characters. */
  readonly name: string
  readonly revision?: string
}

export interface Handed {
  readonly entry: EntryId
  /** It had been heard before. */
  readonly again: boolean
}

/** The name as it stands beside its frame, where a file would have its place to resume from. */
export const cursorOf = ({ name, revision = '' }: Named): string => `#${name}\n${revision}`

/** Reads what `cursorOf` wrote. */
export function namedBy(cursor: string): Named | undefined {
  const cut = cursor.indexOf('\n')
  if (!cursor.startsWith('#') || cut < 0) return undefined
  const revision = cursor.slice(cut + 1)
  return { name: cursor.slice(1, cut), ...(revision === '' ? {} : { revision }) }
}
