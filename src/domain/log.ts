/** Structured lines with fixed fields; never buyer data, document bytes, keys or tokens (L1). */
export interface Log {
  /** A person is needed. */
  error(fields: LogFields, text: string): void
  /** It heals itself but counts. */
  warn(fields: LogFields, text: string): void
  /** Life cycle, and invoices by identity. */
  info(fields: LogFields, text: string): void
  /** Frames by length and digest. */
  debug(fields: LogFields, text: string): void
}

export interface LogFields {
  readonly part: string
  readonly register?: string
  readonly entry?: string
  readonly code?: string
  readonly [more: string]: string | number | boolean | undefined
}
