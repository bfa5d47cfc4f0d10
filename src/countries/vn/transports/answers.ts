import type { Clock } from '../../../domain/clock.ts'
import { fault } from '../../../domain/fault.ts'
import type { HttpAnswer } from '../../../domain/http.ts'
import type { Answer } from '../../../domain/transport.ts'

export type Lost = Extract<Answer, { kind: 'unsent' | 'unknown' }>

/** What a status that is no success means (reliability F16). Only a refusal at the door proves that nothing was taken. */
export function troubled(answer: HttpAnswer, clock: Clock): Lost {
  const { status } = answer
  const wait = waitOf(answer, clock)
  const after = wait === undefined ? {} : { afterMs: wait }
  if (status === 401 || status === 403) return { kind: 'unsent', fault: fault('DELIVERY_LOGIN') }
  if (status === 429) return { kind: 'unsent', fault: fault('DELIVERY_BUSY', { status: '429' }), ...after }
  if (status >= 500) return { kind: 'unknown', fault: fault('DELIVERY_BUSY', { status: String(status) }), ...after }
  return { kind: 'unknown', fault: fault('DELIVERY_ODD_STATUS', { status: String(status) }), ...after }
}

/** `Retry-After` in milliseconds, seconds or a date (RFC 9110 10.2.3); at most an hour, so that one header loses no day. */
function waitOf(answer: HttpAnswer, clock: Clock): number | undefined {
  const told = answer.headers['retry-after']?.trim()
  if (!told) return undefined
  const ms = /^\d{1,9}$/.test(told) ? Number(told) * 1000 : Date.parse(told) - clock.now()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 3_600_000)
}

const beginning = (body: Uint8Array): string =>
  Buffer.from(body.subarray(0, 256))
    .toString()
    .replace(/^\ufeff/, '')
    .trimStart()
    .toLowerCase()

/** The login page of a Wi-Fi, a proxy's error: an answer, but not theirs (F13). */
export const looksLikePage = ({ headers, body }: HttpAnswer): boolean =>
  /\bhtml\b/i.test(headers['content-type'] ?? '') || /^<(!doctype html|html)\b/.test(beginning(body))

export const looksLikeXml = (body: Uint8Array): boolean => /^<(\?xml|tdiep|dlieu|tbao)\b/.test(beginning(body))

/** Undefined for what is no JSON. */
export function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString())
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
