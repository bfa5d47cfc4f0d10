import t from 'tap'
import type { Page } from '../../src/domain/page.ts'
import { reader } from '../../src/reading/index.ts'
import { pageOf } from './page.ts'

const read = (text: string, more: Partial<Page> = {}) => reader.read(pageOf(text, more))

/** A plain receipt; every test bends one thing. */
const shop = ({
  title = 'HÓA ĐƠN BÁN HÀNG',
  info = 'Số HĐ: A17        Ngày: 12/05/2025 10:20',
  items = 'Phở bò tái        2   55.000   110.000\nTrà đá            2    5.000    10.000',
  totals = 'Tổng cộng:                120.000',
  pay = 'Tiền mặt:                 120.000',
  foot = 'Cảm ơn quý khách',
} = {}): string =>
  [
    'QUÁN PHỞ MINH',
    '12 Lê Lợi, Huế',
    title,
    info,
    'Tên món          SL  Đơn giá  T.Tiền',
    '-'.repeat(36),
    items,
    '-'.repeat(36),
    totals,
    pay,
    foot,
  ]
    .filter((l) => l !== '')
    .join('\n')

const heldWith = (t: Tap, code: string, text: string, more: Partial<Page> = {}) => {
  const reading = read(text, more)
  t.equal(reading.outcome, 'held', text.slice(0, 400))
  t.equal(reading.outcome === 'held' ? reading.fault.code : '', code)
  return reading
}
type Tap = Pick<typeof t, 'equal' | 'match'>

void t.test('the plain receipt is a sale', async (t) => {
  const reading = read(shop())
  t.match(reading, {
    kind: 'sale',
    outcome: 'ready',
    receipt: { total: 120_000n, seller: { name: 'QUÁN PHỞ MINH', address: '12 Lê Lợi, Huế' } },
  })
  t.match(reading.proofs, [
    { id: 'P1', state: 'true' },
    { id: 'P2', state: 'absent' },
    { id: 'P3', state: 'true', equation: '120000 = 120000' },
  ])
  t.equal(reading.proofs.find((p) => p.id === 'P8')?.state, 'absent')
})

void t.test('titles decide the kind, the negative ones first', async (t) => {
  const table: readonly (readonly [string, string, string])[] = [
    ['HÓA ĐƠN TẠM TÍNH', 'provisional', 'provisional'],
    ['PHIẾU TẠM TÍNH', 'provisional', 'provisional'],
    ['*** TẠM TÍNH ***', 'provisional', 'provisional'],
    ['Phieu tam tinh - Ban 5', 'provisional', 'provisional'],
    ['PRO FORMA', 'provisional', 'provisional'],
    ['PHIẾU CHẾ BIẾN', 'kitchen', 'kitchen'],
    ['PHIẾU BAR', 'kitchen', 'kitchen'],
    ['HÓA ĐƠN BÁN HÀNG - BẢN SAO', 'reprint', 'reprint'],
    ['HÓA ĐƠN (IN LẠI LẦN 2)', 'reprint', 'reprint'],
    ['LIÊN 2', 'reprint', 'reprint'],
    ['PHIẾU GIAO HÀNG', 'delivery', 'delivery'],
    ['PHIẾU CHI TIỀN MẶT', 'cash-move', 'cash-move'],
    ['BÁO CÁO CUỐI NGÀY', 'report', 'closing'],
    ['KẾT CA', 'report', 'closing'],
    ['TRAINING MODE', 'training', 'training'],
    ['IN THỬ', 'test', 'test'],
    ['PHIẾU HỦY MÓN', 'void', 'void-before-payment'],
  ]
  for (const [title, kind, why] of table) t.match(read(shop({ title })), { kind, outcome: 'ignored', why }, title)
  for (const title of ['HÓA ĐƠN', 'BILL', 'PHIẾU THANH TOÁN', 'RECEIPT', 'HoA ĐƠN THANH TOaN', 'Đơn hàng: DH0042'])
    t.match(read(shop({ title })), { kind: 'sale', outcome: 'ready' }, title)
})

