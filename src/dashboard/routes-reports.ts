import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TSchema, Type } from 'typebox'
import { fault } from '../domain/fault.ts'
import { registerId } from '../domain/ids.ts'
import { BOOKS, type Book, type Download, REPORTS, type ReportAsk, type ReportName, type Reports } from '../domain/reports.ts'
import type { Result } from '../domain/result.ts'
import { asCivilDate, type CivilDate, civilDate, dayStart, instant } from '../domain/time.ts'
import { type Door, langOf } from './door.ts'
import { type DashboardParts, ROLES } from './parts.ts'
import { copiesOf, identityOf, routesReprint } from './routes-reprint.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'

const any = { config: { may: ROLES } } as const
const heavy = { config: { may: ROLES, rateLimit: { max: 10, timeWindow: 60_000 } } } as const
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)
const dayPattern = '^\\d{4}-\\d{2}-\\d{2}$'

const Query = Type.Object(
  {
    day: maybe(Type.String({ pattern: dayPattern })),
    month: maybe(Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' })),
    quarter: maybe(Type.String({ pattern: '^\\d{4}-Q[1-4]$', description: '2026-Q4' })),
    from: maybe(Type.String({ pattern: dayPattern })),
    to: maybe(Type.String({ pattern: dayPattern })),
    register: maybe(Type.String({ pattern: '^[A-Za-z0-9]{1,12}$' })),
    location: maybe(Type.String({ minLength: 1, maxLength: 20 })),
    book: Type.Optional(Type.Enum([...BOOKS])),
    by: Type.Optional(Type.Enum(['day', 'invoice'])),
    masked: Type.Optional(Type.Enum(['0', '1'], { description: '0: buyers in plain, for the owner only' })),
  },
  { additionalProperties: false },
)
const ReportParams = Type.Object({
  report: Type.String({
    maxLength: 24,
    pattern: '^[a-z]+(\\.(json|csv|xlsx))?$',
    description: `${REPORTS.join(', ')}; with .csv or .xlsx as a file`,
  }),
})
const PackQuery = Type.Object(
  { month: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$' }), masked: Type.Optional(Type.Enum(['0', '1'])) },
  { additionalProperties: false },
)
const PrintQuery = Type.Object(
  {
    paper: Type.Optional(Type.Enum(['a4', '80'])),
    copy: maybe(Type.String({ pattern: '^[1-9]\\d{0,3}$', description: 'a copy that was recorded by reprint' })),
  },
  { additionalProperties: false },
)

/** Reports, the pack for the accountant, and invoices as the buyer sees them (contract section 5). */
export function routesReports(app: App, parts: DashboardParts, reports: Reports, door: Door): void {
  const { clock } = parts
  const { refuse } = door
  const gone = fault('DASHBOARD_NOT_FOUND')

  const send = (request: FastifyRequest, reply: FastifyReply, made: Result<Download>, attached: boolean) => {
    if (!made.ok) return refuse(request, reply, made.fault.code === 'REPORT_NO_INVOICE' ? 404 : 422, made.fault)
    const { type, name, bytes, csp } = made.value
    if (attached) reply.header('content-disposition', `attachment; filename="${name}"`)
    if (csp !== undefined) reply.header('content-security-policy', csp)
    return reply.type(type).send(Readable.from(watched(bytes, name), { objectMode: false }))
  }
  /** What breaks a file that is half sent is seen by nobody but the log. */
  async function* watched(bytes: Download['bytes'], name: string): AsyncGenerator<Uint8Array> {
    try {
      yield* bytes
    } catch (error) {
      parts.log.error({ part: 'dashboard', code: 'DASHBOARD_BROKEN', file: name, error: String(error) }, 'a file broke off')
      throw error
    }
  }
  /** Buyers in plain only where the owner asks for them. */
  const maskedFor = (request: FastifyRequest, masked: string | undefined): boolean =>
    request.session?.role !== 'owner' || masked !== '0'

  app.get(
    '/api/v1/reports/month-pack.zip',
    {
      ...heavy,
      schema: {
        querystring: PackQuery,
        summary: 'the month for the accountant',
        produces: ['application/zip'],
        ...shapes.answers(shapes.Text),
      },
    },
    async (request, reply) => {
      const masked = maskedFor(request, request.query.masked)
      told(request, masked, 'month-pack')
      return send(request, reply, await reports.monthPack(request.query.month, masked), true)
    },
  )

  app.get(
    '/api/v1/reports/:report',
    {
      ...any,
      schema: {
        params: ReportParams,
        querystring: Query,
        summary: 'a report as JSON, CSV or XLSX',
        ...shapes.answers(shapes.Anything),
      },
    },
    async (request, reply) => {
      const [name = '', format = 'json'] = request.params.report.split('.') as [string, ('json' | 'csv' | 'xlsx')?]
      if (!isReport(name)) return refuse(request, reply, 404, gone)
      const { register, location, book, by, masked } = request.query
      const period = periodOf(request.query, civilDate(clock.now()), name)
      if (!period) return refuse(request, reply, 400, fault('DASHBOARD_BODY', {}, 'period'))
      const ask: ReportAsk = {
        ...period,
        masked: maskedFor(request, masked),
        lang: langOf(request, parts.lang),
        ...(register === undefined ? {} : { register: registerId(register) }),
        ...(location === undefined ? {} : { location }),
        ...(book === undefined ? {} : { book: book as Book }),
        ...(by === undefined ? {} : { by: by as 'day' | 'invoice' }),
      }
      told(request, ask.masked === true, name)
      return send(request, reply, await reports.report(name, ask, format), format !== 'json')
    },
  )

  for (const format of ['html', 'pdf'] as const)
    app.get(
      `/api/v1/invoices/:form/:symbol/:number.${format}`,
      {
        ...any,
        schema: {
          params: shapes.Identity,
          querystring: PrintQuery,
          summary: 'what the buyer sees',
          produces: [format === 'html' ? 'text/html' : 'application/pdf'],
          ...shapes.answers(shapes.Text),
        },
      },
      async (request, reply) => {
        const { paper = 'a4', copy } = request.query
        const invoice = identityOf(parts, request.params)
        // Only copies that are on record may be printed as such.
        if (copy !== undefined && Number(copy) > (await copiesOf(parts, invoice))) return refuse(request, reply, 404, gone)
        const as = { format, paper, ...(copy === undefined ? {} : { copy: Number(copy) }) } as const
        return send(request, reply, await reports.printed(invoice, as), false)
      },
    )

  routesReprint(app, parts, door)

  const told = (request: FastifyRequest, masked: boolean, report: string): void => {
    if (!masked) parts.log.info({ part: 'dashboard', who: request.session?.who, report }, 'buyers in plain were exported')
  }
}

const isReport = (name: string): name is ReportName => (REPORTS as readonly string[]).includes(name)

/** Of reports that are of a day where nothing is said; the others are of a month. */
const DAILY: readonly ReportName[] = ['x', 'z', 'queue', 'gaps', 'exchanges']

/** Undefined: a date that is none. */
function periodOf(query: Static<typeof Query>, today: CivilDate, name: ReportName): Pick<ReportAsk, 'from' | 'to'> | undefined {
  const { day, month, quarter, from, to } = query
  if (day !== undefined) return between(day, day)
  if (from !== undefined || to !== undefined) return between(from ?? to ?? '', to ?? from ?? '')
  if (quarter !== undefined) {
    const last = Number(quarter.slice(6)) * 3
    return months(`${quarter.slice(0, 4)}-${two(last - 2)}`, `${quarter.slice(0, 4)}-${two(last)}`)
  }
  if (month !== undefined) return months(month, month)
  return DAILY.includes(name) ? { from: today, to: today } : { from: `${today.slice(0, 7)}-01` as CivilDate, to: today }
}

const two = (n: number): string => String(n).padStart(2, '0')

function between(from: string, to: string): Pick<ReportAsk, 'from' | 'to'> | undefined {
  const [first, last] = [asCivilDate(from), asCivilDate(to)]
  return first && last && { from: first, to: last }
}

/** From the first day of one month to the last of another. */
function months(first: string, last: string): Pick<ReportAsk, 'from' | 'to'> | undefined {
  const [year = 0, month = 0] = last.split('-').map(Number)
  const after = `${month === 12 ? year + 1 : year}-${two(month === 12 ? 1 : month + 1)}-01` as CivilDate
  return between(`${first}-01`, civilDate(instant(dayStart(after) - 1)))
}
