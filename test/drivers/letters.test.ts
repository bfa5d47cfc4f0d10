import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { escpos } from '../../drivers/escpos/index.ts'
import { readPage } from '../../drivers/escpos/read.ts'
import { select } from '../../drivers/escpos/stamp.ts'
import { tcvn3, tcvn3Capitals, viscii, vn1 } from '../../drivers/text-grid/code-pages.ts'
import { alphabet, encode, unaccented } from '../../drivers/text-grid/encode.ts'
import { lettering as letteringBy } from '../../drivers/text-grid/lettering.ts'
import { isSyllable } from '../../drivers/text-grid/syllable.ts'
import { decodeVni, encodeVni } from '../../drivers/text-grid/vni.ts'
import { foldLetters } from '../../src/domain/fold.ts'
import type { Page } from '../../src/domain/page.ts'
import { fc, runs } from '../property.ts'

const samples = join(import.meta.dirname, '../../drivers/escpos/samples')

/** The text of real receipts: every line of the samples that hold words. */
const receipts: string[][] = [
  'd01-retail-k80-utf8',
  'd02-cafe-k58-tcvn3',
  'd03-supermarket-k80-cp1258',
  'd04-restaurant-three-documents',
]
  .map(
    (name) =>
      JSON.parse(readFileSync(join(samples, `${name}.expected.json`), 'utf8')) as { documents: { textLines: string[] }[] },
  )
  .flatMap((sample) => sample.documents.map((document) => document.textLines))

const lettering = (page: Page) => letteringBy(page, select)
const LF = Buffer.of(0x0a)
const printed = (lines: readonly string[], write: (text: string) => Uint8Array): Uint8Array =>
  Buffer.concat(lines.flatMap((line) => [write(line), LF]))
const words = (page: Page): string[] => page.rows.map((row) => row.text.replace(/\s+/g, ' ').trim()).filter((line) => line !== '')
const blank = (encoding: string): Page => ({
  columns: 48,
  encoding,
  rows: [],
  barcodes: [],
  qrs: [],
  pictures: [],
  boundary: 'cut',
  unknown: 0,
  desync: false,
})

void t.test('a receipt sent in any Vietnamese alphabet is recognised and read letter for letter', async (t) => {
  for (const encoding of ['utf-8', 'vn1', 'windows-1258', 'viscii', 'vni', 'tcvn3']) {
    for (const [i, lines] of receipts.entries()) {
      const page = readPage(printed(lines, lettering(blank(encoding)).write))
      t.same(words(page), lines, `${encoding} ${i}`)
      t.equal(page.doubt, undefined, `${encoding} ${i} without doubt, as ${page.encoding}`)
    }
  }
})

void t.test('one-page TCVN3 has no toned capitals: they come small or bare, and the words are sure all the same', async (t) => {
  for (const lines of receipts) {
    const abc = lines.map((line) =>
      line.replace(/\p{Lu}/gu, (letter) => (alphabet('tcvn3-abc')(letter) ? letter : letter.toLowerCase())),
    )
    const page = readPage(printed(abc, (text) => encode(text, alphabet('tcvn3-abc'))))
    t.same(words(page).map(foldLetters), lines.map(foldLetters))
    t.equal(page.doubt, undefined)
    t.match(page.encoding, /tcvn3-abc|vn1/)
  }
})

void t.test('a page says how sure its letters are and what they might be instead', async (t) => {
  const [lines = []] = receipts.slice(2)
  const page = readPage(printed(lines, (text) => encode(text, alphabet('windows-1258'))))
  t.match(page.letters, { pinned: false, rival: { encoding: String, score: Number } })
  t.ok((page.letters?.score ?? 0) > 0.9 && (page.letters?.rival?.score ?? 1) < 0.5, JSON.stringify(page.letters))
  t.ok((page.letters?.words ?? 0) > 20)
  t.equal(readPage(Buffer.from('TONG 35.000\n')).letters, undefined, 'nothing beyond ASCII, nothing to be unsure of')
})

