import { type TSchema, Type } from 'typebox'
import { fault } from '../domain/fault.ts'
import { asCivilDate, civilDate, issueTime, readTime } from '../domain/time.ts'
import type { Door } from './door.ts'
import type { DashboardParts, Law, RulesPreview, Suspension } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'

const owner = { config: { may: ['owner'] } } as const
const reads = { config: { may: ['owner', 'officer'] } } as const
const strict = { additionalProperties: false }
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)
const money = Type.String({ description: 'whole đồng' })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

const Rules = Type.Object({
  today: day,
  rows: Type.Array(Type.Object({ code: Type.String(), from: day, to: maybe(day), value: Type.String(), source: Type.String() })),
  symbols: Type.Array(Type.Object({ register: Type.String(), now: Type.String(), next: Type.String() })),
})
const side = Type.Object({ rate: Type.String(), net: money, tax: money })
const sum = Type.Object({ pay: money, tax: money })
const Preview = Type.Object({
  from: day,
  to: day,
  on: day,
  items: Type.Array(Type.Object({ name: Type.String(), price: money, now: side, later: side, sameNet: money })),
  changed: Type.Integer(),
  kept: Type.Integer(),
  now: sum,
  later: sum,
  cut: maybe(Type.Object({ now: money, later: money })),
  summary: Type.Array(Type.Object({ key: Type.String(), values: Type.Record(Type.String(), Type.String()) })),
})
const On = Type.Object({ on: day }, strict)

/** The law as dated rows, and what another day's rules would make of last month's sales. Nothing here changes a rule. */
export function routesRules(app: App, parts: DashboardParts, law: Law, { refuse }: Door): void {
  app.get('/api/v1/rules', { ...reads, schema: { ...shapes.answers(Rules) } }, async () => {
    const today = civilDate(parts.clock.now())
    return {
      today,
      rows: law.timeline().map(({ code, from, to, value, source }) => ({ code, from, ...(to ? { to } : {}), value, source })),
      symbols: parts.registers.map(({ id, symbol }) => ({
        register: id,
        now: yearOf(symbol, today, 0),
        next: yearOf(symbol, today, 1),
      })),
    }
  })

  const { preview } = law
  if (preview)
    app.get(
      '/api/v1/rules/preview',
      { ...owner, schema: { querystring: On, ...shapes.answers(Preview) } },
      async (request, reply) => {
        const on = asCivilDate(request.query.on)
        if (!on) return refuse(request, reply, 400, fault('DASHBOARD_BODY', {}, 'on'))
        const seen = await preview(on)
        return seen.ok ? showPreview(seen.value) : refuse(request, reply, 422, seen.fault)
      },
    )
}

/** The year of a symbol follows the day by itself: its second and third character. */
const yearOf = (symbol: string, today: string, more: number): string =>
  `${symbol.slice(0, 1)}${String((Number(today.slice(2, 4)) + more) % 100).padStart(2, '0')}${symbol.slice(3)}`

export type RulesPreviewJson = ReturnType<typeof showPreview>
const sideOf = ({ rate, net, tax }: RulesPreview['items'][number]['now']) => ({ rate, net: String(net), tax: String(tax) })
const sumOf = ({ pay, tax }: RulesPreview['now']) => ({ pay: String(pay), tax: String(tax) })
const showPreview = (seen: RulesPreview) => ({
  from: seen.from,
  to: seen.to,
  on: seen.on,
  items: seen.items.map(({ name, price, now, later, sameNet }) => ({
    name,
    price: String(price),
    now: sideOf(now),
    later: sideOf(later),
    sameNet: String(sameNet),
  })),
  changed: seen.changed,
  kept: seen.kept,
  now: sumOf(seen.now),
  later: sumOf(seen.later),
  ...(seen.cut ? { cut: { now: String(seen.cut.now), later: String(seen.cut.later) } } : {}),
  summary: seen.summary,
})

const Suspended = Type.Object({ suspended: maybe(Type.Object({ notice: Type.String(), from: Type.String() })) })
const Stop = Type.Object(
  {
    notice: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
    from: maybe(
      Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\+07:00$', description: 'absent: from this second on' }),
    ),
  },
  strict,
)

/** The notice that issuing must stop, to the second. */
export function routesSuspended(app: App, parts: DashboardParts, suspension: Suspension, { refuse }: Door): void {
  const { clock, log } = parts
  const url = '/api/v1/shop/suspended'
  const current = () => {
    const suspended = suspension.current()
    return suspended ? { suspended: { notice: suspended.notice, from: suspended.from } } : {}
  }
  app.get(url, { ...reads, schema: { ...shapes.answers(Suspended) } }, async () => current())

  app.post(url, { ...owner, schema: { body: Stop, ...shapes.answers(Suspended) } }, async (request, reply) => {
    const { notice, from = issueTime(clock.now()) } = request.body
    if (Number.isNaN(readTime(from))) return refuse(request, reply, 400, fault('DASHBOARD_BODY', {}, 'from'))
    const who = request.session?.who ?? ''
    const done = await suspension.suspend(notice.trim(), from, who)
    if (!done.ok) return refuse(request, reply, 503, done.fault)
    log.warn({ part: 'dashboard', who, act: 'suspended', from }, 'issuing is suspended')
    return current()
  })

  app.delete(url, { ...owner, schema: { body: shapes.Reason, ...shapes.answers(Suspended) } }, async (request, reply) => {
    const who = request.session?.who ?? ''
    const done = await suspension.lift(request.body.reason.trim(), who)
    if (!done.ok) return refuse(request, reply, 503, done.fault)
    log.warn({ part: 'dashboard', who, act: 'suspension-lifted' }, 'issuing goes on')
    return current()
  })
}