void t.test('a cancelled or returned sale waits for a person, a subtotal called Tạm tính does not', async (t) => {
  heldWith(t, 'SALE_VOIDED', shop({ title: 'HÓA ĐƠN ĐÃ HỦY' }))
  heldWith(t, 'SALE_VOIDED', shop({ foot: '*** ĐÃ HỦY ***' }))
  const refund = heldWith(t, 'SALE_REFUND', shop({ title: 'PHIẾU TRẢ HÀNG' }))
  t.match(refund, { kind: 'refund', receipt: { total: 120_000n } })
  const negative = read('REG 05-10-2025 08:40\nC01 MC#01 000243\nGIAY A4 -75.000\nTONG -75.000')
  t.match(negative, {
    kind: 'refund',
    outcome: 'held',
    receipt: { lines: [{ qty: { units: -1n }, unitPrice: 75_000n, amount: -75_000n }] },
  })
  t.match(read(shop({ totals: 'Tạm tính:  120.000\nTổng cộng:  120.000' })), {
    outcome: 'ready',
    receipt: { subtotal: 120_000n },
  })
  t.match(read(shop({ pay: '', foot: '(Chưa thanh toán)' })), { kind: 'provisional', outcome: 'ignored' })
  const huy = shop().replace('QUÁN PHỞ MINH', 'HUY HOÀNG MOBILE')
  t.match(read(huy), { outcome: 'ready' }, 'Huy is a name too')
  t.match(read(shop({ foot: 'Đổi trả trong 7 ngày, hủy HĐ báo thu ngân' })), { outcome: 'ready' })
})

void t.test('without a title only what was paid is a sale', async (t) => {
  t.match(read(shop({ title: '', info: '' })), { kind: 'sale', outcome: 'ready' })
  heldWith(t, 'SALE_KIND_UNKNOWN', shop({ title: '', info: '', pay: '' }))
  heldWith(t, 'SALE_KIND_UNKNOWN', shop({ title: 'PHIẾX TẠM TÍNH SỐ', pay: '' }))
})

void t.test('tax inside or on top is what the sums say', async (t) => {
  const inside = read(shop({ totals: 'Tiền trước thuế:  111.111\nThuế GTGT (8%):    8.889\nTổng cộng:  120.000' }))
  t.match(inside, { outcome: 'ready', receipt: { taxMode: 'inclusive', vat: [{ rate: '8', base: 111_111n, tax: 8_889n }] } })
  const onTop = read(
    shop({
      totals: 'Cộng tiền hàng:  120.000\nThuế suất: 8%\nTiền thuế:    9.600\nTổng cộng:  129.600',
      pay: 'Chuyển khoản:  129.600',
    }),
  )
  t.match(onTop, {
    outcome: 'ready',
    receipt: { taxMode: 'exclusive', subtotal: 120_000n, vat: [{ rate: '8', base: 120_000n, tax: 9_600n }] },
  })
  const plusPlus = read(
    shop({
      totals: 'Cộng: 120.000\nGiảm giá: 20.000\nPhí phục vụ 5%: 5.000\nPhí giao hàng: 15.000\nVAT 8%: 9.600\nTổng cộng: 129.600',
      pay: '',
    }),
  )
  t.match(plusPlus, {
    outcome: 'ready',
    receipt: {
      serviceCharge: 5_000n,
      serviceChargeRate: '5',
      deliveryFee: 15_000n,
      discount: 20_000n,
      taxMode: 'exclusive',
      vat: [{ base: 120_000n }],
    },
  })
  heldWith(t, 'SALE_TAX_UNPROVEN', shop({ totals: 'Thuế GTGT (8%):    8.989\nTổng cộng:  120.000' }))
  const table = shop({ foot: 'Thuế suất  Trước thuế  Tiền thuế\n8%   50.926   4.074\n10%  59.091   5.909' })
  t.match(read(table), { outcome: 'ready', receipt: { taxMode: 'inclusive', vat: [{ rate: '8' }, { rate: '10' }] } })
  heldWith(t, 'SALE_TAX_UNPROVEN', table.replace('50.926', '50.962'))
})

