import t from 'tap'
import { delimited } from '../../drivers/delimited/index.ts'
import { json } from '../../drivers/json/index.ts'
import { parseJson } from '../../drivers/json/parse.ts'
import { markOf, readFigure, readings } from '../../drivers/structured/figures.ts'
import { readMoment } from '../../drivers/structured/moments.ts'
import { kindOf, methodOf, rateOf } from '../../drivers/structured/words.ts'
import { text } from '../../drivers/text/index.ts'
import { xml } from '../../drivers/xml/index.ts'
import { documents } from '../../src/commands/read.ts'
import { decimal, formatDecimal } from '../../src/domain/decimal.ts'
import { showDong } from '../../src/domain/dong.ts'
import type { Driver, Settings } from '../../src/domain/driver.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import { saleFromReceipt } from '../../src/issue/sale-from-receipt.ts'
import { fc, runs } from '../property.ts'

const bytes = (said: string): Uint8Array => new Uint8Array(Buffer.from(said))
const readAll = (driver: Driver, said: string | Uint8Array): readonly Reading[] =>
  documents(typeof said === 'string' ? bytes(said) : said, driver).map(({ reading }) => reading)
const outcome = (reading: Reading | undefined): string =>
  reading === undefined
    ? 'none'
    : 'fault' in reading
      ? reading.fault.code
      : reading.outcome === 'ready'
        ? String(reading.receipt.total)
        : reading.why
const outcomes = (driver: Driver, said: string | Uint8Array): readonly string[] => readAll(driver, said).map(outcome)
const set = (driver: Driver, settings: Settings): Driver => {
  const made = driver.configured?.(settings)
  if (!made?.ok) throw new Error(JSON.stringify(made))
  return made.value
}
const wrongKey = (driver: Driver, settings: Settings): string | undefined => {
  const made = driver.configured?.(settings)
  return made && !made.ok ? `${made.fault.code} ${made.fault.path}` : undefined
}
const sale = (more: object = {}): object => ({
  receiptNo: 'HD1',
  lines: [{ name: 'Phở bò', qty: 2, unitPrice: 55_000, amount: 110_000 }],
  total: 110_000,
  ...more,
})

void t.test('a figure keeps its digits, and one document has one way of writing', async (t) => {
  const money = (...texts: string[]) => texts.map((said) => ({ value: { text: said, exact: false }, fine: false }))
  t.equal(markOf(money('58.000', '1.250.000')), 'comma')
  t.equal(markOf(money('58,000', '500')), 'point')
  t.equal(markOf(money('58000.00', '500.000')), 'point', 'beside decimals a group of three has decimals too')
  t.equal(readFigure({ text: '500.000', exact: false }, 'point')?.units, 500n)
  t.type(markOf(money('58.000', '58,000')), 'object', 'two ways in one document')
  t.type(markOf(money('1e5')), 'object')
  t.type(markOf(money('12.50')), 'object', 'half a đồng')
  t.same(readings({ text: '1.000', exact: false }), [decimal(1000n), decimal(1n)])
  t.same(readings({ text: '1.000', exact: true }), [decimal(1n)])
  t.equal(readFigure({ text: '(15.000)', exact: false }, 'comma')?.units, -15_000n)
  t.equal(readFigure({ text: '1 234 567 đ', exact: false }, 'comma')?.units, 1_234_567n)
  for (const odd of ['', '.', '1.', '1..2', '01.000', '1.2345,6', 'NaN', '--5', '(5', '35k'])
    t.equal(readFigure({ text: odd, exact: false }, 'comma'), undefined, odd)
  fc.assert(
    fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.constantFrom('', 'đ', ' VND'), (amount, suffix) => {
      const shown = { text: `${showDong(amount)}${suffix}`, exact: false }
      const english = { text: `${showDong(amount).replaceAll('.', ',')}${suffix}`, exact: false }
      const plain = { text: `${amount}.00`, exact: true }
      return [readFigure(shown, 'comma'), readFigure(english, 'point'), readFigure(plain, 'comma')].every(
        (read) => read?.units === amount,
      )
    }),
    { numRuns: runs(300) },
  )
})

