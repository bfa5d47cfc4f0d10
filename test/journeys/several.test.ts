import t from 'tap'
import { testClock } from './clock.ts'
import { allAgree } from './eyes.ts'
import { type Done, ownerOf, rowWith } from './owner.ts'
import { openShop } from './shop.ts'

const DAY = '2026-11-23'
const company = { name: 'CÔNG TY TNHH MẪU', taxCode: '0101243150', address: '1 Tràng Tiền, Hà Nội' }
const agreed = {
  channel: 'written',
  note: 'Công ty đã ký biên bản',
  file: { name: 'bien-ban.pdf', type: 'application/pdf', content: Buffer.from('%PDF-1.4 biên bản').toString('base64') },
}
type Row = Readonly<Record<string, unknown>> & { readonly number: number; readonly fault?: { readonly code: string } }

t.test('R-072, R-073, R-077: one error on several invoices, looked at, ordered at once, listed for the buyer', async (t) => {
  const clock = testClock({ start: `${DAY}T09:00:00`, speed: 5 })
  const shop = await openShop(t, { clock })
  const me = ownerOf(shop)
  for (const [i, count] of [1, 2, 3].entries())
    await me.sell(`HD00010${i}`, [
      ['Trà đá', count, 5_000],
      ['Bánh mì chảo', 1, 55_000],
    ])
  await me.sell('HD000109', [['Bánh flan', 2, 18_000]])
  t.ok(await me.filed(4), 'four sales are filed')

  const invoices = [1, 2, 3, 4, 99].map((number) => ({ form: 1, symbol: 'C26MAA', number }))
  const of = '/api/v1/corrections'
  const post = async (what: string, body: object, name?: string): Promise<readonly Row[]> => {
    const answer = await shop.api<readonly Row[]>(`${of}/${what}`, body, name ? { headers: { 'idempotency-key': name } } : {})
    t.equal(answer.status, 200, JSON.stringify(answer.body).slice(0, 200))
    return answer.body
  }
  const read = await post('content', { invoices })
  t.match(read, [
    { number: 1, lines: [{ name: 'Trà đá', unitPrice: '5000' }, { name: 'Bánh mì chảo' }] },
    { number: 2 },
    { number: 3 },
    { number: 4, lines: [{ name: 'Bánh flan' }] },
    { number: 99, fault: { code: 'CORRECTION_UNKNOWN' } },
  ])

  const price = { situation: 'goods', item: { name: 'Trà đá', becomes: { unitPrice: '3000' } }, why: 'sai giá trà đá' }
  const told = { channel: 'in-shop', note: 'dán thông báo tại quán' }
  const tried = await post('propose', { ...price, invoices })
  t.match(
    tried.slice(0, 4),
    [
      { how: 'replace', before: '60000', after: '58000', pay: '-2000', missing: ['told'] },
      { pay: '-4000' },
      { pay: '-6000' },
      { fault: { code: 'CORRECTION_NO_ITEM' } },
    ],
    'nobody was told yet, and the last has no such item',
  )
  t.equal((await me.issued()).length, 4, 'looking makes nothing')
  t.match(await post('order', { ...price, invoices: invoices.slice(0, 3) }, 'several-price'), [
    { fault: { code: 'CORRECTION_MISSING' } },
    { fault: { code: 'CORRECTION_MISSING' } },
    { fault: { code: 'CORRECTION_MISSING' } },
  ])
  const ordered = await post('order', { ...price, evidence: told, invoices }, 'several-price')
  t.match(
    ordered.map(({ entry, fault }) => (entry ? 'ordered' : fault?.code)),
    ['ordered', 'ordered', 'ordered', 'CORRECTION_NO_ITEM', 'CORRECTION_UNKNOWN'],
  )
  t.ok(await me.filed(7), 'three replacements are accepted')
  const again = await post('order', { ...price, evidence: told, invoices }, 'several-price')
  t.match(
    again.map((row) => row['again'] ?? row.fault?.code),
    [true, true, true, 'CORRECTION_NO_ITEM', 'CORRECTION_UNKNOWN'],
  )

  const code = { situation: 'buyer-code', buyer: company, why: 'khách đưa mã số thuế sau', invoices: invoices.slice(0, 3) }
  const seen = await post('propose', code)
  t.match(seen, [{ pay: '0', missing: ['agreement'], month: DAY.slice(0, 7) }, {}, {}])
  const parties = seen.map((row) => row['party'])
  t.ok(typeof parties[0] === 'string' && new Set(parties).size === 1, 'one buyer, by a mark that names nobody')
  t.notMatch(JSON.stringify(seen), /0101243150|TNHH MẪU/)
  await post('order', { ...code, evidence: agreed }, 'several-buyer')
  t.ok(await me.filed(10), 'and three more, of the live ones (R-076)')
  t.match(
    (await me.issued()).slice(7).map(({ corrects, pay }) => [corrects?.number, corrects?.how, pay]),
    [5, 6, 7].map((number, i) => [number, 'replace', [58_000n, 61_000n, 64_000n][i]]),
  )
  for (const number of [8, 9, 10]) t.match(await me.xml('C26MAA', number), '0101243150')

  const list = await me.report('amended', 'month=2026-11&masked=0')
  t.equal(list.tables.length, 1, 'the wrong price had no one buyer: one list')
  t.match(rowWith(list, 'amended', 'document', '1C26MAA 9'), {
    ...{ n: 2, original: '1C26MAA 6', originalDay: DAY, originalPay: '61000', pay: '61000', difference: '0' },
    ...{ buyer: company.name, buyerId: company.taxCode, description: 'khách đưa mã số thuế sau' },
  })
  const masked = await me.report('amended', 'month=2026-11')
  t.match(rowWith(masked, 'amended', 'document', '1C26MAA 9'), { buyer: '***', buyerId: '***' })
  for (const format of ['csv', 'xlsx']) t.equal((await shop.api(`/api/v1/reports/amended.${format}?month=2026-11`)).status, 200)
  t.equal((await shop.api('/api/v1/reports/amended.xlsx?month=2026-10')).status, 200, 'a month without any is a file, too')
  allAgree(t, shop.dir, shop.messages)
})

