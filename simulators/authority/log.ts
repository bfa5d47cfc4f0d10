import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import type { Instant } from '../../src/domain/time.ts'
import { factTime } from '../../src/domain/time.ts'
import type { Kept } from './book.ts'

/** One line of `--log` (contract section 6). */
export interface Logged {
  readonly at: Instant
  /** `request`: a package of invoices, or what could not be read; notices and letters by their type. */
  readonly kind: 'login' | 'request' | 'lookup' | '300' | '303' | '302' | '103' | '102' | '999'
  readonly mtdiep?: string
  readonly sha256?: string
  readonly invoices?: readonly Kept[]
  /**
   * `accepted`, `partial`, `rejected`, `refused`, `unreadable`, `duplicate`, `conflict`; of a letter `asked`, `registered`,
   * `answered in time`, `answered late`, `overdue`; null: it was not judged.
   */
  readonly verdict?: string
  /** `sent`, `withheld`, `garbled`, `reset before`, `status 503 before`, the types shown on a look-up, `nothing` ... */
  readonly answered: string
  readonly warnings?: readonly string[]
}

export interface LogFile {
  write(line: Logged): void
  close(): void
}

/** Written before the answer leaves; what concerns a message is on disk by then. */
export function logFile(path: string | undefined): LogFile {
  let file = path === undefined ? undefined : openSync(path, 'a')
  return {
    write: (line) => {
      if (file === undefined) return
      const { at, kind, mtdiep = null, sha256 = null, invoices = [], verdict = null, answered, warnings = [] } = line
      const warned = warnings.length > 0 ? { warning: warnings.join('; ') } : {}
      const told = { at: factTime(at), kind, mtdiep, sha256, invoices: invoices.map(brief), verdict, answered, ...warned }
      writeSync(file, `${JSON.stringify(told)}\n`)
      if (kind !== 'lookup' && kind !== 'login') fdatasyncSync(file)
    },
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

/** Without what only the authority's own memory needs. */
const brief = ({ seller, form, symbol, number, code, sha256, verdict, reason }: Kept): unknown => ({
  ...{ seller, form, symbol, number, code, sha256, verdict },
  ...(reason === undefined ? {} : { reason }),
})
