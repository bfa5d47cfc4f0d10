import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Named } from '../domain/desk.ts'
import type { Entry } from '../domain/entry.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Sealed } from '../domain/invoice.ts'
import { factTime } from '../domain/time.ts'
import { type Door, langOf } from './door.ts'
import type { Counter, DashboardParts, MachineKey } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import { Headers, outcomes, Sale } from './shapes-sales.ts'
import { showFault } from './show.ts'
import { orderOf, stranger } from './webhook.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, on routes that keep it. */
    document?: Uint8Array | null
  }
}

const LARGEST = 1024 * 1024
/** Milliseconds a program waits for its invoice; what takes longer is asked for later. */
const PATIENCE = 8_000
/** Requests a minute of one program, or of one address that signs: a busy chain's till is far below. */
const PACE = { max: 6_000, timeWindow: 60_000 }
const NAME = /^[\x21-\x7e]{1,200}$/

/** An order that was taken back: a task for a person, and nothing the sender could mend. */
const TASKS = /^SALE_(REFUND|VOIDED|REVISED)/

/**
 * Programs that sell (contract section 5, register-capture 8.5). A body goes down the same line as paper; it is answered
 * once the ledger has it, from what the ledger says became of it.
 */
export async function routesSales(app: App, parts: DashboardParts, counter: Counter, { refuse }: Door): Promise<void> {
  const { ledger, clock, words } = parts

  /** The same for the same entry whenever it is asked: what changes later is not in it. */
  const issued = (entry: EntryId, { identity, authorityCode, stamp, at, due, pay }: Sealed) => ({
    entry,
    identity: { seller: identity.seller, form: identity.form, symbol: identity.symbol, number: identity.number },
    ...(authorityCode === undefined ? {} : { code: authorityCode }),
    qr: stamp.qr,
    lines: stamp.lines,
    at: factTime(at),
    due: factTime(due),
    pay: pay.toString(),
  })

  const settled = async (entry: EntryId): Promise<Entry | undefined> => {
    const enough = new AbortController()
    // Who cannot be issued for now (clock, disk, closed series) is not waited for.
    const patience = ledger.health().issue.ok ? PATIENCE : 0
    void clock.sleep(patience, enough.signal).then(() => enough.abort())
    try {
      return (await ledger.settled(entry, enough.signal)) ?? (await ledger.entry(entry))
    } finally {
      enough.abort()
    }
  }

  /** What became of a document that is kept. `event`: the sender tells of orders, not only of sales. */
  const answer = async (request: FastifyRequest, reply: FastifyReply, id: EntryId, fresh: boolean, event = false) => {
    const entry = await settled(id)
    if (!entry) return refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
    if ('sealed' in entry) return reply.code(fresh ? 201 : 200).send(issued(id, entry.sealed))
    if (entry.state === 'set-aside' && entry.of !== undefined) return answer(request, reply, entry.of, false, event)
    const lang = langOf(request, parts.lang)
    const ask = `/api/v1/sales/${id}`
    const waiting = (more: object) =>
      reply
        .code(202)
        .header('location', ask)
        .send({ entry: id, state: entry.state, ask, ...more })
    const unproven = (why: Fault, more: object = {}) =>
      reply.code(422).send({ ...showFault(words, lang, why), entry: id, state: entry.state, ...more })
    switch (entry.state) {
      case 'captured': {
        const { issue } = ledger.health()
        return waiting(issue.ok ? {} : { fault: showFault(words, lang, issue.fault) })
      }
      case 'held':
        return event && TASKS.test(entry.fault.code)
          ? waiting({ fault: showFault(words, lang, entry.fault) })
          : unproven(entry.fault)
      case 'set-aside':
        return event ? waiting({ why: entry.why }) : unproven(fault('SALES_NO_SALE'), { why: entry.why })
    }
  }

  const hand = async (
    request: FastifyRequest,
    reply: FastifyReply,
    at: NonNullable<ReturnType<Counter['desks']['get']>>,
    named: Named,
  ) => {
    const { document } = request
    if (!document) throw new Error('a body is handed over before it came')
    const taken = await at.desk.hand(named, document)
    if (taken.ok) return answer(request, reply, taken.value.entry, !taken.value.again, at.webhook !== undefined)
    if (taken.fault.code === 'SALES_NAME_USED') return refuse(request, reply, 409, taken.fault)
    return refuse(request, reply.header('retry-after', '5'), 503, taken.fault)
  }

  /** The desk of a key: the register it names, or the only one. */
  const deskOf = (key: MachineKey | null): string | undefined => {
    const register = key?.register
    const all = [...counter.desks].filter(([, { webhook }]) => !webhook).map(([id]) => id)
    return register === undefined ? (all.length === 1 ? all[0] : undefined) : all.find((id) => id === register)
  }

  const deskNamed = ({ params }: FastifyRequest) => counter.desks.get((params as { name: string }).name)

  await app.register(async (plain) => {
    const scope = plain as unknown as App
    // What is signed and what is kept are the bytes as they came: they are parsed to be looked at, never written anew.
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: LARGEST }, (_, body, done) => done(null, body))
    scope.decorateRequest('document', null)
    /** The bytes go aside for whoever signs and keeps; what they say is checked against the route's schema. */
    const opened = (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined => {
      request.document = request.body as Buffer
      request.body = parsed(request.document)
      return request.body === undefined ? refuse(request, reply, 400, fault('DASHBOARD_BODY')) : undefined
    }
    const rateLimit = { ...PACE, keyGenerator: (request: FastifyRequest) => request.machine?.name ?? request.ip }

    scope.post(
      '/api/v1/sales',
      {
        bodyLimit: LARGEST,
        config: { may: 'sales', rateLimit },
        schema: {
          summary: 'a paid sale becomes an invoice',
          security: [{ key: [] }],
          headers: Headers,
          body: Sale,
          ...(outcomes as object),
        },
        preValidation: async (request, reply) => {
          if (!deskOf(request.machine)) return refuse(request, reply, 403, fault('SALES_REGISTER'))
          if (!NAME.test(String(request.headers['idempotency-key'] ?? '')))
            return refuse(request, reply, 400, fault('SALES_IDEMPOTENCY', {}, 'Idempotency-Key'))
          return opened(request, reply)
        },
      },
      async (request: FastifyRequest, reply) => {
        const desk = counter.desks.get(deskOf(request.machine) ?? '')
        if (!desk) return refuse(request, reply, 403, fault('SALES_REGISTER'))
        return hand(request, reply, desk, { name: String(request.headers['idempotency-key']) })
      },
    )

    scope.get(
      '/api/v1/sales/:id',
      {
        config: { may: 'sales', rateLimit },
        schema: { summary: 'what became of a sale', security: [{ key: [] }], params: shapes.EntryId, ...(outcomes as object) },
      },
      async (request: FastifyRequest, reply) => {
        const { id } = request.params as { id: string }
        const entry = await ledger.entry(id as EntryId)
        if (!entry || entry.register !== deskOf(request.machine)) return refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
        return answer(request, reply, entry.id, false)
      },
    )

    scope.post(
      '/api/v1/webhooks/:name',
      {
        bodyLimit: LARGEST,
        config: { may: 'signed', rateLimit },
        schema: {
          summary: 'orders of point-of-sale software, signed; `name` is the register',
          security: [{ signature: [] }],
          params: shapes.RegisterName,
          body: shapes.Anything,
          ...(outcomes as object),
        },
        preValidation: async (request, reply) => {
          const webhook = deskNamed(request)?.webhook
          // A name that is none is answered like a wrong secret: a stranger learns nothing.
          const why = webhook
            ? stranger(request.headers, request.body as Buffer, webhook, clock.now())
            : fault('WEBHOOK_SIGNATURE')
          if (!why) return opened(request, reply)
          parts.log.warn({ part: 'dashboard', code: why.code, from: request.ip }, 'webhook refused')
          return refuse(request, reply, 401, why)
        },
      },
      async (request: FastifyRequest, reply) => {
        const desk = deskNamed(request)
        if (!desk?.webhook) return refuse(request, reply, 401, fault('WEBHOOK_SIGNATURE'))
        const named = orderOf(request.body, desk.webhook)
        return named.ok ? hand(request, reply, desk, named.value) : refuse(request, reply, 422, named.fault)
      },
    )
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A JSON object, or undefined. */
function parsed(body: unknown): object | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(body as Buffer))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