void t.test('tax letters on the lines stand for the rates of the table', async (t) => {
  const text = shop({
    items: 'Bia Hà Nội       2   55.000   110.000 A\nNước lọc         2    5.000    10.000 B',
    foot: 'A  10%  100.000  10.000\nB  8%   9.259   741',
  })
  t.match(read(text), { outcome: 'ready', receipt: { lines: [{ vatRate: '10' }, { vatRate: '8' }] } })
  heldWith(t, 'SALE_TAX_UNPROVEN', text.replace('10.000 B', '10.000 A'))
  heldWith(t, 'SALE_TAX_UNPROVEN', text.replace('10.000 B', '10.000 C'))
})

void t.test('an unknown fee holds the sale and shows the equation that fails', async (t) => {
  const fee = heldWith(
    t,
    'SALE_UNKNOWN_LINE',
    shop({ totals: 'Tổng tiền hàng: 120.000\nCông bốc vác: 20.000\nTổng cộng: 140.000', pay: 'Tiền mặt: 140.000' }),
  )
  t.match(fee, {
    fault: {
      values: { line: 'Công bốc vác: 20.000' },
      proofs: [{}, {}, { id: 'P3', state: 'false', equation: '120000 = 140000' }],
    },
  })
  heldWith(t, 'SALE_UNKNOWN_LINE', shop({ items: 'Phở bò tái        2   55.000   110.000\nKhăn giấy 10.000' }))
})

void t.test(
  'R-112: a tip in the total is collected by the shop; one under it that was paid is left off; one nobody paid is held',
  async (t) => {
    const pay = 'Tiền mặt: 140.000'
    t.match(read(shop({ totals: 'Cộng: 120.000\nTiền tip: 20.000\nTổng cộng: 140.000', pay })), {
      outcome: 'ready',
      receipt: { tip: 20_000n, total: 140_000n, lines: [{}, {}] },
    })
    const under = 'Tổng cộng: 120.000\nTip: 20.000'
    const left = { outcome: 'ready', receipt: { gratuity: 20_000n, total: 120_000n, tip: undefined } }
    t.match(read(shop({ totals: under, pay })), left)
    t.match(read(shop({ totals: under, pay: 'Tiền mặt: 120.000' })), { outcome: 'held' })
  },
)

void t.test('fees of the state are named and apart from the goods', async (t) => {
  const paid = read(shop({ totals: 'Cộng: 120.000\nPhí bảo vệ môi trường: 5.000\nTổng cộng: 125.000', pay: 'Tiền mặt: 125.000' }))
  t.match(paid, { outcome: 'ready', receipt: { fees: [{ name: 'Phí bảo vệ môi trường', amount: 5_000n }], total: 125_000n } })
})

void t.test('R-030: a deposit is taken, used or paid with, never goods', async (t) => {
  const taken = read(shop({ totals: 'Cộng: 120.000\nTiền cọc: 50.000\nTổng cộng: 170.000', pay: 'Tiền mặt: 170.000' }))
  t.match(taken, { outcome: 'ready', receipt: { deposit: 50_000n, total: 170_000n } })
  for (const totals of [
    'Tổng cộng: 120.000\nĐã đặt cọc: -50.000\nCòn lại: 70.000',
    'Cộng: 120.000\nĐặt cọc: 50.000\nCòn phải trả: 70.000',
    'Tổng cộng: 120.000\nTrả trước: 50.000',
  ]) {
    const used = read(shop({ totals, pay: 'Khách đưa: 100.000\nTiền thừa: 30.000' }))
    const payments = [{ method: 'other', amount: 50_000n }]
    t.match(used, { outcome: 'ready', receipt: { total: 120_000n, payments, tendered: 100_000n, change: 30_000n } }, totals)
    t.notOk('receipt' in used && used.receipt?.deposit)
  }
  heldWith(
    t,
    'SALE_DEPOSIT',
    shop({
      items: 'Phở bò         2   60.000   120.000\nĐặt cọc bình ga        1   50.000   50.000',
      totals: 'Tổng cộng: 170.000',
      pay: '',
    }),
  )
  heldWith(t, 'SALE_TOTAL_UNPROVEN', shop({ totals: 'Tiền cọc: 50.000\nTổng cộng:  165.000', pay: '' }))
  t.match(
    read(shop({ items: 'Cốc thủy tinh  2   60.000   120.000', totals: 'Tổng cộng: 120.000', pay: '' })),
    { outcome: 'ready' },
    'a cup',
  )
})

