import { createHmac, randomBytes } from 'node:crypto'
import type { Static } from 'typebox'
import type { Corrections, Proposal } from '../domain/correction.ts'
import { formatDecimal } from '../domain/decimal.ts'
import type { Fault } from '../domain/fault.ts'
import type { InvoiceIdentity } from '../domain/invoice.ts'
import type { Result } from '../domain/result.ts'
import type { Buyer } from '../domain/sale.ts'
import { civilDate, factTime } from '../domain/time.ts'
import { langOf } from './door.ts'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import * as several from './shapes-batch.ts'
import * as its from './shapes-correct.ts'
import { showFault } from './show.ts'
import { readAsk } from './show-correct.ts'

const owner = { config: { may: ['owner'] } } as const
const bodyLimit = 2_900_000

type Named = Static<typeof several.Some>['invoices'][number]

/**
 * Several invoices with one error: looked at, tried and ordered a few at a time, so that the page can say how far it is.
 * What cannot be done for one of them stands in its row and stops none of the others.
 */
export function routesBatch(
  app: App,
  parts: DashboardParts,
  corrections: Corrections,
  orderAll: NonNullable<Corrections['orderAll']>,
): void {
  const { log, shop, words, view } = parts
  /** Of this run only: a page may see who is the same buyer, and learns nothing about who he is. */
  const secret = randomBytes(32)
  const identity = ({ form, symbol, number }: Named): InvoiceIdentity => ({ seller: shop.taxCode, form, symbol, number })
  const rows = async <T extends object>(
    request: Parameters<typeof langOf>[0],
    invoices: readonly Named[],
    make: (invoice: InvoiceIdentity) => Promise<Result<T>>,
  ): Promise<(Named & (T | { fault: ReturnType<typeof showFault> }))[]> => {
    const made: (Named & (T | { fault: ReturnType<typeof showFault> }))[] = []
    const shown = (fault: Fault) => ({ fault: showFault(words, langOf(request, parts.lang), fault) })
    for (const invoice of invoices) {
      const row = await make(identity(invoice))
      made.push({ ...invoice, ...(row.ok ? row.value : shown(row.fault)) })
    }
    return made
  }

  app.post(
    '/api/v1/corrections/content',
    { ...owner, schema: { summary: 'what stands on several invoices', body: several.Some, ...shapes.answers(several.Contents) } },
    async (request) =>
      rows(request, request.body.invoices, async (invoice) => {
        const [chain, content] = [await corrections.chain(invoice), await corrections.content(invoice)]
        if (!chain.ok) return chain
        if (!content.ok) return content
        const { links, live, locked } = chain.value
        const link = links.find((one) => one.invoice.symbol === live.symbol && one.invoice.number === live.number)
        const lines = content.value.lines.map(({ name, quantity, unitPrice, rate }) => ({
          name,
          quantity: formatDecimal(quantity),
          unitPrice: String(unitPrice),
          ...(rate === undefined ? {} : { rate }),
        }))
        const now = { form: live.form, symbol: live.symbol, number: live.number }
        return {
          ok: true,
          value: {
            live: now,
            ...(link ? { at: factTime(link.at), pay: String(link.pay) } : {}),
            ...(locked ? { locked } : {}),
            lines,
          },
        }
      }),
  )

  app.post(
    '/api/v1/corrections/propose',
    {
      ...owner,
      bodyLimit,
      schema: {
        summary: 'what would be issued for each; nothing is written',
        body: several.Propose,
        ...shapes.answers(several.Proposals),
      },
    },
    async (request) => {
      const { invoices, ...asked } = request.body
      return rows(request, invoices, async (invoice) => {
        const proposed = await corrections.propose(readAsk(invoice, asked))
        if (!proposed.ok) return proposed
        const party = await partyOf(proposed.value, asked.buyer)
        return { ok: true, value: { ...showSlim(proposed.value), ...(party ? { party } : {}) } }
      })
    },
  )

  app.post(
    '/api/v1/corrections/order',
    {
      ...owner,
      bodyLimit,
      schema: {
        summary: 'orders the same correction of each, once under this name',
        headers: its.Name,
        body: several.Propose,
        ...shapes.answers(several.Orders),
      },
    },
    async (request) => {
      const who = request.session?.who ?? ''
      const { invoices, ...asked } = request.body
      const [first] = invoices
      if (!first) return []
      const ask = readAsk(identity(first), asked)
      const done = await orderAll(ask, invoices.map(identity), request.headers['idempotency-key'], who)
      const ordered = done.filter(({ ok }) => ok).length
      log.info({ part: 'dashboard', who, act: 'correct-several', ordered, asked: done.length }, 'corrections ordered')
      let at = 0
      return rows(request, invoices, async () => done[at++] ?? { ok: false, fault: { code: 'DASHBOARD_NOT_FOUND' } })
    },
  )

  /** Who the corrected invoice names: the same letters for the same buyer. Undefined: nobody. */
  const partyOf = async ({ chain }: Proposal, named: Buyer | undefined): Promise<string | undefined> => {
    const { live } = chain
    const link = chain.links.find(({ invoice }) => invoice.symbol === live.symbol && invoice.number === live.number)
    const bytes = link && (await view.sealed(link.entry))
    const buyer = named ?? (bytes && parts.buyerOf?.(bytes))
    const id = buyer && (buyer.taxCode ?? buyer.personalId ?? buyer.budgetCode ?? buyer.phone ?? buyer.passport ?? buyer.name)
    if (id === undefined) return undefined
    return createHmac('sha256', secret).update(id.replace(/\s/g, '')).digest('base64url').slice(0, 16)
  }
}

const showSlim = ({ how, remedy, missing, before, after, difference, chain }: Proposal) => {
  const link = chain.links.find(({ invoice }) => invoice.symbol === chain.live.symbol && invoice.number === chain.live.number)
  return {
    how,
    source: remedy.source,
    needs: remedy.needs,
    missing,
    ...(link ? { month: civilDate(link.at).slice(0, 7) } : {}),
    buyer: before.buyer,
    before: String(before.pay),
    ...(after ? { after: String(after.pay) } : {}),
    ...(difference
      ? {
          pay: String(difference.pay),
          ...(difference.tax === undefined ? {} : { tax: String(difference.tax) }),
        }
      : {}),
  }
}
