import { join } from 'node:path'
import t from 'tap'
import { openForReading } from '../../src/ledger/sqlite.ts'
import { testClock, until } from './clock.ts'
import { openShop, type ShopRun } from './shop.ts'

interface Closed {
  readonly day: string
  readonly unsent: number
  readonly doubt: number
  readonly series: readonly { readonly count: number; readonly symbol: string; readonly pay: string }[]
}
const closed = async (shop: ShopRun): Promise<readonly Closed[]> =>
  (await shop.facts('day.closed')).map(({ body }) => body as unknown as Closed)

/** The signed heads of closed days, as an officer finds them in a copy. */
function heads(shop: ShopRun): readonly { day: string; note: string }[] {
  const db = openForReading(join(shop.dir, 'data', 'tillgate.db'))
  const rows = db.sql('SELECT day, note FROM head WHERE day IS NOT NULL ORDER BY size').all()
  db.close()
  return rows.map((row) => ({ day: String(row['day']), note: String(row['note']) }))
}

const issued = async (shop: ShopRun): Promise<readonly { symbol: string; number: number; at: string; rates: string[] }[]> =>
  (await shop.facts('invoice.issued')).map(({ at, body }) => ({
    symbol: String(body['symbol']),
    number: Number(body['number']),
    at,
    rates: (body['rates'] as readonly (readonly [string])[]).map(([rate]) => rate),
  }))

t.test(
  'an evening without network: the day closes with its head, lateness is critical, the morning files everything',
  async (t) => {
    const clock = testClock({ start: '2026-11-19T18:00:00', speed: 20 })
    const shop = await openShop(t, { clock })
    await shop.sell(3)
    t.ok(await until(async () => (await shop.entries('acknowledged')).length === 3), 'the first customers are filed at once')

    await shop.tvan.setMoods(['down'])
    await shop.sell(4, 'cafe', 2)
    t.ok(await until(async () => (await shop.board())['upstream']?.key === 'fault.DELIVERY_OFFLINE'))
    clock.to('2026-11-19T21:30:00')
    t.ok(await until(async () => (await shop.board())['queue']?.key === 'alert.unsent2h'), 'two hours: a warning')
    clock.to('2026-11-19T22:10:00')
    t.ok(
      await until(async () => {
        const item = (await shop.board())['queue']
        return item?.key === 'alert.unsent22' && item.level === 'serious' && item.values?.['n'] === '4'
      }),
      'ten in the evening: serious',
    )
    t.equal((await closed(shop)).length, 0)

    clock.to('2026-11-20T07:30:00')
    t.ok(
      await until(async () => {
        const item = (await shop.board())['queue']
        return item?.key === 'alert.overdue.fine' && item.level === 'critical' && item.values?.['least'] === '2.000.000'
      }),
      'the morning after: overdue, critical, with the fine for one day (R-033, R-101, R-102)',
    )
    await shop.sell(2, 'cafe', 3)
    t.ok(await until(async () => (await issued(shop)).length === 9), 'selling goes on, under the next numbers')
    const [day] = await closed(shop)
    t.match(day, { day: '2026-11-19', series: [{ count: 7, symbol: 'C26MAA' }] })
    t.equal((day?.unsent ?? 0) + (day?.doubt ?? 0), 4, 'the closing says what had not been filed')
    const [head] = heads(shop)
    t.equal(head?.day, '2026-11-19')
    t.match(head?.note, /^tillgate\/0199999014\/.+\n\d+\n.+\n\n— tillgate\//, 'signed')
    const incidents = await shop.facts('incident.opened')
    t.equal(incidents.length, 1, 'the outage is written down as the evidence of lateness (R-039)')

    await shop.tvan.setMoods(['normal'])
    clock.jump(5 * 60_000)
    t.ok(await until(() => shop.tvan.accepted().length === 9), 'network back: everything is filed')
    t.same(
      shop.tvan.accepted().map(({ number }) => number),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      'in order, each once',
    )
    clock.jump(40_000)
    t.ok(await until(async () => !(await shop.board())['queue'] && !(await shop.board())['upstream']), 'the board is calm')
    clock.jump(40_000)
    t.ok(await until(async () => (await shop.facts('incident.closed')).length === 1))
  },
)

t.test('the year ends between two customers: a new symbol from 1, and 8 % is 10 % again', async (t) => {
  const clock = testClock({ start: '2026-12-31T23:50:00', speed: 5 })
  const shop = await openShop(t, { clock })
  await shop.sell(2)
  t.ok(await until(() => shop.tvan.accepted().length === 2))
  clock.to('2027-01-01T00:00:05')
  await shop.sell(2, 'cafe', 2)
  t.ok(await until(() => shop.tvan.accepted().length === 4, 30_000))
  const invoices = await issued(shop)
  t.same(
    invoices.map(({ symbol, number }) => `${symbol}-${number}`),
    ['C26MAA-1', 'C26MAA-2', 'C27MAA-1', 'C27MAA-2'],
  )
  t.same(
    invoices.map(({ rates }) => rates.filter((rate) => /^(8|10)%$/.test(rate))[0]),
    ['8%', '8%', '10%', '10%'],
  )
  t.match(invoices[2]?.at, /^2027-01-01T00:0/)
  t.match(await closed(shop), [{ day: '2026-12-31', series: [{ symbol: 'C26MAA', count: 2 }], unsent: 0 }])
  const activated = (await shop.facts('symbol.activated')).map(({ body }) => body['symbol'])
  t.same(activated, ['C26MAA', 'C27MAA'])
  const codes = shop.tvan.accepted().map(({ code }) => code ?? '')
  t.equal(new Set(codes).size, 4, 'codes stay apart over the year')
})

t.test(
  'the clock is set back: issuing stops and says so, printing goes on, and all resumes when the time is right',
  async (t) => {
    const clock = testClock({ start: '2026-11-21T12:00:00', speed: 20 })
    const shop = await openShop(t, { clock, printer: true })
    await shop.sell(2)
    t.ok(await until(async () => (await issued(shop)).length === 2))
    const right = clock.now()
    clock.set('2026-11-21T09:00:00')
    const heard = await shop.sell(2, 'cafe', 3)
    const printed = shop.paper?.printed().bytes ?? Buffer.alloc(0)
    for (const { bytes } of heard)
      t.ok(printed.indexOf(bytes.subarray(0, bytes.lastIndexOf(0x1d))) >= 0, 'what the till sends is printed')
    t.ok(
      await until(async () =>
        Object.values(await shop.board()).some(({ level, key }) => level === 'critical' && /CLOCK_BEHIND/.test(key)),
      ),
      'issuing has stopped and the board says why',
    )
    t.equal((await issued(shop)).length, 2, 'no invoice goes back in time (R-047)')
    t.equal((await shop.entries('captured')).length, heard.length, 'what was heard is kept')

    clock.set('2026-11-21T12:30:00')
    t.ok(clock.now() > right)
    t.ok(await until(async () => (await issued(shop)).length === 4), 'the time is right: it goes on by itself')
    t.ok(await until(() => shop.tvan.accepted().length === 4))
    const times = (await issued(shop)).map(({ at }) => at)
    t.same(times, [...times].sort(), 'issue times never go back')
    t.ok(
      await until(async () => !Object.values(await shop.board()).some(({ key }) => /CLOCK_BEHIND/.test(key))),
      'the alarm is over',
    )
  },
)
