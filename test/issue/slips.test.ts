import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import { decimal } from '../../src/domain/decimal.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { OfflineSlip } from '../../src/domain/slip.ts'
import type { CivilDate } from '../../src/domain/time.ts'
import { slipDesk } from '../../src/issue/slips.ts'
import { codeOf, must, SLIP, shopOn } from './desk.ts'
import { R17 } from './world.ts'

const TODAY = '2026-11-21' as CivilDate
const PAPER: OfflineSlip = {
  slip: 'CHO-0007',
  time: '2026-11-21T08:15',
  lines: [{ name: 'Phở bò', quantity: decimal(2n), unitPrice: 60_000n, discount: 0n }],
  discount: 0n,
  total: 120_000n,
  payment: 'cash',
}

void t.test('R-051: a slip of a dead gateway is invoiced now, once, with its number and time beside it', async (t) => {
  const { parts, sealedOf, ledger, clock, correct, worth } = await shopOn(t)
  const slips = slipDesk({ ...parts, lastNumber: () => 41 })
  const seen = await slips.look?.(R17.id, PAPER)
  t.match(seen, {
    ok: true,
    value: { view: { pay: 120_000n, identity: { number: 42 }, lines: [{ name: 'Phở bò' }] }, earlier: undefined },
  })
  t.equal((await ledger.view.facts(-1, 50)).filter(({ kind }) => kind === 'frame.captured').length, 0, 'looking writes nothing')
  const [one, two] = await Promise.all([slips.order(R17.id, PAPER, 'owner-1'), slips.order(R17.id, PAPER, 'owner-1')])
  const { entry, again } = must(one)
  t.equal(again, false)
  t.same(must(two), { entry, again: true }, 'the same slip number twice is one')
  t.equal(
    codeOf(
      await slips.order(
        R17.id,
        { ...PAPER, total: 60_000n, lines: PAPER.lines.map((l) => ({ ...l, quantity: decimal(1n) })) },
        'owner-1',
      ),
    ),
    'SALES_NAME_USED',
  )
  if (!entry) throw new Error('no entry')
  t.match(
    await slips.look?.(R17.id, PAPER),
    { value: { earlier: entry, same: true } },
    'entered before: said before anything is pressed',
  )
  t.match(await slips.look?.(R17.id, { ...PAPER, time: '2026-11-21T08:16' }), { value: { earlier: entry, same: false } })
  t.match(await slips.look?.(R17.id, { ...PAPER, total: 119_000n }), { ok: false, fault: { code: 'SALE_TOTAL_UNPROVEN' } })
  const sealed = await sealedOf(entry)
  const { rows } = await ledger.books.issued({ from: TODAY, to: TODAY })
  t.match(rows, [{ entry, offline: { slip: 'CHO-0007', time: '2026-11-21T08:15' } }], 'the books know a slip from a receipt')
  t.match(sealed, { pay: 120_000n, identity: { number: 1 }, tender: [{ method: 'cash', amount: 120_000n }] })
  t.equal(sealed.at, clock.now(), 'never backdated')
  t.match(vietnam.view(sealed.bytes).issuedOn, /^2026-11-21T12:/)
  const facts = await ledger.view.facts(0, 1_000)
  const bodies = facts
    .filter(({ kind }) => kind === 'invoice.issued')
    .map(({ line }) => (JSON.parse(line) as { body: object }).body)
  t.match(bodies, [{ entry, offline: { slip: 'CHO-0007', time: '2026-11-21T08:15' } }], 'audit-pack 1.4')
  t.equal(bodies.length, 1)

  const back = await correct({ situation: 'undo', invoice: sealed.identity, why: 'khách trả', evidence: SLIP })
  t.equal(back.pay, -120_000n, 'corrected like any other')
  t.equal(await worth(sealed.identity), 0n)

  const odd = (more: Partial<OfflineSlip>) => slips.order(R17.id, { ...PAPER, slip: 'CHO-0008', ...more }, 'owner-1')
  t.equal(codeOf(await odd({ time: '2027-01-01T08:00' })), 'SALE_DATE_IMPOSSIBLE', 'not sold yet')
  t.equal(codeOf(await odd({ time: 'hôm qua' })), 'SALE_DATE_IMPOSSIBLE')
  t.equal(codeOf(await odd({ total: 119_000n })), 'SALE_TOTAL_UNPROVEN')
  t.equal(codeOf(await slips.order(registerId('R099'), PAPER, 'owner-1')), 'DASHBOARD_NOT_FOUND')
})

void t.test('R-051, R-069: where prices are without tax, the money taken is with it', async (t) => {
  const { parts, sealedOf } = await shopOn(t, { prices: 'exclusive' })
  const slips = slipDesk(parts)
  const { entry } = must(await slips.order(R17.id, { ...PAPER, total: 129_600n }, 'owner-1'))
  if (!entry) throw new Error('no entry')
  t.match(await sealedOf(entry), { pay: 129_600n, rates: [{ rate: '8%', net: 120_000n, tax: 9_600n }] })
  t.equal(codeOf(await slips.order(R17.id, { ...PAPER, slip: 'CHO-0009' }, 'owner-1')), 'SALE_TOTAL_UNPROVEN')
})
