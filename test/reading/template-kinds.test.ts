import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openBoard } from '../../src/board.ts'
import { documents } from '../../src/commands/read.ts'
import { templateCheck, templateLearn } from '../../src/commands/template.ts'
import { dialectOf } from '../../src/dialect.ts'
import type { Settings } from '../../src/domain/driver.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import type { Template, TemplateKind } from '../../src/domain/template.ts'
import { reader } from '../../src/reading/index.ts'
import { learn } from '../../src/reading/learn/learn.ts'
import { wellRead } from '../../src/reading/template-rules.ts'
import { parseTemplate } from '../../src/reading/template-schema.ts'
import { taught, templated, templateReader, templatesOf } from '../../src/shop-template.ts'
import { folder } from '../folder.ts'
import { testClock } from '../journeys/clock.ts'
import { fc, runs } from '../property.ts'
import { type Ticket, tavern, ticket, totalOf } from './own-layouts.ts'
import { pageOf } from './page.ts'

const vnd = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '.')

/** The tavern's other papers, in words of its own. */
const giveBack = (t: Ticket): string =>
  tavern({ ...t, off: 0 })
    .replace('===', 'GIẤY NHẬN ĐỒ LẠI\n===')
    .replace('Hẹn gặp lại', `Lấy từ lượt gốc ${String(t.no + 500).padStart(4, '0')}`)
const draft = (t: Ticket): string => tavern({ ...t, off: 0 }).replace('===', 'GIẤY COI TRƯỚC\n===')
const takings = (no: number) => ({ cash: 1_250_000 + no * 35_000, card: 480_000 + no * 7_000 })
const evening = (no: number): string => {
  const { cash, card } = takings(no)
  return [
    '      QUÁN NHẬU BA KHÍA',
    '   45 Trần Phú, Bạc Liêu',
    'GIẤY CUỐI BUỔI',
    `Tờ số Z${String(no).padStart(4, '0')}`,
    '--------------------------------',
    `Lẩu mắm          ${vnd(180_000 * (1 + (no % 3)))}`,
    ...(no % 2 === 0 ? [`Bia 333           ${vnd(16_000 * no)}`] : []),
    '--------------------------------',
    `Tiền tươi        ${vnd(cash)}`,
    `Quẹt              ${vnd(card)}`,
    `Buổi này được    ${vnd(cash + card)}`,
  ].join('\n')
}

const PAPERS: readonly (readonly [TemplateKind, (no: number) => string])[] = [
  ['sale', (no) => tavern(ticket(no))],
  ['refund', (no) => giveBack(ticket(no))],
  ['provisional', (no) => draft(ticket(no))],
  ['report', evening],
]

function learned(kind: TemplateKind, print: (no: number) => string): Template {
  const samples = [1, 2, 3].map((n) => ({ page: pageOf(print(n)), sha256: String(n).repeat(64) }))
  const got = learn(samples, kind, undefined, kind)
  if (!got) throw new Error(`nothing learned of ${kind}`)
  return { ...got.template, mode: 'live' }
}
const all: readonly Template[] = PAPERS.map(([kind, print]) => learned(kind, print))
const told = (reading: Reading): string => JSON.stringify(reading, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))

void t.test('a template for each kind of paper: each reads its own, whichever way they are listed', async (t) => {
  for (const templates of [all, all.toReversed()])
    for (const [kind, print] of PAPERS)
      for (let n = 4; n < 24; n++) {
        const reading = reader.read(pageOf(print(n)), templates)
        if (!wellRead(kind, reading)) t.fail(`${kind} ${n}: ${told(reading)}\n${print(n)}`)
        if (kind === 'report') {
          const { cash, card } = takings(n)
          t.match(reading, { why: 'closing', totals: { pay: BigInt(cash + card), counter: `Z${String(n).padStart(4, '0')}` } })
        } else {
          const receipt = 'receipt' in reading ? reading.receipt : undefined
          const sold = ticket(n)
          t.equal(receipt?.total, BigInt(totalOf(kind === 'sale' ? sold : { ...sold, off: 0 })), `${kind} ${n}`)
          t.equal(receipt?.lines.length, sold.goods.length)
        }
      }
  for (const template of all) t.ok(parseTemplate(JSON.stringify(template)).ok, `${template.kind}: a valid file`)
})

