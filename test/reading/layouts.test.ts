import t, { type Test } from 'tap'
import { formatDecimal } from '../../src/domain/decimal.ts'
import type { Page } from '../../src/domain/page.ts'
import type { Receipt } from '../../src/domain/receipt.ts'
import { reader } from '../../src/reading/index.ts'
import { pageOf } from './page.ts'

/** Lines as `qty name @price -discount = amount (unit) [rate] <parent`, to compare at a glance. */
const linesOf = (receipt: Receipt): string[] =>
  receipt.lines.map((l) =>
    [
      formatDecimal(l.qty),
      l.name,
      `@${l.unitPrice ?? '?'}`,
      ...(l.discount === undefined ? [] : [`-${l.discount}`]),
      `=${l.amount}`,
      ...(l.unit === undefined ? [] : [`(${l.unit})`]),
      ...(l.vatRate === undefined ? [] : [`[${l.vatRate}]`]),
      ...(l.code === undefined ? [] : [`#${l.code}`]),
      ...(l.modifierOf === undefined ? [] : [`<${l.modifierOf}`]),
    ].join(' '),
  )

function ready(t: Test, text: string, more: Partial<Page> = {}): Receipt {
  const reading = reader.read(pageOf(text, more))
  if (reading.outcome !== 'ready') {
    t.fail(`not ready: ${JSON.stringify(reading, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v), 1)}`)
    return { lines: [], total: 0n }
  }
  t.equal(reading.kind, 'sale')
  return reading.receipt
}

void t.test('A: one line per item under a head, 48 columns, with number and unit columns and a long name', async (t) => {
  const r = ready(
    t,
    `
             QUÁN CƠM NIÊU HỒNG PHÚC
        Số 9 ngõ 12/34/56 Láng Hạ, Hà Nội
                HÓA ĐƠN THANH TOÁN
Số HĐ: 2025-0088            Ngày: 03/06/25 12:41
Thu ngân: Mai               Bàn: 7
------------------------------------------------
STT Tên món           ĐVT  SL   Đơn giá  T.Tiền
------------------------------------------------
1   Cơm niêu          Phần  2    45.000   90.000
2   Canh chua cá lóc  Tô    1   120.000  120.000
3   Bia 333           Lon   6    18.000  108.000
4   Khăn lạnh         Cái   4         0        0
------------------------------------------------
Tổng cộng:                              318.000
Tiền khách đưa:                         400.000
Tiền thừa:                               82.000`,
  )
  t.same(linesOf(r), [
    '2 Cơm niêu @45000 =90000 (Phần)',
    '1 Canh chua cá lóc @120000 =120000 (Tô)',
    '6 Bia 333 @18000 =108000 (Lon)',
    '4 Khăn lạnh @0 =0 (Cái)',
  ])
  t.match(r, {
    total: 318_000n,
    receiptNo: '2025-0088',
    cashier: 'Mai',
    table: '7',
    issuedAt: '2025-06-03T12:41',
    taxMode: 'not-shown',
  })
  t.match(r, {
    tendered: 400_000n,
    change: 82_000n,
    seller: { name: 'QUÁN CƠM NIÊU HỒNG PHÚC', address: 'Số 9 ngõ 12/34/56 Láng Hạ, Hà Nội' },
  })
  t.notOk(r.subtotal)
})

void t.test('A: a row one blank apart, head words of another shop, discount column, 42 columns', async (t) => {
  const r = ready(
    t,
    `
SHOP QUAN AO MINH CHAU
HOA DON BAN LE
So: 1044
Mat hang        SL Gia ban   CK    T.Tien
==========================================
Ao thun co tron  2 150.000 30.000 270.000
Quan jean size 30 1 420.000 10% 378.000
Mu len           1 90.000 0 90.000
==========================================
Cong:                              738.000
Tong cong:                         738.000
Tien mat:                          738.000`,
  )
  t.same(linesOf(r), [
    '2 Ao thun co tron @150000 -30000 =270000',
    '1 Quan jean size 30 @420000 -42000 =378000',
    '1 Mu len @90000 =90000',
  ])
  t.match(r, { subtotal: 738_000n, payments: [{ method: 'cash', amount: 738_000n }] })
})

