import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import { amountInWords } from '../../src/countries/vn/words.ts'
import { type Decimal, decimal, divide, multiply, parseDecimal, rescale } from '../../src/domain/decimal.ts'
import { showDong, sumDong } from '../../src/domain/dong.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import type { Left, Sale, SaleLine } from '../../src/domain/sale.ts'
import type { Shop } from '../../src/domain/shop.ts'
import { type Instant, readTime } from '../../src/domain/time.ts'
import { judge } from '../../src/verify/index.ts'
import { fc, runs } from '../property.ts'
import { day, exclusiveTax, household, line, must, noon, register, sale, shop } from './support.ts'

const schemas = join(import.meta.dirname, '../../src/countries/vn/schemas')
const eye = judge(schemas)
const schema = XmlDocument.fromBuffer(readFileSync(join(schemas, 'einvoice.xsd')))
const validator = XsdValidator.fromDoc(schema)
t.teardown(() => {
  validator.dispose()
  schema.dispose()
})

/** Sealed, valid by the schema, and adding up by the small reader below. */
async function issued(receipt: Sale, of: Shop = shop, at: Instant = noon): Promise<Sealed & { paper: Paper }> {
  const sealed = must(await must(vietnam.draft(receipt, of, register, at)).seal(7))
  const document = XmlDocument.fromBuffer(sealed.bytes)
  try {
    validator.validate(document)
  } finally {
    document.dispose()
  }
  const paper = readPaper(Buffer.from(sealed.bytes).toString())
  const wrong = misfits(paper)
  if (wrong.length > 0) throw new Error(`${wrong.join('; ')}\n${Buffer.from(sealed.bytes).toString()}`)
  return { ...sealed, paper }
}
const refusal = (receipt: Sale, of = shop, at = noon): unknown => {
  const result = vietnam.draft(receipt, of, register, at)
  return result.ok ? undefined : result.fault.code
}

interface PaperLine {
  readonly nature: string
  readonly amount: bigint
  readonly rate: string
  readonly quantity: Decimal
  readonly price: Decimal
  readonly discount: bigint
}
interface Paper {
  readonly lines: readonly PaperLine[]
  readonly rates: ReadonlyMap<string, { readonly net: bigint; readonly tax: bigint }>
  readonly form: string
  readonly net: bigint
  readonly tax: bigint
  readonly fees: bigint
  readonly cut: bigint
  readonly pay: bigint
  readonly words: string
}

