import { ask, type Trouble } from './api.ts'
import type { Pick } from './batch-pick.ts'

/** So many in one request: the bar moves, and an answer comes within a breath on an old machine. */
const STEP = 20

/**
 * Asks for all of them, a few at a time; `told` after each. Stops at the first request that fails: what was done before it stays
 * done, and asked again under the same name it is not done twice.
 */
export async function inSteps<Row>(
  url: string,
  invoices: readonly Pick[],
  body: object,
  told: (rows: readonly Row[]) => void,
  more: { readonly name?: string; readonly stopped?: () => boolean } = {},
): Promise<{ readonly rows: readonly Row[]; readonly trouble?: Trouble }> {
  const { name, stopped } = more
  let rows: readonly Row[] = []
  for (let at = 0; at < invoices.length && !stopped?.(); at += STEP) {
    const some = invoices.slice(at, at + STEP).map(({ form, symbol, number }) => ({ form, symbol, number }))
    const answer = await ask<readonly Row[]>(url, { ...body, invoices: some }, name === undefined ? {} : { name })
    if (!answer.ok) return { rows, trouble: answer.trouble }
    rows = [...rows, ...answer.value]
    told(rows)
  }
  return { rows }
}