void t.test('times, states, ways to pay and rates as software writes them', async (t) => {
  t.equal(readMoment('2026-11-21T11:15:00Z'), '2026-11-21T18:15:00', 'a zone is turned into Vietnamese time')
  t.equal(readMoment('2026-11-20T23:30:00.123+0000'), '2026-11-21T06:30:00')
  t.equal(readMoment('21/11/26 8:05'), '2026-11-21T08:05')
  t.equal(readMoment('08:05 21-11-2026'), '2026-11-21T08:05')
  t.equal(readMoment('202611210805'), '2026-11-21T08:05')
  t.equal(readMoment('2026-11-21'), '2026-11-21')
  for (const odd of ['30/02/2026', '2026-13-01', '21/11/2026 25:00', 'hôm nay', '1763712345'])
    t.equal(readMoment(odd), undefined, odd)
  t.same(
    ['Đã thanh toán', 'HOÀN THÀNH', 'Đã hủy', 'trả hàng', 'Tạm tính', 'lạ'].map((s) => kindOf(s)),
    ['sale', 'sale', 'void', 'refund', 'provisional', undefined],
  )
  t.equal(kindOf('4', { '4': 'sale' }), 'sale')
  t.equal(kindOf('constructor'), undefined)
  t.same(['Tiền mặt', 'Chuyển khoản', 'Thẻ VISA', 'MoMo', 'Công nợ', 'Voucher', '?'].map(methodOf), [
    'cash',
    'transfer',
    'card',
    'wallet',
    'credit',
    'voucher',
    'other',
  ])
  t.same(['8', '8%', '8.0 %', '10', 'KCT', '0.08', '-5'].map(rateOf), ['8', '8', '8', '10', 'KCT', undefined, undefined])
})

void t.test('JSON is read strictly and its numbers stay digits', async (t) => {
  const digits = parseJson('{"a":12345678901234567890.10}')
  t.equal(
    digits?.kind === 'object' && digits.members.get('a')?.kind === 'number'
      ? (digits.members.get('a') as { text: string }).text
      : '',
    '12345678901234567890.10',
  )
  for (const odd of [
    '{"a":1e5}',
    '{"a":NaN}',
    '{"a":01}',
    '{"a":1,"a":2}',
    '{"a":+1}',
    "{'a':1}",
    '{"a":1,}',
    '[1 2]',
    '{"a":"\n"}',
    `${'['.repeat(50)}${']'.repeat(50)}`,
  ])
    t.equal(parseJson(odd), undefined, odd.slice(0, 20))
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
  const back = (node: ReturnType<typeof parseJson>): unknown => {
    if (node === undefined) return undefined
    if (node.kind === 'object') return Object.fromEntries([...node.members].map(([key, inner]) => [key, back(inner)]))
    if (node.kind === 'array') return node.items.map(back)
    if (node.kind === 'string') return node.text
    return JSON.parse(node.text)
  }
  const value = fc.jsonValue({ maxDepth: 4 }).filter((v) => !JSON.stringify(v).match(/\de[-+]?\d|__proto__/i))
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1), (v, indent) => {
      t.strictSame(back(parseJson(JSON.stringify(v, undefined, indent))), plain(v))
    }),
    { numRuns: runs(150) },
  )
})

