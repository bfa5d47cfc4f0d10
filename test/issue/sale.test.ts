import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { openBoard } from '../../src/board.ts'
import { decimal, parseDecimal } from '../../src/domain/decimal.ts'
import { sumDong } from '../../src/domain/dong.ts'
import type { Driver } from '../../src/domain/driver.ts'
import { fault } from '../../src/domain/fault.ts'
import { entryId, registerId } from '../../src/domain/ids.ts'
import type { Draft } from '../../src/domain/invoice.ts'
import type { Reading, Receipt, ReceiptLine } from '../../src/domain/receipt.ts'
import { instant, readTime } from '../../src/domain/time.ts'
import { hintBoard } from '../../src/issue/hints.ts'
import { printedOn } from '../../src/issue/printed.ts'
import { repeats, saidBy } from '../../src/issue/repeats.ts'
import { saleFromReceipt } from '../../src/issue/sale-from-receipt.ts'
import { sellerWatch } from '../../src/issue/seller.ts'
import { printedDate, understand } from '../../src/issue/understand.ts'
import { fc, runs } from '../property.ts'

const line = (name: string, qty: string, price: bigint, over: Partial<ReceiptLine> = {}): ReceiptLine => {
  const quantity = parseDecimal(qty) ?? decimal(0n)
  return { name, qty: quantity, unitPrice: price, amount: (quantity.units * price) / 10n ** BigInt(quantity.scale), ...over }
}
const faultOf = (receipt: Receipt): string => {
  const made = saleFromReceipt(receipt)
  return made.ok ? 'none' : made.fault.code
}

void t.test('the sample receipts: totals, discounts counted once, rounding apart, change taken from the cash', (t) => {
  const samples = [
    {
      what: 'd01: cash over the counter',
      receipt: {
        lines: [line('Lavie', '2', 6_000n), line('Hảo Hảo', '10', 4_500n), line('Dầu', '1', 48_000n)],
        subtotal: 105_000n,
        discount: 5_000n,
        taxMode: 'not-shown',
        total: 100_000n,
        tendered: 200_000n,
        change: 100_000n,
      },
      sale: { discount: 5_000n, total: 100_000n, rounding: 0n, payments: [{ method: 'cash', amount: 100_000n }] },
    },
    {
      what: 'd03: weight, a line discount repeated among the totals, rounding, two tenders',
      receipt: {
        lines: [
          line('Sữa', '2', 38_500n),
          line('Thịt', '0.535', 189_000n),
          line('Omo', '1', 165_000n, { discount: 15_000n }),
          line('Gạo', '1', 195_000n),
        ],
        subtotal: 538_115n,
        discount: 15_000n,
        rounding: -115n,
        taxMode: 'inclusive',
        total: 523_000n,
        vat: [{ rate: '5', base: 185_714n, tax: 9_286n }],
        payments: [
          { method: 'card', amount: 300_000n },
          { method: 'cash', amount: 300_000n },
        ],
        change: 77_000n,
      },
      sale: {
        discount: 0n,
        total: 523_115n,
        rounding: -115n,
        prices: 'inclusive',
        payments: [
          { method: 'card', amount: 300_000n },
          { method: 'cash', amount: 223_000n },
        ],
      },
    },
    {
      what: 'd04: service charge and tax on top',
      receipt: {
        lines: [line('Lẩu', '1', 1_463_000n)],
        serviceCharge: 73_150n,
        taxMode: 'exclusive',
        vat: [{ rate: '8', base: 1_536_150n, tax: 122_892n }],
        total: 1_659_042n,
      },
      sale: { charges: [{ name: 'service', amount: 73_150n }], prices: 'exclusive', total: 1_659_042n, payments: [] },
    },
  ] as const
  for (const { what, receipt, sale } of samples) {
    const made = saleFromReceipt(receipt)
    t.match(made, { ok: true, value: sale }, what)
    if (made.ok && 'prices' in sale === false) t.equal(made.value.prices, undefined, 'the paper proves neither regime')
  }
  t.end()
})

