import t from 'tap'
import { formatDecimal } from '../../src/domain/decimal.ts'
import { reader } from '../../src/reading/index.ts'
import { fc, runs } from '../property.ts'
import { pageOf, spread } from './page.ts'

/** A till of its own: it shares no code with the reader, so a shared mistake would show. */
interface Basket {
  readonly width: 32 | 42 | 48
  readonly layout: 'columns' | 'two-lines' | 'times' | 'prefix' | 'journal'
  readonly comma: boolean
  readonly dong: '' | 'đ' | ' VND'
  readonly goods: readonly { readonly name: string; readonly qty: number; readonly price: number }[]
  readonly cut: number
  readonly service: number
  readonly vat: 0 | 8 | 10
  readonly paid: 'cash' | 'card' | 'change' | 'none'
}

const NAMES = [
  'Phở bò tái',
  'Bia 333',
  '7 Up',
  'Trà sữa size L',
  'Nước suối 500ml',
  'Sữa TH 1L',
  'BANH MI',
  'Cà phê sữa đá',
  'Mì Ý sốt kem',
  'Gạo ST25 5kg',
  'Tổng hợp trái cây',
  'Thẻ cào Viettel',
  'Vé xem phim',
  'Cơm tấm sườn bì chả',
  'Khăn giấy',
  'Bánh chưng',
  'Pin AA x2',
  'Dầu gội Clear',
  'Kẹo the',
  'Bàn chải',
  'Cá viên chiên',
]

const basket: fc.Arbitrary<Basket> = fc.record({
  width: fc.constantFrom(32, 42, 48),
  layout: fc.constantFrom('columns', 'two-lines', 'times', 'prefix', 'journal'),
  comma: fc.boolean(),
  dong: fc.constantFrom('', '', 'đ', ' VND'),
  goods: fc.array(
    fc.record({
      name: fc.constantFrom(...NAMES),
      qty: fc.integer({ min: 1, max: 40 }),
      price: fc.integer({ min: 1, max: 900 }).map((n) => n * 500 + 500),
    }),
    { minLength: 1, maxLength: 9 },
  ),
  cut: fc.constantFrom(0, 0, 5, 10),
  service: fc.constantFrom(0, 0, 5),
  vat: fc.constantFrom(0, 0, 8, 10),
  paid: fc.constantFrom('cash', 'card', 'change', 'none'),
})

const figure = (n: number, comma: boolean): string => String(n).replace(/\B(?=(\d{3})+$)/g, comma ? ',' : '.')

interface Figures {
  readonly subtotal: number
  readonly off: number
  readonly fee: number
  readonly tax: number
  readonly total: number
}

function figures({ goods, cut, service, vat }: Basket): Figures {
  const subtotal = goods.reduce((n, g) => n + g.qty * g.price, 0)
  const off = Math.round((subtotal * cut) / 100)
  const fee = Math.round((subtotal * service) / 100)
  const tax = Math.round(((subtotal - off + fee) * vat) / 100)
  return { subtotal, off, fee, tax, total: subtotal - off + fee + tax }
}

function render(b: Basket): string {
  const { width } = b
  const f = (n: number): string => figure(n, b.comma)
  const line = (label: string, n: number): string => spread(label, f(n) + b.dong, width)
  const rule = '-'.repeat(width)
  const { subtotal, off, fee, tax, total } = figures(b)
  const short = width === 32
  const head: Record<Basket['layout'], readonly string[]> = {
    columns: [
      short
        ? `Tên hàng${'SL'.padStart(13)}${'T.Tiền'.padStart(11)}`
        : `Mặt hàng${'SL'.padStart(width - 33)}${'Đơn giá'.padStart(12)}${'T.Tiền'.padStart(13)}`,
      rule,
    ],
    'two-lines': [`Đơn giá${'SL'.padStart(8)}${'Thành tiền'.padStart(width - 15)}`, rule],
    times: [rule],
    prefix: [rule],
    journal: [],
  }
  const row = (g: Basket['goods'][number]): readonly string[] => {
    const amount = f(g.qty * g.price)
    if (b.layout === 'columns')
      return [
        short
          ? `${g.name.padEnd(18).slice(0, 18)}${String(g.qty).padStart(3)}${amount.padStart(11)}`
          : `${g.name.padEnd(width - 30)}${String(g.qty).padStart(5)}${f(g.price).padStart(12)}${amount.padStart(13)}`,
      ]
    if (b.layout === 'two-lines')
      return [g.name, `${f(g.price).padEnd(12)}${String(g.qty).padEnd(6)}${amount.padStart(width - 18)}`]
    if (b.layout === 'times') return [g.name, spread(`  ${g.qty} x ${f(g.price)}`, amount, width)]
    if (b.layout === 'prefix') return [spread(`${g.qty}x ${g.name}`, amount, width)]
    return [...(g.qty > 1 ? [`${g.qty} X @${f(g.price)}`] : []), spread(g.name, amount, width)]
  }
  const adjusted = off + fee + tax > 0
  const pay = {
    cash: [line('Tiền mặt', total)],
    card: [line('Thẻ VISA ****1234', total)],
    change: [line('Tiền khách đưa', total + 50_000), line('Tiền thừa', 50_000)],
    none: [],
  }
  const title =
    b.layout === 'journal'
      ? ['REG 05-10-2025 08:15', 'C01  MC#01     000241']
      : ['QUÁN MINH ANH', '12 Lê Lợi, Huế', 'HÓA ĐƠN BÁN HÀNG', 'Số HĐ: 0042   Ngày: 05/10/2025 08:15']
  return [
    ...title,
    ...head[b.layout],
    ...b.goods.flatMap(row),
    ...(b.layout === 'journal' ? [] : [rule]),
    ...(adjusted ? [line('Cộng tiền hàng:', subtotal)] : []),
    ...(off > 0 ? [line(`Giảm giá (${b.cut}%):`, -off)] : []),
    ...(fee > 0 ? [line(`Phí phục vụ (${b.service}%):`, fee)] : []),
    ...(tax > 0 ? [line(`Thuế GTGT (${b.vat}%):`, tax)] : []),
    line('TỔNG CỘNG:', total),
    ...pay[b.paid],
    'Cảm ơn quý khách',
  ].join('\n')
}

