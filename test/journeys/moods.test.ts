import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { MOODS } from '../../simulators/authority/index.ts'
import { testClock, until } from './clock.ts'
import { allAgree } from './eyes.ts'
import { openShop, type ShopRun, type Sold, wait } from './shop.ts'

/** What the shop is to see while a mood lasts, and how many of its first six invoices the authority then has. */
interface Expected {
  readonly meanwhile?: (shop: ShopRun) => Promise<boolean>
  readonly during?: 'all' | 'none' | 'some'
}

const part =
  (name: string, key: RegExp) =>
  async (shop: ShopRun): Promise<boolean> =>
    key.test((await shop.board())[name]?.key ?? '')
const state =
  (name: string, least = 1) =>
  async (shop: ShopRun): Promise<boolean> =>
    (await shop.entries(name)).length >= least
const seen =
  (pattern: RegExp, least = 1) =>
  async (shop: ShopRun): Promise<boolean> =>
    shop.log().filter((line) => pattern.test(`${line.kind} ${line.answered}`)).length >= least

const EXPECTED: Readonly<Record<(typeof MOODS)[number], Expected>> = {
  normal: { meanwhile: state('acknowledged', 6), during: 'all' },
  silent: { meanwhile: seen(/lookup nothing/, 8), during: 'all' },
  slow: { meanwhile: state('acknowledged', 1), during: 'all' },
  'lost-answer': { meanwhile: state('acknowledged', 6), during: 'all' },
  twice: { meanwhile: state('acknowledged', 6), during: 'all' },
  late: { meanwhile: state('acknowledged', 6), during: 'all' },
  'half-rejects': { meanwhile: state('rejected', 3), during: 'some' },
  rejects: { meanwhile: state('parked'), during: 'none' },
  suspended: { meanwhile: state('parked'), during: 'none' },
  garbage: { meanwhile: part('upstream', /DELIVERY_ODD/), during: 'all' },
  html: { meanwhile: part('upstream', /DELIVERY_ODD/), during: 'none' },
  401: { meanwhile: part('upstream', /DELIVERY_LOGIN/), during: 'none' },
  429: { meanwhile: part('upstream', /DELIVERY_/), during: 'none' },
  '5xx': { meanwhile: part('upstream', /DELIVERY_/) },
  reset: { meanwhile: part('upstream', /DELIVERY_/) },
  down: { meanwhile: part('upstream', /DELIVERY_OFFLINE/), during: 'none' },
}

const digest = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Issued invoices as the book tells them: in order, each with what its document is made of. */
async function issued(shop: ShopRun): Promise<readonly { number: number; pay: string; entry: string }[]> {
  return (await shop.facts('invoice.issued')).map(({ body }) => ({
    number: Number(body['number']),
    pay: String(body['pay']),
    entry: String(body['entry']),
  }))
}

/** The promises that hold whatever the authority did: one number a sale, the same bytes everywhere, once. */
async function kept(t: Test, shop: ShopRun, sold: readonly Sold[]): Promise<void> {
  const sales = sold.filter(({ sale }) => sale.kind === 'sale')
  const book = await issued(shop)
  t.same(
    book.map(({ pay }) => pay),
    sales.map(({ sale }) => String(sale.total)),
    'each sale has one invoice over what was paid, in the order of the till',
  )
  t.same(
    book.map(({ number }) => number),
    book.map((_, i) => i + 1),
    'numbers without a gap',
  )
  const accepted = shop.tvan.accepted()
  t.equal(new Set(accepted.map(({ number }) => number)).size, accepted.length, 'none is accepted twice')
  for (const { form, symbol, number, sha256 } of accepted) {
    const sealed = await shop.api<string>(`/api/v1/invoices/${form}/${symbol}/${number}.xml`)
    t.equal(digest(sealed.body), sha256, `what the authority holds of ${number} is what was sealed`)
  }
  const bytes = new Map<string, Set<string>>()
  for (const { kind, mtdiep, sha256 } of shop.log())
    if (kind === 'request' && mtdiep && sha256) bytes.set(mtdiep, (bytes.get(mtdiep) ?? new Set()).add(sha256))
  t.ok(
    [...bytes.values()].every((digests) => digests.size === 1),
    'the same bytes on every repeat of a message',
  )
  t.notOk(
    shop.log().some((line) => line.verdict === 'conflict' || line.invoices.some(({ reason }) => /^Trùng/.test(reason ?? ''))),
    'the authority never met an invoice in two messages',
  )
}