void t.test('what the paper proves of the regime when it does not say it', (t) => {
  const vat = [{ rate: '8', base: 100_000n, tax: 8_000n }]
  const goods = { lines: [line('Phở', '2', 50_000n)], vat }
  t.match(saleFromReceipt({ ...goods, total: 108_000n }), { value: { prices: 'exclusive', total: 108_000n } })
  t.match(saleFromReceipt({ ...goods, vat: [{ rate: '8', base: 92_593n, tax: 7_407n }], total: 100_000n }), {
    value: { prices: 'inclusive' },
  })
  t.equal(faultOf({ ...goods, taxMode: 'inclusive', total: 108_000n }), 'SALE_TOTAL_UNPROVEN', 'said inclusive, proven otherwise')
  t.end()
})

void t.test('no sale: below zero, zero, nothing sold, a return among the lines, figures beyond reason', (t) => {
  const one = { lines: [line('Cà phê', '1', 29_000n)], total: 29_000n }
  t.equal(faultOf(one), 'none')
  t.equal(faultOf({ ...one, total: -29_000n }), 'SALE_REFUND')
  t.equal(faultOf({ ...one, total: 0n }), 'SALE_ZERO_TOTAL')
  t.equal(faultOf({ lines: [], total: 29_000n }), 'SALE_NO_ITEMS')
  t.equal(faultOf({ lines: [...one.lines, line('Trả lại', '-1', 9_000n)], total: 20_000n }), 'SALE_REFUND')
  t.equal(faultOf({ lines: [line('Vàng', '1', 2_000_000_000_000n)], total: 2_000_000_000_000n }), 'SALE_OUT_OF_RANGE')
  t.equal(faultOf({ ...one, total: 29_001n }), 'SALE_TOTAL_UNPROVEN')
  t.equal(faultOf({ ...one, subtotal: 28_000n }), 'SALE_TOTAL_UNPROVEN', 'a printed subtotal that is no sum of the lines')
  t.equal(faultOf({ ...one, lines: [line('Cà phê', '2', 29_000n, { amount: 29_000n })] }), 'SALE_LINE_UNPROVEN')
  t.equal(faultOf({ ...one, payments: [{ method: 'cash', amount: 50_000n }], change: 20_000n }), 'SALE_PAYMENT_UNPROVEN')
  t.equal(faultOf({ ...one, tendered: 50_000n, change: 20_000n }), 'SALE_PAYMENT_UNPROVEN')
  t.match(saleFromReceipt({ ...one, tendered: 30_000n }), { value: { payments: [] } }, 'no change printed: nothing is concluded')
  t.match(
    saleFromReceipt({ ...one, payments: [{ method: 'transfer', amount: 30_000n }], change: 1_000n }),
    { value: { payments: [{ method: 'transfer', amount: 29_000n }] } },
    'change of a transfer',
  )
  t.end()
})

void t.test('R-030, R-112: tips and fees are owed with the goods; a deposit is paid with them and sold with nothing', (t) => {
  const one = { lines: [line('Phở', '2', 60_000n)], tip: 20_000n, fees: [{ name: 'Phí môi trường', amount: 5_000n }] }
  t.match(saleFromReceipt({ ...one, total: 145_000n }), {
    value: { total: 145_000n, charges: [{ name: 'tip', amount: 20_000n }], fees: one.fees, payments: [] },
  })
  const payments = [
    { method: 'card', amount: 100_000n },
    { method: 'cash', amount: 100_000n },
  ] as const
  const deposit = { ...one, deposit: 50_000n, total: 195_000n }
  t.match(saleFromReceipt({ ...deposit, payments, change: 5_000n }), {
    value: {
      total: 145_000n,
      payments: [
        { method: 'card', amount: 100_000n },
        { method: 'cash', amount: 45_000n },
      ],
    },
  })
  t.equal(faultOf({ ...deposit, total: 145_000n }), 'SALE_TOTAL_UNPROVEN', 'a deposit that is not in the total')
  t.equal(faultOf({ ...deposit, deposit: -50_000n }), 'SALE_OUT_OF_RANGE')
  const earlier = { lines: one.lines, total: 120_000n, payments: [{ method: 'other', amount: 50_000n }] as const }
  t.match(
    saleFromReceipt({ ...earlier, tendered: 100_000n, change: 30_000n }),
    {
      value: {
        total: 120_000n,
        payments: [
          { method: 'other', amount: 50_000n },
          { method: 'cash', amount: 70_000n },
        ],
      },
    },
    'paid with an earlier deposit and cash',
  )
  t.end()
})

