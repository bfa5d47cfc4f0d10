import t from 'tap'
import type { Page } from '../../src/domain/page.ts'
import { reader } from '../../src/reading/index.ts'
import { readWords } from '../../src/words.ts'
import { pageOf } from './page.ts'

const words = readWords()
const read = (text: string, more: Partial<Page> = {}) => reader.read(pageOf(text, more))

/** A paid and proven bill; only its words change. */
const paper = ({
  head = 'QUÁN PHỞ MINH\n12 Lê Lợi, Huế',
  title = 'HÓA ĐƠN BÁN HÀNG',
  info = 'Số HĐ: A17        Ngày: 12/05/2025 10:20',
  item = 'Phở bò tái',
  totals = 'Tổng cộng:                120.000',
  foot = 'Cảm ơn quý khách',
} = {}): string =>
  [
    head,
    title,
    info,
    'Tên món          SL  Đơn giá  T.Tiền',
    '-'.repeat(36),
    `${item}        2   55.000   110.000\nTrà đá            2    5.000    10.000`,
    '-'.repeat(36),
    totals,
    'Tiền mặt:                 120.000',
    foot,
  ].join('\n')

const bare = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D')
/** One-page TCVN3 has no toned capitals: they are printed small (register-capture 5.3). */
const halfCapitals = (text: string): string =>
  [...text.toUpperCase()].map((c) => (/[\u0300\u0301\u0303\u0309\u0323]/.test(c.normalize('NFD')) ? c.toLowerCase() : c)).join('')
const spellings = (title: string): ReadonlySet<string> =>
  new Set([title, title.toUpperCase(), title.toLowerCase(), halfCapitals(title), bare(title), bare(title).toUpperCase()])

