import QRCode from 'qrcode'
import t from 'tap'
import { qrSize } from '../../drivers/escpos/qr.ts'
import { readPage } from '../../drivers/escpos/read.ts'
import { driverById } from '../../drivers/index.ts'
import type { Stamp } from '../../src/domain/invoice.ts'
import type { Page } from '../../src/domain/page.ts'
import { fc, runs } from '../property.ts'

type Part = string | readonly number[]
const stream = (...parts: readonly Part[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)))))
const rows = (...parts: readonly Part[]): string[] => readPage(stream(...parts)).rows.map((row) => row.text)
const RULE = `${'-'.repeat(48)}\n`

const stampOf = (id: string, stamp: Stamp, page: Page): Uint8Array => {
  const make = driverById(id)?.stamp
  if (!make) throw new Error(`${id} has no stamp`)
  return make(stamp, page)
}

void t.test('text is put where the commands say: tabs, positions, alignment, double width', async (t) => {
  t.same(rows(RULE, 'A\tB\tC\n')[1], 'A       B       C')
  t.same(rows(RULE, [0x1b, 0x44, 20, 38, 0], 'Lavie\t2\t12.000\n')[1], `${'Lavie'.padEnd(20)}2${' '.repeat(17)}12.000`)
  t.same(rows(RULE, 'Lavie', [0x1b, 0x24, 0xe0, 0x01], '12.000\n')[1], `${'Lavie'.padEnd(40)}12.000`, 'ESC $ 480 dots')
  t.same(rows(RULE, 'Lavie', [0x1b, 0x5c, 24, 0], '2\n')[1], 'Lavie  2')
  t.same(rows(RULE, [0x1b, 0x61, 2], '12.000\n')[1], '12.000'.padStart(48))
  t.same(
    rows(RULE, [0x1b, 0x61, 1, 0x1d, 0x21, 0x11], 'TONG\n')[1],
    `${' '.repeat(20)}TONG`,
    'four double letters take eight cells',
  )
  t.same(
    rows(RULE, [0x1b, 0x61, 1], 'A', [0x1b, 0x61, 0], '\nB\n').slice(1),
    [`${' '.repeat(24)}A`, 'B'],
    'ESC a counts at the beginning of a line',
  )
  const page = readPage(
    stream(RULE, [0x1d, 0x21, 0x10], 'TONG', [0x1d, 0x21, 0], [0x1b, 0x24, 0x20, 0x01, 0x1b, 0x45, 1], '35.000\n'),
  )
  t.same(page.rows[1]?.runs, [
    { column: 0, text: 'TONG', wide: true, bold: false },
    { column: 24, text: '35.000', wide: false, bold: true },
  ])
})

void t.test('printed twice on one spot is bold, two cells on one spot stay two words', async (t) => {
  t.same(rows('ABC', [0x1b, 0x24, 0, 0], 'ABC\n'), ['ABC'])
  t.same(rows('ABCDEF', [0x1b, 0x24, 24, 0], '12.000\n'), ['ABCDEF 12.000'])
})

void t.test('columns: a rule line says it, else the printable width, else what the lines need', async (t) => {
  t.equal(readPage(stream(`${'='.repeat(42)}\n`, 'A\n')).columns, 42)
  t.equal(readPage(stream([0x1d, 0x57, 0x80, 0x01], 'A\n')).columns, 32)
  t.equal(readPage(stream('A\n')).columns, 32)
  t.equal(readPage(stream(`${'x'.repeat(45)}\n`)).columns, 48)
  t.equal(readPage(stream([0x1b, 0x4d, 1], `${'-'.repeat(64)}\n`)).columns, 64, 'font B')
})

void t.test('page mode prints in reading order at FF, and nothing that was thrown away', async (t) => {
  const at = (x: number, y: number, text: string): Part[] => [[0x1b, 0x24, x & 255, x >> 8, 0x1d, 0x24, y & 255, y >> 8], text]
  t.same(
    rows(RULE, [0x1b, 0x4c], ...at(240, 60, '35.000'), ...at(0, 60, 'TONG'), ...at(0, 0, 'PHIEU'), [0x0c], 'END\n').slice(1),
    ['PHIEU', 'TONG                35.000', 'END'],
  )
  t.same(rows([0x1b, 0x4c], 'LOST', [0x18], 'KEPT', [0x0c]), ['KEPT'])
  t.same(rows([0x1b, 0x4c], 'LOST', [0x1b, 0x53], 'KEPT\n'), ['KEPT'])
})

