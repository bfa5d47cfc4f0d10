import { fc } from '../property.ts'
import { line, printed, receipt } from './words.ts'

/** Printer dialects as a grammar: every command of register-capture 2 and 4, with parameters right and wrong. */

const byte = fc.nat(255)
const bytesOf = (n: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: n, maxLength: n })
const join = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((p) => Uint8Array.from(p)))
const word = (n: number): number[] => [n & 255, (n >> 8) & 255]

/** `letters` behind `first`, each followed by `n` parameters. */
const fixed = (first: number, letters: string, n: number): fc.Arbitrary<Uint8Array> =>
  fc.tuple(fc.constantFrom(...letters), bytesOf(n)).map(([letter, rest]) => join([first, letter.charCodeAt(0)], rest))

/** A payload announced as `said`, often truly. */
const announced = (payload: fc.Arbitrary<Uint8Array>): fc.Arbitrary<readonly [number, Uint8Array]> =>
  fc
    .tuple(payload, fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.nat(65_535)))
    .map(([b, lie]) => [lie ?? b.length, b])

const [DLE, ESC, FS, GS, US] = [0x10, 0x1b, 0x1c, 0x1d, 0x1f]

type Inner = fc.Arbitrary<Uint8Array>

/** `x` by `y` bytes of picture, now and then announced larger than it is. */
const raster = (head: readonly number[], inner: Inner): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(0, 1, 8, 48, 72), fc.constantFrom(0, 1, 8, 24, 65_535), fc.boolean(), inner)
    .map(([x, y, whole, filler]) => {
      const size = whole && x * y < 4_000 ? x * y : Math.min(x * y, 64)
      return join(head, [0], word(x), word(y), filled(size, filler))
    })

const filled = (size: number, filler: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (filler.length > 0 ? (filler[i % filler.length] ?? 0) : 0x55))

const text: Inner = fc.tuple(line, printed).map(([words, encode]) => encode(words))
const ended: Inner = fc
  .tuple(text, fc.constantFrom([0x0a], [0x0d], [0x0d, 0x0a], [0x0a, 0x0d], []))
  .map(([words, end]) => join(words, end))

/** A whole receipt, each line its own piece, and mostly a cut. */
const paper = (cut: readonly number[]): Inner =>
  fc
    .tuple(receipt, printed, fc.nat(4))
    .map(([lines, encode, uncut]) =>
      join([ESC, 0x40], ...lines.map((words) => join(encode(words), [0x0a])), uncut === 0 ? [] : cut),
    )

const shared = (inner: Inner): Inner =>
  fc.oneof(
    { weight: 10, arbitrary: ended },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 24 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(7, 8, 9, 10, 11, 12, 13, 14, 15, 0x12, 0x14, 0x18, 0x1e, 0).map((c) => Uint8Array.of(c)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(0, 10, 32), fc.integer({ min: 1, max: 300 }))
        .map(([c, n]) => new Uint8Array(n).fill(c)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(DLE, ESC, FS, GS, US), byte, inner).map(([a, b, rest]) => join([a, b], rest)),
    },
  )