const ASIDE: Readonly<Record<string, readonly [kind: string, titles: readonly string[]]>> = {
  provisional: [
    'provisional',
    [
      'HÓA ĐƠN TẠM TÍNH',
      'PHIẾU TẠM TÍNH',
      '*** TẠM TÍNH ***',
      'BILL TẠM',
      'HÓA ĐƠN TẠM',
      'PHIẾU TẠM',
      'Hóa đơn tạm thanh toán',
    ].concat(
      ['PHIẾU KIỂM MÓN', 'TẠM TÍNH (CHƯA THANH TOÁN)', 'PRE-BILL', 'PROFORMA INVOICE', 'PHIẾU YÊU CẦU THANH TOÁN'],
      [
        'HÓA ĐƠN TẠM TÍNH - BÀN 5',
        'BÁO GIÁ',
        'HÓA ĐƠN KIỂM TRA',
        'HÓA ĐƠN NHÁP',
        'HÓA ĐƠN CHƯA THANH TOÁN',
        'BILL (UNPAID)',
        'PRECHECK',
      ],
    ),
  ],
  kitchen: [
    'kitchen',
    [
      'PHIẾU BẾP',
      'PHIẾU BẾP NÓNG',
      'IN BẾP',
      'PHIẾU PHA CHẾ',
      'PHIẾU CHẾ BIẾN',
      'PHIẾU BAR',
      'PHIẾU ORDER',
      'PHIẾU GỌI MÓN',
    ].concat(['PHIẾU CHUYỂN BÀN', 'PHIẾU RA MÓN', 'ORDER BẾP 2']),
  ],
  reprint: [
    'reprint',
    ['BẢN SAO', 'HÓA ĐƠN BÁN HÀNG (BẢN SAO)', 'IN LẠI LẦN 2', 'BẢN IN LẠI LẦN 1', 'LIÊN 2', 'LIÊN 2: LƯU', 'LIÊN LƯU'].concat([
      '** COPY **',
      'DUPLICATE',
      'RE-PRINT',
      'STORE COPY',
      'MERCHANT COPY',
      'HÓA ĐƠN COPY',
      'HÓA ĐƠN BẢN LƯU',
    ]),
  ],
  training: [
    'training',
    [
      'HÓA ĐƠN ĐÀO TẠO – KHÔNG CÓ GIÁ TRỊ',
      'PHIẾU ĐÀO TẠO',
      'CHẾ ĐỘ ĐÀO TẠO',
      'TRAINING MODE',
      'PRACTICE MODE',
      'BÁN THỬ',
      'TẬP HUẤN',
      'HÓA ĐƠN MẪU',
    ],
  ],
  'void-before-payment': ['void', ['PHIẾU HỦY MÓN', 'BÁO HỦY MÓN', 'PHIẾU HỦY ORDER', 'PHIẾU TRẢ MÓN', 'HUỶ MÓN']],
  'no-sale': ['no-sale', ['NO SALE', 'MỞ KÉT', 'MỞ KÉT TIỀN', 'MỞ NGĂN KÉO', 'CASH DRAWER OPEN', 'KHÔNG BÁN HÀNG']],
  'cash-move': [
    'cash-move',
    ['PHIẾU CHI TIỀN MẶT', 'NỘP TIỀN', 'RÚT TIỀN', 'PAID OUT', 'CASH IN', 'PHIẾU RÚT KÉT', 'PHIẾU KIỂM KÉT'],
  ],
  delivery: [
    'delivery',
    ['PHIẾU GIAO HÀNG', 'PHIẾU XUẤT KHO', 'PHIẾU XUẤT HỦY', 'BIÊN BẢN GIAO NHẬN', 'VẬN ĐƠN', 'PACKING SLIP', 'PHIẾU SOẠN HÀNG'],
  ],
  closing: [
    'report',
    [
      'BÁO CÁO CUỐI NGÀY',
      'KẾT CA',
      'PHIẾU CHỐT CA',
      'BÀN GIAO CA',
      'Z REPORT',
      'X-REPORT',
      'DAILY SALES REPORT',
      'SHIFT CLOSE',
    ].concat(
      [
        'DOANH THU NGÀY',
        'THỐNG KÊ BÁN HÀNG',
        'BẢNG KÊ BÁN HÀNG',
        'CHỐT SỔ',
        'CHỐT DOANH THU',
        'DOANH SỐ NHÂN VIÊN',
        'CASHIER REPORT',
      ],
      [
        'BẢNG KÊ DOANH THU',
        'TỔNG HỢP BÁN HÀNG',
        'BÁN HÀNG THEO NHÓM',
        'HÓA ĐƠN TRONG NGÀY',
        'BÀN GIAO TIỀN',
        'DAILY SALES',
        'MẶT HÀNG ĐÃ BÁN',
        'LỊCH SỬ BÁN HÀNG',
        'ITEM SALES',
      ],
    ),
  ],
  test: ['test', ['IN THỬ', 'TRANG IN THỬ', 'TEST PRINT', 'SELF TEST', 'KIỂM TRA MÁY IN']],
}

void t.test('each title is its kind, with accents and without, in capitals, small and half of each', async (t) => {
  let papers = 0
  for (const [why, [kind, titles]] of Object.entries(ASIDE))
    for (const title of titles)
      for (const spelled of spellings(title)) {
        // `no sale` and `mở két` come on slips of their own; on a bill with its title they are none.
        const text = why === 'no-sale' ? `QUÁN PHỞ MINH\n${spelled}\n12/05/2025 10:20` : paper({ title: spelled })
        t.match(read(text), { kind, outcome: 'ignored', why }, spelled)
        papers += 1
      }
  t.ok(papers > 300, `${papers} papers`)
})

void t.test('every reason to set a paper aside has words for the shop, in both languages', async (t) => {
  for (const why of [...Object.keys(ASIDE), 'duplicate', 'chatter'])
    for (const lang of ['vi', 'en'] as const) t.not(words.say(lang, `aside.${why}`), `aside.${why}`, why)
})

