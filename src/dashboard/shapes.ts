import { type TSchema, Type } from 'typebox'

/** What travels, for the checks at the door and for `/api/v1/openapi.json`. Money: strings of whole đồng. */
const money = Type.String({ pattern: '^(0|-?[1-9][0-9]{0,20})$', description: 'whole đồng' })
const time = Type.String({ description: 'instant, 2026-11-21T08:15:02.095+07:00' })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const whole = Type.Integer({ minimum: 0 })
const text = (max: number, pattern?: string) => Type.String({ minLength: 1, maxLength: max, ...(pattern ? { pattern } : {}) })
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)

export const STATES = [
  'captured',
  'held',
  'set-aside',
  'queued',
  'pushed',
  'in-doubt',
  'acknowledged',
  'rejected',
  'parked',
] as const
/** Reasons a person may give for "not a sale" (audit-pack 1.4); the others are the reader's own. */
export const ASIDES = [
  'test',
  'training',
  'duplicate',
  'reprint',
  'void-before-payment',
  'provisional',
  'kitchen',
  'no-sale',
  'cash-move',
  'delivery',
] as const
const state = Type.Enum([...STATES])

export const Fault = Type.Object({
  code: Type.String(),
  message: Type.String(),
  hint: Type.String(),
  path: maybe(Type.String()),
  proofs: maybe(Type.Array(Type.Object({ id: Type.String(), state: Type.String(), equation: maybe(Type.String()) }))),
})

const values = Type.Record(Type.String(), Type.String())
const sign = {
  level: Type.Enum(['ok', 'info', 'warning', 'serious', 'critical', 'unknown']),
  key: Type.String(),
  values: maybe(values),
  todo: maybe(Type.String()),
}
const rate = Type.Object({ rate: Type.String(), net: money, tax: money })

export const Day = Type.Object({
  day,
  sales: whole,
  invoices: whole,
  pay: money,
  rates: Type.Array(rate),
  hours: Type.Array(Type.Object({ hour: whole, count: whole, pay: money })),
  asides: Type.Array(Type.Object({ why: Type.String(), count: whole })),
  held: whole,
  rejected: whole,
  registers: Type.Array(
    Type.Object({
      register: Type.String(),
      frames: whole,
      lastAt: maybe(time),
      last: maybe(Type.Object({ form: whole, symbol: Type.String(), number: whole })),
    }),
  ),
})

export const Status = Type.Object({
  at: time,
  fact: Type.Integer({ minimum: -1, description: 'newest fact included; -1: none yet' }),
  store: Type.String({ description: 'identity of the book; another one: drop everything shown' }),
  known: Type.Boolean({ description: 'false: the figures could not be read and say nothing' }),
  build: Type.String(),
  demo: Type.Boolean(),
  role: Type.String(),
  shop: Type.Object({ name: Type.String(), taxCode: Type.String(), form: Type.Integer() }),
  registers: Type.Array(Type.Object({ id: Type.String(), symbol: Type.String(), printer: Type.Boolean() })),
  offers: Type.Record(Type.String(), Type.Boolean(), { description: 'what this box can do' }),
  armed: Type.Array(Type.Object({ register: Type.String(), until: time }), { description: 'buyers that wait for the next sale' }),
  board: Type.Record(Type.String(), Type.Object({ ...sign, since: time })),
  alerts: Type.Array(
    Type.Object({
      part: Type.String(),
      ...sign,
      since: maybe(time),
      law: maybe(Type.String()),
      goto: maybe(Type.String()),
      button: maybe(Type.String()),
    }),
  ),
  day: Day,
  queue: Type.Object({
    unsent: whole,
    oldest: maybe(time),
    oldestSeconds: maybe(whole),
    due: maybe(time),
    doubt: whole,
    rejected: whole,
    parked: whole,
    held: whole,
  }),
})

