import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Fault } from '../../src/domain/fault.ts'
import { lineErrors } from '../../src/intake/line-errors.ts'
import { connectLink } from '../../src/intake/link-connect.ts'
import { serialLink } from '../../src/intake/link-serial.ts'
import { serialPrinter } from '../../src/intake/printer.ts'
import { printerSays } from '../../src/intake/printer-says.ts'
import { stableName } from '../../src/intake/serial-names.ts'
import { folder } from '../folder.ts'
import { fc, runs } from '../property.ts'
import { bytes, CUT, clock, pause, shop, soon, tinyDriver, until } from './fakes.ts'
import { heardBy, opened, pair, shut, socat } from './lines.ts'

/** A register that serves its journal on a port. */
async function served(t: Test, port = 0) {
  const sockets = new Set<Socket>()
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.resetAndDestroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  t.teardown(stop)
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, sockets, stop }
}

t.test('a register that serves its journal: heard, lost in mid-receipt, told, and heard again', async (t) => {
  const first = await served(t)
  const gate = await shop({ link: connectLink({ host: '127.0.0.1', port: first.port, clock, aliveMs: 1_000 }) })
  t.teardown(() => gate.part.stop(soon(3_000)))
  t.match(gate.item('register/R017'), { level: 'ok', values: { link: `tcp 127.0.0.1:${first.port}` } })
  t.ok(await until(() => first.sockets.size === 1))
  for (const socket of first.sockets) socket.write(bytes(`A${CUT}half a rec`))
  t.ok(await until(() => gate.ledger.heard.length === 1))
  await first.stop()
  t.ok(await until(() => gate.item('register/R017')?.key === 'fault.CAPTURE_UNREACHABLE'))
  t.match(gate.item('register/R017'), { level: 'serious', values: { address: `127.0.0.1:${first.port}` } })
  t.ok(await until(() => gate.ledger.heard.length === 2))
  t.match(gate.ledger.heard[1]?.heard, { torn: true })

  const second = await served(t, first.port)
  t.ok(await until(() => second.sockets.size === 1, 15_000))
  for (const socket of second.sockets) socket.end(bytes(`B${CUT}`))
  t.ok(await until(() => gate.ledger.texts().includes(`B${CUT}`)))
  t.match(gate.item('register/R017'), { level: 'ok' })
  t.ok(await until(() => second.sockets.size === 1), 'it hung up; we call again')
})

t.test('a passive tap: both sides are heard, nothing is written, an XOFF is no end of a receipt', socat, async (t) => {
  const dir = folder(t)
  const path = (name: string): string => join(dir, name)
  const lines = [await pair(path('till'), path('ear')), await pair(path('printer'), path('ear2'))]
  t.teardown(() => lines.map((line) => line.kill('SIGKILL')))
  const quiet = tinyDriver({ quietMs: 100 })
  let silences = 0
  const framer = (): ReturnType<typeof quiet.framer> => {
    const inner = quiet.framer()
    return {
      ...inner,
      push: (chunk) => ({ ...inner.push(chunk), handshake: bytes('\x12') }),
      quiet: () => {
        silences++
        return inner.quiet()
      },
    }
  }
  const link = serialLink({ path: path('ear'), baud: 9600, clock, tap: { path: path('ear2'), baud: 9600 } })
  const gate = await shop({ link, driver: { ...quiet, framer } })
  t.teardown(() => gate.part.stop(soon(3_000)))
  const [till, printer] = [await opened(path('till')), await opened(path('printer'))]
  const back = heardBy(till)
  t.ok(await until(() => gate.item('printer/R017')?.level === 'ok'))
  till.write(bytes('\x10\x04\x01first'))
  t.ok(await until(() => silences === 1), 'a silence is one')
  printer.write(bytes('\x13'))
  await pause(50)
  till.write(bytes('half'))
  await pause(400)
  t.equal(silences, 1, 'the till was told to wait')
  printer.write(bytes('\x11'))
  t.ok(await until(() => silences === 2))
  till.write(bytes(`A${CUT}`))
  t.ok(await until(() => gate.ledger.heard.length === 1))

  till.write(bytes('\x10\x04\x01'))
  await pause(50)
  printer.write(bytes('\x1a'))
  t.ok(await until(() => gate.item('printer/R017')?.key === 'fault.PRINTER_OFFLINE'))
  printer.write(bytes('\x14\x00\x0c\x0f'))
  t.ok(await until(() => gate.item('printer/R017')?.key === 'fault.PRINTER_PAPER_OUT'))
  printer.write(bytes('\x10\x00\x00\x00'))
  t.ok(await until(() => gate.item('printer/R017')?.level === 'ok'))
  t.equal(back(), '', 'the till heard nothing of us')

  await shut(printer)
  lines[1]?.kill('SIGKILL')
  t.ok(await until(() => gate.item('printer/R017')?.key === 'fault.PRINTER_UNHEARD'), 'the second adapter is out')
  till.write(bytes(`B${CUT}`))
  t.ok(await until(() => gate.ledger.heard.length === 2), 'and receipts are heard all the same')
  t.match(gate.item('register/R017'), { level: 'ok' })
  lines[1] = await pair(path('printer'), path('ear2'))
  t.ok(await until(() => gate.item('printer/R017')?.level === 'ok', 10_000))
  await shut(till)
})

