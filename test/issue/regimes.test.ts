import t, { type Test } from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { Ask } from '../../src/domain/correction.ts'
import { decimal } from '../../src/domain/decimal.ts'
import type { InvoiceIdentity, Sealed } from '../../src/domain/invoice.ts'
import type { Receipt } from '../../src/domain/receipt.ts'
import type { Shop } from '../../src/domain/shop.ts'
import { correctionDesk } from '../../src/issue/corrections/desk.ts'
import { codeOf, must, paper, SLIP, shopOn, TOLD } from './desk.ts'

const STALL: Partial<Shop> = {
  form: 2,
  industry: 'goods',
  rates: {
    items: [
      { match: 'bia*', rate: '10%', noCut: true },
      { match: 'com*', rate: '8%', industry: 'services' },
    ],
  },
}
const ITEMS = [
  ['Phở bò', 3n, 60_000n],
  ['Bia Hà Nội', 2n, 25_000n],
  ['Cơm tấm', 7n, 33_333n],
] as const
const GOODS = 463_331n
/** With 5 % for the service and a discount of the whole ticket. */
const CHARGED: Partial<Receipt> = { serviceCharge: 23_167n, discount: 30_000n, total: GOODS + 23_167n - 30_000n }

const returned = (invoice: InvoiceIdentity, line: number, units: bigint, more: Partial<Ask> = {}): Ask => ({
  situation: 'return',
  invoice,
  returned: [{ line, quantity: decimal(units) }],
  why: 'khách trả',
  evidence: SLIP,
  ...more,
})

/** Everything of these documents adds up to nothing: money, and what stands before the cut and the cut itself. */
function nothingLeft(t: Test, sealed: readonly Sealed[]): void {
  const views = sealed.map(({ bytes }) => vietnam.view(bytes))
  const total = (of: (view: (typeof views)[number]) => bigint | undefined): bigint =>
    views.reduce((sum, view) => sum + (of(view) ?? 0n), 0n)
  t.equal(
    total(({ pay }) => pay),
    0n,
    'money',
  )
  t.equal(
    total(({ tax }) => tax),
    0n,
    'tax',
  )
  t.equal(
    total(({ net, pay }) => net ?? pay),
    0n,
    'before tax, or before the cut',
  )
  t.equal(
    total(({ cut }) => cut),
    0n,
    'cut',
  )
}

const MODES: readonly (Partial<Shop> & { readonly what: string })[] = [
  { what: 'no cut', ...STALL, cut: 'off' },
  { what: 'the cut is taken off', ...STALL, cut: 'deduct' },
  { what: 'the cut is in the prices', ...STALL, cut: 'priceIncludesCut' },
  { what: 'VAT in the prices', rates: { default: '8%', items: [{ match: 'bia*', rate: '10%' }] } },
  { what: 'VAT on top', prices: 'exclusive', rates: { default: '8%', items: [{ match: 'bia*', rate: '10%' }] } },
]

/** The same bill as the till of that shop prints it. */
function printed({ prices }: Partial<Shop>): Partial<Receipt> {
  if (prices !== 'exclusive') return CHARGED
  // 8 %: (180.000 + 233.331) of goods less 26.763 plus 20.667; 10 %: the beer, 50.000 less 3.237 plus 2.500.
  const vat = [
    { rate: '8', base: 407_235n, tax: 32_579n },
    { rate: '10', base: 49_263n, tax: 4_926n },
  ]
  return { ...CHARGED, taxMode: 'exclusive', vat, total: GOODS + 23_167n - 30_000n + 37_505n }
}

