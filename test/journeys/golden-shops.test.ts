import t from 'tap'
import { closingReport } from '../../simulators/register/closing.ts'
import { type Bill, inTheYear2000, playedTakings, sums, takings, till, together } from './bills.ts'
import { testClock, until } from './clock.ts'
import { accepted, closeDay, documents, nextMorning, print, report } from './day.ts'
import { openShop, type Sold } from './shop.ts'

t.test(
  'R-084, an ordinary café day: forty sales and all that is printed beside them, closed at 22:41 without a đồng of difference',
  async (t) => {
    const clock = testClock({ start: '2026-11-20T06:50:00', speed: 20 })
    const shop = await openShop(t, { clock })
    const minh = till('escpos-80-utf8', ['QUÁN CÀ PHÊ MINH ANH', '12 Nguyễn Trãi, P. Thanh Xuân, Hà Nội'])
    const played: Sold[] = []
    const sold = (): number => played.filter(({ sale }) => sale.kind === 'sale').length + minh.sold.length
    const coffee = (number: string, qty: number): Bill => ({
      ...{ number, at: clock.now(), table: '4', paid: [['Tiền mặt', 'cash']] },
      goods: [{ name: 'Cà phê sữa đá', qty, price: 29_000, rate: '8' }],
    })
    const customers = async (time: string, count: number, seed: number): Promise<void> => {
      clock.to(`2026-11-20T${time}`)
      played.push(...(await shop.sell(count, 'cafe', seed)))
      t.ok(await accepted(shop, sold()), `${time}: filed at once`)
    }

    await print(shop, minh.drawer(clock.now()))
    await print(shop, minh.training(coffee('TRAIN01', 1)))
    await customers('07:05:00', 9, 11)
    await customers('08:40:00', 8, 12)

    clock.to('2026-11-20T10:10:00')
    const company = { name: 'CÔNG TY TNHH SEN VÀNG', taxCode: '0199999014', address: '1 Lê Lợi, Huế' }
    t.equal((await shop.api('/api/v1/registers/R017/buyer', company)).status, 200)
    const forCompany = coffee('B000101', 3)
    await print(shop, minh.sell(forCompany))
    t.ok(await accepted(shop, sold()), 'sold to a company named before the sale (R-022)')
    await print(shop, minh.again(forCompany))

    await customers('12:15:00', 8, 13)
    const table = { ...coffee('B000102', 2), table: '9' }
    await print(shop, minh.provisional(table))
    clock.jump(20 * 60_000)
    await print(shop, minh.sell({ ...table, at: clock.now() }))

    clock.to('2026-11-20T15:00:00')
    await print(shop, minh.sell(inTheYear2000(coffee('B000103', 1))))
    t.ok(await until(async () => (await shop.entries('held')).length === 1), 'the till lost its clock: a person must look')
    const [held] = await shop.entries('held')
    t.equal(held?.fault?.code, 'SALE_DATE_IMPOSSIBLE')
    const released = await shop.api(`/api/v1/entries/${held?.id}/release`, {
      reason: 'Máy tính tiền sai giờ, bán thật lúc 15:00',
    })
    t.equal(released.status, 200)
    t.ok(await accepted(shop, sold()), 'released, it is an invoice like any other')
    await customers('18:20:00', 7, 14)
    await customers('21:30:00', 5, 15)

    clock.to('2026-11-20T22:41:00')
    const day = together(
      playedTakings(
        played.filter(({ sale }) => sale.kind === 'sale').map(({ sale }) => sale),
        '8',
      ),
      takings(minh.sold),
    )
    t.equal(day.count, 40)
    await print(shop, closingReport('escpos-80-utf8', { shop: 'QUÁN CÀ PHÊ MINH ANH', at: clock.now(), counter: 324 }, day))
    await closeDay(t, shop, '2026-11-20', day)

    const z = await report(shop, 'z?day=2026-11-20')
    t.match(
      z.find(({ key }) => key === 'closings')?.rows,
      [{ counter: '0324', count: 40, till: String(day.total), issued: String(day.total) }],
      'the Z report lays the till beside the invoices (R-097)',
    )
    t.same(
      z.find(({ key }) => key === 'rates')?.rows.map((row) => [row['rate'] ?? 'sum', row['pay']]),
      [
        ['8%', String(day.total)],
        ['Total', String(day.total)],
      ],
    )
    const asides = (await shop.api<{ asides: { why: string; count: number }[] }>('/api/v1/days/2026-11-20/balance')).body.asides
    const printed = (kind: string): number => played.filter(({ sale }) => sale.kind === kind).length
    t.same(
      Object.fromEntries(asides.map(({ why, count }) => [why, count])),
      {
        ...{ closing: 1, 'no-sale': 1, provisional: 1, training: 1, reprint: 1 + printed('reprint') },
        ...(printed('kitchen') > 0 ? { kitchen: printed('kitchen') } : {}),
      },
      'what was no sale took no number, and is counted (R-082)',
    )
    const named = documents(shop).filter(({ buyerTaxCode }) => buyerTaxCode !== undefined)
    t.same(
      named.map(({ pay, buyerTaxCode }) => [pay, buyerTaxCode]),
      [[BigInt(sums(forCompany).total), company.taxCode]],
      'only the company is named, on its own invoice',
    )
    const told = async (): Promise<string[]> =>
      Object.keys(await shop.board()).filter((part) => /^(counter|unpaid|queue|day)/.test(part))
    t.ok(await until(async () => (await told()).length === 0), 'nothing is said to be missing, unpaid or unsent')
    await nextMorning(t, shop, '2026-11-20', '2026-11-21T06:30:00', 40)
    t.notOk((await shop.board())['day'], 'no task of yesterday')
  },
)

