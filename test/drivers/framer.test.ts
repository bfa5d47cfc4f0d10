import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { framer, MAX_FRAME, MAX_LINES } from '../../drivers/escpos/framer.ts'
import { readPage } from '../../drivers/escpos/read.ts'
import { driverById } from '../../drivers/index.ts'
import type { Frame, Framed } from '../../src/domain/driver.ts'
import { fc, runs } from '../property.ts'

type Part = string | readonly number[]
const CUT = [0x1d, 0x56, 0x00]
const RESET = [0x1b, 0x40]
const KICK = [0x1b, 0x70, 0, 0x19, 0xfa]
const TOTAL = 'Tổng cộng:      35.000\n'

const stream = (...parts: readonly Part[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from(part)))))

interface Heard {
  readonly frames: readonly Frame[]
  readonly discarded: number
}

/** Cut into `size` bytes, then closed (or `end` says how). */
function hear(bytes: Uint8Array, size: number, { journal = false, torn = false, headerBeforeCut = 0 } = {}): Heard {
  const one = framer({ journal, headerBeforeCut })
  const frames: Frame[] = []
  let discarded = 0
  const take = (framed: Framed): void => {
    frames.push(...framed.frames)
    discarded += framed.discarded
  }
  for (let at = 0; at < bytes.length; at += size) take(one.push(bytes.subarray(at, at + size)))
  take(one.close(torn))
  return { frames, discarded }
}

const texts = ({ frames }: Heard): string[] =>
  frames.map((frame) =>
    readPage(frame.bytes)
      .rows.map((row) => row.text)
      .join('/')
      .replace(/\/+$/, ''),
  )

const digests = ({ frames, discarded }: Heard): string[] => [
  ...frames.map((frame) => `${createHash('sha256').update(frame.bytes).digest('hex')} ${frame.end} ${frame.tail} ${frame.torn}`),
  String(discarded),
]

/** The same result by single bytes, by 7 and at once; returns it. */
function everyWay(t: Test, bytes: Uint8Array, options: { journal?: boolean; torn?: boolean } = {}): Heard {
  const whole = hear(bytes, Math.max(1, bytes.length), options)
  for (const size of [1, 7]) t.same(hear(bytes, size, options), whole)
  const kept = whole.frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
  t.equal(kept + whole.discarded, bytes.length, 'every byte is in a document or counted')
  return whole
}

void t.test('every form of the cut ends a document, and its mark begins at tail', async (t) => {
  const cuts = [
    ...['1b69', '1b6d', '1d5600', '1d5601', '1d5630', '1d5631', '1d564100', '1d564210'],
    ...['1d566103', '1d566203', '1d566700', '1d566800'],
  ].map((hex) => [...Buffer.from(hex, 'hex')])
  for (const cut of cuts) {
    const heard = everyWay(t, stream('A\n', cut, 'B\n', cut))
    t.same(texts(heard), ['A', 'B'])
    t.same(
      heard.frames.map(({ tail, bytes }) => [tail, bytes.length]),
      [
        [2, 2 + cut.length],
        [2, 2 + cut.length],
      ],
    )
  }
})

void t.test(
  'nothing printed, no document: empty connection, two cuts, kick and status behind the cut, NULs, resets',
  async (t) => {
    t.same(hear(new Uint8Array(0), 1), { frames: [], discarded: 0 })
    for (const quiet of [
      stream(CUT, CUT),
      stream(RESET, RESET, KICK),
      stream(Array<number>(300).fill(0)),
      stream([0x10, 0x04, 1], '\n\n \n'),
      stream([0x1b, 0x3d, 2], 'TONG 35.000', [0x1b, 0x3d, 1]),
    ]) {
      const heard = everyWay(t, quiet)
      t.same(heard.frames, [])
    }
    const heard = everyWay(t, stream(RESET, 'A\n', CUT, KICK, [0x10, 0x04, 1], CUT, RESET, 'B\n', CUT, KICK))
    t.same(texts(heard), ['A', 'B'])
  },
)

