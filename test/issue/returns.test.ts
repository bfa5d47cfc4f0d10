import t from 'tap'
import { vietnam } from '../../src/countries/vn/index.ts'
import { buyerWarnings } from '../../src/domain/buyer.ts'
import { decimal } from '../../src/domain/decimal.ts'
import { orderBytes, readOrder } from '../../src/domain/order.ts'
import type { Buyer } from '../../src/domain/sale.ts'
import { instant } from '../../src/domain/time.ts'
import { correctionDesk } from '../../src/issue/corrections/desk.ts'
import { fc, runs } from '../property.ts'
import { codeOf, must, paper, SLIP, shopOn, TOLD } from './desk.ts'
import { R17, R18 } from './world.ts'

const back = (number: string, of: string, items: Parameters<typeof paper>[1], kind: 'refund' | 'void' = 'refund') => ({
  ...paper(number, items, {}, kind),
  ties: { number, refersTo: of },
})

void t.test('returns, cancellations and exchanges that the till printed', async (t) => {
  const { sell, hear, desk, settled, worth, sealedOf } = await shopOn(t)
  const sold = await sell(
    paper('0457', [
      ['Phở bò', 3n, 60_000n],
      ['Bia Hà Nội', 2n, 25_000n],
    ]),
  )

  const slip = await hear(back('0460', '0457', [['Bia Hà Nội', -1n, 25_000n]]))
  t.match(slip, { state: 'held', fault: { code: 'SALE_REFUND_OF' } }, 'R-081: a return waits for a person')
  t.match(must((await desk.fromRefund?.(slip.id)) ?? missing()), { situation: 'return', returned: [{ line: 1 }] })
  const ordered = must((await desk.takeBack?.(slip.id, 'owner-1')) ?? missing())
  t.match(await sealedOf(ordered.entry ?? slip.id), { pay: -25_000n, corrects: { how: 'adjust', cause: 5 } }, 'R-074')
  t.match(await settled(slip.id), { state: 'set-aside', why: 'no-sale' })
  t.equal(codeOf((await desk.takeBack?.(slip.id, 'owner-1')) ?? missing()), 'CORRECTION_NO_ORIGINAL', 'it is done')

  const unknown = await hear(back('0461', '0001', [['Phở bò', -1n, 60_000n]]))
  t.equal(codeOf((await desk.takeBack?.(unknown.id, 'owner-1')) ?? missing()), 'CORRECTION_NO_ORIGINAL')
  must((await desk.takeBack?.(unknown.id, 'owner-1', sold.identity)) ?? missing())

  const dearer = await hear(back('0462', '0457', [['Phở bò', -1n, 65_000n]]))
  t.equal(codeOf((await desk.takeBack?.(dearer.id, 'owner-1')) ?? missing()), 'CORRECTION_NO_MATCH', 'another price')

  const both = await hear(
    back('0463', '0457', [
      ['Phở bò', -1n, 60_000n],
      ['Trà đá', 2n, 7_000n],
    ]),
  )
  t.match(both, { state: 'held' }, 'R-116: return and purchase on one paper')
  const half = must((await desk.takeBack?.(both.id, 'owner-1')) ?? missing())
  t.equal((await sealedOf(half.entry ?? both.id)).pay, -60_000n)
  await t.resolveMatch(
    until(
      () => settled(both.id),
      ({ state }) => state === 'queued',
    ),
    { sealed: { pay: 14_000n } },
    'R-116',
  )

  const other = await sell(paper('0470', [['Cơm tấm', 1n, 45_000n]]))
  const cancelled = await hear(back('0471', '0470', [['Cơm tấm', 1n, 45_000n]], 'void'))
  t.match(cancelled, { state: 'held', fault: { code: 'SALE_REFUND_OF' } })
  must((await desk.takeBack?.(cancelled.id, 'owner-1')) ?? missing())
  await until(
    () => worth(other.identity),
    (left) => left === 0n,
  )
  t.equal(await worth(sold.identity), 85_000n)
})

