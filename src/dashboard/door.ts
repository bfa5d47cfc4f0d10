import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Fault, fault } from '../domain/fault.ts'
import type { Lang } from '../domain/words.ts'
import type { Access } from './access.ts'
import { gate, HEADERS } from './gate.ts'
import type { DashboardParts, MachineKey, Role, Session } from './parts.ts'
import { showFault } from './show.ts'

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null
    /** Whose key a program showed, on routes that ask for one. */
    machine: MachineKey | null
  }
  interface FastifyContextConfig {
    /** Who may come here: roles, programs with a key, or senders whose signature the handler checks. A route that does not say fails the start (A5). */
    may?: 'anyone' | 'sales' | 'signed' | readonly Role[]
  }
}

/** `vi` or `en`, as the page asks with `Accept-Language`. */
export const langOf = (request: FastifyRequest, otherwise: Lang): Lang => {
  const asked = /^(vi|en)\b/i.exec(request.headers['accept-language'] ?? '')?.[1]?.toLowerCase()
  return asked === 'vi' || asked === 'en' ? asked : otherwise
}

export interface Door {
  /** Answers with a fault in the language of the request. */
  refuse(request: FastifyRequest, reply: FastifyReply, status: number, fault: Fault): FastifyReply
  /** Two gateways on one machine share their cookies, so the name carries the port. */
  cookieName(): string
}

/** Everything between the wire and a handler: host, origin, content type, session, role, and what errors look like. */
export function door(
  app: FastifyInstance,
  parts: DashboardParts,
  access: Access,
  hosts: () => ReadonlySet<string>,
  port: () => number,
): Door {
  const { words, log, lang } = parts
  const cookieName = (): string => `tillgate-${port()}`
  const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, what: Fault): FastifyReply =>
    reply.code(status).send(showFault(words, langOf(request, lang), what))

  /** A key counts, a cookie does not: a page that is open in a browser must not be able to sell. */
  const machine = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const token = /^Bearer ([\w-]{20,200})$/i.exec(request.headers.authorization ?? '')?.[1]
    const key = token === undefined ? undefined : parts.counter?.keys.find(token)
    const code = !key ? 'SALES_KEY' : key.for === 'sales' ? undefined : 'SALES_PURPOSE'
    request.machine = key ?? null
    if (code === undefined) return undefined
    log.warn({ part: 'dashboard', code, from: request.ip }, 'program refused at the door')
    if (!key) reply.header('www-authenticate', 'Bearer')
    return refuse(request, reply, key ? 403 : 401, fault(code))
  }

  app.decorateRequest('session', null)
  app.decorateRequest('machine', null)
  app.addHook('onRoute', ({ url, config }) => {
    if (!config?.may) throw new Error(`route ${url} does not say who may use it`)
  })
  // Hooks run for unknown addresses and upgrades, too: a stranger learns nothing about which routes there are.
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS)
    const refused = gate(request.raw, hosts(), request.ws === true)
    if (!refused) return
    log.warn({ part: 'dashboard', code: refused.fault.code, from: request.ip }, 'request refused at the door')
    return refuse(request, reply, refused.status, refused.fault)
  })
  app.addHook('onRequest', async (request, reply) => {
    const { may } = request.routeOptions.config
    if (may === 'sales') return machine(request, reply)
    if (may === 'signed') return
    request.session = access.session(request.cookies[cookieName()]) ?? null
    if (may === undefined || may === 'anyone') return
    if (!request.session) return refuse(request, reply, 401, fault('DASHBOARD_LOGIN'))
    if (may.includes(request.session.role)) return
    log.warn({ part: 'dashboard', code: 'DASHBOARD_ROLE', who: request.session.who, from: request.ip }, 'role refused')
    return refuse(request, reply, 403, fault('DASHBOARD_ROLE'))
  })

  app.setNotFoundHandler((request, reply) => refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND')))
  app.setErrorHandler((error: Error & { statusCode?: number; validation?: readonly Invalid[] }, request, reply) => {
    const { statusCode = 500, validation } = error
    if (validation) return refuse(request, reply, 400, fault('DASHBOARD_BODY', {}, pathOf(validation)))
    if (statusCode === 413) return refuse(request, reply, 413, fault(tooBig(request)))
    if (statusCode === 415) return refuse(request, reply, 415, fault('DASHBOARD_TYPE'))
    if (statusCode === 429) return refuse(request, reply, 429, fault('DASHBOARD_BUSY'))
    if (statusCode < 500) return refuse(request, reply, 400, fault('DASHBOARD_BODY'))
    // The cause stays here: what a screen says must not tell a stranger how we are built (L1).
    log.error(
      { part: 'dashboard', code: 'DASHBOARD_BROKEN', route: request.routeOptions.url, error: error.stack },
      'route failed',
    )
    return refuse(request, reply, 500, fault('DASHBOARD_BROKEN'))
  })
  return { refuse, cookieName }
}

const tooBig = ({ routeOptions: { config } }: FastifyRequest): string =>
  config.may === 'sales' || config.may === 'signed' ? 'SALES_TOO_BIG' : 'DASHBOARD_TOO_BIG'

/** The place that is wrong; of what is missing, the place where it should stand. */
const pathOf = ([first]: readonly Invalid[]): string | undefined => {
  const missing = first?.params?.['missingProperty']
  const steps = [...(first?.instancePath.split('/').filter(Boolean) ?? []), ...(typeof missing === 'string' ? [missing] : [])]
  return steps.join('.') || undefined
}

interface Invalid {
  readonly instancePath: string
  readonly params?: Readonly<Record<string, unknown>>
}
