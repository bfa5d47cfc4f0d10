import { Type } from 'typebox'
import { Fault } from './shapes.ts'

/** What programs send and get (register-capture 14, `sale`; contract section 5). Unknown fields stay in the evidence. */

const money = Type.Union(
  [Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 }), Type.String({ pattern: '^-?(0|[1-9]\\d{0,12})$' })],
  { description: 'whole đồng, as an integer or as its digits' },
)
const quantity = Type.Union([Type.Number(), Type.String({ pattern: '^-?\\d{1,12}([.]\\d{1,6})?$' })], {
  description: 'decimal with a point, better as a string: "0.535"',
})
const words = Type.String({ minLength: 1, maxLength: 500 })
const maybe = Type.Optional
const rate = Type.String({ maxLength: 12, examples: ['8', '8%', 'KCT', 'KKKNT'] })

export const Sale = Type.Object(
  {
    receiptNo: maybe(words),
    issuedAt: maybe(Type.String({ maxLength: 40, examples: ['2026-11-21T08:15'] })),
    cashier: maybe(words),
    table: maybe(words),
    customer: maybe(words),
    buyer: maybe(
      Type.Object(
        {
          name: maybe(words),
          taxCode: maybe(Type.String({ maxLength: 20, examples: ['0101243150'] })),
          budgetCode: maybe(Type.String({ maxLength: 20 })),
          address: maybe(words),
          phone: maybe(Type.String({ maxLength: 40 })),
          personalId: maybe(Type.String({ maxLength: 20 })),
          passport: maybe(Type.String({ maxLength: 40 })),
          email: maybe(Type.String({ maxLength: 100 })),
          person: maybe(words),
        },
        { description: 'who asked for the invoice, and only what he gave (R-022); `customer` is never printed on it' },
      ),
    ),
    seller: maybe(Type.Object({ name: maybe(words), address: maybe(words), phone: maybe(words), taxCode: maybe(words) })),
    status: maybe(words),
    lines: Type.Array(
      Type.Object({
        name: words,
        qty: maybe(quantity),
        unit: maybe(words),
        unitPrice: maybe(money),
        discount: maybe(money),
        amount: maybe(money),
        vatRate: maybe(rate),
        code: maybe(words),
      }),
      { minItems: 1, maxItems: 1_000 },
    ),
    subtotal: maybe(money),
    discount: maybe(money),
    serviceCharge: maybe(money),
    deliveryFee: maybe(money),
    tip: maybe({ ...money, description: 'in the total, or beside it and paid with it: then it is left off the invoice (R-112)' }),
    gratuity: maybe({ ...money, description: 'to the staff: never in the total, paid with it (R-112)' }),
    fees: maybe(
      Type.Array(Type.Object({ name: words, amount: money }), {
        maxItems: 20,
        description: 'fees of the state passed on: in the total, without tax',
      }),
    ),
    deposit: maybe({ ...money, description: 'taken with the bill, or paid earlier and used; the sums tell which (R-030)' }),
    rounding: maybe(money),
    taxMode: maybe(Type.Enum(['inclusive', 'exclusive', 'not-shown'])),
    vat: maybe(Type.Array(Type.Object({ rate, base: money, tax: money }), { maxItems: 20 })),
    total: money,
    payments: maybe(Type.Array(Type.Object({ method: words, amount: money }), { maxItems: 50 })),
    tendered: maybe(money),
    change: maybe(money),
  },
  {
    description: 'a paid sale; only what the till knows',
    examples: [
      {
        receiptNo: 'HD000123',
        lines: [{ name: 'Cà phê sữa đá', qty: '2', unitPrice: 25_000, amount: 50_000 }],
        total: 50_000,
        payments: [{ method: 'cash', amount: 50_000 }],
      },
    ],
  },
)

export const Headers = Type.Object({
  'idempotency-key': Type.String({ description: 'one for each sale; the same again when it is sent again', maxLength: 200 }),
})

export const Issued = Type.Object({
  entry: Type.String({ description: 'can be said over the phone: R019-00000001' }),
  identity: Type.Object({ seller: Type.String(), form: Type.Integer(), symbol: Type.String(), number: Type.Integer() }),
  code: maybe(Type.String({ description: 'code of the authority, 23 characters' })),
  qr: Type.String({ description: 'text of the QR to print' }),
  lines: Type.Array(Type.String(), { description: 'words to print beside it (R-036)' }),
  at: Type.String({ description: 'issue time in law' }),
  due: Type.String({ description: 'filed by then at the latest' }),
  pay: Type.String({ description: 'whole đồng, tax included' }),
})

export const Waiting = Type.Object({
  entry: Type.String(),
  state: Type.String({ description: 'captured: kept, not issued yet; held: waits for a person; set-aside: no invoice' }),
  ask: Type.String({ description: 'where to ask what became of it' }),
  why: maybe(Type.String()),
  fault: maybe(Fault),
})

const answered = (about: string) => ({ description: about, ...Fault })
const refusals = {
  400: answered('the request is malformed'),
  401: answered('no key, a wrong one, or a revoked one'),
  403: answered('a key for something else'),
  409: answered('the same name with other content'),
  413: answered('more than 1 MiB'),
  415: answered('not application/json'),
  422: answered('kept, and no sale that can be proven: a person must look; `entry` names it'),
  429: answered('too many requests'),
  503: answered('nothing was kept: send it again with the same name'),
}
export const outcomes = {
  response: {
    200: { description: 'the same again: the same answer', ...Issued },
    201: { description: 'kept, and an invoice', ...Issued },
    202: { description: 'kept; the invoice follows, or a person decides', ...Waiting },
    ...refusals,
  } as unknown,
}
