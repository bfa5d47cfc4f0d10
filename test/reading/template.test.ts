import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { escpos } from '../../drivers/escpos/index.ts'
import { openBoard } from '../../src/board.ts'
import { read } from '../../src/commands/read.ts'
import { templateCheck, templateLearn } from '../../src/commands/template.ts'
import type { Log } from '../../src/domain/log.ts'
import type { Reading } from '../../src/domain/receipt.ts'
import type { Template } from '../../src/domain/template.ts'
import { reader } from '../../src/reading/index.ts'
import { learn } from '../../src/reading/learn/learn.ts'
import { toLines } from '../../src/reading/line.ts'
import { compile, match } from '../../src/reading/pattern.ts'
import { parseTemplate } from '../../src/reading/template-schema.ts'
import { templateReader, templateReaders, templatesOf } from '../../src/shop-template.ts'
import { stopPart } from '../delivery/fake.ts'
import { folder } from '../folder.ts'
import { R17, R18, world } from '../issue/world.ts'
import { testClock } from '../journeys/clock.ts'
import { fc, runs } from '../property.ts'
import { FURTHER, market, stall, type Ticket, tavern, ticket, totalOf } from './own-layouts.ts'
import { pageOf } from './page.ts'

const layouts: readonly (readonly [string, (t: Ticket) => string])[] = [
  ['tavern', tavern],
  ['market', market],
  ['stall', stall],
]

const learned = (print: (t: Ticket) => string): Template => {
  const got = learn(
    [1, 2, 3].map((n) => ({ page: pageOf(print(ticket(n))), sha256: String(n).repeat(64) })),
    'own',
  )
  if (!got) throw new Error('nothing learned')
  return { ...got.template, mode: 'live' }
}

const told = (reading: Reading): string => JSON.stringify(reading, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))

void t.test('a layout nobody knows: held without a template, learned from three, ten further receipts read', async (t) => {
  for (const [name, print] of layouts) {
    t.not(reader.read(pageOf(print(ticket(5)))).outcome, 'ready', `${name}: unknown to the generic reader`)
    const template = learned(print)
    t.ok(parseTemplate(JSON.stringify(template)).ok, `${name}: what was learned is a valid file`)
    for (let n = 4; n < 44; n++) {
      const sold = ticket(n)
      const reading = reader.read(pageOf(print(sold)), template)
      if (reading.outcome !== 'ready') {
        t.fail(`${name} ${n}: ${told(reading)}\n${print(sold)}`)
        continue
      }
      const { receipt } = reading
      const got = receipt.lines.map((l) => [l.name, l.qty.units, l.unitPrice, l.amount])
      const wanted = sold.goods.map((g) => [g.name, BigInt(g.qty), BigInt(g.price), BigInt(g.qty * g.price)])
      t.same(got, wanted, `${name} ${n}: goods`)
      t.equal(receipt.total, BigInt(totalOf(name === 'market' ? { ...sold, off: 0 } : sold)))
      if (name !== 'stall') t.equal(receipt.receiptNo, name === 'market' ? String(n + 100) : String(n).padStart(4, '0'))
    }
  }
})