void t.test('what a return gives back and which sale it names is known to the desk, and it never becomes a sale', async (t) => {
  const named = all.map((one) => (one.kind === 'refund' ? { ...one, head: ['Lấy từ lượt gốc {original}'] } : one))
  const refund = reader.read(pageOf(giveBack(ticket(5))), named)
  t.match(refund, { kind: 'refund', outcome: 'held', fault: { code: 'SALE_REFUND' }, ties: { refersTo: '0505' } })
  t.match(reader.read(pageOf(draft(ticket(5))), all), { kind: 'provisional', outcome: 'ignored', why: 'provisional' })
})

void t.test('a changed layout of one kind holds only papers of that kind', async (t) => {
  const changes: readonly (readonly [TemplateKind, (text: string) => string])[] = [
    ['refund', (s) => s.replaceAll(' phần x ', ' suất ăn x ')],
    ['provisional', (s) => s.replace('Chốt', 'Tất cả')],
    ['report', (s) => s.replace('Buổi này được', 'Tối nay được')],
    ['report', (s) => s.replace('Tiền tươi', 'Tiền mặt trong hộp')],
    ['report', (s) => s.replace('QUÁN NHẬU BA KHÍA', 'BA KHÍA QUÁN')],
  ]
  for (const [kind, change] of changes) {
    const print = PAPERS.find(([k]) => k === kind)?.[1]
    t.match(
      reader.read(pageOf(change(print?.(7) ?? '')), all),
      { kind, outcome: 'held', fault: { code: 'TEMPLATE_CHANGED' } },
      kind,
    )
    t.equal(reader.read(pageOf(tavern(ticket(7))), all).outcome, 'ready', 'sales go on')
  }
})

void t.test(
  'the board speaks of the kind whose paper changed, shadow counts by kind, and files only kept decide nothing',
  async (t) => {
    const board = openBoard(testClock())
    const nothing = (): void => {}
    const log: Log = { error: nothing, warn: nothing, info: nothing, debug: nothing }
    const modes: Readonly<Record<TemplateKind, Template['mode']>> = {
      ...{ sale: 'live', refund: 'shadow', provisional: 'live', report: 'learn', void: 'learn' },
    }
    const mixed = templateReader(
      all.map((one) => ({ ...one, mode: modes[one.kind] })),
      { register: 'R017', board, log },
    )
    const page = pageOf(giveBack(ticket(5)))
    t.match(mixed.read(page), { outcome: 'held', kind: 'refund', fault: { code: 'READING_KIND' } }, 'on trial, but never sold')
    mixed.read(page)
    t.match(board.all()['template/R017/refund'], {
      key: 'board.template.shadow',
      values: { template: 'refund', same: '0', alone: '1', other: '0', unread: '0' },
    })
    mixed.read(pageOf(draft(ticket(4)).replace('Chốt', 'Tất cả')))
    t.match(board.all()['template/R017/provisional'], { level: 'serious', key: 'board.template.changed' })
    t.equal(mixed.read(pageOf(tavern(ticket(4)))).outcome, 'ready')
    mixed.read(pageOf(draft(ticket(8))))
    t.notOk(board.all()['template/R017/provisional'], 'one that fits again clears it')
    t.not(mixed.read(pageOf(evening(4))).outcome, 'ready')
    t.notOk(board.all()['template/R017/report'])
  },
)