void t.test('pictures hold cuts and totals: only their declared length counts', async (t) => {
  const evil = [...CUT, ...Buffer.from('TONG 99.000\n'), ...RESET, 0x10, 0x04, 0x01]
  const picture = [0x1d, 0x76, 0x30, 0, evil.length, 0, 1, 0, ...evil]
  const one = framer({ journal: false })
  const framed = one.push(stream('A\n', picture, 'B\n', CUT))
  t.equal(framed.frames.length, 1)
  t.equal(framed.handshake, undefined, 'a status request inside a picture is payload')
  everyWay(t, stream('A\n', picture, 'B\n', CUT))
})

void t.test('a reset ends a document behind its totals or behind three empty feeds, not in its middle', async (t) => {
  t.same(texts(everyWay(t, stream(RESET, 'A\n', TOTAL, RESET, 'B\n', CUT))), ['A/Tổng cộng:      35.000', 'B'])
  t.same(texts(everyWay(t, stream('A\n', [0x1b, 0x64, 3], RESET, 'B\n', CUT))), ['A', 'B'])
  t.same(texts(everyWay(t, stream('A\n\n\n\n', RESET, 'B\n', CUT))), ['A', 'B'])
  t.same(texts(everyWay(t, stream('A\n', RESET, 'B\n', RESET, 'C\n', CUT))), ['A/B/C'])
  const [first] = everyWay(t, stream('A\n', TOTAL, RESET, 'B\n', CUT)).frames
  t.equal(first?.tail, first?.bytes.length, 'a reset is no end mark: it belongs to what follows')
})

void t.test('totals are recognised in every code page by what is left without accents', async (t) => {
  for (const line of [
    'T\xd4\xd2NG TI\xca\xccN: 538.115',
    'T\xe6NG C\xe9NG 138.600',
    'To\xe5ng co\xe4ng: 35.000',
    'TONG 28.000',
    'Total 12,000',
    'Kh\xb8ch tr\xb6 50.000',
  ]) {
    const heard = hear(stream('A\n', [...Buffer.from(`${line}\n`, 'latin1')], RESET, 'B\n', CUT), 5)
    t.equal(heard.frames.length, 2, line)
  }
  t.equal(hear(stream('A\n', 'Tổng số lượng: 5\n', RESET, 'B\n', CUT), 5).frames.length, 1, 'a count is no total')
})

void t.test('silence ends what has totals; without them what it ends is torn; inside a picture it ends nothing', async (t) => {
  const one = framer({ journal: false })
  one.push(stream('A\n', TOTAL))
  t.match(one.quiet().frames, [{ torn: false }])
  one.push(stream('KITCHEN\n'))
  t.match(one.quiet().frames, [{ torn: true }])
  one.push(stream('A\n', TOTAL, [0x1d, 0x76, 0x30, 0, 100, 0, 1, 0, 1, 2, 3]))
  t.same(one.quiet().frames, [])
  t.match(one.push(new Uint8Array(97)).frames, [])
  t.match(one.quiet().frames, [{ torn: false }])
  t.same(one.quiet().frames, [], 'silence after silence is nothing')
})

void t.test('the connection ends: in order, torn, inside a command, behind the cut', async (t) => {
  t.match(everyWay(t, stream('A\n', TOTAL)).frames, [{ torn: false }])
  t.match(everyWay(t, stream('A\n', TOTAL), { torn: true }).frames, [{ torn: true }])
  t.match(everyWay(t, stream('A\n', [0x1d, 0x76, 0x30, 0, 9, 0, 9, 0, 1])).frames, [{ torn: true }])
  t.match(everyWay(t, stream('A\n', CUT, KICK), { torn: true }).frames, [{ torn: false }])
})

void t.test('the first byte that may become a cut waits, text never does', async (t) => {
  const one = framer({ journal: false })
  const steps: readonly (readonly [readonly number[], number])[] = [
    [[0x41], 1],
    [[0x1d], 1],
    [[0x56], 1],
    [[0x42], 1],
    [[0x00], 5],
    [[0x1b], 5],
    [[0x40], 7],
    [[0x1b], 7],
    [[0x21], 9],
    [[0x00], 10],
    [[0x1c], 11],
    [[0x10], 12],
    [[0x1d], 12],
  ]
  let taken = 0
  for (const [bytes, pass] of steps) {
    const framed = one.push(Uint8Array.from(bytes))
    taken += bytes.length
    t.equal(framed.pass, pass, `after ${taken} bytes`)
    t.equal(framed.frames.length, taken === 5 ? 1 : 0)
  }
  t.equal(one.close(false).pass, taken, 'nothing is kept back at the end')
})