void t.test('pinned letters are read whatever the bytes say, and a drift is told', async (t) => {
  const names = {
    'windows-1258': 'windows-1258',
    tcvn: 'vn1',
    viscii: 'viscii',
    vni: 'vni',
    'utf-8': 'utf-8',
    'tcvn-pages': 'tcvn3',
  }
  const [lines = []] = receipts.slice(2)
  for (const [name, encoding] of Object.entries(names)) {
    const made = escpos.configured?.({ encoding: name })
    if (!made?.ok) throw new Error(name)
    const read = (text: readonly string[], as: string): Page => {
      const page = made.value.read(printed(text, lettering(blank(as)).write))
      if (!page.ok || page.value.kind !== 'page') throw new Error('no page')
      return page.value.page
    }
    const page = read(lines, encoding)
    t.same(words(page), lines, name)
    t.match(page, { encoding, doubt: undefined, letters: { pinned: true } }, name)
    t.equal(read(['Nestlé 35.000'], encoding).doubt, undefined, `${name}: one foreign word is no drift`)
    const other = encoding === 'viscii' ? 'utf-8' : 'viscii'
    t.equal(read(lines, other).doubt, 'DRIVER_ENCODING_DRIFT', `${name}: sent in ${other}`)
    t.equal(read(['TONG 35.000'], 'ascii').doubt, undefined, `${name}: plain letters are in every alphabet`)
  }
})

void t.test('unaccented output is common and valid', async (t) => {
  const lines = receipts.flat().map((line) => [...line].map(unaccented).join(''))
  const page = readPage(printed(lines, (text) => Buffer.from(text, 'latin1')))
  t.equal(page.encoding, 'ascii')
  t.equal(page.doubt, undefined)
  t.same(words(page), lines)
})

void t.test('one page number, two alphabets: windows-1258 until a letter is missing, TCVN behind the next ESC t', async (t) => {
  const [lines = []] = receipts.slice(2)
  const half = Math.floor(lines.length / 2)
  const bytes = Buffer.concat([
    Buffer.of(0x1b, 0x74, 52),
    printed(lines.slice(0, half), (text) => encode(text, alphabet('windows-1258'))),
    Buffer.of(0x1b, 0x74, 52),
    printed(lines.slice(half), (text) => encode(text, alphabet('vn1'))),
  ])
  const page = readPage(bytes)
  t.same(words(page), lines)
  t.equal(page.doubt, undefined)
  t.match(page.encoding, /^windows-1258\+(vn1|tcvn3-abc)$/)
})

void t.test('a word over three pages: TCVN pair with Đ borrowed from CP852 and Ó from CP850', async (t) => {
  const on = (n: number, ...bytes: number[]): Buffer => Buffer.of(0x1b, 0x74, n, ...bytes)
  const head = Buffer.concat([
    Buffer.from('H'),
    on(2, 0xe0),
    Buffer.from('A '),
    on(18, 0xd1),
    on(31, 0xac),
    Buffer.from('N B'),
    on(31, 0xb8),
    Buffer.from('N H'),
    on(31, 0xb5),
    Buffer.from('NG\n'),
  ])
  const body = lettering({ ...blank('tcvn3'), printer: { codePage: 30, prepare: new Uint8Array(), resume: new Uint8Array() } })
  const page = readPage(Buffer.concat([head, printed(['Tổng cộng: 35.000', 'Cảm ơn quý khách'], body.write)]))
  t.same(words(page), ['HÓA ĐƠN BÁN HÀNG', 'Tổng cộng: 35.000', 'Cảm ơn quý khách'])
  t.equal(page.encoding, 'tcvn3')
  t.equal(page.doubt, undefined)
})

void t.test('capitals in control bytes are letters beside letters, noise elsewhere', async (t) => {
  const bytes = encode('PHIẾU THANH TOÁN\nỨNG TRƯỚC', alphabet('vn1'))
  t.ok(bytes.includes(0x11), 'Ứ is a control byte in VN1')
  const page = readPage(Buffer.concat([bytes, LF, Buffer.of(0x06, 0x00), Buffer.from('NTP-56\n')]))
  t.same(words(page), ['PHIẾU THANH TOÁN ỨNG TRƯỚC', 'NTP-56'])
})

void t.test('box characters of CP437 draw rules in the middle of TCVN text', async (t) => {
  const rule = Buffer.of(0xda, ...Array<number>(30).fill(0xc4), 0xbf, 0x0a)
  const page = readPage(Buffer.concat([rule, printed(['Hóa đơn', 'Tổng tiền: 45.000đ'], lettering(blank('tcvn3')).write), rule]))
  t.same(words(page), [`┌${'─'.repeat(30)}┐`, 'Hóa đơn', 'Tổng tiền: 45.000đ', `┌${'─'.repeat(30)}┐`])
  t.equal(page.doubt, undefined)
})