t.test(
  'R-084, R-110, R-112: a restaurant with divided bills, service charge, a tip, beer beside food and every way of paying',
  async (t) => {
    const clock = testClock({ start: '2026-11-21T10:30:00', speed: 20 })
    const shop = await openShop(t, { clock })
    const house = till('escpos-80-utf8', ['NHÀ HÀNG MINH ANH', '5 Trần Phú, Nha Trang'])
    const pho = (qty: number, off = 0) => ({ name: 'Phở tái chín', qty, price: 65_000, off, rate: '8' })
    const hotpot = (qty = 1, off = 0) => ({ name: 'Lẩu gà lá é', qty, price: 300_000, off, rate: '8' })
    const beer = (qty: number) => ({ name: 'Bia Sài Gòn', qty, price: 25_000, rate: '10' })
    const serve = async (bill: Omit<Bill, 'at'>): Promise<void> => {
      clock.jump(12 * 60_000)
      await print(shop, house.sell({ ...bill, at: clock.now() }))
    }

    // Table 7 asks what it owes, drinks on, and pays apart.
    const seven = { number: 'HD000071', at: clock.now(), table: '7', service: 5, paid: [['Tiền mặt', 'cash']] as const }
    await print(shop, house.provisional({ ...seven, goods: [hotpot(), pho(4), beer(4)] }))
    await serve({
      ...{ number: 'HD000071A', table: '7 (tách 1/2)', goods: [hotpot(), beer(4)], service: 5 },
      paid: [
        ['Tiền mặt', 'cash', 200_000],
        ['Thẻ VISA', 'card', 120_000],
        ['Chuyển khoản', 'transfer'],
      ],
    })
    await serve({
      number: 'HD000071B',
      table: '7 (tách 2/2)',
      goods: [pho(4), beer(2)],
      service: 5,
      paid: [['Ví MoMo', 'wallet']],
    })
    // A discount on one dish, and one on the whole bill.
    await serve({
      ...{ number: 'HD000072', table: '2', goods: [hotpot(1, 30_000), pho(2, 13_000), beer(4)], discount: 10, service: 5 },
      paid: [['Tiền mặt', 'cash']],
    })
    // The tip that the shop collects is its revenue.
    await serve({
      number: 'HD000073',
      table: '11',
      goods: [hotpot(), beer(4)],
      service: 5,
      tip: 20_000,
      paid: [
        ['Tiền mặt', 'cash', 40_000],
        ['Thẻ', 'card'],
      ],
    })
    await serve({ number: 'HD000074', goods: [beer(6)], paid: [['Chuyển khoản', 'transfer']] })
    // The till of the same house in the cellar prints its tax on top.
    clock.jump(30 * 60_000)
    const cellar = (await shop.sell(6, 'restaurant', 5)).filter(({ sale }) => sale.kind === 'sale')
    t.ok(await accepted(shop, house.sold.length + cellar.length))

    clock.to('2026-11-21T23:05:00')
    const day = together(
      takings(house.sold),
      playedTakings(
        cellar.map(({ sale }) => sale),
        '8',
      ),
    )
    await print(shop, closingReport('escpos-80-utf8', { shop: 'NHÀ HÀNG MINH ANH', at: clock.now(), counter: 88 }, day))
    await closeDay(t, shop, '2026-11-21', day)

    const sheets = documents(shop)
    t.equal(sheets.length, day.count)
    t.same(
      sheets
        .slice(0, house.sold.length)
        .map(({ pay, rates }) => [pay, new Map(rates.map(({ rate, net, tax }) => [rate.replace('%', ''), net + tax]))]),
      house.sold.map((bill) => {
        const { total, rates } = sums(bill)
        return [BigInt(total), new Map([...rates].map(([rate, gross]) => [rate, BigInt(gross)]))]
      }),
      'every document is its bill, rate by rate',
    )
    for (const { number, rates } of sheets)
      for (const { rate, net, tax } of rates) {
        const gap = net * BigInt(rate.replace('%', '')) - tax * 100n
        t.ok(gap >= -60n && gap <= 60n, `${number}: ${tax} is ${rate} of ${net}`)
      }
    const summed = new Map<string, { net: bigint; tax: bigint }>()
    for (const { rate, net, tax } of sheets.flatMap(({ rates }) => rates)) {
      const before = summed.get(rate) ?? { net: 0n, tax: 0n }
      summed.set(rate, { net: before.net + net, tax: before.tax + tax })
    }
    const [vat] = await report(shop, 'vat?day=2026-11-21')
    t.same(
      (vat?.rows ?? []).filter((row) => !row['strong']).map((row) => [row['rate'], row['net'], row['tax']]),
      [...summed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rate, { net, tax }]) => [rate, String(net), String(tax)]),
      'the VAT report is the sum of the documents, read by other eyes',
    )
    t.same(
      sheets.slice(0, 3).map(({ payment }) => payment),
      ['Tiền mặt/Thẻ/Chuyển khoản', 'Ví điện tử', 'Tiền mặt'],
      'the document says how it was paid (R-113)',
    )
    t.notOk(
      Object.keys(await shop.board()).some((part) => /^(counter|unpaid)/.test(part)),
      'table 7 has paid',
    )
    await nextMorning(t, shop, '2026-11-21', '2026-11-22T06:30:00', day.count)
    t.notOk(Object.keys(await shop.board()).some((part) => /^(counter|unpaid|day)/.test(part)))
  },
)

