import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import t from 'tap'
import { crc16 } from '../../src/countries/vn/identity.ts'
import { vietnam, vietnamWith } from '../../src/countries/vn/index.ts'
import { clean } from '../../src/countries/vn/xml.ts'
import { decimal } from '../../src/domain/decimal.ts'
import type { Sealed } from '../../src/domain/invoice.ts'
import type { Sale } from '../../src/domain/sale.ts'
import type { Register, Shop } from '../../src/domain/shop.ts'
import { dayEnd, type Instant, readTime } from '../../src/domain/time.ts'
import { fc, runs } from '../property.ts'
import { day, household, line, must, noon, register, sale, shop, without } from './support.ts'

const schemas = join(import.meta.dirname, '../../src/countries/vn/schemas')
const golden = join(import.meta.dirname, '../examples/vn/golden')
const scratch = mkdtempSync(join(tmpdir(), 'tillgate-vn-'))
t.teardown(() => rmSync(scratch, { recursive: true }))

const schema = XmlDocument.fromBuffer(readFileSync(join(schemas, 'einvoice.xsd')))
const validator = XsdValidator.fromDoc(schema)
t.teardown(() => {
  validator.dispose()
  schema.dispose()
})
function validate(bytes: Uint8Array): void {
  const document = XmlDocument.fromBuffer(bytes)
  try {
    validator.validate(document)
  } finally {
    document.dispose()
  }
}

const seal = async (
  receipt: Sale,
  number: number,
  { of = shop, at = noon, by = register }: { of?: Shop; at?: Instant; by?: Register } = {},
): Promise<Sealed> => must(await must(vietnam.draft(receipt, of, by, at)).seal(number))
const text = (sealed: Sealed): string => Buffer.from(sealed.bytes).toString()
const refusal = (receipt: Sale, of = shop, at = noon, by = register): unknown => {
  const result = vietnam.draft(receipt, of, by, at)
  return result.ok ? undefined : result.fault.code
}

const restaurant = sale(
  [
    line('Bia Hà Nội', 2n, 55_000n),
    line('Phở bò', 3n, 60_000n),
    line('Nước suối', 1n, 15_000n),
    line('Cơm rang', 1n, 95_000n),
    line('Rau nhà trồng', 1n, 20_000n),
  ],
  380_000n,
  { discount: 40_000n },
)
const company = {
  name: 'CÔNG TY CỔ PHẦN KHÁCH HÀNG "A & B"',
  taxCode: '0399999004001',
  address: 'Số 2 đường Kiểm Thử, Hải Phòng',
  phone: '0900000000',
  email: 'ketoan@vidu.example',
  person: 'Nguyễn Văn Mẫu',
}
const meal = sale(
  [line('Phở bò', 2n, 54_000n, { code: 'PHO', unit: 'Bát' }), line('Trà đá <cốc> & đá', 1n, 5_000n, { discount: 500n })],
  112_500n,
  {
    buyer: company,
    payments: [
      { method: 'cash', amount: 100_000n },
      { method: 'transfer', amount: 12_500n },
    ],
  },
)
const cafe = sale([line('Cà phê sữa đá', 3n, 29_000n, { code: 'CF01', unit: 'Ly' }), line('Đường thêm', 1n, 0n)], 80_000n, {
  discount: 7_000n,
})
const hotel = sale([line('Thực đơn', 1n, 417_000n)], 472_878n, {
  prices: 'exclusive',
  charges: [{ name: 'service', amount: 20_850n }],
})
const weighed = sale([line('Thịt bò', decimal(535n, 3), 89_000n, { rate: '5' })], 47_615n)