void t.test('upside down printing comes last line first', async (t) => {
  t.same(rows([0x1b, 0x7b, 1], 'TONG 35.000\n', 'BIA 35.000\n', 'SHOP\n'), ['SHOP', 'BIA 35.000', 'TONG 35.000'])
})

void t.test('text for the pole display is not on the paper, text for both is', async (t) => {
  t.same(rows('A\n', [0x1b, 0x3d, 2], 'TONG 9.000\r', [0x1f, 0x24, 1, 2, 0x1b, 0x3d, 1], 'B\n', [0x1b, 0x3d, 3], 'C\n'), [
    'A',
    'B',
    'C',
  ])
})

void t.test('a macro called is printed once more', async (t) => {
  t.same(rows([0x1d, 0x3a], 'COPY\n', [0x1d, 0x3a], 'A\n', [0x1d, 0x5e, 3, 0, 0]), ['COPY', 'A', 'COPY'])
})

void t.test('strips of one picture are glued, also with line feeds between; text ends a picture', async (t) => {
  const strip = [0x1b, 0x2a, 33, 2, 0, 1, 2, 3, 4, 5, 6, 0x0a]
  const page = readPage(stream([0x1b, 0x33, 24], strip, strip, strip, 'A\n', strip))
  t.match(page.pictures, [
    { command: 'ESC *', width: 2, height: 72, row: 0 },
    { command: 'ESC *', width: 2, height: 24, row: 1 },
  ])
  t.same(
    page.rows.map((row) => row.text),
    ['A'],
  )
  const big = [0x1d, 0x38, 0x4c, 12, 0, 0, 0, 0x30, 112, 48, 1, 1, 0x31, 16, 0, 1, 0, 0xff, 0xff]
  t.match(readPage(stream(big)).pictures, [{ command: 'GS 8 L', width: 16, height: 1 }])
})

void t.test('unknown commands are counted, absurd lengths are desync, an unfinished command is torn', async (t) => {
  t.match(readPage(stream([0x1b, 0x01, 0x1d, 0x00], 'A\n', [0x1d, 0x56, 0])), { unknown: 2, desync: false, boundary: 'cut' })
  t.match(readPage(stream('A\n', [0x1d, 0x76, 0x30, 0, 255, 255, 255, 255], 'B\n')), { desync: true })
  t.match(readPage(stream('A\n', [0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8], 'B\n')), { desync: true }, 'the host cleared the buffer')
  t.match(readPage(stream('A\n', [0x1d, 0x76, 0x30])), { boundary: 'torn' })
  t.match(readPage(stream('A\n', [0x1b, 0x64, 5])), { boundary: 'feed' })
  t.match(readPage(stream('A\n')), { boundary: 'quiet' })
})

void t.test('a sheet turned by ESC T is read as the one who turns the paper reads it', async (t) => {
  const area = (x: number, y: number): number[] => [0x1b, 0x57, ...[x, y, 200, 100].flatMap((n) => [n & 255, n >> 8])]
  const turn = (n: number): number[] => [0x1b, 0x54, n]
  const down = (n: number): number[] => [0x1d, 0x24, n, 0]
  const sheet = (n: number, first: readonly number[], second: readonly number[]): string[] =>
    rows(RULE, [0x1b, 0x4c], turn(n), second, down(0), 'TONG', first, down(40), 'B', down(0), 'A', [0x0c]).slice(1)
  t.same(sheet(0, area(0, 0), area(0, 300)), ['A', 'B', 'TONG'], 'upper area first')
  t.same(sheet(2, area(0, 300), area(0, 0)), ['A', 'B', 'TONG'], 'upside down: the lower area comes first')
  t.same(sheet(1, area(0, 0), area(300, 0)), ['A', 'B', 'TONG'], 'upwards: lines go from left to right')
  t.same(sheet(3, area(300, 0), area(0, 0)), ['A', 'B', 'TONG'], 'downwards: lines go from right to left')
  t.same(
    rows(RULE, [0x1b, 0x4c], turn(1), area(0, 300), 'TONG', area(0, 0), '35.000', [0x0c])[1],
    `${'TONG'.padEnd(25)}35.000`,
    'beside each other: 300 dots higher on the paper is 300 dots to the right',
  )
})

