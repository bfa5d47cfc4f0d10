import { type TSchema, Type } from 'typebox'
import { isErased } from '../domain/erasure.ts'
import { fault } from '../domain/fault.ts'
import type { EntryId, RegisterId } from '../domain/ids.ts'
import type { NextBuyer } from '../domain/next-buyer.ts'
import type { Buyer } from '../domain/sale.ts'
import { civilDate, factTime, instant } from '../domain/time.ts'
import type { Door } from './door.ts'
import type { KnownBuyers } from './known-buyers.ts'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import * as its from './shapes-correct.ts'
import { showStamp } from './show.ts'
import { trimmed } from './show-correct.ts'

const owner = { config: { may: ['owner'] } } as const
/** How long a buyer waits for his sale (dashboard 3.6): a forgotten one would put a stranger's name on an invoice. */
export const BUYER_MS = 10 * 60_000

const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)
const time = Type.String()
const Waiting = Type.Object({
  armed: maybe(
    Type.Object({ buyer: Type.Record(Type.String(), Type.String()), since: time, until: time, guest: Type.Boolean() }),
  ),
  taken: maybe(
    Type.Object({
      entry: Type.String(),
      at: time,
      state: maybe(Type.String()),
      form: maybe(Type.Integer()),
      symbol: maybe(Type.String()),
      number: maybe(Type.Integer()),
    }),
  ),
})
const Link = Type.Object({ link: Type.String(), qr: Type.Object({ size: Type.Number(), path: Type.String() }) })
const Sought = Type.Object({ taxCode: Type.String({ pattern: '^\\d{10}(-\\d{3})?$' }) }, { additionalProperties: false })
const Known = Type.Object({ on: maybe(Type.String()), name: maybe(Type.String()), address: maybe(Type.String()) })
const Plain = Type.Object({ buyer: Type.Record(Type.String(), Type.String()) })

/** Who buys next at a register: given by the cashier before the sale, used once or forgotten. */
export function routesBuyer(app: App, parts: DashboardParts, next: NextBuyer, { refuse }: Door): void {
  const { view, clock, log } = parts
  const known = (name: string): RegisterId | undefined => parts.registers.find(({ id }) => id === name)?.id
  const gone = fault('DASHBOARD_NOT_FOUND')

  const waiting = async (register: RegisterId) => {
    const armed = next.armed(register)
    const taken = next.taken(register)
    const row = taken && (await view.entry(taken.entry))
    return {
      ...(armed
        ? {
            armed: {
              buyer: hidden(armed.buyer),
              since: factTime(armed.since),
              until: factTime(armed.until),
              guest: armed.who === 'guest',
            },
          }
        : {}),
      ...(taken
        ? {
            taken: {
              entry: taken.entry,
              at: factTime(taken.at),
              ...(row ? { state: row.state } : {}),
              ...(row?.issued ? { ...row.issued.series, number: row.issued.number } : {}),
            },
          }
        : {}),
    }
  }

  const url = '/api/v1/registers/:name/buyer'
  app.get(url, { ...owner, schema: { params: shapes.RegisterName, ...shapes.answers(Waiting) } }, async (request, reply) => {
    const register = known(request.params.name)
    return register ? waiting(register) : refuse(request, reply, 404, gone)
  })

  app.post(
    url,
    { ...owner, schema: { params: shapes.RegisterName, body: its.Buyer, ...shapes.answers(Waiting) } },
    async (request, reply) => {
      const register = known(request.params.name)
      if (!register) return refuse(request, reply, 404, gone)
      const now = clock.now()
      const who = request.session?.who ?? ''
      next.arm(register, { buyer: trimmed(request.body), since: now, until: instant(now + BUYER_MS), who })
      log.info({ part: 'dashboard', register, who, act: 'buyer-armed' }, 'act of a person')
      return waiting(register)
    },
  )

  const { guest } = parts
  if (guest)
    app.post(
      `${url}/link`,
      {
        ...owner,
        schema: {
          summary: 'an address for the buyer’s own telephone, good once',
          params: shapes.RegisterName,
          body: shapes.Nothing,
          ...shapes.answers(Link),
        },
      },
      async (request, reply) => {
        const register = known(request.params.name)
        if (!register) return refuse(request, reply, 404, gone)
        const link = guest.mint(register)
        return { link, qr: (await showStamp({ lines: [], qr: link })).qr }
      },
    )

  app.delete(
    url,
    { ...owner, schema: { params: shapes.RegisterName, body: shapes.Nothing, ...shapes.answers(Waiting) } },
    async (request, reply) => {
      const register = known(request.params.name)
      if (!register) return refuse(request, reply, 404, gone)
      next.drop(register)
      return waiting(register)
    },
  )
}

/** Who gave this tax code before: his name and address need not be typed again. Companies only, no number of a person. */
export function routesKnown(app: App, { log }: DashboardParts, known: KnownBuyers): void {
  app.post(
    '/api/v1/buyers/find',
    { ...owner, schema: { summary: 'name and address of a tax code seen before', body: Sought, ...shapes.answers(Known) } },
    async (request) => {
      const found = await known.find(request.body.taxCode)
      if (!found) return {}
      log.info({ part: 'dashboard', who: request.session?.who, act: 'buyer-found' }, 'act of a person')
      const { name, address } = found.buyer
      return {
        on: civilDate(found.at),
        ...(name === undefined ? {} : { name }),
        ...(address === undefined ? {} : { address }),
      }
    },
  )
}

/** The buyer of an invoice in plain, for a reason that is written down. */
export function routesUnmask(app: App, parts: DashboardParts, { refuse }: Door): void {
  const { view, ledger } = parts
  app.post(
    '/api/v1/entries/:id/buyer',
    { ...owner, schema: { params: shapes.EntryId, body: shapes.Reason, ...shapes.answers(Plain) } },
    async (request, reply) => {
      const entry = request.params.id as EntryId
      const bytes = await view.sealed(entry)
      const buyer = bytes && parts.buyerOf?.(bytes)
      const gone = !bytes && isErased((await view.entry(entry))?.facts ?? [])
      if (!buyer) return refuse(request, reply, 404, fault(gone ? 'BUYER_ERASED' : 'DASHBOARD_NO_BUYER'))
      // Written down first: nobody has looked unless the story says so.
      const noted = await ledger.record({ kind: 'looked', entry, who: request.session?.who ?? '', why: request.body.reason })
      if (!noted.ok) return refuse(request, reply, 503, noted.fault)
      return { buyer }
    },
  )
}

/** Enough to read back who it is, not enough to copy him: `0101***150`, `CÔNG T…`. */
export const hidden = (buyer: Buyer): Record<string, string> =>
  Object.fromEntries(Object.entries(buyer).map(([key, text]) => [key, hide(String(text))]))

function hide(text: string): string {
  const letters = [...text]
  if (letters.length < 6) return '*'.repeat(letters.length)
  return /^[\d -]+$/.test(text)
    ? `${letters.slice(0, 4).join('')}***${letters.slice(-3).join('')}`
    : `${letters.slice(0, 6).join('')}…`
}