t.test('R-011, R-063, R-065, R-084, R-096: a household stall grows past one billion, and hears of it in time', async (t) => {
  const clock = testClock({ start: '2026-09-29T16:00:00', speed: 20 })
  const place = { code: '00001', name: 'Quán Cô Hằng', address: 'Ngõ 74 Hàng Quạt, Hà Nội' }
  const shop = await openShop(t, {
    clock,
    config: (config) => ({
      ...config,
      shop: {
        ...{ taxCode: '001099000001', name: 'HỘ KINH DOANH CÔ HẰNG', address: 'Ngõ 74 Hàng Quạt, Hà Nội', form: 2 },
        ...{ codeBlock: 'A1B2C', accepted: { notice: 'TEST-103', from: '2026-01-01' }, location: place },
        ...{ industry: 'production', cut: 'priceIncludesCut' },
      },
      rates: {
        default: '8%',
        items: [
          { match: 'bia*', rate: '10%', noCut: true },
          { match: 'thuê bát đĩa*', rate: '8%', industry: 'services' },
        ],
      },
    }),
  })
  const stall = till('escpos-58-tcvn3', ['Bún chả Cô Hằng', 'Ngõ 74 Hàng Quạt, Hà Nội'])
  const feast = (qty: number) => ({ name: 'Cỗ cưới', qty, price: 450_000 })
  const beer = (qty: number) => ({ name: 'Bia hơi', qty, price: 12_000 })
  const dishes = (qty: number) => ({ name: 'Thuê bát đĩa', qty, price: 20_000 })
  const cash = [['Tiền mặt', 'cash']] as const
  /** Each a day: what was sold on it, and what the gauge says afterwards. */
  const days: readonly (readonly [day: string, bills: readonly Pick<Bill, 'goods' | 'paid'>[], gauge: object | undefined])[] = [
    [
      '2026-09-29',
      [
        { goods: [feast(600), dishes(500)], paid: [['Chuyển khoản', 'transfer']] },
        { goods: [feast(300), beer(400)], paid: cash },
      ],
      undefined,
    ],
    [
      '2026-10-15',
      [{ goods: [feast(640)], paid: cash }],
      { level: 'info', key: 'board.revenue.household', values: { share: '70' } },
    ],
    [
      '2026-11-19',
      [{ goods: [feast(460)], paid: cash }],
      { level: 'warning', key: 'board.revenue.household', values: { share: '91' } },
    ],
    [
      '2026-11-20',
      [
        { goods: [feast(200), beer(100)], paid: cash },
        { goods: [{ name: 'Bún chả', qty: 2, price: 45_000 }, beer(2)], paid: cash },
      ],
      {
        ...{ level: 'warning', key: 'board.revenue.household.passed' },
        values: { share: '100', limit: '1.000.000.000', date: '30/01/2027' },
      },
    ],
  ]
  let number = 0
  let counter = 40
  for (const [day, bills, gauge] of days) {
    clock.to(`${day}T18:00:00`)
    const before = stall.sold.length
    for (const bill of bills) {
      clock.jump(20 * 60_000)
      number += 1
      await print(shop, stall.sell({ ...bill, number: String(number).padStart(4, '0'), at: clock.now() }))
    }
    t.ok(await accepted(shop, stall.sold.length), `${day}: accepted`)
    clock.to(`${day}T21:00:00`)
    counter += 1
    const sum = takings(stall.sold.slice(before))
    await print(shop, closingReport('escpos-58-tcvn3', { shop: 'Bún chả Cô Hằng', at: clock.now(), counter }, sum))
    await closeDay(t, shop, day, sum)
    clock.jump(61 * 60_000)
    const told = async () => (await shop.board())['revenue/1000000000'] ?? (await shop.board())['revenue/household']
    if (gauge) t.ok(await until(async () => (await told()) !== undefined), `${day}: the gauge speaks`)
    t.match(await told(), gauge ?? undefined, `${day}: ${JSON.stringify(await told())}`)
  }

  const sheets = documents(shop)
  t.same(
    sheets.map(({ pay, rates }) => [pay, rates.length]),
    stall.sold.map((bill) => [BigInt(sums(bill).total), 0]),
    'the document asks what the stall asked, and shows no tax (R-063)',
  )
  const whole = sheets.reduce((sum, { pay }) => sum + pay, 0n)
  t.ok(whole > 1_000_000_000n, 'the threshold is passed')
  const [first, wedding] = sheets
  // 3 % × 20 % of what is cooked, 5 % × 20 % of what is lent; the gross is raised so that the guest pays what was asked.
  t.match(first?.xml, /đã giảm 1\.730\.789 đồng tương ứng 20% mức tỷ lệ %/i, 'the cut in the words of the law (R-065)')
  t.match(wedding?.xml, '<DGia>12000</DGia><ThTien>4800000</ThTien>', 'beer has no cut, so its price is not raised (R-065)')

  const amounts = (rows: readonly Readonly<Record<string, string | number | true>>[]) =>
    rows.filter((row) => !row['strong']).map((row) => BigInt(String(row['amount'])))
  const period = 'from=2026-09-01&to=2026-11-30'
  const [s1a] = await report(shop, `books?book=s1a&${period}`)
  t.equal(
    amounts(s1a?.rows ?? []).reduce((a, b) => a + b, 0n),
    whole,
    'S1a adds up to the documents',
  )
  t.equal(s1a?.rows.length, days.length + 1, 'a row for each day, and the sum')
  const [s2a] = await report(shop, `books?book=s2a&${period}&by=invoice`)
  t.equal(
    amounts((s2a?.rows ?? []).filter((row) => row['document'] !== undefined)).reduce((a, b) => a + b, 0n),
    whole,
    'S2a, too',
  )
  // What was lent is a service, beer bears its whole percentage, and the rest has the cut.
  const lent = 10_000_000n
  const drunk = 12_000n * (400n + 100n + 2n)
  const cooked = whole - lent - drunk
  const share = (base: bigint, perMille: bigint): bigint => (base * perMille + 500n) / 1_000n
  t.same(
    (s2a?.rows ?? [])
      .filter((row) => row['document'] === undefined && row['amount'])
      .map((row) => [row['description'], row['amount']]),
    [
      ['Total of production, transport, food', cooked + drunk],
      ['VAT (2,4 %)', share(cooked, 24n)],
      ['VAT (3 %)', share(drunk, 30n)],
      ['PIT (1,5 %)', share(cooked + drunk, 15n)],
      ['Total of services, construction without materials', lent],
      ['VAT (4 %)', share(lent, 40n)],
      ['PIT (2 %)', share(lent, 20n)],
      ['Total', whole],
      ['Total VAT', share(cooked, 24n) + share(drunk, 30n) + share(lent, 40n)],
      ['Total PIT', share(cooked + drunk, 15n) + share(lent, 20n)],
    ].map(([text, amount]) => [text, String(amount)]),
    'by industry group, with its percentages',
  )
  await nextMorning(t, shop, '2026-11-20', '2026-11-21T06:30:00', 2)
})
