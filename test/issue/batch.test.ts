import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import type { Ask } from '../../src/domain/correction.ts'
import type { InvoiceIdentity, Sealed } from '../../src/domain/invoice.ts'
import type { Result } from '../../src/domain/result.ts'
import { codeOf, must, paper, SLIP, shopOn, TOLD } from './desk.ts'

type Shop = Awaited<ReturnType<typeof shopOn>>

/** All of them ordered at once and issued; the codes of those that could not be. */
async function together({ desk, sealedOf }: Shop, ask: Omit<Ask, 'invoice'>, of: readonly Sealed[], name: string) {
  const identities = of.map(({ identity }) => identity)
  const [first] = identities
  if (!first || !desk.orderAll) throw new Error('nothing to order')
  const results = await desk.orderAll({ ...ask, invoice: first }, identities, name, 'owner-1')
  const issued: (Sealed | undefined)[] = []
  for (const result of results) issued.push(result.ok && result.value.entry ? await sealedOf(result.value.entry) : undefined)
  return { results, issued }
}
const lineOf = (sealed: Sealed | undefined, name: string) =>
  sealed && vietnam.view(sealed.bytes).lines.find((line) => line.name === name)
const again = (result: Result<{ readonly again: boolean }> | undefined) => result?.ok && result.value.again

t.test('R-072, R-077: beer was sold at 8 % on three invoices: each is replaced at 10 %, the rest of it stays', async (t) => {
  const shop = await shopOn(t)
  const { sell, desk, sealedOf } = shop
  const some = [
    await sell(
      paper(1, [
        ['Phở bò', 2n, 50_000n],
        ['Bia Hà Nội', 3n, 21_600n],
      ]),
    ),
    await sell(paper(2, [['Bia Hà Nội', 1n, 21_600n]], { discount: 1_600n, total: 20_000n })),
    await sell(paper(3, [['Phở bò', 1n, 50_000n]])),
    await sell(
      paper(4, [
        ['bia hà nội', 5n, 21_600n],
        ['Lạc rang', 1n, 15_000n],
        ['Bia Hà Nội', 1n, 21_600n],
      ]),
    ),
  ]
  const ask = { situation: 'goods', why: 'bia chịu thuế 10 %', evidence: TOLD } as const
  const item = { name: 'Bia Hà Nội', becomes: { rate: '10' } }
  const seen = must(await desk.propose({ ...ask, item, invoice: some[0]?.identity as InvoiceIdentity }))
  t.match(seen, { how: 'replace', difference: { pay: 0n }, before: { pay: some[0]?.pay } })
  t.equal(seen.difference?.tax, seen.difference && -(seen.difference.net ?? 0n), 'the same money, more of it is tax')

  const { results, issued } = await together(shop, { ...ask, item }, some, 'beer')
  t.same(results.map(codeOf), ['ok', 'ok', 'CORRECTION_NO_ITEM', 'ok'])
  for (const [i, sealed] of issued.entries())
    if (sealed) t.match(sealed, { pay: some[i]?.pay, corrects: { how: 'replace', cause: 14, invoice: some[i]?.identity } })
  t.match(lineOf(issued[0], 'Bia Hà Nội'), { rate: '10%' })
  t.match(lineOf(issued[0], 'Phở bò'), { rate: '8%' })
  t.same(
    issued[3] && vietnam.view(issued[3].bytes).lines.map(({ name, rate }) => [name, rate]),
    [
      ['bia hà nội', '10%'],
      ['Lạc rang', '8%'],
      ['Bia Hà Nội', '10%'],
    ],
    'whatever way it was typed',
  )
  t.same(
    (await together(shop, { ...ask, item }, some.slice(0, 1), 'later')).results.map(codeOf),
    ['CORRECTION_NO_ITEM'],
    'what is right already is not replaced again',
  )
  const resumed = await together(shop, { ...ask, item }, some.slice(0, 2), 'beer')
  t.same(resumed.results.map(again), [true, true], 'asked twice under one name: nothing new was made')
  t.same(
    await Promise.all(
      resumed.results.map(async (r) => (r.ok && r.value.entry ? (await sealedOf(r.value.entry)).identity.number : 0)),
    ),
    [issued[0]?.identity.number, issued[1]?.identity.number],
  )
})

