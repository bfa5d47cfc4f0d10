import { fc } from '../property.ts'
import { figure, letters, line, monotone } from './words.ts'

/** Structured sources: tables, JSON and XML whose shape is nearly right, or not at all. */

const TITLES = [
  ...[
    'Số HĐ',
    'So HD',
    'Số phiếu',
    'Ngày',
    'Giờ',
    'Tên hàng',
    'Ten hang',
    'Mã hàng',
    'ĐVT',
    'SL',
    'Số lượng',
    'Đơn giá',
    'Thành tiền',
  ],
  ...[
    'Chiết khấu',
    'VAT',
    'Thuế suất',
    'Tổng cộng',
    'Thanh toán',
    'Tổng tiền',
    'receiptNo',
    'item',
    'qty',
    'price',
    'amount',
    'total',
    '',
  ],
]
const cell = fc.oneof(
  { weight: 4, arbitrary: figure },
  { weight: 3, arbitrary: line },
  fc.constantFrom(
    '',
    '"',
    '""',
    '"a;b"',
    '"a\nb"',
    'HD001',
    'HD001',
    'HD002',
    '21/11/2026',
    '2026-11-21T09:41',
    '8%',
    'KCT',
    'Tiền mặt',
    'x"y',
  ),
)

/** Rows of a table: one separator or many, quotes that end and quotes that do not, rows too long and too short. */
export const table: fc.Arbitrary<Uint8Array> = fc
  .record({
    by: fc.constantFrom(';', ',', '\t', '|', '  '),
    titles: fc.option(fc.array(fc.constantFrom(...TITLES), { minLength: 1, maxLength: 12 }), { freq: 5 }),
    width: fc.integer({ min: 1, max: 12 }),
    rows: fc.array(fc.tuple(fc.array(cell, { minLength: 12, maxLength: 12 }), fc.nat(40)), { maxLength: 15 }),
    end: fc.constantFrom('\r\n', '\n', '\r'),
    encode: letters,
  })
  .map(({ by, titles, width, rows, end, encode }) => {
    const columns = titles?.length ?? width
    const lines = rows.map(([cells, odd]) =>
      cells.slice(0, Math.min(12, odd === 0 ? columns + 1 : odd === 1 ? columns - 1 : columns)).join(by),
    )
    return encode([...(titles ? [titles.join(by)] : []), ...lines].join(end) + end)
  })

const KEYS = [
  ...[
    'receiptNo',
    'issuedAt',
    'lines',
    'items',
    'name',
    'qty',
    'unit',
    'unitPrice',
    'price',
    'discount',
    'amount',
    'vatRate',
    'code',
    'total',
  ],
  ...[
    'subtotal',
    'serviceCharge',
    'rounding',
    'taxMode',
    'vat',
    'rate',
    'base',
    'tax',
    'payments',
    'method',
    'tendered',
    'change',
    'status',
  ],
  ...['kind', 'sale', 'seller', 'taxCode', '__proto__', 'constructor', 'toString', 'modifierOf', 'documents', 'order'],
]
const RAW = [
  '1e999',
  '-0',
  '1.5',
  '0.1',
  '12345678901234567890',
  '1E3',
  '-1',
  '00',
  '01',
  '1.',
  '.5',
  '+1',
  'NaN',
  'Infinity',
  '0x10',
  'null',
  'true',
  '',
]

const leaf: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: -1_000, max: 9_999_999 }).map(String),
  figure.map((text) => JSON.stringify(text)),
  line.map((text) => JSON.stringify(text)),
  fc.constantFrom(...RAW),
  fc.constantFrom(
    '"cash"',
    '"card"',
    '"inclusive"',
    '"exclusive"',
    '"paid"',
    '"cancelled"',
    '"8"',
    '"KCT"',
    '"2026-11-21T09:41"',
    '"\\ud800"',
    '"\\u0000"',
  ),
)
const { node } = fc.letrec<{ node: string; object: string; list: string }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, depthSize: 'small' }, leaf, tie('object'), tie('list')),
  object: fc
    .array(fc.tuple(fc.constantFrom(...KEYS), tie('node')), { maxLength: 12 })
    .map((fields) => `{${fields.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(',')}}`),
  list: fc.array(tie('node'), { maxLength: 5 }).map((values) => `[${values.join(',')}]`),
}))