const correction = {
  how: 'replace',
  invoice: { seller: household.taxCode, form: 2, symbol: 'C26MAA', number: 41 },
  issuedOn: day('2026-10-04'),
  cause: 14,
} as const
/** The same goods brought back. */
const back = (of: Sale): Sale => ({
  ...of,
  lines: of.lines.map((l) => ({
    ...l,
    quantity: { ...l.quantity, units: -l.quantity.units },
    discount: -l.discount,
    amount: -l.amount,
  })),
  discount: -of.discount,
  charges: of.charges.map((c) => ({ ...c, amount: -c.amount })),
  total: -of.total,
})

const CASES: Record<string, () => Promise<Sealed>> = {
  'vat-mixed-rates-ticket-discount': () => seal(restaurant, 61),
  'vat-company-buyer': () => seal(meal, 62),
  'vat-exclusive-service-charge': () => seal(hotel, 63),
  'vat-weighed': () => seal(weighed, 99_999_999),
  'vat-after-the-reduced-rate': () =>
    seal(sale([line('Phở bò', 1n, 55_000n)], 55_000n), 1, { at: readTime('2027-01-01T00:00:00+07:00') }),
  'vat-adjustment-of-returned-goods': () =>
    seal(
      {
        ...back(restaurant),
        corrects: { ...correction, how: 'adjust', invoice: { ...correction.invoice, seller: shop.taxCode, form: 1 }, cause: 5 },
      },
      64,
    ),
  'sales-household-replacement': () => seal({ ...cafe, corrects: correction }, 59, { of: household }),
  'sales-household-discount': () => seal(cafe, 57, { of: household }),
  'sales-household-buyer': () =>
    seal(sale([line('Bánh mì', 2n, 35_000n)], 70_000n, { buyer: { name: 'Trần Thị Mẫu', personalId: '000399000002' } }), 58, {
      of: household,
    }),
}

for (const [name, make] of Object.entries(CASES)) {
  void t.test(`golden document ${name}`, async (t) => {
    const sealed = await make()
    const kinds: [string, Uint8Array | undefined][] = [
      ['xml', sealed.bytes],
      ['masked.xml', sealed.masked],
    ]
    for (const [kind, bytes] of kinds) {
      const file = join(golden, `${name}.${kind}`)
      if (!bytes) continue
      if (process.env['UPDATE_GOLDEN']) {
        mkdirSync(golden, { recursive: true })
        writeFileSync(file, bytes)
      }
      t.equal(Buffer.from(bytes).toString(), readFileSync(file, 'utf8'), `${kind}; UPDATE_GOLDEN=1 rewrites`)
    }
    t.doesNotThrow(() => validate(sealed.bytes), 'libxml2 finds it valid')
    const view = vietnam.view(sealed.bytes)
    t.same(view.identity, sealed.identity)
    t.equal(view.pay, sealed.pay)
    t.equal(view.qr.slice(-4), crc16(view.qr.slice(0, -4)).toString(16).toUpperCase().padStart(4, '0'))
  })
}

void t.test('xmllint finds every golden document valid', { skip: without('xmllint') }, async (t) => {
  const files = Object.keys(CASES).map((name) => join(golden, `${name}.xml`))
  t.doesNotThrow(() =>
    execFileSync('xmllint', ['--noout', '--schema', join(schemas, 'einvoice.xsd'), ...files], { stdio: 'pipe' }),
  )
})

void t.test('what is sealed is canonical already: xmllint --c14n changes no byte', { skip: without('xmllint') }, async (t) => {
  for (const [name, make] of Object.entries(CASES)) {
    const file = join(scratch, 'doc.xml')
    const { bytes } = await make()
    writeFileSync(file, bytes)
    t.ok(execFileSync('xmllint', ['--c14n', file]).equals(Buffer.from(bytes)), name)
  }
})

