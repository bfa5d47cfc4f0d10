import t from 'tap'
import type { ConfigFile } from '../../src/config-schema.ts'
import type { Sale } from '../../src/domain/sale.ts'
import { civilDate } from '../../src/domain/time.ts'
import { line, sale } from '../countries/support.ts'
import { testClock, until } from './clock.ts'
import { allAgree } from './eyes.ts'
import { forced } from './forced.ts'
import { ownerOf, rowWith } from './owner.ts'
import type { Bought } from './papers.ts'
import { openShop } from './shop.ts'
import { sent, verified } from './verified.ts'

const DAY = '2026-11-23'
const A: readonly Bought[] = [
  ['Cà phê sữa đá', 2, 29_000],
  ['Bia Hà Nội', 3, 25_000],
]
const B: readonly Bought[] = [
  ['Bánh mì chảo', 4, 55_000],
  ['Bia Hà Nội', 2, 25_000],
]
const C: readonly Bought[] = [
  ['Trà đào cam sả', 2, 45_000],
  ['Bánh flan', 1, 18_000],
]
const D: readonly Bought[] = [
  ['Sinh tố bơ', 2, 49_000],
  ['Chè bưởi', 1, 27_500],
]
const agreed = {
  channel: 'written',
  note: 'Công ty đã ký biên bản',
  file: { name: 'bien-ban.pdf', type: 'application/pdf', content: Buffer.from('%PDF-1.4 biên bản').toString('base64') },
}
const slip = { channel: 'return-slip', note: 'Khách ký phiếu trả hàng' }
const company = { name: 'CÔNG TY TNHH MẪU', taxCode: '0101243150', address: '1 Tràng Tiền, Hà Nội' }

