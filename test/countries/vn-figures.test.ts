import t from 'tap'
import { figures } from '../../src/countries/vn/figures.ts'
import { vietnam } from '../../src/countries/vn/index.ts'
import { matches, type Rate, rateOf, readRate } from '../../src/countries/vn/rates.ts'
import { BUILT_IN, ruling } from '../../src/countries/vn/rules.ts'
import { amountInWords } from '../../src/countries/vn/words.ts'
import { decimal, formatDecimal, multiply } from '../../src/domain/decimal.ts'
import { sumDong } from '../../src/domain/dong.ts'
import { fold } from '../../src/domain/fold.ts'
import { readTime } from '../../src/domain/time.ts'
import { fc, runs } from '../property.ts'
import { day, exclusiveTax, line, must, sale, shop } from './support.ts'

const rate = (text: string): Rate => {
  const found = readRate(text)
  if (!found) throw new Error(text)
  return found
}
const at = (text: string) => readTime(`${text}T12:00:00+07:00`)

void t.test('R-066: whole đồng, half away from zero', async (t) => {
  const tax = (net: bigint, code: string, total: bigint) =>
    must(figures(sale([line('món', 1n, net)], total), [rate(code)], 'exclusive')).tax
  t.equal(tax(5n, '10', 6n), 1n, '0.5 is 1')
  t.equal(tax(56n, '8', 60n), 4n, '4.48 is 4')
  t.equal(
    tax(30_000_000_000_000_000_001n, '10', 33_000_000_000_000_000_001n),
    3_000_000_000_000_000_000n,
    'beyond what a float can count',
  )
})

void t.test('R-067: net and VAT of an inclusive price', async (t) => {
  const rows: [bigint, string, bigint, bigint][] = [
    [55_000n, '10', 50_000n, 5_000n],
    [108_000n, '8', 100_000n, 8_000n],
    [54_000n, '8', 50_000n, 4_000n],
    [35_000n, '8', 32_407n, 2_593n],
    [20_000n, 'KCT', 20_000n, 0n],
    [99_000n, '8', 91_667n, 7_333n],
    [1_000n, '8', 926n, 74n],
    [15_000n, '5', 14_286n, 714n],
    [25_000n, '10', 22_727n, 2_273n],
    [10n, '8', 9n, 1n],
  ]
  for (const [gross, code, net, tax] of rows) {
    const sums = must(figures(sale([line('món', 1n, gross)], gross), [rate(code)], 'inclusive'))
    t.same(sums.rates, [{ rate: rate(code).text, net, tax }], `${gross} at ${code}`)
    t.same([sums.net, sums.tax, sums.pay], [net, tax, gross])
  }
})

void t.test('R-068: rounded once for each rate, the rest to the larger, then the earlier line', async (t) => {
  const three = must(
    figures(
      sale(
        [1, 2, 3].map(() => line('phở', 1n, 35_000n)),
        105_000n,
      ),
      [rate('8'), rate('8'), rate('8')],
      'inclusive',
    ),
  )
  t.same(three.rates, [{ rate: '8%', net: 97_222n, tax: 7_778n }])
  t.same(
    three.items.map((i) => i.amount),
    [32_408n, 32_407n, 32_407n],
  )
  t.equal(formatDecimal(three.items[0]?.price ?? decimal(0n)), '32407.407407')
  const seven = must(figures(sale(Array(7).fill(line('trà', 1n, 12_000n)), 84_000n), Array(7).fill(rate('8')), 'inclusive'))
  t.same(seven.rates, [{ rate: '8%', net: 77_778n, tax: 6_222n }])
})

void t.test('R-069: prices without VAT, with a service charge', async (t) => {
  const receipt = sale([line('thực đơn', 1n, 417_000n)], 472_878n, { charges: [{ name: 'service', amount: 20_850n }] })
  const sums = must(figures(receipt, [rate('8')], 'exclusive'))
  t.same(sums.rates, [{ rate: '8%', net: 437_850n, tax: 35_028n }])
  t.equal(sums.pay, 472_878n)
})