void t.test('R-041, R-044, section 8: code and QR text; the check values of the examples', async (t) => {
  const sealed = await seal(restaurant, 61)
  t.equal(sealed.authorityCode, 'M1-26-A1B2C-01700000061')
  t.match(text(sealed), '<DLQRCode>00020199710010A00000077501100199999014020110306C26MAA0402610508202611210606380000')
  for (const file of ['206-vat-2-invoices.xml', '206-sales-household-replacement.xml']) {
    for (const [, qr = ''] of readFileSync(join(golden, '..', file), 'utf8').matchAll(/<DLQRCode>([^<]+)</g)) {
      t.equal(crc16(qr.slice(0, -4)).toString(16).toUpperCase().padStart(4, '0'), qr.slice(-4), file)
    }
  }
  const free = await seal(restaurant, 61, { by: { ...register, symbol: 'K26MAA' } })
  t.equal(free.authorityCode, undefined)
  t.notMatch(text(free), 'MCCQT')
})

void t.test('R-034: the symbol follows the year of issue at the very instant', async (t) => {
  const before = await seal(restaurant, 9, { at: readTime('2026-12-31T23:59:59+07:00') })
  t.same(before.series, { form: 1, symbol: 'C26MAA' })
  const receipt = sale([line('Rau', 1n, 20_000n)], 20_000n)
  const after = await seal(receipt, 1, { at: readTime('2027-01-01T00:00:00+07:00') })
  t.same([after.series.symbol, after.authorityCode], ['C27MAA', 'M1-27-A1B2C-01700000001'])
  t.same(vietnam.series(shop, register, after.at), after.series)
  t.equal(refusal(receipt, shop, noon, { ...register, symbol: 'C27MAA' }), 'VN_SYMBOL_YEAR')
})

void t.test('R-033: due at the end of the civil day with code, of the next working day without', async (t) => {
  t.equal((await seal(restaurant, 1)).due, dayEnd(day('2026-11-21')))
  const free = { ...register, symbol: 'K26MAA' }
  t.equal((await seal(restaurant, 1, { by: free })).due, dayEnd(day('2026-11-23')), '21 November 2026 is a Saturday')
  t.equal((await seal(restaurant, 1, { by: free, at: readTime('2026-11-23T09:00:00+07:00') })).due, dayEnd(day('2026-11-24')))
})

void t.test('R-043: numbers end at 99,999,999', async (t) => {
  const draft = must(vietnam.draft(restaurant, shop, register, noon))
  for (const number of [0, 100_000_000]) {
    const result = await draft.seal(number)
    t.same(!result.ok && result.fault, { code: 'VN_NUMBERS_USED_UP', values: { symbol: '1C26MAA' } })
  }
  t.ok((await draft.seal(99_999_999)).ok)
})

void t.test('R-015, R-016: nothing is issued before acceptance, nor from the second of a stop-use notice on', async (t) => {
  const { accepted: _, ...fresh } = shop
  t.equal(refusal(restaurant, fresh), 'VN_NOT_ACTIVATED')
  t.equal(refusal(restaurant, { ...shop, accepted: { notice: '103', from: day('2026-11-22') } }), 'VN_NOT_ACTIVATED')
  const stopped = (from: string): Shop => ({ ...shop, suspended: { notice: '01/TB-NSD', from } })
  t.equal(refusal(restaurant, stopped('2026-11-21T08:15:02+07:00')), 'VN_SUSPENDED')
  t.equal(refusal(restaurant, stopped('2026-11-21T08:15:03+07:00')), undefined)
  t.equal(refusal(restaurant, stopped('soon')), 'VN_SUSPENDED', 'what cannot be read stops')
})