void t.test('B: name line, then price quantity amount, 32 columns, names that end in figures', async (t) => {
  const r = ready(
    t,
    `
TAP HOA CO BA
Dien thoai: 028 3888 9999
PHIEU BAN HANG
Don gia    SL        Thanh tien
--------------------------------
Nuoc suoi Lavie 500
6,000      2             12,000
Bia 333
15,000     24           360,000
8934563138165 Sua chua
7,500      4             30,000
--------------------------------
Tong tien hang:         402,000
Giam gia 5%:             20,100
Khach can tra:          381,900
Khach thanh toan:       381,900`,
  )
  t.same(linesOf(r), [
    '2 Nuoc suoi Lavie 500 @6000 =12000',
    '24 Bia 333 @15000 =360000',
    '4 Sua chua @7500 =30000 #8934563138165',
  ])
  t.match(r, { subtotal: 402_000n, discount: 20_100n, discountRate: '5', total: 381_900n, tendered: 381_900n })
  t.equal(r.seller?.phone, '028 3888 9999')
})

void t.test('C: name line, then quantity x price amount, no head; a unit, a weight, a wrapped name', async (t) => {
  const r = ready(
    t,
    `
SIÊU THỊ TÂN LỢI
PHIẾU TÍNH TIỀN
Số phiếu: 7781
------------------------------------------
Bột giặt Omo 3kg
  2 x 165.000                      330.000
Thịt ba rọi
  0,535kg x 189.000                101.115
Nước mắm Nam Ngư đệ nhị thượng hạng chai
nhựa 900ml
  3 chai x 42.000                  126.000
Gạo ST25 túi 5kg
  195.000 x 1                      195.000
------------------------------------------
TỔNG TIỀN                          752.115
Làm tròn                              -115
PHẢI THANH TOÁN                    752.000
MOMO                               752.000`,
  )
  t.same(linesOf(r), [
    '2 Bột giặt Omo 3kg @165000 =330000',
    '0.535 Thịt ba rọi @189000 =101115 (kg)',
    '3 Nước mắm Nam Ngư đệ nhị thượng hạng chai nhựa 900ml @42000 =126000 (chai)',
    '1 Gạo ST25 túi 5kg @195000 =195000',
  ])
  t.match(r, { subtotal: 752_115n, rounding: -115n, total: 752_000n, payments: [{ method: 'wallet', amount: 752_000n }] })
})

void t.test('C: the quantity line stands below an item that already has its amount', async (t) => {
  const r = ready(
    t,
    `
QUAN OC BA TU
HOA DON
Oc huong rang muoi          240.000
   2 x 120.000
Tra da                       10.000
   5 x 2.000
Bia Sai Gon                  90.000
   6 @ 15.000
Tong cong                   340.000
Chuyen khoan VCB            340.000`,
  )
  t.same(linesOf(r), ['2 Oc huong rang muoi @120000 =240000', '5 Tra da @2000 =10000', '6 Bia Sai Gon @15000 =90000'])
})

void t.test('D: quantity and amount only: the price must come out whole', async (t) => {
  const text = (amount: string, total: string): string => `
TRÀ CHANH PHỐ
PHIẾU THANH TOÁN
Tên món               SL  T.Tiền
--------------------------------
Trà chanh              3  ${amount}
Hướng dương            1  15.000
--------------------------------
Tổng cộng:                ${total}`
  t.same(linesOf(ready(t, text('60.000', '75.000'))), ['3 Trà chanh @20000 =60000', '1 Hướng dương @15000 =15000'])
  const odd = reader.read(pageOf(text('61.000', '76.000')))
  t.match(odd, { outcome: 'held', fault: { code: 'SALE_LINE_UNPROVEN', values: { item: 'Trà chanh' } } })
})