void t.test('R-115: a foreign currency is for a person', async (t) => {
  heldWith(t, 'SALE_FOREIGN_CURRENCY', shop({ totals: 'Tổng cộng (USD): 5\nTổng cộng: 120.000' }))
  heldWith(t, 'SALE_FOREIGN_CURRENCY', shop({ totals: 'Tổng cộng: 120.000', pay: 'Khách đưa: $ 5' }))
})

void t.test('two totals, swapped digits, a line that does not multiply, payments that do not match', async (t) => {
  heldWith(t, 'SALE_TWO_TOTALS', shop({ totals: 'Tổng cộng:  120.000\nTổng thanh toán:  102.000' }))
  heldWith(t, 'SALE_TWO_TOTALS', shop({ totals: 'Tổng cộng:  102.000\nTổng thanh toán:  120.000' }))
  heldWith(t, 'SALE_TOTAL_UNPROVEN', shop({ totals: 'Tổng cộng:  102.000', pay: '' }))
  heldWith(t, 'SALE_TOTAL_UNPROVEN', shop({ totals: 'Tổng tiền hàng: 102.000\nTổng cộng:  120.000' }))
  const line = heldWith(
    t,
    'SALE_LINE_UNPROVEN',
    shop({ items: 'Phở bò tái        2   65.000   110.000\nTrà đá  2  5.000  10.000' }),
  )
  t.match(line, { fault: { values: { equation: '2 × 65000 = 110000' } } })
  heldWith(t, 'SALE_PAYMENT_UNPROVEN', shop({ pay: 'Tiền khách đưa: 200.000\nTiền thừa: 70.000' }))
  heldWith(t, 'SALE_CONTRADICTED', shop({ foot: '(Một trăm hai mươi mốt nghìn đồng chẵn)' }))
  heldWith(t, 'SALE_CONTRADICTED', shop({ totals: 'Tổng số lượng: 5\nTổng cộng: 120.000' }))
  t.match(read(shop({ totals: 'Tổng số lượng: 4\nTổng cộng: 120.000', foot: 'Bằng chữ: Một trăm hai mươi nghìn đồng' })), {
    outcome: 'ready',
  })
  t.match(
    read(shop({ totals: 'Tổng cộng:  120.000\nTổng thanh toán:  120.000' })),
    { outcome: 'ready' },
    'twice the same is once',
  )
})

void t.test('several payments, change, rounding', async (t) => {
  t.match(read(shop({ pay: 'Thẻ ATM: 100.000\nTiền mặt: 50.000\nTrả lại khách: 30.000' })), {
    outcome: 'ready',
    receipt: {
      payments: [
        { method: 'card', amount: 100_000n },
        { method: 'cash', amount: 50_000n },
      ],
      change: 30_000n,
    },
  })
  t.match(read(shop({ pay: 'Thanh toán VNPAY: 120.000' })), { outcome: 'ready', receipt: { payments: [{ method: 'wallet' }] } })
  t.match(read(shop({ pay: 'Voucher: 20.000\nCông nợ: 100.000' })), {
    receipt: { payments: [{ method: 'voucher' }, { method: 'credit' }] },
  })
  t.match(
    read(
      shop({
        totals: 'Tổng cộng: 120.400\nLàm tròn: -400\nPhải thanh toán: 120.000',
        items: 'Xăng A95  5,016  24.000  120.384\nTúi  1  16  16',
      }),
    ),
    {
      outcome: 'ready',
      receipt: { rounding: -400n, subtotal: 120_400n, total: 120_000n },
    },
  )
})