void t.test('what a macro prints once more is a copy; what was never sent is counted', async (t) => {
  const page = readPage(stream([0x1d, 0x3a], 'TONG 35.000\n', [0x1d, 0x3a], [0x1d, 0x5e, 2, 0, 0]))
  t.match(page.rows, [{ text: 'TONG 35.000' }, { text: 'TONG 35.000', copy: true }])
  t.equal(page.rows[0]?.copy, undefined)
  t.equal(page.unseen, undefined)
  t.equal(readPage(stream('A\n', [0x1d, 0x5e, 1, 0, 0])).unseen, 1, 'a macro of an earlier document')
})

void t.test('the counter of the printer is known where the document set it', async (t) => {
  const next = [0x1d, 0x63, 0x0a]
  t.same(rows([0x1d, 0x43, 0x32, 7, 0], 'SO ', next, 'SO ', next), ['SO 7', 'SO 8'])
  t.same(rows([0x1d, 0x43, 0x30, 4, 1, 0x1d, 0x43, 0x32, 7, 0], next), ['0007'])
  t.same(rows([0x1d, 0x43], ';9;1;2;2;5;', next, next, next), ['5', '5', '3'], 'downwards by two, each printed twice')
  t.same(rows([0x1d, 0x43, 0x31, 1, 0, 3, 0, 1, 1, 0x1d, 0x43, 0x32, 3, 0], next, next), ['3', '1'], 'and begins anew')
  const page = readPage(stream('SO ', next))
  t.match(page, { unseen: 1, rows: [{ text: 'SO' }] })
})

void t.test('double bytes of Chinese mode are ideographs only where all of them pair up', async (t) => {
  const noodles = [0xc5, 0xa3, 0xc8, 0xe2, 0xb7, 0xdb]
  const page = readPage(stream(RULE, [0x1c, 0x26], noodles, ' 35.000\n', [0x1c, 0x2e]))
  t.equal(page.rows[1]?.text, '牛肉粉 35.000')
  t.equal(page.doubt, undefined)
  t.same(rows([0x1c, 0x26], 'Phở bò 35.000\n'), ['Phở bò 35.000'], 'UTF-8 sent in that mode stays what it is')
  t.not(readPage(stream(noodles, '\n')).rows[0]?.text, '牛肉粉')
})

void t.test('a letter struck twice is one letter', async (t) => {
  t.same(rows('T', [8], 'TO', [8], 'ON', [8], 'NG 35.000\n'), ['TONG 35.000'])
  t.same(rows('TONG', [8, 8, 8, 8], 'TONG\n'), ['TONG'])
})

void t.test('letters the host draws are read where the shop names them, else they are not known', async (t) => {
  const drawn = stream(
    [0x1b, 0x26, 3, 0x41, 0x42, 1, 1, 2, 3, 1, 4, 5, 6, 0x1b, 0x25, 1],
    'TBNG 35.000\n',
    [0x1b, 0x25, 0],
    'AB\n',
  )
  const read = (settings: Record<string, unknown>, bytes: Uint8Array): Page => {
    const made = driverById('escpos')?.configured?.(settings)
    const page = made?.ok ? made.value.read(bytes) : undefined
    if (!page?.ok || page.value.kind !== 'page') throw new Error('no page')
    return page.value.page
  }
  const map = { userGlyphs: { '41': 'ă', '42': 'Ổ' } }
  t.match(read(map, drawn), { doubt: undefined, rows: [{ text: 'TỔNG 35.000' }, { text: 'AB' }] })
  t.equal(read({ userGlyphs: { '41': 'ă' } }, drawn).doubt, 'DRIVER_CUSTOM_GLYPHS', 'one of them is not named')
  t.equal(read({}, stream([0x1b, 0x25, 1], 'TONG\n')).doubt, 'DRIVER_CUSTOM_GLYPHS', 'drawn in a document before')
  t.match(read(map, stream([0x1b, 0x25, 1], 'TBNG\n')), { doubt: undefined, rows: [{ text: 'TỔNG' }] })
  t.equal(readPage(stream([0x1b, 0x25, 1, 0x1b, 0x40], 'TONG\n')).doubt, undefined, 'a reset forgets them')
})