void t.test('D, E: the quantity in front, as column, as prefix, or as the first word of every line', async (t) => {
  const head = ready(
    t,
    'QUAN A\nBILL\nSL  Ten mon            T.Tien\n2   Ca phe den         40.000\n1   Banh mi 2 trung    25.000\nTong: 65.000',
  )
  t.same(linesOf(head), ['2 Ca phe den @20000 =40000', '1 Banh mi 2 trung @25000 =25000'])
  const prefix = ready(t, 'QUAN A\nBILL\n2x Ca phe den   40.000\n1x 7 Up   15.000\nTong: 55.000')
  t.same(linesOf(prefix), ['2 Ca phe den @20000 =40000', '1 7 Up @15000 =15000'])
  const bare = ready(t, 'QUAN A\nBILL\n2 Ca phe den   40.000\n1 7 Up   15.000\n3 Tra da   20.000   60.000\nTong: 115.000')
  t.same(linesOf(bare), ['2 Ca phe den @20000 =40000', '1 7 Up @15000 =15000', '3 Tra da @20000 =60000'])
})

void t.test('F: a register prints the quantity before its item, corrects itself, and discounts one item', async (t) => {
  const r = ready(
    t,
    `
REG 05-10-2025 09:15
C02 MC#01 000300
3 X @4.000
KEO MUT 12.000
GIAY A4 75.000
-20% -15.000
2 X @8.000
BUT BI 16.000
VOID
BUT BI -16.000
TONG 72.000
TIEN MAT 100.000
CG 28.000`,
    { boundary: 'journal' },
  )
  t.same(linesOf(r), ['3 KEO MUT @4000 =12000', '1 GIAY A4 @75000 -15000 =75000'])
  t.equal(r.voidedLines?.length, 1)
  t.match(r, { total: 72_000n, change: 28_000n, cashier: 'C02', receiptNo: '000300', issuedAt: '2025-10-05T09:15' })
})

void t.test('G, H, J: wrapped names, notes, toppings with and without price, a combo with free members', async (t) => {
  const r = ready(
    t,
    `
NHA HANG BIEN XANH
HÓA ĐƠN BÁN HÀNG
Tên hàng              SL   Đơn giá    T.Tiền
--------------------------------------------
Lẩu thái hải sản       1   350.000   350.000
đặc biệt cho 4 người
Trà sữa                2    30.000    60.000
+ Trân châu đen        2     5.000    10.000
+ ít đá
(mang về)
Combo gà rán           1    99.000    99.000
- Burger               1         0         0
- Khoai tây            1         0         0
--------------------------------------------
Tổng cộng                            519.000
Thẻ VISA ****4411                    519.000`,
  )
  t.same(linesOf(r), [
    '1 Lẩu thái hải sản đặc biệt cho 4 người @350000 =350000',
    '2 Trà sữa @30000 =60000',
    '2 Trân châu đen @5000 =10000 <1',
    '1 Combo gà rán @99000 =99000',
    '1 Burger @0 =0 <3',
    '1 Khoai tây @0 =0 <3',
  ])
  t.same(r.payments, [{ method: 'card', amount: 519_000n }])
})

void t.test('I: a line discount that is not repeated, and one that is repeated beside a ticket discount', async (t) => {
  const text = (discount: string, total: string): string => `
SIEU THI MINI
HOA DON BAN HANG
Mat hang        SL   Don gia   T.Tien
Sua hop          2    30.000   60.000
  KM: -6.000
Banh quy         1    40.000   40.000
-------------------------------------
Cong tien hang:               100.000
${discount}Tong thanh toan:               ${total}
Tien mat                       ${total}`
  const once = ready(t, text('', '94.000'))
  t.match(once, { subtotal: 100_000n, total: 94_000n })
  t.notOk(once.discount)
  t.equal(once.lines[0]?.discount, 6_000n)
  t.match(ready(t, text('Giam gia:                       6.000\n', '94.000')), { discount: 6_000n, total: 94_000n })
  t.match(ready(t, text('Giam gia:                      10.000\n', '84.000')), { discount: 10_000n, total: 84_000n })
  t.match(reader.read(pageOf(text('Giam gia:                      10.000\n', '89.000'))), {
    outcome: 'held',
    fault: { code: 'SALE_TOTAL_UNPROVEN' },
  })
})