/** An eye of its own: the figures of a document by their names alone, nothing shared with the room that wrote it. */
function readPaper(xml: string): Paper {
  const parts = (text: string, name: string): string[] =>
    [...text.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map((m) => m[1] ?? '')
  const one = (text: string, name: string): string => parts(text, name)[0] ?? ''
  const figure = (text: string, name: string): Decimal => parseDecimal(one(text, name) || '0', 12) ?? decimal(0n)
  const money = (text: string, name: string): bigint => rescale(figure(text, name), 0).units
  const totals = xml.slice(xml.lastIndexOf('<TToan>'))
  return {
    lines: parts(xml, 'HHDVu').map((text) => ({
      nature: one(text, 'TChat'),
      amount: money(text, 'ThTien'),
      rate: one(text, 'TSuat'),
      quantity: figure(text, 'SLuong'),
      price: figure(text, 'DGia'),
      discount: money(text, 'STCKhau'),
    })),
    rates: new Map(
      parts(totals, 'LTSuat').map((text) => [one(text, 'TSuat'), { net: money(text, 'ThTien'), tax: money(text, 'TThue') }]),
    ),
    form: one(xml, 'KHMSHDon'),
    net: money(totals, 'TgTCThue'),
    tax: money(totals, 'TgTThue'),
    fees: sumDong(parts(totals, 'TPhi').map(BigInt)),
    cut: money(totals, 'TGTKhac'),
    pay: money(totals, 'TgTTTBSo'),
    words: one(totals, 'TgTTTBChu'),
  }
}

const size = (n: bigint): bigint => (n < 0n ? -n : n)
const counted = ({ nature, amount }: PaperLine): bigint => (nature === '1' ? amount : nature === '3' ? -amount : 0n)

/** Lines to rates, rates to totals, totals to the amount to pay; what does not follow is named. */
function misfits({ lines, rates, form, net, tax, fees, cut, pay, words }: Paper): string[] {
  const wrong: string[] = []
  const check = (what: string, says: bigint, is: bigint, slack = 0n): void => {
    if (size(says - is) > slack) wrong.push(`${what}: ${says} is ${is}`)
  }
  for (const one of lines.filter(({ nature }) => nature === '1')) {
    const product = multiply(one.quantity, one.price, 0).units - one.discount
    check('line', one.amount, product, 1n + size(one.quantity.units) / 10n ** BigInt(one.quantity.scale) / 1_000_000n)
  }
  const goods = sumDong(lines.map(counted))
  for (const [rate, said] of rates) {
    check(rate, said.net, sumDong(lines.filter((one) => one.rate === rate).map(counted)))
    const percent = parseDecimal(/^(?:KHAC:)?([\d.]+)%$/.exec(rate)?.[1] ?? '0', 2) ?? decimal(0n)
    check(`tax ${rate}`, said.tax, divide(said.net * rescale(percent, 2).units, 10_000n), 1n)
  }
  if (form === '1') {
    check('net', net, sumDong([...rates.values()].map((row) => row.net)))
    check('goods', goods, net)
    check('tax', tax, sumDong([...rates.values()].map((row) => row.tax)))
    check('pay', pay, net + tax + fees)
  } else {
    check('pay', pay, goods + fees - cut)
    if (cut !== 0n) check('net', net, goods)
  }
  if (words !== amountInWords(pay)) wrong.push(words)
  return wrong
}

const taken = (total: bigint, more: Partial<Sale> = {}): Sale => sale([line('Hàng', 1n, total)], total, more)
const deducting = (industry: string): Shop => ({ ...household, rates: { items: [] }, cut: 'deduct', industry })
const inPrices = (industry: string): Shop => ({ ...deducting(industry), cut: 'priceIncludesCut' })

void t.test('R-065: the five worked cuts, with what is left to pay', async (t) => {
  const rows: [bigint, string, bigint, bigint][] = [
    [7_060_000n, 'other', 28_240n, 7_031_760n],
    [450_000n, 'production', 2_700n, 447_300n],
    [1_560_000n, 'production', 9_360n, 1_550_640n],
    [250_000n, 'goods', 500n, 249_500n],
    [120_000n, 'services', 1_200n, 118_800n],
  ]
  for (const [gross, industry, cut, pay] of rows) {
    const sealed = await issued(taken(gross), deducting(industry))
    t.same([sealed.pay, sealed.paper.cut, sealed.paper.net], [pay, cut, gross], `${gross} ${industry}`)
    const view = vietnam.view(sealed.bytes)
    const note = `Đã giảm ${showDong(cut)} đồng tương ứng 20% mức tỷ lệ % để tính thuế giá trị gia tăng theo Nghị quyết số 204/2025/QH15`
    t.match(view.lines.at(-1), { nature: 4, name: note })
    t.same([view.cut, view.net, view.pay, view.lines[0]?.amount], [cut, gross, pay, gross], 'the column before, the sum after')
    const stamp = sealed.stamp.lines.join(' ')
    t.match(stamp, note)
    t.match(stamp, `Còn phải thanh toán: ${showDong(pay)}`, 'paper and invoice agree on the money')
    t.match(stamp, amountInWords(pay))
    t.same(
      (await eye.judge(sealed.bytes)).findings.filter(({ severity }) => severity !== 'info'),
      [],
      'another eye finds nothing',
    )
    t.same(sealed.tender, [{ method: 'cash', amount: pay }], 'what the cut takes off was given back')
    const shelf = await issued(taken(pay), inPrices(industry))
    t.same([shelf.pay, shelf.paper.cut, shelf.paper.net], [pay, cut, gross], 'the same the other way: prices after the cut')
    t.same(shelf.tender, [{ method: 'cash', amount: pay }])
    t.notMatch(shelf.stamp.lines.join(' '), 'Còn phải thanh toán')
  }
})

void t.test('R-065: off by default; ends with its window by itself; a later correction bears what the sale bore', async (t) => {
  t.equal((await issued(taken(450_000n), { ...household, industry: 'production' })).paper.cut, 0n)
  const eve = readTime('2026-12-31T23:59:59+07:00')
  const after = readTime('2027-01-01T00:00:00+07:00')
  t.equal((await issued(taken(450_000n), deducting('production'), eve)).pay, 447_300n)
  const next = await issued(taken(450_000n), deducting('production'), after)
  t.same([next.pay, next.paper.lines.length], [450_000n, 1])
  const invoice = { seller: household.taxCode, form: 2, symbol: 'C26MAA', number: 7 }
  const corrects = { how: 'replace', invoice, issuedOn: day('2026-12-31'), cause: 14 } as const
  t.equal((await issued(taken(450_000n, { corrects }), deducting('production'), after)).pay, 447_300n, 'R-072: replaced')
  const again = { ...corrects, issuedOn: day('2027-01-01') }
  t.equal(
    (await issued(taken(450_000n, { corrects: again, ratesOn: day('2026-12-31') }), deducting('production'), after)).pay,
    447_300n,
    'the replacement of a replacement is still of the first day',
  )
})

void t.test('R-026, R-060, R-065: beer, 5 % and untaxed goods bear no cut; each line says its industry group', async (t) => {
  const mixed: Shop = {
    ...deducting('production'),
    rates: {
      items: [
        { match: 'bia*', rate: '8%', noCut: true, industry: 'goods' },
        { match: 'rượu*', rate: '10%', industry: 'goods' },
        { match: 'gạo*', rate: '5%', industry: 'goods' },
        { match: 'rau*', rate: 'KCT', industry: 'goods' },
        { match: 'cắt tóc', rate: '8%', industry: 'services' },
      ],
    },
  }
  const lines = [
    line('Phở bò', 2n, 60_000n),
    line('Bia Hà Nội', 2n, 20_000n),
    line('Rượu nếp', 1n, 100_000n),
    line('Gạo ST25', 1n, 180_000n),
    line('Rau nhà trồng', 1n, 20_000n),
    line('Cắt tóc', 1n, 50_000n),
  ]
  const sealed = await issued(sale(lines, 510_000n, { payments: [] }), mixed)
  t.equal(sealed.paper.cut, 720n + 500n, '120.000 × 3 % × 20 % and 50.000 × 5 % × 20 %')
  t.same(
    vietnam.view(sealed.bytes).lines.map(({ industry }) => industry),
    ['production', 'goods', 'goods', 'goods', 'goods', 'services', undefined],
  )
  t.equal(
    (
      Buffer.from(sealed.bytes)
        .toString()
        .match(/<DLieu>KCT<\/DLieu>/g) ?? []
    ).length,
    1,
    'untaxed goods are marked as such',
  )
  const { industry: _, ...nameless } = mixed
  t.equal(refusal(sale(lines, 510_000n), nameless), 'VN_INDUSTRY_UNKNOWN', 'a cut of nobody knows what')
})

void t.test('R-060: every code of the law in one basket, through to the document', async (t) => {
  const codes = ['0%', '5%', '8%', '10%', 'KCT', 'KKKNT', 'KHAC:7%']
  const lines = codes.map((rate, i) => line(`Hàng ${i}`, 1n, 100_000n, { rate }))
  const { paper, pay } = await issued(sale(lines, 700_000n))
  t.equal(pay, 700_000n)
  t.same(
    codes.map((code) => paper.rates.get(code)?.tax),
    [0n, 4_762n, 7_407n, 9_091n, 0n, 0n, 6_542n],
  )
})

void t.test('R-067, R-068, R-069, R-110, R-112: the worked examples, through to the document', async (t) => {
  for (const [gross, rate, net, tax] of [
    [55_000n, '10', 50_000n, 5_000n],
    [99_000n, '8', 91_667n, 7_333n],
    [15_000n, '5', 14_286n, 714n],
    [20_000n, 'KCT', 20_000n, 0n],
    [10n, '8', 9n, 1n],
  ] as const) {
    const { paper } = await issued(sale([line('Món', 1n, gross, { rate })], gross))
    t.same([paper.net, paper.tax, paper.pay], [net, tax, gross], `R-067 ${gross}`)
  }
  const three = await issued(sale(Array(3).fill(line('Phở', 1n, 35_000n)), 105_000n))
  t.same([three.paper.net, three.paper.tax], [97_222n, 7_778n], 'R-068')
  const hotel = await issued(
    sale([line('Thực đơn', 1n, 417_000n)], 472_878n, { prices: 'exclusive', charges: [{ name: 'service', amount: 20_850n }] }),
  )
  t.same([hotel.paper.net, hotel.paper.tax], [437_850n, 35_028n], 'R-069')
  const service = await issued(sale([line('Tiệc', 1n, 450_000n)], 472_500n, { charges: [{ name: 'service', amount: 22_500n }] }))
  t.same([service.paper.net, service.paper.tax], [437_500n, 35_000n], 'R-112')
  const basket = [
    line('Bia', 2n, 55_000n),
    line('Phở', 3n, 60_000n),
    line('Nước', 1n, 15_000n),
    line('Cơm', 1n, 95_000n),
    line('Rau', 1n, 20_000n),
  ]
  const { paper } = await issued(sale(basket, 380_000n, { discount: 40_000n }))
  t.same(
    paper.lines.map((one) => one.amount),
    [90_476n, 150_793n, 12_567n, 81_859n, 18_095n],
    'R-110',
  )
  t.same([paper.net, paper.tax, paper.pay], [353_790n, 26_210n, 380_000n])
})

void t.test(
  'R-024: goods bear a unit: of the paper, of the item, or the usual one; charges, gifts and later discounts none',
  async (t) => {
    const items = [{ match: 'bia*', rate: '10%', unit: 'lon' }, ...shop.rates.items]
    const cafe: Shop = { ...shop, rates: { default: '8%', unit: 'phần', items } }
    const lines = [
      line('Bia Hà Nội', 2n, 25_000n),
      line('Gạo', decimal(15n, 1), 20_000n, { unit: 'kg' }),
      line('Phở', 1n, 60_000n),
    ]
    const charges = [{ name: 'service', amount: 14_000n }] as const
    const bill = sale([...lines, line('Khăn lạnh', 1n, 0n)], 154_000n, { charges })
    const sealed = await issued(bill, cafe)
    t.same(
      vietnam.view(sealed.bytes).lines.map(({ name, unit }) => [name, unit]),
      [
        ['Bia Hà Nội', 'lon'],
        ['Gạo', 'kg'],
        ['Phở', 'phần'],
        ['Khăn lạnh', undefined],
        ['Phí phục vụ', undefined],
        ['Phí phục vụ', undefined],
      ],
    )
    const plain = await issued(bill)
    t.ok(
      vietnam.view(plain.bytes).lines.every(({ name, unit }) => (unit === undefined) === (name !== 'Gạo')),
      'nothing is invented',
    )
    const later = line('Chiết khấu tháng 11', -1n, 5_000n)
    const adjusting = { how: 'adjust', invoice: sealed.identity, issuedOn: day('2026-11-21') } as const
    const given = await issued(sale([later], -5_000n, { corrects: { ...adjusting, cause: 4 } }), cafe)
    t.same(
      vietnam.view(given.bytes).lines.map(({ unit }) => unit),
      [undefined],
    )
    const back = await issued(sale([line('Phở', -1n, 60_000n)], -60_000n, { corrects: { ...adjusting, cause: 5 } }), cafe)
    t.match(vietnam.view(back.bytes).lines, [{ unit: 'phần' }])
    t.match(refusal(bill, { ...cafe, rates: { ...cafe.rates, unit: 'x'.repeat(51) } }), 'VN_FIELD')
  },
)

void t.test('R-111: gifts, combos and toppings; R-117: a ticket of nothing', async (t) => {
  const combo = sale(
    [
      line('Combo gà', 1n, 89_000n),
      line('Gà rán', 2n, 0n),
      line('Trà sữa', 1n, 35_000n),
      line('+ Trân châu', 2n, 5_000n),
      line('Khăn lạnh', 1n, 0n),
    ],
    134_000n,
  )
  for (const of of [shop, household]) {
    const { paper, pay } = await issued(combo, of)
    t.equal(pay, 134_000n)
    t.same(
      paper.lines.map((one) => one.nature),
      ['1', '2', '1', '1', '2'],
    )
  }
  const nothing = sale([line('Suất ăn nhân viên', 1n, 40_000n)], 0n, { discount: 40_000n, payments: [] })
  t.equal((await issued(nothing)).pay, 0n)
  t.equal((await issued(nothing, household)).pay, 0n)
  t.equal((await issued(nothing, deducting('production'))).paper.cut, 0n)
})

void t.test('R-112: a tip the shop collects is revenue like the service; fees of the state bear no tax', async (t) => {
  const bill = sale([line('Món', 1n, 300_000n), line('Bia', 1n, 100_000n)], 445_000n, {
    charges: [
      { name: 'service', amount: 20_000n },
      { name: 'tip', amount: 20_000n },
    ],
    fees: [{ name: 'Phí bảo vệ môi trường', amount: 5_000n }],
  })
  const sealed = await issued(bill)
  t.equal(sealed.paper.fees, 5_000n)
  t.equal(sealed.pay, 445_000n)
  const view = vietnam.view(sealed.bytes)
  t.same(
    view.lines.slice(2).map((one) => [one.name, one.rate]),
    [
      ['Phí phục vụ', '8%'],
      ['Phí phục vụ', '10%'],
      ['Tiền tip', '8%'],
      ['Tiền tip', '10%'],
    ],
  )
  t.same(view.fees, [{ name: 'Phí bảo vệ môi trường', amount: 5_000n }])
  t.equal((await issued({ ...bill, total: 445_000n }, household)).pay, 445_000n)
})

void t.test('R-113: a business that pays a large purchase in cash is told of before it leaves', async (t) => {
  const hints = (total: bigint, payments: Sale['payments'], buyer: Sale['buyer']) =>
    must(vietnam.draft(taken(total, { payments, ...(buyer ? { buyer } : {}) }), shop, register, noon)).hints
  const company = { name: 'CÔNG TY MẪU', taxCode: '0101243150', address: 'Hà Nội' }
  const cash = (amount: bigint): Sale['payments'] => [{ method: 'cash', amount }]
  t.same(hints(5_000_000n, cash(5_000_000n), company), [
    { key: 'hint.cash-purchase', values: { pay: '5.000.000', from: '5.000.000' } },
  ])
  t.same(
    [
      hints(4_999_999n, cash(4_999_999n), company),
      hints(9_000_000n, [{ method: 'transfer', amount: 9_000_000n }], company),
      hints(9_000_000n, cash(9_000_000n), { name: 'Trần Văn Mẫu' }),
      hints(9_000_000n, cash(9_000_000n), undefined),
    ],
    [undefined, undefined, undefined, undefined],
  )
})

void t.test('R-114: tenders add up to what is to pay and the cash rounding', async (t) => {
  const payments = [
    { method: 'card', amount: 30_000n },
    { method: 'cash', amount: 17_000n },
  ] as const
  const rounded = await issued(sale([line('Thịt', decimal(535n, 3), 89_000n)], 47_615n, { rounding: -615n, payments }))
  t.same(rounded.tender, payments)
  t.equal(sumDong((rounded.tender ?? []).map((one) => one.amount)), rounded.pay - 615n)
  const cut = await issued(
    taken(450_000n, {
      payments: [
        { method: 'transfer', amount: 449_000n },
        { method: 'cash', amount: 1_000n },
      ],
    }),
    deducting('production'),
  )
  t.same(cut.tender, [
    { method: 'transfer', amount: 446_300n },
    { method: 'cash', amount: 1_000n },
  ])
  t.equal((await issued(taken(1_000n, { payments: [] }))).tender, undefined)
})

const of1 = { seller: shop.taxCode, form: 1, symbol: 'C26MAA', number: 7 }
const adjusting = (of: Shop): Sale['corrects'] & object => ({
  how: 'adjust',
  invoice: { ...of1, seller: of.taxCode, form: of.form },
  issuedOn: day('2026-11-21'),
  cause: 5,
})
const minus = (of: SaleLine): SaleLine => ({
  ...of,
  quantity: { ...of.quantity, units: -of.quantity.units },
  discount: -of.discount,
  amount: -of.amount,
})

void t.test('R-074: an exchange of goods, line by line with both signs', async (t) => {
  const lines = [minus(line('Áo cỡ M', 1n, 250_000n)), line('Áo cỡ L', 1n, 270_000n), minus(line('Bia', 1n, 30_000n))]
  const sealed = await issued(sale(lines, -10_000n, { corrects: adjusting(shop), payments: [] }))
  t.equal(sealed.pay, -10_000n)
  t.same(sealed.paper.rates.get('10%'), { net: -27_273n, tax: -2_727n })
  const even = [minus(line('Áo cỡ M', 1n, 250_000n)), line('Áo cỡ L', 1n, 250_000n)]
  t.equal((await issued(sale(even, 0n, { corrects: adjusting(shop), payments: [] }))).pay, 0n)
  t.equal(
    (await issued(sale(lines, -10_000n, { corrects: adjusting(household), payments: [] }), deducting('goods'))).paper.cut,
    -20n,
  )
  t.equal(refusal(sale(lines, -10_000n)), 'SALE_REFUND', 'R-116: no ticket of the till may do that')
})

interface Row {
  readonly units: bigint
  readonly scale: number
  readonly price: bigint
  readonly code: string
  readonly off: number
}
const row: fc.Arbitrary<Row> = fc.record({
  units: fc.bigInt(1n, 9_999n),
  scale: fc.integer({ min: 0, max: 3 }),
  price: fc.oneof({ arbitrary: fc.bigInt(1n, 900n).map((n) => n * 500n), weight: 4 }, fc.constant(0n), fc.bigInt(1n, 9_000_000n)),
  code: fc.constantFrom('0%', '5%', '8%', '10%', 'KCT', 'KKKNT', 'KHAC:7.25%'),
  off: fc.constantFrom(0, 0, 0, 10, 33, 100),
})
const basket = fc.record({
  rows: fc.array(row, { minLength: 1, maxLength: 9 }),
  off: fc.constantFrom(0, 0, 5, 17, 100),
  service: fc.constantFrom(0, 0, 5, 10),
  delivery: fc.constantFrom(0n, 0n, 15_000n),
  fee: fc.constantFrom(0n, 0n, 3_000n),
  prices: fc.constantFrom('inclusive' as const, 'exclusive' as const),
})
type Basket = typeof basket extends fc.Arbitrary<infer T> ? T : never

/** What a till would have asked for. */
function sold({ rows, off, service, delivery, fee, prices }: Basket, form: 1 | 2): Sale {
  const lines = rows.map(({ units, scale, price, code, off: percent }, i): SaleLine => {
    const gross = multiply(decimal(units, scale), decimal(price), 0).units
    const discount = (gross * BigInt(percent)) / 100n
    const rate = form === 1 ? { rate: code } : {}
    return { name: `món ${i}`, quantity: decimal(units, scale), unitPrice: price, discount, amount: gross - discount, ...rate }
  })
  const sum = sumDong(lines.map((one) => one.amount))
  const discount = (sum * BigInt(off)) / 100n
  const charges = [
    { name: 'service' as const, amount: (sum * BigInt(service)) / 100n },
    { name: 'delivery' as const, amount: delivery },
  ].filter(({ amount }) => amount > 0n && sum > discount)
  const fees = fee > 0n ? [{ name: 'Phí môi trường', amount: fee }] : []
  const before = sum - discount + sumDong(charges.map((one) => one.amount)) + fee
  // Two charges are spread each for itself: their tax on top is only counted here for one.
  const tax =
    form === 1 && prices === 'exclusive'
      ? exclusiveTax(
          lines.map((one) => one.amount),
          rows.map((one) => one.code),
          discount,
          charges[0]?.amount ?? 0n,
        )
      : 0n
  const total = before + tax
  return sale(lines, total, { discount, charges, ...(fee > 0n ? { fees } : {}), ...(form === 1 ? { prices } : {}) })
}
const oneCharge = (of: Basket): Basket => (of.prices === 'exclusive' && of.service > 0 ? { ...of, delivery: 0n } : of)

const bare: Shop = { ...shop, rates: { items: [] } }
const stall: Shop = {
  ...deducting('goods'),
  rates: {
    items: [
      { match: 'món 1', rate: '8%', industry: 'services' },
      { match: 'món 3', rate: '8%', industry: 'production' },
      { match: 'món 5', rate: '10%' },
    ],
  },
}
const SHOPS: readonly Shop[] = [bare, { ...stall, cut: 'off' }, stall, { ...stall, cut: 'priceIncludesCut' }]
const anyShop = fc.constantFrom(...SHOPS)

void t.test(
  'any basket, either form, any mode of the cut: lines = rates = total = money taken, in the document itself',
  async () => {
    await fc.assert(
      fc.asyncProperty(basket, anyShop, async (made, of) => {
        const receipt = sold(oneCharge(made), of.form)
        const { pay, paper, tender = [] } = await issued(receipt, of)
        const asked = of.cut === 'deduct' ? receipt.total - paper.cut : receipt.total
        return pay === asked && paper.pay === pay && sumDong(tender.map((one) => one.amount)) === pay
      }),
      { numRuns: runs(100) },
    )
  },
)

const figuresOf = ({ paper }: { paper: Paper }): unknown => [
  paper.lines.map((one) => [one.nature, one.amount, one.quantity.units, one.discount]),
  [...paper.rates],
  [paper.net, paper.tax, paper.fees, paper.cut, paper.pay],
]
const opposite = (of: unknown): unknown =>
  typeof of === 'bigint'
    ? -of
    : Array.isArray(of)
      ? of.map(opposite)
      : typeof of === 'object' && of !== null
        ? Object.fromEntries(Object.entries(of).map(([key, value]) => [key, opposite(value)]))
        : of

void t.test('R-074, R-075: the exact negative of any invoice and the invoice come to nothing, figure by figure', async (t) => {
  await fc.assert(
    fc.asyncProperty(basket, anyShop, async (made, of) => {
      const receipt = sold(oneCharge(made), of.form)
      const first = await issued(receipt, of)
      const back: Sale = {
        ...receipt,
        lines: receipt.lines.map(minus),
        discount: -receipt.discount,
        charges: receipt.charges.map((one) => ({ ...one, amount: -one.amount })),
        ...(receipt.fees ? { fees: receipt.fees.map((one) => ({ ...one, amount: -one.amount })) } : {}),
        total: -receipt.total,
        payments: [],
        corrects: adjusting(of),
      }
      t.same(figuresOf(await issued(back, of)), opposite(figuresOf(first)))
    }),
    { numRuns: runs(40) },
  )
})

/** Found by `npm run fuzz`: what was paid for comes back first, then the gifts; beer without the cut comes back last. */
const only = (prices: readonly bigint[], units: bigint) => ({
  rows: prices.map((price, i) => ({ units: i === 0 ? units : 1n, scale: 0, price, code: i === 1 ? 'KCT' : '0%', off: 0 })),
  ...({ off: 0, service: 0, delivery: 0n, fee: 0n, prices: 'inclusive' } as const),
})
const gifts = only([0n, 500n, 0n], 1n)
const beer = only([500n, 500n, 0n, 500n, 0n, 500n], 1578n)
const last = (...parts: readonly (readonly number[])[]): number[][] =>
  parts.map((part) => Array.from({ length: 9 }, (_, i) => part[i] ?? 0))

void t.test('R-074, R-075: a return in any parts takes back to the đồng what the sale gave, rate by rate', async (t) => {
  const parts = fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 9, maxLength: 9 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(basket, parts, fc.constantFrom(bare, stall), async (made, wishes, of) => {
      const receipt = sold({ ...made, service: 0, delivery: 0n, fee: 0n, off: 0 }, of.form)
      const first = await issued(receipt, of)
      let rest: readonly SaleLine[] = receipt.lines
      let left: Left = { pay: first.pay, rates: first.rates }
      for (const wish of [...wishes, undefined]) {
        const given = rest.map((one, i) => partOf(one, wish === undefined ? 4n : BigInt(wish[i] ?? 0)))
        const lines = given.flatMap(({ part }) => (part.quantity.units === 0n ? [] : [minus(part)]))
        rest = given.map((one) => one.rest)
        const all = rest.every((one) => one.quantity.units === 0n)
        if (lines.length === 0) continue
        const worth = sumDong(lines.map((one) => one.amount))
        const back: Sale = {
          ...sale(lines, worth - (receipt.prices === 'exclusive' ? taxBack(lines, left, all) : 0n)),
          payments: [],
          ...(receipt.prices ? { prices: receipt.prices } : {}),
          corrects: adjusting(of),
          left: { ...left, ...(all ? { all } : {}) },
        }
        const { pay, rates } = await issued(back, of)
        left = {
          pay: left.pay + pay,
          rates: left.rates.map((one) => {
            const gone = rates.find(({ rate }) => rate === one.rate)
            return { rate: one.rate, net: one.net + (gone?.net ?? 0n), tax: one.tax + (gone?.tax ?? 0n) }
          }),
        }
      }
      t.equal(left.pay, 0n)
      t.ok(left.rates.every(({ net, tax }) => net === 0n && tax === 0n))
    }),
    {
      numRuns: runs(40),
      examples: [
        [gifts, last([0, 4]), bare],
        [beer, last([3], [4], [0, 4, 0, 4]), stall],
      ],
    },
  )
})

