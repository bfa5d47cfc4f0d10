import t from 'tap'
import { display } from '../../drivers/display/index.ts'
import { bcc, checkOf, nibbles } from '../../drivers/framed/checks.ts'
import { framed } from '../../drivers/framed/index.ts'
import { documents } from '../../src/commands/read.ts'
import type { Driver, Settings } from '../../src/domain/driver.ts'
import { registerId } from '../../src/domain/ids.ts'
import type { Connection, Link } from '../../src/domain/link.ts'
import { instant } from '../../src/domain/time.ts'
import { witness } from '../../src/domain/witness.ts'
import { attendance } from '../../src/intake/attendance.ts'
import { contradicted, witnessed } from '../../src/issue/witnessed.ts'
import { clock, memoryBoard, memoryLog, soon, until } from '../intake/fakes.ts'
import { fc, runs } from '../property.ts'

const [ACK, NAK, ENQ, EOT] = [6, 21, 5, 4]
const set = (settings: Settings): Driver => {
  const made = framed.configured?.(settings)
  if (!made?.ok) throw new Error(JSON.stringify(made))
  return made.value
}
const block = (text: string, check: 'lrc' | 'crc16' | 'crc16-ccitt' = 'lrc'): Buffer => {
  const body = Buffer.from(`${text}\x03`, 'latin1')
  return Buffer.from([2, ...body, ...checkOf(body, check)])
}
const isl = (sequence: number, command: number, text: string, wide = false): Buffer => {
  const rest = [sequence, ...(wide ? nibbles(command) : [command]), ...Buffer.from(text, 'latin1'), 5]
  const length = rest.length + (wide ? 4 : 1) + 0x20
  const counted = Uint8Array.from([...(wide ? nibbles(length) : [length]), ...rest])
  return Buffer.from([1, ...counted, ...bcc(counted), 3])
}
const bill = (no: number, total = '50.000'): string =>
  `QUAN COM\r\nHOA DON BAN HANG\r\nSo HD: ${no}\r\nCom ga   1  ${total}   ${total}\r\nTONG CONG    ${total}\r\n`
const hurt = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0xc5
  return copy
}
const answers = (framer: ReturnType<Driver['framer']>, ...chunks: Buffer[]): number[] =>
  chunks.flatMap((chunk) => [...(framer.push(chunk).handshake ?? [])])
const outcomes = (driver: Driver, stream: Buffer, chunk?: number): readonly string[] =>
  documents(stream, driver, undefined, chunk).map(({ reading }) =>
    reading.outcome === 'ready' ? String(reading.receipt.total) : 'fault' in reading ? reading.fault.code : reading.why,
  )

void t.test('checks agree with the published check values', async (t) => {
  const digits = Buffer.from('123456789')
  t.same(checkOf(digits, 'crc16'), [0x3d, 0xbb], 'CRC-16/ARC is BB3D')
  t.same(checkOf(digits, 'crc16-ccitt'), [0x31, 0xc3], 'CRC-16/XMODEM is 31C3')
  t.same(checkOf(digits, 'lrc'), [0x31])
  t.same(bcc(Uint8Array.from([0x24, 0x20, 0x4a, 0x05])), [0x30, 0x30, 0x39, 0x33])
})

void t.test('a block is acknowledged only once it is on disk, a damaged one is asked for again', async (t) => {
  const driver = set({ sequence: true })
  const framer = driver.framer()
  t.same(answers(framer, Buffer.of(ENQ)), [ACK], 'ready')
  const first = framer.push(block(`1${bill(1)}`))
  t.equal(first.handshake, undefined, 'not before the flush')
  const [frame] = first.frames
  t.ok(frame)
  t.same(answers(framer, block(`1${bill(1)}`)), [], 'asked again before it is kept: no answer')
  t.same([...(driver.acknowledge?.(frame?.bytes ?? new Uint8Array()) ?? [])], [ACK])
  const again = framer.push(block(`1${bill(1)}`))
  t.same([...(again.handshake ?? [])], [ACK], 'our answer was lost on the way')
  t.same(again.frames, [], 'and the copy is no second receipt')
  t.ok(again.discarded > 0)
  t.same(answers(framer, hurt(block(`2${bill(2)}`), 40)), [NAK])
  t.same(framer.push(block(`2${bill(2)}`)).frames.length, 1)
  t.same(framer.close(false).frames, [])
})