void t.test('a quantity of 1.000 is one kilo or a thousand pieces: the product tells', async (t) => {
  const text = (row: string, total: string): string =>
    `CHO A\nHOA DON\nTen hang   SL   Don gia   T.Tien\n${row}\nTong cong ${total}`
  t.same(linesOf(ready(t, text('Cam sanh   1.000   35.000   35.000', '35.000'))), ['1 Cam sanh @35000 =35000'])
  t.same(linesOf(ready(t, text('Ly giay   1.000   500   500.000', '500.000'))), ['1000 Ly giay @500 =500000'])
  t.match(reader.read(pageOf(text('Ly giay   1.000   500   50.000', '50.000'))), {
    outcome: 'held',
    fault: { code: 'SALE_LINE_UNPROVEN' },
  })
})

void t.test('short money: k, currency words apart, values on the next line, leader dots', async (t) => {
  const r = ready(
    t,
    `
CAFE CÓC
PHIẾU THANH TOÁN
Cà phê sữa.............25.000 đ
Bạc xỉu................30k
Tổng cộng
                        55.000 VND
Tiền mặt:               55.000 đ
Wifi: caphe / 12345678
Hotline: 0901 222 333`,
  )
  t.same(linesOf(r), ['1 Cà phê sữa @25000 =25000', '1 Bạc xỉu @30000 =30000'])
  t.equal(r.total, 55_000n)
})

void t.test('glued quantities, a rate column with words in it, a head in English, a heading between the items', async (t) => {
  const glued = ready(
    t,
    'CIRCLE\nHOA DON\nCOCA COLA 330ML   x1        12,000\nBANH MI THIT      x2        50,000\nTONG CONG (3)               62,000',
  )
  t.same(linesOf(glued), ['1 COCA COLA 330ML @12000 =12000', '2 BANH MI THIT @25000 =50000'])
  const rates = ready(
    t,
    'CTY ABC\nMST: 0312345678\nHÓA ĐƠN BÁN LẺ\nMặt hàng      SL   Giá   %VAT   T.Tiền\nNước ngọt      2 10.000    10   20.000\nGạo thơm       1 90.000   KCT   90.000\nTổng cộng:  110.000',
  )
  t.same(linesOf(rates), ['2 Nước ngọt @10000 =20000 [10]', '1 Gạo thơm @90000 =90000 [KCT]'])
  t.equal(rates.seller?.taxCode, '0312345678')
  const english = ready(
    t,
    'SAIGON BISTRO\nRECEIPT\nTable: 5   Server: Nam\nQty Item              Price     Total\nDRINKS\n2   Iced tea         20,000    40,000\nSubtotal  40,000\nService charge 5%  2,000\nVAT 8%  3,360\nTOTAL  45,360\nVISA  45,360',
  )
  t.same(linesOf(english), ['2 Iced tea @20000 =40000'])
  t.match(english, {
    table: '5',
    cashier: 'Nam',
    taxMode: 'exclusive',
    serviceCharge: 2_000n,
    vat: [{ rate: '8', base: 42_000n }],
  })
})

const TOP = 'QUÁN ĂN MINH CHÂU\n12 Lê Lợi, Huế\nHÓA ĐƠN BÁN HÀNG\nSố HĐ: A17        Ngày: 12/05/2025 10:20'
const HEAD = 'Tên món          SL  Đơn giá  T.Tiền\n------------------------------------'
const GOODS =
  'Phở bò tái        2   55.000   110.000\nTrà đá            2    5.000    10.000\n------------------------------------'
const TWO = ['2 Phở bò tái @55000 =110000', '2 Trà đá @5000 =10000']