void t.test('R-117: a ticket of nothing is held, or invoiced where the shop says so', (t) => {
  const receipt: Receipt = { lines: [line('Suất ăn nhân viên', '1', 40_000n)], discount: 40_000n, total: 0n }
  const reading: Reading = { kind: 'sale', outcome: 'held', fault: fault('SALE_ZERO_TOTAL'), receipt, textLines: [], proofs: [] }
  const driver = { read: () => ({ ok: true, value: { kind: 'reading', reading } }) } as unknown as Driver
  const nobody = { read: () => reading }
  const become = (released: boolean, nothing?: boolean) => understand(Buffer.of(), driver, nobody, released, nothing)
  t.match(become(false), { kind: 'held', fault: { code: 'SALE_ZERO_TOTAL' } })
  t.match(become(true), { kind: 'sale', sale: { total: 0n, discount: 40_000n } }, 'a person let it through')
  t.match(become(false, true), { kind: 'sale', sale: { total: 0n } }, 'the shop issues them')
  t.end()
})

void t.test('R-113: a hint of the law stands on the board until the next customer of that till', (t) => {
  const board = openBoard({ now: () => instant(0), up: () => 0, sleep: async () => {} })
  const tell = hintBoard(registerId('R017'), board)
  tell({} as Draft)
  t.same(board.all(), {})
  tell({ hints: [{ key: 'hint.cash-purchase', values: { pay: '9.000.000', from: '5.000.000' } }] } as unknown as Draft)
  t.match(board.all()['hint/R017'], { level: 'info', key: 'hint.cash-purchase' })
  tell({} as Draft)
  t.same(board.all(), {})
  t.end()
})

/** Integers of the samples as đồng, `qty` as a decimal. */
const receiptOf = (sale: Record<string, unknown>): Receipt =>
  JSON.parse(JSON.stringify(sale), (key, value: unknown) =>
    typeof value === 'number' && key !== 'modifierOf' ? BigInt(value) : key === 'qty' ? parseDecimal(String(value)) : value,
  ) as Receipt

void t.test('the golden readings of the register paper become sales or say why not', (t) => {
  const dir = new URL('../../drivers/', import.meta.url)
  const goldens = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => /samples\/.*\.json$/.test(name))
  let sales = 0
  for (const name of goldens) {
    const { documents = [] } = JSON.parse(readFileSync(new URL(name, dir), 'utf8')) as {
      documents?: { kind: string; invoiceable?: boolean; sale?: Record<string, unknown> }[]
    }
    for (const document of documents) {
      if (document.kind !== 'sale' || !document.sale) continue
      const made = saleFromReceipt(receiptOf(document.sale))
      t.ok(made.ok, `${name}: ${made.ok ? 'sale' : made.fault.code}`)
      sales += 1
    }
  }
  t.comment(`${sales} golden sales`)
  t.end()
})

