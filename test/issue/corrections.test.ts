import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import { decimal } from '../../src/domain/decimal.ts'
import { slipDesk } from '../../src/issue/slips.ts'
import { codeOf, must, paper, SLIP, shopOn, TOLD } from './desk.ts'
import { R17 } from './world.ts'

const LUNCH = paper(
  '0457',
  [
    ['Phở bò', 3n, 60_000n],
    ['Bia Hà Nội', 2n, 25_000n],
    ['Trà đá', 1n, 7_000n],
  ],
  { total: 237_000n },
)

void t.test('R-072: a wrong cash-register invoice is replaced in full, with cause 14 and the words of the law', async (t) => {
  const { sell, desk, correct, ledger } = await shopOn(t)
  const first = await sell(LUNCH)
  const { lines, discount } = must(await desk.content(first.identity))
  t.same(
    lines.map(({ name, quantity, unitPrice, rate }) => [name, quantity.units, unitPrice, rate]),
    [
      ['Phở bò', 3n, 60_000n, '8%'],
      ['Bia Hà Nội', 2n, 25_000n, '8%'],
      ['Trà đá', 1n, 7_000n, '8%'],
    ],
  )
  t.equal(discount, 0n)
  const ask = {
    situation: 'goods',
    invoice: first.identity,
    lines: lines.map((line) => (line.name === 'Bia Hà Nội' ? { ...line, quantity: decimal(1n) } : line)),
    why: 'gõ nhầm hai chai bia',
  } as const
  const shown = must(await desk.propose(ask))
  t.same(shown.missing, ['told'])
  t.equal(shown.difference?.pay, -25_000n)
  t.equal(shown.legend, 'Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 1 ngày 21 tháng 11 năm 2026')
  t.equal(codeOf(await desk.order(ask, 'x', 'owner-1')), 'CORRECTION_MISSING', 'R-073: the buyer is told first')

  const second = await correct({ ...ask, evidence: TOLD })
  t.equal(second.pay, 212_000n)
  t.equal(second.identity.number, 2)
  t.match(second.corrects, { how: 'replace', cause: 14, invoice: { number: 1 }, issuedOn: '2026-11-21' })
  t.match(vietnam.view(second.bytes).legend, /^Thay thế cho hóa đơn/)
  const chain = must(await desk.chain(first.identity))
  t.match(chain, { live: { number: 2 }, locked: 'replace', worth: 212_000n, links: [{ how: 'original' }, { how: 'replace' }] })
  const facts = await ledger.view.facts(0, 1_000)
  const kinds = facts.map(({ kind }) => kind)
  t.ok(kinds.indexOf('correction.agreed') < kinds.lastIndexOf('frame.captured'), 'agreed before it was ordered')
})

void t.test('R-074, R-076: goods come back in parts, to the đồng; the lock keeps errors on adjustments', async (t) => {
  const { sell, desk, correct, order, worth } = await shopOn(t)
  const first = await sell(LUNCH)
  const back = (line: number, units: bigint) =>
    ({
      situation: 'return',
      invoice: first.identity,
      returned: [{ line, quantity: decimal(units) }],
      why: 'khách trả',
      evidence: SLIP,
    }) as const
  const one = await correct(back(0, 1n))
  t.equal(one.pay, -60_000n)
  t.match(one.corrects, { how: 'adjust', cause: 5, invoice: { number: 1 } })
  t.match(vietnam.view(one.bytes).legend, /^Điều chỉnh cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 1 /)
  t.equal(codeOf(await order(back(0, 3n))), 'CORRECTION_EXCEEDS', 'only two are left')
  t.equal(codeOf(await order(back(9, 1n))), 'CORRECTION_LINE')
  t.equal(
    codeOf(await order({ situation: 'goods', how: 'replace', invoice: first.identity, why: 'sai', evidence: TOLD })),
    'CORRECTION_LOCKED',
  )
  const kept = must(await desk.content(first.identity)).lines
  t.equal(kept[0]?.quantity.units, 2n, 'what is left')
  const wrong = {
    situation: 'adjusted-wrong',
    invoice: first.identity,
    lines: kept.map((line, i) => (i === 0 ? { ...line, quantity: decimal(3n) } : line)),
    why: 'điều chỉnh nhầm, khách giữ lại',
    evidence: TOLD,
  } as const
  const again = await correct(wrong)
  t.equal(again.pay, 60_000n, 'R-075: upwards is positive')
  t.equal(await worth(first.identity), 237_000n)
  await correct(back(1, 2n))
  const rest = await correct({ situation: 'undo', invoice: first.identity, why: 'khách bỏ cả đơn', evidence: SLIP })
  t.equal(rest.pay, -187_000n)
  t.equal(await worth(first.identity), 0n)
  t.equal(
    codeOf(await order({ situation: 'undo', invoice: first.identity, why: 'lần nữa', evidence: SLIP })),
    'CORRECTION_NOTHING',
  )
})

