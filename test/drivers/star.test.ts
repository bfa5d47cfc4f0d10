import t from 'tap'
import { measure } from '../../drivers/star/commands.ts'
import { grammar } from '../../drivers/star/grammar.ts'
import { star } from '../../drivers/star/index.ts'
import { readPage } from '../../drivers/star/read.ts'
import { alphabet, encode } from '../../drivers/text-grid/encode.ts'
import { DESYNC, MORE, UNKNOWN } from '../../drivers/text-grid/grammar.ts'
import type { Frame } from '../../src/domain/driver.ts'
import type { Stamp } from '../../src/domain/invoice.ts'
import type { Page } from '../../src/domain/page.ts'
import { fc, runs } from '../property.ts'

type Part = string | readonly number[]
const stream = (...parts: readonly Part[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)))))
const rows = (...parts: readonly Part[]): string[] => readPage(stream(...parts)).rows.map((row) => row.text)
const hex = (text: string): number[] => [...Buffer.from(text.replaceAll(' ', ''), 'hex')]
const RULE = `${'-'.repeat(48)}\n`
const TOTAL = 'Tổng cộng:      35.000\n'
const CUT = hex('1b6403')
const [JOB, OVER] = [hex('1b1d03000000'), hex('1b1d03010000')]

interface Heard {
  readonly frames: readonly Frame[]
  readonly discarded: number
}

function hear(bytes: Uint8Array, size: number, driver = star): Heard {
  const framer = driver.framer()
  const found = []
  for (let at = 0; at < bytes.length; at += size) found.push(framer.push(bytes.subarray(at, at + size)))
  found.push(framer.close(false))
  return { frames: found.flatMap(({ frames }) => frames), discarded: found.reduce((n, { discarded }) => n + discarded, 0) }
}
const texts = (bytes: Uint8Array, driver = star): string[] =>
  hear(bytes, bytes.length, driver).frames.map((frame) =>
    readPage(frame.bytes)
      .rows.map((row) => row.text)
      .join('/')
      .replace(/\/+$/, ''),
  )

/** Every command of register-capture 4, exactly as long as it stands here. */
const WHOLE = [
  ...'1b40|1b45|1b46|1b47|1b48|1b34|1b35|1b30|1b31|1b32|1b7a01|1b4d|1b50|1b67|1b0e|1b14|1b2001|1b2d01|1b5f01|1b5701|1b6801'.split(
    '|',
  ),
  ...'1b6403|1b690101|1b6103|1b4a10|1b4910|1b6c05|1b5120|1b5201|1b730101|1b740101|1b070b37|1b3d01|1b3f0a00|1b0601|1b0b02|1b0c00'.split(
    '|',
  ),
  ...'1b44081000|1b42081000|1b430a|1b43000a|1b1e6101|1b1e4601|1b1e6402|1b1e4c01|1b1d6101|1b1d7420|1b1d413001|1b1d523001'.split(
    '|',
  ),
  ...'1b1d03000000|1b1d03010000|1b1d5030|1b1d503100|1b1d50330000000040028001|1b1d50340100|1b1d5036|1b1d07010505|1b1d1911010505'.split(
    '|',
  ),
  ...'1b1d530102000200 00 ffffffff|1b4b0300ffffff|1b4c0300ffffff|1b580200ffffffffffff|1b6203020250313233341e|1b1c700100'.split(
    '|',
  ),
  ...'1b1d79533002|1b1d795332 04|1b1d7944310003006162 63|1b1d794432 01 00 0300 616263|1b1d7950|1b1d7949|1b1d785330010102|1b1d78533102'.split(
    '|',
  ),
  ...'1b1d78440300616263|1b1d7850|1b1d295502003001|1b1d28410100ff|1b2a724100|1b2a7242|1b2a7250 30 00|1b234e302c3000|1b2601ff00'.split(
    '|',
  ),
].filter((text) => !['1b1d503100', '1b2a724100', '1b2601ff00'].includes(text))