void t.test('seven further layouts of nobody, thirty receipts each, one digit changed in each', async (t) => {
  for (const [name, [print, total]] of Object.entries(FURTHER)) {
    t.equal(reader.read(pageOf(print(ticket(5)))).outcome, 'held', `${name}: the generic reader holds it`)
    const template = learned(print)
    for (let n = 4; n < 34; n++) {
      const [sold, text] = [ticket(n), print(ticket(n))]
      const reading = reader.read(pageOf(text), template)
      if (reading.outcome !== 'ready') {
        t.fail(`${name} ${n}: ${told(reading)}\n${text}`)
        continue
      }
      t.equal(reading.receipt.total, BigInt(total(sold)), `${name} ${n}`)
      t.same(
        reading.receipt.lines.map((l) => [l.name, l.qty.units, l.unitPrice]),
        sold.goods.map((g) => [g.name, BigInt(g.qty), BigInt(g.price)]),
        `${name} ${n}: goods`,
      )
      const digits = [...text.matchAll(/\d/g)].map((m) => m.index)
      for (let k = 0; k < 20; k++) {
        const at = digits[(n * 31 + k * 7) % digits.length] ?? 0
        const odd = reader.read(
          pageOf(text.slice(0, at) + ((Number(text[at]) + 1 + (k % 9)) % 10) + text.slice(at + 1)),
          template,
        )
        if (odd.outcome === 'ready' && odd.receipt.total !== BigInt(total(sold))) t.fail(`${name} ${n}: ${told(odd)}`)
      }
    }
  }
})

void t.test('one sample is enough where it proves itself, several documents of one stream count each', async (t) => {
  const got = learn([{ page: pageOf(tavern(ticket(2))), sha256: 'a'.repeat(64) }], 'one')
  t.equal(got?.readings[0]?.outcome, 'ready')
  t.notOk(learn([{ page: pageOf('HELLO\nWORLD 12.000\nBYE 5.000'), sha256: 'a'.repeat(64) }], 'none'))
  t.notOk(learn([], 'none'))
})

/** What a new version of the till's program might do to its paper. */
const changes: readonly (readonly [string, (text: string) => string])[] = [
  ['another name above', (s) => s.replace('QUÁN NHẬU BA KHÍA', 'BA KHÍA QUÁN')],
  ['another word for the total', (s) => s.replace('Chốt', 'Tất cả')],
  ['quantity and price changed places', (s) => s.replace(/(\d+) phần x (\S+)/g, '$2 phần x $1')],
  ['names before amounts', (s) => s.replace(/^ *([\d.]+) {2}(\p{L}.*)$/gmu, '$2  $1')],
  ['a new line with money', (s) => s.replace('Đưa', 'Khăn lạnh 6.000\nĐưa')],
  ['a new charge among the items', (s) => s.replace(/^-+$/m, '   20.000  Phí phục vụ\n--------')],
  ['the total is gone', (s) => s.replace(/ \* Chốt \S+/, '')],
  ['another word in the item line', (s) => s.replaceAll('phần', 'suất ăn')],
]

void t.test('the layout changes: held with what changed, never misread', async (t) => {
  const template = learned(tavern)
  for (const [name, change] of changes)
    for (const n of [7, 8, 9]) {
      const text = change(tavern(ticket(n)))
      const reading = reader.read(pageOf(text), template)
      t.equal(reading.outcome, 'held', `${name}: ${told(reading)}`)
      if (reading.outcome !== 'held') continue
      t.equal(reading.fault.code, 'TEMPLATE_CHANGED', `${name}: ${told(reading)}`)
      t.ok(reading.fault.values?.['expected'] && reading.fault.values['found'], name)
    }
})

void t.test('figures are never repaired: a wrong sum under a template is held with its equation', async (t) => {
  const text = tavern(ticket(7)).replace(/Chốt \S+/, 'Chốt 1.000')
  const reading = reader.read(pageOf(text), learned(tavern))
  t.match(reading, { outcome: 'held', fault: { code: 'SALE_TOTAL_UNPROVEN' } })
})

void t.test('one character changed or one line lost never gives another total', async (t) => {
  const templates = layouts.map(([, print]) => learned(print))
  const digit = fc.constantFrom(...'0123456789')
  fc.assert(
    fc.property(fc.nat(2), fc.integer({ min: 4, max: 400 }), fc.nat(), fc.boolean(), digit, (which, n, where, whole, put) => {
      const [name, print] = layouts[which] ?? ['tavern', tavern]
      const sold = ticket(n)
      const text = print(sold)
      const lines = text.split('\n')
      const cut = whole
        ? lines.toSpliced(where % lines.length, 1).join('\n')
        : text.slice(0, where % text.length) + put + text.slice((where % text.length) + 1)
      const reading = reader.read(pageOf(cut), templates[which])
      const total = BigInt(totalOf(name === 'market' ? { ...sold, off: 0 } : sold))
      return reading.outcome !== 'ready' || reading.receipt.total === total
    }),
    { numRuns: runs(600) },
  )
  t.pass('600 changed receipts')
})