void t.test(
  'a register names one file or several; two for its sales, or a title that every sale bears, are refused',
  async (t) => {
    const files = Object.fromEntries(all.map((one) => [`${one.kind}.json`, JSON.stringify(one)]))
    const greedy = { ...all[2], titles: { is: ['Quán nhậu Ba Khía'] } }
    const dir = folder(t, { ...files, 'greedy.json': JSON.stringify(greedy), 'again.json': JSON.stringify(all[0]) })
    const named = (template: unknown) =>
      templatesOf({ values: { registers: [{ id: 'R017', template }] }, path: (f: string) => join(dir, f) } as never)
    const several = named(['sale.json', 'refund.json', 'report.json'])
    t.same(several.ok && several.value.get('R017')?.map((one) => one.kind), ['sale', 'refund', 'report'])
    const one = named('sale.json')
    t.same(one.ok && one.value.get('R017')?.length, 1, 'as configurations of before say it')
    t.match(named(['sale.json', 'again.json']), { fault: { code: 'TEMPLATE_INVALID', path: 'registers.0.template.1' } })
    t.match(named(['greedy.json', 'sale.json']), { fault: { code: 'TEMPLATE_INVALID', path: 'registers.0.template.0' } })
  },
)

void t.test('a template file of another kind needs its title, a report names no goods', async (t) => {
  const [sale, refund, , report] = all
  const tried = (template: object): string | undefined => {
    const made = parseTemplate(JSON.stringify(template))
    return made.ok ? 'ok' : made.fault.path
  }
  t.equal(tried({ ...refund, titles: undefined }), 'titles.is')
  t.equal(tried({ ...report, items: sale?.items }), 'items')
  t.equal(tried({ ...sale, items: [] }), 'items')
  t.equal(tried({ ...report, totals: [...(report?.totals ?? []), { line: 'Bớt {amount}', is: 'discount' }] }), 'totals.3.is')
  t.equal(
    tried({ ...sale, totals: [...(sale?.totals ?? []), { line: 'Suất {rate} {amount}', is: 'rate' }] })?.slice(0, 6),
    'totals',
  )
})

void t.test('a figure changed in a report: its parts do not add up, so nothing is compared with it', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 400 }), fc.nat(), fc.constantFrom(...'0123456789'), (n, where, put) => {
      const text = evening(n)
      const at = where % text.length
      const reading = reader.read(pageOf(text.slice(0, at) + put + text.slice(at + 1)), all)
      if (reading.outcome === 'ready') return false
      if (reading.outcome !== 'ignored' || reading.totals?.pay === undefined) return true
      const { cash, card } = takings(n)
      return reading.totals.pay === BigInt(cash + card)
    }),
    { numRuns: runs(300) },
  )
})

void t.test('one character changed in any paper: never another total, and what its title names is never sold', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PAPERS),
      fc.integer({ min: 4, max: 400 }),
      fc.nat(),
      fc.constantFrom(...'0123456789.-x '),
      ([kind, print], n, where, put) => {
        const text = print(n)
        const title = text.indexOf('GIẤY')
        const at = where % text.length
        // A title that nobody knows any more names nothing.
        if (kind !== 'sale' && at >= title - 1 && at <= text.indexOf('\n', title)) return true
        const reading = reader.read(pageOf(text.slice(0, at) + put + text.slice(at + 1)), all)
        return reading.outcome !== 'ready' || (kind === 'sale' && reading.receipt.total === BigInt(totalOf(ticket(n))))
      },
    ),
    { numRuns: runs(300) },
  )
})

