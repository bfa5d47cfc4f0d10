import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'
import { lettersOf } from '../structured/letters.ts'
import { framedEncoding, LARGEST } from './read.ts'
import type { DelimitedSettings } from './settings.ts'
import { isFlood, receiptKey, rowEnds, tableOf } from './table.ts'

/** Bytes of one file (register-capture 8.4). */
const FILE = 10 * 1024 * 1024
const LF = 0x0a
const BLANK = [0x20, 0x09, 0x0a, 0x0d]

/**
 * One file, or one batch of rows that silence ends. Whole or not at all: only where every row has the shape of the first
 * are its receipts told apart, each with the heading in front of its own rows. All but the last end where the batch
 * begins, so that after a crash in their midst it is heard again and known receipts are seen to be second copies.
 */
export function batches(settings: DelimitedSettings): Framer {
  let chunks: Uint8Array[] = []
  let size = 0
  let received = 0
  let from = 0
  /** The heading of an earlier batch: a file that grows says it once. */
  let heading: Uint8Array | undefined
  let frames: Frame[] = []
  let discarded = 0

  const finish = (torn: boolean): void => {
    const bytes = Buffer.concat(chunks)
    chunks = []
    size = 0
    if (bytes.every((byte) => BLANK.includes(byte))) discarded += bytes.length
    else {
      const whole = bytes.length >= LARGEST ? bytes.subarray(0, LARGEST) : bytes
      const receipts = torn || bytes.length > FILE || isFlood(bytes) ? [new Uint8Array(whole)] : divided(bytes)
      receipts.forEach((one, i) => {
        frames.push({
          bytes: one,
          end: i === receipts.length - 1 ? received : from,
          tail: one.length,
          torn: torn || one.length >= LARGEST,
        })
      })
    }
    from = received
  }

  /** One piece for each receipt, or the whole where it cannot be told apart. */
  const divided = (bytes: Uint8Array): readonly Uint8Array[] => {
    const plain = isUtf16(bytes, settings) ? new Uint8Array(Buffer.from(lettersOf(bytes, settings.encoding).text)) : bytes
    const own = piecesOf(plain, settings)
    if (own) {
      heading = own.heading ?? heading
      return own.receipts
    }
    const grown = heading ? piecesOf(Buffer.concat([heading, plain]), settings) : undefined
    return grown?.receipts ?? [new Uint8Array(bytes.length >= LARGEST ? bytes.subarray(0, LARGEST) : bytes)]
  }
  const report = (): Framed => {
    const framed = { frames, discarded, pass: received }
    frames = []
    discarded = 0
    return framed
  }
  return {
    push(chunk) {
      received += chunk.length
      size += chunk.length
      // Beyond the limit nothing of it can be sold; enough is kept to show what it was.
      if (size - chunk.length <= FILE) chunks.push(chunk.slice())
      return report()
    },
    quiet() {
      if (size > 0) finish(false)
      return report()
    },
    close(torn) {
      if (size > 0) finish(torn)
      return report()
    },
  }
}

const isUtf16 = (bytes: Uint8Array, { encoding }: DelimitedSettings): boolean =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || encoding === 'utf-16le'

function piecesOf(
  bytes: Uint8Array,
  settings: DelimitedSettings,
): { readonly receipts: readonly Uint8Array[]; readonly heading: Uint8Array | undefined } | undefined {
  const read = tableOf(lettersOf(bytes, framedEncoding(settings)).text, settings)
  if (!read.ok) return undefined
  // One byte, one letter: rows end where they end in the bytes, whatever alphabet it is.
  const ends = rowEnds(Buffer.from(bytes).toString('latin1'), settings)
  if (ends.length !== read.value.rows.length) return undefined
  const groups = new Map<string, Uint8Array[]>()
  let heading: Uint8Array | undefined
  let from = 0
  for (const [i, { record }] of read.value.rows.entries()) {
    const row = bytes.subarray(from, ends[i] ?? from)
    from = ends[i] ?? from
    if (record) {
      const key = receiptKey(record)
      const group = groups.get(key)
      if (group) group.push(closed(row))
      else groups.set(key, [closed(row)])
    } else if (read.value.headed && !heading && row.some((byte) => !BLANK.includes(byte))) heading = closed(row)
  }
  const receipts = [...groups.values()].map((rows) => new Uint8Array(Buffer.concat(heading ? [heading, ...rows] : rows)))
  return receipts.length === 0 ? undefined : { receipts, heading }
}

/** The last row of a file may lack its line end. */
const closed = (row: Uint8Array): Uint8Array =>
  row.at(-1) === LF || row.at(-1) === 0x0d ? row : Buffer.concat([row, Buffer.of(LF)])