void t.test('what the schema would refuse is found before a number is taken', async (t) => {
  const path = (receipt: Sale, of: Shop, by = register): unknown => {
    const result = vietnam.draft(receipt, of, by, noon)
    return result.ok ? undefined : `${result.fault.code} ${result.fault.path}`
  }
  const with_ = (buyer: NonNullable<Sale['buyer']>): Sale => ({ ...restaurant, buyer })
  t.equal(path(restaurant, { ...shop, taxCode: '123' }), 'VN_FIELD shop.taxCode')
  t.equal(path(restaurant, { ...shop, name: ' ' }), 'VN_FIELD shop.name')
  t.equal(path(restaurant, { ...shop, codeBlock: 'a1b2c' }), 'VN_FIELD shop.codeBlock')
  t.equal(path(restaurant, shop, { ...register, symbol: 'C26TAA' }), 'VN_FIELD registers.R017.symbol')
  t.equal(path(with_({ taxCode: '03999990' }), shop), 'VN_FIELD buyer.taxCode')
  t.equal(path(with_({ personalId: '1234' }), shop), 'VN_FIELD buyer.personalId')
  t.equal(path(with_({ email: `${'a'.repeat(50)}@b.vn` }), shop), 'VN_FIELD buyer.email')
  t.equal(path(sale([line('\u0007', 1n, 5n)], 5n), shop), 'VN_FIELD lines.0.name')
  t.equal(path(with_({ taxCode: '0399999004-001' }), shop), undefined)
})

void t.test('audit-pack 1.3: the masked copy hides the buyer and nothing else; the buyer stands nowhere else', async (t) => {
  const sealed = await seal(meal, 62)
  const [full, masked] = [text(sealed), Buffer.from(sealed.masked ?? []).toString()]
  const block = /<NMua>(.*)<\/NMua>/.exec(full)?.[1] ?? ''
  t.equal(masked, full.replace(block, block.replace(/>[^<>]+</g, '>***<')))
  t.equal(
    /<NMua>(.*)<\/NMua>/.exec(masked)?.[1],
    '<Ten>***</Ten><MST>***</MST><DChi>***</DChi><SDThoai>***</SDThoai><DCTDTu>***</DCTDTu><HVTNMHang>***</HVTNMHang>',
  )
  const secrets = [...Object.values(company), '0399999004-001', 'KHÁCH HÀNG']
  t.notOk(secrets.some((secret) => full.replace(block, '').includes(secret)))
  t.notOk(secrets.some((secret) => sealed.stamp.lines.join('\n').includes(secret) || sealed.stamp.qr.includes(secret)))
  t.equal((await seal(restaurant, 61)).masked, undefined, 'a consumer without a name needs none')
  const view = vietnam.view(sealed.bytes)
  t.equal(view.buyer, 'C** T** C** P** K** H** "** &** B**, N** V** M**, 0399********01, 0900****00')
})

void t.test('R-113: how it was paid, in words of at most 50 characters', async (t) => {
  const paid = async (payments: Sale['payments'], total = 20_000n) =>
    /<HTTToan>(.*)<\/HTTToan>/.exec(text(await seal(sale([line('Rau', 1n, total)], total, { payments }), 1)))?.[1]
  const each = (...methods: Sale['payments'][number]['method'][]) => methods.map((method) => ({ method, amount: 1n }))
  t.equal(await paid(each('cash', 'transfer', 'cash')), 'Tiền mặt/Chuyển khoản')
  t.equal(await paid(each('card', 'voucher', 'wallet', 'credit', 'other', 'cash')), 'Thẻ/Phiếu mua hàng/Ví điện tử/Khác')
  t.equal(await paid([]), 'Tiền mặt/Chuyển khoản')
  t.equal(await paid([], 0n), 'Không thu tiền', 'R-117')
})