void t.test('two equal blocks without numbers are two lines; nothing damaged vanishes', async (t) => {
  const driver = set({ document: 'end', answers: false })
  const line = block('Com ga   1  50.000   50.000\r\n')
  const head = block('QUAN COM\r\nHOA DON BAN HANG\r\nSo HD: 7\r\n')
  const total = block('TONG CONG    100.000\r\n')
  t.same(outcomes(driver, Buffer.concat([head, line, line, total, Buffer.of(EOT)])), ['100000'])
  t.same(
    outcomes(driver, Buffer.concat([head, line, hurt(line, 9), line, total, Buffer.of(EOT)])),
    ['100000'],
    'a copy of the damaged one',
  )
  t.same(outcomes(driver, Buffer.concat([head, line, line, hurt(total, 9), Buffer.of(EOT)])), ['DRIVER_BAD_CHECKSUM'])
  t.same(
    outcomes(driver, Buffer.concat([head, line, line, total.subarray(0, 9), total, Buffer.of(EOT)])),
    ['DRIVER_BAD_CHECKSUM'],
    'its end never came',
  )
  const quiet = driver.framer()
  quiet.push(Buffer.concat([head, line, line, total]))
  t.match(quiet.quiet().frames, [{ torn: false }], 'silence ends it where EOT is lost')
})

void t.test('fiscal frames: copies by number, a number left out, both widths, answers', async (t) => {
  const texts = ['QUAN COM', 'HOA DON BAN HANG', 'So HD: 9', 'Com ga   1  50.000   50.000', 'TONG CONG    50.000']
  for (const wide of [false, true]) {
    const said = texts.map((text, i) => isl(0x20 + i, 0x36, text, wide))
    const end = isl(0x25, 0x38, '', wide)
    const driver = set({ family: wide ? 'isl-wide' : 'isl' })
    t.same(outcomes(driver, Buffer.concat([...said, end])), ['50000'])
    t.same(outcomes(driver, Buffer.concat([...said.slice(0, 2), said[1] ?? end, ...said.slice(2), end])), ['50000'], 'a copy')
    t.same(outcomes(driver, Buffer.concat([...said.filter((_, i) => i !== 1), end])), ['DRIVER_BLOCK_LOST'])
    t.same(
      outcomes(driver, Buffer.concat([Buffer.of(1, 0x19, 1, 0xff), ...said, end])),
      ['50000'],
      'a length beyond its limit is noise',
    )
    t.equal(driver.acknowledge, undefined, 'on a tap nothing is said')

    const asked = set({ family: wide ? 'isl-wide' : 'isl', answers: true })
    const framer = asked.framer()
    const reply = answers(framer, said[0] ?? end)
    t.equal(reply[0], 1)
    t.same(reply.slice(-5, -1), bcc(Uint8Array.from(reply.slice(1, -5))), 'the answer carries its own check')
    t.same(answers(framer, ...said.slice(1), end).length, reply.length * 4, 'the closing one waits for the disk')
  }
})

