import { connect } from 'node:net'
import t, { type Test } from 'tap'
import type { Entry } from '../../src/domain/entry.ts'
import type { EntryId } from '../../src/domain/ids.ts'
import { backChannel } from '../../src/intake/back-channel.ts'
import type { Hearing } from '../../src/intake/intake.ts'
import { tcpPrinter } from '../../src/intake/printer.ts'
import { fc, runs } from '../property.ts'
import { bytes, CUT, clock, hurried, MemoryLedger, pause, plainPrinter, shop, soon, tinyDriver, until } from './fakes.ts'

const QUESTION = '\x10\x04\x01'

/** What is said again is a copy of what was said first, as the clerk would find it. */
class CopyLedger extends MemoryLedger {
  override async settled(id: EntryId, signal: AbortSignal): Promise<Entry | undefined> {
    const [settled, heard] = [await super.settled(id, signal), this.texts()]
    const first = heard.indexOf(heard[heard.length - 1] ?? '')
    if (!settled || first === heard.length - 1 || !id.endsWith(String(heard.length))) return settled
    const { register, since } = settled
    return { id, register, since, state: 'set-aside', why: 'duplicate', of: this.ids[first] ?? id }
  }
}

async function counter(t: Test, hearing: Partial<Hearing> = {}, time = clock) {
  const paper = await plainPrinter()
  const printer = tcpPrinter({ host: '127.0.0.1', port: paper.port, clock: time })
  const gate = await shop({ printer, ...hearing }, new CopyLedger(), time)
  t.teardown(async () => {
    await gate.part.stop(soon(500))
    await paper.stop()
  })
  const socket = connect({ host: '127.0.0.1', port: gate.port, noDelay: true })
  t.teardown(() => socket.destroy())
  let heard = ''
  socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  const say = (text: string): void => void socket.write(bytes(text))
  return { ...gate, paper, socket, say, heard: () => heard }
}

void t.test(
  'a printer that resets behind a whole receipt: uncertain, told with its number, and the copy gets the stamp',
  async (t) => {
    const { paper, say, ledger, item, log } = await counter(t)
    say(`A${CUT}`)
    t.ok(await until(() => paper.got() === `A<HD 1>${CUT}`))
    t.same(ledger.stamps(), [], 'taken by the system is not printed')
    paper.cutOff()
    t.ok(await until(() => ledger.stamps().length === 1))
    t.same(ledger.stamps(), ['failed'])
    const told = { level: 'warning', key: 'fault.PRINTER_UNSURE', values: { number: '1' }, todo: 'fault.PRINTER_UNSURE.hint' }
    t.match(item('printer/R017'), told)
    t.ok(log.lines.some((line) => line.startsWith('warn PRINTER_UNSURE')))
    say(`A${CUT}`)
    t.ok(await until(() => paper.got() === `A<HD 1>${CUT}A<HD 1>${CUT}`), 'printed again, under the same number')
    say(QUESTION)
    t.ok(await until(() => paper.got().endsWith(QUESTION)))
    paper.say('\x12')
    t.ok(await until(() => ledger.stamps().length === 2))
    t.same(ledger.stamps(), ['failed', 'before-cut'])
    t.match(item('printer/R017'), { level: 'ok' })
  },
)

void t.test(
  'an answer to the question the till asks behind its receipt proves it, one to an earlier question does not',
  async (t) => {
    const { paper, say, ledger, heard } = await counter(t)
    say(`${QUESTION}A${CUT}`)
    t.ok(await until(() => paper.got() === `${QUESTION}A<HD 1>${CUT}`))
    paper.say('\x12')
    t.ok(await until(() => heard() === '\x12'))
    t.same(ledger.stamps(), [])
    say(QUESTION)
    t.ok(await until(() => paper.got().endsWith(QUESTION)))
    paper.say('\x12')
    t.ok(await until(() => heard() === '\x12\x12'), 'both are the till’s')
    t.ok(await until(() => ledger.stamps().join() === 'before-cut'))
    paper.cutOff()
    await pause(50)
    t.same(ledger.stamps(), ['before-cut'], 'what happens later concerns it no more')
  },
)

