import t, { type Test } from 'tap'
import { type PreviewOptions, rulesPreview } from '../../src/commands/rules-preview.ts'
import { divide } from '../../src/domain/decimal.ts'
import { testClock, until } from '../journeys/clock.ts'
import { ownerOf } from '../journeys/owner.ts'
import { openShop, type ShopRun } from '../journeys/shop.ts'

interface Json {
  readonly items: readonly { now: Side; later: Side; price: string; sameNet: string }[]
  readonly sales: number
  readonly unclear: number
  readonly now: Sum
  readonly later: Sum
  readonly laterSameNet: Sum
  readonly cut?: { now: string; later: string }
  readonly summary: readonly { readonly key: string }[]
}
type Side = { readonly rate: string; readonly net: string; readonly tax: string }
type Sum = { readonly pay: string; readonly tax: string }

const DAY = '2026-11-21'
const clock = () => testClock({ start: `${DAY}T09:00:00`, speed: 5 })

/** What the command says of the sales of that day, and what it says to people. */
async function previewed(t: Test, shop: ShopRun, on: string, more: Partial<PreviewOptions> = {}) {
  const options = { config: shop.file, on, from: DAY, to: DAY, lang: 'vi', ...more } as const
  /** What was written to it; the test's own words go there too, so it is given back at once. */
  const hearing = async (stream: NodeJS.WriteStream, asked: PreviewOptions) => {
    const heard = t.capture(stream, 'write', () => true)
    const code = await rulesPreview(asked)
    heard.restore()
    const said = heard().map(({ args }) => String(args[0]))
    return { code, said: said.join('') }
  }
  const { code, said } = await hearing(process.stderr, options)
  if (code !== 0) return { code, said, seen: {} as Json }
  const { code: again, said: json } = await hearing(process.stdout, { ...options, json: true })
  t.equal(again, code)
  return { code, said, seen: JSON.parse(json) as Json }
}

/** Groups of the invoices as the book has them: rate, net, tax. */
const groupsOf = async (shop: ShopRun) =>
  (await shop.facts('invoice.issued')).flatMap(({ body }) =>
    (body['rates'] as [string, string, string][]).map(([rate, net, tax]) => ({ rate, net: BigInt(net), tax: BigInt(tax) })),
  )

t.test(
  'R-003, R-060: what the end of the 8 % would make of the sales in the book, at the same prices and the same net',
  async (t) => {
    const shop = await openShop(t, { clock: clock() })
    await shop.sell(6)
    t.ok(await until(async () => (await shop.facts('invoice.issued')).length === 6))
    await shop.stop()
    const before = await shop.facts()
    const { code, said, seen } = await previewed(t, shop, '2027-01-01')
    t.equal(code, 0)
    t.ok(seen.items.length > 0)
    for (const { now, later, price, sameNet } of seen.items) {
      t.same([now.rate, later.rate], ['8%', '10%'])
      t.equal(BigInt(later.net) + BigInt(later.tax), BigInt(price))
      t.equal(BigInt(sameNet), BigInt(now.net) + divide(BigInt(now.net), 10n))
    }
    let [pay, tax, later, same] = [0n, 0n, 0n, 0n]
    for (const group of await groupsOf(shop)) {
      const gross = group.net + group.tax
      const reduced = group.rate === '8%'
      pay += gross
      tax += group.tax
      later += reduced ? gross - divide(gross * 10n, 11n) : group.tax
      same += reduced ? divide(group.net, 10n) : group.tax
    }
    t.match(seen, { sales: 6, unclear: 0 })
    t.same(seen.now, { pay: String(pay), tax: String(tax) })
    t.same(seen.later, { pay: String(pay), tax: String(later) })
    t.same(seen.laterSameNet, { pay: String(pay - tax + same), tax: String(same) })
    t.match(said, /6 hóa đơn từ 21\/11\/2026 đến 21\/11\/2026, tính theo quy định ngày 01\/01\/2027/)
    t.match(said, /8% → 10%/)
    const still = await previewed(t, shop, '2026-12-31')
    t.same([still.seen.items, still.seen.later], [[], seen.now], 'the last day of the window changes nothing')
    t.equal((await shop.facts()).length, before.length, 'nothing was written')
    t.same((await previewed(t, shop, 'soon')).code, 1)
  },
)

t.test('R-065: a household sees what its buyers pay with and without the cut, by either way of taking it', async (t) => {
  for (const cut of ['deduct', 'priceIncludesCut'] as const) {
    const shop = await openShop(t, {
      clock: clock(),
      config: (config) => ({ ...config, shop: { ...config.shop, form: 2, industry: 'goods', cut } }),
    })
    const me = ownerOf(shop, { form: 2 })
    await me.sell('HD000001', [['Gạo nếp', 4, 25_000]])
    await me.sell('HD000002', [['Đường cát', 3, 30_000]])
    t.ok(await me.filed(2))
    const { code, said, seen } = await previewed(t, shop, '2027-01-01')
    t.equal(code, 0)
    // 1 % of revenue for goods, 20 % of it taken off: 0.2 % of 100,000 and of 90,000.
    if (cut === 'deduct') {
      t.match(seen, { now: { pay: '189620' }, later: { pay: '190000' }, cut: { now: '380', later: '0' } })
      t.equal(seen.laterSameNet.pay, '190000')
      t.match(said, /khách trả 189\.620 đ, được giảm 380 đ[\s\S]*khách trả 190\.000 đ, được giảm 0 đ/)
      t.match(said, /như cũ: khách trả 190\.000 đ/)
      t.same(
        seen.summary.map(({ key }) => key.split('.').at(-1)),
        ['head', 'now', 'later', 'same'],
        'the screen is told the same lines',
      )
    } else {
      t.match(seen, { now: { pay: '190000' }, later: { pay: '190000' }, cut: { later: '0' } })
      // The amount whose own 0.2 % leaves the price on the shelf.
      t.equal(seen.cut?.now, String(200n + 180n))
      t.equal(seen.laterSameNet.pay, '190380')
    }
    t.match(seen, { items: [], sales: 2, unclear: 0, now: { tax: '0' }, later: { tax: '0' } })
    const still = await previewed(t, shop, '2026-12-31')
    t.same(still.seen.later, seen.now, 'on the last day of the cut nothing changes')
    await shop.stop()
  }
})
