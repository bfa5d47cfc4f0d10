import { connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { escpos } from '../../drivers/escpos/index.ts'
import { fault } from '../../src/domain/fault.ts'
import { registerId } from '../../src/domain/ids.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { ownPaper } from '../../src/intake/own-paper.ts'
import { paperTo } from '../../src/intake/paper.ts'
import { tcpPrinter } from '../../src/intake/printer.ts'
import { fc, runs } from '../property.ts'
import { bytes, CUT, clock, hurried, pause, plainPrinter, R, shop, soon, until } from './fakes.ts'

const job = (n: number): string => `{copy ${n}}`
const printing = (text: string) => async () => ok(bytes(text))

async function proxied(t: Test, hearing: Parameters<typeof shop>[0] = {}) {
  const paper = await plainPrinter()
  const gate = await shop({ printer: tcpPrinter({ host: '127.0.0.1', port: paper.port, clock }), ...hearing })
  t.teardown(async () => {
    await gate.part.stop(soon(500))
    await paper.stop()
  })
  const till = async (): Promise<Socket> => {
    const socket = connect({ host: '127.0.0.1', port: gate.port, noDelay: true })
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
    return socket
  }
  return { ...gate, paper, till }
}

void t.test('with no till connected a copy is a conversation of its own, and the next one waits for it', async (t) => {
  const { part, paper } = await proxied(t)
  t.same(await part.print(R, printing(job(1))), ok(undefined))
  t.same(await Promise.all([part.print(R, printing(job(2))), part.print(R, printing(job(3)))]), [ok(undefined), ok(undefined)])
  t.ok(await until(() => paper.got() === job(1) + job(2) + job(3)), paper.got())
  t.equal(paper.conversations(), 3)
})

void t.test('a till that keeps its connection: the copy stands behind the document, never in it', async (t) => {
  const { part, paper, till } = await proxied(t)
  const socket = await till()
  socket.write(bytes(`A${CUT}B`))
  t.ok(await until(() => paper.got() === `A<HD 1>${CUT}B`), paper.got())
  const asked = part.print(R, printing(job(1)))
  await pause(150)
  t.equal(paper.got(), `A<HD 1>${CUT}B`, 'it waits while the till is in the middle of a receipt')
  socket.write(bytes(CUT))
  t.same(await asked, ok(undefined))
  socket.write(bytes(`C${CUT}`))
  t.ok(await until(() => paper.got() === `A<HD 1>${CUT}B<HD 2>${CUT}${job(1)}C<HD 3>${CUT}`), paper.got())
  t.equal(paper.conversations(), 1)
  socket.end()
})

void t.test('a till that asks for the status all the time leaves room for a copy', async (t) => {
  const { part, paper, till } = await proxied(t, { driver: escpos, stamp: 'off' })
  const socket = await till()
  const poll = '\x10\x04\x01'
  socket.write(bytes(`\x1b@RECEIPT\n${CUT}`))
  const polls = setInterval(() => socket.write(bytes(poll)), 40)
  t.teardown(() => clearInterval(polls))
  t.ok(await until(() => paper.got().includes(`${CUT}${poll}${poll}`)))
  t.same(await part.print(R, printing(job(1))), ok(undefined))
  clearInterval(polls)
  const rest = (): string => paper.got().replaceAll(poll, '')
  t.ok(await until(() => rest() === `\x1b@RECEIPT\n${CUT}${job(1)}`), rest())
  socket.write(bytes('\x1b@NEXT\n'))
  t.ok(await until(() => paper.got().endsWith('NEXT\n')))
  const late = part.print(R, printing(job(2)))
  socket.write(bytes(poll))
  await pause(150)
  t.ok(paper.got().endsWith(`NEXT\n${poll}`), 'a question in the middle of a receipt makes no room')
  socket.write(bytes(CUT))
  t.same(await late, ok(undefined))
  t.ok(await until(() => paper.got().endsWith(`NEXT\n${poll}${CUT}${job(2)}`)))
  socket.end()
})

void t.test('however till and copies come, every receipt and every copy is in one piece', async (t) => {
  const { part, paper, till } = await proxied(t)
  let sent = 0
  const piece = fc.record({ text: fc.constantFrom('a', 'bb', '\x1d', 'V', CUT), own: fc.boolean(), rest: fc.boolean() })
  let copies = 0
  let from = 0
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 3, maxLength: 14 }), fc.boolean(), async (pieces, two) => {
      const sockets = [await till(), ...(two ? [await till()] : [])]
      const asked: Promise<unknown>[] = []
      const says = sockets.map(() => '')
      for (const [i, { text, own, rest }] of pieces.entries()) {
        const which = i % sockets.length
        says[which] += text
        sockets[which]?.write(bytes(text))
        if (own) asked.push(part.print(R, printing(job(++copies))))
        if (rest) await pause(2)
      }
      const closed = sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()).resume()))
      for (const socket of sockets) socket.end()
      for (const answer of await Promise.all(asked)) t.same(answer, ok(undefined))
      await Promise.all(closed)
      const whole = (): string => paper.got().slice(from)
      const plain = (): string => whole().replace(/\{copy \d+\}|<HD \d+>/g, '')
      sent = says.join('').length
      if (!(await until(() => plain().length === sent, 2_000)))
        return t.fail(`${JSON.stringify(whole())} of ${JSON.stringify(says)}`)
      const here = whole()
      from += here.length
      const tills = [says, [...says].reverse()].map((order) => order.join(''))
      t.ok(tills.includes(here.replace(/\{copy \d+\}|<HD \d+>/g, '')), `${JSON.stringify(here)} of ${JSON.stringify(says)}`)
      // What stands before each copy is whole receipts, or all that one till had to say.
      const ends = here.split(/\{copy \d+\}/).slice(0, -1)
      let before = ''
      for (const part of ends) {
        before += part.replace(/<HD \d+>/g, '')
        const said = says.some((text) => before === text) || tills.includes(before)
        t.ok(before === '' || before.endsWith(CUT) || said, JSON.stringify(here))
      }
      return true
    }),
    { numRuns: runs(40) },
  )
})