void t.test('noise on the port becomes a document to set aside, or is counted', async (t) => {
  const get = everyWay(t, stream('GET / HTTP/1.1\r\nHost: 192.168.1.50:9100\r\n\r\n'))
  t.match(texts(get), [/^GET \/ HTTP\/1\.1\/Host/])
  everyWay(t, stream([0x16, 3, 1, 0, 0xa5, 1, 0, 0, 0xa1, 3, 3, 0x5f, 0x1d, 0x99, 0x1b, 0xc0, 0x2b, 0x41, 0x0a, 0xff]))
  everyWay(t, stream('^XA^FO50,50^FDlabel^FS^XZ'))
})

void t.test('oversize documents are cut off as they are, counted to their end, and the next one is whole', async (t) => {
  const next = stream(RESET, 'NEXT\n', TOTAL, CUT)
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['one endless line', stream('x'.repeat(1_000_000))],
    ['a million line feeds', stream('A', '\n'.repeat(1_000_000))],
    ['too many lines', stream('A\n'.repeat(MAX_LINES + 200))],
    [
      'five megabytes of pictures',
      stream(...Array.from({ length: 80 }, () => [0x1d, 0x76, 0x30, 0, 0, 1, 0, 1, ...new Uint8Array(65_536)])),
    ],
  ]
  for (const [name, body] of cases) {
    const all = new Uint8Array(Buffer.concat([stream('HEAD\n'), body, Buffer.from(CUT), next]))
    const heard = hear(all, 65_536)
    t.same(digests(hear(all, 9_973)), digests(heard), name)
    t.equal(heard.frames.length, 2, name)
    const [first, second] = heard.frames
    t.ok((first?.bytes.length ?? 0) <= MAX_FRAME)
    t.equal(readPage(first?.bytes ?? new Uint8Array()).oversize, true, name)
    t.same(texts({ frames: second ? [second] : [], discarded: 0 }), ['NEXT/Tổng cộng:      35.000'], name)
    t.equal((first?.bytes.length ?? 0) + (second?.bytes.length ?? 0) + heard.discarded, all.length, name)
  }
})

void t.test('behind an oversize document without a cut the next reset begins anew', async (t) => {
  const heard = everyWay(t, stream('x'.repeat(9000), RESET, 'NEXT\n', TOTAL, CUT))
  t.same(texts(heard).slice(1), ['NEXT/Tổng cộng:      35.000'])
})

void t.test('the head of the next receipt is printed before the cut: the last lines go over to it', async (t) => {
  const heads = { headerBeforeCut: 2 }
  const HEAD = 'QUAN A\nDT 0243\n'
  const day = stream(
    HEAD,
    CUT,
    KICK,
    RESET,
    'A\n',
    TOTAL,
    '\n\n',
    HEAD,
    CUT,
    CUT,
    RESET,
    'B\r\n',
    TOTAL,
    [0x1b, 0x64, 2],
    HEAD,
    CUT,
    KICK,
  )
  const head = 'QUAN A/DT 0243'
  for (const size of [1, 7, day.length]) {
    const heard = hear(day, size, heads)
    t.same(texts(heard), [`${head}/A/Tổng cộng:      35.000`, `${head}/B/Tổng cộng:      35.000`], `by ${size}`)
    const kept = heard.frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
    t.equal(kept + heard.discarded, day.length)
    t.ok(
      heard.frames.every((frame) => frame.tail === frame.bytes.length && !frame.torn),
      'no place for a stamp before the cut',
    )
  }
  const one = framer({ journal: false, ...heads })
  one.push(stream(HEAD, CUT))
  t.same(one.quiet().frames, [], 'a head alone is no document')
  one.push(stream('A\n', TOTAL))
  t.match(one.quiet().frames, [{ torn: false }])
})

