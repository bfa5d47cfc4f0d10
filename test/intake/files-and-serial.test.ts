import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fault } from '../../src/domain/fault.ts'
import { fileLink } from '../../src/intake/link-file.ts'
import { serialLink } from '../../src/intake/link-serial.ts'
import { serialPrinter, tcpPrinter } from '../../src/intake/printer.ts'
import { folder } from '../folder.ts'
import { bytes, CUT, clock, MemoryLedger, pause, plainPrinter, shop, soon, until } from './fakes.ts'
import { opened, pair, socat } from './lines.ts'

const quick = { clock, pollMs: 20, settleMs: 250 }

async function watching(t: Test, path: string, ledger = new MemoryLedger()) {
  const gate = await shop({ link: fileLink({ path, ...quick }) }, ledger)
  t.teardown(() => gate.part.stop(soon(3_000)))
  return gate
}

t.test('a folder: complete files are heard once each, moved when durable; others are left or refused', async (t) => {
  const dir = folder(t, { outside: 'x' })
  const box = join(dir, 'box')
  mkdirSync(box)
  const { ledger, item } = await watching(t, box)
  writeFileSync(join(box, '1.txt'), bytes(`A${CUT}B${CUT}`))
  writeFileSync(join(box, '2.txt.tmp'), bytes(`moved${CUT}`))
  writeFileSync(join(box, '.hidden'), 'no')
  writeFileSync(join(box, '~$3.txt'), 'no')
  symlinkSync(join(dir, 'outside'), join(box, 'link.txt'))
  t.ok(await until(() => ledger.heard.length === 2))
  t.same(ledger.texts(), [`A${CUT}`, `B${CUT}`])
  t.ok(await until(() => readdirSync(join(box, 'processed')).length === 1))
  t.ok(await until(() => readdirSync(join(box, 'failed')).some((name) => name.endsWith('link.txt.reason.json'))))
  t.equal(readFileSync(join(dir, 'outside'), 'utf8'), 'x')

  writeFileSync(join(box, 'slow.txt'), 'half ')
  for (let i = 0; i < 4; i++) {
    await pause(60)
    appendFileSync(join(box, 'slow.txt'), 'half ')
  }
  renameSync(join(box, '2.txt.tmp'), join(box, '2.txt'))
  t.ok(await until(() => ledger.texts().includes(`moved${CUT}`), 100), 'moved into place: taken at once')
  appendFileSync(join(box, 'slow.txt'), bytes(CUT))
  t.ok(await until(() => ledger.texts().some((text) => text.startsWith('half'))))
  t.ok(ledger.texts().includes(`${'half '.repeat(5)}${CUT}`), 'never while it was growing')

  writeFileSync(join(box, '1.txt'), bytes(`A${CUT}B${CUT}`))
  t.ok(await until(() => item('register/R017')?.key === 'fault.CAPTURE_FILE_AGAIN'))
  writeFileSync(join(box, '4.txt'), bytes(`A${CUT}B${CUT}`))
  t.ok(await until(() => ledger.heard.length === 6), 'equal content under another name is another sale')
  t.ok(await until(() => !existsSync(join(box, '4.txt'))))
  t.ok(await until(() => existsSync(join(box, '4.txt.tillgate.json'))))
  t.same(
    readdirSync(box).filter((name) => !name.endsWith('.tillgate.json')),
    ['.hidden', 'failed', 'processed', '~$3.txt'],
  )
})

t.test('a folder: a file that could not be kept stays and is heard when the disk has room again', async (t) => {
  const box = folder(t, { 'a.txt': bytes(`A${CUT}`) })
  const ledger = new MemoryLedger()
  ledger.full = fault('LEDGER_DISK_FULL')
  const { item } = await watching(t, box, ledger)
  t.ok(await until(() => item('register/R017')?.key === 'fault.LEDGER_DISK_FULL'))
  t.ok(existsSync(join(box, 'a.txt')))
  ledger.full = undefined
  t.ok(await until(() => ledger.heard.length === 1))
  t.ok(await until(() => !existsSync(join(box, 'a.txt'))))
})

t.test('a folder: ended between the flush and the move, only what is new is heard', async (t) => {
  const box = folder(t, { 'a.txt': bytes(`A${CUT}B${CUT}`) })
  const first = new MemoryLedger()
  const before = await watching(t, box, first)
  t.ok(await until(() => first.heard.length === 2))
  await before.part.stop(soon(500))
  const [processed = ''] = readdirSync(join(box, 'processed'))
  const cursor = first.heard[0]?.cursor ?? ''
  t.match(cursor, /^\d+@[0-9a-f]{4}-a\.txt$/, 'too little of the digest to guess from (R-106)')
  // Cursors of older versions had more of it, as the names in `processed/` have.
  for (const known of [cursor, `${Number.parseInt(cursor, 10)}@${processed}`]) {
    renameSync(join(box, 'processed', processed), join(box, 'a.txt'))
    const second = new MemoryLedger()
    second.cursor = async () => known
    const { part } = await watching(t, box, second)
    t.ok(await until(() => second.heard.length === 1))
    await pause(100)
    t.same(second.texts(), [`B${CUT}`], known)
    await part.stop(soon(500))
  }
})