t.test('inline: two serial lines, the receipt runs through with its stamp, the answers run back', socat, async (t) => {
  const dir = folder(t)
  const path = (name: string): string => join(dir, name)
  const lines = [await pair(path('till'), path('in')), await pair(path('out'), path('printer'))]
  t.teardown(() => lines.map((line) => line.kill('SIGKILL')))
  const [till, printer] = [await opened(path('till')), await opened(path('printer'))]
  const [back, paper] = [heardBy(till), heardBy(printer)]
  const gate = await shop({
    link: serialLink({ path: path('in'), baud: 9600, clock }),
    printer: serialPrinter({ path: path('out'), baud: 9600, clock }),
  })
  t.teardown(() => gate.part.stop(soon(3_000)))
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('latin1')
  till.write(bytes(`\x10\x04\x04${all}${CUT}`))
  t.ok(await until(() => paper() === `\x10\x04\x04${all}<HD 1>${CUT}`), 'every byte value')
  printer.write(bytes('\x72'))
  t.ok(await until(() => back() === '\x72'))
  t.match(gate.item('printer/R017'), { level: 'serious', key: 'fault.PRINTER_PAPER_OUT' })
  printer.write(bytes('\x13'))
  t.ok(await until(() => back() === '\x72\x13'))
  till.write(bytes('waits'))
  await pause(150)
  t.notOk(paper().includes('waits'), 'a printer that said XOFF gets no more')
  printer.write(bytes('\x11'))
  t.ok(await until(() => paper().endsWith('waits')))
  till.write(bytes(`B${CUT}`))
  t.ok(await until(() => gate.ledger.texts()[1] === `waitsB${CUT}`))
  await Promise.all([shut(till), shut(printer)])
})

t.test('out and in again under the same name, between two looks: the deaf port is given up', socat, async (t) => {
  const dir = folder(t)
  const path = (name: string): string => join(dir, name)
  const old = await pair(path('till-old'), path('gate-old'))
  const fresh = await pair(path('till-new'), path('gate-new'))
  t.teardown(() => [old, fresh].map((line) => line.kill('SIGKILL')))
  symlinkSync(path('gate-old'), path('by-id'))
  const gate = await shop({ link: serialLink({ path: path('by-id'), baud: 9600, clock }) })
  t.teardown(() => gate.part.stop(soon(3_000)))
  const before = await opened(path('till-old'))
  before.write(bytes('half'))
  await pause(100)
  symlinkSync(path('gate-new'), path('by-id.new'))
  renameSync(path('by-id.new'), path('by-id'))
  t.ok(await until(() => gate.ledger.heard.length === 1))
  t.match(gate.ledger.heard[0]?.heard, { torn: true })
  const after = await opened(path('till-new'))
  // What is said before the port is open again is said to nobody.
  for (let tries = 0; tries < 20 && gate.ledger.heard.length === 1; tries++) {
    after.write(bytes(`A${CUT}`))
    await pause(200)
  }
  t.equal(gate.ledger.texts()[1], `A${CUT}`)
  await Promise.all([shut(before), shut(after)])
})

