import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Takings } from '../../simulators/register/day.ts'
import { register } from '../../simulators/register/index.ts'
import type { BalanceJson } from '../../src/dashboard/routes-day.ts'
import { openForReading } from '../../src/ledger/sqlite.ts'
import { until } from './clock.ts'
import type { ShopRun } from './shop.ts'

/** The till prints this paper: its bytes over TCP, its patience included. */
export async function print(shop: ShopRun, paper: Uint8Array): Promise<void> {
  const script = join(shop.dir, 'paper.bin')
  writeFileSync(script, paper)
  await register({ script, to: `tcp://127.0.0.1:${shop.port}`, clock: shop.clock, rate: 0, count: 1 }).done
}

/** An invoice as somebody reads it who has nothing but the message it went in. Amounts in đồng. */
export interface Document {
  readonly number: number
  readonly pay: bigint
  readonly rates: readonly { readonly rate: string; readonly net: bigint; readonly tax: bigint }[]
  readonly buyerTaxCode: string | undefined
  readonly payment: string | undefined
  readonly xml: string
}

const inside = (xml: string, name: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(([, text = '']) => text)
const one = (xml: string, name: string): string => inside(xml, name)[0] ?? ''

/** Every invoice the authority was shown, each once, by number. */
export function documents(shop: ShopRun): readonly Document[] {
  const found = new Map<number, Document>()
  for (const message of shop.messages)
    for (const xml of inside(Buffer.from(message).toString('utf8'), 'HDon')) {
      const number = Number(one(xml, 'SHDon'))
      const buyer = one(xml, 'NMua')
      found.set(number, {
        number,
        pay: BigInt(one(xml, 'TgTTTBSo')),
        rates: inside(one(xml, 'THTTLTSuat'), 'LTSuat').map((row) => ({
          rate: one(row, 'TSuat'),
          net: BigInt(one(row, 'ThTien')),
          tax: BigInt(one(row, 'TThue')),
        })),
        buyerTaxCode: inside(buyer, 'MST')[0],
        payment: inside(xml, 'HTTToan')[0],
        xml,
      })
    }
  return [...found.values()].sort((a, b) => a.number - b.number)
}

export const accepted = (shop: ShopRun, count: number): Promise<boolean> =>
  until(() => shop.tvan.accepted().length === count, 30_000)

/** A table of a report, as the screen gets it. */
export interface ReportJson {
  readonly tables: readonly { readonly key: string; readonly rows: readonly Readonly<Record<string, string | number | true>>[] }[]
}
export async function report(shop: ShopRun, query: string): Promise<ReportJson['tables']> {
  const { status, body } = await shop.api<ReportJson>(`/api/v1/reports/${query}`)
  if (status !== 200) throw new Error(`report ${query}: ${status} ${JSON.stringify(body)}`)
  return body.tables
}

const till = (sums: Takings): Record<string, string> => ({
  total: String(sums.total),
  ...Object.fromEntries([...sums.rates].map(([rate, gross]) => [`rate:${rate}%`, String(gross)])),
  ...Object.fromEntries([...sums.tenders].map(([method, amount]) => [`tender:${method}`, String(amount)])),
})

/** The evening: what the till says is what was issued and accepted, per rate and tender, and a person closes the day. */
export async function closeDay(t: Test, shop: ShopRun, day: string, sums: Takings): Promise<void> {
  let seen: BalanceJson | undefined
  const agrees = async (): Promise<boolean> => {
    const { status, body } = await shop.api<BalanceJson>(`/api/v1/days/${day}/balance`)
    if (status !== 200) throw new Error(`${day}: ${status} ${JSON.stringify(body)}`)
    seen = body
    const [till] = body.registers
    return body.open.length === 0 && till?.closing !== undefined && till.rows.every((row) => row.accepted === row.issued)
  }
  t.ok(await until(agrees), `${day}: the till's report was heard, and everything is accepted`)
  const [register] = seen?.registers ?? []
  t.same(Object.fromEntries((register?.rows ?? []).map(({ what, till }) => [what, till])), till(sums), `${day}: read as printed`)
  for (const { what, till, issued, accepted, difference, cause } of register?.rows ?? [])
    t.same([issued, accepted, difference, cause], [till, till, '0', undefined], `${day}: ${what} agrees`)
  t.same(
    register?.numbers.map(({ first, last, missing }) => [last - first + 1, missing]),
    [[sums.count, 0]],
    `${day}: a number for each sale`,
  )
  const closed = await shop.api<BalanceJson>(`/api/v1/days/${day}/close`, { reasons: [] })
  t.equal(closed.status, 200, JSON.stringify(closed.body))
  t.match(closed.body.closed, { who: /\S/, differences: [] }, `${day}: closed by a person without a word`)
}

/** Past midnight: the day's own record, chained and signed, with nothing left unsent. */
export async function nextMorning(t: Test, shop: ShopRun, day: string, at: string, count: number): Promise<void> {
  shop.clock.to(at)
  const facts = async () => (await shop.facts('day.closed')).filter(({ body }) => body['day'] === day)
  t.ok(await until(async () => (await facts()).length === 1, 30_000), `${day} is over`)
  t.match((await facts())[0]?.body, { day, unsent: 0, doubt: 0, series: [{ count }] })
  const person = (await shop.facts('day.reconciled')).filter(({ body }) => body['day'] === day)
  t.match(person, [{ body: { day, differences: [], who: /\S/ } }], `${day}: the person's closing is in the story`)
  const head = (): string | undefined => {
    const db = openForReading(join(shop.dir, 'data', 'tillgate.db'))
    const row = db.sql('SELECT note FROM head WHERE day = ?').get(day)
    db.close()
    return row === undefined ? undefined : String(row['note'])
  }
  t.ok(await until(() => head() !== undefined), `${day} has its head`)
  t.match(head(), /^tillgate\/.+\n\d+\n.+\n\n— tillgate\//, 'signed')
}