void t.test('every command is stepped over by its declared length', async (t) => {
  for (const text of WHOLE) {
    const command = hex(text)
    const followed = Uint8Array.from([...command, 0x41, 0x42])
    t.equal(measure(followed, 0, followed.length), command.length, text)
    for (let end = 1; end < command.length; end++) {
      const early = measure(followed, 0, end)
      if (early !== MORE && early !== command.length) t.fail(`${text}: ${early} after ${end} bytes`)
    }
  }
  t.ok(WHOLE.length > 60)
  const block = hex('1b2a7241 1b2a725030 00 620200 1b64 620200 ffff 1b0c04 1b2a7242')
  t.equal(measure(Uint8Array.from([...block, 0x41]), 0, block.length + 1), block.length, 'raster mode is one command')
  t.equal(measure(Uint8Array.from(hex('1b7f41')), 0, 3), UNKNOWN)
  t.equal(
    measure(Uint8Array.from([...hex('1b6203020250'), ...Array<number>(300).fill(0x31)]), 0, 306),
    DESYNC,
    'a barcode without its end',
  )
})

void t.test(
  'documents end at the cut, at the marks of a job, at a reset behind totals; nothing printed is no document',
  async (t) => {
    const two: readonly (readonly Part[])[] = [
      ['A\n', CUT, 'B\n', CUT],
      [JOB, 'A\n', OVER, JOB, 'B\n', OVER],
      [JOB, 'A\n', CUT, OVER, JOB, 'B\n', CUT, OVER],
      [JOB, 'A\n', JOB, 'B\n'],
      ['A\n', hex('1b6103'), hex('1b40'), 'B\n'],
    ]
    for (const parts of two) {
      const bytes = stream(...parts)
      t.same(texts(bytes), ['A', 'B'], Buffer.from(bytes).toString('hex'))
      for (const size of [1, 3]) t.same(hear(bytes, size), hear(bytes, bytes.length))
    }
    t.same(texts(stream('A\n', TOTAL, hex('1b40'), 'B\n', CUT)), ['A/Tổng cộng:      35.000', 'B'])
    t.same(hear(stream(JOB, OVER, CUT, CUT, [7], hex('1b070b3707'), hex('1b0601')), 1).frames, [])
    const [frame] = hear(stream('A\n', CUT), 1).frames
    t.match(frame, { tail: 2, torn: false })
  },
)

void t.test('what may become the end of a document waits, all else passes', async (t) => {
  const framer = star.framer()
  const waits = [...hex('41'), ...hex('1b1d0301')].map((byte) => framer.push(Uint8Array.of(byte)).pass)
  t.same(waits, [1, 1, 1, 1, 1])
  t.match(framer.push(Uint8Array.of(0, 0)), { pass: 7, frames: [{ tail: 1 }] })
  const other = star.framer()
  t.same(
    [...hex('1b1d6101')].map((byte) => other.push(Uint8Array.of(byte)).pass),
    [0, 0, 3, 4],
    'alignment is none',
  )
})

void t.test('a healthy printer answers with its block of status', async (t) => {
  const block = Uint8Array.of(0x23, 0x86, 0, 0, 0, 0, 0, 0, 0)
  for (const asked of ['05', '04', '1b0601', '1b1e6103'])
    t.same(star.framer().push(Uint8Array.from(hex(asked))).handshake, block, asked)
  for (const silent of ['1b1e6100', '1b40', '07'])
    t.equal(star.framer().push(Uint8Array.from(hex(silent))).handshake, undefined, silent)
  t.equal(star.framer().push(stream(hex('1b4b0300'), [5, 5, 5])).handshake, undefined, 'inside a picture it is payload')
})

