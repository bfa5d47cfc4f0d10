import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import { ok, type Result } from '../domain/result.ts'
import type { Door } from './door.ts'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'

const owner = { config: { may: ['owner'] } } as const
const Reprinted = Type.Object({ copy: Type.Integer(), html: Type.String(), pdf: Type.String() })
const Printed = Type.Object({ copy: Type.Integer() })

/** How many copies of an invoice are on record; each was counted before it was printed. */
export const copiesOf = async ({ view }: Pick<DashboardParts, 'view'>, invoice: InvoiceIdentity): Promise<number> =>
  ((await view.invoice(invoice))?.facts ?? []).filter(({ kind }) => kind === 'receipt.reprinted').length

export const identityOf = (
  { shop }: Pick<DashboardParts, 'shop'>,
  { form, symbol, number }: Static<typeof shapes.Identity>,
): InvoiceIdentity => ({ seller: shop.taxCode, form: Number(form), symbol, number: Number(number) })

/** Copies of an invoice: as a page to be printed anywhere, or on the printer of its register. Each has a number of its own. */
export function routesReprint(app: App, parts: DashboardParts, { refuse }: Door): void {
  const { view, ledger, reprint } = parts
  let before: Promise<unknown> = Promise.resolve()
  /** One after the other: what is counted is read back, and no two copies may bear one number. */
  const count = (entry: EntryId, invoice: InvoiceIdentity, who: string): Promise<Result<number>> => {
    const counted = before.then(async () => {
      const done = await ledger.record({ kind: 'reprinted', entry, who })
      return done.ok ? ok(await copiesOf(parts, invoice)) : done
    })
    before = counted.catch(() => undefined)
    return counted
  }
  const known = async (request: FastifyRequest, asked: Static<typeof shapes.Identity>) => {
    const invoice = identityOf(parts, asked)
    const entry = await view.invoice(invoice)
    return entry && request.session ? { invoice, entry: entry.id, who: request.session.who } : undefined
  }

  const url = '/api/v1/invoices/:form/:symbol/:number/reprint'
  app.post(
    url,
    {
      ...owner,
      schema: {
        params: shapes.Identity,
        body: shapes.Nothing,
        summary: 'one more copy, counted and marked as such',
        ...shapes.answers(Reprinted),
      },
    },
    async (request, reply): Promise<Static<typeof Reprinted> | FastifyReply> => {
      const of = await known(request, request.params)
      if (!of) return refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
      const copy = await count(of.entry, of.invoice, of.who)
      if (!copy.ok) return refuse(request, reply, 503, copy.fault)
      const { form, symbol, number } = of.invoice
      const path = `/api/v1/invoices/${form}/${symbol}/${number}`
      const query = `paper=80&copy=${copy.value}`
      return { copy: copy.value, html: `${path}.html?${query}`, pdf: `${path}.pdf?${query}` }
    },
  )

  if (reprint)
    app.post(
      `${url}/printer`,
      {
        ...owner,
        schema: {
          params: shapes.Identity,
          body: shapes.Nothing,
          summary: 'one more copy on the printer of its register, between two receipts of the till',
          ...shapes.answers(Printed),
        },
      },
      async (request, reply): Promise<Static<typeof Printed> | FastifyReply> => {
        const of = await known(request, request.params)
        if (!of) return refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
        const copy = await reprint(of.invoice, () => count(of.entry, of.invoice, of.who))
        return copy.ok ? { copy: copy.value } : refuse(request, reply, statusOf(copy.fault), copy.fault)
      },
    )
}

/** What cannot be, what is not there now, what is not there at all. */
const statusOf = ({ code }: Fault): number => (code === 'REPORT_NO_INVOICE' ? 404 : code === 'REPRINT_NO_PRINTER' ? 409 : 503)
