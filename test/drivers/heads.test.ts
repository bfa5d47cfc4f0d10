import t from 'tap'
import { driverById } from '../../drivers/index.ts'
import { isStarts } from '../../drivers/text-grid/heads.ts'
import { ownTotals } from '../../drivers/text-grid/progress.ts'
import type { Driver, Frame, Framed, Settings } from '../../src/domain/driver.ts'
import { reader } from '../../src/reading/index.ts'
import { fc, runs } from '../property.ts'

const HEAD = 'QUÁN CÀ PHÊ MINH ANH\n12 Lê Lợi, Quận 1\n'
const CUT = '\x1dV\x00'
const starts = ['qun c ph minh anh', '12 l li, qun 1']
const bill = (no: number, foot = 'Tiền mặt:   35.000\nCảm ơn quý khách\n\n'): string =>
  `${HEAD}HÓA ĐƠN SỐ ${String(no).padStart(4, '0')}\n--------------------\nCà phê sữa  1  35.000\nTổng cộng:  35.000\n${foot}`

/** What is heard: text, or silence. */
type Heard = string | 'silence'
const driver = (id: string, settings?: Settings): Driver => {
  const bare = driverById(id)
  if (!bare) throw new Error(id)
  if (settings === undefined) return bare
  const made = bare.configured?.(settings)
  if (!made?.ok) throw new Error('settings')
  return made.value
}

function hear(by: Driver, stream: readonly Heard[], sizes: readonly number[] = [4096]): { frames: Frame[]; discarded: number } {
  const one = by.framer()
  const frames: Frame[] = []
  let discarded = 0
  let n = 0
  const take = (framed: Framed): void => {
    frames.push(...framed.frames)
    discarded += framed.discarded
  }
  for (const part of stream) {
    if (part === 'silence') {
      take(one.quiet())
      continue
    }
    const bytes = Buffer.from(part)
    for (let at = 0; at < bytes.length; ) {
      const size = sizes[n++ % sizes.length] ?? 1
      take(one.push(bytes.subarray(at, at + size)))
      at += size
    }
  }
  take(one.close(false))
  return { frames, discarded }
}

const numbers = ({ frames }: { frames: readonly Frame[] }): string[] =>
  frames.map((f) =>
    [
      ...Buffer.from(f.bytes)
        .toString()
        .matchAll(/SỐ (\d{4})/g),
    ]
      .map((m) => m[1])
      .join('+'),
  )
const outcomes = (by: Driver, frames: readonly Frame[]): string[] =>
  frames.map((f) => {
    const read = by.read(f.bytes)
    return read.ok && read.value.kind === 'page' ? reader.read(read.value.page).outcome : 'no page'
  })
/** Three documents that fell silent: what they begin with is known then. */
const known: readonly Heard[] = [bill(1), 'silence', bill(2), 'silence', bill(3), 'silence']

void t.test('a till without a knife: once its head is known, bills that come without a pause are told apart', async (t) => {
  for (const id of ['escpos', 'text', 'star']) {
    const by = driver(id)
    for (const sizes of [[4096], [1], [7, 3]]) {
      const heard = hear(by, [...known, bill(4), bill(5), bill(6)], sizes)
      t.same(numbers(heard), ['0001', '0002', '0003', '0004', '0005', '0006'], `${id} by ${sizes}`)
      t.same(outcomes(by, heard.frames), Array(6).fill('ready'))
    }
    t.same(numbers(hear(by, [bill(1) + bill(2), 'silence'])), ['0001+0002'], `${id}: nothing is known yet`)
  }
})

void t.test('the settings name the head: the first two bills are told apart already', async (t) => {
  for (const id of ['escpos', 'text', 'star'])
    t.same(numbers(hear(driver(id, { starts }), [bill(1) + bill(2)])), ['0001', '0002'], id)
  for (const wrong of [['a', 'b'], ['one line of head'], 'x', [1, 2], [' blank at its edge', 'second line']]) {
    t.notOk(isStarts(wrong))
    const made = driver('escpos').configured?.({ starts: wrong })
    t.match(made, { ok: false, fault: { code: 'DRIVER_SETTINGS', path: 'starts' } })
  }
})