void t.test('paper that everybody knows goes its usual way, templates of the shop name their own', async (t) => {
  const template: Template = { ...learned(tavern), titles: { not: [{ line: 'Nháp {text}', kind: 'provisional' }] } }
  const kitchen = 'PHIẾU BẾP\nBàn 4\n2 Lẩu mắm\n1 Bia 333'
  t.match(reader.read(pageOf(kitchen), template), { outcome: 'ignored', why: 'kitchen' })
  const draft = tavern(ticket(4)).replace('Hẹn gặp lại', 'Nháp chưa lấy tiền')
  t.match(reader.read(pageOf(draft), template), { outcome: 'ignored', why: 'provisional' })
  const copy = tavern(ticket(4)).replace('Hẹn gặp lại', '*** BẢN SAO ***')
  t.match(reader.read(pageOf(copy), template), { outcome: 'ignored', why: 'reprint' })
})

void t.test('patterns: words, figures, cells, columns, glued fields; what fits in two ways fits not at all', async (t) => {
  const fields = (pattern: string, text: string): Record<string, string> | undefined => {
    const made = compile(pattern)
    const [line] = toLines(pageOf(text))
    const values = made && line ? match(made, line.words) : undefined
    return values && Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v.text]))
  }
  t.same(fields('{name} {qty} x {price} {amount}', 'Bia 333  2 x 15.000  30.000'), {
    name: 'Bia 333',
    qty: '2',
    price: '15.000',
    amount: '30.000',
  })
  t.same(fields('Số {number}', 'SO: HD-0042'), { number: 'HD-0042' })
  t.same(fields('#{number} bàn {table}', '#0042 bàn sân sau'), { number: '0042', table: 'sân sau' })
  t.same(fields('{qty} {name}  {amount}', '2 Cà phê sữa  70.000'), { qty: '2', name: 'Cà phê sữa', amount: '70.000' })
  t.notOk(fields('{name}  {amount}', 'Cà phê 70.000'), 'a cell needs two blanks before it')
  t.ok(fields('{name} @20 {amount}', 'Cà phê              70.000'))
  t.notOk(fields('{name} @21 {amount}', 'Cà phê              70.000'))
  t.notOk(fields('{name} {text}', 'Cà phê sữa đá'), 'two ways to part it')
  t.notOk(fields('{qty} x {price}', '15.000 x 2'), 'a bare 2 is no price')
  for (const bad of ['{name', '{names}', '{name} {name}', '{qty}{price}', '', '@4', 'a '.repeat(40)]) t.notOk(compile(bad), bad)
})

void t.test('patterns run in linear time and never throw, whatever the line', async (t) => {
  const words = fc.array(fc.constantFrom('a', 'x', '1', '2.000', '{', '@3', 'phở', '=', '12/3'), { maxLength: 250 })
  const made = compile('{text} a {text} {name} {text} x {text} {qty} {text} {price} a {text} {amount}')
  if (!made) throw new Error('a pattern')
  fc.assert(
    fc.property(words, (some) => {
      const [line] = toLines(pageOf(some.join(' ') || '-'))
      if (line) match(made, line.words)
      return true
    }),
    { numRuns: runs(300) },
  )
  const [long] = toLines(pageOf('a x 1 2.000 '.repeat(60)))
  const from = process.cpuUsage().user
  for (let i = 0; i < 200; i++) match(made, long?.words ?? [])
  t.ok(process.cpuUsage().user - from < 2_000_000, '200 long lines in two seconds of this machine at the very most')
})

