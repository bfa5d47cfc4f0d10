import { type Static, Type } from 'typebox'
import { parseDecimal } from '../domain/decimal.ts'
import { registerId } from '../domain/ids.ts'
import type { OfflineSlip, Slips } from '../domain/slip.ts'
import type { Door } from './door.ts'
import type { DashboardParts } from './parts.ts'
import { statusOf } from './routes-correct.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'
import * as its from './shapes-correct.ts'
import { showView } from './show.ts'

const money = Type.String({ pattern: '^(0|[1-9]\\d{0,14})$', description: 'whole đồng' })
const METHODS = ['cash', 'card', 'transfer', 'wallet', 'credit', 'voucher', 'other'] as const

export const Slip = Type.Object(
  {
    slip: Type.String({ pattern: '^[\\x21-\\x7e]{1,50}$', description: 'number on the slip; the same one twice is one' }),
    time: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?$',
      description: 'when it was sold, local; a reference, the invoice bears the time of its issue',
    }),
    lines: Type.Array(its.Line, { minItems: 1, maxItems: 500 }),
    discount: Type.Optional(money),
    total: money,
    payment: Type.Optional(Type.Enum([...METHODS])),
  },
  { additionalProperties: false },
)

const Register = Type.Object({ id: Type.String({ pattern: '^[A-Z][A-Z0-9]{0,11}$' }) })
const Looked = Type.Object({
  invoice: Type.Partial(shapes.Invoice),
  earlier: Type.Optional(Type.String({ description: 'the entry this slip number was entered as before' })),
  same: Type.Optional(Type.Boolean({ description: 'and it said the same' })),
})

/** What was sold on slips of the register while the gateway was dead. */
export function routesSlips(app: App, { log }: DashboardParts, slips: Slips, { refuse }: Door): void {
  app.post(
    '/api/v1/registers/:id/slips',
    {
      config: { may: ['owner'] },
      schema: {
        summary: 'a slip of a dead gateway becomes an invoice, issued now (R-051)',
        params: Register,
        headers: its.Name,
        body: Slip,
        response: { 200: its.Ordered, 201: its.Ordered, '4xx': shapes.Fault },
      },
    },
    async (request, reply) => {
      const who = request.session?.who ?? ''
      const done = await slips.order(registerId(request.params.id), slipIn(request.body), who)
      if (!done.ok) return refuse(request, reply, statusOf(done.fault), done.fault)
      log.info({ part: 'dashboard', who, act: 'slip', entry: done.value.entry ?? '' }, 'slip ordered')
      return reply.code(done.value.again ? 200 : 201).send(done.value)
    },
  )

  const { look } = slips
  if (look)
    app.post(
      '/api/v1/registers/:id/slips/look',
      {
        config: { may: ['owner'] },
        schema: {
          summary: 'what a slip would become; nothing is written',
          params: Register,
          body: Slip,
          ...shapes.answers(Looked),
        },
      },
      async (request, reply) => {
        const looked = await look(registerId(request.params.id), slipIn(request.body))
        if (!looked.ok) return refuse(request, reply, statusOf(looked.fault), looked.fault)
        const { view, earlier, same } = looked.value
        return { invoice: showView(view), ...(earlier === undefined ? {} : { earlier, same: same === true }) }
      },
    )
}

const slipIn = ({ lines, discount = '0', total, payment, slip, time }: Static<typeof Slip>): OfflineSlip => ({
  slip,
  time,
  lines: lines.map((line) => ({
    ...line,
    quantity: parseDecimal(line.quantity) ?? { units: 0n, scale: 0 },
    unitPrice: BigInt(line.unitPrice),
    discount: BigInt(line.discount),
  })),
  discount: BigInt(discount),
  total: BigInt(total),
  ...(payment === undefined ? {} : { payment }),
})