void t.test('a till that keeps its connection and asks nothing: we ask, between two receipts, and keep the answer', async (t) => {
  const { paper, say, ledger, heard, socket } = await counter(t, { driver: tinyDriver({ probe: true }) }, hurried)
  paper.answerTo(QUESTION, '\x12')
  say(`A${CUT}B`)
  await pause(300)
  t.equal(paper.got(), `A<HD 1>${CUT}B`, 'never into the middle of a receipt')
  t.same(ledger.stamps(), ['before-cut'], 'after five seconds without a word it counts as sent')
  say(CUT)
  t.ok(await until(() => ledger.stamps().length === 2))
  t.equal(paper.got(), `A<HD 1>${CUT}B<HD 2>${CUT}${QUESTION}`)
  t.equal(heard(), '', 'the answer was ours')
  say(QUESTION)
  t.ok(await until(() => heard() === '\x12'), 'and this one the till’s')
  say(`C${CUT}`)
  socket.end()
  t.ok(await until(() => ledger.stamps().length === 3))
  await pause(150)
  t.ok(paper.got().endsWith(`C<HD 3>${CUT}`), 'an end in order proves as much: nothing is added')
})

void t.test('a printer that answers nobody is asked once and never again, and its receipts count as sent', async (t) => {
  const { paper, say, ledger, heard } = await counter(t, { driver: tinyDriver({ probe: true }) }, hurried)
  say(`A${CUT}`)
  t.ok(await until(() => ledger.stamps().length === 1, 1_500))
  say(`B${CUT}`)
  t.ok(await until(() => ledger.stamps().length === 2, 1_500))
  t.same(ledger.stamps(), ['before-cut', 'before-cut'])
  t.equal(paper.got(), `A<HD 1>${CUT}${QUESTION}B<HD 2>${CUT}`)
  t.equal(heard(), '')
})

void t.test('a printer that did answer and falls silent behind a receipt is taken for gone', async (t) => {
  const { paper, say, ledger, item } = await counter(t, { driver: tinyDriver({ probe: true }) }, hurried)
  paper.answerTo(QUESTION, '\x12')
  say(`A${CUT}`)
  t.ok(await until(() => ledger.stamps().length === 1))
  paper.answerTo('nothing', '')
  say(`B${CUT}`)
  t.ok(await until(() => ledger.stamps().length === 2, 9_000))
  t.same(ledger.stamps(), ['before-cut', 'failed'])
  t.match(item('printer/R017'), { key: 'fault.PRINTER_UNSURE', values: { number: '2' } })
})

void t.test('a receipt that bears no stamp of ours may be missing as well', async (t) => {
  const { paper, say, ledger, item } = await counter(t, { stamp: 'off' })
  say(`A${CUT}TAM TINH${CUT}`)
  t.ok(await until(() => paper.got() === `A${CUT}TAM TINH${CUT}`))
  paper.cutOff()
  t.ok(await until(() => item('printer/R017')?.key === 'fault.PRINTER_UNSURE'))
  t.match(item('printer/R017'), { values: { number: '1' } }, 'a provisional bill has no number to look for')
  t.same(ledger.stamps(), [])
})

void t.test('however questions and answers cross, the till gets the answers to its own, in order, and nothing else', (t) => {
  const step = fc.record({
    ours: fc.boolean(),
    which: fc.constantFrom<[string, number]>(['\x10\x04\x01', 0x12], ['\x10\x04\x04', 0x1e], ['\x10\x04\x02', 0x16]),
    answers: fc.nat({ max: 3 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, cut) => {
      const channel = backChannel(clock)
      const open: { readonly ours: boolean; readonly byte: number }[] = []
      const given: number[] = []
      const wanted: number[] = []
      const answer = (count: number): void => {
        const said = open.splice(0, count)
        wanted.push(...said.flatMap(({ ours, byte }) => (ours ? [] : [byte])))
        const all = Uint8Array.from(said, ({ byte }) => byte)
        for (const part of cut ? [...all].map((byte) => Uint8Array.of(byte)) : [all]) given.push(...channel.answered(part).rest)
      }
      for (const { ours, which, answers } of steps) {
        const [question, byte] = which
        if (ours) channel.asked(bytes('\x10\x04\x01'), { ours })
        else channel.asked(bytes(question))
        open.push({ ours, byte: ours ? 0x12 : byte })
        answer(answers)
      }
      answer(open.length)
      return given.join() === wanted.join() && !channel.waiting()
    }),
    { numRuns: runs(300) },
  )
  const star = backChannel(clock)
  star.asked(bytes('\x1b\x06\x01'), { ours: true })
  const block = Uint8Array.of(0x23, 0x86, 0, 0, 0, 0, 0, 0, 0)
  t.equal(star.answered(block.subarray(0, 4)).rest.length, 0)
  const { told, rest } = star.answered(Uint8Array.of(...block.subarray(4), 0x11))
  t.same([...rest], [0x11], 'behind our block the till’s own begins again')
  t.match(told[0], { state: { paperOut: false }, answers: { ours: true } })
  t.end()
})