interface Item {
  readonly name: string
  readonly qty: string
  readonly price: number
  readonly amount: string
}
const item = fc.record<Item>({
  name: line,
  qty: fc.oneof(figure, fc.constantFrom('1', '2', '0.325')),
  price: fc.nat(500_000),
  amount: figure,
})

/** The shape of a sale with any value at any place. */
const sale = fc
  .record({
    items: fc.array(item, { maxLength: 6 }),
    total: leaf,
    more: fc.array(fc.tuple(fc.constantFrom(...KEYS), node), { maxLength: 5 }),
  })
  .map(({ items, total, more }) => {
    const lines = items.map(
      (i) =>
        `{"name":${JSON.stringify(i.name)},"qty":${JSON.stringify(i.qty)},"unitPrice":${i.price},"amount":${JSON.stringify(i.amount)}}`,
    )
    return `{"receiptNo":"HD1","lines":[${lines.join(',')}],"total":${total}${more.map(([k, v]) => `,${JSON.stringify(k)}:${v}`).join('')}}`
  })

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '{"lines":['), fc.integer({ min: 1, max: 3_000 }))
  .map(([open, times]) => open.repeat(times))

export const json: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: sale },
      { weight: 3, arbitrary: node },
      { weight: 1, arbitrary: deep },
      { weight: 1, arbitrary: fc.array(sale, { maxLength: 3 }).map((all) => all.join('\n')) },
    ),
    fc.constantFrom('', '\ufeff', '\n', 'x', '{}'),
    letters,
  )
  .map(([text, before, encode]) => encode(before + text))

const TAGS = [
  'order',
  'sale',
  'receipt',
  'items',
  'item',
  'line',
  'name',
  'qty',
  'price',
  'amount',
  'total',
  'payment',
  'hoadon',
  'a:b',
  'x',
]
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom(...TAGS),
      fc.array(fc.tuple(fc.constantFrom(...TAGS), figure), { maxLength: 2 }),
      fc.array(
        fc.oneof(
          { maxDepth: 5, depthSize: 'small' },
          line.map(escaped),
          figure,
          fc.constantFrom('<![CDATA[a<b]]>', '<!-- x -->', '&amp;', '&bogus;', '&#0;', '&#x41;', '<?pi x?>'),
          tie('element'),
        ),
        { maxLength: 6 },
      ),
      fc.nat(40),
    )
    .map(([tag, attributes, inside, odd]) => {
      const inner = attributes.map(([name, value]) => ` ${name}="${value}"`).join('')
      return `<${tag}${inner}>${inside.join('')}${odd === 0 ? '' : `</${odd === 1 ? 'x' : tag}>`}`
    }),
}))
const PROLOGUES = [
  '',
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<?xml version="1.0" encoding="UTF-16"?>',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<!DOCTYPE a SYSTEM "file:///etc/hostname">',
  '<!DOCTYPE a [<!ENTITY a0 "x"><!ENTITY a1 "&a0;&a0;&a0;&a0;&a0;&a0;"><!ENTITY a2 "&a1;&a1;&a1;&a1;&a1;&a1;">]>&a2;',
]
const deepTags = fc.integer({ min: 1, max: 3_000 }).map((times) => '<item>'.repeat(times))
export const xml: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom(...PROLOGUES),
    fc.oneof(
      { weight: 6, arbitrary: element },
      deepTags,
      monotone.map((m) => `<a b="${m}">`),
    ),
    letters,
  )
  .map(([before, text, encode]) => encode(before + text))