void t.test('tillgate template learn --kind, the kind proposed from the papers, --settings as read has it', async (t) => {
  const dir = folder(t)
  let err = ''
  const io = { out: (): void => {}, err: (text: string): void => void (err += text) }
  const put = (name: string, text: string, encode: (s: string) => Uint8Array = Buffer.from): string => {
    const file = join(dir, `${name}.bin`)
    writeFileSync(file, Buffer.concat([Buffer.from('\x1b@'), encode(text), Buffer.from('\n\n\n\x1dV\x01')]))
    return file
  }
  const made = (name: string): Template => JSON.parse(readFileSync(join(dir, name), 'utf8')) as Template
  const returns = [1, 2, 3].map((n) => put(`r${n}`, giveBack(ticket(n))))
  t.equal(await templateLearn({ files: returns, kind: 'refund', out: join(dir, 'r.json'), lang: 'vi' }, io), 0, err)
  t.match(made('r.json'), { kind: 'refund', titles: { is: ['GIẤY NHẬN ĐỒ LẠI'] } })
  t.match(err, /Loại: phiếu trả hàng/)
  t.equal(await templateCheck({ template: join(dir, 'r.json'), files: returns, lang: 'vi' }, io), 0)
  t.equal(await templateCheck({ template: join(dir, 'r.json'), files: [put('s', tavern(ticket(3)))], lang: 'vi' }, io), 1)
  const usual = [1, 2, 3].map((n) => put(`z${n}`, evening(n).replace('GIẤY CUỐI BUỔI', 'BÁO CÁO CUỐI NGÀY')))
  t.equal(await templateLearn({ files: usual, out: join(dir, 'z.json'), lang: 'vi' }, io), 0, err)
  t.match(made('z.json'), { kind: 'report', items: [], titles: { is: ['BÁO CÁO CUỐI NGÀY'] } }, 'no sale among them')
  t.equal(await templateLearn({ files: usual, kind: 'kitchen', lang: 'en' }, io), 2)
  t.match(err, /TEMPLATE_KIND/)

  const settings = join(dir, 'settings.json')
  writeFileSync(settings, JSON.stringify({ columns: 33 }))
  const sold = [1, 2, 3].map((n) => put(`s${n}`, tavern(ticket(n))))
  const pinned = { files: sold, driver: 'escpos', settings, out: join(dir, 's.json'), lang: 'vi' as const }
  t.equal(await templateLearn(pinned, io), 0, err)
  t.equal(made('s.json').columns, 33, 'read as the register is set')
  t.equal(await templateCheck({ ...pinned, template: join(dir, 's.json') }, io), 0)
  writeFileSync(settings, JSON.stringify({ columns: 3 }))
  t.equal(await templateCheck({ ...pinned, template: join(dir, 's.json') }, io), 2)
  t.match(err, /DRIVER_SETTINGS/)
})

void t.test('samples of a till without a knife: learn keeps how its papers begin, and the register is heard by it', async (t) => {
  const dir = folder(t)
  let err = ''
  const io = { out: (): void => {}, err: (text: string): void => void (err += text) }
  const put = (n: number, end: string): string => {
    const file = join(dir, `${n}.bin`)
    writeFileSync(file, `${tavern(ticket(n))}\n${end}`)
    return file
  }
  const out = join(dir, 'tavern.json')
  const made = async (end: string): Promise<Template> => {
    const files = [1, 2, 3].map((n) => put(n, end))
    t.equal(await templateLearn({ files, driver: 'escpos', out, lang: 'vi' }, io), 0, err)
    return JSON.parse(readFileSync(out, 'utf8')) as Template
  }
  t.notOk((await made('\n\x1dV\x01')).starts, 'one that cuts needs none')
  const template = await made('')
  t.same(template.starts, ['qun nhu ba kha', '45 trn ph, bc liu'])
  t.match(err, /starts: qun nhu ba kha {2}\/ {2}45 trn ph/)

  const glued = Buffer.from([4, 5, 6].map((n) => `${tavern(ticket(n))}\n`).join(''))
  const heardBy = (mode: Template['mode'], settings?: Settings): number => {
    const driver = dialectOf(
      taught({ driver: 'escpos', ...(settings ? { settings } : {}) }, [{ ...template, mode }]),
      'registers.0',
      (file) => file,
    )
    if (!driver.ok) throw new Error(driver.fault.path)
    const read = documents(glued, driver.value, templated(template))
    return read.filter(({ reading }) => wellRead('sale', reading)).length
  }
  t.equal(heardBy('live'), 3, 'its own word for the total is known by the template')
  t.equal(heardBy('shadow'), 0, 'on trial it decides nothing')
  t.equal(heardBy('live', { columns: 32 }), 3, 'beside what the register itself has set')
  t.equal(heardBy('live', { starts: ['another shop', 'another street'] }), 0, 'which goes before')
})
