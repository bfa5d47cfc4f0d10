import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fault } from '../../src/domain/fault.ts'
import { fileLink } from '../../src/intake/link-file.ts'
import { folder } from '../folder.ts'
import { bytes, CUT, clock, MemoryLedger, pause, shop, soon, until } from './fakes.ts'

async function watching(t: Test, path: string, ledger = new MemoryLedger(), sameName?: 'revision' | 'next') {
  const gate = await shop(
    { link: fileLink({ path, clock, pollMs: 20, settleMs: 100, ...(sameName ? { sameName } : {}) }) },
    ledger,
  )
  t.teardown(() => gate.part.stop(soon(3_000)))
  return gate
}

/** As a careful till writes: aside first, then moved into place. */
function drop(box: string, name: string, text: string): void {
  writeFileSync(join(box, `${name}.tmp`), bytes(text))
  renameSync(join(box, `${name}.tmp`), join(box, name))
}
const answerTo = (box: string, name: string): unknown => {
  const file = join(box, `${name}.tillgate.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

t.test('beside each file its answer: the invoice, why there is none, or why it was not read', async (t) => {
  const box = folder(t)
  const { ledger } = await watching(t, box)
  drop(box, 'a.txt', `A${CUT}TAM TINH${CUT}HELD${CUT}`)
  t.ok(await until(() => answerTo(box, 'a.txt') !== undefined))
  t.match(answerTo(box, 'a.txt'), {
    ...{ file: 'a.txt', outcome: 'read', sha256: /^[0-9a-f]{64}$/ },
    documents: [
      { entry: 'R017-00000001', outcome: 'queued', invoice: { form: 1, symbol: 'C26MAA', number: 1, code: null, qr: 'qr' } },
      { entry: 'R017-00000002', outcome: 'set-aside', why: 'provisional' },
      { entry: 'R017-00000003', outcome: 'held', code: 'SALE_NO_ITEMS' },
    ],
  })
  drop(box, 'a.txt', `A${CUT}TAM TINH${CUT}HELD${CUT}`)
  t.ok(await until(() => readdirSync(join(box, 'failed')).length === 2))
  t.ok(await until(() => (answerTo(box, 'a.txt') as { outcome: string }).outcome === 'duplicate'))
  writeFileSync(join(box, 'nothing.txt'), '')
  t.ok(await until(() => answerTo(box, 'nothing.txt') !== undefined), 'an empty file is answered too')
  t.match(answerTo(box, 'nothing.txt'), { outcome: 'read', documents: [] })
  await pause(100)
  t.equal(ledger.heard.length, 3, 'answers are not read as receipts')
  t.same(readdirSync(box).sort(), ['a.txt.tillgate.json', 'failed', 'nothing.txt.tillgate.json', 'processed'])
})

t.test(
  'other content under a known name is a revision, marked for a person, over a restart too; not where all have one name',
  async (t) => {
    const box = folder(t)
    const first = await watching(t, box)
    drop(box, 'bill.txt', `A${CUT}`)
    t.ok(await until(() => first.ledger.heard.length === 1))
    drop(box, 'bill.txt', `B${CUT}`)
    t.ok(await until(() => first.ledger.heard.length === 2))
    t.same(
      first.ledger.heard.map(({ heard }) => heard.revised ?? false),
      [false, true],
    )
    t.match(first.item('register/R017'), { level: 'serious', key: 'fault.FILE_REVISED', values: { file: 'bill.txt' } })
    drop(box, 'other.txt', `C${CUT}`)
    t.ok(await until(() => first.ledger.heard.length === 3))
    t.equal(first.ledger.heard[2]?.heard.revised, undefined, 'an open file under a new name is none')
    t.match(first.item('register/R017'), { key: 'fault.FILE_REVISED' }, 'long enough to be seen')
    t.ok(await until(() => !existsSync(join(box, 'other.txt'))))
    await first.part.stop(soon(500))

    const second = await watching(t, box)
    drop(box, 'bill.txt', `D${CUT}`)
    t.ok(await until(() => second.ledger.heard.length === 1))
    t.equal(second.ledger.heard[0]?.heard.revised, true)
    await second.part.stop(soon(500))

    const third = await watching(t, box, new MemoryLedger(), 'next')
    drop(box, 'bill.txt', `E${CUT}`)
    t.ok(await until(() => third.ledger.heard.length === 1))
    t.equal(third.ledger.heard[0]?.heard.revised, undefined)
  },
)

t.test('written on after it was read: the rest is not lost with the move', async (t) => {
  const box = folder(t)
  const ledger = new MemoryLedger()
  ledger.diskMs = 200
  const { part } = await watching(t, box, ledger)
  drop(box, 'a.txt', `A${CUT}`)
  t.ok(await until(() => ledger.most > 0), 'on its way to the disk')
  appendFileSync(join(box, 'a.txt'), bytes(`B${CUT}`))
  t.ok(await until(() => ledger.heard.length === 3))
  t.same(
    ledger.heard.map(({ heard }) => [Buffer.from(heard.bytes).toString('latin1'), heard.revised ?? false]),
    [
      [`A${CUT}`, false],
      [`A${CUT}`, true],
      [`B${CUT}`, true],
    ],
    'kept as new content, for a person',
  )
  await part.stop(soon(500))
})

t.test('answers nobody fetched are moved away after a day', async (t) => {
  const box = folder(t, { 'old.txt.tillgate.json': '{}', 'new.txt.tillgate.json': '{}' })
  const yesterday = (clock.now() - 90_000_000) / 1_000
  utimesSync(join(box, 'old.txt.tillgate.json'), yesterday, yesterday)
  let ahead = 0
  const hasty = { ...clock, up: () => clock.up() + ahead }
  const gate = await shop({ link: fileLink({ path: box, clock: hasty, pollMs: 20, settleMs: 100 }) })
  t.teardown(() => gate.part.stop(soon(3_000)))
  ahead = 700_000
  t.ok(await until(() => !existsSync(join(box, 'old.txt.tillgate.json'))))
  t.ok(existsSync(join(box, 'new.txt.tillgate.json')))
})

t.test('many files at once: each once, in order of their age', async (t) => {
  const box = folder(t)
  const count = Number(process.env['TILLGATE_FILES'] ?? 300)
  for (let i = 0; i < count; i++) writeFileSync(join(box, `${i}.txt`), bytes(`no ${i}${CUT}`))
  // The newest first by name: only their times tell.
  for (let i = 0; i < count; i++) utimesSync(join(box, `${i}.txt`), 1_700_000_000 - i, 1_700_000_000 - i)
  const { ledger } = await watching(t, box)
  const start = clock.up()
  t.ok(await until(() => ledger.heard.length === count, 120_000))
  t.comment(`${count} files in ${clock.up() - start} ms`)
  await pause(200)
  t.same(
    ledger.texts(),
    Array.from({ length: count }, (_, i) => `no ${count - 1 - i}${CUT}`),
  )
  t.equal(readdirSync(join(box, 'processed')).length, count)
})

t.test('a spool that is rotated: cut short, copied away, moved away; nothing lost, nothing twice', async (t) => {
  const dir = folder(t)
  const spool = join(dir, 'spool.txt')
  writeFileSync(spool, bytes(`A${CUT}`))
  const { ledger, item } = await watching(t, spool)
  t.ok(await until(() => ledger.heard.length === 1))
  truncateSync(spool)
  appendFileSync(spool, bytes(`B${CUT}`))
  t.ok(await until(() => ledger.heard.length === 2), 'cut short')
  appendFileSync(spool, bytes(`C${CUT}`))
  renameSync(spool, join(dir, 'spool.1'))
  writeFileSync(spool, bytes(`D${CUT}`))
  t.ok(await until(() => ledger.heard.length === 4), 'its last lines were written just before it was moved away')
  renameSync(spool, join(dir, 'spool.2'))
  t.ok(await until(() => item('register/R017')?.key === 'fault.CAPTURE_FILE_MISSING'))
  renameSync(join(dir, 'spool.2'), spool)
  t.ok(await until(() => item('register/R017')?.level === 'ok'), 'a share that was away for a moment')
  appendFileSync(spool, bytes(`E${CUT}`))
  t.ok(await until(() => ledger.heard.length >= 5))
  await pause(100)
  t.same(
    ledger.texts(),
    ['A', 'B', 'C', 'D', 'E'].map((letter) => letter + CUT),
  )
})

t.test('a spool while the disk is full: what was refused is heard again from the last document kept, in order', async (t) => {
  const spool = join(folder(t, { 'spool.txt': bytes(`A${CUT}`) }), 'spool.txt')
  const ledger = new MemoryLedger()
  const { item } = await watching(t, spool, ledger)
  t.ok(await until(() => ledger.heard.length === 1))
  ledger.full = fault('LEDGER_DISK_FULL')
  appendFileSync(spool, bytes(`B${CUT}C${CUT}`))
  t.ok(await until(() => item('register/R017')?.key === 'fault.LEDGER_DISK_FULL'))
  ledger.full = undefined
  t.ok(await until(() => ledger.heard.length === 3))
  await pause(100)
  t.same(ledger.texts(), [`A${CUT}`, `B${CUT}`, `C${CUT}`])
  t.match(item('register/R017'), { level: 'ok' })
})
