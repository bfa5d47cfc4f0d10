import type { EntryState } from '../domain/entry.ts'
import { ARROWS } from '../domain/entry.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { Step } from '../domain/ledger.ts'
import type { Aside } from '../domain/receipt.ts'
import { failed, type Result } from '../domain/result.ts'
import type { Access } from './access.ts'
import { type Door, langOf } from './door.ts'
import { type DashboardParts, ROLES } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import { showRow } from './show.ts'

const owner = { config: { may: ['owner'] } } as const

/** What a person decides: each act carries a reason and is one step of the ledger under that person's name. */
export function routesAct(app: App, parts: DashboardParts, { refuse }: Door): void {
  const { ledger, view, words, log } = parts

  const act = async (id: EntryId, from: readonly EntryState[], step: Step): Promise<Result<void>> => {
    const before = await ledger.entry(id)
    if (!before) return failed(fault('DASHBOARD_NOT_FOUND'))
    if (!from.includes(before.state)) return failed(fault('DASHBOARD_CONFLICT'))
    try {
      return await ledger.record(step)
    } catch (error) {
      // The ledger refuses what is no arrow any more: someone else was first. Anything else is a bug and goes on.
      const after = await ledger.entry(id)
      if (after && after.state !== before.state) return failed(fault('DASHBOARD_CONFLICT'))
      throw error
    }
  }
  const statusOf = ({ code }: Fault): number => (code === 'DASHBOARD_NOT_FOUND' ? 404 : code === 'DASHBOARD_CONFLICT' ? 409 : 503)

  const acts = {
    release: {
      from: ['held'] as const,
      body: shapes.Reason,
      step: (entry: EntryId, who: string, why: string): Step => ({ kind: 'released', entry, who, why }),
    },
    'set-aside': {
      from: ['held'] as const,
      body: shapes.AsideReason,
      step: (entry: EntryId, who: string, why: string): Step => ({ kind: 'aside', entry, who, why: why as Aside }),
    },
    retry: {
      from: (['rejected', 'parked'] as const).filter((state) => ARROWS[state].includes('queued')),
      body: shapes.Reason,
      step: (entry: EntryId, who: string, why: string): Step => ({ kind: 'retry', entry, who, why }),
    },
  }

  app.post(
    '/api/v1/queue/send',
    { ...owner, schema: { body: shapes.Nothing, ...shapes.answers(shapes.Nothing) } },
    async (request) => {
      log.info({ part: 'dashboard', who: request.session?.who ?? '', act: 'send-now' }, 'act of a person')
      parts.sendNow()
      return {}
    },
  )

  const { recode } = parts
  if (recode)
    app.post(
      '/api/v1/entries/:id/re-encode',
      { ...owner, schema: { params: shapes.EntryId, body: shapes.Reason, ...shapes.answers(shapes.Entry) } },
      async (request, reply) => {
        const id = request.params.id as EntryId
        const who = request.session?.who ?? ''
        const done = await recode(id, who, request.body.reason)
        if (!done.ok) return refuse(request, reply, done.fault.code === 'RECODE_STATE' ? 409 : 422, done.fault)
        log.info({ part: 'dashboard', entry: id, who, act: 're-encode' }, 'act of a person recorded')
        const row = await view.entry(id)
        if (!row) return refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
        return showRow(words, langOf(request, parts.lang), row)
      },
    )

  for (const [name, { from, body, step }] of Object.entries(acts))
    app.post(
      `/api/v1/entries/:id/${name}`,
      { ...owner, schema: { params: shapes.EntryId, body, ...shapes.answers(shapes.Entry) } },
      async (request, reply) => {
        const id = request.params.id as EntryId
        const who = request.session?.who ?? ''
        const done = await act(id, from, step(id, who, request.body.reason))
        if (!done.ok) return refuse(request, reply, statusOf(done.fault), done.fault)
        log.info({ part: 'dashboard', entry: id, who, act: name }, 'act of a person recorded')
        const row = await view.entry(id)
        if (!row) return refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
        return showRow(words, langOf(request, parts.lang), row)
      },
    )
}

/** The way in and out. A link is opened by GET, which changes nothing; the page posts the token of its fragment. */
export function routesLogin(app: App, parts: DashboardParts, access: Access, { refuse, cookieName }: Door): void {
  const { ledger, log } = parts
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict' } as const

  app.post(
    '/api/v1/login',
    {
      config: { may: 'anyone', rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: { body: shapes.Token, ...shapes.answers(shapes.Session) },
    },
    async (request, reply) => {
      const entered = await access.enter(request.body.token)
      if (!entered) {
        log.warn({ part: 'dashboard', code: 'DASHBOARD_LINK_USED', from: request.ip }, 'login refused')
        return refuse(request, reply, 401, fault('DASHBOARD_LINK_USED'))
      }
      const { role, who, id } = entered.session
      // A new id at each login; the one before ends, so that none can be planted (A4).
      if (request.session) await access.leave(request.session.id)
      const noted = await ledger.record({ kind: 'entered', who, role })
      if (!noted.ok && role !== 'owner') {
        await access.leave(id)
        return refuse(request, reply, 503, noted.fault)
      }
      log.info({ part: 'dashboard', who, role, from: request.ip }, 'login')
      return reply.setCookie(cookieName(), entered.cookie, cookie).send({ role })
    },
  )

  app.post(
    '/api/v1/logout',
    { config: { may: ROLES }, schema: { body: shapes.Nothing, ...shapes.answers(shapes.Nothing) } },
    async (request, reply) => {
      if (request.session) await access.leave(request.session.id)
      return reply.clearCookie(cookieName(), cookie).send({})
    },
  )

  // Who am I: asked by the page before anything else, so that a stranger's browser shows no failed request.
  app.get('/api/v1/session', { config: { may: 'anyone' }, schema: { ...shapes.answers(shapes.Session) } }, async (request) => ({
    role: request.session?.role ?? 'nobody',
  }))
}