const basket = [
  line('Bia Hà Nội', 2n, 55_000n),
  line('Phở bò', 3n, 60_000n),
  line('Nước suối', 1n, 15_000n),
  line('Cơm rang', 1n, 95_000n),
  line('Rau nhà trồng', 1n, 20_000n),
]
const basketRates = ['10', '8', '8', '5', 'KCT'].map(rate)

void t.test('R-110: a ticket discount over mixed rates', async (t) => {
  const sums = must(figures(sale(basket, 380_000n, { discount: 40_000n }), basketRates, 'inclusive'))
  t.same(
    sums.items.map((i) => i.amount),
    [90_476n, 150_793n, 12_567n, 81_859n, 18_095n],
  )
  t.same(sums.rates, [
    { rate: '10%', net: 90_476n, tax: 9_048n },
    { rate: '8%', net: 163_360n, tax: 13_069n },
    { rate: '5%', net: 81_859n, tax: 4_093n },
    { rate: 'KCT', net: 18_095n, tax: 0n },
  ])
  t.same([sums.net, sums.tax, sums.pay], [353_790n, 26_210n, 380_000n])
  for (const item of sums.items) {
    const before = multiply(item.quantity ?? decimal(1n), item.price ?? decimal(0n), 0).units
    t.equal(
      before - (item.discount ?? 0n),
      item.amount,
      `${item.name}: quantity × price − discount is the line, never subtracted twice`,
    )
  }
})

void t.test('R-110: a line discount is shown with its percent, before tax', async (t) => {
  const orange = line('Cam sành', decimal(15n, 1), 120_000n, { discount: 18_000n })
  const sums = must(figures(sale([orange], 174_960n), [rate('8')], 'exclusive'))
  const [item] = sums.items
  t.same([item?.discountRate, item?.discount, item?.amount], ['10', 18_000n, 162_000n])
  t.same(sums.rates, [{ rate: '8%', net: 162_000n, tax: 12_960n }])
})

void t.test('R-110, form 2: the ticket discount is a line of its own', async (t) => {
  const sums = must(figures(sale([line('Cà phê sữa đá', 3n, 29_000n)], 80_000n, { discount: 7_000n }), [], 'inclusive'))
  t.same(
    sums.items.map((i) => [i.nature, i.amount]),
    [
      [1, 87_000n],
      [3, 7_000n],
    ],
  )
  t.same([sums.ticketDiscount, sums.pay, sums.rates], [7_000n, 80_000n, []])
})

void t.test('R-111: what is given away is a promotion line and needs no rate', async (t) => {
  const sums = must(
    figures(sale([line('Phở', 1n, 54_000n), line('Khăn lạnh', 1n, 0n)], 54_000n), [rate('8'), undefined], 'inclusive'),
  )
  t.same(
    sums.items.map((i) => i.nature),
    [1, 2],
  )
  t.equal(sums.pay, 54_000n)
})

void t.test('R-112: a service charge bears the rate of what was served, in proportion where rates are mixed', async (t) => {
  const one = must(
    figures(
      sale([line('Tiệc', 1n, 450_000n)], 472_500n, { charges: [{ name: 'service', amount: 22_500n }] }),
      [rate('8')],
      'inclusive',
    ),
  )
  t.same(one.rates, [{ rate: '8%', net: 437_500n, tax: 35_000n }])
  const lines = [line('Món', 1n, 300_000n), line('Bia', 1n, 100_000n)]
  const mixed = must(
    figures(sale(lines, 420_000n, { charges: [{ name: 'service', amount: 20_000n }] }), [rate('8'), rate('10')], 'inclusive'),
  )
  t.same(
    mixed.rates.map((r) => [r.rate, r.net + r.tax]),
    [
      ['8%', 315_000n],
      ['10%', 105_000n],
    ],
  )
  t.same(
    mixed.items.slice(2).map((i) => [i.name, i.rate]),
    [
      ['Phí phục vụ', '8%'],
      ['Phí phục vụ', '10%'],
    ],
  )
})

void t.test('R-114: cash rounding stays outside of the invoice', async (t) => {
  const sums = must(
    figures(sale([line('Thịt', decimal(535n, 3), 89_000n)], 47_615n, { rounding: -615n }), [rate('5')], 'inclusive'),
  )
  t.equal(sums.pay, 47_615n)
})