const dong = (max: number) => fc.integer({ min: 0, max }).map(BigInt)
const paper = fc.record({
  lines: fc.array(
    fc.record({
      qty: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ min: 1_000, max: 500_000 }),
      off: fc.integer({ min: 0, max: 900 }),
      column: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  ticket: dong(900),
  repeated: fc.boolean(),
  service: dong(50_000),
  delivery: dong(30_000),
  tax: dong(99_999),
  onTop: fc.boolean(),
  rounding: fc.integer({ min: -499, max: 499 }).map(BigInt),
})

void t.test('every way a till may print it gives back what was owed; one figure changed and it is held', (t) => {
  fc.assert(
    fc.property(paper, fc.constantFrom(-1n, 1n, 9n, 90n), (p, slip) => {
      const lines = p.lines.map(({ qty, price, off, column }, i) => {
        const gross = BigInt(qty * price)
        return line(`món ${i}`, String(qty), BigInt(price), {
          ...(off > 0 ? { discount: BigInt(off) } : {}),
          amount: column ? gross - BigInt(off) : gross,
        })
      })
      const gross = sumDong(p.lines.map(({ qty, price }) => BigInt(qty * price)))
      const onLines = sumDong(p.lines.map(({ off }) => BigInt(off)))
      const owed = gross - onLines - p.ticket + p.service + p.delivery + (p.onTop ? p.tax : 0n)
      const receipt: Receipt = {
        lines,
        discount: p.ticket + (p.repeated ? onLines : 0n),
        serviceCharge: p.service,
        deliveryFee: p.delivery,
        rounding: p.rounding,
        taxMode: p.onTop ? 'exclusive' : 'inclusive',
        vat: [{ rate: '8', base: gross, tax: p.tax }],
        total: owed + p.rounding,
        payments: [{ method: 'cash', amount: owed + p.rounding + 5_000n }],
        change: 5_000n,
      }
      const made = saleFromReceipt(receipt)
      if (!made.ok) throw new Error(JSON.stringify(made.fault))
      const { value: sale } = made
      const again =
        sumDong(sale.lines.map((l) => l.amount)) -
        sale.discount +
        sumDong(sale.charges.map((c) => c.amount)) +
        (p.onTop ? p.tax : 0n)
      if (sale.total !== owed || again !== owed || sale.rounding !== p.rounding)
        throw new Error(`${sale.total} ${again} for ${owed}`)
      const wrong = saleFromReceipt({ ...receipt, total: receipt.total + slip })
      // The one slip arithmetic cannot see: exactly the rounding, or exactly the line discounts.
      const blind = [
        p.rounding,
        onLines,
        onLines + p.rounding,
        -p.rounding,
        -onLines,
        -onLines - p.rounding,
        onLines - p.rounding,
        p.rounding - onLines,
      ]
      if (wrong.ok && !blind.includes(slip)) throw new Error(`a total wrong by ${slip} passed`)
    }),
    { numRuns: runs(300) },
  )
  t.end()
})

const HEARD = readTime('2026-11-21T12:00:00')
const coffee = (over: Partial<Receipt> = {}): Receipt => ({
  receiptNo: '0457',
  issuedAt: '2026-11-21T11:59',
  lines: [line('Cà phê', '1', 29_000n)],
  total: 29_000n,
  ...over,
})
const text = ['QUÁN', 'Số: 0457', 'Giờ ra: 11:59', 'Cà phê 29.000', 'TỔNG 29.000']
const said = (n: number, receipt = coffee(), lines = text, after = 0) =>
  saidBy(entryId('R017', n), instant(HEARD + after), receipt, lines)

void t.test('two copies of a sale, two sales under one number, two equal coffees', (t) => {
  const memory = repeats()
  memory.remember(said(1))
  t.equal(memory.judge(said(1)), undefined, 'a document is no copy of itself')
  const reprinted = ['QUÁN', 'BẢN IN LẠI', 'Số: 0457', 'Giờ ra: 12:03', 'CÀ PHÊ 29.000', 'TỔNG 29.000']
  t.match(memory.judge(said(2, coffee(), reprinted, 240_000)), { kind: 'duplicate', of: 'R017-00000001' })
  t.match(
    memory.judge(said(3, coffee({ lines: [line('Trà', '1', 29_000n)] }), ['QUÁN', 'Số: 0457', 'Trà 29.000', 'TỔNG 29.000'])),
    {
      fault: { code: 'SALE_DUPLICATE_NUMBER', values: { number: '0457' } },
    },
  )
  const hummed = ['\u00ff\u0080QUÁN', ...text.slice(1)]
  t.match(memory.judge(said(3, coffee(), hummed)), { kind: 'duplicate', of: 'R017-00000001' }, 'the line hummed into its head')
  const more = coffee({ total: 58_000n, lines: [line('Cà phê', '2', 29_000n)] })
  t.match(
    memory.judge(said(4, more, text, 600_000)),
    { fault: { code: 'SALE_DUPLICATE_NUMBER' } },
    'a bill changed and printed again',
  )
  t.equal(memory.judge(said(5, more, text, 3_600_000)), undefined, 'a counter that came round')
  t.equal(memory.judge(said(6, coffee({ receiptNo: '0458' }))), undefined, 'two equal coffees')
  t.equal(memory.judge(said(7, coffee({ issuedAt: '2026-11-22T11:59' }))), undefined, 'the counter restarts daily')
  t.end()
})

void t.test('without a receipt number: equal papers within ten minutes wait for a person', (t) => {
  const memory = repeats()
  const { receiptNo: _, ...nameless } = coffee()
  const lines = ['QUÁN', 'Giờ ra: 11:59', 'Cà phê 29.000']
  memory.remember(said(1, nameless, lines))
  t.match(memory.judge(said(2, nameless, ['QUÁN', 'Giờ ra: 12:03', 'Cà phê 29.000'], 240_000)), {
    fault: { code: 'SALE_POSSIBLE_DUPLICATE', values: { minutes: '4' } },
  })
  t.equal(memory.judge(said(3, nameless, lines, 11 * 60_000)), undefined)
  t.equal(memory.judge(said(4, nameless, [...lines, 'Trà 5.000'], 1_000)), undefined)
  const figures = repeats()
  figures.remember(said(1, nameless, []))
  t.ok(
    figures.judge(said(2, { ...nameless, issuedAt: '2026-11-21T12:01' }, [], 1_000)),
    'a source without text is compared by its figures',
  )
  t.end()
})

void t.test('the memory is bounded', (t) => {
  const memory = repeats(10)
  for (let n = 1; n <= 1_000; n++) memory.remember(said(n, coffee({ receiptNo: String(n) })))
  t.equal(memory.judge(said(2_000, coffee({ receiptNo: '1' }))), undefined)
  t.ok(memory.judge(said(2_000, coffee({ receiptNo: '1000' }))))
  t.end()
})

void t.test('the printed date against the moment it was heard', (t) => {
  const at = (issuedAt: string) => printedDate(coffee({ issuedAt }), HEARD).ok
  t.ok(at('2026-11-21T12:04') && at('2026-11-20T00:30') && at('2026-11-21T12:00:30'))
  t.notOk(at('2026-11-21T12:06'), 'in the future')
  t.notOk(at('2026-11-19T23:00'), 'older than the longest shift')
  t.notOk(at('2026-13-45T12:00'), 'no date at all')
  const { issuedAt: _, ...undated } = coffee()
  t.ok(printedDate(undated, HEARD).ok)
  t.end()
})

void t.test('what stands on the paper is known, so that the stamp says it once', (t) => {
  const receipt: Receipt = { lines: [], total: 29_000n, payments: [{ method: 'cash', amount: 29_000n }] }
  const lines = ['QUẦY: 02   Thu ngân: Lan', 'TỔNG 29.000', 'Bằng chữ: Hai mươi chín nghìn đồng']
  t.match(printedOn(receipt, lines), { words: true, payment: true, register: true, taxCode: false, seller: false })
  const { payments: _, ...unpaid } = receipt
  t.match(printedOn(unpaid, ['MÁY LẠNH 12000', 'TỔNG 29.000']), { words: false, payment: false, register: false })
  t.end()
})

void t.test('a till that prints another tax code is told of once, until it prints the right one', (t) => {
  const clock = { now: () => instant(0), up: () => 0, sleep: async () => {} }
  const board = openBoard(clock)
  const warned: string[] = []
  const log = { error: () => {}, info: () => {}, debug: () => {}, warn: (_: object, text: string) => void warned.push(text) }
  const heed = sellerWatch({ register: registerId('R017'), taxCode: '0199999014', board, log })
  const printing = (taxCode?: string): void => {
    const made = saleFromReceipt({
      lines: [line('Trà', '1', 9_000n)],
      total: 9_000n,
      ...(taxCode ? { seller: { taxCode } } : {}),
    })
    if (!made.ok) throw new Error(made.fault.code)
    heed(made.value)
  }
  for (const fine of [undefined, '0199999014', '0199999014-002', '0199 999 014']) printing(fine)
  t.same(board.all(), {})
  for (const wrong of ['0101243150', '0101243150', undefined]) printing(wrong)
  t.match(board.all()['seller/R017'], {
    level: 'warning',
    key: 'fault.SALE_SELLER_DIFFERS',
    values: { printed: '0101243150', taxCode: '0199999014' },
  })
  t.equal(warned.length, 1)
  printing('0199999014')
  t.same(board.all(), {}, 'corrected')
  t.end()
})
