import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Download } from '../../src/domain/reports.ts'
import type { Result } from '../../src/domain/result.ts'
import { csv, safe } from '../../src/reports/csv.ts'
import { reports } from '../../src/reports/reports.ts'
import { columns, type Report, row, sayIn, strong } from '../../src/reports/table.ts'
import { MOST_ROWS, workbook } from '../../src/reports/xlsx.ts'
import { readWords } from '../../src/words.ts'
import { fc, runs } from '../property.ts'
import { at, day, enterprise, fakeBooks, household, line, registerOf, sold } from './fake.ts'

const say = sayIn(readWords(), 'vi')
const R017 = registerOf('R017', 17, 'C26MAA')
const ON = { from: day('2026-11-20'), to: day('2026-11-20') }
const python = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    execFileSync('xmllint', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return 'skipped because python3 or xmllint is not installed'
  }
})()

async function bytesOf(made: Result<Download>): Promise<Buffer> {
  if (!made.ok) throw new Error(made.fault.code)
  const pieces: Uint8Array[] = []
  for await (const piece of made.value.bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Unpacked by a reader that is not ours, into a folder of its own. */
function unpacked(t: { teardown(end: () => void): void }, bytes: Buffer): string {
  const dir = mkdtempSync(join(tmpdir(), 'tillgate-reports-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'file.zip'), bytes)
  execFileSync('python3', ['-m', 'zipfile', '-t', join(dir, 'file.zip')], { stdio: 'pipe' })
  execFileSync('python3', ['-m', 'zipfile', '-e', join(dir, 'file.zip'), join(dir, 'out')], { stdio: 'pipe' })
  return join(dir, 'out')
}

const sample = (): Report => ({
  key: 'list',
  from: ON.from,
  to: ON.to,
  head: [],
  tables: [
    {
      key: 'list',
      columns: columns(['item', 'text'], ['day', 'day'], ['at', 'time'], ['count', 'count'], ['pay', 'money']),
      rows: [
        row('Phở "bò", tái', '2026-11-20', at('2026-11-20T08:15:02'), 3, 1_659_042n),
        row('=HYPERLINK("http://x")', undefined, undefined, -1, -25_000n),
        strong('Tổng', undefined, undefined, undefined, 9_007_199_254_740_993n),
      ],
    },
  ],
})

async function text(report: Report): Promise<string> {
  let all = ''
  for await (const piece of csv(report, say)) all += Buffer.from(piece).toString('utf8')
  return all
}

void t.test('CSV: BOM, comma, CRLF, dates dd/mm/yyyy, plain integers, no formula', async (t) => {
  t.equal(
    await text(sample()),
    [
      '\uFEFFTên hàng hóa, dịch vụ,Ngày,Thời điểm,Số lượng,Tổng thanh toán'.replace(
        'Tên hàng hóa, dịch vụ',
        '"Tên hàng hóa, dịch vụ"',
      ),
      '"Phở ""bò"", tái",20/11/2026,20/11/2026 08:15:02,3,1659042',
      '"\'=HYPERLINK(""http://x"")",,,-1,-25000',
      'Tổng,,,,9007199254740993',
      '',
    ].join('\r\n'),
  )
})

void t.test('CSV: whatever a text is, no cell begins a formula and a reader gets the same text back', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (input) => {
      const cell = safe(input)
      return !/^[=+\-@\t\r＝＋－＠]/u.test(cell) && (cell === input || cell === `'${input}`)
    }),
    { numRuns: runs(300) },
  )
  t.equal(safe('＝1+1'), "'＝1+1")
  t.equal(safe('@SUM(A1)'), "'@SUM(A1)")
  t.equal(safe('Bún đậu'), 'Bún đậu')
})

void t.test('JSON: money as strings, instants as in facts, sums marked, one object however long', async (t) => {
  const shop = fakeBooks(enterprise, [R017])
  await shop.sell(sold([line('Phở bò', 1n, 54_000n)]), '2026-11-20T11:00:00')
  const made = JSON.parse((await bytesOf(await reports(shop.parts).report('x', { ...ON, lang: 'en' }, 'json'))).toString())
  t.match(made, {
    report: 'x',
    title: 'X report: takings per register',
    from: '2026-11-20',
    head: [{ label: 'Seller' }, {}, {}, {}, {}],
  })
  t.same(made.tables[0].rows[1], {
    register: 'Total',
    invoices: 1,
    replaced: 0,
    returns: 0,
    gross: '54000',
    discounts: '0',
    returned: '0',
    pay: '54000',
    strong: true,
  })
})

void t.test(
  'XLSX: valid parts, Vietnamese sheet names, numbers with format, dates, a frozen bold head',
  { skip: python },
  async (t) => {
    const shop = fakeBooks(household, [
      registerOf('R1', 1, 'C26MAA', { location: { code: '00001', name: 'Sạp/Chợ: Hôm', address: 'Hà Nội' } }),
    ])
    await shop.sell(sold([line('=CMD()', 2n, 50_000n)]), '2026-11-20T11:00:00')
    const out = unpacked(t, await bytesOf(await reports(shop.parts).report('books', { ...ON, book: 's2b' }, 'xlsx')))
    const parts = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(xml|rels)$/.test(name))
    t.ok(parts.length >= 6)
    execFileSync('xmllint', ['--noout', ...parts.map((name) => join(out, name))])
    const read = (name: string): string => readFileSync(join(out, 'xl', name), 'utf8')
    t.match(read('workbook.xml'), 'name="S2b-HKD 00001 Sạp-Chợ- Hôm"')
    const sheet = read('worksheets/sheet1.xml')
    t.match(sheet, /<pane ySplit="9"[^>]*state="frozen"/)
    t.match(sheet, /<v>100000<\/v>/)
    t.notMatch(sheet, /<f>/)
    const styles = read('styles.xml')
    t.match(styles, /#,##0/)
    t.match(styles, /dd\/mm\/yyyy/)
    // 20 November 2026 as a spreadsheet counts days.
    t.match(sheet, /<v>46346<\/v>/)
  },
)

void t.test('XLSX: a year of a busy shop is refused, not tried; CSV writes it piece by piece', async (t) => {
  function* long() {
    for (let n = 0; n <= MOST_ROWS; n++) yield row('x')
  }
  const report = (): Report => ({ ...sample(), tables: [{ key: 'list', columns: columns(['item', 'text']), rows: long() }] })
  t.equal(await workbook(report(), say), undefined)
  let pieces = 0
  for await (const piece of csv(report(), say)) pieces += piece.length < 100_000 ? 1 : 100
  t.ok(pieces > 1 && pieces < 20, `${pieces} pieces`)
})

void t.test(
  'R-097 the month for the accountant: XML as sealed, index, reports; masked leaves named buyers out',
  { skip: python },
  async (t) => {
    const shop = fakeBooks(enterprise, [R017])
    const plain = await shop.sell(sold([line('Phở bò', 1n, 54_000n)]), '2026-11-20T11:00:00')
    await shop.sell(
      sold([line('Phở bò', 1n, 54_000n)], { buyer: { name: 'CÔNG TY ABC', taxCode: '0101243150' } }),
      '2026-11-20T12:00:00',
    )
    await shop.sell(sold([line('Phở bò', 1n, 54_000n)]), '2026-12-01T00:00:00')
    const made = reports(shop.parts)
    const open = unpacked(t, await bytesOf(await made.monthPack('2026-11', false)))
    t.same(readdirSync(join(open, 'hoa-don')), ['1C26MAA-00000001.xml', '1C26MAA-00000002.xml'])
    t.same(readFileSync(join(open, 'hoa-don/1C26MAA-00000001.xml')), Buffer.from(plain.bytes))
    t.same(readdirSync(open).sort(), [
      'bang-thue-gtgt.xlsx',
      'bao-cao-z.xlsx',
      'chua-gui.csv',
      'chua-gui.xlsx',
      'doanh-thu.xlsx',
      'doi-chieu-ngay.xlsx',
      'hoa-don',
      'index.csv',
      'index.xlsx',
      'nhat-ky-gui-nhan.csv',
      'nhat-ky-gui-nhan.xlsx',
      'so-thieu.csv',
      'so-thieu.xlsx',
      'xu-ly-sai-sot.xlsx',
    ])
    const masked = unpacked(t, await bytesOf(await made.monthPack('2026-11', true)))
    t.same(readdirSync(join(masked, 'hoa-don')), ['1C26MAA-00000001.xml'])
    t.notMatch(readFileSync(join(masked, 'index.csv'), 'utf8'), /0101243150|ABC/)
    const wrong = await made.monthPack('2026-13', true)
    t.equal(wrong.ok ? '' : wrong.fault.code, 'REPORT_PERIOD')
  },
)

void t.test('R-036 R-083 the printed invoice: everything the law asks for, A4 and 80 mm, HTML and PDF', async (t) => {
  const shop = fakeBooks(enterprise, [R017])
  const first = await shop.sell(
    sold([line('Phở bò <tái>', 2n, 60_000n), line('Bia Hà Nội', 1n, 25_000n)], {
      payments: [{ method: 'cash', amount: 145_000n }],
    }),
    '2026-11-20T11:00:00',
  )
  const second = await shop.sell(
    sold([line('Phở bò', 1n, 60_000n)], { corrects: { how: 'replace', invoice: first.identity, issuedOn: ON.from, cause: 14 } }),
    '2026-11-20T12:00:00',
  )
  const made = reports(shop.parts)
  for (const paper of ['a4', '80'] as const) {
    const page = (await bytesOf(await made.printed(first.identity, { format: 'html', paper, copy: 2 }))).toString()
    for (const said of [
      'HÓA ĐƠN GIÁ TRỊ GIA TĂNG',
      'KHỞI TẠO TỪ MÁY TÍNH TIỀN',
      'BẢN IN LẠI lần 2',
      'QUÁN PHỞ MINH ANH',
      '0199999014',
      '12 Nguyễn Trãi',
      '1C26MAA',
      'M1-26-A1B2C-01700000001',
      '20/11/2026 11:00:00',
      'R017',
      'Phở bò &#60;tái&#62;',
      '111.111',
      'Thuế GTGT 8%',
      '8.889',
      'Thuế GTGT 10%',
      '145.000',
      'Một trăm bốn mươi lăm nghìn đồng',
      'Tiền mặt',
      'Bán cho người tiêu dùng',
      'hoadondientu.gdt.gov.vn',
      '<svg',
    ])
      t.ok(page.includes(said), `${paper}: ${said}`)
    t.notMatch(page, /<script|javascript:|https?:\/\/(?!www\.w3\.org)/, 'nothing from outside')
    const pdf = await bytesOf(await made.printed(first.identity, { format: 'pdf', paper, copy: 2 }))
    t.equal(pdf.subarray(0, 5).toString(), '%PDF-')
    t.match(pdf.toString('latin1'), /\/FontFile2/, 'fonts are embedded')
    t.notMatch(pdf.toString('latin1'), /\/BaseFont \/Helvetica/)
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1')) ?? []
    t.equal(Math.round(Number(width)), paper === 'a4' ? 595 : 227)
    if (paper === '80') t.ok(Number(height) > 300 && Number(height) < 700, `as long as it must be: ${height}`)
  }
  const legend = (await bytesOf(await made.printed(second.identity, { format: 'html', paper: 'a4' }))).toString()
  t.match(legend, 'Thay thế cho hóa đơn Mẫu số 1 ký hiệu C26MAA số 1 ngày 20 tháng 11 năm 2026')
  t.notMatch(legend, 'BẢN IN LẠI')
  const gone = await made.printed({ ...first.identity, number: 99 }, { format: 'pdf', paper: 'a4' })
  t.equal(gone.ok ? '' : gone.fault.code, 'REPORT_NO_INVOICE')
})

void t.test('R-106 R-021 a household’s print names its place of business and masks its buyer', async (t) => {
  const place = { code: '00001', name: 'Sạp 12', address: 'Chợ Hôm, Hà Nội' }
  const shop = fakeBooks(household, [registerOf('R1', 1, 'C26MAA', { location: place })])
  const { identity } = await shop.sell(
    sold([line('Áo thun', 1n, 150_000n)], {
      buyer: { name: 'Trần Thị Mẫu', personalId: '000399000002' },
      discount: 10_000n,
      total: 140_000n,
    }),
    '2026-11-20T11:00:00',
  )
  const page = (await bytesOf(await reports(shop.parts).printed(identity, { format: 'html', paper: '80' }))).toString()
  t.match(page, 'HÓA ĐƠN BÁN HÀNG')
  t.match(page, 'Địa điểm kinh doanh: 00001, Sạp 12, Chợ Hôm, Hà Nội')
  t.match(page, '140.000')
  t.notMatch(page, /Trần Thị Mẫu|000399000002/)
})

void t.test('a name that turns the reading direction or opens a tag stays harmless text', async (t) => {
  const shop = fakeBooks(enterprise, [R017])
  const { identity } = await shop.sell(sold([line('<img src=x onerror=alert(1)>\u202e', 1n, 54_000n)]), '2026-11-20T11:00:00')
  const made = await reports(shop.parts).printed(identity, { format: 'html', paper: 'a4' })
  const page = (await bytesOf(made)).toString()
  t.notMatch(page, /<img|\u202e/)
  t.match(made.ok ? made.value.csp : '', /^default-src 'none'; style-src 'sha256-[\w+/=]+'; /)
})
