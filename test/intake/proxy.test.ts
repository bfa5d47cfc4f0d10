import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { fault } from '../../src/domain/fault.ts'
import { onPoint, type Point } from '../../src/domain/points.ts'
import { tcpLink } from '../../src/intake/link-tcp.ts'
import { tcpPrinter } from '../../src/intake/printer.ts'
import { fc, runs } from '../property.ts'
import { bytes, CUT, clock, MemoryLedger, pause, plainPrinter, shop, soon, tinyDriver, until } from './fakes.ts'

/** A till: says, hears, and sees how its peer ends. */
async function till(port: number): Promise<{
  readonly socket: Socket
  say(text: string): void
  done(): void
  readonly heard: () => string
  readonly ended: Promise<'fin' | 'reset'>
  readonly fin: () => boolean
}> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true })
  const chunks: Buffer[] = []
  let fin = false
  socket.on('data', (chunk) => void chunks.push(chunk))
  const ended = new Promise<'fin' | 'reset'>((resolve) => {
    socket.on('error', () => resolve('reset'))
    socket.on('end', () => {
      fin = true
      resolve('fin')
    })
  })
  await Promise.race([ended, new Promise<void>((resolve) => socket.once('connect', () => resolve()))])
  return {
    socket,
    say: (text) => void socket.write(bytes(text)),
    done: () => void socket.end(),
    heard: () => Buffer.concat(chunks).toString('latin1'),
    ended,
    fin: () => fin,
  }
}

const printerOf = (printer: { readonly port: number }) => tcpPrinter({ host: '127.0.0.1', port: printer.port, clock })

async function proxied(t: Test, hearing: Parameters<typeof shop>[0] = {}, ledger = new MemoryLedger()) {
  const printer = await plainPrinter()
  const gate = await shop({ printer: printerOf(printer), ...hearing }, ledger)
  t.teardown(async () => {
    await gate.part.stop(soon(500))
    await printer.stop()
  })
  return { ...gate, printer }
}

t.test('bytes go through both ways untouched, however they are cut', async (t) => {
  const { port, printer, ledger } = await proxied(t, { stamp: 'off' })
  let sent = ''
  let heard = ''
  const piece = fc.oneof(
    fc.string({ unit: fc.constantFrom('\x1b', '\x1d', 'V', 'B', '\x00', 'a', '\xff') }),
    fc.constant(CUT),
    fc.constant('\x1d'),
    fc.constant('\x1dV'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), async (pieces) => {
      const one = await till(port)
      for (const piece of pieces) one.say(piece)
      one.done()
      sent += pieces.join('')
      t.equal(await one.ended, 'fin')
      heard += one.heard()
      return await until(() => printer.got() === sent)
    }),
    { numRuns: runs(40) },
  )
  t.equal(printer.got(), sent)
  t.equal(heard, '')
  t.ok(ledger.heard.length > 0)

  const asking = await till(port)
  asking.say('\x10\x04\x01')
  t.ok(await until(() => printer.got().endsWith('\x10\x04\x01')))
  printer.say('\x16\x00\xff')
  t.ok(await until(() => asking.heard() === '\x16\x00\xff'), 'the printer answers, we do not')
  asking.done()
  await asking.ended
})

t.test('the stamp stands before the cut, in order, for documents in one chunk and in single bytes', async (t) => {
  const { port, printer, ledger } = await proxied(t)
  const one = await till(port)
  one.say(`A${CUT}B${CUT}`)
  t.ok(await until(() => printer.got() === `A<HD 1>${CUT}B<HD 2>${CUT}`), printer.got())
  for (const byte of `C${CUT}\x1bp`) {
    one.say(byte)
    await pause(1)
  }
  t.ok(await until(() => printer.got().endsWith(`C<HD 3>${CUT}\x1bp`)), printer.got())
  one.done()
  t.equal(await one.ended, 'fin')
  t.ok(await until(() => ledger.stamps().length === 3))
  t.same(ledger.stamps(), ['before-cut', 'before-cut', 'before-cut'])
})

