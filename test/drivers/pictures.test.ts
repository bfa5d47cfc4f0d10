import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { escpos } from '../../drivers/escpos/index.ts'
import { linesOf } from '../../drivers/glyphs/cut.ts'
import { lookUp } from '../../drivers/glyphs/look-up.ts'
import { isGlyphMap, learn } from '../../drivers/glyphs/map.ts'
import { png } from '../../src/dashboard/png.ts'
import type { Bitmap, Page } from '../../src/domain/page.ts'
import { reader } from '../../src/reading/reader.ts'
import { fc, runs } from '../property.ts'

const SAMPLES = new URL('../../drivers/escpos/samples/', import.meta.url)
const picturesOf = (bytes: Uint8Array): readonly Bitmap[] => escpos.pictures?.(bytes) ?? []
const stride = (width: number): number => (width + 7) >> 3
const dot = ({ width, bits }: Bitmap, x: number, y: number): number =>
  ((bits[y * stride(width) + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1

const blank = (width: number, height: number): Bitmap => ({ width, height, bits: new Uint8Array(stride(width) * height) })
const ink = ({ width, bits }: Bitmap, x: number, y: number): void => {
  const at = y * stride(width) + (x >> 3)
  bits[at] = (bits[at] ?? 0) | (0x80 >> (x & 7))
}
const low = (n: number): number => n & 0xff
const high = (n: number): number => n >> 8

/** Rows first, as `GS v 0` wants it, in bands of `band` rows. */
function raster(picture: Bitmap, band = 24): Buffer {
  const across = stride(picture.width)
  const pieces: Buffer[] = []
  for (let top = 0; top < picture.height; top += band) {
    const rows = Math.min(band, picture.height - top)
    const data = picture.bits.subarray(top * across, (top + rows) * across)
    pieces.push(Buffer.from([0x1d, 0x76, 0x30, 0, low(across), high(across), low(rows), high(rows)]), Buffer.from(data))
  }
  return Buffer.concat(pieces)
}

/** Columns first, 24 dots high, as `ESC * 33` wants it, lines fed without a gap. */
function strips(picture: Bitmap): Buffer {
  const pieces: Buffer[] = [Buffer.from([0x1b, 0x33, 0])]
  for (let top = 0; top < picture.height; top += 24) {
    const data = Buffer.alloc(picture.width * 3)
    for (let x = 0; x < picture.width; x++)
      for (let y = 0; y < 24 && top + y < picture.height; y++)
        if (dot(picture, x, top + y)) data[x * 3 + (y >> 3)] = (data[x * 3 + (y >> 3)] ?? 0) | (0x80 >> (y & 7))
    pieces.push(Buffer.from([0x1b, 0x2a, 33, low(picture.width), high(picture.width)]), data, Buffer.from([0x0a]))
  }
  return Buffer.concat(pieces)
}

/** `GS ( L` function 112: stored, then printed by function 50. */
function graphics(picture: Bitmap): Buffer {
  const head = [0x30, 112, 0x30, 1, 1, 0x31, low(picture.width), high(picture.width), low(picture.height), high(picture.height)]
  const size = head.length + picture.bits.length
  return Buffer.concat([
    Buffer.from([0x1d, 0x28, 0x4c, low(size), high(size), ...head]),
    Buffer.from(picture.bits),
    Buffer.from([0x1d, 0x28, 0x4c, 2, 0, 0x30, 50]),
  ])
}

void t.test('one picture, however it is sent', (t) => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 12 }).map((n) => n * 8),
    fc.integer({ min: 1, max: 4 }).map((n) => n * 24),
  )
  fc.assert(
    fc.property(
      sizes.chain(([width, height]) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          bits: fc.uint8Array({ minLength: (width / 8) * height, maxLength: (width / 8) * height }),
        }),
      ),
      (picture) => {
        for (const bytes of [raster(picture), strips(picture), graphics(picture)]) {
          const [found, more] = picturesOf(bytes)
          if (!found || more) throw new Error('not one picture')
          if (found.width !== picture.width || found.height !== picture.height) throw new Error(`${found.width}x${found.height}`)
          if (Buffer.compare(found.bits, picture.bits) !== 0) throw new Error('other dots')
        }
      },
    ),
    { numRuns: runs(100) },
  )
  const small = blank(8, 1)
  ink(small, 0, 0)
  ink(small, 7, 0)
  const twice = picturesOf(Buffer.from([0x1d, 0x76, 0x30, 3, 1, 0, 1, 0, 0x81]))[0]
  t.match(twice, { width: 16, height: 2 }, 'both doubled')
  t.same(twice && [...twice.bits], [0xc0, 0x03, 0xc0, 0x03])
  t.same(picturesOf(Buffer.from('HÓA ĐƠN\n')), [])
  t.end()
})

