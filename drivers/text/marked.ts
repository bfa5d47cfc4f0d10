import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'
import { fold } from '../../src/domain/fold.ts'
import type { Marks } from './settings.ts'

/** A frame in an audit pack may not be larger. */
const LARGEST = 4 * 1024 * 1024
const [LF, CR] = [0x0a, 0x0d]
const NONE = new Uint8Array(0)

/** Whether a line holds one of these markers. Compared folded; letters beyond ASCII count where the line is UTF-8. */
export function says(line: Uint8Array, markers: readonly string[]): boolean {
  if (markers.length === 0) return false
  const text = fold(Buffer.from(line).toString('utf8'))
  return markers.some((marker) => text.includes(marker))
}

/** Lines without their ends: CR, LF, CR LF and LF CR, or what the settings name. */
export function linesOf(bytes: Uint8Array, delimiter: Uint8Array | undefined): readonly Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = endOf(bytes, from, delimiter)
    lines.push(bytes.subarray(from, end?.line ?? bytes.length))
    from = end?.next ?? bytes.length
  }
  return lines
}

/** Where the line that begins at `from` ends, and the next one begins; undefined while its end has not come. */
function endOf(
  bytes: Uint8Array,
  from: number,
  delimiter: Uint8Array | undefined,
): { readonly line: number; readonly next: number } | undefined {
  if (delimiter) {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(delimiter, from)
    return line < 0 ? undefined : { line, next: line + delimiter.length }
  }
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte !== LF && byte !== CR) continue
    const partner = byte === LF ? CR : LF
    return { line: at, next: bytes[at + 1] === partner ? at + 2 : at + 1 }
  }
  return undefined
}

/**
 * Cuts a text port by the strings its installer knows: a line with a start marker begins a document, one with an end marker
 * is its last. What stands outside is a document of its own, so that nothing vanishes when a marker changes.
 */
export function marked({ start, end, delimiter, maxLines }: Marks): Framer {
  let buf: Uint8Array = NONE
  let base = 0
  /** The line in hand begins here; before it stands the open document. */
  let at = 0
  let lines = 0
  let content = false
  let frames: Frame[] = []
  let discarded = 0

  const finish = (to: number, torn: boolean): void => {
    if (content) frames.push({ bytes: buf.slice(0, to), end: base + to, tail: to, torn })
    else discarded += to
    base += to
    buf = buf.subarray(to)
    at -= to
    lines = 0
    content = false
  }
  const scan = (): void => {
    for (;;) {
      const found = endOf(buf, at, delimiter)
      // The second byte of a line end may still come; it makes no line of its own.
      if (!found || (!delimiter && found.next === buf.length && found.next === found.line + 1)) break
      const line = buf.subarray(at, found.line)
      const size = found.next - at
      if (says(line, start) && at > 0) finish(at, end.length > 0)
      content ||= line.some((byte) => byte > 0x20)
      at += size
      lines++
      if (says(line, end)) finish(at, false)
      else if (maxLines !== undefined && lines >= maxLines) finish(at, end.length > 0)
    }
    if (buf.length >= LARGEST) close(true)
  }
  const close = (torn: boolean): void => {
    const rest = buf.subarray(at)
    if (says(rest, start) && at > 0) finish(at, torn || end.length > 0)
    content ||= rest.some((byte) => byte > 0x20)
    const whole = end.length === 0 || says(rest, end)
    at = buf.length
    finish(buf.length, torn || !whole)
  }
  const report = (): Framed => {
    const framed = { frames, discarded, pass: base + buf.length }
    frames = []
    discarded = 0
    return framed
  }
  return {
    push(chunk) {
      buf = buf.length === 0 ? chunk.slice() : Buffer.concat([buf, chunk])
      scan()
      return report()
    },
    quiet() {
      if (buf.length > 0) close(false)
      return report()
    },
    close(torn) {
      if (buf.length > 0) close(torn)
      return report()
    },
  }
}
