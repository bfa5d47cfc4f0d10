import type { DashboardParts } from '../../src/dashboard/parts.ts'
import type { DayBalance } from '../../src/domain/balance.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { Ask, Chain, Corrections, Ordered, Proposal, Remedy } from '../../src/domain/correction.ts'
import { fault } from '../../src/domain/fault.ts'
import { type EntryId, noticeId, registerId } from '../../src/domain/ids.ts'
import type { InvoiceIdentity } from '../../src/domain/invoice.ts'
import type { Step } from '../../src/domain/ledger.ts'
import type { Armed, NextBuyer } from '../../src/domain/next-buyer.ts'
import { failed, ok, type Result } from '../../src/domain/result.ts'
import type { OfflineSlip, Slips } from '../../src/domain/slip.ts'
import type { CivilDate, Instant } from '../../src/domain/time.ts'
import { type FakeShop, fakeInvoiceView } from './fake.ts'

/** The desks behind the screen: they remember what was asked of them. */
export interface FakeDesks {
  readonly parts: Pick<
    DashboardParts,
    'corrections' | 'slips' | 'nextBuyer' | 'buyerOf' | 'law' | 'reconcile' | 'suspension' | 'books'
  >
  readonly asks: { readonly ask: Ask; readonly name: string; readonly who: string }[]
  readonly next: NextBuyer
  /** Of the day shown by `reconcile`. */
  balance: Partial<DayBalance>
  /** The invoices of every chain asked for are corrected by this method already. */
  locked: 'replace' | 'adjust' | undefined
}

const REMEDIES: readonly Remedy[] = [
  { situation: 'buyer-name', how: 'notify', or: 'replace', needs: ['told'], source: 'TT91 art.10.1.a' },
  { situation: 'buyer-code', how: 'replace', cause: 14, needs: ['told'], source: 'TT91 art.10.1.c' },
  { situation: 'goods', how: 'replace', cause: 14, needs: ['told'], source: 'TT91 art.10.1.c' },
  { situation: 'return', how: 'adjust', cause: 5, needs: ['return-slip'], source: 'TT91 art.10.5.c' },
  { situation: 'undo', how: 'adjust', cause: 5, needs: ['return-slip'], source: 'TT91 art.10.5.c' },
  { situation: 'discount', how: 'adjust', cause: 4, needs: ['list'], source: 'TT91 art.10.5.đ' },
  { situation: 'prepaid', how: 'adjust', cause: 5, needs: ['document'], source: 'TT91 art.10.5' },
  { situation: 'replaced-wrong', how: 'replace', cause: 14, needs: ['told'], source: 'TT91 art.10.6' },
  { situation: 'adjusted-wrong', how: 'adjust', cause: 8, needs: ['told'], source: 'TT91 art.10.6' },
  { situation: 'authority', how: 'notify', or: 'replace', needs: ['notice-number'], source: 'TT91 art.10.3' },
]
const CONTENT = {
  lines: [
    { name: 'Phở bò', unit: 'bát', quantity: { units: 2n, scale: 0 }, unitPrice: 60_000n, discount: 0n, rate: '8' },
    { name: 'Trà đá', unit: 'cốc', quantity: { units: 2n, scale: 0 }, unitPrice: 5_000n, discount: 0n, rate: '8' },
    { name: 'Bia Hà Nội', unit: 'lon', quantity: { units: 2n, scale: 0 }, unitPrice: 25_000n, discount: 0n, rate: '10' },
  ],
  discount: 0n,
}