void t.test('a till that prints its head at the foot as well is never split there', async (t) => {
  const both = (no: number): string => bill(no, `Tiền mặt:   35.000\n${HEAD}Cảm ơn quý khách\n\n`)
  const day = [1, 2, 3, 4, 5, 6].flatMap((no): Heard[] => [both(no), 'silence'])
  const heard = hear(driver('escpos'), day)
  t.same(numbers(heard), ['0001', '0002', '0003', '0004', '0005', '0006'])
  t.same(outcomes(driver('escpos'), heard.frames), Array(6).fill('ready'), 'each whole')
  const late = hear(driver('escpos'), [...known, both(4), 'silence', bill(5) + bill(6), 'silence'])
  t.same(numbers(late), ['0001', '0002', '0003', '0004', '', '0005+0006'], 'one that begins to do so is believed once')
  t.equal(outcomes(driver('escpos'), late.frames)[3], 'ready')
})

void t.test('a head in the body of a sale never splits it, and what a page has summed up is not sold', async (t) => {
  const body = `${HEAD}HÓA ĐƠN SỐ 0004\n--------------------\nCà phê sữa  1  35.000\n${HEAD}Trà đá  1  5.000\nTổng cộng:  40.000\nTiền mặt:   40.000\n`
  t.same(numbers(hear(driver('escpos'), [...known, body, 'silence'])), ['0001', '0002', '0003', '0004'])
  const pages = `${HEAD}HÓA ĐƠN SỐ 0004\n--------------------\nCà phê sữa  1  35.000\nTổng trang: 35.000\n${HEAD}Trà đá  1  5.000\nTổng cộng:  40.000\n`
  const heard = hear(driver('escpos'), [...known, pages, 'silence'])
  t.notOk(outcomes(driver('escpos'), heard.frames).slice(3).includes('ready'), 'neither page is a sale')
})

void t.test('where a till cuts, only its cut counts: the mark stays in its document for the stamp', async (t) => {
  const cut = (no: number): string => bill(no) + CUT
  const heard = hear(driver('escpos'), [cut(1), ...known, bill(4) + HEAD + CUT])
  t.equal(numbers(heard).at(-1), '0004')
  t.ok(heard.frames.at(-1) && (heard.frames.at(-1)?.tail ?? 0) < (heard.frames.at(-1)?.bytes.length ?? 0))
})

void t.test(
  'a shop that calls its total by a word of its own: silence and the head end its bills whole, in every alphabet',
  async (t) => {
    const own = (no: number): string => bill(no, 'Hẹn gặp lại\n').replace('Tổng cộng:', 'Vị chi nhé:')
    const by = driver('escpos', { totals: ['Vị chi nhé', '='], starts })
    t.match(hear(driver('escpos'), [own(1), 'silence']).frames, [{ torn: true }], 'unknown it looks unfinished')
    t.match(hear(by, [own(1), 'silence']).frames, [{ torn: false }])
    t.same(numbers(hear(by, [own(1) + own(2)])), ['0001', '0002'])
    const ascii = (text: string): string =>
      Buffer.from(text, 'latin1')
        .filter((b) => b < 0x80)
        .toString()
        .toLowerCase()
    for (const said of ['V\xbb chi nh\xd0', 'vi chi nhe', 'Vi\xf2 chi nhe\xec'])
      t.ok(ownTotals(['Vị chi nhé'])?.test(ascii(`  ${said}  35.000`)), said)
    t.notOk(ownTotals(['Vị chi nhé'])?.test('dich vi chic 35.000'))
    t.equal(ownTotals(['=', 'ố']), undefined, 'too little to know a line by')
  },
)

void t.test(
  'bills, kitchen tickets, silence and cuts in any order: the same documents however the bytes come, none lost',
  async () => {
    const part = fc.oneof(
      fc.nat(9).map((no) => bill(no)),
      fc.constantFrom<Heard>(
        'silence',
        HEAD,
        `${HEAD}PHIẾU BẾP\n2 Cà phê\n`,
        'Tổng cộng 5.000\n',
        CUT,
        '\x1b@',
        '\n\n\n',
        '\x0c',
        '\r\n',
      ),
    )
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 24 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 }),
        fc.constantFrom('escpos', 'text', 'star'),
        fc.boolean(),
        (stream, sizes, id, told) => {
          const by = driver(id, told ? { starts } : undefined)
          const whole = hear(by, stream)
          const bytes = stream.filter((p) => p !== 'silence').reduce((n, p) => n + Buffer.byteLength(p), 0)
          const kept = whole.frames.reduce((n, f) => n + f.bytes.length, whole.discarded)
          return kept === bytes && JSON.stringify(hear(by, stream, sizes)) === JSON.stringify(whole)
        },
      ),
      { numRuns: runs(300) },
    )
  },
)