void t.test('R-028, R-036: the stamp adds what the receipt lacks, 32 columns wide', async (t) => {
  const bare = await seal(restaurant, 61)
  t.same(bare.stamp.lines, [
    'HÓA ĐƠN GIÁ TRỊ GIA TĂNG',
    'KHỞI TẠO TỪ MÁY TÍNH TIỀN',
    'Ký hiệu: 1C26MAA Số: 61',
    'Mã CQT: M1-26-A1B2C-01700000061',
    'MST: 0199999014',
    'Chưa thuế 10%: 90.476',
    'Thuế GTGT 10%: 9.048',
    'Chưa thuế 8%: 163.360',
    'Thuế GTGT 8%: 13.069',
    'Chưa thuế 5%: 81.859',
    'Thuế GTGT 5%: 4.093',
    'KCT: 18.095',
    'Bằng chữ: Ba trăm tám mươi nghìn',
    'đồng',
    'Thanh toán: Tiền mặt',
    'Máy: R017',
    'Bán cho người tiêu dùng',
    'Tra cứu: hoadondientu.gdt.gov.vn',
  ])
  t.equal(bare.stamp.qr, /<DLQRCode>(.*)<\/DLQRCode>/.exec(text(bare))?.[1])
  const full = await seal({ ...restaurant, printed: { taxCode: true, rates: true, time: false, seller: false } }, 61, {
    of: { ...shop, qr: 'link', lookupUrl: 'https://tracuu.nhacungcap-vidu.example.vn/hoa-don?ma={code}' },
  })
  t.equal(full.stamp.qr, 'https://tracuu.nhacungcap-vidu.example.vn/hoa-don?ma=M1-26-A1B2C-01700000061')
  t.match(full.stamp.lines.join('\n'), 'Lập lúc: 21/11/2026 08:15:02')
  t.match(full.stamp.lines.join('\n'), 'QUÁN PHỞ MINH ANH')
  t.notMatch(full.stamp.lines.join('\n'), 'Chưa thuế')
  const own = { name: 'Quán phở Minh Anh', address: '12 NGUYEN TRAI - Phường Thanh Xuân,  Hà Nội', taxCode: '0199999014-001' }
  const given = { rates: true, time: true, seller: true, taxCode: true, words: true, payment: true, register: true }
  const little = ['HÓA ĐƠN GIÁ TRỊ GIA TĂNG', 'KHỞI TẠO TỪ MÁY TÍNH TIỀN', 'Ký hiệu: 1C26MAA Số: 61']
  const rest = ['Mã CQT: M1-26-A1B2C-01700000061', 'Bán cho người tiêu dùng', 'Tra cứu: hoadondientu.gdt.gov.vn']
  const all = await seal({ ...restaurant, printed: { ...given, says: own } }, 61)
  t.same(all.stamp.lines, [...little, ...rest], 'all on paper in the words of the shop: only what a register cannot know')
  const foreign = await seal({ ...restaurant, printed: { ...given, says: { ...own, taxCode: '0101243150' } } }, 61)
  t.ok(foreign.stamp.lines.includes('MST: 0199999014'), 'another tax code on paper is answered with ours')
  const moved = await seal({ ...restaurant, printed: { ...given, says: { ...own, address: '3 Lê Lợi, Huế' } } }, 61)
  t.same(moved.stamp.lines.slice(0, 2), ['QUÁN PHỞ MINH ANH', '12 Nguyễn Trãi, phường Thanh'], 'an old address too')
  for (const sealed of [bare, full, all, foreign, moved])
    t.ok(
      sealed.stamp.lines.every((row) => row.length <= 32),
      sealed.stamp.lines.join('|'),
    )
})

void t.test('R-021: the place of business of the register comes before that of the household', async (t) => {
  const at = { code: '00002', name: 'Quầy hai', address: 'Chợ Mẫu' }
  t.match(
    text(await seal(cafe, 1, { of: household, by: { ...register, location: at } })),
    '<MDDKDoanh>00002</MDDKDoanh><TDDKDoanh>Quầy hai</TDDKDoanh>',
  )
  t.notMatch(text(await seal(restaurant, 1, { of: { ...shop, location: at } })), 'MDDKDoanh')
  t.ok((await seal(cafe, 1, { of: household })).stamp.lines.includes('Địa điểm kinh doanh: 00001'))
})

