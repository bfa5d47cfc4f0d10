import { createHash } from 'node:crypto'
import type { Job, TrueSale } from './script.ts'
import { type Around, type Sent, Unwelcome, type Wire } from './wire.ts'

/** Milliseconds until a till gives up waiting for an answer. */
const PATIENCE = 30_000

/** A sale as till software writes it: the shape of register-capture 14, đồng as integers. */
export function bodyOf({ kind: _, voided: __, ...sold }: TrueSale): string {
  return JSON.stringify(sold)
}

/** Till software that posts its sales (contract section 5): `POST /api/v1/sales`, again under the same key until it is answered. */
export function overHttp(to: string, { signal, key = '' }: Around): Wire {
  const url = new URL('/api/v1/sales', to)
  const post = (body: string, once: string, until: AbortSignal): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'idempotency-key': once },
      body,
      signal: until,
    })
  return {
    // A provisional bill or a kitchen ticket is paper; software posts what was sold.
    carries: ({ sale }) => sale?.kind === 'sale',
    async send({ sale, manner }: Job, name): Promise<Sent> {
      if (!sale) throw new Error('software posts only what was sold')
      const body = bodyOf(sale)
      const digest = createHash('sha256').update(body).digest('hex').slice(0, 16)
      const once = `${name.replace(/\W.*$/, '').slice(0, 32)}-${sale.receiptNo ?? ''}-${digest}`
      if (manner === 'impatient') {
        await post(body, once, AbortSignal.any([signal, AbortSignal.timeout(5)])).catch(() => undefined)
        return { acked: Promise.resolve(false) }
      }
      const answer = await post(body, once, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]))
      const said = await answer.text()
      if ([401, 403, 404].includes(answer.status))
        throw new Unwelcome(
          `${url.href} answers ${answer.status}: ${said.slice(0, 300)} (the machine key is read from TILLGATE_SALES_KEY)`,
        )
      // Busy, or cannot keep it safe just now: the same again, later.
      if (answer.status === 429 || answer.status >= 500) throw new Error(`${answer.status}: ${said.slice(0, 300)}`)
      return { acked: Promise.resolve(answer.ok) }
    },
    finish: async () => {},
    close: async () => {},
  }
}