t.test(
  'a day of returns and corrections: three of one invoice, returns in parts, the till takes goods back (R-070..R-086)',
  async (t) => {
    const clock = testClock({ start: `${DAY}T09:00:00`, speed: 5 })
    const shop = await openShop(t, {
      clock,
      config: (config) => ({
        ...config,
        shop: { ...config.shop, office: { code: '10100', name: 'Thuế thành phố Hà Nội' }, place: 'Hà Nội' },
      }),
    })
    const me = ownerOf(shop)
    await me.sell('HD000101', A)
    await me.sell('HD000102', B)
    await me.sell('HD000103', C)
    await me.sell('HD000104', D)
    t.ok(await me.filed(4), 'four sales are filed')

    const code = { situation: 'buyer-code', buyer: company, why: 'khách đưa mã số thuế sau' }
    const asked = await me.propose(1, code)
    t.equal(asked.status, 200)
    t.equal(asked.body.how, 'replace')
    t.ok(asked.body.missing.length > 0, `a company agrees in writing first (R-073)`)
    t.match(await me.correct(1, 'replace', code), { status: 422, body: { code: 'CORRECTION_MISSING' } })
    t.equal((await me.correct(1, 'replace', { ...code, evidence: agreed })).status, 201)
    t.ok(await me.filed(5), 'replacement accepted')

    const { body: content } = await shop.api<{ lines: { quantity: string }[]; discount: string }>(
      '/api/v1/invoices/1/C26MAA/1/content',
    )
    const lines = content.lines.map((line, i) => (i === 0 ? { ...line, quantity: '1' } : line))
    const goods = { situation: 'goods', lines, why: 'bấm nhầm số lượng', evidence: agreed }
    const second = await me.correct(1, 'replace', goods)
    t.equal(second.status, 201, 'the wrong quantity: asked of the first invoice, the live one is replaced (R-076)')
    t.ok(await me.filed(6))
    t.match(
      await me.xml('C26MAA', 6),
      /Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 5 ngày 23 tháng 11 năm 2026/,
      'in the words of the law (R-072)',
    )
    const name = {
      situation: 'buyer-name',
      buyer: { ...company, address: '2 Tràng Tiền, Hà Nội' },
      why: 'sai địa chỉ người mua',
      evidence: agreed,
    }
    t.match(await me.correct(1, 'notify', name), { status: 201, body: { notice: /^N-/ } }, 'the address: a notice (R-071)')
    t.ok(await me.until(async () => (await me.chain(1)).notices.some(({ state }) => state === 'accepted')), '301')
    t.match(
      await me.correct(1, 'adjust', { situation: 'return', returned: [{ line: 0, quantity: '1' }], why: 'trả', evidence: slip }),
      {
        status: 409,
        body: { code: 'CORRECTION_LOCKED' },
      },
    )
    const chain = await me.chain(1)
    t.match(chain, {
      root: { number: 1 },
      live: { number: 6 },
      locked: 'replace',
      worth: '104000',
      links: [
        { number: 1, how: 'original', pay: '133000' },
        { number: 5, how: 'replace', pay: '133000', corrects: { number: 1 } },
        { number: 6, how: 'replace', pay: '104000', corrects: { number: 5 } },
      ],
      notices: [{ state: 'accepted' }],
    })

    const back = (line: number, quantity: string) => ({
      situation: 'return',
      returned: [{ line, quantity }],
      why: 'khách trả lại hàng',
      evidence: slip,
    })
    t.equal((await me.correct(2, 'adjust', back(0, '1'))).status, 201)
    t.ok(await me.filed(7))
    t.equal((await me.correct(2, 'adjust', back(1, '1'))).status, 201)
    t.ok(await me.filed(8))
    t.match(await me.correct(2, 'adjust', back(1, '2')), { status: 422, body: { code: 'CORRECTION_EXCEEDS' } }, 'one is left')
    t.equal((await me.correct(2, 'adjust', { situation: 'undo', why: 'khách trả hết', evidence: slip })).status, 201)
    t.ok(await me.filed(9))
    t.match(await me.chain(2), {
      live: { number: 2 },
      locked: 'adjust',
      worth: '0',
      links: [
        { pay: '270000' },
        { pay: '-55000' },
        { pay: '-25000' },
        { pay: '-190000', how: 'adjust', corrects: { number: 2 } },
      ],
    })
    t.match(await me.correct(2, 'replace', goods), { status: 409, body: { code: 'CORRECTION_LOCKED' } })

    await me.sell('TH000105', [['Trà đào cam sả', -1, 45_000]], { title: 'PHIẾU TRẢ HÀNG', of: 'HD000103' })
    await me.sell(
      'HD000106',
      [
        ['Sinh tố bơ', -1, 49_000],
        ['Nước ép ổi', 2, 42_000],
      ],
      { title: 'PHIẾU ĐỔI TRẢ', of: 'HD000104' },
    )
    t.ok(await me.until(async () => (await shop.entries('held')).length === 2), 'what the till takes back waits for a person')
    for (const { id, fault } of await shop.entries('held')) {
      t.equal(fault?.code, 'SALE_REFUND_OF', id)
      const done = await shop.api<{ entry?: string; code?: string }>(`/api/v1/entries/${id}/take-back`, {})
      t.equal(done.status, 201, JSON.stringify(done.body))
    }
    t.ok(await me.filed(12), 'return, return and purchase: three documents (R-081, R-116)')

    const original = { form: 1, seller: '0199999014', symbol: 'C26MAA', number: 6 }
    const adjusting: Sale = {
      ...sale([line('Cà phê sữa đá', -1n, 29_000n)], -29_000n),
      corrects: { how: 'adjust', invoice: original, issuedOn: civilDate(clock.now()), cause: 5 },
    }
    t.match(
      await forced(shop, adjusting, 'C26MZZ'),
      { verdict: 'rejected', reason: /sau cũng phải thay thế/ },
      'past the gateway: refused',
    )

    const gross = { '8': 29_000n + 63_000n + 76_500n + 84_000n, '10': 75_000n }
    const vat = await me.report('vat', `day=${DAY}`)
    for (const [rate, all] of Object.entries(gross)) {
      const { net, tax } = rowWith(vat, 'vat', 'rate', `${rate}%`) ?? {}
      t.equal(BigInt(net ?? 0) + BigInt(tax ?? 0), all, `${rate} %: what counts, and nothing twice`)
    }
    const corrections = await me.report('corrections', `day=${DAY}`)
    t.same(
      corrections.tables[0]?.rows.map((row) => [row['document'], row['original'], row['causeCode'], row['difference']]),
      [
        ['1C26MAA 5', '1C26MAA 1', 14, '0'],
        ['1C26MAA 6', '1C26MAA 5', 14, '-29000'],
        ['1C26MAA 7', '1C26MAA 2', 5, '-55000'],
        ['1C26MAA 8', '1C26MAA 2', 5, '-25000'],
        ['1C26MAA 9', '1C26MAA 2', 5, '-190000'],
        ['1C26MAA 10', '1C26MAA 4', 5, '-49000'],
        ['1C26MAA 12', '1C26MAA 3', 5, '-45000'],
      ],
    )
    t.match(rowWith(await me.report('revenue', `day=${DAY}`), 'days', 'day', DAY), { pay: String(gross['8'] + gross['10']) })

    await me.z(12, 5, 626_500n, { '8': 501_500n, '10': 125_000n })
    const { registers, open } = await me.compared(DAY)
    t.same(open, [])
    t.match(registers[0]?.numbers, [{ first: 1, last: 12, missing: 0 }])
    const apart = registers[0]?.rows.filter(({ difference = '0' }) => difference !== '0') ?? []
    t.same(
      apart.map(({ what, difference }) => [what, difference]).sort(),
      [
        ['rate:10%', '-50000'],
        ['rate:8%', '-220000'],
        ['total', '-270000'],
      ],
      'only what the owner took back on the screen is not in the report of the till',
    )
    t.match(await me.close(DAY), { status: 422, body: { code: 'DAY_UNEXPLAINED' } })
    const why = 'trả hàng hóa đơn số 2 làm trên màn hình'
    const closed = await me.close(
      DAY,
      apart.map(({ what }) => ({ register: 'R017', what, why })),
    )
    t.match(closed, { status: 200, body: { closed: { differences: [{ why }, { why }, { why }] } } })

    const files = allAgree(t, shop.dir, sent(shop))
    t.same(await verified(files, clock), [0], 'and tillgate verify finds them valid')
  },
)