void t.test('sales as JSON: proven, or held with the reason', async (t) => {
  const one = (more: object): string => outcomes(json, JSON.stringify(sale(more)))[0] ?? ''
  t.equal(one({}), '110000')
  t.equal(one({ total: '110.000 đ' }), '110000')
  t.equal(one({ total: 100_000 }), 'SALE_TOTAL_UNPROVEN')
  t.equal(one({ lines: [{ name: 'Phở', qty: 2, unitPrice: 55_000, amount: 120_000 }], total: 120_000 }), 'SALE_LINE_UNPROVEN')
  t.equal(one({ payments: [{ method: 'cash', amount: 100_000 }] }), 'SALE_PAYMENT_UNPROVEN')
  t.equal(one({ vat: [{ rate: 8, base: 101_852, tax: 9_148 }] }), 'SALE_TAX_UNPROVEN')
  t.equal(one({ vat: [{ rate: 8, base: 101_852, tax: 8_148 }] }), '110000')
  t.equal(one({ status: 'đã hủy' }), 'SALE_VOIDED')
  t.equal(one({ status: 'refunded' }), 'SALE_REFUND')
  t.equal(one({ status: 'chưa thanh toán' }), 'provisional')
  t.equal(one({ status: 'wat' }), 'SALE_KIND_UNKNOWN')
  t.equal(one({ total: undefined }), 'SALE_NO_TOTAL')
  t.equal(one({ lines: [] }), 'SALE_NO_ITEMS')
  t.equal(one({ issuedAt: '2026-02-30T10:00' }), 'SALE_DATE_IMPOSSIBLE')
  t.equal(one({ lines: [{ name: 'Trả lại', qty: -1, unitPrice: 5_000, amount: -5_000 }], total: -5_000 }), 'SALE_REFUND')
  t.equal(one({ discuont: 5_000 }), 'DRIVER_FIELD', 'a slip of the sender is no remark')
  t.equal(one({ extra: { anything: true } }), '110000')
  t.equal(one({ total: true }), 'DRIVER_FIELD')
  t.equal(one({ lines: [{ name: 'Ph�', qty: 2, unitPrice: 55_000, amount: 110_000 }] }), 'DRIVER_ENCODING')
  t.same(outcomes(json, bytes(JSON.stringify(sale())).subarray(0, 60)), ['DRIVER_NOT_JSON'], 'a file that breaks off')
  t.same(outcomes(json, '{"total":1e5,"lines":[]}'), ['DRIVER_NOT_JSON'])
  t.same(outcomes(json, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'), [], 'a port scan is no document')
  t.same(outcomes(json, JSON.stringify([sale(), sale({ receiptNo: 'HD2', total: 1 })])), ['110000', 'SALE_TOTAL_UNPROVEN'])
})

void t.test('documents of one whole share its start as their end, so that a crash in their midst skips none', async (t) => {
  const list = bytes(`  ${JSON.stringify([sale(), sale({ receiptNo: 'HD2' }), sale({ receiptNo: 'HD3' })])}`)
  t.same(
    json
      .framer()
      .push(list)
      .frames.map(({ end }) => end),
    [2, 2, list.length],
  )
  const rows = bytes(
    'Số HĐ;Tên hàng;SL;Đơn giá;Thành tiền;Tổng cộng\n1;Phở;1;50.000;50.000;50.000\n2;Bún;1;40.000;40.000;40.000\n',
  )
  const framer = delimited.framer()
  framer.push(rows)
  const { frames } = framer.close(false)
  t.same(
    frames.map(({ end }) => end),
    [0, rows.length],
  )
  t.ok(
    frames.every((frame) => Buffer.from(frame.bytes).toString().startsWith('Số HĐ;')),
    'each can be read alone',
  )
})

void t.test('a mapping names places; a wrong one is told by its key before anything runs', async (t) => {
  const mapping = {
    receiptNo: '$.id',
    status: '$.state',
    total: '$.sum',
    lines: { name: '$.rows[*].what', amount: '$.rows[*].cost' },
  }
  const mapped = set(json, { mapping, kinds: { P: 'sale' } })
  const doc = (more: object): string =>
    JSON.stringify({ id: '7', state: 'P', sum: 90_000, rows: [{ what: 'Áo', cost: 90_000 }], other: 1, ...more })
  t.same(outcomes(mapped, doc({})), ['90000'])
  t.same(outcomes(mapped, doc({ state: undefined })), ['SALE_KIND_UNKNOWN'], 'where a state is mapped it has to be there')
  t.equal(wrongKey(json, { mapping: { ...mapping, total: 'sum' } }), 'DRIVER_SETTINGS mapping.total')
  t.equal(
    wrongKey(json, { mapping: { ...mapping, lines: { name: '$.rows[*].what', amount: '$.others[*].cost' } } }),
    'DRIVER_SETTINGS mapping.lines.amount',
  )
  t.equal(wrongKey(json, { mapping: { ...mapping, totl: '$.a' } }), 'DRIVER_SETTINGS mapping.totl')
  t.equal(wrongKey(json, { kinds: { P: 'sold' } })?.startsWith('DRIVER_SETTINGS kinds'), true)
  t.equal(wrongKey(xml, { mapping: { total: '/a/b', lines: { name: 'a/c' } } }), 'DRIVER_SETTINGS mapping.lines.name')
  t.equal(wrongKey(delimited, { columns: { receiptNo: 1, name: 2 } }), 'DRIVER_SETTINGS columns.total')
  t.equal(wrongKey(delimited, { header: false }), 'DRIVER_SETTINGS columns')
  t.equal(wrongKey(text, { stripCodes: ['XY'] }), 'DRIVER_SETTINGS stripCodes.0')
  t.equal(wrongKey(text, { encoding: 'klingon' }), 'DRIVER_SETTINGS encoding')
})

void t.test('XML without document types, depth and growth', async (t) => {
  const doc = (inner: string): string =>
    `<sale><receiptNo>1</receiptNo><lines><line><name>Phở ${inner}</name><qty>1</qty><unitPrice>50000</unitPrice><amount>50000</amount></line></lines><total>50000</total></sale>`
  t.same(outcomes(xml, doc('&amp; bún')), ['50000'])
  t.same(outcomes(xml, `<?xml version="1.0"?><!DOCTYPE sale [<!ENTITY a "b">]>${doc('&a;')}`), ['DRIVER_NOT_XML'])
  t.same(outcomes(xml, `<!DOCTYPE sale SYSTEM "file:///etc/passwd">${doc('')}`), ['DRIVER_NOT_XML'])
  t.same(outcomes(xml, doc('&nbsp;')), ['DRIVER_NOT_XML'], 'an entity nobody defined')
  t.same(outcomes(xml, doc('').replace('<sale>', `<sale>${'<a>'.repeat(60)}${'</a>'.repeat(60)}`)), ['DRIVER_NOT_XML'])
  t.same(
    outcomes(xml, doc('').replace('<total>', '<total>1</total><total>')),
    ['DRIVER_FIELD'],
    'two values where one is asked for',
  )
  t.same(outcomes(xml, doc('').replace('</sale>', '')), ['DRIVER_NOT_XML'])
  t.same(outcomes(xml, `${doc('')}<!-- xin cảm ơn -->\n${doc('')}`), ['50000', '50000'])
})

void t.test('tables: whole or not at all', async (t) => {
  const head = 'Số HĐ,Tên hàng,SL,Đơn giá,Thành tiền,Tổng cộng,Ghi chú'
  const table = (...rows: string[]): string => [head, ...rows, ''].join('\r\n')
  t.same(outcomes(delimited, table('1,Phở,2,"50,000","100,000","100,000",', '2,Bún,1,"40,000","40,000","40,000",')), [
    '100000',
    '40000',
  ])
  t.same(
    outcomes(delimited, table('1,Phở,1,50000,50000,50000,', '2,Bún,40000,40000,40000,')),
    ['DRIVER_ROWS'],
    'one row short: none is sold',
  )
  t.same(
    outcomes(delimited, table('1,"Phở,1,50000,50000,50000,', '2,Bún,1,40000,40000,40000,')),
    ['DRIVER_ROWS'],
    'a quote that never closes',
  )
  t.same(outcomes(delimited, table('1,Phở,1,50000,50000,50000,', '1,Bún,1,40000,40000,95000,')), ['SALE_TWO_TOTALS'])
  t.same(
    outcomes(delimited, table('1,Phở,1,50000,50000,50000,Đã hủy')),
    ['SALE_KIND_UNKNOWN'],
    'a word in a column nobody asked for',
  )
  t.same(outcomes(delimited, table('1,Phở,"1,000",50000,50000,50000,')), ['50000'], 'what multiplies out is meant')
  t.same(outcomes(delimited, 'a,b,c\n1,2,3\n'), ['DRIVER_COLUMNS'])
  t.same(outcomes(delimited, '\r\n \r\n'), [])
  const many = Array.from({ length: 10_001 }, (_, i) => `${i},Phở,1,50000,50000,50000,`)
  t.same(outcomes(delimited, table(...many)), ['CAPTURE_OVERSIZE'])
  t.same(outcomes(delimited, table(...many.slice(0, 300))).length, 300)

  const growing = delimited.framer()
  growing.push(bytes(table('1,Phở,1,50000,50000,50000,')))
  const first = growing.quiet().frames
  growing.push(bytes('2,Bún,1,40000,40000,40000,\r\n'))
  const later = growing.quiet().frames.map(({ bytes: frame }) => delimited.read(frame))
  t.equal(first.length, 1)
  t.match(
    later,
    [{ ok: true, value: { reading: { outcome: 'ready', receipt: { total: 40_000n } } } }],
    'a file that grows says its heading once',
  )

  const numbered = set(delimited, { header: false, columns: { receiptNo: 1, name: 2, amount: 3, total: 4 } })
  t.same(outcomes(numbered, '9|Gội đầu|80.000|80.000\n'), ['80000'])
})

void t.test('any basket written as JSON, XML or a table comes back with its total, whatever the spelling', async (t) => {
  const basket = fc.array(
    fc.record({
      name: fc.constantFrom('Phở bò', 'Trà đá', 'Bánh "mì"; chảo', 'Cơm & canh'),
      qty: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ min: 1, max: 900 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const escaped = (said: string): string => said.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  fc.assert(
    fc.property(
      basket,
      fc.constantFrom<(n: number) => string>(
        String,
        (n) => showDong(BigInt(n)),
        (n) => `${n}.00`,
      ),
      (items, show) => {
        const lines = items.map(({ name, qty, price }) => ({
          name,
          qty: formatDecimal(decimal(BigInt(qty))),
          unitPrice: show(price * 1_000),
          amount: show(price * 1_000 * qty),
        }))
        const sum = items.reduce((n, { qty, price }) => n + qty * price * 1_000, 0)
        const total = show(sum)
        const rows = lines.map((l) => ['A1', `"${l.name.replaceAll('"', '""')}"`, l.qty, l.unitPrice, l.amount, total].join(';'))
        const marked = lines.map(
          (l) =>
            `<line><name>${escaped(l.name)}</name><qty>${l.qty}</qty><unitPrice>${l.unitPrice}</unitPrice><amount>${l.amount}</amount></line>`,
        )
        t.same(
          [
            ...outcomes(json, JSON.stringify({ receiptNo: 'A1', lines, total })),
            ...outcomes(xml, `<sale><receiptNo>A1</receiptNo><lines>${marked.join('')}</lines><total>${total}</total></sale>`),
            ...outcomes(delimited, ['Mã đơn;Tên món;SL;Giá;Thành tiền;Tổng tiền', ...rows].join('\n')),
          ],
          Array.from({ length: 3 }, () => String(sum)),
        )
      },
    ),
    { numRuns: runs(60) },
  )
})

void t.test('marks of a text port: what stands outside is kept, silence before the end mark is torn', async (t) => {
  const marked = set(text, { startMarkers: ['HÓA ĐƠN'], endMarkers: ['cám ơn'] })
  const framer = marked.framer()
  const { frames } = framer.push(
    bytes('Xin chao ban\r\nHOA DON BAN HANG\r\nCom ga 50.000\r\nTONG 50.000\r\nCAM ON QUY KHACH\r\nHOA DON BAN HANG\r\nPho '),
  )
  t.same(
    frames.map(({ bytes: b }) => Buffer.from(b).toString().slice(0, 7)),
    ['Xin cha', 'HOA DON'],
  )
  t.equal(frames[1]?.torn, false)
  const [last] = framer.quiet().frames
  t.match(last, { torn: true })
  const short = set(text, { maxLines: 2 }).framer()
  t.equal(short.push(bytes('a\nb\nc\nd\ne')).frames.length, 2)
})

const proof = (reading: Reading | undefined, id: string): string | undefined => reading?.proofs.find((p) => p.id === id)?.equation
const told = (more: object): Reading | undefined => readAll(json, JSON.stringify(sale(more)))[0]
const receiptIn = (reading: Reading | undefined) => (reading && 'receipt' in reading ? reading.receipt : undefined)

void t.test(
  'R-112: a tip is revenue where the total has it, the staff’s where only the money taken has it, else a question',
  (t) => {
    const inside = told({ tip: 10_000, total: 120_000, payments: [{ method: 'cash', amount: 120_000 }] })
    t.match([outcome(inside), receiptIn(inside)?.tip, receiptIn(inside)?.gratuity], ['120000', 10_000n, undefined])
    t.equal(proof(inside, 'P3'), '110000 + 10000 = 120000')
    const beside = told({ tip: 10_000, payments: [{ method: 'card', amount: 120_000 }] })
    t.match([outcome(beside), receiptIn(beside)?.tip, receiptIn(beside)?.gratuity], ['110000', undefined, 10_000n])
    t.equal(proof(beside, 'P4'), '120000 = 110000 + 10000')
    const noted = told({ tip: 10_000, tendered: 200_000, change: 80_000 })
    t.match([outcome(noted), receiptIn(noted)?.gratuity], ['110000', 10_000n])
    t.equal(outcome(told({ tip: 10_000, payments: [{ method: 'card', amount: 110_000 }] })), 'SALE_TOTAL_UNPROVEN')
    t.equal(outcome(told({ tip: 10_000 })), 'SALE_TOTAL_UNPROVEN', 'nothing says whose it is')
    t.equal(outcome(told({ gratuity: 10_000 })), '110000')
    t.equal(outcome(told({ gratuity: 10_000, total: 120_000 })), 'SALE_TOTAL_UNPROVEN')
    t.equal(outcome(told({ gratuity: 10_000, payments: [{ method: 'cash', amount: 110_000 }] })), 'SALE_PAYMENT_UNPROVEN')
    t.equal(outcome(told({ tip: -10_000, total: 100_000 })), 'SALE_OUT_OF_RANGE')
    t.end()
  },
)

void t.test(
  'R-030: a deposit is no revenue: taken with the bill, off what is to pay, or paid earlier; never two of them',
  (t) => {
    const taken = told({ deposit: 50_000, total: 160_000, payments: [{ method: 'cash', amount: 160_000 }] })
    t.match([outcome(taken), receiptIn(taken)?.deposit, proof(taken, 'P3')], ['160000', 50_000n, '110000 + 50000 = 160000'])
    const off = told({ deposit: 50_000, total: 60_000, payments: [{ method: 'cash', amount: 60_000 }] })
    t.match([outcome(off), receiptIn(off)?.deposit, proof(off, 'P3')], ['110000', undefined, '110000 - 50000 = 60000'])
    const earlier = [
      { method: 'cash', amount: 60_000n },
      { method: 'other', amount: 50_000n },
    ]
    t.same(receiptIn(off)?.payments, earlier)
    const under = told({ deposit: 50_000, payments: [{ method: 'cash', amount: 60_000 }] })
    t.match([outcome(under), receiptIn(under)?.payments], ['110000', earlier])
    const listed = told({ deposit: 50_000, payments: earlier.map(({ method, amount }) => ({ method, amount: Number(amount) })) })
    t.match([outcome(listed), receiptIn(listed)?.payments], ['110000', earlier], 'listed among the payments it counts once')
    t.equal(outcome(told({ deposit: -50_000, total: 160_000 })), 'SALE_TOTAL_UNPROVEN', 'below zero it is never taken')
    t.equal(outcome(told({ deposit: 50_000, total: 150_000 })), 'SALE_TOTAL_UNPROVEN')
    t.end()
  },
)

void t.test('fees of the state are in the total, named, and no part of what the tax is reckoned from', (t) => {
  const line = { name: 'Phòng', qty: 1, unitPrice: 100_000, amount: 100_000, vatRate: '8' }
  const fees = [{ name: 'Phí tham quan', amount: 20_000 }]
  const vat = [{ rate: '8', base: 100_000, tax: 8_000 }]
  const on = told({ lines: [line], fees, taxMode: 'exclusive', vat, total: 128_000 })
  t.match([outcome(on), receiptIn(on)?.fees], ['128000', [{ name: 'Phí tham quan', amount: 20_000n }]])
  t.equal(proof(on, 'P5'), '100000 = 100000')
  t.equal(outcome(told({ lines: [line], fees, taxMode: 'exclusive', vat, total: 108_000 })), 'SALE_TOTAL_UNPROVEN')
  const table = (heading: string): Reading | undefined =>
    readAll(delimited, `Số HĐ;Tên hàng;SL;Đơn giá;Thành tiền;${heading};Tổng cộng\nA1;Phòng;1;100.000;100.000;20.000;120.000`)[0]
  t.same(receiptIn(table('Phí môi trường'))?.fees, [{ name: 'Phí môi trường', amount: 20_000n }])
  t.equal(outcome(table('Phí gì đó')), 'SALE_TOTAL_UNPROVEN', 'a column nobody knows is missing from the sum')
  t.end()
})

void t.test(
  'any bill with tip, fee, deposit, rounding and tax comes back as a sale of what was sold; a đồng more or less is held',
  (t) => {
    const thousands = fc.nat({ max: 300 }).map((n) => n * 1_000)
    const bill = fc.record({
      price: fc.integer({ min: 20, max: 900 }).map((n) => n * 1_000),
      service: thousands,
      tip: thousands,
      gratuity: thousands,
      fee: thousands,
      deposit: thousands,
      how: fc.constantFrom('taken', 'off', 'earlier'),
      rounding: fc.integer({ min: -499, max: 0 }),
      onTop: fc.boolean(),
      wrong: fc.constantFrom(0, 0, -1, 1, 7_000_000),
    })
    fc.assert(
      fc.property(bill, ({ price, service, tip, gratuity, fee, deposit, how, rounding, onTop, wrong }) => {
        const goods = price + service + tip
        const tax = onTop ? Math.round(goods * 0.08) : 0
        const owed = goods + tax + fee + rounding
        const asked = owed + (how === 'taken' ? deposit : how === 'off' ? -deposit : 0)
        // A total before its rounding is a way of its own.
        fc.pre(asked > 7_000 && owed > deposit + 7_000 && (wrong === 0 || wrong !== -rounding))
        const paid = (how === 'taken' ? owed + deposit : owed - deposit) + gratuity
        const reading = told({
          lines: [{ name: 'Phòng', qty: 1, unitPrice: price, amount: price, ...(onTop ? { vatRate: '8' } : {}) }],
          ...{ serviceCharge: service, tip, gratuity, deposit, rounding, total: asked + wrong },
          fees: [{ name: 'Phí tham quan', amount: fee }],
          ...(onTop ? { taxMode: 'exclusive', vat: [{ rate: '8', base: goods, tax }] } : {}),
          payments: [{ method: 'card', amount: paid + wrong }],
        })
        const receipt = receiptIn(reading)
        if (wrong !== 0) return reading?.outcome === 'held'
        if (reading?.outcome !== 'ready' || !receipt) return false
        const sold = saleFromReceipt(receipt)
        const sum = sold.ok ? sold.value.payments.reduce((n, { amount }) => n + amount, 0n) : undefined
        return (
          sold.ok &&
          sold.value.total === BigInt(owed - rounding) &&
          sum === BigInt(owed) &&
          (sold.value.gratuity ?? 0n) === BigInt(gratuity)
        )
      }),
      { numRuns: runs(300) },
    )
    t.end()
  },
)
