import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../src/domain/clock.ts'
import type { Book } from './book.ts'
import type { Handled } from './desk.ts'
import type { Inbox } from './inbox.ts'
import type { Logged } from './log.ts'
import type { Weather } from './moods.ts'
import type { Reply } from './replies.ts'

export const LOGIN = '/auth/login'
export const REQUEST = '/services/tctninboundgateway/api/v1/invoice/dvgp/request'
export const LOOKUP = '/services/tctnapplication/api/tra-cuu-thong-diep'

const LARGEST = 4 << 20

export interface WireOptions {
  readonly clock: Clock
  readonly account?: { readonly username: string; readonly password: string }
  readonly tokenSeconds: number
  readonly slowMs: number
  readonly retryAfterSeconds: number
}

/** What goes back: a status with a body, or no answer at all. */
interface Sent {
  readonly status: number
  readonly type?: string
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The wire of `viettel-tvan` (contract section 6), and every trouble it can have between two computers. */
export function wire(
  handle: (bytes: Uint8Array) => Promise<Handled>,
  book: Book,
  inbox: Inbox,
  weather: Weather,
  log: (line: Omit<Logged, 'at'>) => void,
  signal: AbortSignal,
  options: WireOptions,
): Handler {
  const { clock } = options
  const tokens = new Map<string, number>()

  const login = async (request: IncomingMessage): Promise<Sent> => {
    const told = await bodyOf(request)
    const { account } = options
    const known = !account || (told['username'] === account.username && told['password'] === account.password)
    log({ kind: 'login', verdict: known ? 'accepted' : 'refused', answered: 'sent' })
    if (!known) return json(401, { error: 'invalid_grant' })
    const token = randomBytes(24).toString('base64url')
    tokens.set(token, clock.up() + options.tokenSeconds * 1000)
    return json(200, { access_token: token, expires_in: options.tokenSeconds })
  }

  const allowed = (request: IncomingMessage): boolean => {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    const cookie = /(?:^|;\s*)access_token=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
    return bearer !== undefined && bearer === cookie && clock.up() < (tokens.get(bearer) ?? -1)
  }

  /** Refusals given before anything was read or done; the message has not arrived. */
  const turnedAway = (request: IncomingMessage): Sent | undefined => {
    if (weather.strikes('401') || !allowed(request)) return json(401, { error: 'invalid_token' })
    if (weather.strikes('429'))
      return { ...json(429, { error: 'too many requests' }), headers: { 'retry-after': String(options.retryAfterSeconds) } }
    if (weather.strikes('html')) return page()
    return undefined
  }

  const message: Handler = async (request, response) => {
    const bytes = await bytesOf(request)
    const away = turnedAway(request)
    if (away) {
      log({ kind: 'request', answered: `status ${away.status}` })
      return send(response, away)
    }
    const broken = weather.strikes('5xx') ? weather.choose([500, 502, 503, 504]) : undefined
    const reset = weather.strikes('reset') ? weather.choose(['before', 'after']) : undefined
    // 502 and 503 come from something in front of the T-VAN; 500 and 504 when it has done its work already (F16).
    if (broken === 502 || broken === 503 || reset === 'before') {
      log({ kind: 'request', answered: reset ? 'reset before' : `status ${broken ?? ''} before` })
      return reset ? tear(response) : send(response, page(broken ?? 502))
    }
    if (bytes.length === 0 || bytes.length > LARGEST) {
      log({ kind: 'request', answered: 'status 413' })
      return send(response, json(413, { error: 'size' }))
    }
    const handled = await handle(bytes)
    const lost = weather.strikes('lost-answer')
    const garbled = weather.strikes('garbage')
    const answered = lost ? 'withheld' : reset ? 'reset after' : broken ? `status ${broken} after` : garbled ? 'garbled' : 'sent'
    log({ ...told(handled), kind: kindOf(handled), answered })
    if (weather.strikes('slow')) await clock.sleep(options.slowMs, signal)
    if (lost || reset) return tear(response)
    if (broken) return send(response, page(broken))
    if (garbled) return send(response, { status: 200, type: 'application/json', body: garbage(weather) })
    if (handled.kind === 'unreadable') return send(response, json(400, { error: 'MTDiep không đọc được' }))
    if (handled.kind === 'conflict') return send(response, json(400, { error: 'Trùng mã thông điệp, nội dung khác' }))
    return send(response, json(200, { mtdiep: handled.filed.id, trangthai: 'DA_TIEP_NHAN' }))
  }

  const repliesTo = (id: string, taxCode: string): readonly Reply[] => {
    const filed = book.find(id.slice(-32))
    return filed?.taxCode === taxCode ? filed.replies.filter(({ readyAt }) => readyAt <= clock.now()) : []
  }

  /** With a message id: its replies; without: the letters this taxpayer has not acknowledged. */
  const lookup: Handler = async (request, response) => {
    const query = new URL(request.url ?? '/', 'http://authority').searchParams
    const asked = query.get('mtdiep') ?? ''
    const away = turnedAway(request) ?? (weather.strikes('5xx') ? page(weather.choose([500, 502, 503, 504])) : undefined)
    const line = { kind: 'lookup', mtdiep: asked } as const
    if (away) {
      log({ ...line, answered: `status ${away.status}` })
      return send(response, away)
    }
    const taxCode = query.get('mst') ?? ''
    const ready = weather.strikes('silent') ? [] : asked === '' ? inbox.unread(taxCode) : repliesTo(asked, taxCode)
    const shown = weather.strikes('twice') ? [...ready, ...ready] : ready
    const reset = weather.strikes('reset')
    const garbled = weather.strikes('garbage')
    const answered = reset
      ? 'reset'
      : garbled
        ? 'garbled'
        : shown.length === 0
          ? 'nothing'
          : shown.map(({ type }) => type).join(',')
    log({ ...line, answered })
    if (weather.strikes('slow')) await clock.sleep(options.slowMs, signal)
    if (reset) return tear(response)
    if (garbled) return send(response, { status: 200, type: 'application/json', body: garbage(weather) })
    if (shown.length === 0) return send(response, json(404, { error: 'not found' }))
    const rows = shown.map((reply) => row(reply, taxCode))
    return send(response, json(200, rows.length === 1 && asked !== '' ? rows[0] : rows))
  }

  return async (request, response) => {
    const path = (request.url ?? '/').split('?')[0]
    if (request.method === 'POST' && path === LOGIN) return send(response, await login(request))
    if (request.method === 'POST' && path === REQUEST) return message(request, response)
    if (request.method === 'GET' && path === LOOKUP) return lookup(request, response)
    return send(response, json(404, { error: 'no such route' }))
  }
}

/** The T-VAN's own JSON around a reply. */
const row = (reply: Pick<Reply, 'type' | 'id' | 'xml'>, taxCode: string): Record<string, unknown> => ({
  pban: '2.1.1',
  mngui: 'TCT',
  mnnhan: /<MNNhan>([^<]*)/.exec(reply.xml)?.[1] ?? '',
  mltdiep: String(reply.type),
  mtdiep: reply.id,
  mtdtchieu: /<MTDTChieu>([^<]*)/.exec(reply.xml)?.[1] ?? '',
  mst: taxCode,
  sluong: 1,
  dlieu: reply.xml,
})

/** Lines of notices and receipts are told apart from packages by their type. */
function kindOf(handled: Handled): Logged['kind'] {
  const type = handled.kind === 'unreadable' ? '' : handled.filed.type
  return type === '300' || type === '303' || type === '999' ? type : 'request'
}

function told(handled: Handled): Omit<Logged, 'at' | 'kind' | 'answered'> {
  if (handled.kind === 'unreadable') return { sha256: handled.sha256, verdict: 'unreadable' }
  const { id, sha256, invoices, verdict, warnings } = handled.filed
  const repeated = handled.kind !== 'new'
  return {
    mtdiep: id,
    sha256,
    invoices: repeated ? [] : invoices,
    verdict: repeated ? handled.kind : verdict,
    warnings: repeated ? [] : warnings,
  }
}

const json = (status: number, value: unknown): Sent => ({ status, type: 'application/json', body: JSON.stringify(value) })

/** What a captive portal or a proxy says. */
const page = (status = 200): Sent => ({
  status,
  type: 'text/html; charset=utf-8',
  body: `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>Đăng nhập mạng</h1></body></html>`,
})

/** Four ways not to be an answer: noise, JSON cut off, JSON of something else, a reply whose XML is torn. */
function garbage(weather: Weather): string | Uint8Array {
  const kinds: readonly [() => string | Uint8Array, ...(() => string)[]] = [
    () => weather.bytes(200),
    () => '[{"pban":"2.1.1","mngui":"TCT","dlieu":"<TDi',
    () => '{"status":"ok","data":null,"dlieu":42}',
    () => JSON.stringify({ mltdiep: '204', dlieu: '<TDiep><TTChung><MLTDiep>204</MLTDiep></TTChung><DLieu><TBao>' }),
  ]
  return weather.choose(kinds)()
}

function send(response: ServerResponse, { status, type, body = '', headers = {} }: Sent): Promise<void> {
  return new Promise((resolve) => {
    response.on('close', resolve)
    response.writeHead(status, {
      ...headers,
      ...(type ? { 'content-type': type } : {}),
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
}

/** The connection breaks with a reset, no byte of an answer. */
function tear(response: ServerResponse): Promise<void> {
  response.socket?.resetAndDestroy()
  return Promise.resolve()
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size <= LARGEST + 1) pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** The JSON object of a body; empty for anything else. */
export async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse((await bytesOf(request)).toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