t.test('a growing file is followed, resumed from its cursor, and begun anew when replaced', async (t) => {
  const file = join(folder(t, { 'journal.txt': bytes(`A${CUT}`) }), 'journal.txt')
  const ledger = new MemoryLedger()
  const gate = await watching(t, file, ledger)
  t.ok(await until(() => ledger.heard.length === 1))
  appendFileSync(file, 'half')
  await pause(60)
  await gate.part.stop(soon(3_000))
  t.equal(ledger.heard.length, 1, 'what is unfinished at a stop is heard after the restart')
  appendFileSync(file, bytes(` B${CUT}`))
  const again = await watching(t, file, ledger)
  t.ok(await until(() => ledger.heard.length === 2))
  t.same(ledger.texts(), [`A${CUT}`, `half B${CUT}`])
  writeFileSync(file, bytes(`C${CUT}`))
  t.ok(await until(() => ledger.heard.length === 3))
  t.same(ledger.texts()[2], `C${CUT}`)
  await again.part.stop(soon(500))
})

t.test('a folder where nothing can be moved: told, tried again, and no receipt is heard twice', async (t) => {
  const box = folder(t, { processed: 'in the way', 'a.txt': bytes(`A${CUT}`) })
  const { item, ledger } = await watching(t, box)
  t.match(item('register/R017'), { key: 'fault.CAPTURE_FILE_DENIED' })
  renameSync(join(box, 'processed'), join(box, 'moved.txt'))
  t.ok(await until(() => ledger.texts().includes(`A${CUT}`)))
  t.equal(ledger.texts().filter((text) => text === `A${CUT}`).length, 1)
})

t.test('a folder that is not there is told, and found when it comes', async (t) => {
  const box = join(folder(t), 'late')
  const { item, ledger } = await watching(t, box)
  t.match(item('register/R017'), { level: 'serious', key: 'fault.CAPTURE_FILE_MISSING' })
  mkdirSync(box)
  t.ok(await until(() => item('register/R017')?.level === 'ok'))
  writeFileSync(join(box, 'a.txt'), bytes(`A${CUT}`))
  t.ok(await until(() => ledger.heard.length === 1))
})

t.test(
  'a serial line: all byte values, unplugged in mid-receipt, plugged in again; printer on the other side',
  socat,
  async (t) => {
    const dir = folder(t)
    const path = (name: string): string => join(dir, name)
    let line = await pair(path('till'), path('gate'))
    t.teardown(() => line.kill('SIGKILL'))
    const printer = await plainPrinter()
    t.teardown(() => printer.stop())
    const link = serialLink({ path: path('gate'), baud: 9600, clock })
    const gate = await shop({
      link,
      printer: tcpPrinter({ host: '127.0.0.1', port: printer.port, clock }),
    })
    t.teardown(() => gate.part.stop(soon(3_000)))
    t.match(gate.item('register/R017'), { level: 'ok' })
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1')
    let till = await opened(path('till'))
    till.write(bytes(all + CUT))
    t.ok(await until(() => printer.got() === `${all}<HD 1>${CUT}`), 'XON and XOFF are data')
    printer.say('\x16\x11\x13')
    const answer = await new Promise<Buffer>((resolve) => till.once('data', resolve))
    t.same(answer, bytes('\x16\x11\x13'))

    till.write(bytes('half a rec'))
    t.ok(await until(() => printer.got().endsWith('half a rec')))
    line.kill('SIGKILL')
    t.ok(await until(() => gate.item('register/R017')?.key === 'fault.CAPTURE_PORT_MISSING'), 'the watchdog sees it')
    t.ok(await until(() => gate.ledger.heard.length === 2))
    t.match(gate.ledger.heard[1]?.heard, { torn: true })
    till.destroy()

    line = await pair(path('till'), path('gate'))
    t.ok(await until(() => gate.item('register/R017')?.level === 'ok', 10_000))
    till = await opened(path('till'))
    till.write(bytes(`B${CUT}`))
    t.ok(await until(() => gate.ledger.texts().includes(`B${CUT}`)))
    await new Promise<void>((resolve) => till.close(() => resolve()))
  },
)

t.test('a printer on a serial line', socat, async (t) => {
  const dir = folder(t)
  const line = await pair(join(dir, 'gate'), join(dir, 'printer'))
  t.teardown(() => line.kill('SIGKILL'))
  const paper = await opened(join(dir, 'printer'))
  const chunks: Buffer[] = []
  paper.on('data', (chunk: Buffer) => void chunks.push(chunk))
  const printer = serialPrinter({ path: join(dir, 'gate'), baud: 9600, clock })
  const never = new AbortController().signal
  const one = await printer.open(never)
  const waiting = printer.open(never)
  await one.write(bytes('first '))
  paper.write(bytes('\x12'))
  for await (const answer of one.answers) {
    t.same(answer, bytes('\x12'))
    break
  }
  await one.close()
  const two = await waiting
  await two.write(bytes('second'))
  await two.close()
  t.ok(await until(() => Buffer.concat(chunks).toString() === 'first second'))
  await new Promise<void>((resolve) => paper.close(() => resolve()))
})