const missing = (): never => {
  throw new Error('the desk knows no returns')
}
async function until<T>(look: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (const end = process.uptime() + 10; ; ) {
    const value = await look()
    if (done(value) || process.uptime() > end) return value
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

void t.test('the buyer of the next sale, and what is told to the authority without an invoice', async (t) => {
  const { clock, sell, hear, nextBuyer, correct, order, desk, sealedOf, ledger, parts } = await shopOn(t)
  const anna: Buyer = { name: 'Trần Thị Mẫu', phone: '0912345678' }
  const arm = (register = R17.id) =>
    nextBuyer.arm(register, { buyer: anna, since: clock.now(), until: instant(clock.now() + 3_600_000), who: 'cashier-1' })
  arm()
  await hear({ kind: 'provisional', outcome: 'ignored', why: 'provisional', textLines: [], proofs: [] })
  t.ok(nextBuyer.armed(R17.id), 'R-037: a provisional bill takes nobody')
  await sell(paper('1', [['Phở', 1n, 50_000n]]), R18)
  t.ok(nextBuyer.armed(R17.id), 'another till takes nobody')
  const first = await sell(paper('2', [['Phở', 1n, 50_000n]]))
  t.same(vietnam.buyer?.(first.bytes), anna, 'R-022: on the next sale')
  t.notOk(nextBuyer.armed(R17.id), 'used once')
  const second = await sell(paper('3', [['Phở', 1n, 50_000n]]))
  t.notOk(vietnam.buyer?.(second.bytes))

  arm()
  clock.step(10 * 60_000)
  const late = await sell(paper('4', [['Phở', 1n, 50_000n]]))
  t.notOk(vietnam.buyer?.(late.bytes), 'ten minutes, whatever was asked for')

  arm()
  const odd = await hear(
    paper('5', [['Phở', 1n, 50_000n]], { vat: [{ rate: '8', base: 1n, tax: 49_999n }], taxMode: 'inclusive' }),
  )
  t.equal(odd.state, 'held')
  t.ok(nextBuyer.armed(R17.id), 'given back by a sale that came to nothing')
  nextBuyer.drop(R17.id)

  t.same(
    buyerWarnings({ taxCode: '0101234567', personalId: '12', phone: '12' }).map(({ field }) => field),
    ['taxCode', 'personalId', 'phone'],
    'R-023',
  )
  t.same(buyerWarnings({ taxCode: '0101243150-001', personalId: '001099000001', phone: '0912 345 678' }), [])

  const name = { situation: 'buyer-name', invoice: first.identity, why: 'sai dấu tên khách', evidence: TOLD } as const
  const homeless = correctionDesk({ ...parts, shop: { ...parts.shop, place: '' } })
  t.match(await homeless.propose(name), { ok: false, fault: { code: 'VN_NO_OFFICE', path: 'shop.place' } })
  t.equal(codeOf(await homeless.order(name, 'n0', 'owner-1')), 'VN_NO_OFFICE', 'said at once, and nothing is ordered')
  const told = must(await order(name, 'n1'))
  t.match(told, { notice: 'N-00000001', again: false }, 'R-071: a notice, no invoice')
  t.equal(must(await order(name, 'n1')).again, true)
  t.match(must(await desk.chain(first.identity)), { notices: [{ notice: 'N-00000001' }], links: { length: 1 } })
  const asked = { situation: 'authority', invoice: first.identity, why: 'giải trình', evidence: TOLD } as const
  t.equal(codeOf(await order(asked)), 'CORRECTION_MISSING', 'R-078: the number of its notice')
  must(await order({ ...asked, request: { number: '123/TB-RSĐT', date: '2026-11-20' as never } }))

  const undo = { situation: 'undo', invoice: second.identity, why: 'khách bỏ', evidence: SLIP } as const
  const twice = await Promise.all([order(undo, 'same'), order(undo, 'same')])
  t.same(new Set(twice.map((result) => must(result).entry)).size, 1, 'the same name twice is one')
  await sealedOf(must(twice[0]).entry ?? missing())
  t.equal(codeOf(await order({ ...undo, why: 'khác' }, 'same')), 'SALES_NAME_USED')

  const full = { ok: false, fault: { code: 'LEDGER_DISK_FULL' } } as const
  const broken = correctionDesk({ ...parts, ledger: { ...ledger, capture: async () => full } })
  const later = {
    situation: 'discount',
    invoice: late.identity,
    discount: 5_000n,
    why: 'Chiết khấu tháng 11',
    evidence: SLIP,
  } as const
  t.equal(codeOf(await broken.order(later, 'd1', 'owner-1')), 'LEDGER_DISK_FULL', 'R-073: agreed, and then it broke')
  const off = must(await order(later, 'd1'))
  t.match(await sealedOf(off.entry ?? missing()), { pay: -5_000n, corrects: { cause: 4 } }, 'R-080')
  t.match(vietnam.view((await sealedOf(off.entry ?? missing())).bytes).lines, [{ name: 'Chiết khấu tháng 11' }])
  const story = await ledger.view.facts(0, 2_000)
  const agreements = story.filter(({ kind, line }) => kind === 'correction.agreed' && line.includes(`${late.identity.number}]`))
  t.equal(agreements.length, 1, 'nothing is lost, nothing is doubled')

  const made = readOrder((await ledger.frame(must(twice[0]).entry ?? missing())) ?? new Uint8Array())
  if (!made) throw new Error('no order')
  const stale = must(await ledger.capture(R17.id, { bytes: orderBytes(made), discarded: 0, torn: false, order: true }))
  const entry = await ledger.settled(stale, AbortSignal.timeout(10_000))
  t.match(entry, { state: 'held', fault: { code: 'CORRECTION_EXCEEDS' } }, 'R-076: judged again in its turn')
  const fake = await hear({ ...paper('9', [['Phở', 1n, 50_000n]]) })
  const printed = must(await ledger.capture(R17.id, { bytes: orderBytes(made), discarded: 0, torn: false }))
  t.equal((await ledger.settled(printed, AbortSignal.timeout(10_000)))?.state, 'held', 'a till cannot order a correction')
  t.equal(fake.state, 'queued')
  t.equal(await correct({ ...undo, invoice: late.identity }).then(({ pay }) => pay), -45_000n)
})

const GOODS = [
  ['Phở bò', 60_000n],
  ['Bia Hà Nội', 25_000n],
  ['Trà đá', 7_000n],
] as const

type Act =
  | { readonly do: 'return'; readonly line: number; readonly pieces: bigint }
  | { readonly do: 'replace'; readonly pieces: readonly bigint[] }
  | { readonly do: 'undo' }
  | { readonly do: 'notify' }

const pieces = fc.bigInt({ min: 0n, max: 4n })
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('return' as const), line: fc.nat(2), pieces: fc.bigInt({ min: 1n, max: 3n }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('replace' as const), pieces: fc.tuple(pieces, pieces, pieces) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'notify' as const) }) },
)