export function fakeDesks(clock: Clock, shop: FakeShop): FakeDesks {
  const armed = new Map<string, Armed>()
  const names = new Map<string, number>()
  let closed: (Extract<Step, { kind: 'reconciled' }> & { at?: Instant }) | undefined
  let suspended: { notice: string; from: string } | undefined
  const record = shop.ledger.record.bind(shop.ledger)
  Object.assign(shop.ledger, {
    record: (step: Step) => {
      if (step.kind === 'reconciled') closed = { ...step, at: clock.now() }
      return record(step)
    },
  })

  const chain = async (invoice: InvoiceIdentity): Promise<Chain | undefined> => {
    const found = await shop.view.invoice(invoice)
    if (!found?.issued) return undefined
    const { at, pay } = found.issued
    return {
      root: invoice,
      links: [{ invoice, entry: found.id, at, pay, how: 'original' }],
      notices: [],
      live: invoice,
      ...(desks.locked ? { locked: desks.locked } : {}),
      worth: pay,
    }
  }
  const propose = async (ask: Ask): Promise<Proposal | undefined> => {
    const of = await chain(ask.invoice)
    const remedy = REMEDIES.find((row) => row.situation === ask.situation)
    if (!of || !remedy) return undefined
    const before = fakeInvoiceView(Buffer.from(`<SHDon>${ask.invoice.number}</SHDon>`))
    const how = ask.how ?? desks.locked ?? remedy.how
    const { item } = ask
    // Every seventh invoice has no such item: what cannot be done for one of several.
    if (item && ask.invoice.number % 7 === 0) return undefined
    const lines = CONTENT.lines.map((l) =>
      l.name === item?.name ? { ...l, unitPrice: item.becomes.unitPrice ?? l.unitPrice } : l,
    )
    const pay = (ask.lines ?? lines).reduce((sum, l) => sum + l.quantity.units * l.unitPrice - l.discount, 0n)
    const back = (ask.returned ?? []).reduce(
      (sum, { line, quantity }) => sum + quantity.units * (CONTENT.lines[line]?.unitPrice ?? 0n),
      0n,
    )
    const after = how === 'adjust' ? -back : pay
    const difference = how === 'adjust' ? -back : pay - before.pay
    return {
      remedy,
      how,
      chain: of,
      before,
      ...(how === 'notify'
        ? {}
        : {
            after: { ...before, pay: after, net: after - after / 12n, tax: after / 12n },
            difference: { net: difference - difference / 12n, tax: difference / 12n, pay: difference },
            legend: `${how === 'replace' ? 'Thay thế' : 'Điều chỉnh'} cho hóa đơn Mẫu số 1 ký hiệu C26MAA số ${ask.invoice.number} ngày 21 tháng 11 năm 2026`,
            number: 1285,
          }),
      missing: ask.evidence ? [] : remedy.needs,
    }
  }
  const corrections: Corrections = {
    async chain(invoice) {
      const found = await chain(invoice)
      return found ? ok(found) : failed(fault('CORRECTION_UNKNOWN'))
    },
    content: async (invoice) => ((await chain(invoice)) ? ok(CONTENT) : failed(fault('CORRECTION_UNKNOWN'))),
    async propose(ask) {
      const proposed = await propose(ask)
      const { item } = ask
      return proposed
        ? ok(proposed)
        : failed(item ? fault('CORRECTION_NO_ITEM', { item: item.name }) : fault('CORRECTION_UNKNOWN'))
    },
    async orderAll(ask, invoices, name, who) {
      const results: Result<Ordered>[] = []
      for (const invoice of invoices) results.push(await corrections.order({ ...ask, invoice }, `${name} ${invoice.number}`, who))
      return results
    },
    fromRefund: async () =>
      ok({
        situation: 'return',
        invoice: { seller: '0199999014', form: 1, symbol: 'C26MAA', number: 12 },
        returned: [{ line: 2, quantity: { units: 1n, scale: 0 } }],
        why: 'HD12',
        evidence: { channel: 'return-slip', note: 'HD12' },
      }),
    async takeBack(entry) {
      shop.aside(entry, 'no-sale')
      return ok({ entry: shop.sell(-25_000n), again: false })
    },
    async order(ask, name, who) {
      if (desks.locked && ask.how !== desks.locked) return failed(fault('CORRECTION_LOCKED'))
      const proposed = await propose(ask)
      if (!proposed) return failed(fault('CORRECTION_UNKNOWN'))
      const again = names.has(name)
      if (!again) names.set(name, names.size + 1)
      if (!again) desks.asks.push({ ask, name, who })
      if (ask.how === 'notify') return ok({ notice: noticeId(names.get(name) ?? 0), again })
      return ok({ entry: shop.sell(proposed.after?.pay ?? 0n), again })
    },
  }
  const next: NextBuyer = {
    arm: (register, who) => void armed.set(register, who),
    drop: (register) => void armed.delete(register),
    armed: (register) => armed.get(register),
    take: () => undefined,
    giveBack: () => undefined,
    taken: () => undefined,
  }
  const total = { what: 'total', till: 24_180_000n, issued: 24_155_000n, accepted: 24_155_000n, difference: -25_000n }
  const desks: FakeDesks = {
    asks: [],
    next,
    locked: undefined,
    balance: {
      registers: [
        {
          register: registerId('R017'),
          closing: { entry: 'R017-00000900' as never, at: clock.now() },
          rows: [
            { what: 'rate:8%', till: 21_600_000n, issued: 21_600_000n, accepted: 21_600_000n, difference: 0n },
            {
              what: 'rate:10%',
              till: 2_580_000n,
              issued: 2_555_000n,
              accepted: 2_555_000n,
              difference: -25_000n,
              cause: { code: 'held', entry: 'R017-00004102' as never },
            },
            { what: 'tender:cash', till: 15_020_000n, issued: 15_020_000n, accepted: 15_020_000n, difference: 0n },
            total,
          ],
          slips: {
            issued: { count: 3, pay: 412_000n },
            earlier: { count: 1, pay: 90_000n },
            later: { count: 0, pay: 0n },
          },
          numbers: [{ series: { form: 1, symbol: 'C26MAA' }, first: 928, last: 1104, missing: 0 }],
        },
        {
          register: registerId('R018'),
          rows: [{ what: 'total', issued: 3_120_000n, accepted: 3_020_000n, cause: { code: 'no-report' } }],
          numbers: [{ series: { form: 1, symbol: 'C26MAB' }, first: 1, last: 41, missing: 1 }],
        },
      ],
      open: [],
    },
    parts: {
      corrections,
      slips: fakeSlips(shop),
      nextBuyer: next,
      buyerOf: () => ({ name: 'CÔNG TY TNHH ABC', taxCode: '0101243150' }),
      reconcile: async (day) => ({ day, registers: [], open: [], ...desks.balance }),
      books: {
        reconciled: async () => closed,
        revenue: async () => [{ month: 11, register: registerId('R017'), invoices: 9_000, pay: 742_000_000n }],
      } as unknown as NonNullable<DashboardParts['books']>,
      law: {
        remedies: () => REMEDIES,
        timeline: () => [
          {
            code: 'rate.8',
            from: '2025-07-01' as CivilDate,
            to: '2026-12-31' as CivilDate,
            value: '8 %',
            source: 'NQ 204/2025/QH15, NĐ 174/2025',
          },
          { code: 'rate.10', from: '2025-07-01' as CivilDate, value: '10 %', source: 'Luật 48/2024/QH15' },
          { code: 'threshold.household', from: '2026-01-01' as CivilDate, value: '1000000000', source: 'NĐ 254/2026' },
        ],
        preview: async (on) =>
          ok({
            from: '2026-10-01' as CivilDate,
            to: '2026-10-31' as CivilDate,
            on,
            items: [
              {
                name: 'Phở bò',
                price: 60_000n,
                now: { rate: '8%', net: 55_556n, tax: 4_444n },
                later: { rate: '10%', net: 54_545n, tax: 5_455n },
                sameNet: 61_112n,
              },
            ],
            changed: 112,
            kept: 9,
            now: { pay: 812_000_000n, tax: 60_100_000n },
            later: { pay: 812_000_000n, tax: 73_800_000n },
            summary: [
              {
                key: 'rules.preview.head',
                values: {
                  sales: '4102',
                  from: '01/10/2026',
                  to: '31/10/2026',
                  date: on.split('-').reverse().join('/'),
                  changed: '112',
                  kept: '9',
                  unclear: '0',
                },
              },
              { key: 'rules.preview.now', values: { pay: '812.000.000', tax: '60.100.000' } },
              { key: 'rules.preview.later', values: { pay: '812.000.000', tax: '73.800.000' } },
              { key: 'rules.preview.same', values: { pay: '825.400.000', tax: '73.500.000' } },
            ],
          }),
      },
      suspension: {
        current: () => suspended,
        async suspend(notice, from) {
          suspended = { notice, from }
          return ok(undefined)
        },
        async lift() {
          suspended = undefined
          return ok(undefined)
        },
      },
    },
  }
  return desks
}