void t.test('a stored logo opens the next receipt when it opened this one; at the foot it is a picture', async (t) => {
  const logo = [0x1c, 0x70, 1, 0]
  const graphics = [0x1d, 0x28, 0x4c, 6, 0, 0x30, 0x45, 0x20, 0x20, 1, 1]
  for (const head of [logo, graphics])
    t.same(texts(everyWay(t, stream(head, 'A\n', TOTAL, head, 'B\n', TOTAL, CUT))), [
      'A/Tổng cộng:      35.000',
      'B/Tổng cộng:      35.000',
    ])
  t.same(texts(everyWay(t, stream('A\n', TOTAL, logo, 'THANKS\n', CUT))), ['A/Tổng cộng:      35.000/THANKS'])
  t.same(hear(stream(logo, CUT), 1).frames, [], 'a logo alone is no document')
})

void t.test('a form feed ends the page behind its totals, but not on a sheet of page mode', async (t) => {
  const heard = everyWay(t, stream('A\n', TOTAL, [0x0c], 'B\n', TOTAL, [0x0c]))
  t.same(texts(heard), ['A/Tổng cộng:      35.000', 'B/Tổng cộng:      35.000'])
  t.equal(everyWay(t, stream('A\n', [0x0c], 'B\n', CUT)).frames.length, 1)
  t.equal(everyWay(t, stream([0x1b, 0x4c], 'A\n', TOTAL, [0x0c], 'B\n', CUT)).frames.length, 1)
})

void t.test('a picture longer than a command is told by its first bytes, also byte by byte', async (t) => {
  const graphics = [0x1d, 0x28, 0x4c, 110, 0, 0x30, 112, 0x30, 1, 1, 0x31, 32, 0, 25, 0, ...Array<number>(100).fill(0x0a)]
  const heard = everyWay(t, stream(RESET, graphics, RESET, CUT))
  t.equal(heard.frames.length, 1)
  const one = framer({ journal: false })
  one.push(stream('A\n', TOTAL, graphics.slice(0, 20)))
  t.same(one.quiet().frames, [], 'silence in it ends nothing')
})

void t.test('what a clone does otherwise is said in its settings', async (t) => {
  const beep = stream('A', [0x1b, 0x43, 0x41, 0x42, 0x43], 'B\n', CUT)
  const read = (settings: Record<string, unknown>, bytes: Uint8Array): string[] => {
    const made = driverById('escpos')?.configured?.(settings)
    if (!made?.ok) throw new Error('settings refused')
    const page = made.value.read(bytes)
    return page.ok && page.value.kind === 'page' ? page.value.page.rows.map((row) => row.text) : []
  }
  t.same(read({}, beep), ['ABCB'])
  t.same(read({ escC: 5 }, beep), ['AB'])
  t.same(read({}, stream('TONG\rTONG 5\n')), ['TONG', 'TONG 5'])
  t.same(read({ crEndsLine: false }, stream('TONG\rTONG\r\nB\n')), ['TONG', 'B'], 'struck twice')
  for (const [key, value] of [
    ['columns', 5],
    ['encoding', 'toString'],
    ['escC', 4],
    ['headerBeforeCut', 1.5],
    ['crEndsLine', 'no'],
    ['userGlyphs', { zz: 'ă' }],
    ['colour', 'red'],
    ['constructor', 1],
  ] as const)
    t.match(
      driverById('escpos')?.configured?.({ [key]: value }),
      { ok: false, fault: { code: 'DRIVER_SETTINGS', path: key } },
      key,
    )
})

void t.test('a journal: every line end there is, a head before the mode line, no split at a date inside', async (t) => {
  const lines = [
    'SHOP',
    'REG 05-10-2025 08:15',
    'BUT 16.000',
    'TONG 16.000',
    '',
    'SHOP',
    'REG 05-10-2025 08:22',
    'A 5.000',
    'HSD 05-10-2025',
    'TONG 5.000',
    '',
    'Z 05-10-2025 21:00',
    'GROSS 21.000',
    '',
  ]
  for (const end of ['\n', '\r', '\r\n', '\n\r']) {
    const heard = everyWay(t, stream(lines.join(end)), { journal: true })
    t.same(
      texts(heard),
      [
        'SHOP/REG 05-10-2025 08:15/BUT 16.000/TONG 16.000',
        'SHOP/REG 05-10-2025 08:22/A 5.000/HSD 05-10-2025/TONG 5.000',
        'Z 05-10-2025 21:00/GROSS 21.000',
      ],
      JSON.stringify(end),
    )
  }
})