const escposCommand = (inner: Inner): Inner =>
  fc.oneof(
    fixed(ESC, '\x0c\x0e\x1425<@LSimqv', 0),
    fixed(ESC, ' !%-39=?CEFGJKMRTUVadertu{', 1),
    fixed(ESC, '$8B\\cf', 2),
    fixed(ESC, '@aEt!d', 1),
    bytesOf(8).map((rest) => join([ESC, 0x57], rest)),
    fc.uint8Array({ maxLength: 40 }).map((stops) => join([ESC, 0x44], stops.toSorted(), [0])),
    fc.tuple(byte, byte, byte, inner).map(([y, a, b, rest]) => join([ESC, 0x26, y % 4, a, b], rest)),
    fc.tuple(fc.constantFrom(0, 1, 32, 33, 48, 7), announced(inner)).map(([m, [n, rest]]) => join([ESC, 0x2a, m], word(n), rest)),
    fc.tuple(byte, byte, byte, announced(inner)).map(([m, n, k, [size, rest]]) => join([ESC, 0x5a, m, n, k], word(size), rest)),
    fixed(FS, '&.Lbc!-CW?Spaq2', 2),
    fc.tuple(fc.constantFrom(ESC, FS, GS), byte, announced(inner)).map(([c, x, [n, rest]]) => join([c, 0x28, x], word(n), rest)),
    fc.constantFrom(1, 2, 0x31, 0x32).map((m) => Uint8Array.of(FS, 0x28, 0x43, 2, 0, 0x30, m)),
    fixed(GS, '!/BbEfHhwxITZajr:c', 1),
    fixed(GS, '$\\ALPW^zgC*', 3),
    raster([GS, 0x76, 0x30], inner),
    raster([GS, 0x51, 0x30], inner),
    fc
      .tuple(fc.constantFrom(0x4c, 0x4d, 0x30), announced(inner))
      .map(([x, [n, rest]]) => join([GS, 0x38, x], word(n), word(0), rest)),
    fc.tuple(byte, announced(inner)).map(([m, [n, rest]]) => join([GS, 0x6b, m, n], rest)),
    fc
      .tuple(fc.constantFrom(48, 49, 50), fc.constantFrom(80, 81, 65), inner)
      .map(([kind, fn, data]) => join([GS, 0x28, 0x6b], word(data.length + 3), [kind, fn, 48], data)),
    fc.constantFrom(0, 1, 48, 49, 65, 66, 97, 98, 103, 104, 200).map((m) => Uint8Array.of(GS, 0x56, m, 0)),
    fc.tuple(inner, fc.nat(3)).map(([body, times]) => join([GS, 0x3a], body, [GS, 0x3a, GS, 0x5e, times, 0, 0])),
    fc.tuple(inner, byte).map(([body, n]) => join([ESC, 0x4c], body, [ESC, 0x57], [0, 0, n, 0, 0, 2, 0, 2], body, [0x0c])),
    fc.tuple(fc.constantFrom(4, 5, 0x14), bytesOf(7)).map(([second, rest]) => join([DLE, second], rest)),
    fixed(US, '\x01\x02\x03X,.;$#', 2),
  )

const starCommand = (inner: Inner): Inner =>
  fc.oneof(
    fixed(ESC, 'EF450H2MPgw@', 0),
    fixed(ESC, 'dWh-_alQzR t', 1),
    fixed(ESC, 'is', 2),
    fc.constantFrom(0, 1, 2, 3).map((n) => Uint8Array.of(ESC, 0x64, n)),
    fc.tuple(fc.constantFrom(...'atPARS'), bytesOf(3)).map(([x, rest]) => join([ESC, GS, x.charCodeAt(0)], rest)),
    fc.constantFrom(0, 1).map((s) => Uint8Array.of(ESC, GS, 3, s, 0, 0)),
    fc.tuple(fc.constantFrom(...'aFdLCm'), byte).map(([x, n]) => Uint8Array.of(ESC, 0x1e, x.charCodeAt(0), n)),
    raster([ESC, GS, 0x53], inner),
    fc.tuple(fc.constantFrom(...'KLXk'), announced(inner)).map(([x, [n, rest]]) => join([ESC, x.charCodeAt(0)], word(n), rest)),
    fc.tuple(bytesOf(4), inner).map(([head, rest]) => join([ESC, 0x62], head, rest, [0x1e])),
    fc
      .tuple(fc.constantFrom(0x78, 0x79), announced(inner))
      .map(([x, [n, rest]]) => join([ESC, GS, x, 0x44, 1, 0], word(n), rest)),
    fc.tuple(fc.constantFrom(0x78, 0x79), fc.constantFrom(0x50, 0x49)).map(([x, what]) => Uint8Array.of(ESC, GS, x, what)),
    fc.tuple(inner, byte).map(([rest, n]) => join([ESC, 0x2a, 0x72, 0x41, 0x62, n, 0], rest, [ESC, 0x2a, 0x72, 0x42])),
    fc.constantFrom([5], [ESC, 6, 1], [7], [0x1a], [0x19], [ESC, 7, 10, 10]).map((b) => Uint8Array.from(b)),
  )