void t.test('what takes a finished sale back, or may be no sale, waits for a person', async (t) => {
  const held: readonly (readonly [code: string, kind: string, titles: readonly string[]])[] = [
    [
      'SALE_VOIDED',
      'void',
      ['HÓA ĐƠN ĐÃ HỦY', 'PHIẾU HỦY HÓA ĐƠN', 'VOID RECEIPT', 'CANCELLED', 'ĐƠN HÀNG BỊ HỦY', 'HỦY BILL', 'HỦY BÀN'],
    ],
    [
      'SALE_REFUND',
      'refund',
      ['PHIẾU TRẢ HÀNG', 'HÓA ĐƠN TRẢ HÀNG', 'PHIẾU ĐỔI TRẢ', 'HOÀN TIỀN', 'REFUND', 'CREDIT NOTE', 'ĐỔI HÀNG'].concat([
        'KHÁCH TRẢ HÀNG',
        'PHIẾU TRẢ LẠI',
        'TRẢ LẠI HÀNG BÁN',
        'BIÊN NHẬN TRẢ HÀNG',
        'HÓA ĐƠN HOÀN',
        'REFUND BILL',
      ]),
    ],
    [
      'SALE_KIND_UNKNOWN',
      'unknown',
      ['PHIẾU ĐẶT CỌC', 'ĐƠN ĐẶT HÀNG', 'PHIẾU TẠM ỨNG', 'HÓA ĐƠN THỬ', 'BIÊN NHẬN CỌC', 'HÓA ĐƠN NHẬP HÀNG'].concat(
        ['PHIẾU CÔNG NỢ', 'ĐƠN ĐẶT TRƯỚC', 'PHIẾU TIẾP KHÁCH', 'TIÊU DÙNG NỘI BỘ'],
        // Called a movement of cash, yet it counts goods and proves their sum.
        ['PHIẾU THU', 'PHIẾU THU TIỀN'],
      ),
    ],
  ]
  for (const [code, kind, titles] of held)
    for (const title of titles)
      for (const spelled of spellings(title))
        t.match(read(paper({ title: spelled })), { kind, outcome: 'held', fault: { code } }, spelled)
  t.match(read(paper({ foot: '*** ĐÃ HỦY BỞI LAN ***' })), { kind: 'void', outcome: 'held' })
  t.match(read(paper({ foot: 'BẢN SAO LẦN 2' })), { kind: 'reprint', outcome: 'ignored' })
})

void t.test('money put into the drawer is no sale; a list of the day without a title is for a person', async (t) => {
  const put = 'QUÁN PHỞ MINH\nPHIẾU THU\nNgày: 12/05/2025\nThu tiền lẻ đầu ca     500.000\nTổng cộng: 500.000'
  t.match(read(put), { kind: 'cash-move', outcome: 'ignored' })
  for (const sign of [
    'Tiền đầu ca: 1.000.000',
    'Tổng số hóa đơn: 45',
    'Tổng doanh thu: 120.000',
    'Từ ngày 12/05/2025 đến ngày 12/05/2025',
  ]) {
    const day = read(paper({ title: '', info: sign }))
    t.match(day, { kind: 'unknown', outcome: 'held', fault: { code: 'SALE_KIND_UNKNOWN' } }, sign)
  }
  t.match(read(paper({ title: 'GUEST CHECK' })), { kind: 'sale', outcome: 'ready' }, 'paid')
  t.match(
    read(paper({ title: 'GUEST CHECK' }).replace(/Tiền mặt.*/, '')),
    { outcome: 'held' },
    'brought to the table before payment',
  )
})

void t.test('a return and a cancellation name the sale they take back', async (t) => {
  const table: readonly (readonly [text: string, earlier: string])[] = [
    [paper({ title: 'PHIẾU TRẢ HÀNG', info: 'Số: TH0012\nHĐ gốc: HD000457\nNgày: 12/05/2025 10:20' }), 'HD000457'],
    [paper({ title: 'PHIẾU TRẢ HÀNG\nTheo hóa đơn số: 0457' }), '0457'],
    [paper({ title: 'HỦY HÓA ĐƠN SỐ 0457' }), '0457'],
    [paper({ title: 'REFUND', foot: 'Original receipt: A-0457' }), 'A-0457'],
    [paper({ title: 'TRA HANG', info: 'Phieu goc #0457 12/05/2025' }), '0457'],
  ]
  for (const [text, earlier] of table) t.match(read(text), { outcome: 'held', ties: { refersTo: earlier } }, earlier)
  t.equal(read(paper({ title: 'PHIẾU TRẢ HÀNG' })).ties?.refersTo, undefined)
})

