import { bcc, checkOf, nibbles, ofNibbles } from './checks.ts'
import type { Protocol } from './settings.ts'

export interface Block {
  readonly kind: 'block'
  readonly size: number
  /** Its check holds and nothing of it is missing. */
  readonly good: boolean
  readonly data: Uint8Array
  readonly sequence?: number
  readonly command?: number
}

/** What stands at a place of the stream. `more`: it cannot be told yet. */
export type Found = Block | { readonly kind: 'enq' | 'eot' | 'noise'; readonly size: number } | { readonly kind: 'more' }

const [SOH, STX, ETX, EOT, END, ENQ] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x05]
/** Data of one block beyond this is no block: the start byte was noise. */
const LONGEST = 65_536
const OFFSET = 0x20
const SMALLEST = 4
const WIDEST = 4_096

/** What stands at `at`. `over`: nothing more will come. Reads by declared length where the family has one. */
export function findAt(buf: Uint8Array, at: number, protocol: Protocol, over: boolean): Found {
  const byte = buf[at] ?? 0
  if (byte === EOT) return { kind: 'eot', size: 1 }
  if (protocol.family === 'stx') {
    if (byte === STX) return stx(buf, at, protocol, over)
    return { kind: byte === ENQ ? 'enq' : 'noise', size: 1 }
  }
  return byte === SOH ? isl(buf, at, protocol.family === 'isl-wide', over) : { kind: 'noise', size: 1 }
}

const torn = (buf: Uint8Array, at: number, to: number): Block => ({
  kind: 'block',
  size: to - at,
  good: false,
  data: buf.subarray(at + 1, to),
})

function stx(buf: Uint8Array, at: number, { check, sequence }: Protocol, over: boolean): Found {
  const width = check === 'none' ? 0 : check === 'lrc' ? 1 : 2
  for (let i = at + 1; i < buf.length; i++) {
    const byte = buf[i] ?? 0
    // Its end never came: another block begins.
    if (byte === STX) return torn(buf, at, i)
    if (i - at > LONGEST) return { kind: 'noise', size: 1 }
    if (byte !== ETX) continue
    const size = i + 1 + width - at
    if (at + size > buf.length) return over ? torn(buf, at, buf.length) : { kind: 'more' }
    const wanted = checkOf(buf.subarray(at + 1, i + 1), check)
    const good = wanted.every((value, k) => buf[i + 1 + k] === value)
    const data = buf.subarray(at + 1 + (sequence ? 1 : 0), i)
    const number = sequence ? buf[at + 1] : undefined
    return { kind: 'block', size, good, data, ...(number === undefined ? {} : { sequence: number }) }
  }
  return over ? torn(buf, at, buf.length) : { kind: 'more' }
}

/** LEN counts from itself up to and including 05; the check covers the same bytes. */
function isl(buf: Uint8Array, at: number, wide: boolean, over: boolean): Found {
  const head = wide ? 4 : 1
  if (buf.length < at + 1 + head) return over ? { kind: 'noise', size: 1 } : { kind: 'more' }
  const said = wide ? ofNibbles(buf.subarray(at + 1, at + 5)) : buf[at + 1]
  const length = (said ?? 0) - OFFSET
  if (said === undefined || length < (wide ? 10 : SMALLEST) || length > WIDEST) return { kind: 'noise', size: 1 }
  const end = at + length
  const size = 1 + length + 5
  if (at + size > buf.length) {
    if (!over) return { kind: 'more' }
    // Its length may be noise: then a whole block stands behind it.
    return buf.indexOf(SOH, at + 1) < 0 ? torn(buf, at, buf.length) : { kind: 'noise', size: 1 }
  }
  // A length that was changed on the way points nowhere: what follows is looked through for the next start.
  if (buf[end] !== END || buf[at + size - 1] !== ETX) return { kind: 'noise', size: 1 }
  const good = bcc(buf.subarray(at + 1, end + 1)).every((value, k) => buf[end + 1 + k] === value)
  const from = at + 1 + head
  const command = wide ? (ofNibbles(buf.subarray(from + 1, from + 5)) ?? 0) : (buf[from + 1] ?? 0)
  const data = buf.subarray(from + 1 + head, end)
  return { kind: 'block', size, good, data, sequence: buf[from] ?? 0, command }
}

const STATUS = 0x80

/** The answer of a fiscal printer that is well: same sequence and command, no data, status behind 04. */
export function islAnswer({ sequence = 0, command = 0 }: Block, wide: boolean): Uint8Array {
  const status = Array.from({ length: wide ? 8 : 6 }, () => STATUS)
  const body = [sequence, ...(wide ? nibbles(command) : [command]), EOT, ...status, END]
  const length = body.length + (wide ? 4 : 1) + OFFSET
  const counted = Uint8Array.from([...(wide ? nibbles(length) : [length]), ...body])
  return Uint8Array.from([SOH, ...counted, ...bcc(counted), ETX])
}

/** Whether `next` may follow `last`: one more, or the counter began anew. */
export const follows = (last: number, next: number): boolean => next === last + 1 || next === OFFSET