void t.test('a megabyte of noise costs no more than a few receipts: it is given up while it is played', (t) => {
  let seed = 20261121
  const noise = Uint8Array.from({ length: 1 << 20 }, () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) >> 16)
  readPage(noise)
  const before = process.cpuUsage()
  const page = readPage(noise)
  const { user } = process.cpuUsage(before)
  t.ok(page.unknown > 5 || page.desync || page.oversize, 'and it is no sale')
  t.ok(user < 150_000, `${Math.round(user / 1000)} ms of the processor`)
  t.end()
})

const invoice: Stamp = {
  lines: [
    'HÓA ĐƠN GIÁ TRỊ GIA TĂNG KHỞI TẠO TỪ MÁY TÍNH TIỀN',
    'Ký hiệu: 1C26MAA   Số: 00000123',
    'Mã của cơ quan thuế: M1-26-A1B2C-01700000123',
    'Thuế suất 8%: 122.892đ',
    'Tra cứu tại https://hoadondientu.gdt.gov.vn',
  ],
  qr: '00020101021202000053037045405180005802VN62600122M1-26-A1B2C-0170000012301061C26MAA02081234567863041A2B',
}
const words = (page: Page): string =>
  page.rows
    .map((row) => row.text.trim())
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()

void t.test('a stamp is read back by our own eyes, word for word, in every alphabet of a receipt', async (t) => {
  for (const [encoding, columns, codePage] of [
    ['utf-8', 48, 255],
    ['windows-1258', 42, 52],
    ['tcvn3', 32, 30],
    ['tcvn3', 32, 49],
    ['vn1', 48, 27],
    ['viscii', 48, 51],
    ['vni', 48, undefined],
  ] as const) {
    const receipt = readPage(stream(codePage === undefined ? '' : [0x1b, 0x74, codePage], `${'-'.repeat(columns)}\n`))
    const bytes = stampOf('escpos', invoice, {
      ...receipt,
      encoding,
      printer: { ...receipt.printer, ...(codePage === undefined ? {} : { codePage }) } as NonNullable<Page['printer']>,
    })
    const page = readPage(bytes)
    t.equal(words(page), invoice.lines.join(' ').replace(/\s+/g, ' '), `${encoding} read as ${page.encoding}`)
    t.same(page.qrs, [invoice.qr])
    t.same([page.unknown, page.desync, page.doubt], [0, false, undefined])
    t.ok(
      page.rows.every((row) => row.text.trim().length <= columns),
      'wrapped to the paper',
    )
  }
})

void t.test('a printer without Vietnamese letters gets plain ones', async (t) => {
  const bytes = stampOf('escpos', invoice, readPage(stream('TONG 35.000\n')))
  t.match(words(readPage(bytes)), /^HOA DON GIA TRI GIA TANG .* Ma cua co quan thue: .* 122\.892d /)
  const cp437 = stampOf('escpos', { lines: ['Số: ệ à é'], qr: '' }, { ...readPage(stream('A\n')), encoding: 'cp437' })
  t.ok(
    Buffer.from(cp437).includes(Buffer.of(0x53, 0x6f, 0x3a, 0x20, 0x65, 0x20, 0x85, 0x20, 0x82)),
    'letters the page has are kept, others lose their marks',
  )
})

void t.test('a stamp leaves the printer as the register left it', async (t) => {
  const before = stream(
    [
      0x1b, 0x74, 30, 0x1b, 0x61, 2, 0x1d, 0x21, 0x11, 0x1b, 0x45, 1, 0x1b, 0x33, 24, 0x1c, 0x26, 0x1b, 0x20, 2, 0x1d, 0x42, 1,
      0x1b, 0x2d, 1, 0x1b, 0x52, 16,
    ],
    'A\n',
  )
  const page = readPage(before)
  const bytes = stampOf('escpos', invoice, page)
  const after = readPage(Buffer.concat([before, bytes, Buffer.from('B\n')]))
  t.same(after.printer?.resume, page.printer?.resume, 'the settings after it are those before it')
  const run = after.rows.at(-1)
  t.match(run, { align: 'right', runs: [{ text: 'B', wide: true, bold: true }] })
  const stamped = after.rows.slice(1, -1)
  t.ok(
    stamped.every((row) => row.align === 'centre' && row.runs.every((one) => !one.wide)),
    'and it is printed plainly',
  )
  t.ok(Buffer.from(bytes).includes(Buffer.of(0x1b, 0x64, 4)), 'it ends with the feed that clears the cutter')
})

