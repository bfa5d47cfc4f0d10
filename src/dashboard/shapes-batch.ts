import { type TSchema, Type } from 'typebox'
import { Fault } from './shapes.ts'
import { BATCH_MOST, batchAsk, Ordered } from './shapes-correct.ts'

/** What travels where several invoices have one error. */
const strict = { additionalProperties: false }
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)
const money = Type.String({ pattern: '^(0|-?[1-9][0-9]{0,20})$', description: 'whole đồng' })
const how = Type.Enum(['replace', 'adjust', 'notify'])
const named = {
  form: Type.Integer({ minimum: 1, maximum: 9 }),
  symbol: Type.String({ pattern: '^[A-Z0-9]{6}$' }),
  number: Type.Integer({ minimum: 1, maximum: 99_999_999 }),
}
const Named = Type.Object(named, strict)
const invoices = Type.Array(Named, { minItems: 1, maxItems: BATCH_MOST })

export const Some = Type.Object({ invoices }, strict)
export const Propose = Type.Object({ invoices, ...batchAsk, how: maybe(how) }, strict)

/** A row says what was found, or why nothing was. */
export const Contents = Type.Array(
  Type.Object({
    ...named,
    fault: maybe(Fault),
    live: maybe(Named),
    at: maybe(Type.String()),
    pay: maybe(money),
    locked: maybe(Type.Enum(['replace', 'adjust'])),
    lines: maybe(
      Type.Array(Type.Object({ name: Type.String(), quantity: Type.String(), unitPrice: money, rate: maybe(Type.String()) })),
    ),
  }),
)
export const Proposals = Type.Array(
  Type.Object({
    ...named,
    fault: maybe(Fault),
    how: maybe(how),
    source: maybe(Type.String()),
    needs: maybe(Type.Array(Type.String())),
    missing: maybe(Type.Array(Type.String())),
    month: maybe(Type.String({ description: 'of the issue of the wrong invoice, 2026-11' })),
    buyer: maybe(Type.String({ description: 'masked' })),
    party: maybe(Type.String({ description: 'the same text: the same buyer' })),
    before: maybe(money),
    after: maybe(money),
    pay: maybe(money),
    tax: maybe(money),
  }),
)
export const Orders = Type.Array(Type.Object({ ...named, fault: maybe(Fault), ...Type.Partial(Ordered).properties }))
