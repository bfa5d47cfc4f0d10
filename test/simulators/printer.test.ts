import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import t from 'tap'
import { dotsOf } from '../../simulators/printer/font.ts'
import { printer, type Trouble } from '../../simulators/printer/index.ts'
import { windows1258 } from '../../simulators/register/letters.ts'
import { systemClock as clock } from '../../src/clock.ts'
import { folder } from '../folder.ts'

const pause = (ms: number): Promise<void> => clock.sleep(ms, new AbortController().signal)
async function until(what: () => boolean, ms = 5_000): Promise<boolean> {
  for (const end = clock.up() + ms; clock.up() < end; await pause(5)) if (what()) return true
  return what()
}

interface Host {
  say(bytes: Uint8Array): void
  heard(): Buffer
  /** Ends its side; resolves when the printer has ended its own. */
  done(): Promise<void>
}
const host = (port: number): Promise<Host> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true })
    const chunks: Buffer[] = []
    const ended = new Promise<void>((end) => socket.once('close', () => end()))
    socket.on('data', (chunk) => void chunks.push(chunk))
    socket.once('error', reject)
    socket.once('connect', () =>
      resolve({
        say: (bytes) => void socket.write(bytes),
        heard: () => Buffer.concat(chunks),
        done: () => {
          socket.end()
          return ended
        },
      }),
    )
  })

const sample = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../drivers/escpos/samples', `${name}.bin`))
const collapsed = (paper: string): string[] =>
  paper
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '' && !line.startsWith('['))

t.test('what is printed is drawn as text: UTF-8, TCVN3 and windows-1258, cuts, drawer, QR', async (t) => {
  const out = join(folder(t), 'paper')
  const device = await printer({ listen: 0, clock, out })
  t.teardown(() => device.stop())
  for (const name of [
    'd01-retail-k80-utf8',
    'd02-cafe-k58-tcvn3',
    'd03-supermarket-k80-cp1258',
    'd04-restaurant-three-documents',
  ]) {
    const before = device.printed().papers.length
    const one = await host(device.port)
    one.say(sample(name))
    await one.done()
    const expected = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../drivers/escpos/samples', `${name}.expected.json`), 'utf8'),
    ) as { documents: { textLines: string[] }[] }
    const papers = device.printed().papers.slice(before).map(collapsed)
    for (const [i, { textLines }] of expected.documents.entries()) t.same(papers[i], textLines, `${name} ${i}`)
  }
  const all = device.printed()
  t.ok(all.bytes.equals(readFileSync(out)), 'the bytes are kept as they came')
  t.match(all.papers.join('\n'), /\[QR: https:\/\/hoadon\.example\.vn\/tra-cuu\?id=03202508200981\]/)
  t.match(all.papers.join('\n'), /\[drawer\]/)
  t.match(readFileSync(`${out}.txt`, 'utf8'), /TRÀ SỮA GẤU TRÚC/)
  t.equal(windows1258('Tổng tiền').toString('latin1'), 'T\xf4\xd2ng ti\xea\xccn')
})

t.test('however the bytes are cut, the paper is the same', async (t) => {
  const device = await printer({ listen: '127.0.0.1:0', clock })
  t.teardown(() => device.stop())
  const bytes = sample('d03-supermarket-k80-cp1258')
  const whole = await host(device.port)
  whole.say(bytes)
  await whole.done()
  const pieces = await host(device.port)
  for (let at = 0; at < bytes.length; at += 97) {
    pieces.say(bytes.subarray(at, at + 97))
    await pause(1)
  }
  await pieces.done()
  const papers = device.printed().papers.map(collapsed)
  t.equal(papers.length, 2)
  t.same(papers[1], papers[0])
})

t.test('it answers status at once, also while another job prints and when its paper is out', async (t) => {
  const device = await printer({ listen: 0, clock })
  t.teardown(() => device.stop())
  const asked = async (trouble: readonly Trouble[], question: number[]): Promise<number[]> => {
    await device.trouble(trouble)
    const one = await host(device.port)
    one.say(Uint8Array.from(question))
    await until(() => one.heard().length > 0, 1_000)
    const answer = [...one.heard()]
    await device.trouble([])
    await one.done()
    return answer
  }
  t.same(await asked([], [0x1b, 0x40, 0x1b, 0x3d, 0x01, 0x10, 0x04, 0x01]), [0x12])
  t.same(await asked([], [0x1d, 0x72, 0x01]), [0x00])
  t.same(await asked([], [0x1d, 0x61, 0xff]), [0x10, 0, 0, 0])
  t.same(await asked(['paper-out'], [0x10, 0x04, 0x04]), [0x72])
  t.same(await asked(['cover-open'], [0x10, 0x04, 0x02]), [0x16])
  t.same(await asked(['paper-out'], [0x10, 0x04, 0x01]), [0x1a])
})