/** Quarters of what is left of a line, and what is left then. */
function partOf(one: SaleLine, quarters: bigint): { part: SaleLine; rest: SaleLine } {
  const share = (n: bigint): bigint => (n * quarters) / 4n
  const units = share(one.quantity.units)
  const all = units === one.quantity.units
  const [discount, amount] = all ? [one.discount, one.amount] : units === 0n ? [0n, 0n] : [share(one.discount), share(one.amount)]
  return {
    part: { ...one, quantity: { ...one.quantity, units }, discount, amount },
    rest: {
      ...one,
      quantity: { ...one.quantity, units: one.quantity.units - units },
      discount: one.discount - discount,
      amount: one.amount - amount,
    },
  }
}

/** The tax on top of what comes back: its share of what is left at its rate. */
const taxBack = (lines: readonly SaleLine[], { rates }: Left, all: boolean): bigint =>
  sumDong(
    rates.map(({ rate, net, tax }) => {
      const worth = -sumDong(lines.filter((one) => one.rate === rate).map((one) => one.amount))
      if (all) return tax
      if (net <= 0n || worth <= 0n) return 0n
      const percent = parseDecimal(/^(?:KHAC:)?([\d.]+)%$/.exec(rate)?.[1] ?? '0', 2) ?? decimal(0n)
      const own = divide(worth * rescale(percent, 2).units, 10_000n)
      const share = divide(tax * worth, net)
      return size(share - own) <= 1n ? share : own
    }),
  )
