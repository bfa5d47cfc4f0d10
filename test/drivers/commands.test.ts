import t from 'tap'
import { measure, measureDc2 } from '../../drivers/escpos/commands.ts'
import { answer } from '../../drivers/escpos/status.ts'
import { DESYNC, MORE, UNKNOWN } from '../../drivers/text-grid/grammar.ts'
import { fc, runs } from '../property.ts'

/** `1B 4A n` with lower-case names as any byte; `*5` five bytes; returns the bytes of one command. */
const bytes = (text: string): Uint8Array =>
  Uint8Array.from(
    text.split(' ').flatMap((part) => {
      if (part.startsWith('*')) return Array<number>(Number(part.slice(1))).fill(0x61)
      return [/^[0-9A-F]{2}$/.test(part) ? Number.parseInt(part, 16) : 0x07]
    }),
  )

/** Every command of register-capture 2.3 to 2.6 with its parameters; each must be exactly as long as it stands here. */
const WHOLE = [
  ...'10 04 01|10 04 04|10 04 06|10 04 07 01|10 04 08 03|10 04 12 01|10 05 01|10 14 01 00 01|10 14 02 01 08'.split('|'),
  ...'10 14 03 00 00 01 01 01|10 14 07 01|10 14 08 01 03 14 01 06 02 08'.split('|'),
  ...'1B 0C|1B 0E|1B 14|1B 20 n|1B 21 n|1B 24 n n|1B 25 n|1B 26 03 41 42 02 *6 00|1B 28 41 03 00 *3|1B 28 59 02 00 *2'.split('|'),
  ...'1B 2A 00 05 00 *5|1B 2A 01 02 01 *258|1B 2A 20 02 00 *6|1B 2A 21 03 00 *9|1B 2D n|1B 32|1B 33 n|1B 34 00|1B 34 01'.split(
    '|',
  ),
  ...'1B 35|1B 37 n n n|1B 38 n n|1B 39 01|1B 3C|1B 3D 02|1B 3F n|1B 40|1B 42 n n|1B 43 n|1B 44 08 10 18 00|1B 44 00'.split('|'),
  ...'1B 45 n|1B 46 n|1B 47 n|1B 4A n|1B 4B n|1B 4C|1B 4D n|1B 52 10|1B 53|1B 54 n|1B 55 n|1B 56 n|1B 57 *8|1B 5C n n'.split('|'),
  ...'1B 61 n|1B 63 30 n|1B 63 35 n|1B 64 n|1B 65 n|1B 66 n n|1B 69|1B 6D|1B 70 00 19 FA|1B 71|1B 72 n|1B 74 1E|1B 75 n'.split(
    '|',
  ),
  ...'1B 76|1B 7B 01|1C 21 n|1C 2D n|1C 43 n|1C 57 n|1C 26|1C 2E|1C 28 43 02 00 30 02|1C 28 65 02 00 33 0F|1C 32 n n *72'.split(
    '|',
  ),
  ...'1C 3F n n|1C 53 n n|1C 4C|1C 62|1C 63|1C 61 30 n|1C 61 31|1C 67 31 00 *4 05 00 *5|1C 67 32 00 *4 05 00|1C 70 01 00'.split(
    '|',
  ),
  ...'1C 71 02 01 00 01 00 *8 02 00 01 00 *16|1D 21 11|1D 24 n n|1D 5C n n|1D 28 6B 03 00 31 51 30|1D 28 4C 02 00 30 32'.split(
    '|',
  ),
  ...'1D 28 48 06 00 30 30 *4|1D 28 45 03 00 01 49 4E|1D 38 4C 0B 00 00 00 30 70 *9|1D 2A 01 02 *16|1D 2F 00|1D 3A|1D 5E n n n'.split(
    '|',
  ),
  ...'1D 41 n n|1D 42 n|1D 62 n|1D 45 n|1D 66 n|1D 48 n|1D 68 n|1D 77 n|1D 78 n|1D 43 30 n n|1D 43 31 *6|1D 43 32 n n'.split('|'),
  ...'1D 43 3B 31 3B 39 3B 31 3B 30 3B 31 3B|1D 44 30 43 30 *2 01 01 42 4D 10 00 00 00 *10|1D 49 01|1D 4C n n|1D 57 n n'.split(
    '|',
  ),
  ...'1D 50 n n|1D 51 30 00 02 00 03 00 *6|1D 54 n|1D 56 00|1D 56 01|1D 56 30|1D 56 31|1D 56 41 n|1D 56 42 00|1D 56 61 n'.split(
    '|',
  ),
  ...'1D 56 62 n|1D 56 67 n|1D 56 68 n|1D 61 FF|1D 6A n|1D 63|1D 67 30 00 n n|1D 67 32 00 n n|1D 6B 00 31 32 00|1D 6B 06 00'.split(
    '|',
  ),
  ...'1D 6B 49 04 *4|1D 72 01|1D 76 30 00 48 00 02 00 *144|1D 7A 30 n n|1F 24 n n|1F 01|1F 03|1F 58 n|1F 23 n n|1F 2C n|1F 3B n'.split(
    '|',
  ),
]

