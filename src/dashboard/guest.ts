import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { buyerWarnings } from '../domain/buyer.ts'
import type { Clock } from '../domain/clock.ts'
import type { RegisterId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { NextBuyer } from '../domain/next-buyer.ts'
import type { Part } from '../domain/part.ts'
import type { Buyer } from '../domain/sale.ts'
import { instant } from '../domain/time.ts'
import type { Lang, Words } from '../domain/words.ts'
import { FIELDS, GUEST_HEADERS, sheet, thanks } from './guest-page.ts'

export interface GuestParts {
  readonly host: string
  readonly port: number
  /** The name telephones reach it by, where it is not the address it listens on. */
  readonly name?: string
  /** PEM: on a network of guests nothing is served in plain (W1). */
  readonly cert: string
  readonly key: string
  readonly nextBuyer: NextBuyer
  readonly shop: string
  readonly clock: Clock
  readonly log: Log
  readonly words: Words
  readonly lang: Lang
}

/** The buyer's own telephone: one form behind a token that is good once, and nothing else. */
export interface Guest extends Part {
  /** The address for a QR on the counter, good for ten minutes. */
  mint(register: RegisterId): string
}

const WINDOW_MS = 10 * 60_000
const MOST_TOKENS = 32
const MOST_BYTES = 4_096
/** Requests of one telephone in a minute. */
const MOST_REQUESTS = 30

export function guest(parts: GuestParts): Guest {
  const { clock, log, nextBuyer, words, lang } = parts
  const tokens = new Map<string, { readonly register: RegisterId; readonly until: number }>()
  let seen = { minute: -1, by: new Map<string, number>() }
  let port = parts.port
  const server = createServer(
    {
      cert: parts.cert,
      key: parts.key,
      minVersion: 'TLSv1.2',
      requestTimeout: 10_000,
      headersTimeout: 5_000,
      maxHeaderSize: 8_192,
    },
    (request, reply) => void answer(request, reply).catch((error: unknown) => broken(reply, error)),
  )
  server.maxConnections = 64
  server.on('tlsClientError', (_error, socket) => socket.destroy())

  const broken = (reply: ServerResponse, error: unknown): void => {
    log.error({ part: 'guest', code: 'DASHBOARD_BROKEN', error: String(error) }, 'the form of a guest failed')
    if (!reply.headersSent) reply.writeHead(500, GUEST_HEADERS).end()
  }
  const tooOften = (from: string): boolean => {
    const minute = Math.floor(clock.up() / 60_000)
    if (seen.minute !== minute) seen = { minute, by: new Map() }
    const count = (seen.by.get(from) ?? 0) + 1
    seen.by.set(from, count)
    return count > MOST_REQUESTS
  }
  const registerOf = (token: string): RegisterId | undefined => {
    const known = tokens.get(token)
    if (known && clock.up() > known.until) tokens.delete(token)
    return tokens.get(token)?.register
  }

  async function answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const send = (status: number, html = ''): void => void reply.writeHead(status, GUEST_HEADERS).end(html)
    if (tooOften(request.socket.remoteAddress ?? '')) return send(429)
    const token = /^\/k\/([\w-]{22})$/.exec(request.url ?? '')?.[1] ?? ''
    const register = registerOf(token)
    // A stranger learns nothing: what is wrong, used or too old looks like an address that never was.
    if (!register) return send(404)
    if (request.method === 'GET') return send(200, sheet(words, lang, parts.shop, {}, []))
    if (request.method !== 'POST') return send(405)
    const form = await bodyOf(request)
    const buyer = form && buyerIn(form)
    if (!buyer) return send(400, sheet(words, lang, parts.shop, {}, []))
    const doubts = buyerWarnings(buyer)
    if (doubts.length > 0 && form.get('sure') !== '1') return send(200, sheet(words, lang, parts.shop, buyer, doubts))
    tokens.delete(token)
    const now = clock.now()
    nextBuyer.arm(register, { buyer, since: now, until: instant(now + WINDOW_MS), who: 'guest' })
    log.info({ part: 'guest', register, act: 'buyer-armed' }, 'a buyer gave his data himself')
    send(200, thanks(words, lang, parts.shop))
  }

  return {
    name: 'guest form',
    mint(register) {
      const token = randomBytes(16).toString('base64url')
      // One for each register: what was shown before is good no more.
      for (const [old, of] of tokens) if (of.register === register) tokens.delete(old)
      tokens.set(token, { register, until: clock.up() + WINDOW_MS })
      for (const old of tokens.keys()) if (tokens.size > MOST_TOKENS) tokens.delete(old)
      return `https://${parts.name ?? parts.host}:${port}/k/${token}`
    },
    start: () =>
      new Promise((resolve) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          // A form that cannot be served must not keep the shop from selling (law 8).
          log.error({ part: 'guest', code: 'DASHBOARD_PORT_BUSY', why: error.code }, 'the form of the guests cannot listen')
          resolve()
        })
        server.listen(parts.port, parts.host, () => {
          port = (server.address() as AddressInfo).port
          resolve()
        })
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A form as browsers send it; undefined: too long, or something else. */
async function bodyOf(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) return undefined
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request) {
    size += (piece as Buffer).length
    if (size > MOST_BYTES) return undefined
    pieces.push(piece as Buffer)
  }
  return new URLSearchParams(Buffer.concat(pieces).toString('utf8'))
}

/** Only the fields that are asked for, trimmed and within their length; undefined: nothing was given. */
function buyerIn(form: URLSearchParams): Buyer | undefined {
  const given = FIELDS.flatMap(({ field, max }) => {
    const text = (form.get(field) ?? '')
      .normalize('NFC')
      .replace(/[\u0000-\u001f\u007f]/g, ' ')
      .trim()
    return text === '' ? [] : [[field, text.slice(0, max)] as const]
  })
  return given.length === 0 ? undefined : Object.fromEntries(given)
}
