import { closingReport } from '../../simulators/register/closing.ts'
import type { BalanceJson } from '../../src/dashboard/routes-day.ts'
import type { ChainJson, ProposalJson } from '../../src/dashboard/show-correct.ts'
import { pause, type TestClock } from './clock.ts'
import { type Bought, paperOf, say } from './papers.ts'
import type { FactLine, ShopRun } from './shop.ts'

/** A report as JSON: rows by the keys of their columns. */
export interface ReportJson {
  readonly tables: readonly { readonly key: string; readonly rows: readonly Readonly<Record<string, string | number>>[] }[]
}

export interface Issued {
  readonly entry: string
  readonly symbol: string
  readonly number: number
  /** Civil, to the second. */
  readonly at: string
  readonly pay: bigint
  readonly rates: readonly (readonly [rate: string, net: bigint, tax: bigint])[]
  readonly corrects?: {
    readonly how: string
    readonly symbol: string
    readonly number: number
    readonly date: string
    readonly cause: number
  }
}

/** What the owner of a shop does in a day, at the till and on the screen. Time runs while he waits. */
export interface Owner {
  readonly shop: ShopRun
  /** Lets time pass in steps of a second until it is so; false after `ms` real milliseconds. */
  until(what: () => boolean | Promise<boolean>, ms?: number): Promise<boolean>
  sell(number: string, things: readonly Bought[], as?: Parameters<typeof paperOf>[3]): Promise<void>
  issued(): Promise<readonly Issued[]>
  /** Until so many invoices are accepted. */
  filed(count: number): Promise<boolean>
  correct(number: number, how: 'replace' | 'adjust' | 'notify', ask: unknown, symbol?: string): Promise<Answer<Done>>
  propose(number: number, ask: unknown): Promise<Answer<ProposalJson>>
  chain(number: number, symbol?: string): Promise<ChainJson>
  xml(symbol: string, number: number): Promise<string>
  report(name: string, query: string): Promise<ReportJson>
  balance(day: string): Promise<BalanceJson>
  /** The till's report of its day; amounts by rate where it prints them. */
  z(counter: number, count: number, total: bigint, rates?: Readonly<Record<string, bigint>>): Promise<void>
  /** The same answer as `balance`, once a report of the till was heard. */
  compared(day: string): Promise<BalanceJson>
  close(day: string, reasons?: readonly { register: string; what: string; why: string }[]): Promise<Answer<BalanceJson>>
}

export interface Answer<T> {
  readonly status: number
  readonly body: T
}
export interface Done {
  readonly entry?: string
  readonly notice?: string
  readonly again: boolean
  readonly code?: string
  readonly message?: string
}

/** `own`: the series of the year the day begins in. */
export function ownerOf(shop: ShopRun, { form = 1, own = 'C26MAA' } = {}): Owner {
  const { clock, api } = shop
  let names = 0
  const path = (symbol: string, number: number): string => `/api/v1/invoices/${form}/${symbol}/${number}`
  const issued = async (): Promise<readonly Issued[]> => (await shop.facts('invoice.issued')).map(issuedIn)
  const balance = async (day: string): Promise<BalanceJson> => (await api<BalanceJson>(`/api/v1/days/${day}/balance`)).body
  return {
    shop,
    issued,
    until: (what, ms = 20_000) => passing(clock, what, ms),
    sell: (number, things, as) => say(shop.port, paperOf(number, clock.now(), things, as)),
    filed: (count) => passing(clock, async () => (await shop.entries('acknowledged')).length >= count, 20_000),
    correct: (number, how, ask, symbol = own) =>
      api(`${path(symbol, number)}/${how}`, ask, { headers: { 'idempotency-key': `golden-${++names}` } }),
    propose: (number, ask) => api(`${path(own, number)}/propose`, ask),
    chain: async (number, symbol = own) => (await api<ChainJson>(`${path(symbol, number)}/chain`)).body,
    xml: async (symbol, number) => (await api<string>(`${path(symbol, number)}.xml`)).body,
    report: async (name, query) => (await api<ReportJson>(`/api/v1/reports/${name}?${query}`)).body,
    balance,
    z: (counter, count, total, rates = {}) => {
      const head = { shop: 'QUÁN CÀ PHÊ MINH ANH', at: clock.now(), counter }
      const takings = { count, total, rates: new Map(Object.entries(rates)), tenders: new Map() }
      return say(shop.port, closingReport('escpos-80-utf8', head, takings))
    },
    async compared(day) {
      await passing(clock, async () => (await balance(day)).registers.some(({ closing }) => closing), 20_000)
      return balance(day)
    },
    close: (day, reasons = []) => api(`/api/v1/days/${day}/close`, { reasons }),
  }
}

/** A second for each look. */
async function passing(clock: TestClock, what: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; ; await pause(20)) {
    if (await what()) return true
    if (performance.now() > end) return false
    clock.jump(1_000)
  }
}

function issuedIn({ body }: FactLine): Issued {
  const rates = (body['rates'] ?? []) as readonly (readonly [string, string, string])[]
  return {
    entry: String(body['entry']),
    symbol: String(body['symbol']),
    number: Number(body['number']),
    at: String(body['time']).slice(0, 19),
    pay: BigInt(String(body['pay'])),
    rates: rates.map(([rate, net, tax]) => [rate, BigInt(net), BigInt(tax)]),
    ...(body['corrects'] ? { corrects: body['corrects'] as NonNullable<Issued['corrects']> } : {}),
  }
}

/** A row of a report by what stands in one column. */
export const rowWith = (report: ReportJson, table: string, column: string, text: string | number) =>
  report.tables.find(({ key }) => key === table)?.rows.find((row) => row[column] === text)