t.test('what is no sale is never stamped and its cut is not held', async (t) => {
  const { port, printer } = await proxied(t, { stampMs: 5_000 })
  const one = await till(port)
  one.say(`TAM TINH${CUT}HELD${CUT}`)
  t.ok(await until(() => printer.got() === `TAM TINH${CUT}HELD${CUT}`, 500))
  one.done()
})

t.test('a seal that comes too late leaves the cut untouched, and is noted', async (t) => {
  const ledger = new MemoryLedger()
  ledger.sealMs = 900
  const { port, printer } = await proxied(t, { stampMs: 60 }, ledger)
  const one = await till(port)
  const start = clock.up()
  one.say(`A${CUT}`)
  t.ok(await until(() => printer.got() === `A${CUT}`))
  const held = clock.up() - start
  t.ok(held >= 50 && held < 700, `the cut was held ${held} ms`)
  t.ok(await until(() => ledger.stamps().length > 0))
  t.same(ledger.stamps(), ['failed'])
  t.equal(printer.got(), `A${CUT}`)
  one.done()
})

t.test('slips: the cut passes at once, the stamp follows with a cut of its own, between documents only', async (t) => {
  const ledger = new MemoryLedger()
  ledger.sealMs = 400
  const { port, printer } = await proxied(t, { stamp: 'slip' }, ledger)
  const one = await till(port)
  one.say(`A${CUT}`)
  t.ok(await until(() => printer.got() === `A${CUT}`, 300))
  one.say('B')
  await pause(500)
  t.equal(printer.got(), `A${CUT}B`, 'not into the middle of the next one')
  one.say(CUT)
  t.ok(await until(() => printer.got() === `A${CUT}B${CUT}<HD 1>${CUT}<HD 2>${CUT}`), printer.got())
  one.say(`C${CUT}`)
  one.done()
  t.equal(await one.ended, 'fin', 'our end does not wait for the slip')
  t.ok(await until(() => printer.got().endsWith(`C${CUT}<HD 3>${CUT}`)), 'in a conversation of its own')
  t.equal(printer.conversations(), 2)
  t.ok(await until(() => ledger.stamps().length === 3))
})

t.test('a slow disk delays neither bytes nor answers, only our end', async (t) => {
  for (const diskMs of [20, 2_000]) {
    const ledger = new MemoryLedger()
    ledger.diskMs = diskMs
    const { port, printer } = await proxied(t, { stampMs: 100 }, ledger)
    const one = await till(port)
    const start = clock.up()
    one.say('a'.repeat(3_000))
    t.ok(await until(() => printer.got().length === 3_000, 500))
    one.say(CUT)
    one.done()
    t.ok(await until(() => printer.got().endsWith(CUT), 1_000), `the cut after ${clock.up() - start} ms`)
    t.equal(await one.ended, 'fin')
    t.ok(clock.up() - start >= diskMs, 'our FIN is the acknowledgement (law 1)')
    t.equal(ledger.heard.length, 1)
  }
})

t.test('a till that prints faster than the disk writes is slowed at eight documents, not before', async (t) => {
  const ledger = new MemoryLedger()
  ledger.diskMs = 150
  const { port, printer } = await proxied(t, { stamp: 'off' }, ledger)
  const one = await till(port)
  for (let i = 0; i < 20; i++) {
    one.say(`${i}${CUT}`)
    await pause(4)
  }
  one.done()
  t.equal(await one.ended, 'fin')
  t.equal(ledger.heard.length, 20)
  t.ok(ledger.most >= 4 && ledger.most <= 10, `${ledger.most} at one time`)
  t.equal(printer.got(), Array.from({ length: 20 }, (_, i) => `${i}${CUT}`).join(''))
})

t.test('our FIN comes after the frame is durable and after close.before', async (t) => {
  const { port, ledger } = await proxied(t)
  const points: string[] = []
  onPoint((point: Point) => void points.push(`${point}:${ledger.heard.length}`))
  t.teardown(() => onPoint(undefined))
  const one = await till(port)
  one.say(`A${CUT}`)
  one.done()
  t.equal(await one.ended, 'fin')
  t.same(points, ['stamp.before:1', 'stamp.printed:1', 'close.before:1'])
})

