import { type Static, type TSchema, Type } from 'typebox'
import { type BalanceRow, type DayBalance, type SlipSum, stillClosed } from '../domain/balance.ts'
import { fault } from '../domain/fault.ts'
import { asCivilDate, type CivilDate, civilDate, factTime } from '../domain/time.ts'
import type { Door } from './door.ts'
import type { DashboardParts } from './parts.ts'
import type { App } from './server.ts'
import * as shapes from './shapes.ts'

const owner = { config: { may: ['owner'] } } as const
const reads = { config: { may: ['owner', 'officer'] } } as const
const strict = { additionalProperties: false }
const maybe = <T extends TSchema>(schema: T) => Type.Optional(schema)
const money = Type.String({ pattern: '^(0|-?[1-9][0-9]{0,20})$', description: 'whole đồng' })
const what = Type.String({ minLength: 1, maxLength: 40 })

const slipSum = Type.Object({ count: Type.Integer(), pay: money })

const Closed = Type.Object({
  who: Type.String(),
  differences: Type.Array(Type.Object({ register: Type.String(), what, amount: money, why: Type.String() })),
})
const Balance = Type.Object({
  day: Type.String(),
  registers: Type.Array(
    Type.Object({
      register: Type.String(),
      closing: maybe(Type.Object({ entry: Type.String(), at: Type.String() })),
      rows: Type.Array(
        Type.Object({
          what,
          till: maybe(money),
          issued: money,
          accepted: money,
          difference: maybe(money),
          cause: maybe(Type.Object({ code: Type.String(), entry: maybe(Type.String()) })),
        }),
      ),
      slips: maybe(Type.Object({ issued: slipSum, earlier: slipSum, later: slipSum })),
      numbers: Type.Array(
        Type.Object({
          form: Type.Integer(),
          symbol: Type.String(),
          first: Type.Integer(),
          last: Type.Integer(),
          missing: Type.Integer(),
        }),
      ),
    }),
  ),
  open: Type.Array(Type.Object({ entry: Type.String(), state: Type.String(), pay: maybe(money) })),
  asides: Type.Array(Type.Object({ why: Type.String(), count: Type.Integer() })),
  closed: maybe(Closed),
  again: maybe(Type.String({ description: 'when it was closed, before more was sold' })),
})
const Reasons = Type.Object(
  {
    reasons: Type.Array(
      Type.Object(
        { register: Type.String({ maxLength: 12 }), what, why: Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' }) },
        strict,
      ),
      { maxItems: 200 },
    ),
  },
  strict,
)
type Reason = Static<typeof Reasons>['reasons'][number]

/** The closing of a day: what the registers say against what was issued, and a person's word for every difference. */
export function routesDay(
  app: App,
  parts: DashboardParts,
  reconcile: NonNullable<DashboardParts['reconcile']>,
  { refuse }: Door,
): void {
  const { ledger, view, books, clock, log } = parts
  const known = (text: string): CivilDate | undefined => {
    const day = asCivilDate(text)
    return day && day <= civilDate(clock.now()) ? day : undefined
  }
  const draw = async (day: CivilDate) => {
    const [balance, seen, closed] = await Promise.all([reconcile(day), view.day(day), books?.reconciled(day)])
    const shown = { ...showBalance(balance), asides: seen.asides }
    if (!closed) return shown
    if (closed.at !== undefined && !stillClosed(closed, balance)) return { ...shown, again: factTime(closed.at) }
    const differences = closed.differences.map((d) => ({ ...d, amount: String(d.amount) }))
    return { ...shown, closed: { who: closed.who, differences } }
  }

  app.get(
    '/api/v1/days/:day/balance',
    { ...reads, schema: { params: shapes.DayOf, ...shapes.answers(Balance) } },
    async (request, reply) => {
      const day = known(request.params.day)
      return day ? draw(day) : refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
    },
  )

  app.post(
    '/api/v1/days/:day/close',
    { ...owner, schema: { params: shapes.DayOf, body: Reasons, ...shapes.answers(Balance) } },
    async (request, reply) => {
      const day = known(request.params.day)
      if (!day) return refuse(request, reply, 404, fault('DASHBOARD_NOT_FOUND'))
      const balance = await reconcile(day)
      if (balance.open.length > 0) return refuse(request, reply, 409, fault('DAY_OPEN', { n: String(balance.open.length) }))
      const differences = explained(balance, request.body.reasons)
      if (!differences) return refuse(request, reply, 422, fault('DAY_UNEXPLAINED'))
      const who = request.session?.who ?? ''
      const noted = await ledger.record({ kind: 'reconciled', day, who, differences })
      if (!noted.ok) return refuse(request, reply, 503, noted.fault)
      log.info({ part: 'dashboard', who, act: 'day-closed', day }, 'act of a person recorded')
      return draw(day)
    },
  )
}

/** Every difference with the reason given for it; undefined: one of them has none. Amounts are the book's, not the page's. */
function explained({ registers }: DayBalance, reasons: readonly Reason[]) {
  const found = registers.flatMap(({ register, rows }) =>
    rows.filter(differs).map((row) => ({
      register,
      what: row.what,
      amount: row.difference ?? row.issued,
      why: reasons.find((r) => r.register === register && r.what === row.what)?.why.trim(),
    })),
  )
  const whole = found.flatMap(({ why, ...row }) => (why ? [{ ...row, why }] : []))
  return whole.length === found.length ? whole : undefined
}

/** A register that sold and whose own report was not heard differs by all it sold; what is not taken yet wants a word at any sum. */
const differs = ({ what, difference, issued }: BalanceRow): boolean =>
  what === 'authority' || (difference === undefined ? what === 'total' && issued !== 0n : difference !== 0n)

export type BalanceJson = ReturnType<typeof showBalance> & {
  readonly asides: readonly { readonly why: string; readonly count: number }[]
  readonly closed?: Static<typeof Closed>
  readonly again?: string
}
const showSum = ({ count, pay }: SlipSum) => ({ count, pay: String(pay) })
const showBalance = ({ day, registers, open }: DayBalance) => ({
  day,
  registers: registers.map(({ register, closing, rows, slips, numbers }) => ({
    register,
    ...(closing ? { closing: { entry: closing.entry, at: factTime(closing.at) } } : {}),
    rows: rows.map(({ what, till, issued, accepted, difference, cause }) => ({
      what,
      ...(till === undefined ? {} : { till: String(till) }),
      issued: String(issued),
      accepted: String(accepted),
      ...(difference === undefined ? {} : { difference: String(difference) }),
      ...(cause ? { cause } : {}),
    })),
    ...(slips ? { slips: { issued: showSum(slips.issued), earlier: showSum(slips.earlier), later: showSum(slips.later) } } : {}),
    numbers: numbers.map(({ series, ...run }) => ({ form: series.form, symbol: series.symbol, ...run })),
  })),
  open: open.map(({ entry, state, pay }) => ({ entry, state, ...(pay === undefined ? {} : { pay: String(pay) }) })),
})
