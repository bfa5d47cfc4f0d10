import { Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import type { Agent, Dispatcher } from 'undici'
import { type Fault, fault } from '../domain/fault.ts'
import type { Http, HttpAnswer, HttpCall } from '../domain/http.ts'

export interface HttpOptions {
  /** Certificate authorities (PEM) beside those of the machine's own list; for a provider with a private one. */
  readonly trust?: readonly string[]
  readonly connectMs?: number
  /** Silence on an open request that ends it. */
  readonly idleMs?: number
  /** From the call to the last byte of the answer. */
  readonly totalMs?: number
  readonly maxBytes?: number
  readonly connections?: number
}

export interface ClosableHttp extends Http {
  /** Closes idle connections; requests under way are finished. */
  close(): Promise<void>
}

const MIB = 1024 * 1024
/** undici's own code for it, as it is thrown where the length was announced. */
const TOO_LONG = 'UND_ERR_RES_EXCEEDED_MAX_SIZE'

/** Nothing of the request can have left: there was never a connection to carry it. */
const NO_LINE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** The server's certificate or its TLS is not right; never bypassed (F19). */
const BAD_TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$|HOSTNAME_MISMATCH$)/

/** HTTP with a small keep-alive pool over undici. No redirect is followed, nothing is sent twice, every wait has its end (F13..F16). */
export function undiciHttp(options: HttpOptions = {}): ClosableHttp {
  const { trust = [], connectMs = 10_000, idleMs = 20_000, totalMs = 60_000, maxBytes = 4 * MIB, connections = 8 } = options
  let agent: Agent | undefined
  /** undici is loaded with the first call: a shop that has sent nothing yet does not pay its memory and start time. */
  const open = async (): Promise<Agent> => {
    // The default: inside a bundle a CommonJS package has no other names.
    const { default: undici } = await import('undici')
    agent ??= new undici.Agent({
      connect: { timeout: connectMs, ...(trust.length > 0 ? { ca: [...rootCertificates, ...trust] } : {}) },
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      maxResponseSize: maxBytes,
      maxHeaderSize: 32 * 1024,
      connections,
      pipelining: 1,
    })
    return agent
  }

  /** Whatever came over these connections is not to be trusted any more: new calls get new ones (F16). */
  const renew = (used: Agent): void => {
    if (used !== agent) return
    agent = undefined
    void used.close()
  }

  return {
    async request(call, signal) {
      const refused = plainAbroad(call.url)
      if (refused) return { kind: 'unsent', fault: refused }
      const used = agent ?? (await open())
      const sent = bodyOf(call)
      const timer = new AbortController()
      const end = (): void => timer.abort()
      const timeout = setTimeout(end, totalMs)
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
      try {
        const answer = await used.request({
          origin: new URL(call.url).origin,
          path: pathOf(call.url),
          method: call.method,
          headers: { ...call.headers, ...sent.headers },
          ...(sent.body ? { body: sent.body } : {}),
          signal: timer.signal,
        })
        const got = await answerOf(answer, maxBytes)
        if (odd(got)) renew(used)
        return got
      } catch (error) {
        const code = codeOf(error)
        const nothingLeft = NO_LINE.has(code) || BAD_TLS.test(code) || (sent.begun !== undefined && !sent.begun())
        if (!nothingLeft) renew(used)
        return { kind: nothingLeft ? 'unsent' : 'unknown', fault: faultOf(code, nothingLeft) }
      } finally {
        clearTimeout(timeout)
        signal.removeEventListener('abort', end)
      }
    },
    close: async () => agent?.close(),
  }
}

/** The body is pulled only when a connection stands and is ready: until then provably no byte of the request left. */
function bodyOf({ body }: HttpCall): {
  readonly body?: Readable
  readonly headers: Readonly<Record<string, string>>
  readonly begun?: () => boolean
} {
  if (body === undefined) return { headers: {} }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  let begun = false
  async function* pull(): AsyncGenerator<Uint8Array> {
    begun = true
    yield bytes
  }
  return {
    body: Readable.from(pull(), { objectMode: false }),
    headers: { 'content-length': String(bytes.length) },
    begun: () => begun,
  }
}

async function answerOf(answer: Dispatcher.ResponseData, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > maxBytes) throw Object.assign(new Error('the answer is too long'), { code: TOO_LONG })
    chunks.push(chunk)
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  return { kind: 'answer', status: answer.statusCode, headers, body: Buffer.concat(chunks) }
}

/** A redirect or a web page is somebody in between. */
const odd = ({ status, headers }: HttpAnswer): boolean =>
  (status >= 300 && status <= 399) || /\btext\/html\b/i.test(headers['content-type'] ?? '')

/** Passwords and invoices travel in plain text only inside this machine (contract 3). */
function plainAbroad(url: string): Fault | undefined {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:') return undefined
  if (protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)))
    return undefined
  return fault('CONFIG_PLAIN_HTTP', { url: hostname })
}

const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url)
  return pathname + search
}

function faultOf(code: string, nothingLeft: boolean): Fault {
  if (BAD_TLS.test(code)) return fault('DELIVERY_TLS', { why: code })
  if (code === TOO_LONG || code.startsWith('HPE_')) return fault('DELIVERY_ODD_ANSWER', { why: code })
  return nothingLeft ? fault('DELIVERY_OFFLINE', { why: code }) : fault('DELIVERY_IN_DOUBT', { why: code })
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN'
  if (error.name === 'AbortError') return 'ABORTED'
  const { code } = error as { readonly code?: unknown }
  if (typeof code === 'string') return code
  // Several addresses were tried, all in vain.
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return error.cause instanceof Error ? codeOf(error.cause) : 'UNKNOWN'
}