void t.test('how the document ended decides what may be trusted', async (t) => {
  const whole = shop()
  const half = whole.slice(0, whole.indexOf('Tổng'))
  t.match(read(whole, { boundary: 'quiet' }), { outcome: 'ready' })
  t.match(read(half, { boundary: 'quiet' }), { kind: 'incomplete', outcome: 'unreadable', fault: { code: 'CAPTURE_TORN' } })
  t.match(read(half, { boundary: 'torn' }), { kind: 'incomplete', outcome: 'unreadable', fault: { code: 'CAPTURE_TORN' } })
  heldWith(t, 'CAPTURE_TORN', whole, { boundary: 'torn' })
  t.match(heldWith(t, 'SALE_NO_TOTAL', half), { kind: 'incomplete' })
  heldWith(t, 'SALE_NO_ITEMS', shop({ items: '' }))
  heldWith(t, 'SALE_TWO_DOCUMENTS', `${whole}\nPHIẾU TẠM TÍNH\n${whole}`)
  heldWith(t, 'DRIVER_DESYNC', whole, { desync: true })
  heldWith(t, 'DRIVER_UNKNOWN_COMMANDS', whole, { unknown: 6 })
  t.match(read(whole, { unknown: 5 }), { outcome: 'ready' })
})

void t.test('letters in doubt hold, amounts stay as evidence', async (t) => {
  t.match(heldWith(t, 'DRIVER_ENCODING', shop(), { doubt: 'DRIVER_ENCODING' }), { receipt: { total: 120_000n } })
  heldWith(t, 'DRIVER_ENCODING', shop({ items: 'Ph? b\ufffd tái  2   60.000   120.000' }))
  heldWith(t, 'DRIVER_ENCODING', shop({ items: 'Ph?ng nghỉ  2   60.000   120.000' }))
})

void t.test('impossible dates and figures out of reason', async (t) => {
  t.match(heldWith(t, 'SALE_DATE_IMPOSSIBLE', shop({ info: 'Ngày: 31/02/2025 10:00' })), {
    fault: { values: { date: '31/02/2025' } },
  })
  heldWith(t, 'SALE_DATE_IMPOSSIBLE', shop({ info: 'Ngày: 12/05/2025 25:10' }))
  heldWith(
    t,
    'SALE_OUT_OF_RANGE',
    shop({ items: 'Vàng 1 2.000.000.000.000 2.000.000.000.000', totals: 'Tổng cộng: 2.000.000.000.000', pay: '' }),
  )
  heldWith(t, 'SALE_OUT_OF_RANGE', shop({ items: 'Thịt 0,1234567 1.000.000 123.457', totals: 'Tổng cộng: 123.457', pay: '' }))
  heldWith(t, 'SALE_ZERO_TOTAL', shop({ items: 'Quà tặng 1 0 0', totals: 'Tổng cộng: 0', pay: '' }))
})

void t.test('a menu that leaves out the last three zeros is never invoiced in single đồng', async (t) => {
  const menu = (f: (n: number) => string): string =>
    `CAFE HẺM\nPHIẾU THANH TOÁN\nTên món   SL  Đ.giá  T.tiền\nLatte      2  ${f(55)}  ${f(110)}\nBạc xỉu   20  ${f(45)}  ${f(900)}\nTổng cộng  ${f(1010)}`
  heldWith(t, 'SALE_IN_THOUSANDS', menu(String))
  heldWith(
    t,
    'SALE_UNKNOWN_LINE',
    menu((n) => `${n}.0`),
  )
  t.match(read(menu((n) => `${n}k`)), { outcome: 'ready', receipt: { total: 1_010_000n } })
  t.match(read('PHOTO MINH\nHÓA ĐƠN\nTên   SL  Giá  T.Tiền\nBản chụp A4   40   300   12.000\nTổng cộng 12.000'), {
    outcome: 'ready',
  })
})