void t.test('heads and labels in two languages, on one line or on two', async (t) => {
  const totals = 'Tạm tính / Subtotal: 120.000\nThuế GTGT / VAT (8%): 9.600\nTổng cộng/Grand total: 129.600'
  const paid = 'Khách đưa/Tendered: 150.000\nTiền thừa (Change): 20.400'
  for (const head of [
    'Tên hàng/Item   SL/Qty  Đ.Giá/Price  T.Tiền/Amount',
    'Tên hàng        SL     Đ.Giá    T.Tiền\nItem            Qty    Price    Amount',
    'Description    Qty  Unit price   Amount',
  ]) {
    const r = ready(t, [TOP, head, GOODS, totals, paid].join('\n'))
    t.same(linesOf(r), TWO)
    t.match(r, { subtotal: 120_000n, taxMode: 'exclusive', total: 129_600n, tendered: 150_000n, change: 20_400n })
  }
  const other = reader.read(pageOf([TOP, HEAD, GOODS, 'Tổng cộng/Subtotal: 120.000', 'Tiền mặt: 120.000'].join('\n')))
  t.equal(other.outcome, 'held', 'two words that mean two things are no label')
})

void t.test('currency marks in front, frames of bars, stars around a total', async (t) => {
  const goods = (mark: string): string =>
    `Phở bò tái        2   ${mark}55.000   ${mark}110.000\nTrà đá            2    ${mark}5.000    ${mark}10.000\n-----`
  for (const mark of ['₫', 'đ', 'VND', 'VNĐ '])
    t.same(linesOf(ready(t, [TOP, HEAD, goods(mark), `Total ${mark}120.000`, `Cash ${mark}120.000`].join('\n'))), TWO, mark)
  const framed = `+-----------+----+-------+---------+
|Tên món    | SL | Giá   | T.Tiền  |
+-----------+----+-------+---------+
|Phở bò tái |  2 | 55.000| 110.000 |
|Trà đá     |  2 |  5.000|  10.000 |
+-----------+----+-------+---------+
|Tổng cộng  |    |       | 120.000 |
+-----------+----+-------+---------+
*** TIỀN MẶT: 120.000 ***`
  t.same(linesOf(ready(t, `${TOP}\n${framed}`)), TWO)
  t.same(linesOf(ready(t, `${TOP}\n${framed.replace(/\|/g, '│').replace(/[-+]/g, '─')}`)), TWO)
})

void t.test('two statements of the totals on one line, ways of paying above their amounts', async (t) => {
  const read = (totals: string) => ready(t, [TOP, HEAD, GOODS, totals].join('\n'))
  t.match(read('Tổng SL: 4     Tổng tiền: 120.000\nTiền mặt: 200.000    Thối lại: 80.000'), {
    total: 120_000n,
    payments: [{ method: 'cash', amount: 200_000n }],
    change: 80_000n,
  })
  t.match(read('Số món: 4  Tổng cộng: 120.000\nKhách đưa: 150.000 Tiền thừa: 30.000'), { tendered: 150_000n, change: 30_000n })
  t.match(read('Tổng cộng\n120.000\nTiền mặt\n70.000\nQR\n50.000'), {
    payments: [
      { method: 'cash', amount: 70_000n },
      { method: 'transfer', amount: 50_000n },
    ],
  })
  t.match(read('Tổng cộng: 120.000\nQuét mã để thanh toán\nSTK: 0123456789 VCB\nSố tiền: 120.000'), { total: 120_000n })
  t.match(read('Tổng cộng: 120.000\nDùng điểm: 20.000\nTiền mặt: 100.000'), {
    payments: [{ method: 'voucher' }, { method: 'cash' }],
  })
  t.match(read('Tổng cộng: 120.000\nĐã thanh toán trước: 50.000\nCòn lại: 70.000\nTiền mặt: 70.000'), { total: 120_000n })
  const torn = [TOP, HEAD, GOODS, 'Số món: 4  Tổng cộng: 120.000', 'Tiền mặt: 200.000  Thối lại: 90.000'].join('\n')
  t.match(reader.read(pageOf(torn)), { outcome: 'held', fault: { code: 'SALE_PAYMENT_UNPROVEN' } })
})