const settled = async (shop: ShopRun, count: number): Promise<boolean> => {
  const done = (await Promise.all(['acknowledged', 'rejected', 'parked'].map((name) => shop.entries(name)))).flat()
  return done.length === count
}

for (const mood of MOODS)
  t.test(`the authority is ${mood}, then well again: every sale is accepted exactly once`, async (t) => {
    const { meanwhile, during } = EXPECTED[mood]
    const shop = await openShop(t, { clock: testClock({ start: '2026-11-21T10:00:00', speed: 60 }), moods: [mood] })
    const before = await shop.sell(6)
    t.ok(await until(async () => (await issued(shop)).length === 6), 'selling and issuing wait for nobody (R-038)')
    if (meanwhile) t.ok(await until(() => meanwhile(shop)), 'the shop sees what is going on')
    const halfway = shop.tvan.accepted().length
    if (during === 'all') t.equal(halfway, 6)
    if (during === 'none') t.equal(halfway, 0)
    const refused = await shop.entries('rejected')

    await shop.tvan.setMoods(['normal'])
    const after = await shop.sell(2, 'cafe', 9)
    t.ok(await until(() => settled(shop, 8), 30_000), 'all is decided once it is well again')
    const rejected = await shop.entries('rejected')
    for (const row of await shop.entries('parked')) {
      t.match(row.fault, { code: /^DELIVERY_/, message: /\S/, hint: /\S/ }, 'what was set apart says why and what to do')
      t.equal((await shop.api(`/api/v1/entries/${row.id}/retry`, { reason: 'asked the tax office' })).status, 200)
    }
    t.ok(await until(() => shop.tvan.accepted().length === 8 - rejected.length, 30_000))
    t.ok(await until(async () => (await shop.entries('acknowledged')).length === 8 - rejected.length))
    t.same(rejected, refused, 'a rejected invoice is shown and left alone')
    await kept(t, shop, [...before, ...after])
    const board = await shop.board()
    t.notOk(board['upstream'], 'the line is good again')
    t.equal(board['courier']?.key, 'board.courier.idle')

    if (mood === 'half-rejects') {
      const book = await issued(shop)
      const ours = new Set(rejected.map(({ id }) => book.find(({ entry }) => entry === id)?.number))
      t.equal(ours.size, 3)
      for (const row of rejected) t.match(row.fault, { code: /^(VN|DELIVERY)_/, message: /\S/ })
      for (const number of ours) {
        const times = shop.log().filter(({ invoices }) => invoices.some((one) => one.number === number))
        t.equal(times.length, 1, `number ${number ?? '?'} was not sent again`)
      }
    }
    if (mood === 'rejects' || mood === 'suspended') {
      const sizes = shop.log().flatMap(({ verdict, invoices }) => (verdict === 'rejected' ? [invoices.length] : []))
      t.ok(sizes[0] !== undefined && Math.min(...sizes) === 1, `refused packages shrink: ${sizes.join(' ')}`)
    }
    allAgree(t, shop.dir, [...new Map(shop.messages.map((bytes) => [digest(bytes), bytes])).values()])
  })

t.test('all kinds of weather at once, a restart in the middle of it: nothing is lost, nothing doubled', async (t) => {
  const moods = ['lost-answer:0.2', 'reset:0.3', '5xx:0.3', 'garbage:0.2', 'html:0.2', 'twice:0.3', '429:0.2', 'late:0.2']
  const shop = await openShop(t, { clock: testClock({ start: '2026-11-21T10:00:00', speed: 60 }), moods })
  const sold = [...(await shop.sell(20))]
  await wait(shop.clock, 30_000)
  await shop.stop()
  await shop.start()
  sold.push(...(await shop.sell(20, 'cafe', 2)))
  await wait(shop.clock, 60_000)
  await shop.tvan.setMoods(['normal'])
  const sales = sold.filter(({ sale }) => sale.kind === 'sale').length
  t.ok(await until(() => settled(shop, sales), 30_000))
  t.equal(shop.tvan.accepted().length, sales)
  await kept(t, shop, sold)
})
