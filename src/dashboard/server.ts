import type { AddressInfo } from 'node:net'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { fault } from '../domain/fault.ts'
import { access } from './access.ts'
import { door } from './door.ts'
import { gate, HEADERS, hostNames, isLoopback, POLICY } from './gate.ts'
import { knownBuyers } from './known-buyers.ts'
import { live } from './live.ts'
import { pages } from './pages.ts'
import type { Dashboard, DashboardParts } from './parts.ts'
import { routesAct, routesLogin } from './routes-act.ts'
import { routesBatch } from './routes-batch.ts'
import { routesBuyer, routesKnown, routesUnmask } from './routes-buyer.ts'
import { routesCorrect } from './routes-correct.ts'
import { routesDay } from './routes-day.ts'
import { routesErase } from './routes-erase.ts'
import { routesIncidents } from './routes-incidents.ts'
import { routesPicture } from './routes-picture.ts'
import { routesRead } from './routes-read.ts'
import { routesReports } from './routes-reports.ts'
import { routesRules, routesSuspended } from './routes-rules.ts'
import { routesSales } from './routes-sales.ts'
import { routesSlips } from './routes-slips.ts'
import { showFault } from './show.ts'
import { status } from './status.ts'
import { tail } from './tail.ts'

export type { Dashboard, DashboardParts, DashboardRegister, Role, Session, SessionStore } from './parts.ts'
export type App = ReturnType<typeof typed>

const typed = (app: FastifyInstance) => app.withTypeProvider<TypeBoxTypeProvider>()

/** Limits of W7: nothing a till's browser sends comes near them. */
const LIMITS = {
  bodyLimit: 16 * 1024,
  requestTimeout: 10_000,
  connectionTimeout: 0,
  keepAliveTimeout: 30_000,
  routerOptions: { maxParamLength: 64, caseSensitive: true },
  http: { maxHeaderSize: 8 * 1024, headersTimeout: 5_000 },
  trustProxy: false,
  forceCloseConnections: true,
} satisfies FastifyServerOptions & { http: object; forceCloseConnections: boolean }

/** What helmet adds to all other answers. */
const BARE = {
  'content-type': 'application/json; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** How one may come in; routes without one are open, or need the login of a person. */
const securitySchemes = {
  key: { type: 'http', scheme: 'bearer', description: 'a key of `tillgate key add`' },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Signature',
    description: 'HMAC-SHA256; the header is named in tillgate.json',
  },
} as const