void t.test('text is put where the commands say, as large as they say', async (t) => {
  t.same(rows(RULE, 'Lavie', hex('1b1d41e001'), '12.000\n')[1], `${'Lavie'.padEnd(40)}12.000`)
  t.same(rows(RULE, 'Lavie', hex('1b1d521800'), '2\n')[1], 'Lavie  2')
  t.same(rows(RULE, hex('1b1d6102'), '12.000\n')[1], '12.000'.padStart(48))
  t.same(rows(RULE, hex('1b44142600'), 'Lavie\t2\n')[1], `${'Lavie'.padEnd(20)}2`)
  t.same(rows(RULE, hex('1b1d6101 1b690101'), 'TONG\n')[1], `${' '.repeat(20)}TONG`, 'four double letters take eight cells')
  t.same(rows([0x0f], 'TONG 35.000\n', 'BIA 35.000\n', 'SHOP\n', [0x12]), ['SHOP', 'BIA 35.000', 'TONG 35.000'])
  t.same(rows('LOST', [0x18], 'KEPT\n'), ['KEPT'], 'CAN throws the open line away')
  const sheet = [hex('1b1d5030'), hex('1b1d50343c00'), 'TONG', hex('1b1d5034 0000'), 'SHOP', hex('1b1d5036'), 'END\n']
  t.same(rows(...sheet), ['SHOP', 'TONG', 'END'], 'page mode')
  t.match(readPage(stream(hex('1b45'), 'A', hex('1b46'), 'B\n')).rows[0]?.runs, [{ bold: true }, { bold: false }])
})

void t.test('pictures, barcodes and QR codes are data, whatever stands in them', async (t) => {
  const evil = [...CUT, ...Buffer.from('TONG 99.000\n'), ...OVER]
  const page = readPage(
    stream('A\n', [0x1b, 0x1d, 0x53, 1, evil.length, 0, 1, 0, 0, ...evil], hex('1b6206020250'), 'HD-1', [0x1e], '\n'),
  )
  t.same(page.barcodes, ['HD-1'])
  t.match(page.pictures, [{ command: 'ESC GS S', width: evil.length * 8, height: 1, row: 1 }])
  t.same(
    page.rows.map((row) => row.text),
    ['A'],
  )
  const code = [...hex('1b1d79443100'), 6, 0, ...Buffer.from('Số 1'), ...hex('1b1d7950')]
  t.same(readPage(stream(code)).qrs, ['Số 1'])
  const blocks = stream(hex('1b1d794432 02'), [0, 2, 0], 'ab', [0, 1, 0], 'c', hex('1b1d7950'))
  t.same(readPage(blocks).qrs, ['abc'])
  const raster = stream(hex('1b2a7241'), ...Array.from({ length: 3 }, () => [0x62, 2, 0, 0x1b, 0x64]), hex('1b0c00 1b2a7242'))
  const { frames } = hear(raster, 1)
  t.equal(frames.length, 1, 'a page of raster mode ends the document')
  t.match(readPage(raster), { boundary: 'cut', pictures: [{ width: 16, height: 3, command: 'ESC * r' }] })
  t.equal(star.pictures?.(raster)[0]?.bits.length, 6)
  const unfinished = hear(raster.subarray(0, raster.length - 4), 5)
  t.equal(unfinished.frames.length, 0, 'a few rows that never came whole are counted')
  t.equal(unfinished.discarded, raster.length - 4)
  const torn = hear(stream(hex('1b2a7241'), ...Array.from({ length: 40 }, () => [0x62, 2, 0, 1, 2])), 7).frames
  t.match(torn, [{ torn: true }], 'a picture that never came whole is kept')
})

const invoice: Stamp = {
  lines: ['HÓA ĐƠN GIÁ TRỊ GIA TĂNG KHỞI TẠO TỪ MÁY TÍNH TIỀN', 'Ký hiệu: 1C26MAA   Số: 00000123', 'Thuế suất 8%: 122.892đ'],
  qr: '00020101021202000053037045405180005802VN62600122M1-26-A1B2C-0170000012301061C26MAA02081234567863041A2B',
}
const words = (page: Page): string =>
  page.rows
    .map((row) => row.text.trim())
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()