t.test(
  '31 December 23:59 to 1 January: 8 % is 10 % again, numbers begin at 1, sales and filing in flight (R-003, R-034, R-060)',
  async (t) => {
    const clock = testClock({ start: '2026-12-31T23:40:00', speed: 1 })
    const shop = await openShop(t, { clock })
    const me = ownerOf(shop)
    await me.sell('HD000901', C)
    await me.sell('HD000902', A)
    t.ok(await me.filed(2), 'the evening is filed')

    await shop.tvan.setMoods(['down'])
    clock.to('2026-12-31T23:59:58')
    await me.sell('HD000903', B)
    t.ok(await until(async () => (await me.issued()).length === 3))
    clock.to('2026-12-31T23:59:59.900')
    const late = Array.from({ length: 8 }, (_, i) => me.sell(`HD0009${10 + i}`, D))
    await Promise.all(late)
    t.ok(await until(async () => (await me.issued()).length === 11))
    clock.to('2027-01-01T00:05:00')
    await shop.tvan.setMoods(['normal'])
    await me.sell('HD000920', C)
    t.ok(await me.filed(12), 'the evening before is filed after midnight, each year in messages of its own')

    const invoices = await me.issued()
    for (const { symbol, number, at, rates } of invoices) {
      const old = at < '2027'
      t.equal(symbol, old ? 'C26MAA' : 'C27MAA', `${at} ${number}`)
      t.equal(
        rates.some(([rate]) => rate === '8%'),
        old,
        `${at}: 8 % ends with the year`,
      )
    }
    for (const year of ['26', '27']) {
      const mine = invoices.filter(({ symbol }) => symbol === `C${year}MAA`)
      t.same(
        mine.map(({ number }) => number),
        mine.map((_, i) => i + 1),
        'from 1, without gaps',
      )
      const codes = shop.tvan
        .accepted()
        .filter(({ symbol }) => symbol === `C${year}MAA`)
        .map(({ code }) => code ?? '')
      t.ok(
        codes.every((code) => code.startsWith(`M1-${year}-A1B2C-`)),
        `${codes[0]}: code year ${year}`,
      )
    }
    for (const { kind, invoices: sent } of shop.log())
      if (kind === 'request') t.equal(new Set(sent.map(({ symbol }) => symbol)).size, 1, 'one symbol in a message')

    t.match(
      await me.correct(1, 'adjust', {
        situation: 'return',
        returned: [{ line: 0, quantity: '1' }],
        why: 'trả trà',
        evidence: slip,
      }),
      { status: 201 },
    )
    t.ok(await me.filed(13), 'a return in January of a sale in December')
    const [back] = (await me.issued()).slice(-1)
    t.match(back, {
      symbol: 'C27MAA',
      pay: -45_000n,
      rates: [['8%', -41_667n, -3_333n]],
      corrects: { symbol: 'C26MAA', number: 1, date: '2026-12-31' },
    })
    const xml = await me.xml('C27MAA', back?.number ?? 0)
    t.match(xml, /Điều chỉnh cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 1 ngày 31 tháng 12 năm 2026/)
    t.match(xml, /<KHHDCLQuan>C26MAA<\/KHHDCLQuan><SHDCLQuan>1<\/SHDCLQuan><NLHDCLQuan>2026-12-31</)
    t.match(await me.chain(1), { worth: '63000', locked: 'adjust' })

    const wrong = async (number: number, quantity: string, symbol: string) => {
      const { body } = await shop.api<{ lines: { quantity: string }[] }>(`/api/v1/invoices/1/${symbol}/${number}/content`)
      const lines = body.lines.map((line, i) => (i === 0 ? { ...line, quantity } : line))
      return me.correct(number, 'replace', { situation: 'goods', lines, why: 'sai số lượng', evidence: agreed }, symbol)
    }
    t.match(await wrong(2, '3', 'C26MAA'), { status: 201 })
    t.ok(await me.filed(14), 'a December invoice replaced in January')
    t.match(await wrong(2, '4', 'C26MAA'), { status: 201 })
    t.ok(await me.filed(15), 'and its replacement again')
    const [once, twice] = (await me.issued()).slice(-2)
    t.match(once, { symbol: 'C27MAA', pay: 162_000n, corrects: { how: 'replace', symbol: 'C26MAA', number: 2 } })
    t.match(twice, { pay: 191_000n, corrects: { how: 'replace', symbol: 'C27MAA', number: once?.number, date: '2027-01-01' } })
    for (const { rates } of [once, twice].flatMap((one) => one ?? []))
      t.match(rates.map(([rate]) => rate).sort(), ['10%', '8%'], 'both at the rates of the day of sale (R-060)')

    const sums = (year: string) => invoices.filter(({ at }) => at.startsWith(year)).reduce((sum, { pay }) => sum + pay, 0n)
    await me.z(901, 3, sums('2026'))
    t.match((await me.compared('2026-12-31')).registers, [{ rows: [{ what: 'total', difference: '0' }] }])
    t.match(await me.close('2026-12-31'), { status: 200, body: { closed: { differences: [] } } }, 'the old year is closed')
    clock.to('2027-01-01T21:00:00')
    await me.z(902, 9, sums('2027') - 45_000n)
    t.match((await me.compared('2027-01-01')).registers, [{ rows: [{ what: 'total', difference: '0' }] }])
    t.match(await me.close('2027-01-01'), { status: 200, body: { closed: { differences: [] } } })

    const january = await me.report('vat', 'month=2027-01')
    t.match(
      rowWith(january, 'replaced-earlier', 'number', twice?.number ?? 0),
      { series: '1C27MAA', pay: '191000', originalSeries: '1C26MAA', originalNumber: 2, originalDay: '2026-12-31' },
      'the return of December changes, and the report says so',
    )
    t.match(rowWith(january, 'vat', 'rate', '8%'), { salesNet: '107407', adjustedNet: '-41667', adjustedTax: '-3333' })
    t.ok(BigInt(rowWith(january, 'vat', 'rate', '10%')?.['salesNet'] ?? 0) > 0n)
  },
)

