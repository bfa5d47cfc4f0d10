import { Type } from 'typebox'
import type { Corrections, How } from '../domain/correction.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { EntryId } from '../domain/ids.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import { civilDate } from '../domain/time.ts'
import type { Door } from './door.ts'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import * as its from './shapes-correct.ts'
import { readAsk, showChain, showContent, showProposal, showRefund, showRemedy } from './show-correct.ts'

const owner = { config: { may: ['owner'] } } as const
const reads = { config: { may: ['owner', 'officer'] } } as const
const OF = '/api/v1/invoices/:form/:symbol/:number'
/** An agreement as a file, in letters, and the rest of the question. */
const bodyLimit = 2_900_000
const DRAFTS = 40

type Named = { readonly form: string; readonly symbol: string; readonly number: string }

/** The wizard's routes (R-070..R-086): ask what would be made, then order it. There is no cancel. */
export function routesCorrect(app: App, parts: DashboardParts, corrections: Corrections, { refuse }: Door): void {
  const { log, shop, law } = parts
  /** What a person has filled in so far: in memory only, for it may name a buyer. */
  const drafts = new Map<string, Record<string, unknown>>()
  const identity = ({ form, symbol, number }: Named): InvoiceIdentity => ({
    seller: shop.taxCode,
    form: Number(form),
    symbol,
    number: Number(number),
  })
  const keyOf = ({ form, symbol, number }: Named): string => `${form} ${symbol} ${number}`

  app.get(
    '/api/v1/remedies',
    { ...owner, schema: { summary: 'which document an error takes today (R-086)', ...shapes.answers(its.Remedies) } },
    async () => (law?.remedies?.(civilDate(parts.clock.now())) ?? []).map(showRemedy),
  )

  app.get(
    `${OF}/chain`,
    { ...reads, schema: { params: shapes.Identity, ...shapes.answers(its.Chain) } },
    async (request, reply) => {
      const chain = await corrections.chain(identity(request.params))
      return chain.ok ? showChain(chain.value) : refuse(request, reply, statusOf(chain.fault), chain.fault)
    },
  )

  app.get(
    `${OF}/content`,
    { ...owner, schema: { params: shapes.Identity, ...shapes.answers(its.Content) } },
    async (request, reply) => {
      const content = await corrections.content(identity(request.params))
      return content.ok ? showContent(content.value) : refuse(request, reply, statusOf(content.fault), content.fault)
    },
  )

  app.post(
    `${OF}/propose`,
    {
      ...owner,
      bodyLimit,
      schema: {
        summary: 'what would be issued; nothing is written',
        params: shapes.Identity,
        body: its.Propose,
        ...shapes.answers(its.Proposal),
      },
    },
    async (request, reply) => {
      const proposed = await corrections.propose(readAsk(identity(request.params), request.body))
      return proposed.ok ? showProposal(proposed.value) : refuse(request, reply, statusOf(proposed.fault), proposed.fault)
    },
  )

  for (const how of ['replace', 'adjust', 'notify'] as const satisfies readonly How[])
    app.post(
      `${OF}/${how}`,
      {
        ...owner,
        bodyLimit,
        schema: {
          params: shapes.Identity,
          headers: its.Name,
          body: its.Ask,
          response: { 200: its.Ordered, 201: its.Ordered, '4xx': shapes.Fault },
        },
      },
      async (request, reply) => {
        const who = request.session?.who ?? ''
        const name = request.headers['idempotency-key']
        const done = await corrections.order(readAsk(identity(request.params), request.body, how), name, who)
        if (!done.ok) return refuse(request, reply, statusOf(done.fault), done.fault)
        drafts.delete(keyOf(request.params))
        log.info({ part: 'dashboard', who, act: how, entry: done.value.entry ?? done.value.notice ?? '' }, 'correction ordered')
        return reply.code(done.value.again ? 200 : 201).send(done.value)
      },
    )

  const { fromRefund, takeBack } = corrections
  if (fromRefund && takeBack) {
    const paper = '/api/v1/entries/:id'
    app.get(
      `${paper}/refund`,
      {
        ...owner,
        schema: {
          summary: 'the adjustment that a held paper of a return asks for',
          params: shapes.EntryId,
          ...shapes.answers(its.Refund),
        },
      },
      async (request, reply) => {
        const asked = await fromRefund(request.params.id as EntryId)
        return asked.ok ? showRefund(asked.value) : refuse(request, reply, statusOf(asked.fault), asked.fault)
      },
    )
    app.post(
      `${paper}/take-back`,
      {
        ...owner,
        schema: {
          summary: 'orders it, once for each paper',
          params: shapes.EntryId,
          body: its.TakeBack,
          response: { 200: its.Ordered, 201: its.Ordered, '4xx': shapes.Fault },
        },
      },
      async (request, reply) => {
        const who = request.session?.who ?? ''
        const { invoice } = request.body
        const chosen = invoice && { seller: shop.taxCode, ...invoice }
        const done = await takeBack(request.params.id as EntryId, who, chosen)
        if (!done.ok) return refuse(request, reply, statusOf(done.fault), done.fault)
        log.info({ part: 'dashboard', who, act: 'take-back', entry: request.params.id }, 'correction ordered')
        return reply.code(done.value.again ? 200 : 201).send(done.value)
      },
    )
  }

  const held = `${OF}/correction`
  app.get(held, { ...owner, schema: { params: shapes.Identity, ...shapes.answers(its.Held) } }, async (request) => {
    const draft = drafts.get(keyOf(request.params))
    return draft ? { draft } : {}
  })
  app.put(
    held,
    {
      ...owner,
      schema: {
        summary: 'what the wizard holds so far, in memory',
        params: shapes.Identity,
        body: Type.Record(Type.String({ maxLength: 40 }), Type.Unknown(), { maxProperties: 24 }),
        ...shapes.answers(shapes.Nothing),
      },
    },
    async (request) => {
      const key = keyOf(request.params)
      drafts.delete(key)
      drafts.set(key, request.body)
      for (const oldest of drafts.keys()) if (drafts.size > DRAFTS) drafts.delete(oldest)
      return {}
    },
  )
  app.delete(
    held,
    { ...owner, schema: { params: shapes.Identity, body: shapes.Nothing, ...shapes.answers(shapes.Nothing) } },
    async (request) => {
      drafts.delete(keyOf(request.params))
      return {}
    },
  )
}

/** What the law or the chain forbids is 422, what was decided before is 409. */
export const statusOf = ({ code }: Fault): number => {
  if (code === 'CORRECTION_UNKNOWN' || code === 'DASHBOARD_NOT_FOUND') return 404
  if (code === 'CORRECTION_LOCKED' || code === 'DASHBOARD_CONFLICT' || code === 'SALES_NAME_USED') return 409
  return code.startsWith('LEDGER_') || code === 'CLOCK_BEHIND' ? 503 : 422
}

export const gone = fault('DASHBOARD_NOT_FOUND')