void t.test('R-070..R-076: however corrections follow each other, the chain is worth what the model says', async (t) => {
  const { sell, order, desk, ledger, sealedOf } = await shopOn(t, {
    rates: { default: '8%', items: [{ match: 'bia*', rate: '10%' }] },
  })
  let receipts = 1_000
  let issued = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.bigInt({ min: 1n, max: 4n }), pieces, pieces),
      fc.boolean(),
      fc.array(act, { minLength: 1, maxLength: 5 }),
      async (sold, cheaper, acts) => {
        const gross = sold.reduce((sum, count, i) => sum + count * (GOODS[i]?.[1] ?? 0n), 0n)
        const off = cheaper ? gross / 7n : 0n
        const items = GOODS.flatMap(([name, price], i) => ((sold[i] ?? 0n) > 0n ? [[name, sold[i] ?? 0n, price] as const] : []))
        const first = await sell(paper(++receipts, items, { total: gross - off, ...(off > 0n ? { discount: off } : {}) }))
        /** Pieces of each line of the live document that are left, in its order. */
        let left = items.map(([, count]) => count)
        let prices = items.map(([, , price]) => price)
        let names: string[] = items.map(([name]) => name)
        let lock: 'replace' | 'adjust' | undefined
        let exact = off === 0n
        for (const one of acts) {
          const empty = left.every((count) => count === 0n)
          const base = { invoice: first.identity, why: 'thử' } as const
          const full = names.map((name, i) => ({
            name,
            quantity: decimal(left[i] ?? 0n),
            unitPrice: prices[i] ?? 0n,
            discount: 0n,
          }))
          const result = await (one.do === 'return'
            ? order({
                ...base,
                situation: 'return',
                returned: [{ line: one.line, quantity: decimal(one.pieces) }],
                evidence: SLIP,
              })
            : one.do === 'undo'
              ? order({ ...base, situation: 'undo', evidence: SLIP })
              : one.do === 'notify'
                ? order({ ...base, situation: 'buyer-name', evidence: TOLD })
                : order({
                    ...base,
                    situation: 'goods',
                    how: 'replace',
                    lines: GOODS.map(([name, unitPrice], i) => ({
                      name,
                      quantity: decimal(one.pieces[i] ?? 0n),
                      unitPrice,
                      discount: 0n,
                    })),
                    evidence: TOLD,
                  }))
          const may =
            one.do === 'notify' ||
            (one.do === 'return'
              ? (left[one.line] ?? 0n) >= one.pieces &&
                (lock !== 'replace' || left.some((count, i) => count > (i === one.line ? one.pieces : 0n)))
              : one.do === 'undo'
                ? !empty && lock !== 'replace'
                : lock !== 'adjust' && one.pieces.some((count) => count > 0n))
          if (result.ok !== may)
            throw new Error(`${one.do} ${result.ok ? 'went' : result.fault.code}, left ${left}, lock ${lock}`)
          if (!result.ok) refused += 1
          if (result.ok && result.value.entry) {
            await sealedOf(result.value.entry)
            issued += 1
            if (one.do === 'return') left = left.map((count, i) => (i === one.line ? count - one.pieces : count))
            if (one.do === 'undo') left = left.map(() => 0n)
            if (one.do === 'replace') {
              names = GOODS.flatMap(([name], i) => ((one.pieces[i] ?? 0n) > 0n ? [name] : []))
              prices = GOODS.flatMap(([, price], i) => ((one.pieces[i] ?? 0n) > 0n ? [price] : []))
              left = one.pieces.filter((count) => count > 0n)
              exact = true
            } else if (lock === 'replace') {
              const stay = left.map((count) => count > 0n)
              ;[names, prices, left] = [
                names.filter((_, i) => stay[i]),
                prices.filter((_, i) => stay[i]),
                left.filter((_, i) => stay[i]),
              ]
            }
            lock ??= one.do === 'replace' ? 'replace' : 'adjust'
          }
          if (full.length === 0) throw new Error('a document without lines')
          const chain = must(await desk.chain(first.identity))
          if (chain.locked !== lock) throw new Error(`locked ${chain.locked}, not ${lock}`)
          const live = lock === 'replace' ? chain.links.at(-1)?.invoice : chain.root
          t.same(chain.live, live)
          const model = left.reduce((sum, count, i) => sum + count * (prices[i] ?? 0n), 0n)
          if (chain.worth < 0n || (exact && chain.worth !== model)) throw new Error(`worth ${chain.worth}, not ${model}`)
          if (left.every((count) => count === 0n) && chain.worth !== 0n) throw new Error(`${chain.worth} left of nothing`)
          const { invoices } = await ledger.books.chain(first.identity)
          const counted = invoices.filter(
            ({ identity, corrects }) =>
              identity.number === chain.live.number || (corrects?.how === 'adjust' && lock === 'adjust'),
          )
          if (counted.reduce((sum, { pay }) => sum + pay, 0n) !== chain.worth) throw new Error('documents and chain differ')
          const taxes = counted.flatMap(({ rates }) => rates)
          if (chain.worth === 0n && taxes.reduce((sum, { tax }) => sum + tax, 0n) !== 0n)
            throw new Error('tax is left of nothing')
        }
      },
    ),
    { numRuns: runs(15) },
  )
  t.ok(issued > 8 && refused > 2, `${issued} issued, ${refused} refused`)
})