t.test('the 20 % cut of a household ends with the year, but not for what was sold before (R-065)', async (t) => {
  const clock = testClock({ start: '2026-12-31T20:00:00', speed: 5 })
  const shop = await openShop(t, {
    clock,
    config: (config): ConfigFile => ({ ...config, shop: { ...config.shop, form: 2, industry: 'goods', cut: 'deduct' } }),
  })
  const me = ownerOf(shop, { form: 2 })
  const rice: readonly Bought[] = [['Gạo nếp', 4, 25_000]]
  await me.sell('HD000001', rice)
  t.ok(await me.filed(1))
  clock.to('2027-01-01T08:00:00')
  await me.sell('HD000002', rice)
  t.ok(await me.filed(2))
  t.equal(
    (await me.correct(1, 'adjust', { situation: 'return', returned: [{ line: 0, quantity: '1' }], why: 'trả', evidence: slip }))
      .status,
    201,
  )
  t.ok(await me.filed(3))
  t.same(
    (await me.issued()).map(({ symbol, number, pay }) => [symbol, number, pay]),
    [
      ['C26MAA', 1, 99_800n],
      ['C27MAA', 1, 100_000n],
      ['C27MAA', 2, -24_950n],
    ],
    '20 % of 1 % in December, nothing in January, and December again for what came back',
  )
  await me.z(1, 1, 75_050n)
  t.match((await me.compared('2027-01-01')).registers, [{ rows: [{ what: 'total', difference: '0' }] }])
  t.match(await me.close('2027-01-01'), { status: 200 })
  t.same(await verified(allAgree(t, shop.dir, sent(shop)), clock), [0])
})
