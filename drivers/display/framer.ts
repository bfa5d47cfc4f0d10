import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'
import { screen } from './screen.ts'

const LF = 0x0a

/**
 * What the customer sees, whenever it stands still or is about to go: a frame is both lines as they stood, each ended by LF.
 * The bytes alone would not do, since a line that was written long ago still stands there.
 */
export function snapshots(): Framer {
  const shown = screen()
  let rest: Uint8Array = new Uint8Array(0)
  let received = 0
  let frames: Frame[] = []

  const look = (end: number): void => {
    if (!shown.touched()) return
    const [one, two] = shown.lines()
    const bytes = new Uint8Array(one.length + two.length + 2)
    bytes.set(one)
    bytes[one.length] = LF
    bytes.set(two, one.length + 1)
    bytes[bytes.length - 1] = LF
    if (bytes.every((byte) => byte === 0x20 || byte === LF)) return
    frames.push({ bytes, end, tail: bytes.length, torn: false })
  }
  const report = (): Framed => {
    const framed = { frames, discarded: 0, pass: received }
    frames = []
    return framed
  }
  return {
    push(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      received += chunk.length
      const base = received - bytes.length
      const done = shown.play(bytes, (at) => look(base + at))
      rest = bytes.slice(done)
      return report()
    },
    quiet() {
      look(received)
      return report()
    },
    close() {
      look(received)
      return report()
    },
  }
}