void t.test('whatever a till prints in these layouts is read back exactly', async (t) => {
  fc.assert(
    fc.property(basket, (b) => {
      const reading = reader.read(pageOf(render(b)))
      if (reading.outcome !== 'ready')
        throw new Error(`${reading.outcome} ${JSON.stringify('fault' in reading ? reading.fault : '')}\n${render(b)}`)
      const { receipt } = reading
      const { off, fee, tax, total, subtotal } = figures(b)
      const wide = b.layout === 'columns' && b.width === 32
      const wanted = b.goods.map((g) => ({
        name: wide ? g.name.slice(0, 18).trim() : g.name,
        qty: String(g.qty),
        unitPrice: BigInt(g.price),
        amount: BigInt(g.qty * g.price),
      }))
      const got = receipt.lines.map((l) => ({
        name: l.name,
        qty: formatDecimal(l.qty),
        unitPrice: l.unitPrice,
        amount: l.amount,
      }))
      const same =
        JSON.stringify(got, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)) ===
        JSON.stringify(wanted, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))
      if (!same) throw new Error(`${JSON.stringify(got.map((l) => `${l.qty} ${l.name}`))}\n${render(b)}`)
      const sums = [receipt.total, receipt.discount ?? 0n, receipt.serviceCharge ?? 0n, receipt.subtotal ?? BigInt(subtotal)]
      const mode = receipt.taxMode === (tax > 0 ? 'exclusive' : 'not-shown')
      const paid =
        b.paid === 'cash' || b.paid === 'card'
          ? receipt.payments?.[0]?.amount === BigInt(total) && receipt.payments[0].method === b.paid
          : receipt.payments === undefined
      return sums.every((n, i) => n === BigInt([total, off, fee, subtotal][i] ?? -1)) && mode && paid
    }),
    { numRuns: runs(600) },
  )
  t.pass('600 baskets')
})

void t.test('one digit changed anywhere never gives a sale with another total', async (t) => {
  let held = 0
  fc.assert(
    fc.property(basket, fc.nat(), fc.integer({ min: 1, max: 9 }), (b, where, by) => {
      const text = render(b)
      const digits = [...text.matchAll(/\d/g)].map((m) => m.index)
      const at = digits[where % digits.length] ?? 0
      const changed = text.slice(0, at) + ((Number(text[at]) + by) % 10) + text.slice(at + 1)
      const reading = reader.read(pageOf(changed))
      if (reading.outcome !== 'ready') held++
      return reading.outcome !== 'ready' || reading.receipt.total === BigInt(figures(b).total)
    }),
    { numRuns: runs(600) },
  )
  t.ok(held > 300, `${held} of 600 held`)
})

void t.test('a line lost or doubled never gives a sale with another total', async (t) => {
  fc.assert(
    fc.property(basket, fc.nat(), fc.boolean(), (b, where, twice) => {
      const lines = render(b).split('\n')
      const at = where % lines.length
      lines.splice(at, 1, ...(twice ? [lines[at] ?? '', lines[at] ?? ''] : []))
      const reading = reader.read(pageOf(lines.join('\n')))
      return reading.outcome !== 'ready' || reading.receipt.total === BigInt(figures(b).total)
    }),
    { numRuns: runs(600) },
  )
  t.pass('600 baskets')
})
