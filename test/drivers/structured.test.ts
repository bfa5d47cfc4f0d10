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