t.test('a full disk: printing goes on, the board is red, the till gets no acknowledgement; it heals by itself', async (t) => {
  const ledger = new MemoryLedger()
  ledger.full = fault('LEDGER_DISK_FULL')
  const { port, printer, item } = await proxied(t, { stampMs: 50 }, ledger)
  const one = await till(port)
  one.say(`A${CUT}`)
  one.done()
  t.equal(await one.ended, 'reset')
  t.equal(printer.got(), `A${CUT}`)
  t.match(item('register/R017'), { level: 'critical', key: 'fault.LEDGER_DISK_FULL', todo: 'fault.LEDGER_DISK_FULL.hint' })
  ledger.full = undefined
  const two = await till(port)
  two.say(`B${CUT}`)
  two.done()
  t.equal(await two.ended, 'fin')
  t.match(item('register/R017'), { level: 'ok', key: 'board.register.ok' })
  t.ok(await until(() => ledger.texts().includes(`A${CUT}`)), 'what was printed meanwhile is kept after all')
})

t.test('a till that ends with a reset after its whole receipt: printed and kept', async (t) => {
  const { port, printer, ledger } = await proxied(t)
  const one = await till(port)
  one.say(`A${CUT}`)
  await pause(1)
  one.socket.resetAndDestroy()
  t.ok(await until(() => printer.got() === `A<HD 1>${CUT}`))
  t.same(ledger.texts(), [`A${CUT}`])
})

t.test('a part of an end mark that stays alone is let through, and no stamp gets into its middle', async (t) => {
  const { port, printer, ledger } = await proxied(t, { stampMs: 60 })
  const one = await till(port)
  one.say('A\x1dV')
  t.ok(await until(() => printer.got() === 'A\x1dV', 1_000))
  one.say('B\x00')
  t.ok(await until(() => printer.got() === `A${CUT}`))
  one.done()
  await one.ended
  t.equal(printer.got(), `A${CUT}`)
  t.same(ledger.texts(), [`A${CUT}`])
})

t.test('printer down at start: the till waits, the sale is kept; printer comes: all is printed', async (t) => {
  const ghost = await plainPrinter()
  await ghost.stop()
  const gate = await shop({ printer: printerOf(ghost) })
  t.teardown(() => gate.part.stop(soon(500)))
  t.ok(await until(() => gate.item('printer/R017')?.key === 'fault.PRINTER_GONE'))
  const one = await till(gate.port)
  one.say(`A${CUT}`)
  one.done()
  t.ok(await until(() => gate.ledger.heard.length === 1), 'captured though nothing was printed')
  await pause(100)
  t.notOk(one.fin(), 'the till sees what a dead printer shows: nothing')
  const printer = await plainPrinter(ghost.port)
  t.teardown(() => printer.stop())
  t.equal(await one.ended, 'fin')
  t.equal(printer.got(), `A<HD 1>${CUT}`)
  t.match(gate.item('printer/R017'), { level: 'ok' })
})

t.test('printer lost in the middle of a receipt: the receipt is printed from its beginning', async (t) => {
  const { port, printer, item, ledger } = await proxied(t)
  const one = await till(port)
  one.say(`A${CUT}first half `)
  t.ok(await until(() => printer.got().endsWith('half ')))
  printer.cutOff()
  await pause(50)
  one.say(`second half${CUT}`)
  one.done()
  t.equal(await one.ended, 'fin')
  t.equal(printer.got(), `A<HD 1>${CUT}first half first half second half<HD 2>${CUT}`)
  t.match(item('printer/R017'), { level: 'warning', key: 'fault.PRINTER_UNSURE', values: { number: '1' } }, 'the one before')
  t.ok(await until(() => ledger.stamps().length === 2))
  t.same(ledger.stamps(), ['failed', 'before-cut'])
})

