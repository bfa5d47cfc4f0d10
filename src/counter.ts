import { type Config, secret } from './config.ts'
import type { Counter, Webhook } from './dashboard/parts.ts'
import type { Desk } from './domain/desk.ts'
import { registerId } from './domain/ids.ts'
import type { Ledger } from './domain/ledger.ts'
import type { Link } from './domain/link.ts'
import type { Log } from './domain/log.ts'
import { ok, type Result } from './domain/result.ts'
import { httpLink } from './intake/link-http.ts'
import { machineKeys } from './machine-keys.ts'

/** The webhooks of the registers that have one, with their secrets. Fault CONFIG_SECRET_MISSING. */
export function webhooksOf(config: Config): Result<ReadonlyMap<string, Webhook>> {
  const found = new Map<string, Webhook>()
  for (const [i, { id, link }] of config.values.registers.entries()) {
    const webhook = link.http?.webhook
    if (!webhook) continue
    const read = secret(config, webhook.secret, `registers.${i}.link.http.webhook.secret`)
    if (!read.ok) return read
    const { timestampHeader, revision } = webhook
    found.set(id, {
      secret: read.value,
      header: webhook.header.toLowerCase(),
      ...(timestampHeader === undefined ? {} : { timestampHeader: timestampHeader.toLowerCase() }),
      // A time that is not signed with the body proves nothing.
      signed: webhook.signed ?? (timestampHeader === undefined ? 'body' : 'timestamp.body'),
      order: webhook.order ?? 'receiptNo',
      ...(revision === undefined ? {} : { revision }),
    })
  }
  return ok(found)
}

/** Each register that sells by HTTP has a desk: a link to intake, a counter to the screen's routes. */
export function counterOf(
  { values, data }: Config,
  webhooks: ReadonlyMap<string, Webhook>,
  ledger: Ledger,
  log: Log,
): { readonly counter: Counter; readonly links: ReadonlyMap<string, Link & Desk> } {
  const links = new Map<string, Link & Desk>()
  for (const { id, link } of values.registers) {
    if (!link.http) continue
    const where = webhooks.has(id) ? `http /api/v1/webhooks/${id}` : 'http /api/v1/sales'
    links.set(id, httpLink({ register: registerId(id), ledger, where }))
  }
  const desks = [...links].map(([id, desk]) => {
    const webhook = webhooks.get(id)
    return [id, webhook ? { desk, webhook } : { desk }] as const
  })
  return { counter: { keys: machineKeys(data, log), desks: new Map(desks) }, links }
}
