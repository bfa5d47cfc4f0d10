import t from 'tap'
import { driverById } from '../../drivers/index.ts'
import { alphabet, encode } from '../../drivers/text-grid/encode.ts'
import type { Copy } from '../../src/domain/copy.ts'
import type { Driver } from '../../src/domain/driver.ts'
import type { Page } from '../../src/domain/page.ts'
import { fc, runs } from '../property.ts'

const driverNamed = (id: string): Driver & Required<Pick<Driver, 'copy'>> => {
  const driver = driverById(id)
  if (!driver?.copy) throw new Error(`${id} prints no copies`)
  return { ...driver, copy: driver.copy }
}
const pageOf = (driver: Driver, bytes: Uint8Array): Page => {
  const read = driver.read(bytes)
  if (!read.ok || read.value.kind !== 'page') throw new Error(`${driver.id} read no page`)
  return read.value.page
}
/** A receipt of a register, in the letters of `encoding`. */
const receipt = (encoding: string, columns: number, first: readonly number[] = []): Uint8Array => {
  const said = ['HÓA ĐƠN THANH TOÁN', 'Phở bò tái nạm gầu', 'Tổng cộng: 35.000', 'Cảm ơn quý khách', 'Tiền khách đưa: 50.000']
  const lines = ['-'.repeat(columns), ...said].flatMap((line) => [encode(line, alphabet(encoding)), Buffer.from('\n')])
  return new Uint8Array(Buffer.concat([Buffer.from(first), ...lines]))
}
const copy: Copy = {
  rows: [
    { text: 'QUÁN PHỞ MINH ANH', centre: true, bold: true },
    'rule',
    { text: 'HÓA ĐƠN GIÁ TRỊ GIA TĂNG', centre: true, bold: true },
    { text: 'BẢN IN LẠI lần 2', centre: true, bold: true },
    { text: 'Phở bò tái nạm gầu đặc biệt tô lớn' },
    { text: '2 tô × 55.556  8%', right: '111.112' },
    { text: 'Tổng tiền thanh toán', right: '120.000', bold: true },
    { text: 'Bằng chữ: Một trăm hai mươi nghìn đồng' },
  ],
  qr: 'https://hoadondientu.gdt.gov.vn/tra-cuu?code=M1-26-A1B2C-00000000001',
}
const words = (text: string): string => text.replace(/\s+/g, ' ').trim()
const wanted = words(copy.rows.map((row) => (row === 'rule' ? '' : `${row.text} ${row.right ?? ''}`)).join(' ')).replaceAll(
  '×',
  'x',
)

void t.test('a copy (R-083) is read back word for word in the letters and the width of that receipt', async (t) => {
  for (const [id, encoding, columns, first] of [
    ['escpos', 'utf-8', 48, [0x1b, 0x40]],
    ['escpos', 'tcvn3', 32, [0x1b, 0x74, 30]],
    ['escpos', 'windows-1258', 48, [0x1b, 0x74, 52]],
    ['escpos', 'viscii', 48, []],
    ['star', 'utf-8', 48, []],
    ['star', 'windows-1258', 32, []],
    ['text', 'utf-8', 42, []],
    ['text', 'windows-1258', 32, []],
  ] as const) {
    const driver = driverNamed(id)
    const before = receipt(encoding, columns, first)
    const page = { ...pageOf(driver, before), columns, encoding }
    const bytes = driver.copy(copy, page)
    const read = pageOf(driver, bytes)
    const rows = read.rows.map((row) => row.text.trimEnd()).filter((text) => text.trim() !== '')
    const name = `${id} ${encoding} ${columns}`
    t.equal(words(rows.filter((text) => !/^-+$/.test(text)).join(' ')).replaceAll('×', 'x'), wanted, name)
    t.same([read.unknown, read.desync], [0, false], name)
    t.same(read.qrs, id === 'text' ? [] : [copy.qr], 'a line printer draws no QR')
    t.ok(
      rows.every((text) => text.length <= columns),
      'nothing is broken by the printer',
    )
    t.match(
      rows.find((text) => text.includes('111.112')),
      /^2 tô [x×] 55\.556 8% +111\.112$/,
      'the amount stands at the right',
    )
    const title = read.rows.find((row) => row.text.includes('BẢN IN LẠI lần 2'))
    if (id !== 'text') t.match(title, { align: 'centre', runs: [{ bold: true }] }, name)
    if (id !== 'text')
      t.same(
        pageOf(driver, Buffer.concat([before, bytes])).printer?.resume,
        page.printer?.resume,
        'the printer is left as the register left it',
      )
    t.equal(driver.framer().push(bytes).handshake, undefined, 'a copy asks the printer for nothing')
  }
})

void t.test('a printer of which nothing is known yet gets plain letters, and is reset before and after', async (t) => {
  for (const id of ['escpos', 'star']) {
    const driver = driverNamed(id)
    const { printer: _, ...page } = { ...pageOf(driver, Buffer.from('A\n')), columns: 32, encoding: 'ascii' }
    const bytes = driver.copy(copy, page)
    t.same([...bytes.subarray(0, 2), ...bytes.subarray(-2)], [0x1b, 0x40, 0x1b, 0x40])
    t.match(
      words(
        pageOf(driver, bytes)
          .rows.map((row) => row.text)
          .join(' '),
      ),
      /BAN IN LAI lan 2 Pho bo tai .* 111\.112 /,
    )
  }
})

void t.test(
  'whatever an item is called, no line is wider than the paper, no amount is cut, no text becomes a command',
  async (t) => {
    const text = fc.string({ maxLength: 60, unit: 'binary' })
    const amount = fc.bigInt({ min: 0n, max: 999_999_999_999n }).map((n) => n.toLocaleString('vi-VN'))
    fc.assert(
      fc.property(
        fc.constantFrom('escpos', 'star', 'text'),
        fc.constantFrom(32, 42, 48),
        fc.array(fc.tuple(text, amount), { minLength: 1, maxLength: 8 }),
        (id, columns, sold) => {
          const driver = driverNamed(id)
          const page = { ...pageOf(driver, receipt('utf-8', columns)), columns, encoding: 'utf-8' }
          const bytes = driver.copy({ rows: sold.map(([name, right]) => ({ text: name, right })), qr: '' }, page)
          const read = pageOf(driver, bytes)
          const all = read.rows.map((row) => row.text).join('\n')
          t.ok(sold.every(([, right]) => all.includes(right)))
          t.same([read.unknown, read.desync, read.barcodes, read.pictures], [0, false, [], []])
          t.equal(driver.framer().push(bytes).frames.length, 0, 'it holds no end of a document')
        },
      ),
      { numRuns: runs(200) },
    )
  },
)