t.test('a line set to the wrong parity is told while it talks, and taken back when it is right', socat, async (t) => {
  const dir = folder(t)
  const line = await pair(join(dir, 'till'), join(dir, 'gate'))
  t.teardown(() => line.kill('SIGKILL'))
  const gate = await shop({ link: serialLink({ path: join(dir, 'gate'), baud: 9600, clock }) })
  t.teardown(() => gate.part.stop(soon(3_000)))
  const till = await opened(join(dir, 'till'))
  const text = 'TONG CONG          126.000\r\nTIEN MAT           130.000\r\n'.repeat(4)
  const ones = (byte: number): number => byte.toString(2).replaceAll('0', '').length
  till.write(Buffer.from([...bytes(text)].map((byte) => (ones(byte) % 2 === 0 ? byte : byte | 0x80))))
  t.ok(await until(() => gate.item('register/R017')?.key === 'fault.DRIVER_PARITY'))
  till.write(bytes(text))
  t.ok(await until(() => gate.item('register/R017')?.level === 'ok'))
  await shut(till)
})

t.test('names that stay: by serial number first, else by place; none for a port that is not numbered', async (t) => {
  const dir = folder(t)
  for (const folder of ['dev', 'serial/by-id', 'serial/by-path']) mkdirSync(join(dir, folder), { recursive: true })
  for (const name of ['ttyUSB0', 'ttyUSB1', 'ttyUSB2']) writeFileSync(join(dir, 'dev', name), '')
  symlinkSync(join(dir, 'dev/ttyUSB0'), join(dir, 'serial/by-id/usb-FTDI_A1'))
  symlinkSync(join(dir, 'dev/ttyUSB0'), join(dir, 'serial/by-path/pci-0'))
  symlinkSync(join(dir, 'dev/ttyUSB1'), join(dir, 'serial/by-path/pci-1'))
  const name = (port: string) => stableName(join(dir, 'dev', port), join(dir, 'serial'), /ttyUSB\d+$/)
  t.equal(await name('ttyUSB0'), join(dir, 'serial/by-id/usb-FTDI_A1'))
  t.equal(await name('ttyUSB1'), join(dir, 'serial/by-path/pci-1'))
  t.equal(await name('ttyUSB2'), undefined)
  t.equal(await stableName(join(dir, 'serial/by-id/usb-FTDI_A1'), join(dir, 'serial')), undefined)
})

t.test('what the system counts of a disturbed line', async (t) => {
  const counters = join(
    folder(t, {
      serial: `serinfo:1.0 driver revision:\n0: uart:16550A port:000003F8 irq:4 tx:5 rx:612 fe:2 brk:1 oe:3 RTS|DTR\n1: uart:unknown port:000002F8 irq:3\n`,
    }),
    'serial',
  )
  t.equal(await lineErrors('/dev/ttyS0', counters), 6)
  t.equal(await lineErrors('/dev/ttyS1', counters), 0)
  t.equal(await lineErrors('/dev/ttyS9', counters), undefined)
  t.equal(await lineErrors('/dev/ttyUSB0', counters), undefined)
})

/** A printer's ear with the latest word on it. */
function listening() {
  let now: Fault | undefined
  const says = printerSays(clock, (trouble) => {
    now = trouble
  })
  return { says, code: () => now?.code }
}