void t.test('a template file is refused with the place that is wrong', async (t) => {
  const good = learned(market)
  const tried = (change: object, text?: string): unknown => {
    const made = parseTemplate(text ?? JSON.stringify({ ...good, ...change }))
    return made.ok ? 'ok' : [made.fault.code, made.fault.path]
  }
  t.equal(tried({}), 'ok')
  t.same(tried({ items: [{ lines: ['{name} {nonsense}'] }] }), ['TEMPLATE_INVALID', 'items.0.lines.0'])
  t.same(tried({ mode: 'fast' })?.toString().startsWith('TEMPLATE_INVALID,mode'), true)
  t.same(tried({ more: 1 })?.toString().startsWith('TEMPLATE_INVALID'), true)
  t.same(tried({ totals: [{ line: 'Chốt {text}', is: 'total' }] }), ['TEMPLATE_INVALID', 'totals'])
  t.same(tried({}, '{'), ['TEMPLATE_INVALID', undefined])
  t.same(tried({}, ' '.repeat(70_000)), ['TEMPLATE_INVALID', undefined], 'oversize')
})

/** Exit code and what was printed. */
async function run(work: (io: { out: (s: string) => void; err: (s: string) => void }) => Promise<number>) {
  let [out, err] = ['', '']
  const code = await work({
    out: (s) => {
      out += s
    },
    err: (s) => {
      err += s
    },
  })
  return { code, out, err }
}

void t.test('tillgate template learn on three files, read --template on ten more, then the layout changes', async (t) => {
  const dir = folder(t)
  const put = (n: number, text: string): string => {
    const file = join(dir, `${n}.bin`)
    writeFileSync(file, `\x1b@${text}\n\n\n\x1dV\x01`)
    return file
  }
  const out = join(dir, 'tavern.json')
  const samples = [1, 2, 3].map((n) => put(n, tavern(ticket(n))))
  const made = await run((io) => templateLearn({ files: samples, out, lang: 'vi' }, io))
  t.equal(made.code, 0, made.err)
  t.match(made.err, /học từ 3 phiếu, 3 phiếu cộng khớp/)
  t.match(made.err, /✓ P3: \d+/)
  t.match(made.err, /item: \{amount\} \{name\} {2}\/ {2}\{qty\} phần x \{price\}/)
  t.equal((await run((io) => templateLearn({ files: samples, out: join(dir, 'no', 'x.json'), lang: 'vi' }, io))).code, 2)
  const template = JSON.parse(readFileSync(out, 'utf8')) as Template
  t.match(template, { mode: 'shadow', driver: 'escpos', kind: 'sale' })
  t.equal(template.samples?.length, 3)
  for (let n = 4; n < 14; n++) {
    const { out: json } = await run((io) => read({ file: put(n, tavern(ticket(n))), template: out, json: true, lang: 'vi' }, io))
    const [document] = (JSON.parse(json) as { documents: { outcome: string; sale: { total: number } }[] }).documents
    t.match(document, { outcome: 'ready', sale: { total: totalOf(ticket(n)) } }, `receipt ${n}`)
  }
  const odd = put(20, tavern(ticket(20)).replace('Chốt', 'Tất cả'))
  const held = await run((io) => read({ file: odd, template: out, lang: 'vi' }, io))
  t.match(held.err, /TEMPLATE_CHANGED/)
  t.match(held.err, /Tất cả/)
  t.equal((await run((io) => templateCheck({ template: out, files: samples, lang: 'en' }, io))).code, 0)
  t.equal((await run((io) => templateCheck({ template: out, files: [odd], json: true, lang: 'en' }, io))).code, 1)
  const hopeless = put(30, 'QUÁN A\nmón 5.000\nhết 9.000')
  t.match(await run((io) => templateLearn({ files: [hopeless], lang: 'en' }, io)), { code: 1, out: '', err: /TEMPLATE_UNPROVEN/ })
  t.equal((await run((io) => templateLearn({ files: ['nowhere'], lang: 'en' }, io))).code, 2)
  t.equal((await run((io) => read({ file: odd, template: odd, lang: 'en' }, io))).code, 2)
})