t.test('R-072: a price and a name that were wrong all day; renaming moves no đồng', async (t) => {
  const shop = await shopOn(t)
  const { sell, correct } = shop
  const lines = [{ name: 'Tra da', qty: { units: 335n, scale: 3 }, unitPrice: 29_900n, amount: 10_017n }]
  const some = [await sell(paper(1, [], { lines, total: 10_017n })), await sell(paper(2, [['Tra da', 2n, 5_000n]]))]
  const ask = { situation: 'goods', why: 'sai tên món', evidence: TOLD } as const
  const named = await together(shop, { ...ask, item: { name: 'TRÀ ĐÁ', becomes: { name: 'Trà đá' } } }, some, 'name')
  t.same(named.results.map(codeOf), ['ok', 'ok'])
  for (const [i, sealed] of named.issued.entries()) {
    t.equal(sealed?.pay, some[i]?.pay)
    t.ok(lineOf(sealed, 'Trà đá'))
  }
  const cheaper = await together(
    shop,
    { ...ask, item: { name: 'Trà đá', becomes: { unitPrice: 3_000n } } },
    some.slice(1),
    'price',
  )
  t.match(cheaper.issued, [{ pay: 6_000n, corrects: { invoice: named.issued[1]?.identity } }], 'R-076: of the live one')

  const returned = await sell(paper(3, [['Trà đá', 4n, 5_000n]]))
  const one = [{ line: 0, quantity: { units: 1n, scale: 0 } }]
  await correct({ situation: 'return', invoice: returned.identity, returned: one, why: 'trả lại', evidence: SLIP })
  const back = await together(
    shop,
    { ...ask, situation: 'adjusted-wrong', item: { name: 'Trà đá', becomes: { unitPrice: 4_000n } } },
    [returned],
    'x',
  )
  t.match(
    back.issued,
    [{ pay: -3_000n, corrects: { how: 'adjust' } }],
    'the method that was used first: three are left, 1,000 less each',
  )
})

t.test('R-073: a business agrees once for all its invoices: the paper is kept once, the others say where', async (t) => {
  const shop = await shopOn(t)
  const { sell, ledger } = shop
  const some = [await sell(paper(1, [['Phở bò', 1n, 50_000n]])), await sell(paper(2, [['Phở bò', 2n, 50_000n]]))]
  const buyer = { name: 'CÔNG TY TNHH MẪU', taxCode: '0101243150' }
  const file = { name: 'thoa-thuan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7 mẫu') }
  const evidence = { channel: 'written', note: 'Khách đưa mã số thuế', file } as const
  const ask = { situation: 'buyer-code', why: 'thiếu mã số thuế', buyer } as const
  t.same(
    (await together(shop, { ...ask, evidence: TOLD }, some, 'told')).results.map(codeOf),
    ['CORRECTION_MISSING', 'CORRECTION_MISSING'],
    'a business is not only told',
  )
  const { issued } = await together(shop, { ...ask, evidence }, some, 'agreed')
  for (const sealed of issued) t.same(sealed && vietnam.buyer?.(sealed.bytes), buyer)
  const facts = await ledger.view.facts(-1, 500)
  const agreed = facts.filter(({ kind }) => kind === 'correction.agreed').map(({ line }) => JSON.parse(line) as Fact)
  t.equal(agreed.length, 2, 'each invoice has its own record')
  const [first = 0, second = 0] = agreed.map(({ body }) => body.doc.size)
  t.ok(first > second + 20, 'its bytes lie beside the first')
})

interface Fact {
  readonly body: { readonly doc: { readonly size: number } }
}
