import iconv from 'iconv-lite'
import { fc } from '../property.ts'

/** What shops print, and what no shop prints: lines for any parser of text. */

const LINES = [
  ...[
    'QUÁN CÀ PHÊ MINH ANH',
    '12 Nguyễn Trãi, Hà Nội',
    'MST: 0199999014',
    'ĐT: 0901 234 567',
    'HÓA ĐƠN BÁN HÀNG',
    'PHIẾU TẠM TÍNH',
  ],
  ...[
    'PHIẾU THANH TOÁN',
    'PHIẾU CHẾ BIẾN',
    'BÁO CÁO CUỐI NGÀY',
    'IN LẠI',
    'HỦY',
    'TRẢ HÀNG',
    'Số HĐ: 000123',
    'Ngày: 21/11/2026 09:41',
  ],
  ...[
    'Thu ngân: Hằng',
    'Bàn: 12',
    'STT Tên hàng SL Đ.Giá T.Tiền',
    '1 Cà phê sữa đá 2 29.000 58.000',
    'Bánh mì thịt',
    '  2 x 17.000   34.000',
  ],
  ...[
    'Trà đá 3 5,000 15,000',
    'Bia Sài Gòn 1 18.000đ 18.000đ',
    '+ Trân châu  10k  10k',
    'Giảm giá 10%  -10.700',
    'CK: 5.000',
    'Phí phục vụ 5% 4.815',
  ],
  ...[
    'Cộng tiền hàng  107.000',
    'VAT 8%  7.704',
    'Thuế GTGT (10%): 12.345',
    'TỔNG CỘNG  107.000',
    'Tổng tiền: 107.000 đ',
    'THANH TOÁN 107,000',
  ],
  ...[
    'Tiền mặt 200.000',
    'Tiền thừa 93.000',
    'Chuyển khoản  107.000',
    'Làm tròn -200',
    'Bằng chữ: Một trăm lẻ bảy nghìn đồng',
    'Cảm ơn quý khách!',
  ],
  ...[
    '--------------------------------',
    '================================',
    '',
    '  ',
    'TONG CONG 107.000',
    'TIEN MAT 107.000',
    'REG 21-11-2026 09:41',
  ],
  ...[
    '0001 CLERK01 000457',
    'DEPT01 35.000',
    'VOID -35.000',
    'Z 0012',
    'GROSS 1.234.567',
    'NS',
    '2 X @8.000',
    'CASH 107.000',
    'CHANGE 0',
  ],
]

const figure = fc.oneof(
  fc.integer({ min: -2_000_000, max: 2_000_000_000 }).map(String),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.integer({ min: 0, max: 999_999_999 }).map((n) => String(n).replace(/\B(?=(\d{3})+$)/g, '.')),
  fc.integer({ min: 0, max: 999_999_999 }).map((n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',')),
  fc.tuple(fc.nat(9_999), fc.nat(9_999)).map(([a, b]) => `${a},${b}`),
  fc.constantFrom('35k', '1tr2', '1.5', '0,325', '(12.000)', '12.000-', '1.2.3', '1,23.456', '10%', '1e9', 'NaN', '₫', '-', '0'),
)

/** One character again and again: where a careless pattern takes time without end. */
const monotone = fc
  .tuple(
    fc.constantFrom(' ', '.', ',', '-', '1', '9', 'a', 'ộ', '*', '/', ':', 'x', '0.', ' 1', '- ', '1 x '),
    fc.integer({ min: 1, max: 400 }),
  )
  .map(([what, times]) => what.repeat(times))

/** A line of a receipt: known words, figures at wrong places, nonsense. */
export const line: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...LINES) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...LINES), figure).map(([words, n]) => `${words.replace(/[\d.,]+.*$/, '')} ${n}`),
  },
  {
    weight: 2,
    arbitrary: fc.array(fc.oneof(figure, fc.constantFrom(...LINES)), { maxLength: 5 }).map((parts) => parts.join('  ')),
  },
  { weight: 1, arbitrary: monotone },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...LINES), monotone).map(([words, m]) => words + m) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
)

export { figure, monotone }

const dotted = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '.')
const TITLED = ['HÓA ĐƠN BÁN HÀNG', 'PHIẾU THANH TOÁN', 'HOA DON', 'PHIẾU TẠM TÍNH', 'IN LẠI', 'PHIẾU TRẢ HÀNG', '']