void t.test('R-072: a replacement says what it replaces, in the document, on the stamp, on the screen', async (t) => {
  const words = 'Thay thế cho hóa đơn Mẫu số 2 ký hiệu C26MAA số 41 ngày 04 tháng 10 năm 2026'
  const sealed = await seal({ ...cafe, corrects: correction }, 58, { of: household })
  t.match(
    text(sealed),
    `<TTHDLQuan><TCHDon>1</TCHDon><LHDCLQuan>1</LHDCLQuan><KHMSHDCLQuan>2</KHMSHDCLQuan><KHHDCLQuan>C26MAA</KHHDCLQuan><SHDCLQuan>41</SHDCLQuan><NLHDCLQuan>2026-10-04</NLHDCLQuan><LDDCTThe>14</LDDCTThe><GChu>${words}</GChu></TTHDLQuan>`,
  )
  t.match(sealed.stamp.lines.join(' '), words)
  t.equal(vietnam.view(sealed.bytes).legend, words)
  t.doesNotThrow(() => validate(sealed.bytes))
  t.equal(refusal({ ...cafe, corrects: { ...correction, cause: 15 } }, household), 'VN_FIELD')
})

void t.test('R-074, R-075: an adjustment for returned goods takes back to the đồng what the sale gave', async (t) => {
  const corrects = { ...correction, how: 'adjust', invoice: { ...correction.invoice, form: 1 }, cause: 5 } as const
  for (const given of [restaurant, hotel]) {
    const first = await seal(given, 61)
    const sealed = await seal({ ...back(given), corrects }, 62, { at: readTime('2027-01-05T09:00:00+07:00') })
    t.equal(sealed.pay, -first.pay)
    t.same(
      sealed.rates,
      first.rates.map(({ rate, net, tax }) => ({ rate, net: -net, tax: -tax })),
      'at the rates of then',
    )
    t.same(sealed.series.symbol, 'C27MAA')
    t.doesNotThrow(() => validate(sealed.bytes))
    t.match(vietnam.view(sealed.bytes).words, /^Âm /)
  }
  t.equal(refusal(back(restaurant)), 'SALE_REFUND', 'R-116: below zero only as an adjustment')
  t.equal(refusal({ ...back(restaurant), corrects: { ...corrects, how: 'replace' } }), 'SALE_REFUND')
})

void t.test('settings of the installation: tax code of the software, another format version', async (t) => {
  const country = vietnamWith({ softwareTaxCode: '0199999021', format: '2.1.0' })
  const sealed = must(await must(country.draft(restaurant, shop, register, noon)).seal(1))
  t.match(text(sealed), '<MSTTCGP>0199999021</MSTTCGP><TTKhac>')
  t.match(text(sealed), '<PBan>2.1.0</PBan>')
  t.doesNotThrow(() => validate(sealed.bytes))
})

void t.test('any names, also hostile ones: well-formed, valid, read back as they were', async (t) => {
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        "'",
        ']]>',
        '\r',
        '\n',
        '\t',
        '\u0000',
        '\ufffe',
        '\ud800',
        'ế',
        'e\u0302\u0301',
        '😀',
        ' ',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 30,
  })
  await fc.assert(
    fc.asyncProperty(nasty, nasty, async (name, buyer) => {
      const receipt = sale([line(`x${name}`, 1n, 1000n)], 1000n, { buyer: { name: `y${buyer}` } })
      const sealed = await seal(receipt, 5)
      validate(sealed.bytes)
      return vietnam.view(sealed.bytes).lines[0]?.name === clean(`x${name}`)
    }),
    { numRuns: runs(300) },
  )
  t.equal(clean('e\u0302\u0301 \u0007 \ud800x'), 'ế x', 'NFC, without what XML cannot carry')
})

void t.test('digest and identity', async (t) => {
  const sealed = await seal(restaurant, 61)
  t.match(sealed.digest, /^[0-9a-f]{64}$/)
  t.same(sealed.identity, { seller: '0199999014', form: 1, symbol: 'C26MAA', number: 61 })
  t.same(
    sealed.rates.map((r) => r.rate),
    ['10%', '5%', '8%', 'KCT'],
    'sorted by bytes',
  )
})