void t.test('one article told line by line, as pumps and meters do', async (t) => {
  const pump = (amount: string): string =>
    `CHXD SỐ 27\nPHIẾU BÁN HÀNG\nTrụ bơm: 3   Vòi: 5\nMặt hàng: Xăng RON95-III\nSố lượng: 12,345 lít\nĐơn giá: 21.550\nThành tiền: ${amount}\nTiền mặt: ${amount}`
  const r = ready(t, pump('266.035'))
  t.same(linesOf(r), ['12.345 Xăng RON95-III @21550 =266035'])
  t.equal(r.total, 266_035n)
  t.match(reader.read(pageOf(pump('266.305'))), { outcome: 'held', fault: { code: 'SALE_LINE_UNPROVEN' } })
  const unpriced = pump('21.550').replace(/Số lượng.*\n/, '')
  t.not(reader.read(pageOf(unpriced)).outcome, 'ready', 'a label is never the name of an article')
})

void t.test('hours hired, remarks below an article, words above the first one, money off each piece', async (t) => {
  const hired = ready(
    t,
    `${TOP}\nGiờ hát (19:00-21:15)  2,25  100.000  225.000\nBia Tiger       5   20.000   100.000\n-----\nTổng cộng: 325.000`,
  )
  t.same(linesOf(hired), ['2.25 Giờ hát (19:00-21:15) @100000 =225000', '5 Bia Tiger @20000 =100000'])
  const drugs = `Paracetamol 500mg\nSố lô: 12345 HSD: 05/2027\n2 vỉ x 55.000        110.000\nKhẩu trang    2   5.000   10.000\n  Giá gốc: 7.000\nTổng cộng: 120.000`
  t.same(linesOf(ready(t, `${TOP}\n${drugs}`)), ['2 Paracetamol 500mg @55000 =110000 (vỉ)', '2 Khẩu trang @5000 =10000'])
  const phone =
    'Ốp lưng           1   110.000   110.000\n  IMEI: 356789012345678\nDán               1    10.000    10.000\n  S/N: 12345678'
  t.same(linesOf(ready(t, `${TOP}\n${HEAD}\n${phone}\nTổng cộng: 120.000`)), ['1 Ốp lưng @110000 =110000', '1 Dán @10000 =10000'])
  const lot = `${TOP}\n${HEAD}\nLô: gà nướng     2   55.000   110.000\nTổng cộng: 110.000`
  t.same(linesOf(ready(t, lot)), ['2 Lô: gà nướng @55000 =110000'], 'counted and priced it is goods')
  const welcome =
    'QUÁN ABC\nHÓA ĐƠN\nKính chào quý khách\nPhở bò tái\n 2 x 55.000        110.000\nTrà đá\n 2 x 5.000          10.000\nTổng cộng: 120.000'
  t.same(linesOf(ready(t, welcome)), TWO)
  const each =
    'Tên  SL  Đ.Giá  Giảm  T.Tiền\n-----\nÁo thun   2   55.000  5.500   99.000\nTất     2   5.000  0  10.000\n-----\nTổng cộng: 109.000'
  t.same(linesOf(ready(t, `${TOP}\n${each}`)), ['2 Áo thun @55000 -11000 =99000', '2 Tất @5000 =10000'])
})