void t.test('R-076: a replacement is replaced again, never the one before it; a return is then a replacement too', async (t) => {
  const { sell, correct, order, desk, worth } = await shopOn(t)
  const first = await sell(LUNCH)
  const named = { situation: 'buyer-code', invoice: first.identity, why: 'khách đưa mã số thuế sau' } as const
  const company = { name: 'CÔNG TY TNHH ABC', taxCode: '0101243150', address: 'Hà Nội' }
  t.equal(
    codeOf(await order({ ...named, buyer: company, evidence: TOLD })),
    'CORRECTION_MISSING',
    'R-073: a business agrees in writing',
  )
  const file = { name: 'bien-ban.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF') }
  const second = await correct({ ...named, buyer: company, evidence: { channel: 'written', note: 'biên bản', file } })
  t.equal(second.pay, 237_000n)
  t.same(vietnam.buyer?.(second.bytes), company)
  const third = await correct({
    situation: 'return',
    invoice: first.identity,
    returned: [{ line: 2, quantity: decimal(1n) }],
    why: 'trả',
    evidence: SLIP,
  })
  t.match(third.corrects, { how: 'replace', cause: 14, invoice: { number: 2 } })
  t.equal(third.pay, 230_000n)
  t.same(vietnam.buyer?.(third.bytes), company, 'the buyer stays')
  t.match(must(await desk.chain(first.identity)), { live: { number: 3 }, locked: 'replace', worth: 230_000n })
  t.equal(await worth(second.identity), 230_000n, 'found from any of its invoices')
})

void t.test('R-076, R-081: what the lock leaves no document for is told with the next step, not as a riddle', async (t) => {
  const { sell, correct, order, desk, worth } = await shopOn(t)
  const first = await sell(LUNCH)
  const goods = { situation: 'goods', invoice: first.identity, why: 'gõ nhầm', evidence: TOLD } as const
  const { lines } = must(await desk.content(first.identity))
  const second = await correct({ ...goods, lines: lines.slice(0, 2) })
  const undo = { situation: 'undo', invoice: first.identity, why: 'khách bỏ', evidence: SLIP } as const
  t.match(await order(undo), { ok: false, fault: { code: 'CORRECTION_NOTHING_LEFT', values: { invoice: '1C26MAA-00000002' } } })
  const back = await correct({ ...undo, situation: 'return', returned: [{ line: 0, quantity: decimal(3n) }] })
  t.match(back, { pay: 50_000n, corrects: { how: 'replace', invoice: second.identity } }, 'what is left is replaced')
  t.equal(await worth(first.identity), 50_000n)

  const other = await sell(
    paper('0458', [
      ['Phở bò', 3n, 60_000n],
      ['Trà đá', 1n, 7_000n],
    ]),
  )
  await correct({ ...undo, invoice: other.identity, situation: 'return', returned: [{ line: 0, quantity: decimal(1n) }] })
  const company = { name: 'CÔNG TY TNHH ABC', taxCode: '0101243150', address: 'Hà Nội' }
  const code = {
    situation: 'buyer-code',
    invoice: other.identity,
    buyer: company,
    why: 'thiếu mã số thuế',
    evidence: TOLD,
  } as const
  t.match(await order(code), { ok: false, fault: { code: 'CORRECTION_BUYER_LOCKED', values: { invoice: '1C26MAA-00000004' } } })
  const kept = must(await desk.content(other.identity)).lines
  const more = kept.map((line, i) => (i === 0 ? { ...line, quantity: decimal(3n) } : line))
  const both = { ...goods, invoice: other.identity, situation: 'adjusted-wrong', lines: more } as const
  t.equal(codeOf(await order({ ...both, buyer: company })), 'CORRECTION_BUYER_LOCKED', 'nor beside goods')
  t.equal((await correct(both)).pay, 60_000n)
  const named = { ...code, situation: 'buyer-name', buyer: { name: company.name } } as const
  t.match(must(await order(named)), { notice: 'N-00000001' }, 'R-071: a name is told')
})

void t.test(
  'R-071, R-072: a tax or personal code that is wrong or was missing is no harmless error to be told by a notice',
  async (t) => {
    const { sell, order, desk } = await shopOn(t)
    const anonymous = await sell(LUNCH)
    const company = { name: 'CÔNG TY TNHH ABC', taxCode: '0101243150', address: 'Hà Nội' }
    const told = { situation: 'buyer-name', invoice: anonymous.identity, why: 'sai tên', evidence: TOLD } as const
    const refused = { ok: false, fault: { code: 'CORRECTION_BUYER_CODE' } }
    t.match(await order({ ...told, buyer: company }), refused, 'given after the sale')
    t.match(await desk.propose({ ...told, buyer: { name: 'Trần Thị Mẫu', personalId: '001099000001' } }), refused)

    const sold = await sell(paper('0459', [['Phở bò', 1n, 60_000n]], { buyer: company }))
    const other = { ...told, invoice: sold.identity }
    t.match(await order({ ...other, buyer: { ...company, taxCode: '0100109106' } }), refused, 'another one')
    const right = { ...company, taxCode: '010 1243 150', address: '2 Tràng Tiền, Hà Nội' }
    t.match(must(await order({ ...other, buyer: right })), { notice: 'N-00000001' }, 'the same code, another address')
  },
)

void t.test('R-051, R-072: the replacement of an invoice for a slip is no second invoice for it', async (t) => {
  const { parts, sealedOf, correct } = await shopOn(t)
  const slip = {
    slip: 'CHO-0007',
    time: '2026-11-21T08:15',
    lines: [{ name: 'Phở bò', quantity: decimal(2n), unitPrice: 60_000n, discount: 0n }],
    discount: 0n,
    total: 120_000n,
  }
  const { entry } = must(await slipDesk(parts).order(R17.id, slip, 'owner-1'))
  if (!entry) throw new Error('no entry')
  const first = await sealedOf(entry)
  t.match(first.offline, { slip: 'CHO-0007' })
  const buyer = { name: 'Trần Thị Mẫu', personalId: '001099000001' }
  const code = { situation: 'buyer-code', invoice: first.identity, buyer, why: 'khách đưa sau', evidence: TOLD } as const
  const second = await correct(code)
  t.match(second, { pay: 120_000n, corrects: { how: 'replace', invoice: first.identity }, offline: undefined })
})