void t.test('a register left in the middle of a line: the stamp begins a new one', async (t) => {
  const page = readPage(stream('TONG 35.000'))
  t.equal(stampOf('escpos', invoice, page)[0], 0x0a)
  t.not(stampOf('escpos', invoice, readPage(stream('TONG 35.000\n')))[0], 0x0a)
})

void t.test('text in a stamp can never become a command', async (t) => {
  const bytes = stampOf('escpos', { lines: ['A\x1bp\x00\x19úB\x1dV\x00\nC'], qr: 'Q\x1b@' }, readPage(stream('é\n')))
  const page = readPage(bytes)
  t.equal(words(page), 'ApúBV C')
  t.equal(page.boundary === 'cut', false)
})

void t.test('the QR fits the paper, with the largest modules up to 6 dots; as large as a QR encoder says', async (t) => {
  for (const length of [1, 14, 15, 100, 154, 180, 213, 250, 400, 700, 1200, 2331, 2332, 2953]) {
    for (const paper of [384, 576]) {
      const size = qrSize(length, paper)
      if (!size) {
        t.ok(length > 2953 || 17 + 4 * 40 + 8 > paper, `${length} on ${paper}`)
        continue
      }
      t.ok((size.modules + 8) * size.dots <= paper, `${length} bytes at ${size.dots} dots on ${paper}`)
      const drawn = QRCode.create([{ data: Buffer.alloc(length, 0x61), mode: 'byte' }], { errorCorrectionLevel: size.level })
      t.equal(size.modules, drawn.modules.size, `${length} bytes, level ${size.level}`)
    }
  }
  t.equal(qrSize(3000, 576), undefined)
  t.equal(qrSize(100, 384)?.level, 'M')
  t.equal(qrSize(100, 384)?.dots, 6)
})

void t.test('the stamp of a journal is plain lines and a feed, without a picture', async (t) => {
  const text = Buffer.from(stampOf('text', invoice, { ...readPage(stream('TONG 35.000\n')), columns: 24 })).toString('latin1')
  t.match(text, /^HOA DON GIA TRI GIA TANG\r\nKHOI TAO TU MAY TINH\r\nTIEN\r\n/)
  t.ok(text.split('\r\n').every((line) => line.length <= 24 && /^[ -~]*$/.test(line)))
  t.match(text, /\r\n\r\n\r\n\r\n$/)
  t.notMatch(text, invoice.qr)
})

void t.test('any lines in any alphabet: wrapped, harmless, and the words come back', async () => {
  const letters = fc.constantFrom(...'aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậỉỡợứựỵỹ 0123456789.,:-/ ĐÀẢÃÁẠƠỚỢ')
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: letters, maxLength: 90 }), { maxLength: 6 }),
      fc.constantFrom(24, 32, 42, 48, 64),
      fc.constantFrom('utf-8', 'windows-1258', 'tcvn3', 'viscii', 'ascii'),
      (lines, columns, encoding) => {
        const bytes = stampOf('escpos', { lines, qr: 'https://example.vn' }, { ...readPage(stream('A\n')), columns, encoding })
        const page = readPage(bytes)
        const widest = Math.max(0, ...page.rows.map((row) => row.text.trim().length))
        const spoken = encoding === 'utf-8' ? words(page).replaceAll(' ', '') === lines.join('').replace(/\s+/g, '') : true
        return (
          page.unknown === 0 &&
          !page.desync &&
          page.qrs.length === 1 &&
          spoken &&
          (encoding === 'windows-1258' || widest <= columns)
        )
      },
    ),
    { numRuns: runs(150) },
  )
})