void t.test('words of other kinds in names, notices and goods never take a sale away', async (t) => {
  const sold = (text: string, name: string): void => void t.match(read(text), { kind: 'sale', outcome: 'ready' }, name)
  for (const title of [
    'HÓA ĐƠN BÁN LẺ',
    'HóA ĐƠN THANH TOáN',
    'BILL',
    'BIÊN LAI',
    'HÓA ĐƠN BÁN HÀNG KIÊM PHIẾU GIAO HÀNG',
    'PHIẾU XUẤT KHO KIÊM BÁN HÀNG',
    'VÉ XE',
    'HOÁ ĐƠN GTGT',
  ])
    sold(paper({ title }), title)
  const names = [
    'SỮA',
    'Sữa chua',
    'HỦ TIẾU',
    'Bún trả',
    'Trà hủy diệt',
    'Hủy diệt cay',
    'Đổi trà',
    'Copy A4',
    'In lại ảnh',
    'Test',
    'Void',
  ]
  for (const item of [...names, 'Bản sao giấy', 'Mở két bia', 'Bếp gà nướng', 'Order thêm', 'Giao cà phê'])
    sold(paper({ item }), item)
  const shops = [
    'COPY CAFE',
    'BẾP',
    'BẾP NHÀ MINH',
    'BAR 24',
    'ORDER COFFEE',
    'HUY HOÀNG MOBILE',
    'TEST KITCHEN',
    'DEMO CAFE',
    'NS',
    'TẠP HÓA TỔNG HỢP',
    'NHÀ HÀNG DOANH NHÂN',
  ]
  for (const shop of [...shops, 'GIAO CÀ PHÊ TẬN NƠI', 'KÉT CÁ BIỂN', 'THE TRAINING GYM'])
    sold(paper({ head: `${shop}\n12 Lê Lợi, Huế` }), shop)
  for (const notice of [
    'Order của bạn',
    'Order của bạn: 12',
    'ORDER #12',
    'Bạn lưu ý giữ hóa đơn',
    'Hóa đơn không in lại',
    'ĐỔI TRẢ HÀNG TRONG 7 NGÀY',
    '(Kiêm phiếu giao hàng)',
    'PHIẾU GIAO HÀNG',
    'Liên 1: Giao khách hàng',
    'LIÊN 1',
    'CUSTOMER COPY',
    'Giao cà phê tận nơi',
  ])
    sold(paper({ title: `HÓA ĐƠN BÁN HÀNG\n${notice}` }), notice)
  for (const foot of [
    'Hủy HĐ báo thu ngân',
    'Hủy đơn gọi 1900 1234',
    'HUY - THU NGÂN',
    'Đổi trả trong 7 ngày',
    'Phiếu giao hàng kèm theo',
    'PHIẾU GIAO HÀNG\nNgười nhận: Lan',
    'Bản sao hóa đơn tại quầy',
    'Đã hủy 0 món',
    'VOID IF DETACHED',
    'COPY CAFE - since 1999',
  ])
    sold(paper({ foot }), foot)
  sold(paper({ totals: 'Tạm tính: 120.000\nTổng cộng: 120.000' }), 'Tạm tính as a subtotal')
  sold(paper({ totals: 'Tạm tính:\n                 120.000\nTổng cộng: 120.000' }), 'its amount on the next line')
})

void t.test('a ticket without any price is for the kitchen, whatever it is called', async (t) => {
  for (const title of ['ORDER #12', 'BẾP', 'BAR', 'KITCHEN ORDER', 'TEM LY', 'GỌI MÓN THÊM'])
    t.match(
      read(`${title}\nBàn: 5   Giờ: 10:20\n2  Phở bò tái\n1  Trà đá`),
      { kind: 'kitchen', outcome: 'ignored', why: 'kitchen' },
      title,
    )
  t.not(read('ORDER #12\n2  Phở bò tái  110.000\nTổng cộng: 110.000').outcome, 'ignored', 'with prices it may be the bill')
})

