import { isErased } from '../domain/erasure.ts'
import { fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { EntryDetail, EntryQuery } from '../domain/ledger.ts'
import { asCivilDate, civilDate } from '../domain/time.ts'
import { type Door, langOf } from './door.ts'
import { type DashboardParts, ROLES, type Role } from './parts.ts'
import { isReceipt } from './routes-picture.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import { masked, showDay, showDetail, showInvoice, showRow, showStamp } from './show.ts'
import type { Status } from './status.ts'

const any = { config: { may: ROLES } } as const
const anyone = { config: { may: 'anyone' } } as const
const PAGE = 50
const MOST = 200

/** Everything that is looked at. Nothing here changes anything: law 8 of the house. */
export function routesRead(app: App, parts: DashboardParts, status: Status, { refuse }: Door): void {
  const { view, words, clock } = parts
  const gone = fault('DASHBOARD_NOT_FOUND')

  app.get('/healthz', { ...anyone, schema: { ...shapes.answers(shapes.Live) } }, async () => ({ live: true as const }))

  app.get(
    '/api/v1/words/:lang',
    { ...anyone, schema: { params: shapes.Language, ...shapes.answers(shapes.Dictionary) } },
    async (request) => words.all(request.params.lang),
  )

  app.get('/api/v1/status', { ...any, schema: { ...shapes.answers(shapes.Status) } }, async (request) =>
    status.snapshot(request.session?.role ?? 'officer'),
  )

  app.get(
    '/api/v1/days/:day',
    { ...any, schema: { params: shapes.DayOf, ...shapes.answers(shapes.Day) } },
    async (request, reply) => {
      const day = asCivilDate(request.params.day)
      if (!day || day > civilDate(clock.now())) return refuse(request, reply, 404, gone)
      return showDay(await view.day(day))
    },
  )

  app.get(
    '/api/v1/entries',
    { ...any, schema: { querystring: shapes.Query, ...shapes.answers(shapes.Entries) } },
    async (request, reply) => {
      const { limit, day, ...asked } = request.query
      const on = day === undefined ? undefined : asCivilDate(day)
      if (day !== undefined && !on) return refuse(request, reply, 400, fault('DASHBOARD_BODY', {}, 'day'))
      const found = await view.entries({
        ...asked,
        ...(on ? { day: on } : {}),
        limit: Math.min(Number(limit ?? PAGE), MOST),
      } as EntryQuery)
      const lang = langOf(request, parts.lang)
      return {
        rows: found.rows.map((row) => showRow(words, lang, row)),
        ...(found.next === undefined ? {} : { next: found.next }),
      }
    },
  )

  app.get(
    '/api/v1/entries/:id',
    { ...any, schema: { params: shapes.EntryId, ...shapes.answers(shapes.Detail) } },
    async (request, reply) => {
      const id = request.params.id as EntryId
      const entry = await view.entry(id)
      if (!entry) return refuse(request, reply, 404, gone)
      return detail(entry, langOf(request, parts.lang), request.session?.role ?? 'officer')
    },
  )

  app.get(
    '/api/v1/invoices/:form/:symbol/:number',
    { ...any, schema: { params: shapes.Identity, ...shapes.answers(shapes.Invoice) } },
    async (request, reply) => {
      const entry = await find(request.params)
      return (entry && (await invoiceOf(entry, langOf(request, parts.lang)))) ?? refuse(request, reply, 404, gone)
    },
  )

  app.get(
    '/api/v1/invoices/:form/:symbol/:number.xml',
    { ...any, schema: { params: shapes.Identity, produces: ['application/xml'], ...shapes.answers(shapes.Text) } },
    async (request, reply) => {
      const entry = await find(request.params)
      const bytes = entry && (await view.sealed(entry.id))
      if (!entry || !bytes) return refuse(request, reply, 404, entry && isErased(entry.facts) ? fault('BUYER_ERASED') : gone)
      const { form, symbol, number } = request.params
      return reply
        .type('application/xml')
        .header('content-disposition', `attachment; filename="${form}${symbol}-${number}.xml"`)
        .send(Buffer.from(bytes))
    },
  )

  const find = (asked: { form: string; symbol: string; number: string }): Promise<EntryDetail | undefined> =>
    view.invoice({ seller: parts.shop.taxCode, form: Number(asked.form), symbol: asked.symbol, number: Number(asked.number) })

  /** From the masked copy where the buyer was erased: lines and sums are the same. */
  const invoiceOf = async (entry: EntryDetail, lang: 'vi' | 'en') => {
    const sealed = await view.sealed(entry.id)
    const bytes = sealed ?? (await parts.masked?.(entry.id))
    if (!bytes) return undefined
    const seen = parts.invoiceView(bytes)
    if (sealed || !isErased(entry.facts)) return showInvoice(seen, entry)
    return { ...showInvoice({ ...seen, buyer: words.say(lang, 'buyer.erased') }, entry), erased: true as const }
  }

  const detail = async (entry: EntryDetail, lang: 'vi' | 'en', role: Role) => {
    const [paper, pictures, invoice, stamp] = await Promise.all([
      parts.paper(entry.id),
      role === 'officer' ? [] : parts.pictures(entry.id),
      entry.issued ? invoiceOf(entry, lang) : undefined,
      entry.issued ? parts.stamp(entry.id) : undefined,
    ])
    const lines = role === 'owner' ? paper : paper.map((line) => masked(line, parts.shop.taxCode))
    return {
      ...showDetail(words, lang, entry, lines),
      ...(isReceipt(pictures) ? { picture: true as const } : {}),
      ...(invoice ? { invoice } : {}),
      ...(stamp ? { stamp: await showStamp(stamp) } : {}),
    }
  }
}