t.test('paper out: nothing is printed until there is paper; gone: nobody answers, then it is back at its port', async (t) => {
  const device = await printer({ listen: 0, clock, trouble: ['paper-out'] })
  t.teardown(() => device.stop())
  const one = await host(device.port)
  one.say(Buffer.from('hello\n'))
  await pause(60)
  t.equal(device.printed().bytes.length, 0)
  await device.trouble([])
  t.ok(await until(() => device.printed().bytes.toString() === 'hello\n'))
  await one.done()
  const { port } = device
  await device.trouble(['gone'])
  await t.rejects(host(port), { code: 'ECONNREFUSED' })
  await device.trouble(['slow'])
  const two = await host(port)
  const start = clock.up()
  two.say(Buffer.alloc(1_000, 97))
  await two.done()
  t.ok(clock.up() - start >= 150, 'slow')
  t.equal(device.printed().bytes.length, 1_006)
})

t.test('one conversation at a time: the second waits until the first has ended', async (t) => {
  const device = await printer({ listen: 0, clock })
  t.teardown(() => device.stop())
  const one = await host(device.port)
  one.say(Buffer.from('first '))
  await until(() => device.printed().bytes.length === 6)
  const two = await host(device.port)
  two.say(Buffer.from('second'))
  await pause(50)
  one.say(Buffer.from('still first '))
  await until(() => device.printed().bytes.length >= 18)
  await one.done()
  await two.done()
  t.equal(device.printed().bytes.toString(), 'first still first second')
  t.notOk(existsSync('undefined'))
})

/** The dots of a PNG of ours: rows of '#' and ' '. */
function seen(file: Buffer): string[] {
  t.equal(file.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n')
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)]
  const at = file.indexOf('IDAT')
  const rows = inflateSync(file.subarray(at + 4, at + 4 + file.readUInt32BE(at - 4)))
  const stride = 1 + Math.ceil(width / 8)
  t.equal(rows.length, stride * height)
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (((rows[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1 ? ' ' : '#')).join(''),
  )
}

t.test('papers as pictures: letters with their marks, big ones, QR codes and pictures dot by dot', async (t) => {
  const dir = folder(t)
  const device = await printer({ listen: 0, clock, out: join(dir, 'paper.png'), columns: 32 })
  t.teardown(() => device.stop())
  const one = await host(device.port)
  const stripes = Buffer.from([0x1d, 0x76, 0x30, 0, 1, 0, 2, 0, 0xaa, 0xff])
  one.say(Buffer.concat([Buffer.from('ộ\n'), stripes, Buffer.from([0x1d, 0x56, 0])]))
  one.say(Buffer.concat([Buffer.from([0x1d, 0x21, 0x11]), Buffer.from('Đ\n'), Buffer.from([0x1d, 0x56, 0])]))
  await one.done()
  t.same(readdirSync(dir).sort(), ['paper-0001.png', 'paper-0002.png', 'paper.png'])
  t.ok(readFileSync(join(dir, 'paper.png')).equals(readFileSync(join(dir, 'paper-0002.png'))), 'the newest')
  t.ok(device.picture().equals(readFileSync(join(dir, 'paper-0002.png'))))
  const rows = seen(readFileSync(join(dir, 'paper-0001.png')))
  const black = (row: string | undefined): number => [...(row ?? '')].filter((dot) => dot === '#').length
  t.equal(black(rows.join('')), 4 * dotsOf('ộ').length + 4 + 8, 'the letter at twice its size, and the picture as it is')
  t.match(
    rows.find((row) => black(row) === 8),
    /#{8}/,
  )
  const big = seen(readFileSync(join(dir, 'paper-0002.png')))
  t.equal(black(big.join('')), 16 * dotsOf('Đ').length)
})

t.test('letters that look alike are told apart by their marks', async (t) => {
  const drawn = (letter: string): string => JSON.stringify(dotsOf(letter).toSorted())
  const alphabet = [...'aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵdđ']
  const all = [...alphabet, ...alphabet.map((letter) => letter.toUpperCase()), ...'0123456789.,:-+x%()']
  t.equal(new Set(all.map(drawn)).size, new Set(all).size)
  t.same(dotsOf('漢'), dotsOf('字'), 'what it cannot draw is a box')
})

t.test('a host that asked for it is told of paper out and cover open by itself', async (t) => {
  const device = await printer({ listen: 0, clock })
  t.teardown(() => device.stop())
  const one = await host(device.port)
  one.say(Uint8Array.of(0x1d, 0x61, 0xff))
  t.ok(await until(() => one.heard().length === 4))
  await device.trouble(['paper-out'])
  t.ok(await until(() => one.heard().length === 8))
  await device.trouble(['cover-open'])
  await device.trouble(['cover-open', 'slow'])
  await device.trouble([])
  t.ok(await until(() => one.heard().length === 16))
  t.equal(one.heard().toString('hex'), '10000000' + '18000f00' + '38000000' + '10000000', 'each change once')
  await one.done()
  const two = await host(device.port)
  await device.trouble(['paper-out'])
  await pause(30)
  t.equal(two.heard().length, 0, 'who did not ask is not told')
  await device.trouble([])
  await two.done()
})

t.test('slow at the pace of a line of 9,600 baud', async (t) => {
  const device = await printer({ listen: 0, clock, trouble: ['slow'], pace: 960 })
  t.teardown(() => device.stop())
  const one = await host(device.port)
  const start = clock.up()
  one.say(Buffer.alloc(480, 97))
  await one.done()
  const took = clock.up() - start
  t.ok(took >= 450 && took < 3_000, `${took} ms`)
})