void t.test('bytes that are Vietnamese in no alphabet raise the doubt, and the amounts stay', async (t) => {
  const noise = Buffer.from('T\x99\x9ang c\x81\x82ng \xfe\xff\xa1 100.000\n\x8f\x8e\xd0\xe1\x90 xyz 35.000\n', 'latin1')
  const page = readPage(noise)
  t.equal(page.doubt, 'DRIVER_ENCODING')
  t.match(words(page).join(' '), /100\.000.*35\.000/)
})

void t.test('letters the host drew itself are not guessed', async (t) => {
  const page = readPage(
    Buffer.concat([Buffer.of(0x1b, 0x26, 3, 0x41, 0x41, 1, 1, 2, 3, 0x1b, 0x25, 1), Buffer.from('TONG A 35.000\n')]),
  )
  t.equal(page.doubt, 'DRIVER_CUSTOM_GLYPHS')
})

void t.test('control, bidi and zero-width characters never reach a name; decomposed text is composed', async (t) => {
  const page = readPage(Buffer.from('Ca\u0300 phe\u0302\u200b \u202esữa\u2069\ufeff đá\u0085 35.000\n', 'utf8'))
  t.same(words(page), ['Cà phê sữa đá 35.000'])
})

void t.test('a UTF-8 letter split by a command in the middle is one letter', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('Ti', 'utf8'),
    Buffer.of(0xe1, 0x1b, 0x45, 1, 0xbb, 0x1b, 0x45, 0, 0x81),
    Buffer.from('n mặt\n', 'utf8'),
  ])
  const page = readPage(bytes)
  t.same(words(page), ['Tiền mặt'])
  t.equal(page.encoding, 'utf-8')
})

void t.test(
  'the tables hold all 134 accented letters, and TCVN pages agree with the standard where both have a letter',
  async (t) => {
    const letters = [...'aăâeêioôơuưy'].flatMap((base) =>
      ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'].map((tone) => (base + tone).normalize('NFC')),
    )
    const all = [...new Set([...letters, 'đ'].flatMap((letter) => [letter, letter.toUpperCase()]))].filter(
      (letter) => letter > '\x7f',
    )
    t.equal(all.length, 134)
    for (const letter of all) {
      t.ok(vn1().includes(letter) && viscii().includes(letter), letter)
      t.ok(tcvn3().includes(letter) || tcvn3Capitals().includes(letter), letter)
      t.equal(decodeVni(Uint8Array.from(encodeVni(letter) ?? [])), letter)
      t.ok(alphabet('windows-1258')(letter), letter)
    }
    t.equal(tcvn3()[0xaa], 'ê')
    t.equal(tcvn3Capitals()[0xaa], 'Ê')
    t.equal(tcvn3()[0xc5], '', 'toned capitals are not on the small page')
  },
)

void t.test('spelling tells syllables from noise', async (t) => {
  for (const word of 'nghiêng quý quốc giữa gì giết Đường THUẾ thuở khuya huỳnh nguyễn ướt yêu ngoặc quyển'.split(' '))
    t.ok(isSyllable(word), word)
  for (const word of 'càc ngừp zôn tỗnk þóa ưđ bcd éà côcà'.split(' ')) t.notOk(isSyllable(word), word)
})

void t.test('whatever the bytes, a page comes out clean, composed and the same again', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const page = readPage(bytes)
      const text = page.rows.map((row) => row.text).join('\n')
      const clean = !/[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(text)
      return clean && text === text.normalize('NFC') && JSON.stringify(readPage(bytes)) === JSON.stringify(page)
    }),
    { numRuns: runs(300) },
  )
})

void t.test('noise that names a page on every line is given up soon: it reads on the thread of the tills', (t) => {
  let seed = 7
  const noise = (): number => 0xa0 + ((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % 90)
  const line = (): number[] => [0x1b, 0x74, 30, ...Array.from({ length: 36 }, noise), 0x0a]
  const frame = Uint8Array.from(Array.from({ length: 400 }, line).flat())
  const before = process.cpuUsage()
  const page = readPage(frame)
  const { user } = process.cpuUsage(before)
  t.equal(page.doubt, 'DRIVER_ENCODING')
  t.ok(user < 1_000_000, `${Math.round(user / 1_000)} ms of the processor; every pair of alphabets at every turn takes seconds`)
  t.end()
})