void t.test('what cannot be printed is said at once, and its composer is never asked', async (t) => {
  const { part, paper, item } = await proxied(t)
  let composed = 0
  const count = async () => {
    composed += 1
    return ok(bytes(job(composed)))
  }
  t.match(await part.print(registerId('R099'), count), failed(fault('REPRINT_NO_PRINTER', { register: 'R099' })))
  t.match(await part.print(R, async () => failed(fault('LEDGER_DISK_FULL'))), failed(fault('LEDGER_DISK_FULL')))
  t.equal(paper.got(), '', 'a copy that could not be counted is not printed')
  await paper.stop()
  const began = clock.up()
  t.match(await part.print(R, count), { ok: false, fault: { code: 'PRINTER_GONE' } })
  t.ok(clock.up() - began < 5_000, 'a dead printer is told of at once')
  t.equal(item('printer/R017')?.level, 'serious')
  t.equal(composed, 0)
})

void t.test(
  'R-083 a till that stays in the middle of a receipt: given up in time, nothing counted, and no byte comes later',
  async (t) => {
    const paper = await plainPrinter()
    const ending = new AbortController()
    const printer = tcpPrinter({ host: '127.0.0.1', port: paper.port, clock })
    const line = { printer, tell: () => {}, answer: async () => {}, clock, signal: ending.signal }
    const till = paperTo(line)
    const print = ownPaper({ ...line, clock: hurried, papers: new Set([till]), behind: () => {} })
    t.teardown(async () => {
      ending.abort()
      await paper.stop()
    })
    till.text(bytes('RECEIPT'))
    t.ok(await until(() => paper.got() === 'RECEIPT'))
    let counted = 0
    const answer = await print(async () => {
      counted += 1
      return ok(bytes(job(1)))
    })
    t.match(answer, failed(fault('REPRINT_BUSY', { printer: printer.where })))
    till.end(bytes(CUT))
    t.ok(await until(() => paper.got() === `RECEIPT${CUT}`), paper.got())
    t.same(await print(printing(job(2))), ok(undefined))
    t.ok(await until(() => paper.got() === `RECEIPT${CUT}${job(2)}`), paper.got())
    t.equal(counted, 0)
    await till.finish()
  },
)

void t.test('a printer that goes away or stops in the midst of a copy: told as such, and the till prints on', async (t) => {
  let taking = false
  const got: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    if (taking) socket.on('data', (chunk: Buffer) => void got.push(chunk))
    else socket.pause()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const gate = await shop({ printer: tcpPrinter({ host: '127.0.0.1', port, clock }) })
  t.teardown(async () => {
    await gate.part.stop(soon(200))
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // More than any buffer on the way holds.
  const asked = gate.part.print(R, async () => ok(Buffer.alloc(16 * 1024 * 1024, 0x61)))
  t.ok(await until(() => sockets.size === 1))
  await pause(300)
  const second = gate.part.print(R, printing(job(2)))
  taking = true
  for (const socket of sockets) socket.resetAndDestroy()
  t.match(await asked, { ok: false, fault: { code: 'REPRINT_BROKEN' } })
  t.same(await second, ok(undefined))
  t.ok(await until(() => Buffer.concat(got).toString() === job(2)), 'what broke off is not begun again by itself')
})
