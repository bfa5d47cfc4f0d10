import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'
import { type Block, findAt, follows, islAnswer } from './blocks.ts'
import type { Protocol } from './settings.ts'

/** A frame in an audit pack may not be larger. */
const LARGEST = 4 * 1024 * 1024
const NONE = new Uint8Array(0)

/**
 * Blocks of a framed protocol, checked and put together to documents (register-capture 8.2). A frame holds the accepted blocks
 * as they came. A copy of the last one is dropped; a damaged one that was not sent again stays, so that its
 * document is held. `kept`: whether a frame is on disk; before that no copy of it is acknowledged.
 */
export function framer(protocol: Protocol, kept: (frame: Uint8Array) => boolean): Framer {
  const wide = protocol.family === 'isl-wide'
  let buf: Uint8Array = NONE
  let at = 0
  /** Absolute offset of `buf[0]`. */
  let base = 0
  let accepted: Uint8Array[] = []
  let size = 0
  let last: { readonly sequence: number | undefined; readonly data: Uint8Array } | undefined
  let lastFrame: Uint8Array | undefined
  let damaged: Uint8Array | undefined
  let frames: Frame[] = []
  let discarded = 0
  let answers: Uint8Array[] = []

  const answer = (bytes: readonly number[] | Uint8Array): void => {
    if (protocol.answers) answers.push(Uint8Array.from(bytes))
  }
  const accept = (bytes: Uint8Array): void => {
    accepted.push(bytes)
    size += bytes.length
  }
  const emit = (end: number, torn: boolean): void => {
    if (accepted.length === 0) return
    const bytes = new Uint8Array(Buffer.concat(accepted))
    frames.push({ bytes, end, tail: bytes.length, torn: torn || size >= LARGEST })
    lastFrame = bytes
    accepted = []
    size = 0
  }
  /** A damaged block of which no second copy came is a part of what was said. */
  const keepDamaged = (): void => {
    if (!damaged) return
    if (protocol.document === 'block') emit(base + at, false)
    accept(damaged)
    damaged = undefined
    if (protocol.document === 'block') emit(base + at, true)
  }
  /** The copy of a damaged block, as far as it can be told: it was asked for, it is the next one, or it looks like it. */
  const mends = (block: Block, raw: Uint8Array): boolean =>
    protocol.answers || (block.sequence !== undefined && last?.sequence !== undefined && follows(last.sequence, block.sequence))
      ? true
      : damaged !== undefined && alike(damaged, raw)

  const good = (block: Block, raw: Uint8Array, end: number): void => {
    if (damaged) {
      if (mends(block, raw)) {
        discarded += damaged.length
        damaged = undefined
      } else keepDamaged()
    }
    const copy = block.sequence !== undefined && last?.sequence === block.sequence && same(last.data, block.data)
    const closes = block.command !== undefined && protocol.closing.includes(block.command)
    if (copy) {
      discarded += raw.length
      // Its first copy may still be on its way to the disk: then the register asks again.
      const waits = accepted.length === 0 && lastFrame !== undefined && !kept(lastFrame)
      if (!waits) answer(replyTo(block, protocol, wide))
      return
    }
    last = { sequence: block.sequence, data: block.data.slice() }
    accept(raw)
    if (protocol.document === 'block' || closes) emit(end, false)
    else answer(replyTo(block, protocol, wide))
  }

  const scan = (over: boolean): void => {
    while (at < buf.length) {
      const found = findAt(buf, at, protocol, over)
      if (found.kind === 'more') break
      const raw = buf.slice(at, at + found.size)
      at += found.size
      if (found.kind === 'block' && found.good) good(found, raw, base + at)
      else if (found.kind === 'block') {
        if (damaged && !alike(damaged, raw)) keepDamaged()
        else discarded += damaged?.length ?? 0
        damaged = raw
        answer(protocol.nak)
      } else if (found.kind === 'eot' && (accepted.length > 0 || damaged)) {
        keepDamaged()
        if (accepted.length > 0) accept(raw)
        emit(base + at, false)
      } else {
        if (found.kind === 'enq') answer(protocol.ack)
        discarded += found.size
      }
      if (size >= LARGEST) emit(base + at, true)
    }
    base += at
    buf = buf.subarray(at)
    at = 0
  }
  const report = (): Framed => {
    const handshake = answers.length === 0 ? undefined : new Uint8Array(Buffer.concat(answers))
    const framed: Framed = { frames, discarded, pass: base + buf.length, ...(handshake ? { handshake } : {}) }
    frames = []
    discarded = 0
    answers = []
    return framed
  }
  return {
    push(chunk) {
      buf = buf.length === 0 ? chunk.slice() : Buffer.concat([buf, chunk])
      scan(false)
      return report()
    },
    quiet() {
      // A block that stopped in its midst will not go on after this silence.
      scan(true)
      const torn = damaged !== undefined
      keepDamaged()
      emit(base, torn)
      return report()
    },
    close(torn) {
      scan(true)
      const broken = torn || damaged !== undefined
      keepDamaged()
      emit(base, broken)
      return report()
    },
  }
}

/** What a register is told of a block that was taken. */
export const replyTo = (block: Block, { family, ack }: Protocol, wide: boolean): readonly number[] | Uint8Array =>
  family === 'stx' ? ack : islAnswer(block, wide)

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** Two copies of one block, of which one was hurt on the way: as long, and but for a few bytes the same. */
function alike(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  let apart = 0
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) apart++
  return apart * 8 <= one.length
}