void t.test('the slip of the card terminal is no second sale; a bill that shows the card is one', async (t) => {
  const slip =
    'VIETCOMBANK\nTID: 12345678   MID: 000987\nBATCH: 000012  TRACE: 000345\nAPPR CODE: 654321\nTOTAL: 120.000\nChữ ký / SIGNATURE\n____________'
  t.match(read(slip), { kind: 'reprint', outcome: 'ignored', why: 'reprint' })
  t.match(read(paper({ foot: 'TID: 12345678\nTRACE: 000345\nAPPR CODE: 654321\nChữ ký khách hàng' })), {
    kind: 'sale',
    outcome: 'ready',
  })
})

void t.test('a closing report of thousands of lines stays a report; anything else that long is none', async (t) => {
  const lines = Array.from({ length: 6_000 }, (_, i) => `Món ${i}   ${i + 1}   ${i + 1}.000`)
  const z = ['BÁO CÁO Z', 'Ngày 12/05/2025', ...lines, 'Số hóa đơn: 412', 'Doanh thu: 32.500.000'].join('\n')
  t.match(read(z), { kind: 'report', outcome: 'ignored', why: 'closing', totals: { count: 412, pay: 32_500_000n } })
  t.match(read(`Z 05-10-2025 21:00\nMC#01 000244\n${lines.join('\n')}`), { kind: 'report', outcome: 'ignored' })
  t.match(read(lines.join('\n')), { outcome: 'unreadable', fault: { code: 'CAPTURE_OVERSIZE' } })
  t.match(read(paper({ item: lines.join('\n') })), { outcome: 'unreadable' })
})

void t.test('R-084: a closing report says what was taken at each rate and in each way of paying', async (t) => {
  const z = [
    ...['BÁO CÁO Z', 'Ngày 12/05/2025 22:00', 'Z 0012', 'Số hóa đơn: 412', 'Tổng doanh thu:            32.500.000'],
    ...['Doanh thu 8%:              21.600.000', 'Doanh thu 10%              10.900.000', '-'.repeat(40)],
    ...[
      'Tiền mặt đầu ca:            1.000.000',
      'Tiền mặt          301      20.000.000',
      'Chuyển khoản       80       8.000.000',
    ],
    ...[
      'Thẻ VISA           20       3.000.000',
      'VietQR             11       1.500.000',
      'Tiền mặt trong két:        21.000.000',
    ],
    ...['CAID 21.000.000'],
  ].join('\n')
  t.match(read(z), {
    kind: 'report',
    totals: {
      count: 412,
      counter: '0012',
      pay: 32_500_000n,
      rates: [
        { rate: '8%', gross: 21_600_000n },
        { rate: '10%', gross: 10_900_000n },
      ],
      tenders: [
        { method: 'cash', amount: 20_000_000n },
        { method: 'transfer', amount: 9_500_000n },
        { method: 'card', amount: 3_000_000n },
      ],
    },
  })
  const table = [
    ...['KẾT CA', 'Tổng tiền: 1.200.000', 'Thuế suất 8%    1.000.000    80.000    1.080.000', 'KCT    120.000    0    120.000'],
    ...['VAT 8%: 80.000', 'VAT 5%: 1.000.000   50.000'],
  ].join('\n')
  t.match(read(table), {
    totals: {
      rates: [
        { rate: '8%', gross: 1_080_000n },
        { rate: 'KCT', gross: 120_000n },
        { rate: '5%', gross: 1_050_000n },
      ],
    },
  })
  t.notOk('tenders' in (read('Z 05-10-2025 21:00\nMC#01 000244\nNET TOTAL 20.500\nCAID 20.500') as { totals: object }).totals)
})

void t.test('papers say what ties them to others: number, table, the consecutive number of a journal', async (t) => {
  t.match(read(paper({ title: 'PHIẾU TẠM TÍNH', info: 'Số phiếu: 0457   Bàn: 12' })), {
    ties: { number: '0457', table: '12' },
    receipt: { total: 120_000n },
  })
  const drawer = read('#/NS 05-10-2025 08:40\nC01 MC#01 000243')
  t.match(drawer, { kind: 'no-sale', outcome: 'ignored', why: 'no-sale', ties: { number: '000243', consecutive: true } })
  t.same(read('PHIẾU BẾP\n2  Phở bò').ties, undefined)
})