t.test('a till that pauses inside a picture: a printer lost then still gets the receipt from its beginning', async (t) => {
  const { port, printer } = await proxied(t, { driver: tinyDriver({ quietMs: 50 }) })
  const picture = 'P'.repeat(2_000)
  const one = await till(port)
  one.say(picture)
  t.ok(await until(() => printer.got() === picture))
  await pause(200)
  printer.cutOff()
  await pause(50)
  one.say(`end${CUT}`)
  one.done()
  t.equal(await one.ended, 'fin')
  t.equal(printer.got(), `${picture}${picture}end<HD 1>${CUT}`)
})

t.test('half-open, reset, empty and many connections', async (t) => {
  const { port, printer, ledger, log } = await proxied(t)
  const empty = await till(port)
  empty.done()
  t.equal(await empty.ended, 'fin')
  t.equal(printer.conversations(), 0, 'an empty connection does not disturb the printer')

  const half = await till(port)
  printer.answerTo('\x10\x04\x01', '\x12')
  half.say(`A${CUT}\x10\x04\x01`)
  half.done()
  t.equal(await half.ended, 'fin')
  t.equal(half.heard(), '\x12', 'late status after its FIN still arrives')

  const torn = await till(port)
  torn.say('half a rec')
  await until(() => printer.got().endsWith('rec'))
  torn.socket.resetAndDestroy()
  t.ok(await until(() => ledger.texts().at(-1) === 'half a rec'))
  t.match(ledger.heard.at(-1)?.heard, { torn: true })
  t.ok(await until(() => printer.got().endsWith('half a rec')))

  const before = ledger.heard.length
  const many = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => {
      const one = await till(port)
      one.say(`N${i}${CUT}`)
      one.done()
      return one.ended
    }),
  )
  t.ok(many.every((how) => how === 'fin'))
  t.equal(ledger.heard.length, before + 30)
  t.same(
    log.lines.filter((line) => line.startsWith('error')),
    [],
  )
})

t.test('a status probe is answered within 200 ms where there is no printer', async (t) => {
  const gate = await shop()
  t.teardown(() => gate.part.stop(soon(500)))
  const one = await till(gate.port)
  const start = clock.up()
  one.say('\x1b\x40\x1b\x3d\x01\x10\x04\x01')
  t.ok(await until(() => one.heard() === '\x12', 200), `after ${clock.up() - start} ms`)
  one.say(`A${CUT}`)
  one.done()
  t.equal(await one.ended, 'fin')
})

t.test(
  'a driver that throws: bytes go on, the document is kept whole, the board says so, later ones are well again',
  async (t) => {
    const { port, printer, ledger, item, log } = await proxied(t, { driver: tinyDriver({ throwsAt: 'BAD', quietMs: 80 }) })
    const one = await till(port)
    one.say(`A${CUT}xx`)
    t.ok(await until(() => printer.got() === `A<HD 1>${CUT}xx`))
    one.say(`BAD yy${CUT}zz`)
    t.ok(await until(() => printer.got() === `A<HD 1>${CUT}xxBAD yy${CUT}zz`), printer.got())
    t.match(item('register/R017'), { level: 'serious', key: 'fault.DRIVER_FAILED' })
    t.ok(await until(() => ledger.heard.length === 2), 'kept at the next silence')
    t.equal(ledger.texts()[1], `xxBAD yy${CUT}zz`)
    one.say(`C${CUT}`)
    t.ok(await until(() => printer.got().endsWith(`C<HD 3>${CUT}`)), printer.got())
    t.match(item('register/R017'), { level: 'ok' })
    one.done()
    t.equal(await one.ended, 'fin')
    t.equal(log.lines.filter((line) => line.startsWith('error')).length, 1)
  },
)

t.test('a stamp that throws leaves the cut untouched', async (t) => {
  const { port, printer, ledger } = await proxied(t, { driver: tinyDriver({ stampThrows: true }) })
  const one = await till(port)
  one.say(`A${CUT}`)
  one.done()
  t.equal(await one.ended, 'fin')
  t.equal(printer.got(), `A${CUT}`)
  t.same(ledger.stamps(), ['failed'])
})