void t.test('a journal falls silent: whole behind a blank line or totals, torn in the middle of a sale', async (t) => {
  const text = driverById('text')
  if (!text) throw new Error('no text driver')
  for (const [body, torn] of [
    ['REG 05-10-2025 08:15\r\nTONG 16.000\r\n', false],
    ['#/NS 05-10-2025 21:02\r\n............\r\n\r\n', false],
    ['REG 05-10-2025 08:15\r\nBUT BI\r\n', true],
  ] as const) {
    const one = text.framer()
    one.push(stream(body))
    t.match(one.quiet().frames, [{ torn }], body)
  }
})

const command = fc.constantFrom<readonly number[]>(
  CUT,
  RESET,
  KICK,
  [0x1b, 0x69],
  [0x1b, 0x45, 1],
  [0x1d, 0x56, 66, 0],
  [0x10, 4, 1],
  [0x1b, 0x64, 4],
  [0x1b, 0x3d, 2],
  [0x1b, 0x3d, 1],
  [0x1b],
  [0x1d],
  [0x12, 0x2a],
  [0x1d, 0x76, 0x30, 0, 2, 0, 2, 0, 1, 2, 3, 4],
  [0x0a],
  [0x0d, 0x0a],
  [0],
)
const part: fc.Arbitrary<Part> = fc.oneof(
  command,
  fc.constantFrom('Tổng cộng 35.000\n', 'REG 05-10-2025 08:15\n', '\n\n', 'abc', 'TỔNG'),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => [...bytes]),
)

void t.test('any stream, any cutting: the same documents, nothing lost, everything passed in order', async () => {
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      (parts, sizes, journal) => {
        const bytes = stream(...parts)
        const whole = hear(bytes, Math.max(1, bytes.length), { journal })
        const one = framer({ journal })
        const frames: Frame[] = []
        let discarded = 0
        let passed = 0
        let i = 0
        for (let at = 0; at < bytes.length; ) {
          const to = Math.min(bytes.length, at + (sizes[i++ % sizes.length] ?? 1))
          const framed = one.push(bytes.subarray(at, to))
          if (framed.pass < passed || framed.pass > to) return false
          // Nothing behind the begin of a cut went out before its document was handed over.
          if (
            framed.frames.some((frame) => frame.tail < frame.bytes.length && passed > frame.end - frame.bytes.length + frame.tail)
          )
            return false
          passed = framed.pass
          frames.push(...framed.frames)
          discarded += framed.discarded
          at = to
        }
        const last = one.close(false)
        frames.push(...last.frames)
        discarded += last.discarded
        const kept = frames.reduce((sum, frame) => sum + frame.bytes.length, 0)
        const inPlace = frames.every(
          (frame) => Buffer.compare(frame.bytes, bytes.subarray(frame.end - frame.bytes.length, frame.end)) === 0,
        )
        return (
          last.pass === bytes.length &&
          kept + discarded === bytes.length &&
          inPlace &&
          JSON.stringify({ frames, discarded }) === JSON.stringify(whole)
        )
      },
    ),
    { numRuns: runs(1500) },
  )
})

void t.test('a 7E1 line opened as 8N1 is reported, not repaired', async (t) => {
  const even = (byte: number): number => (byte.toString(2).replaceAll('0', '').length % 2 === 0 ? byte : byte | 0x80)
  const bytes = Uint8Array.from(Buffer.from('REG 05-10-2025 08:15\r\nTONG 16.000\r\n', 'latin1'), even)
  const read = driverById('text')?.read(bytes)
  t.match(read, { ok: true, value: { kind: 'page', page: { doubt: 'DRIVER_PARITY' } } })
  const right = driverById('text')?.read(stream('REG 05-10-2025 08:15\r\nTONG 16.000\r\n'))
  t.notMatch(right, { value: { page: { doubt: 'DRIVER_PARITY' } } })
})