void t.test('R-116: a ticket with a return in it is no sale; sums that fail hold it', async (t) => {
  const code = (s: Parameters<typeof figures>[0]): string | undefined => {
    const result = figures(
      s,
      s.lines.map(() => rate('8')),
      'inclusive',
    )
    return result.ok ? undefined : result.fault.code
  }
  t.equal(code(sale([line('Phở', 1n, -54_000n)], -54_000n)), 'SALE_REFUND')
  t.equal(code(sale([line('Phở', 1n, 54_000n), line('Bia', 1n, -20_000n)], 34_000n)), 'SALE_REFUND')
  t.equal(code(sale([line('Phở', 1n, 54_000n)], 54_001n)), 'SALE_TOTAL_UNPROVEN')
  t.equal(code(sale([line('Phở', 1n, 54_000n)], 0n, { discount: 54_001n })), 'SALE_TOTAL_UNPROVEN')
  t.equal(code(sale([], 0n)), 'SALE_NO_ITEMS')
  t.equal(code(sale([line('Phở', 1n, 54_000n)], 54_000n)), undefined)
})

void t.test('the tax table on the paper and the document do not contradict each other', async (t) => {
  const three = [1, 2, 3].map(() => line('phở', 1n, 35_000n))
  const rates = three.map(() => rate('8'))
  const printed = (base: bigint, tax: bigint, code = '8') =>
    figures(sale(three, 105_000n, { vat: [{ rate: code, base, tax }] }), rates, 'inclusive')
  t.same(
    must(printed(97_221n, 7_779n)).rates,
    [{ rate: '8%', net: 97_221n, tax: 7_779n }],
    'one đồng off and adding up: the figures of the register',
  )
  t.equal(sumDong(must(printed(97_221n, 7_779n)).items.map((i) => i.amount ?? 0n)), 97_221n)
  const fails = (result: ReturnType<typeof printed>): unknown => !result.ok && result.fault.code
  t.equal(fails(printed(97_221n, 7_778n)), 'VN_VAT_TABLE_DIFFERS', 'close, but not adding up')
  t.equal(fails(printed(97_220n, 7_780n)), 'VN_VAT_TABLE_DIFFERS', 'adding up, but two đồng off')
  t.equal(fails(printed(97_222n, 7_778n, '10')), 'VN_VAT_TABLE_DIFFERS', 'another rate')
  const household = figures(sale(three, 105_000n, { vat: [{ rate: '8', base: 97_222n, tax: 7_778n }] }), [], 'inclusive')
  t.equal(fails(household), 'VN_VAT_ON_SALES_INVOICE')
  const exclusive = sale([line('a', 1n, 333n), line('b', 1n, 333n)], 666n + 54n, { vat: [{ rate: '8', base: 666n, tax: 54n }] })
  t.same(must(figures(exclusive, [rate('8'), rate('8')], 'exclusive')).rates, [{ rate: '8%', net: 666n, tax: 54n }])
})