/** The dots of a PNG as we write it, or what is wrong with it. */
function decoded(t: Test, image: Buffer): { width: number; height: number; rows: Buffer } {
  t.equal(image.subarray(0, 8).toString('hex'), '89504e470d0a1a0a')
  const width = image.readUInt32BE(16)
  const size = image.readUInt32BE(33)
  t.equal(image.subarray(37, 41).toString('latin1'), 'IDAT')
  return { width, height: image.readUInt32BE(20), rows: inflateSync(image.subarray(41, 41 + size)) }
}

void t.test('a receipt that is a picture: kept, drawn, never read as a sale', (t) => {
  const bytes = readFileSync(new URL('d06-raster-only-k80.bin', SAMPLES))
  const [frame] = escpos.framer().push(bytes).frames
  if (!frame) throw new Error('no frame')
  const [picture, ...more] = picturesOf(frame.bytes)
  if (!picture) throw new Error('no picture')
  t.match(picture, { width: 576, height: 520 })
  t.same(more, [])
  const { width, height, rows } = decoded(t, png([picture]))
  t.same([width, height, rows.length], [576, 520, 73 * 520])
  for (let y = 0; y < height; y++) {
    const row = Buffer.from(picture.bits.subarray(y * 72, y * 72 + 72).map((byte) => ~byte & 0xff))
    if (rows[y * 73] !== 0 || Buffer.compare(rows.subarray(y * 73 + 1, y * 73 + 73), row) !== 0) t.fail(`row ${y} differs`)
  }
  const narrow = decoded(t, png([blank(3, 1), picture]))
  t.same([narrow.width, narrow.height, narrow.rows[1]], [576, 521, 0xff], 'beside a narrow picture there is paper')
  const read = escpos.read(frame.bytes)
  const page = read.ok && read.value.kind === 'page' ? read.value.page : undefined
  t.match(page && reader.read(page), { outcome: 'unreadable', fault: { code: 'DRIVER_IMAGE_ONLY' } })
  t.end()
})

/** A face nobody has seen: each letter is a pattern of its own, twelve dots from the next. */
function typeset(lines: readonly string[]): Bitmap {
  const bitmap = blank(48 * 12, lines.length * 24)
  for (const [n, line] of lines.entries())
    for (const [column, letter] of [...line].entries()) {
      if (letter === ' ') continue
      let seed = (letter.codePointAt(0) ?? 0) * 2_654_435_761
      for (let y = 0; y < 16; y++)
        for (let x = 0; x < 9; x++) {
          seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
          // A frame of dots keeps each letter in one piece.
          if (y === 0 || y === 15 || x === 0 || seed % 5 < 2) ink(bitmap, column * 12 + x, n * 24 + y)
        }
    }
  return bitmap
}