void t.test('the paid time is the sale: out before date, date before in, print time last', async (t) => {
  const at = (info: string) => {
    const reading = read(shop({ info }))
    return reading.outcome === 'ready' ? reading.receipt.issuedAt : reading.outcome
  }
  t.equal(at('Ngày 02/09/2025  Vào 11:58  Ra 13:20'), '2025-09-02T13:20')
  t.equal(at('Giờ vào: 14/07/2025 19:05\nGiờ ra : 14/07/2025 20:10'), '2025-07-14T20:10')
  t.equal(at('In lúc: 15/07/2025 08:00\nNgày: 14/07/2025 20:10:33'), '2025-07-14T20:10:33')
  t.equal(at('In lúc: 15/07/2025 08:00'), '2025-07-15T08:00')
  t.equal(at('Ngày: 14/07/25   Giờ: 19h05'), '2025-07-14T19:05')
  t.equal(at('Ngày: 07/07/2025  (10:05 - 11:20)'), '2025-07-07T11:20')
  t.equal(at('Ngày 15 tháng 07 năm 2025 lúc 09:41'), '2025-07-15T09:41')
  t.equal(at('Date: 2025-07-14 07:05 PM'), '2025-07-14T19:05')
  t.equal(at('Ngày: 14/07/2025'), undefined, 'a day without a time is not a time')
})

void t.test('pictures, noise, port scans and closing reports never become sales', async (t) => {
  const pictures = [{ width: 576, height: 700, command: 'GS v 0', row: 0, sha256: '' }]
  t.match(read('', { pictures }), {
    kind: 'image-only',
    textLines: [],
    outcome: 'unreadable',
    fault: { code: 'DRIVER_IMAGE_ONLY' },
  })
  heldWith(t, 'DRIVER_IMAGE_ONLY', 'QUÁN ĂN\nMón thứ nhất\nMón thứ hai', { pictures })
  t.match(
    read(shop(), { pictures: [{ ...(pictures[0] ?? { width: 0, height: 0, command: '', row: 0, sha256: '' }), height: 120 }] }),
    { outcome: 'ready' },
  )
  for (const noise of [
    '',
    'GET / HTTP/1.1\nHost: 192.168.1.20:9100\nAccept: */*',
    '^XA\n^FO50,50^FDTEST^FS',
    '\u2592\u2592\u0192\u2592\u00a4\u2592\u2592\u2020',
    '06 00 NTP-56',
  ])
    t.match(read(noise), { kind: 'chatter', outcome: 'ignored', why: 'chatter' }, JSON.stringify(noise))
  t.match(read('Z 05-10-2025 21:00\nMC#01 000244\nZ 0012\nGROSS 103.000\nNET TOTAL 20.500\nCAID 20.500'), {
    kind: 'report',
    outcome: 'ignored',
    why: 'closing',
    totals: { pay: 20_500n, counter: '0012' },
  })
  t.match(read('BÁO CÁO CUỐI NGÀY\nSố hóa đơn: 42\nDoanh thu: 3.250.000\nTổng cộng: 9.999.000'), {
    totals: { count: 42, pay: 3_250_000n },
  })
  t.match(read('x'.repeat(5_000)), { outcome: 'unreadable', fault: { code: 'CAPTURE_OVERSIZE' } })
  t.match(read(Array.from({ length: 5_001 }, () => 'a 1').join('\n')), {
    outcome: 'unreadable',
    fault: { code: 'CAPTURE_OVERSIZE' },
  })
})

void t.test('a hostile line of 4,096 characters costs no more than its length', async (t) => {
  const lines = [
    '9.'.repeat(2_000),
    '1 x '.repeat(1_000),
    'a '.repeat(2_000),
    '('.repeat(4_000),
    '1/1/1'.repeat(800),
    ': 1'.repeat(1_300),
    '-%'.repeat(2_000),
  ]
  const before = process.cpuUsage().user
  for (const line of lines)
    t.not(read(`HÓA ĐƠN\n${Array.from({ length: 20 }, () => line).join('\n')}\nTổng cộng 1.000`).outcome, 'ready')
  t.ok(process.cpuUsage().user - before < 4_000_000)
})