/** Slips of a dead gateway: a number once, and the money proven. */
function fakeSlips(shop: FakeShop): Slips {
  const known = new Map<string, { readonly slip: OfflineSlip; readonly entry: EntryId }>()
  const proven = ({ lines, discount, total }: OfflineSlip): boolean =>
    lines.reduce((sum, l) => sum + l.quantity.units * l.unitPrice, -discount) === total
  const same = (a: OfflineSlip, b: OfflineSlip): boolean => a.total === b.total && a.time === b.time
  return {
    async look(register, slip) {
      if (!proven(slip)) return failed(fault('SALE_TOTAL_UNPROVEN'))
      const earlier = known.get(`${register} ${slip.slip}`)
      const view = {
        ...fakeInvoiceView(Buffer.from('<SHDon>301</SHDon>')),
        lines: slip.lines.map(({ name, quantity, unitPrice }) => ({
          name,
          quantity,
          amount: quantity.units * unitPrice,
          rate: '8%',
        })),
        pay: slip.total,
        tax: slip.total / 13n,
        net: slip.total - slip.total / 13n,
      }
      return ok({ view, ...(earlier ? { earlier: earlier.entry, same: same(earlier.slip, slip) } : {}) })
    },
    async order(register, slip) {
      const name = `${register} ${slip.slip}`
      const earlier = known.get(name)
      if (earlier) return same(earlier.slip, slip) ? ok({ entry: earlier.entry, again: true }) : failed(fault('SALES_NAME_USED'))
      const entry = shop.sell(slip.total, register)
      known.set(name, { slip, entry })
      return ok({ entry, again: false })
    },
  }
}
