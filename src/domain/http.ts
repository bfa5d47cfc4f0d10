import type { Answer } from './transport.ts'

/** One request, no redirect followed, no retry; size and time are capped by the implementation. */
export interface Http {
  request(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer | Extract<Answer, { kind: 'unsent' | 'unknown' }>>
}

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

export interface HttpAnswer {
  readonly kind: 'answer'
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}