void t.test('shadow reads along and is counted, live says on the board what changed', async (t) => {
  const board = openBoard(testClock())
  const said: string[] = []
  const nothing = (): void => {}
  const log: Log = { error: nothing, warn: (_, s) => void said.push(s), info: (_, s) => void said.push(s), debug: nothing }
  const template = learned(tavern)
  const shadow = templateReader([{ ...template, mode: 'shadow' }], { register: 'R017', board, log })
  const page = pageOf(tavern(ticket(5)))
  t.equal(shadow.read(page).outcome, 'held', 'the generic reader decides')
  shadow.read(page)
  shadow.read(pageOf(tavern(ticket(6)).replace('Chốt', 'Tất cả')))
  t.match(board.all()['template/R017'], {
    key: 'board.template.shadow',
    values: { template: 'own', same: '0', alone: '1', other: '0', unread: '1' },
  })
  t.same(said, ['template.shadow', 'template.shadow'], 'the same page is counted once')
  const live = templateReader([template], { register: 'R018', board, log })
  live.read(pageOf(tavern(ticket(6)).replace('Chốt', 'Tất cả')))
  t.match(board.all()['template/R018'], {
    level: 'serious',
    key: 'board.template.changed',
    values: { register: 'R018', template: 'own' },
  })
  live.read(page)
  t.notOk(board.all()['template/R018'], 'a receipt that fits again clears it')
})

void t.test('the clerk reads each register by its own template; a configured file that is wrong stops the start', async (t) => {
  const dir = folder(t, { 'tavern.json': JSON.stringify(learned(tavern)), 'bad.json': '{"version":2}' })
  const config = (template: string) =>
    ({ values: { registers: [{ id: 'R017', template }, { id: 'R018' }] }, path: (f: string) => join(dir, f) }) as never
  const found = templatesOf(config('tavern.json'))
  if (!found.ok) throw new Error(found.fault.code)
  t.same([...found.value.keys()], ['R017'])
  const bad = templatesOf(config('bad.json'))
  t.match(bad, { ok: false, fault: { code: 'TEMPLATE_INVALID', path: /^registers\.0\.template/ } })
  t.match(templatesOf(config('none.json')), { ok: false, fault: { code: 'TEMPLATE_FILE', path: 'registers.0.template' } })

  const { ledger, clock, board, log, open, state, numberOf, idle } = world()
  const readers = templateReaders(found.value, { board, log })
  const registers = new Map([R17, R18].map((register) => [register.id, { register, driver: escpos }]))
  const part = open({ registers, reader, readers })
  await part.start()
  const hear = async (text: string, register = R17) => {
    const undated = text.replace(/^.*21\/11\/2026.*\n/m, '')
    const heard = await ledger.capture(register.id, {
      bytes: Buffer.from(`\x1b@${undated}\n\x1dV\x01`),
      discarded: 0,
      torn: false,
    })
    if (!heard.ok) throw new Error(heard.fault.code)
    return heard.value
  }
  const sold = await hear(tavern(ticket(5)))
  const elsewhere = await hear(tavern(ticket(6)), R18)
  const changed = await hear(tavern(ticket(7)).replace('Chốt', 'Tất cả'))
  const again = await hear(tavern(ticket(8)))
  await idle()
  t.same([numberOf(sold), numberOf(again)], [1, 2], 'issued as the template reads them')
  t.match(state(elsewhere), { state: 'held' }, 'the register without one')
  t.match(state(changed), { state: 'held', fault: { code: 'TEMPLATE_CHANGED', values: { found: /Tất cả/ } } })
  await stopPart(part, clock)
})