t.test('R-051: the gateway was dead: slips become invoices of today, and the closing says where they stand', async (t) => {
  const clock = testClock({ start: `${DAY}T20:00:00`, speed: 5 })
  const shop = await openShop(t, { clock })
  const me = ownerOf(shop)
  await me.sell('HD000101', [['Cà phê sữa đá', 2, 29_000]])
  t.ok(await me.filed(1))
  const slip = (number: number, time: string, count: string, total: string) => ({
    ...{ slip: `CHO-${number}`, time, total, payment: 'transfer' },
    lines: [{ name: 'Cà phê sữa đá', quantity: count, unitPrice: '29000', discount: '0' }],
  })
  const [{ register } = { register: '' }] = (await me.balance(DAY)).registers
  const url = `/api/v1/registers/${register}/slips`
  const first = slip(1, `${DAY}T19:10`, '1', '29000')
  t.match(await shop.api(`${url}/look`, first), {
    status: 200,
    body: { invoice: { number: 2, pay: '29000' }, earlier: undefined },
  })
  t.match(await shop.api(`${url}/look`, { ...first, total: '28000' }), { status: 422, body: { code: 'SALE_TOTAL_UNPROVEN' } })
  const enter = (body: object, name: string) => shop.api<Done>(url, body, { headers: { 'idempotency-key': name } })
  const [one, two] = [await enter(first, 'slip-entry-1'), await enter(first, 'slip-entry-2')]
  t.same([one.status, two.status, two.body.entry], [201, 200, one.body.entry], 'the same slip twice is one')
  t.match(await shop.api(`${url}/look`, first), { body: { earlier: one.body.entry, same: true } })
  t.equal((await enter({ ...first, total: '58000', lines: slip(1, '', '2', '').lines }, 'slip-entry-3')).status, 409)
  t.ok(await me.filed(2))
  await me.z(1, 3, 145_000n)
  const evening = await me.compared(DAY)
  t.match(evening.registers[0]?.slips, { issued: { count: 1, pay: '29000' }, earlier: { count: 0 }, later: { count: 0 } })
  clock.to('2026-11-24T08:00:00')
  await enter(slip(2, `${DAY}T21:30`, '2', '58000'), 'slip-entry-4')
  t.ok(await me.filed(3))
  const after = (await me.balance(DAY)).registers[0]
  t.match(after?.slips, { issued: { count: 1 }, later: { count: 1, pay: '58000' } })
  const total = after?.rows.find(({ what }) => what === 'total')
  t.match(total, { till: '145000', issued: '87000', difference: '-58000', cause: { code: 'slips' } })
  t.match((await me.issued()).at(-1), { at: /^2026-11-24T08:/ }, 'never backdated')
  allAgree(t, shop.dir, shop.messages)
})