t.test('a slow printer slows the till instead of filling memory', async (t) => {
  const gate = await shop({
    stamp: 'off',
    printer: {
      where: 'slow',
      open: async () => ({
        write: () => pause(20),
        answers: (async function* () {})(),
        close: async () => {},
        destroy: () => {},
      }),
    },
  })
  t.teardown(() => gate.part.stop(soon(300)))
  const one = await till(gate.port)
  let taken = 0
  for (let i = 0; i < 400; i++) one.socket.write(Buffer.alloc(64 * 1024, 97), () => (taken += 64 * 1024))
  await pause(300)
  t.ok(taken < 16 * 1024 * 1024, `${taken} bytes taken from the till`)
  one.socket.destroy()
})

t.test('port in use: told, tried again, taken over when it is free', async (t) => {
  const other = await plainPrinter()
  const link = tcpLink({ host: '127.0.0.1', port: other.port, clock })
  const gate = await shop({ link })
  t.teardown(() => gate.part.stop(soon(500)))
  t.match(gate.item('register/R017'), { level: 'serious', key: 'fault.CAPTURE_PORT_BUSY' })
  await other.stop()
  t.ok(await until(() => gate.item('register/R017')?.level === 'ok'))
})

t.test('only allowed addresses may print', async (t) => {
  const shut = await shop({ link: tcpLink({ host: '127.0.0.1', port: 0, allow: ['10.0.0.0/8', '::1'], clock }) })
  t.teardown(() => shut.part.stop(soon(300)))
  const one = await till(shut.port)
  t.equal(await one.ended, 'reset')
  t.match(shut.item('register/R017'), { level: 'warning', key: 'fault.CAPTURE_REFUSED', values: { address: '127.0.0.1' } })
  const open = await shop({ link: tcpLink({ host: '127.0.0.1', port: 0, allow: ['127.0.0.0/8'], clock }) })
  t.teardown(() => open.part.stop(soon(300)))
  const two = await till(open.port)
  two.say(`A${CUT}`)
  two.done()
  t.equal(await two.ended, 'fin')
})

t.test('stop: listening ends first, an idle till gets our FIN, one in mid-receipt may finish it', async (t) => {
  const { part, port, ledger, printer } = await proxied(t)
  const idle = await till(port)
  idle.say(`A${CUT}`)
  idle.done()
  await idle.ended
  const kept = await till(port)
  kept.say('')
  const busy = await till(port)
  busy.say('half ')
  await pause(50)
  const stopped = part.stop(soon(4_000))
  t.equal(await kept.ended, 'fin')
  const late = await till(port)
  t.equal(await late.ended, 'reset', 'nobody listens any more')
  busy.say(`other half${CUT}`)
  t.equal(await busy.ended, 'fin')
  await stopped
  t.same(ledger.texts(), [`A${CUT}`, `half other half${CUT}`])
  t.ok(printer.got().endsWith(CUT))
  t.equal(part.open(), 0)
})

t.test('added delay of a stamped receipt, its new connection included: within 15 ms in the middle', async (t) => {
  const { port, printer } = await proxied(t)
  const delays: number[] = []
  const receipt = 'x'.repeat(1_500)
  for (let i = 0; i < 60; i++) {
    const one = await till(port)
    const length = printer.got().length
    const start = performance.now()
    one.say(receipt + CUT)
    one.done()
    while (printer.got().length < length + receipt.length + CUT.length + 5) await new Promise((r) => setImmediate(r))
    delays.push(performance.now() - start)
    await one.ended
    await pause(20)
  }
  delays.sort((a, b) => a - b)
  t.comment(`p50 ${delays[30]?.toFixed(2)} ms, p95 ${delays[57]?.toFixed(2)} ms, max ${delays[59]?.toFixed(2)} ms`)
  t.ok((delays[30] ?? 99) < 15)
})