t.test('what a printer says of itself, question by question', (t) => {
  const { says, code } = listening()
  const talk = (question: string, answer: number): string | undefined => {
    says.asked(bytes(question))
    says.answered(Uint8Array.of(answer))
    return code()
  }
  t.equal(talk('\x10\x04\x01', 0x12), undefined)
  t.equal(talk('\x10\x04\x01', 0x1a), 'PRINTER_OFFLINE')
  t.equal(talk('\x10\x04\x02', 0x16), 'PRINTER_COVER_OPEN')
  t.equal(talk('\x10\x04\x04', 0x72), 'PRINTER_PAPER_OUT')
  t.ok(says.busy())
  t.equal(talk('\x10\x04\x01', 0x12), undefined, 'online: nothing stops it')
  t.notOk(says.busy())
  t.equal(talk('\x10\x04\x03', 0x1a), 'PRINTER_ERROR')
  t.equal(talk('\x10\x04\x03', 0x12), undefined)
  t.equal(talk('\x10\x04\x04', 0x1e), 'PRINTER_PAPER_LOW')
  t.notOk(says.busy(), 'little paper is no reason to wait')
  says.forget()
  says.asked(bytes('\x10\x04'))
  says.asked(bytes('\x04\x10\x04\x01'))
  says.answered(Uint8Array.of(0x72, 0x1a))
  t.equal(code(), 'PRINTER_PAPER_OUT', 'a question torn in two is one question')
  says.answered(bytes('\x5fEPSON\x18\x7a\x00\x37\x22\x1a\x72\x1a\x1a\x00'))
  t.equal(code(), 'PRINTER_PAPER_OUT', 'names and marks are no status')
  says.forget()
  t.equal(talk('\x1dr\x01', 0x0c), 'PRINTER_PAPER_OUT', 'GS r 1: the sensor of the roll')
  t.equal(talk('\x1bv', 0x03), 'PRINTER_PAPER_LOW', 'ESC v')
  t.equal(talk('\x1dr\x01', 0x00), undefined)
  t.equal(talk('\x1dr\x02', 0x0c), undefined, 'GS r 2 speaks of the drawer')
  t.equal(talk('\x1bu', 0x0c), undefined, 'ESC u too')
  t.equal(talk('\x1dI\x01', 0x0d), undefined, 'GS I of the model')
  says.answered(Uint8Array.of(0x0c))
  t.equal(code(), undefined, 'a byte nobody asked for is no status')
  t.end()
})

t.test('automatic status, asked for once and told ever after: Epson with four bytes, Star with seven and more', (t) => {
  const { says, code } = listening()
  const told = (...said: number[]): string | undefined => {
    says.answered(Uint8Array.from(said))
    return code()
  }
  t.equal(told(0x30, 0, 0, 0), 'PRINTER_COVER_OPEN')
  t.equal(told(0x18, 0, 0x0c, 0), 'PRINTER_PAPER_OUT')
  t.equal(told(0x10, 0x08, 0, 0), 'PRINTER_ERROR')
  t.equal(told(0x10, 0, 0x03, 0x0f), 'PRINTER_PAPER_LOW')
  t.equal(told(0x10, 0, 0, 0), undefined)
  const star = (status: number, errors: number, paper: number): number[] => [0x86, status, errors, 0, paper, 0, 0]
  t.equal(told(0x23, ...star(0x08, 0, 0), 0), 'PRINTER_OFFLINE', 'nine bytes')
  t.equal(told(0x23, ...star(0x28, 0, 0), 0), 'PRINTER_COVER_OPEN')
  t.equal(told(0x0f, ...star(0x08, 0, 0x08).slice(0, 6)), 'PRINTER_PAPER_OUT', 'seven')
  t.ok(says.busy())
  t.equal(told(0x21, ...star(0, 0x08, 0)), 'PRINTER_ERROR', 'eight')
  t.equal(told(0x21, ...star(0, 0, 0x04)), 'PRINTER_PAPER_LOW')
  t.equal(told(0x23, 0x41, 0x42), 'PRINTER_PAPER_LOW', 'what only begins like one is none')
  t.equal(told(0x2f, ...star(0, 0, 0), 0, 0, 0, 0, 0, 0, 0), undefined, 'fifteen')
  t.notOk(says.busy())
  t.end()
})

t.test('no answer of a printer, however odd or cut, throws or says what no printer says', (t) => {
  const known = [undefined, 'PRINTER_PAPER_OUT', 'PRINTER_COVER_OPEN', 'PRINTER_ERROR', 'PRINTER_OFFLINE', 'PRINTER_PAPER_LOW']
  const chunk = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 12 }))
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 20 }), (talk) => {
      const whole = listening()
      const bitwise = listening()
      for (const [asks, said] of talk) {
        const way = asks ? 'asked' : 'answered'
        whole.says[way](said)
        for (const byte of said) bitwise.says[way](Uint8Array.of(byte))
      }
      return known.includes(whole.code()) && whole.code() === bitwise.code() && whole.says.busy() === bitwise.says.busy()
    }),
    { numRuns: runs(300) },
  )
  t.end()
})