/** The lines of a receipt whose sums hold, but where one of its figures or lines was changed. */
export const receipt: fc.Arbitrary<readonly string[]> = fc
  .record({
    title: fc.constantFrom(...TITLED),
    goods: fc.array(fc.record({ n: fc.integer({ min: 1, max: 9 }), price: fc.integer({ min: 1, max: 900 }) }), {
      minLength: 1,
      maxLength: 6,
    }),
    layout: fc.constantFrom('row', 'two', 'cross'),
    off: fc.constantFrom(0, 0, 0, 1_000, 5_000),
    tax: fc.constantFrom(0, 0, 8, 10),
    odd: fc.option(fc.tuple(fc.nat(40), fc.oneof(line, fc.constant(''))), { freq: 3 }),
    swap: fc.option(fc.tuple(fc.nat(40), fc.nat(40)), { freq: 5 }),
  })
  .map(({ title, goods, layout, off, tax, odd, swap }) => {
    const sum = goods.reduce((all, { n, price }) => all + n * price * 1_000, 0) - off
    const added = Math.round((sum * tax) / 100)
    const rows = goods.flatMap(({ n, price }, i) => {
      const [one, all] = [dotted(price * 1_000), dotted(n * price * 1_000)]
      if (layout === 'row') return [`Món số ${i}     ${n}   ${one}   ${all}`]
      return layout === 'two'
        ? [`Món ngon ${'ABCDEF'[i] ?? ''}`, `  ${n} x ${one}      ${all}`]
        : [`${n} x Bánh ${'ABCDEF'[i] ?? ''}   @${one}    ${all}`]
    })
    const lines = [
      ...[
        'QUÁN CÀ PHÊ MINH ANH',
        '12 Nguyễn Trãi, Hà Nội',
        title,
        'Số: HD000457',
        'Ngày: 21/11/2026 09:41',
        '-'.repeat(32),
        ...rows,
      ],
      ...[
        '-'.repeat(32),
        ...(off > 0 ? [`Giảm giá      -${dotted(off)}`] : []),
        ...(tax > 0 ? [`Thuế GTGT ${tax}%   ${dotted(added)}`] : []),
      ],
      ...[`TỔNG CỘNG    ${dotted(sum + added)}`, `Tiền mặt   ${dotted(sum + added)}`, 'Cảm ơn quý khách!'],
    ]
    if (odd) lines.splice(odd[0] % lines.length, odd[0] % 2, odd[1])
    if (swap) {
      const [a, b] = [swap[0] % lines.length, swap[1] % lines.length]
      const [first = '', second = ''] = [lines[a], lines[b]]
      lines[a] = second
      lines[b] = first
    }
    return lines
  })

const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')

/** The same text in the letters of one till or another. */
export const LETTERS: readonly ((text: string) => Uint8Array)[] = [
  (text) => Buffer.from(text, 'utf8'),
  (text) => Buffer.from(text.normalize('NFD'), 'utf8'),
  (text) => Buffer.from(bare(text), 'latin1'),
  (text) => iconv.encode(text, 'tcvn'),
  (text) => iconv.encode(text, 'viscii'),
  (text) => iconv.encode(text, 'win1258'),
  (text) => iconv.encode(text, 'cp437'),
  (text) => iconv.encode(text, 'utf-16le', { addBOM: true }),
]
export const letters: fc.Arbitrary<(text: string) => Uint8Array> = fc.constantFrom(...LETTERS)
/** Those that leave ASCII alone: what a printer is sent. */
export const printed: fc.Arbitrary<(text: string) => Uint8Array> = fc.constantFrom(...LETTERS.slice(0, 7))

/** A value and what became of it on the way: whole, cut short, spliced, or with bytes turned. */
export const damaged = (whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 5, arbitrary: whole },
    {
      weight: 2,
      arbitrary: fc
        .tuple(whole, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([b, part]) => b.subarray(0, Math.floor(b.length * part))),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(whole, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([b, part]) => b.subarray(Math.floor(b.length * part))),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(whole, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })).map(([b, turns]) => {
        const copy = Uint8Array.from(b)
        for (const [at, to] of turns) if (copy.length > 0) copy[at % copy.length] = to
        return copy
      }),
    },
    { weight: 1, arbitrary: fc.tuple(whole, whole).map(([a, b]) => Buffer.concat([a, b])) },
  )