void t.test('keys of registers, rates behind the amount, abbreviations of chains', async (t) => {
  const roll = (...lines: readonly string[]): string => ['REG 05-10-2025 08:31', 'C01  MC#01     000241', ...lines].join('\n')
  const keys = ready(
    t,
    roll(
      'DEPT01   *15,000',
      'DEPT02   *30,000',
      'ST   *45,000',
      '(-)   -5,000',
      'TL   *40,000',
      'CASH   *50,000',
      'CG   *10,000',
    ),
  )
  t.same(linesOf(keys), ['1 DEPT01 @15000 =15000', '1 DEPT02 @30000 =30000'])
  t.match(keys, { subtotal: 45_000n, discount: 5_000n, total: 40_000n, change: 10_000n })
  const coupon = ready(t, roll('CAFE   16,000', 'CAKE   30,000', '(-)   -5,000', 'TOTAL   41,000', 'CASH   41,000'))
  t.match(coupon, { total: 41_000n })
  const rice = ready(t, `${TOP}\n${HEAD}\nST 25       2   90.000   180.000\nTổng cộng: 180.000`)
  t.same(linesOf(rice), ['2 ST 25 @90000 =180000'])
  const coop = ready(
    t,
    'CO.OPMART\nPHIẾU TÍNH TIỀN\n-----\n8934563138165 MI HAO HAO\n  5.00 x 4,500.00        22,500 8%\n2100123004560 THIT HEO\n  0.30 x 120,000.00      36,000 0%\n-----\nTổng số tiền (đã có VAT):       58,500\nTiền mặt VND:     60,000\nTiền thối lại:     1,500',
  )
  t.same(linesOf(coop), ['5 MI HAO HAO @4500 =22500 [8] #8934563138165', '0.3 THIT HEO @120000 =36000 [0] #2100123004560'])
  const chain = ready(
    t,
    `${TOP}\nMặt hàng   Đơn giá  SL   TT\n8934563138165 Mì Hảo Hảo\n           4,500   5   22,500\nTỔNG TIỀN PHẢI T.TOÁN   22,500\nTIỀN KHÁCH TRẢ\n  TIỀN MẶT             50,000\nTIỀN TRẢ LẠI           27,500`,
  )
  t.match(chain, { total: 22_500n, change: 27_500n })
  const ride = ready(
    t,
    'TAXI ABC\nBIÊN LAI\nSố tài: 1234\nGiờ lên: 10:20\nQuãng đường: 8,5 km\nTiền cước: 125.000\nTổng tiền: 125.000',
  )
  t.same(linesOf(ride), ['1 Tiền cước @125000 =125000'])
  const cup = ready(t, `${TOP}\nLatte\n1 x ₫65,000            ₫65,000\n  + Extra shot (₫10,000)\nTotal                 ₫65,000`)
  t.same(linesOf(cup), ['1 Latte @65000 =65000'])
})

void t.test('goods that sound like charges, money in names, totals after a cut, ways of paying nobody knows', async (t) => {
  const goods = (...rows: readonly string[]): string => [TOP, HEAD, ...rows, '-----'].join('\n')
  const paid = 'Tổng cộng: 120.000\nTiền mặt: 120.000'
  const rows = goods(
    'Thuê sân       1   100.000   100.000',
    'Phụ thu cuối tuần    1   10.000   10.000',
    'Combo 10k      1   10.000   10.000',
  )
  t.same(linesOf(ready(t, `${rows}\n${paid}`)), [
    '1 Thuê sân @100000 =100000',
    '1 Phụ thu cuối tuần @10000 =10000',
    '1 Combo 10k @10000 =10000',
  ])
  const charged = ready(t, `${goods(GOODS)}\nThuế GTGT   8%   120.000   9.600\nTổng cộng: 129.600`)
  t.match(charged, { taxMode: 'exclusive', total: 129_600n }, 'a row of the tax table is none')
  t.match(ready(t, `${goods(GOODS)}\nTổng trước giảm: 120.000\nGiảm: 10%  -12.000\nTổng sau giảm: 108.000\nTiền mặt: 108.000`), {
    discount: 12_000n,
    total: 108_000n,
  })
  t.match(ready(t, `${goods(GOODS)}\nTiền chưa VAT: 111.111\nVAT 8%: 8.889\n${paid}`), { taxMode: 'inclusive' })
  for (const foot of [
    'Vietcombank: 120.000',
    'ApplePay: 120.000',
    'Tỷ giá: 1 USD = 25.400',
    'Số dư ví: 880.000',
    'Mỗi người (4): 30.000',
  ])
    t.equal(ready(t, `${goods(GOODS)}\nTổng cộng: 120.000\n${foot}`).total, 120_000n, foot)
  const odd = reader.read(pageOf(`${goods(GOODS)}\nTổng cộng: 120.000\nVietcombank: 210.000`))
  t.match(odd, { outcome: 'held', fault: { code: 'SALE_UNKNOWN_LINE' } })
})