const row = {
  id: Type.String(),
  register: Type.String(),
  state,
  heard: time,
  since: time,
  issued: maybe(
    Type.Object({
      form: whole,
      symbol: Type.String(),
      number: whole,
      code: maybe(Type.String()),
      at: time,
      due: time,
      pay: money,
    }),
  ),
  message: maybe(Type.String()),
  fault: maybe(Fault),
  why: maybe(Type.String()),
}
export const Entry = Type.Object(row)
export const Entries = Type.Object({ rows: Type.Array(Entry), next: maybe(Type.String()) })

const decimal = Type.String({ description: 'decimal with a point' })
export const Invoice = Type.Object({
  form: whole,
  symbol: Type.String(),
  number: whole,
  title: Type.String(),
  code: maybe(Type.String()),
  issuedOn: Type.String(),
  seller: Type.Object({ name: Type.String(), taxCode: Type.String(), address: Type.String() }),
  buyer: Type.String({ description: 'masked' }),
  erased: maybe(Type.Literal(true, { description: 'the buyer was erased; the rest is from the masked copy' })),
  lines: Type.Array(
    Type.Object({
      name: Type.String(),
      unit: maybe(Type.String()),
      quantity: maybe(decimal),
      price: maybe(decimal),
      discount: maybe(money),
      amount: maybe(money),
      rate: maybe(Type.String()),
    }),
  ),
  rates: Type.Array(rate),
  net: maybe(money),
  tax: maybe(money),
  pay: money,
  words: Type.String(),
  payment: Type.String(),
  qr: Type.String(),
  legend: maybe(Type.String({ description: 'which invoice it replaces or adjusts, in the words of the law' })),
  entry: Type.String(),
  state,
  digest: maybe(Type.String()),
})

export const Detail = Type.Object({
  ...row,
  facts: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  digest: maybe(Type.String()),
  paper: Type.Array(Type.String()),
  picture: maybe(Type.Literal(true)),
  invoice: maybe(Invoice),
  stamp: maybe(Type.Object({ lines: Type.Array(Type.String()), qr: Type.Object({ size: Type.Number(), path: Type.String() }) })),
})

export const Draft = Type.Object({ lines: Type.Array(Type.String()) })
export const Session = Type.Object({ role: Type.String() })
export const Live = Type.Object({ live: Type.Literal(true) })
export const Dictionary = Type.Record(Type.String(), Type.String())

export const EntryId = Type.Object({ id: text(24, '^[A-Za-z0-9]{1,12}-\\d{8,12}$') })
export const Identity = Type.Object({
  form: text(1, '^[1-9]$'),
  symbol: text(6, '^[A-Z0-9]{6}$'),
  number: text(8, '^[1-9]\\d{0,7}$'),
})
export const DayOf = Type.Object({ day })
export const Language = Type.Object({ lang: Type.Enum(['vi', 'en']) })
export const Query = Type.Object(
  {
    state: maybe(state),
    register: maybe(text(12, '^[A-Za-z0-9]+$')),
    day: maybe(day),
    q: maybe(Type.String({ maxLength: 64 })),
    after: maybe(text(128, '^[\\w.:=+/~-]+$')),
    limit: maybe(text(3, '^[1-9]\\d{0,2}$')),
  },
  { additionalProperties: false },
)
export const Reason = Type.Object({ reason: text(200, '\\S') }, { additionalProperties: false })
export const AsideReason = Type.Object({ reason: Type.Enum([...ASIDES]) }, { additionalProperties: false })
export const Token = Type.Object({ token: text(64, '^[\\w-]+$') }, { additionalProperties: false })
export const RegisterName = Type.Object({ name: text(12, '^[A-Z][A-Z0-9]*$') })
export const Anything = Type.Object({}, { description: 'the order as the software writes it' })
export const Text = Type.String()
export const Nothing = Type.Object({}, { additionalProperties: false })

/** What a route answers, for the description only: `show.ts` alone decides what is in it. */
export const answers = (good: TSchema): { readonly response: unknown } => ({ response: { 200: good, '4xx': Fault } })
