import type { Finding } from '../domain/judge.ts'
import { CHECKS, type CheckId } from './checks.ts'

export interface Place {
  readonly invoice?: string | undefined
  readonly path?: string | undefined
  readonly severity?: Finding['severity']
}

/** One finding of a check, at a place. `found` and `expected` stand also among the values, where the text wants them. */
export function finding(id: CheckId, values: Readonly<Record<string, string>>, place: Place = {}): Finding {
  const { found, expected } = values
  const invoice = place.invoice ?? values['invoice']
  const path = place.path ?? values['path']
  return {
    id,
    severity: place.severity ?? CHECKS[id][0],
    values,
    ...(invoice ? { invoice } : {}),
    ...(path ? { path } : {}),
    ...(found === undefined ? {} : { found }),
    ...(expected === undefined ? {} : { expected }),
  }
}

/** V24 with a reason: what cannot be read as the law's document. */
export const unreadable = (path: string, why: string, detail = '', place: Place = {}): Finding =>
  finding('V24', { path, why, ...(detail ? { detail } : {}) }, place)
