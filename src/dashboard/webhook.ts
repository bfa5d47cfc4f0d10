import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Named } from '../domain/desk.ts'
import { type Fault, fault } from '../domain/fault.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import type { Instant } from '../domain/time.ts'
import type { Webhook } from './parts.ts'

/** How far the clocks of sender and gateway may be apart, in milliseconds. */
const WINDOW = 5 * 60_000
/** Characters of an order's name. */
const LONGEST = 200

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Whether the sender knows the secret, and sent this just now (register-capture 8.5): HMAC-SHA256 over the bytes as they
 * came, compared in constant time. Undefined: it is theirs. Faults: WEBHOOK_SIGNATURE, WEBHOOK_TIME.
 */
export function stranger(headers: Headers, body: Uint8Array, webhook: Webhook, now: Instant): Fault | undefined {
  const { secret, header, timestampHeader, signed } = webhook
  const time = timestampHeader === undefined ? '' : headers[timestampHeader]
  const said = headers[header]
  if (typeof said !== 'string' || typeof time !== 'string') return fault('WEBHOOK_SIGNATURE')
  const mac = createHmac('sha256', secret)
  if (signed === 'timestamp.body') mac.update(`${time}.`)
  const wanted = mac.update(body).digest()
  const given = macOf(said)
  if (given?.length !== wanted.length || !timingSafeEqual(given, wanted)) return fault('WEBHOOK_SIGNATURE')
  if (timestampHeader === undefined) return undefined
  const sent = momentOf(time)
  return sent !== undefined && Math.abs(sent - now) <= WINDOW ? undefined : fault('WEBHOOK_TIME')
}

function macOf(text: string): Buffer | undefined {
  const bare = text.trim().replace(/^sha256=/i, '')
  if (/^[0-9a-f]{64}$/i.test(bare)) return Buffer.from(bare, 'hex')
  return /^[A-Za-z0-9+/]{43}=$/.test(bare) ? Buffer.from(bare, 'base64') : undefined
}

/** Seconds or milliseconds since 1970, or ISO 8601 with its zone. */
function momentOf(text: string): number | undefined {
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1_000
  if (/^\d{12,13}$/.test(text)) return Number(text)
  return /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : undefined
}

/** The order and its revision, as the body names them. Fault WEBHOOK_ORDER. */
export function orderOf(body: unknown, { order, revision }: Webhook): Result<Named> {
  const name = wordAt(body, order)
  if (name === undefined) return failed(fault('WEBHOOK_ORDER', { place: order }, order))
  if (revision === undefined) return ok({ name })
  const which = wordAt(body, revision)
  return which === undefined ? failed(fault('WEBHOOK_ORDER', { place: revision }, revision)) : ok({ name, revision: which })
}

/** The text or whole number at `order.id` or `orders.0.id`; undefined where there is none that can be a name. */
function wordAt(body: unknown, place: string): string | undefined {
  let value = body
  for (const step of place.replace(/^\$\.?/, '').split('.'))
    value = typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return typeof text === 'string' && text.length <= LONGEST && /^[^\p{Cc}]+$/u.test(text) ? text : undefined
}