void t.test('any basket, rates, discounts, charges: lines = groups = total = money taken', async () => {
  const codes = fc.constantFrom('0', '5', '8', '10', 'KCT', 'KHAC:7.25%')
  const lines = fc.array(
    fc.record({
      units: fc.bigInt(1n, 99_999n),
      scale: fc.integer({ min: 0, max: 3 }),
      price: fc.bigInt(0n, 90_000_000n),
      code: codes,
      cut: fc.integer({ min: 0, max: 100 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  const money = fc.integer({ min: 0, max: 100 })
  fc.assert(
    fc.property(
      lines,
      money,
      money,
      fc.constantFrom('inclusive' as const, 'exclusive' as const),
      fc.boolean(),
      (rows, off, charge, prices, form2) => {
        const goods = rows.map((row, i) => {
          const gross = multiply(decimal(row.units, row.scale), decimal(row.price), 0).units
          const discount = (gross * BigInt(row.cut)) / 100n
          return {
            name: `m${i}`,
            quantity: decimal(row.units, row.scale),
            unitPrice: row.price,
            discount,
            amount: gross - discount,
          }
        })
        const sum = sumDong(goods.map((g) => g.amount))
        const discount = (sum * BigInt(off)) / 100n
        const service = (sum * BigInt(charge)) / 1000n
        const rates = form2 ? [] : rows.map((row) => rate(row.code))
        const draft = (total: bigint) =>
          figures(sale(goods, total, { discount, charges: [{ name: 'service', amount: service }] }), rates, prices)
        const taken = sum - discount + service
        // What an exclusive receipt asks for: the tax of each rate, rounded once, on top; found by asking without tax first.
        const tax =
          form2 || prices === 'inclusive'
            ? 0n
            : exclusiveTax(
                goods.map((g) => g.amount),
                rows.map((r) => r.code),
                discount,
                service,
              )
        const sums = must(draft(taken + tax))
        const plus = sumDong(sums.items.filter((i) => i.nature !== 3).map((i) => i.amount ?? 0n))
        const minus = sumDong(sums.items.filter((i) => i.nature === 3).map((i) => i.amount ?? 0n))
        const groups = sumDong(sums.rates.map((r) => r.net + r.tax))
        if (sums.pay !== taken + tax || plus - minus !== sums.net) return false
        if (!form2 && groups !== sums.pay) return false
        const perRate = sums.rates.every(
          (r) => sumDong(sums.items.filter((i) => i.rate === r.rate).map((i) => i.amount ?? 0n)) === r.net,
        )
        return perRate && sums.items.every((i) => (i.amount ?? 0n) >= 0n && (i.discount ?? 1n) > 0n)
      },
    ),
    { numRuns: runs(400) },
  )
})

void t.test('R-060, R-061: whose rate a line bears', async (t) => {
  const of = (name: string, printed: string | undefined, on: string, more = {}) => {
    const goods = { ...line(name, 1n, 1000n), ...(printed ? { rate: printed } : {}) }
    const result = rateOf(goods, sale([goods], 1000n, more), shop, day(on))
    return result.ok ? result.value.text : result.fault.code
  }
  t.equal(of('Phở', undefined, '2026-12-31'), '8%', 'the default')
  t.equal(of('Phở', undefined, '2027-01-01'), '10%', 'the default after the window: the table turns it')
  t.equal(of('BIA  Sài Gòn', undefined, '2026-11-21'), '10%', 'an item, folded, with a wildcard')
  t.equal(of('Com tấm', undefined, '2026-11-21'), '5%', 'accents are not asked for')
  t.equal(of('Phở', '10', '2026-11-21'), '10%', 'printed against the default: printed')
  t.equal(of('Bia', '8', '2026-11-21'), 'VN_RATE_CONTRADICTION')
  t.equal(of('Phở', '8 %', '2027-01-01'), 'VN_RATE_EXPIRED')
  t.equal(of('Phở', '9', '2026-11-21'), 'VN_RATE_UNKNOWN', 'no rate of the law')
  t.equal(
    of('Phở', undefined, '2026-11-21', { vat: [{ rate: '10', base: 909n, tax: 91n }] }),
    '10%',
    'the only row of the printed table',
  )
  t.equal(
    of('Rau', undefined, '2026-11-21', { vat: [{ rate: '8', base: 926n, tax: 74n }] }),
    'KCT',
    'an item before the table: its sums decide',
  )
  const bare = { ...shop, rates: { items: [{ match: 'trà*', rate: '8%', from: day('2026-06-01'), to: day('2026-06-30') }] } }
  const tea = line('Trà đá', 1n, 1000n)
  t.same(
    [day('2026-05-31'), day('2026-06-15'), day('2026-07-01')].map((on) => rateOf(tea, sale([tea], 1000n), bare, on).ok),
    [false, true, false],
  )
})

void t.test('item patterns: the star stands for anything, the rest for itself', async (t) => {
  const is = (pattern: string, name: string) => matches(fold(pattern), fold(name))
  t.ok(is('*bia*', 'Thùng bia 333') && is('bia*lon', 'BIA Hà Nội LON') && is('Đá', 'đá') && is('*', ''))
  t.notOk(is('bia', 'bia hơi') || is('a*a', 'a') || is('bia*lon', 'bia') || is('b.a', 'bia'))
})

void t.test('R-003: rules by date of issue', async (t) => {
  t.same(
    ['2022-07-01', '2023-01-01', '2025-06-01', '2026-06-30', '2026-07-01', '2030-01-01'].map((on) =>
      ruling(BUILT_IN.format, day(on)),
    ),
    ['2.0.0', '2.0.1', '2.1.0', '2.1.0', '2.1.1', '2.1.1'],
  )
  t.throws(() => ruling(BUILT_IN.format, day('2020-01-01')))
  t.same(vietnam.changes(at('2026-12-10'), 30), [
    { code: 'rate.8', on: day('2026-12-31') },
    { code: 'cut', on: day('2026-12-31') },
    { code: 'symbol.year', on: day('2027-01-01') },
  ])
  t.same(vietnam.changes(at('2026-11-21'), 10), [])
})

void t.test('R-120, R-121: amounts in words', async (t) => {
  const pairs: [bigint, string][] = WORDS.trim()
    .split('\n')
    .map((row) => {
      const [n = '', text = ''] = row.split('|')
      return [BigInt(n.replaceAll(',', '')), text]
    })
  t.equal(pairs.length, 54)
  for (const [n, text] of pairs) t.equal(amountInWords(n), text)
  t.equal(amountInWords(1_000_000_000_000_000_000n), 'Một tỷ tỷ đồng')
})

const WORDS = `
0|Không đồng
10,000|Mười nghìn đồng
1|Một đồng
10,500|Mười nghìn năm trăm đồng
4|Bốn đồng
15,000|Mười lăm nghìn đồng
5|Năm đồng
21,000|Hai mươi mốt nghìn đồng
10|Mười đồng
24,000|Hai mươi tư nghìn đồng
11|Mười một đồng
100,000|Một trăm nghìn đồng
14|Mười bốn đồng
105,000|Một trăm linh năm nghìn đồng
15|Mười lăm đồng
115,000|Một trăm mười lăm nghìn đồng
20|Hai mươi đồng
1,000,000|Một triệu đồng
21|Hai mươi mốt đồng
1,000,001|Một triệu không trăm linh một đồng
24|Hai mươi tư đồng
1,001,000|Một triệu không trăm linh một nghìn đồng
25|Hai mươi lăm đồng
1,010,005|Một triệu không trăm mười nghìn không trăm linh năm đồng
44|Bốn mươi tư đồng
1,200,034|Một triệu hai trăm nghìn không trăm ba mươi tư đồng
55|Năm mươi lăm đồng
2,565,000|Hai triệu năm trăm sáu mươi lăm nghìn đồng
91|Chín mươi mốt đồng
7,031,760|Bảy triệu không trăm ba mươi mốt nghìn bảy trăm sáu mươi đồng
100|Một trăm đồng
15,015,015|Mười lăm triệu không trăm mười lăm nghìn không trăm mười lăm đồng
101|Một trăm linh một đồng
101,101,101|Một trăm linh một triệu một trăm linh một nghìn một trăm linh một đồng
104|Một trăm linh bốn đồng
999,999,999|Chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn chín trăm chín mươi chín đồng
105|Một trăm linh năm đồng
1,000,000,000|Một tỷ đồng
110|Một trăm mười đồng
1,000,000,001|Một tỷ không trăm linh một đồng
111|Một trăm mười một đồng
1,000,001,000|Một tỷ không trăm linh một nghìn đồng
115|Một trăm mười lăm đồng
1,001,000,000|Một tỷ không trăm linh một triệu đồng
121|Một trăm hai mươi mốt đồng
1,250,000,000|Một tỷ hai trăm năm mươi triệu đồng
1,000|Một nghìn đồng
21,000,000,000|Hai mươi mốt tỷ đồng
1,005|Một nghìn không trăm linh năm đồng
1,000,000,000,000|Một nghìn tỷ đồng
1,015|Một nghìn không trăm mười lăm đồng
1,000,500,000,000|Một nghìn tỷ năm trăm triệu đồng
1,021|Một nghìn không trăm hai mươi mốt đồng
-108,000|Âm một trăm linh tám nghìn đồng
`