/** The screen and its routes. `start` listens; whatever happens here, the same invoices are filed (law 8). */
export function dashboard(parts: DashboardParts): Dashboard & { app(): Promise<App> } {
  if (!isLoopback(parts.host)) throw new Error(`the dashboard listens on loopback addresses only, not on ${parts.host}`)
  const entry = access(parts.clock, parts.sessions)
  const stop = new AbortController()
  let port = parts.port
  let hosts = hostNames(parts.host, port)
  const opened = { app: undefined as Promise<App> | undefined }
  const running: Promise<void>[] = []
  const end = tail(parts.ledger, parts.view)
  const state = status(parts, end)

  const open = async (): Promise<App> => {
    const app = typed(
      fastify({
        ...LIMITS,
        ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
        // Reached before any hook: a target that is no path. It gets the same headers and says nothing.
        frameworkErrors: (_error, request, reply) => {
          const refused = gate(request.raw, hosts, false)
          const text = JSON.stringify(showFault(parts.words, parts.lang, refused?.fault ?? fault('DASHBOARD_BODY')))
          reply.raw
            .writeHead(refused?.status ?? 400, { ...HEADERS, ...BARE, 'content-length': Buffer.byteLength(text) })
            .end(text)
        },
      }),
    )
    // Answers are made of what `show.ts` names, so nothing has to be cut away; the schemas are the description.
    app.setSerializerCompiler(() => (data) => JSON.stringify(data))
    app.server.maxConnections = 256
    await app.register(swagger, {
      openapi: { openapi: '3.1.0', info: { title: 'tillgate', version: parts.build }, components: { securitySchemes } },
    })
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: Object.fromEntries(Object.entries(POLICY).map(([k, v]) => [k, [...v]])),
      },
      strictTransportSecurity: false,
      referrerPolicy: { policy: 'no-referrer' },
      xFrameOptions: { action: 'deny' },
    })
    await app.register(cookie)
    await app.register(websocket, { options: { maxPayload: 1024, perMessageDeflate: false } })
    const threshold = door(
      app,
      parts,
      entry,
      () => hosts,
      () => port,
    )
    await app.register(rateLimit, { max: 1200, timeWindow: 60_000 })
    app.get('/api/v1/openapi.json', { config: { may: 'anyone' }, schema: { summary: 'this description' } }, async () =>
      app.swagger(),
    )
    routesRead(app, parts, state, threshold)
    routesPicture(app, parts, threshold)
    routesAct(app, parts, threshold)
    if (parts.corrections) routesCorrect(app, parts, parts.corrections, threshold)
    const { corrections } = parts
    if (corrections?.orderAll) routesBatch(app, parts, corrections, corrections.orderAll)
    if (parts.slips) routesSlips(app, parts, parts.slips, threshold)
    if (parts.incidents) routesIncidents(app, parts, parts.incidents, threshold)
    if (parts.nextBuyer) routesBuyer(app, parts, parts.nextBuyer, threshold)
    const { buyerOf, nextBuyer } = parts
    if (nextBuyer && buyerOf) routesKnown(app, parts, knownBuyers({ view: parts.view, buyerOf, newest: end.newest }))
    if (parts.buyerOf) routesUnmask(app, parts, threshold)
    if (parts.erasing) routesErase(app, parts, parts.erasing, threshold)
    const reconcile = parts.reconcile ?? parts.reports?.reconcile
    if (reconcile) routesDay(app, parts, reconcile, threshold)
    if (parts.reports) routesReports(app, parts, parts.reports, threshold)
    if (parts.law) routesRules(app, parts, parts.law, threshold)
    if (parts.suspension) routesSuspended(app, parts, parts.suspension, threshold)
    if (parts.counter) await routesSales(app, parts, parts.counter, threshold)
    routesLogin(app, parts, entry, threshold)
    await pages(app, parts)
    const feed = live(app, parts, state, entry, threshold)
    await app.ready()
    await end.find()
    running.push(feed.run(stop.signal), end.run(stop.signal))
    for (const work of running) work.catch((error: unknown) => broken(error))
    return app
  }
  let told: string | undefined
  const broken = (error: unknown): void => {
    parts.log.error({ part: 'dashboard', code: 'DASHBOARD_BROKEN', error: String(error) }, 'the screen stopped; the work goes on')
  }
  const listen = async (ready: App): Promise<boolean> => {
    try {
      await ready.listen({ host: parts.host, port: parts.port })
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error)
      if (why !== told)
        parts.log.error(
          { part: 'dashboard', code: 'DASHBOARD_PORT_BUSY', host: parts.host, port: parts.port, why },
          'the dashboard cannot listen',
        )
      told = why
      parts.board.set('dashboard', {
        level: 'warning',
        key: 'fault.DASHBOARD_PORT_BUSY',
        values: { port: String(parts.port), why },
        todo: 'fault.DASHBOARD_PORT_BUSY.hint',
      })
      return false
    }
    parts.board.clear('dashboard')
    port = (ready.server.address() as AddressInfo).port
    hosts = hostNames(parts.host, port)
    parts.log.info({ part: 'dashboard', url: screen.url }, 'dashboard is listening')
    return true
  }
  const listenLater = async (ready: App): Promise<void> => {
    do await parts.clock.sleep(2_000, stop.signal)
    while (!stop.signal.aborted && !(await listen(ready)))
  }
  const app = (): Promise<App> => (opened.app ??= entry.load().then(open))

  const screen: Dashboard & { app(): Promise<App> } = {
    name: 'dashboard',
    app,
    get url() {
      return `http://${parts.host.includes(':') ? `[${parts.host}]` : parts.host}:${port}`
    },
    link(role) {
      return `${this.url}/dang-nhap#${entry.mint(role)}`
    },
    async start() {
      const ready = await app()
      if (await listen(ready)) return
      // A port that is taken or denied must not keep the shop from selling: the screen comes when it can (law 8).
      running.push(listenLater(ready))
    },
    async stop(deadline) {
      stop.abort()
      if (!opened.app) return
      const ended = (await opened.app).close().then(() => Promise.allSettled(running))
      const late = new AbortController()
      await Promise.race([ended, parts.clock.sleep(Math.max(0, deadline - parts.clock.now()), late.signal)])
      late.abort()
    },
  }
  return screen
}