void t.test('two sheets of one sale without a cut are one sale; two sales without a cut are for a person', async (t) => {
  const sheet = (mark: string, info = 'Số HĐ: A17        Ngày: 12/05/2025 10:20'): string =>
    paper({ title: `HÓA ĐƠN BÁN HÀNG\n${mark}`, info })
  const double = read(`${sheet('LIÊN 1: Khách hàng')}\n${'-'.repeat(36)}\n${sheet('LIÊN 2: Cửa hàng')}`)
  t.match(double, { kind: 'sale', outcome: 'ready', receipt: { total: 120_000n, receiptNo: 'A17' } })
  t.equal(double.textLines.filter((line) => line === 'HÓA ĐƠN BÁN HÀNG').length, 2, 'the whole paper is shown')
  t.match(read(`${sheet('(Bán lẻ)')}\nBẢN SAO\n${sheet('(Bán lẻ)')}`), { kind: 'sale', outcome: 'ready' })
  t.match(read(`${sheet('(Bán lẻ)')}\n${sheet('(Bán lẻ)')}\nChữ ký: ______`), { kind: 'sale', outcome: 'ready' })
  const two = { outcome: 'held', fault: { code: 'SALE_TWO_DOCUMENTS' } }
  t.match(read(`${sheet('(Bán lẻ)')}\n${sheet('(Bán lẻ)')}`), two, 'nothing says that they are copies')
  t.match(read(`${sheet('LIÊN 1')}\n${sheet('(Bán lẻ)', 'Số HĐ: A18        Ngày: 12/05/2025 10:21')}`), two, 'another number')
})

void t.test('papers stuck together without a cut: neither hides the other', async (t) => {
  const two = { outcome: 'held', fault: { code: 'SALE_TWO_DOCUMENTS' } }
  const sale = (title: string, no: string, paid: string): string =>
    paper({ title, info: `${no}Ngày: 12/05/2025 10:20` }).replace(/Tiền mặt:.*/, paid)
  for (const title of ['HÓA ĐƠN', 'BILL', 'RECEIPT', 'HÓA ĐƠN GTGT', ''])
    for (const paid of ['Khách đưa: 150.000\nTiền thừa: 30.000', 'Khách đưa: 120.000', 'Chuyển khoản: 120.000'])
      for (const numbers of [['Số HĐ: A17  ', 'Số HĐ: A18  '] as const, ['', ''] as const]) {
        const text = numbers.map((no) => sale(title, no, paid)).join('\n\n')
        t.equal(read(text).outcome, 'held', `${title}, ${paid}, ${numbers[1]}`)
      }
  const paid = 'Khách đưa: 150.000\nTiền thừa: 30.000'
  const bill = sale('HÓA ĐƠN', 'Số HĐ: A17  ', paid)
  for (const before of [
    'PHIẾU BẾP\nBàn 5\n2 Phở bò tái',
    'IN THỬ\nOK',
    'PHIẾU CHI\nSố tiền: 50.000\nLý do: mua đá',
    'PHIẾU HỦY MÓN\nBàn 5\n1 Trà đá',
    sale('PHIẾU TẠM TÍNH', '', ''),
    sale('HÓA ĐƠN (BẢN SAO)', 'Số HĐ: A16  ', paid),
  ])
    t.match(read(`${before}\n\n${bill}`), two, before.slice(0, 20))
  t.match(read(`MỞ KÉT\n12/05/2025 10:20\n\n${bill}`), { kind: 'sale', outcome: 'ready' }, 'the drawer opened for it')
  const card = 'VIETCOMBANK\nBIÊN LAI THANH TOÁN THẺ\nTID: 12345678\nTRACE: 000345\nAPPR CODE: 654321\nTOTAL: 120.000'
  t.match(
    read(`${sale('HÓA ĐƠN', 'Số HĐ: A17  ', 'Visa: 120.000')}\n${card}`),
    { kind: 'sale', outcome: 'ready' },
    'its card slip',
  )
  const z = 'BÁO CÁO CUỐI NGÀY\nTổng cộng: 5.000.000\nHỦY\nTổng cộng: 20.000\nTRẢ HÀNG\nTổng cộng: 30.000'
  t.match(read(z), { kind: 'report', outcome: 'ignored' }, 'a report has many totals')
})