/** A stream of one dialect; a payload may hold text, cuts and commands of its own, `depth` deep. */
const stream = (command: (inner: Inner) => Inner, cut: readonly number[], depth = 2): Inner => {
  const inner: Inner = depth === 0 ? text : fc.oneof(fc.uint8Array({ maxLength: 60 }), stream(command, cut, depth - 1))
  const piece = fc.oneof({ weight: 3, arbitrary: shared(inner) }, { weight: 2, arbitrary: command(inner) })
  const top = fc.oneof({ weight: 12, arbitrary: piece }, { weight: 1, arbitrary: paper(cut) })
  return (depth === 2 ? fc.array(top, { maxLength: 25, size: 'max' }) : fc.array(piece, { maxLength: 6 })).map((all) =>
    Buffer.concat(all),
  )
}

export const escpos: Inner = stream(escposCommand, [GS, 0x56, 0])
export const star: Inner = stream(starCommand, [ESC, 0x64, 2])

const ENDS = ['\r\n', '\n', '\r', '\n\r']
/** A register's journal: lines with any end, blank ones, printer codes between them, a parity bit nobody expects. */
export const journal: Inner = fc
  .record({
    blocks: fc.array(fc.oneof({ weight: 8, arbitrary: line.map((one) => [one]) }, { weight: 1, arbitrary: receipt }), {
      maxLength: 20,
      size: 'max',
    }),
    end: fc.constantFrom(...ENDS),
    odd: fc.array(fc.tuple(fc.nat(60), fc.constantFrom([ESC, 0x21, 8], [GS, 0x56, 0], [0x0c], [0], [ESC, 0x40])), {
      maxLength: 3,
    }),
    encode: printed,
    parity: fc.nat(8),
  })
  .map(({ blocks, end, odd, encode, parity }) => {
    const lines = blocks.flat().map((words, i) => join(odd.find(([at]) => at === i)?.[1] ?? [], encode(words), Buffer.from(end)))
    const bytes = Buffer.concat(lines)
    return parity === 0 ? bytes.map((b) => (even(b & 127) ? b & 127 : b | 128)) : bytes
  })

const even = (byte: number): boolean => byte.toString(2).replaceAll('0', '').length % 2 === 0

/** Two lines of twenty on a pole, and the ways to put them there (register-capture 7). */
export const display: Inner = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constantFrom(0x41, 0x42, 0x44), text).map(([row, words]) => join([ESC, 0x51, row], words, [0x0d])),
      fc.tuple(fc.constantFrom(0x41, 0x42), text).map(([row, words]) => join([ESC, 0x75, row], words, [0x0d])),
      fc.tuple(byte, byte).map(([x, y]) => Uint8Array.of(US, 0x24, x, y)),
      fc.tuple(byte, byte).map(([x, y]) => Uint8Array.of(ESC, 0x6c, x, y)),
      fixed(ESC, '[W_s=\x11\x12\x13@', 2),
      fc.tuple(fc.constantFrom(...'CPDS'), byte).map(([c, n]) => Uint8Array.of(4, 1, c.charCodeAt(0), n, 0x17)),
      text.map((words) => join([0x21, 0x23, 0x31], words, [0x0d])),
      fc.constantFrom(0x0c, 0x0b, 0x18, 0x0d, 0x0a, 8, 9, 10).map((c) => Uint8Array.of(c)),
      text,
      fc.uint8Array({ maxLength: 20 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts))

const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, b) => sum + b, 0)
const nibbles = (sum: number): number[] => [12, 8, 4, 0].map((by) => 0x30 + ((sum >> by) & 15))

/** Frames with a check that is right, wrong or cut off; polls and answers between them (register-capture 8.2). */
export const framed: Inner = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.tuple(ended, fc.integer({ min: -1, max: 255 }), fc.boolean()).map(([data, wrong, etb]) => {
          const body = join(data, [etb ? 0x17 : 3])
          return join([2], body, [wrong >= 0 && wrong < 40 ? wrong : body.reduce((x, b) => x ^ b, 0)])
        }),
      },
      {
        weight: 3,
        arbitrary: fc.tuple(byte, byte, text, fc.nat(9)).map(([seq, command, data, wrong]) => {
          const body = join([0x20 + ((4 + data.length) & 127), 0x20 + (seq % 96), command], data, [5])
          return join([1], body, nibbles(sumOf(body) + (wrong === 0 ? 1 : 0)), [3])
        }),
      },
      fc.constantFrom([5], [6], [0x15], [4], [0x16], [2], [3], [1], [0x10, 2], [0x10, 3]).map((b) => Uint8Array.from(b)),
      fc.uint8Array({ maxLength: 30 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts))
