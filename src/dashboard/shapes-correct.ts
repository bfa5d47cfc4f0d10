import { type TSchema, Type } from 'typebox'
import { SITUATIONS } from '../domain/correction.ts'
import { Invoice } from './shapes.ts'

/** What travels at the desks of a person: corrections, the next buyer, the closing of a day, the rules. */
const strict = { additionalProperties: false }
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)
/** No control characters: what is typed here stands in an invoice. */
const words = (max: number) =>
  Type.String({ minLength: 1, maxLength: max, pattern: '^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$' })
const amount = Type.String({ pattern: '^(0|[1-9]\\d{0,14})$', description: 'whole đồng' })
const money = Type.String({ pattern: '^(0|-?[1-9][0-9]{0,20})$', description: 'whole đồng' })
const quantity = Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,6})?$', description: 'decimal with a point' })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const time = Type.String({ description: 'instant, 2026-11-21T08:15:02.095+07:00' })

export const Buyer = Type.Object(
  {
    name: maybe(words(400)),
    taxCode: maybe(words(14)),
    budgetCode: maybe(words(7)),
    address: maybe(words(400)),
    phone: maybe(words(20)),
    personalId: maybe(words(12)),
    passport: maybe(words(20)),
    email: maybe(words(50)),
    person: maybe(words(100)),
  },
  { ...strict, minProperties: 1 },
)

const line = {
  name: words(500),
  code: maybe(words(50)),
  unit: maybe(words(50)),
  quantity,
  unitPrice: amount,
  discount: amount,
  rate: maybe(Type.String({ maxLength: 12, pattern: '^[\\w:.%]+$' })),
}
export const Line = Type.Object(line, strict)

export const CHANNELS = ['written', 'phone', 'in-shop', 'message', 'website', 'return-slip', 'document'] as const
/** 2 MB of a file are 2.7 MB of letters. */
export const FILE_LIMIT = 2 * 1024 * 1024
export const FILE_TYPES = ['application/pdf', 'image/jpeg', 'image/png', 'application/xml', 'text/plain'] as const
export const EvidenceFile = Type.Object(
  {
    name: words(120),
    type: Type.Enum([...FILE_TYPES]),
    content: Type.String({ minLength: 4, maxLength: 2_796_204, pattern: '^[A-Za-z0-9+/]+={0,2}$', description: 'base64' }),
  },
  strict,
)
const Evidence = Type.Object({ channel: Type.Enum([...CHANNELS]), note: words(500), file: maybe(EvidenceFile) }, strict)

const ask = {
  situation: Type.Enum([...SITUATIONS]),
  lines: maybe(Type.Array(Line, { minItems: 1, maxItems: 500 })),
  discount: maybe(amount),
  returned: maybe(
    Type.Array(Type.Object({ line: Type.Integer({ minimum: 0, maximum: 999 }), quantity }, strict), {
      minItems: 1,
      maxItems: 500,
    }),
  ),
  buyer: maybe(Buyer),
  why: words(200),
  evidence: maybe(Evidence),
  request: maybe(Type.Object({ number: words(50), date: day }, strict)),
}
export const Ask = Type.Object(ask, strict)
/** Of one request; the page asks for more of them again and again. */
export const BATCH_MOST = 20
/** What may be said of several invoices at once: nothing that is of one alone. */
export const batchAsk = {
  situation: ask.situation,
  item: maybe(
    Type.Object(
      {
        name: words(500),
        becomes: Type.Object(
          { name: maybe(words(500)), unitPrice: maybe(amount), rate: line.rate },
          { ...strict, minProperties: 1 },
        ),
      },
      strict,
    ),
  ),
  buyer: ask.buyer,
  why: ask.why,
  evidence: ask.evidence,
  request: ask.request,
}
/** Of a paper that does not name the sale it takes back: the invoice a person found. */
export const TakeBack = Type.Object(
  {
    invoice: maybe(
      Type.Object(
        {
          form: Type.Integer({ minimum: 1, maximum: 9 }),
          symbol: Type.String({ pattern: '^[A-Z0-9]{6}$' }),
          number: Type.Integer({ minimum: 1, maximum: 99_999_999 }),
        },
        strict,
      ),
    ),
  },
  strict,
)
const how = Type.Enum(['replace', 'adjust', 'notify'])
export const Propose = Type.Object({ ...ask, how: maybe(how) }, strict)
export const Name = Type.Object({
  'idempotency-key': Type.String({
    minLength: 8,
    maxLength: 128,
    pattern: '^[\\w.:-]+$',
    description: 'the same one twice is one',
  }),
})

const identity = { form: Type.Integer(), symbol: Type.String(), number: Type.Integer() }
export const Chain = Type.Object({
  root: Type.Object(identity),
  live: Type.Object(identity),
  locked: maybe(Type.Enum(['replace', 'adjust'])),
  worth: money,
  links: Type.Array(
    Type.Object({
      ...identity,
      entry: Type.String(),
      at: time,
      pay: money,
      how: Type.Enum(['original', 'replace', 'adjust']),
      corrects: maybe(Type.Object(identity)),
    }),
  ),
  notices: Type.Array(Type.Object({ notice: Type.String(), at: time, state: Type.String() })),
})
export const Content = Type.Object({ lines: Type.Array(Line), discount: amount })
const side = Type.Object({ net: maybe(money), tax: maybe(money), pay: money })
export const Proposal = Type.Object({
  how,
  or: maybe(how),
  source: Type.String(),
  cause: maybe(Type.Integer()),
  needs: Type.Array(Type.String()),
  missing: Type.Array(Type.String()),
  chain: Chain,
  before: Type.Partial(Invoice),
  after: maybe(Type.Partial(Invoice)),
  difference: maybe(side),
  legend: maybe(Type.String()),
  number: maybe(Type.Integer()),
})
export const Remedies = Type.Array(
  Type.Object({
    situation: Type.String(),
    how,
    or: maybe(how),
    cause: maybe(Type.Integer()),
    needs: Type.Array(Type.String()),
    source: Type.String(),
  }),
)
export const Ordered = Type.Object({ entry: maybe(Type.String()), notice: maybe(Type.String()), again: Type.Boolean() })
/** What the wizard holds so far; only the page reads it. */
export const Held = Type.Object({ draft: Type.Optional(Type.Record(Type.String(), Type.Unknown())) }, strict)

export const Refund = Type.Object({
  ...identity,
  draft: Type.Object({
    situation: Type.String(),
    why: Type.String(),
    channel: maybe(Type.String()),
    note: maybe(Type.String()),
    returned: maybe(Type.Record(Type.String(), Type.String(), { description: 'by line of the original: how much comes back' })),
  }),
})
