import type { Instant } from './time.ts'

export type Level = 'ok' | 'info' | 'warning' | 'serious' | 'critical' | 'unknown'

/** How one part is right now; not a fact. Words from `messages.csv` by `key`. Last value wins. */
export interface BoardItem {
  readonly level: Level
  readonly key: string
  readonly values?: Readonly<Record<string, string>>
  readonly since: Instant
  /** Key of the one next step, where a person has one. */
  readonly todo?: string
}

export interface Board {
  /** `part`: `register/R017`, `printer/R017`, `upstream`, `ledger`, `signer`, `clock`. Same level and key keep `since`. */
  set(part: string, item: Omit<BoardItem, 'since'>): void
  clear(part: string): void
  all(): Readonly<Record<string, BoardItem>>
  /** Called after each change; returns how to stop listening. */
  watch(listener: () => void): () => void
}