void t.test('any damage of any block never sells another total, however the bytes come', async (t) => {
  const stream = Buffer.concat([
    Buffer.of(ENQ),
    block(`1${bill(1)}`, 'crc16'),
    block(`2${bill(2, '65.000')}`, 'crc16'),
    Buffer.of(EOT),
  ])
  const driver = set({ sequence: true, check: 'crc16' })
  t.same(outcomes(driver, stream), ['50000', '65000'])
  fc.assert(
    fc.property(
      fc.nat(stream.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.integer({ min: 1, max: 64 }),
      (at, change, chunk) => {
        const copy = Buffer.from(stream)
        copy[at] = (copy[at] ?? 0) ^ change
        const found = outcomes(driver, copy, chunk)
        return found.filter((o) => /^\d+$/.test(o)).every((total) => ['50000', '65000'].includes(total)) && found.length <= 3
      },
    ),
    { numRuns: runs(150) },
  )
})

void t.test('a display is taken as it stands, in any pieces, and is never a sale', async (t) => {
  const shown = Buffer.from(
    '\x1b@\x1bQAPHO BO\r\x1bQB1 x 55.000\r\x0cTONG CONG\x1f$\x0e\x0255.000\x1b=\x01giay in\r\n\x1b=\x02\x0c',
    'latin1',
  )
  const seen = documents(shown, display).map(({ reading }) => reading)
  t.match(seen, [
    { kind: 'chatter', textLines: ['PHO BO', '1 x 55.000'] },
    { kind: 'chatter', outcome: 'ignored', textLines: ['TONG CONG', '55.000'], totals: { pay: 55_000n } },
  ])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.integer({ min: 1, max: 9 }), (noise, chunk) => {
      const stream = Buffer.concat([noise, shown])
      const frames = (size: number) => {
        const framer = display.framer()
        const found = []
        for (let i = 0; i < stream.length; i += size) found.push(...framer.push(stream.subarray(i, i + size)).frames)
        return [...found, ...framer.close(false).frames]
      }
      t.same(frames(chunk), frames(stream.length))
      return frames(chunk).every(({ bytes }) => {
        const read = display.read(bytes)
        return read.ok && read.value.kind === 'reading' && read.value.reading.outcome === 'ignored'
      })
    }),
    { numRuns: runs(100) },
  )
  const pay = (one: string, two: string): bigint | undefined => {
    const read = display.read(Buffer.from(`${one}\n${two}\n`))
    return read.ok && read.value.kind === 'reading' && read.value.reading.outcome === 'ignored'
      ? read.value.reading.totals?.pay
      : undefined
  }
  t.equal(pay('TOTAL', '  1,250,000'), 1_250_000n)
  t.equal(pay('2 MON   TONG: 86.500d', ''), 86_500n)
  t.equal(pay('TONG GIAM GIA', '5.000'), undefined)
  t.equal(pay('TONG CONG', 'TIEN THUA 5.000'), undefined)
  t.equal(pay('TIEN THOI', '13.500'), undefined)
})

void t.test('what the buyer was shown within the minute before stands against the receipt', async (t) => {
  const eyes = witness()
  const receipt = { lines: [], total: 86_500n }
  t.equal(witnessed(receipt, undefined, instant(0)).state, 'absent')
  t.equal(contradicted(receipt, eyes, instant(1_000)), undefined, 'nothing was seen')
  eyes.saw(50_000n, instant(1_000))
  eyes.saw(86_500n, instant(30_000))
  t.equal(witnessed(receipt, eyes, instant(40_000)).state, 'true')
  t.equal(contradicted(receipt, eyes, instant(40_000)), undefined)
  t.match(contradicted(receipt, eyes, instant(20_000)), {
    code: 'SALE_WITNESS_DIFFERS',
    proofs: [{ id: 'P8', state: 'false', equation: '50000 = 86500' }],
  })
  t.equal(contradicted(receipt, eyes, instant(95_000)), undefined, 'a minute later it is somebody else’s')
  t.equal(witnessed({ ...receipt, rounding: 500n }, eyes, instant(40_000)).state, 'true')
})

void t.test('a display is heard beside the register: dated by its last byte, its loss told, nothing answered', async (t) => {
  const eyes = witness()
  const board = memoryBoard()
  let written = 0
  const closed: string[] = []
  const connection = (said: string): Connection => ({
    chunks: (async function* () {
      yield Buffer.from(said, 'latin1')
      await clock.sleep(400, new AbortController().signal)
    })(),
    end: Promise.resolve('closed'),
    write: async () => {
      written++
    },
    close: async () => {
      closed.push(said)
    },
  })
  const link: Link = {
    where: 'serial /dev/test',
    async *connections(_resume, signal, tell) {
      tell?.()
      yield connection('\x1bQATONG CONG\r\x1bQB   86.500\r')
      tell?.({ code: 'CAPTURE_PORT_MISSING', values: { port: '/dev/test' } })
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    },
  }
  const part = attendance({
    displays: [{ register: registerId('R017'), link, driver: display, witness: eyes }],
    board,
    clock,
    log: memoryLog(),
  })
  await part.start()
  t.ok(await until(() => eyes.before(clock.now()) === 86_500n), 'seen while the line is still open')
  t.equal(board.items.get('witness/R017')?.level, 'ok')
  t.ok(await until(() => board.items.get('witness/R017')?.level === 'warning'))
  t.equal(closed.length, 1)
  t.equal(written, 0)
  await part.stop(soon())
})