void t.test('a stamp is read back word for word in the letters of the receipt, and leaves the printer as it was', async (t) => {
  for (const [encoding, columns] of [
    ['utf-8', 48],
    ['windows-1258', 42],
    ['vn1', 32],
    ['viscii', 48],
  ] as const) {
    const letters = alphabet(encoding)
    const said = ['HÓA ĐƠN THANH TOÁN', 'Tổng cộng: 35.000', 'Cảm ơn quý khách', 'Tiền khách đưa: 50.000']
    const before = stream(
      hex('1b1d7420 1b1d6102 1b45 1b690101 1b34'),
      `${'-'.repeat(columns / 2)}\n`,
      ...said.flatMap((line) => [[...encode(line, letters)], '\n']),
    )
    const page = { ...readPage(before), columns }
    t.match(page, { encoding, doubt: undefined })
    const bytes = star.stamp?.(invoice, page) ?? new Uint8Array()
    const read = readPage(bytes)
    const wanted = invoice.lines.join(' ').replace(/\s+/g, ' ')
    // Ừ of TCVN is a control byte that asks a Star printer for its status: it is written without its marks.
    t.equal(words(read), encoding === 'vn1' ? wanted.replace('TỪ', 'TU') : wanted, encoding)
    t.equal(star.framer().push(bytes).handshake, undefined, 'a stamp asks for nothing')
    t.match(read, { qrs: [invoice.qr], unknown: 0, desync: false })
    t.ok(read.rows.every((row) => row.text.trim().length <= columns && row.align === 'centre'))
    t.ok(Buffer.from(bytes).includes(Buffer.from(hex('1b6104'))), 'the feed that clears the cutter')
    const after = readPage(Buffer.concat([before, bytes, Buffer.from('B\n')]))
    t.same(after.printer?.resume, page.printer?.resume)
    t.match(after.rows.at(-1), { align: 'right', runs: [{ wide: true, bold: true }] })
  }
  t.same(star.stamp?.(invoice, readPage(stream('TONG 35.000')))?.[0], 0x0a, 'an open line is ended first')
})

void t.test('settings pin letters and columns, and a wrong one is named', async (t) => {
  const made = star.configured?.({ encoding: 'windows-1258', columns: 42, headerBeforeCut: 1 })
  if (!made?.ok) throw new Error('settings refused')
  const bytes = stream('A\n', 'B\n', 'HEAD\n', CUT, 'C\n', 'HEAD\n', CUT)
  t.same(texts(bytes, made.value), ['A/B', 'HEAD/C'])
  t.match(made.value.read(stream('A\n')), { ok: true, value: { page: { columns: 42 } } })
  t.match(star.configured?.({ escC: 5 }), {
    ok: false,
    fault: { code: 'DRIVER_SETTINGS', path: 'escC', values: { driver: 'star' } },
  })
})

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.constantFrom<readonly number[]>(
    CUT,
    JOB,
    OVER,
    hex('1b40'),
    hex('1b69'),
    hex('1b'),
    hex('1b2a7241'),
    hex('1b2a7242'),
    hex('620200ffff'),
    hex('1b0c00'),
    [0x0a],
    [0],
  ),
  fc.constantFrom('Tổng cộng 35.000\n', 'abc', 'TỔNG\n'),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => [...bytes]),
)

void t.test('any stream, any cutting: the same documents, nothing lost, no command behind its end', async () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (parts, size) => {
      const bytes = stream(...parts)
      const whole = hear(bytes, Math.max(1, bytes.length))
      const kept = whole.frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
      for (const frame of whole.frames) readPage(frame.bytes)
      return kept + whole.discarded === bytes.length && JSON.stringify(hear(bytes, size)) === JSON.stringify(whole)
    }),
    { numRuns: runs(1000) },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 20 }), (rest, behind) => {
      const alone = Uint8Array.of(0x1b, ...rest)
      const more = Uint8Array.of(0x1b, ...rest, ...behind)
      const length = grammar.measure(alone, 0, alone.length, false)
      return length >= DESYNC && length === grammar.measure(more, 0, alone.length, false)
    }),
    { numRuns: runs(1000) },
  )
})