void t.test('every command of the grammar is stepped over by its declared length', async (t) => {
  for (const text of WHOLE) {
    const command = bytes(text)
    const followed = Uint8Array.from([...command, 0x41, 0x42])
    t.equal(measure(followed, 0, followed.length), command.length, text)
  }
  t.ok(WHOLE.length > 130, 'the table is whole')
})

void t.test('a command that has not come whole asks for more or already knows its length, never another one', async (t) => {
  for (const text of WHOLE) {
    const command = bytes(text)
    for (let end = 1; end < command.length; end++) {
      const length = measure(command, 0, end)
      if (length !== MORE && length !== command.length) t.fail(`${text}: ${length} after ${end} bytes`)
    }
  }
  t.equal(measure(bytes('1B 34 41'), 0, 3), 2, 'ESC 4 before text takes no parameter')
})

void t.test('what is not in the table costs two bytes and never the text behind', async (t) => {
  for (const text of [
    '1B 00 41',
    '1B 7F 41',
    '1C 41 41',
    '1D 00 41',
    '1D 56 05 41',
    '1D 76 31 41 41 41 41 41',
    '1B 2A 07 01 00',
    '1F 7A 41',
  ]) {
    t.equal(measure(bytes(text), 0, bytes(text).length), UNKNOWN, text)
  }
  t.equal(measure(bytes('1B 28 7A 02 00 *2'), 0, 7), 7, 'an unknown letter behind ESC ( is skipped by its length')
  t.equal(measure(bytes('10 41'), 0, 2), 1, 'a stray DLE stands alone')
})

void t.test('a length beyond reason is desync', async (t) => {
  const long = (head: string): Uint8Array => Uint8Array.from([...bytes(head), ...Array<number>(300).fill(0x55)])
  for (const text of [
    '1D 76 30 00 FF FF FF FF',
    '1D 51 30 00 FF FF FF FF',
    '1D 38 4C FF FF FF 7F',
    '1D 6B 00',
    '1D 43 3B',
    '1D 44 30 43 30 *2 01 01 42 4D FF FF FF 7F',
    '1C 71 01 FF 7F FF 7F',
  ]) {
    const command = long(text)
    t.equal(measure(command, 0, command.length), DESYNC, text)
  }
  const stops = Uint8Array.from([0x1b, 0x44, ...Array.from({ length: 40 }, (_, i) => i + 1), 0])
  t.equal(measure(stops, 0, stops.length), DESYNC, '40 tab stops')
  t.equal(measure(bytes('1B 44 08 10 41 0A'), 0, 6), 5, 'a stop that does not rise ends the list')
})

void t.test('DC2 is a command of small panels, or a letter of TCVN behind a letter', async (t) => {
  t.equal(measureDc2(bytes('12 54'), 0, false, 2), 2)
  t.equal(measureDc2(bytes('12 23 n'), 0, false, 3), 3)
  t.equal(measureDc2(bytes('12 2A 02 03 *6'), 0, false, 10), 10)
  t.equal(measureDc2(bytes('12 54'), 0, true, 2), 1)
  t.equal(measureDc2(bytes('12'), 0, false, 1), MORE)
})

void t.test('a healthy printer answers each request as real ones do', async (t) => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['10 04 01', '12'],
    ['10 04 02', '12'],
    ['10 04 03', '12'],
    ['10 04 04', '12'],
    ['10 05 01', undefined],
    ['1D 72 01', '00'],
    ['1D 72 02', '00'],
    ['1B 76', '00'],
    ['1B 75 00', '00'],
    ['1D 61 FF', '10000000'],
    ['1D 61 00', undefined],
    ['1D 6A 01', '10000000'],
    ['1C 28 65 02 00 33 0F', '10000000'],
    ['1D 49 01', '20'],
    ['1D 49 32', '02'],
    ['1D 49 42', '5f4550534f4e00'],
    ['1D 49 70', '5f00'],
    ['1D 28 48 06 00 30 30 31 32 33 34', '37223132333400'],
    ['1D 67 32 00 14 00', '5f3000'],
    ['1D 67 30 00 14 00', undefined],
    ['1B 40', undefined],
    ['1D 56 00', undefined],
  ]
  for (const [command, expected] of table) {
    const said = answer(bytes(command), 0)
    t.equal(said && Buffer.from(said).toString('hex'), expected, command)
  }
})

void t.test('measuring never fails, never looks behind the end, and always moves on', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0x10, 0x1b, 0x1c, 0x1d, 0x1f),
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 20 }),
      (first, rest, behind) => {
        const alone = Uint8Array.of(first, ...rest)
        const more = Uint8Array.of(first, ...rest, ...behind)
        const length = measure(alone, 0, alone.length)
        return length >= DESYNC && length === measure(more, 0, alone.length)
      },
    ),
    { numRuns: runs(2000) },
  )
})