const bill = (no: string, items: readonly (readonly [string, number, number])[]): string[] => {
  const money = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '.')
  const total = items.reduce((sum, [, qty, price]) => sum + qty * price, 0)
  return [
    '               QUÁN ĂN BÀ TƯ',
    '            HÓA ĐƠN THANH TOÁN',
    `Số HĐ: ${no}`,
    '----------------------------------------------',
    'Tên món              SL     Đ.Giá      T.Tiền',
    '----------------------------------------------',
    ...items.map(([name, qty, price]) =>
      [name.padEnd(20), String(qty).padStart(3), money(price).padStart(10), money(qty * price).padStart(12)].join(''),
    ),
    '----------------------------------------------',
    `Thanh toán:${money(total).padStart(34)}`,
  ]
}

void t.test('letters of one till are looked up dot by dot; one unknown mark and nothing is sold', (t) => {
  const taught = bill('1234567890', [
    ['Bún bò Huế đặc biệt', 2, 55_000],
    ['Nem lụi (phần)', 3, 60_000],
    ['Trà đá', 4, 5_000],
  ])
  const learned = learn(linesOf(typeset(taught)), taught)
  if (!learned) throw new Error('nothing learned')
  t.same(learned.unused, [])
  t.ok(isGlyphMap(learned.map))
  const next = bill('0987654321', [
    ['Trà Huế', 5, 45_000],
    ['Bún đặc biệt', 1, 160_000],
  ])
  const found = lookUp(typeset(next), learned.map)
  t.equal(found.unknown, 0)
  t.same(
    found.lines.map((line) => line.trimEnd()),
    next,
  )

  const pageOf = (lines: readonly string[]): Page => {
    const bytes = Buffer.concat([raster(typeset(lines)), Buffer.from([0x1d, 0x56, 0])])
    const taughtDriver = escpos.configured?.({ glyphs: learned.map })
    const read = taughtDriver?.ok ? taughtDriver.value.read(bytes) : undefined
    if (!read?.ok || read.value.kind !== 'page') throw new Error('no page')
    return read.value.page
  }
  t.match(escpos.configured?.({ glyphs: { version: 1 } }), { fault: { code: 'DRIVER_SETTINGS', path: 'glyphs' } })
  t.match(reader.read(pageOf(next)), {
    outcome: 'ready',
    receipt: { receiptNo: '0987654321', total: 385_000n, lines: [{ name: 'Trà Huế' }, { name: 'Bún đặc biệt' }] },
  })
  const strange = reader.read(pageOf(bill('1', [['Xôi', 1, 10_000]])))
  t.match(strange, { outcome: 'held', fault: { code: 'DRIVER_GLYPHS' } }, 'X and ô were never seen')
  t.equal(learn(linesOf(typeset(taught)), taught.slice(1)), undefined, 'a line is missing: nothing is certain')
  t.end()
})

void t.test('the picture of the register paper teaches its own letters, tones drawn apart included', (t) => {
  const truth = JSON.parse(readFileSync(new URL('d06-raster-only-k80.expected.json', SAMPLES), 'utf8')) as {
    documents: { ocr: { text: string[] } }[]
  }
  const texts = truth.documents[0]?.ocr.text ?? []
  const [picture] = picturesOf(readFileSync(new URL('d06-raster-only-k80.bin', SAMPLES)))
  const learned = picture && learn(linesOf(picture), texts)
  if (!picture || !learned) throw new Error('nothing learned')
  t.same(learned.unused, [])
  const { lines, unknown } = lookUp(picture, learned.map)
  t.equal(unknown, 0)
  t.same(
    lines.map((line) => line.trim()),
    texts.map((line) => line.trim()),
  )
  // One dot more and the mark is another one.
  const touched: Bitmap = { ...picture, bits: Uint8Array.from(picture.bits) }
  const [line] = linesOf(picture).slice(-5)
  const [glyph] = line?.glyphs.slice(-1) ?? []
  if (!line || !glyph) throw new Error('no amount')
  for (let y = line.top; y < line.bottom; y++) ink(touched, glyph.left, y)
  t.ok(lookUp(touched, learned.map).unknown > 0)
  t.end()
})