for (const { what, ...shop } of MODES) {
  void t.test(
    `R-074, R-112: goods come back in parts with their share of discount and service, then the rest (${what})`,
    async (t) => {
      const { sell, correct, worth, desk } = await shopOn(t, shop)
      const first = await sell(paper('1', ITEMS, printed(shop)))
      const issued = [first]
      const one = await correct(returned(first.identity, 0, 1n))
      issued.push(one)
      const { lines } = vietnam.view(one.bytes)
      t.match(
        lines.map(({ name, quantity }) => [name, quantity?.units]).slice(0, 2),
        [
          ['Phở bò', -1n],
          ['Phí phục vụ', -1n],
        ],
        'R-112: its share of the service',
      )
      t.equal(await worth(first.identity), first.pay + one.pay)
      const content = must(await desk.content(first.identity)).lines
      t.match(content[0], { name: 'Phở bò', quantity: { units: 2n } })
      issued.push(await correct(returned(first.identity, 2, 3n)))
      issued.push(await correct(returned(first.identity, 1, 2n)))
      issued.push(await correct({ situation: 'undo', invoice: first.identity, why: 'khách bỏ', evidence: SLIP }))
      t.equal(await worth(first.identity), 0n)
      nothingLeft(t, issued)
    },
  )

  void t.test(
    `R-072, R-077, R-081: replaced, replaced again by what is left, undone at once, several of one error (${what})`,
    async (t) => {
      const { sell, correct, worth, desk, sealedOf, parts } = await shopOn(t, shop)
      const first = await sell(paper('1', ITEMS, printed(shop)))
      const { lines, discount } = must(await desk.content(first.identity))
      const wrong = { situation: 'goods', invoice: first.identity, why: 'gõ nhầm', evidence: TOLD } as const
      const same = must(await desk.propose({ ...wrong, lines, discount }))
      t.equal(same.difference?.pay, 0n, 'the same content comes to the same money')
      const less = lines.map((line, i) => (i === 0 ? { ...line, quantity: decimal(2n) } : line))
      const second = await correct({ ...wrong, lines: less, discount })
      t.ok(second.pay < first.pay && second.pay > 0n)
      const third = await correct(returned(first.identity, 0, 1n))
      t.match(third.corrects, { how: 'replace', invoice: { number: second.identity.number } }, 'R-076')
      t.ok(third.pay < second.pay)
      t.equal(await worth(first.identity), third.pay)

      const undone = await sell(paper('2', ITEMS, printed(shop)))
      const back = await correct({ situation: 'undo', invoice: undone.identity, why: 'khách bỏ', evidence: SLIP })
      t.equal(back.pay, -undone.pay, 'R-081')
      nothingLeft(t, [undone, back])

      const some = [await sell(paper('3', ITEMS, printed(shop))), await sell(paper('4', ITEMS, printed(shop)))]
      const buyer = { name: 'Trần Thị Mẫu', phone: '0912345678' }
      const ask = { situation: 'buyer-code', invoice: first.identity, buyer, why: 'thiếu người mua', evidence: TOLD } as const
      const all = (await desk.orderAll?.(
        ask,
        some.map(({ identity }) => identity),
        'all',
        'owner-1',
      )) ?? [desk.order(ask, 'x', 'y')]
      for (const [i, result] of all.entries()) {
        const { entry } = must(await result)
        const now = entry && (await sealedOf(entry))
        t.match(now, { pay: some[i]?.pay, corrects: { how: 'replace', invoice: { number: some[i]?.identity.number } } }, 'R-077')
        t.same(now && vietnam.buyer?.(now.bytes), buyer)
      }

      const lost = await sell(paper('5', ITEMS, printed(shop)))
      const blind = correctionDesk({ ...parts, papers: new Map() })
      const shown = must(await blind.propose({ situation: 'undo', invoice: lost.identity, why: 'khách bỏ', evidence: SLIP }))
      t.equal(shown.difference?.pay, -lost.pay, 'R-091: without the paper its document says what was sold')
      const copy = must(await blind.propose({ ...ask, invoice: lost.identity }))
      t.equal(copy.difference?.pay, 0n)
      if (shop.cut !== 'priceIncludesCut') t.equal(copy.after?.cut, copy.before.cut)
    },
  )
}

void t.test(
  'R-074: who keeps the service or gives it back alone says so; the till that gave back the goods alone has said so',
  async (t) => {
    const { sell, correct, desk, hear, order, sealedOf } = await shopOn(t, { ...STALL, cut: 'deduct' })
    const first = await sell(paper('0457', ITEMS, CHARGED))
    const kept = { line: 3, quantity: decimal(0n) }
    const alone = await correct(returned(first.identity, 0, 1n, { returned: [{ line: 0, quantity: decimal(1n) }, kept] }))
    t.same(
      vietnam.view(alone.bytes).lines.flatMap(({ name, nature }) => (nature === 4 ? [] : [name])),
      ['Phở bò'],
    )
    t.equal(codeOf(await order(returned(first.identity, 3, 0n))), 'CORRECTION_NOTHING')
    const service = await correct(returned(first.identity, 3, 1n))
    t.match(vietnam.view(service.bytes).lines[0], { name: 'Phí phục vụ', amount: -23_167n })
    await correct({ situation: 'undo', invoice: first.identity, why: 'khách bỏ', evidence: SLIP })
    t.equal(must(await desk.chain(first.identity)).worth, 0n)

    const second = await sell(paper('0458', [['Phở bò', 2n, 50_000n]], { serviceCharge: 10_000n, total: 110_000n }))
    const slip = (number: string, of: Partial<Receipt>) => ({
      ...paper(number, [['Phở bò', 1n, 50_000n]], of, 'refund'),
      ties: { number, refersTo: '0458' },
    })
    const whole = await hear(slip('0459', { serviceCharge: 5_000n, total: 55_000n }))
    const gaveAll = must((await desk.takeBack?.(whole.id, 'owner-1')) ?? (await order(returned(second.identity, 9, 1n))))
    t.match(vietnam.view((await sealedOf(gaveAll.entry ?? whole.id)).bytes).lines, [{ amount: -50_000n }, { amount: -5_000n }])
    const goods = await hear(slip('0460', { total: 50_000n }))
    const gave = must((await desk.takeBack?.(goods.id, 'owner-1')) ?? (await order(returned(second.identity, 9, 1n))))
    t.match(
      vietnam.view((await sealedOf(gave.entry ?? goods.id)).bytes).lines.filter(({ nature }) => nature === 1),
      { length: 1 },
    )
  },
)
