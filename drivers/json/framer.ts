import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'
import type { CompiledMapping } from '../structured/mapping.ts'
import { parseJson } from './parse.ts'
import { documentsIn } from './receipt.ts'

/** A frame in an audit pack may not be larger. */
const LARGEST = 4 * 1024 * 1024
const [QUOTE, BACKSLASH, OPEN, CLOSE, LIST, ENDLIST] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d]
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
const NONE = new Uint8Array(0)

/**
 * Cuts a stream into JSON values by their brackets: one object after another, or lists of them. What stands between is
 * no document. A list, or the places `documents` names, give one frame for each element; they share the end of the
 * whole, so that after a crash in their midst the source is heard again and known ones are seen to be second copies.
 */
export function jsonFramer(mapping: Pick<CompiledMapping, 'documents'>): Framer {
  /** The open value, or the byte that may open one. */
  let buf: Uint8Array = NONE
  /** Absolute offset of `buf[0]`, and how far it has been looked at. */
  let base = 0
  let at = 0
  let open = false
  let depth = 0
  let inString = false
  let escaped = false
  let frames: Frame[] = []
  let discarded = 0

  const drop = (to: number): void => {
    base += to
    buf = buf.subarray(to)
    at = 0
  }
  const emit = (to: number, torn: boolean): void => {
    const whole = buf.slice(0, to)
    const pieces = torn ? [whole] : split(whole, mapping)
    pieces.forEach((bytes, i) => {
      const end = i === pieces.length - 1 ? base + to : base
      frames.push({ bytes, end, tail: bytes.length, torn })
    })
    drop(to)
    open = false
    depth = 0
    inString = false
    escaped = false
  }

  /** Whether the byte at `at` opens a value: undefined while what follows it has not come. */
  const opens = (): boolean | undefined => {
    const byte = buf[at]
    if (byte !== OPEN && byte !== LIST) return false
    let next = at + 1
    while (next < buf.length && isBlank(buf[next] ?? 0)) next++
    if (next >= buf.length) return undefined
    const after = buf[next]
    return byte === OPEN ? after === QUOTE || after === CLOSE : after === OPEN || after === ENDLIST
  }

  const inside = (byte: number): void => {
    if (escaped) escaped = false
    else if (inString) {
      if (byte === BACKSLASH) escaped = true
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === OPEN || byte === LIST) depth++
    else if (byte === CLOSE || byte === ENDLIST) depth--
  }

  const scan = (): void => {
    let noise = 0
    while (at < buf.length) {
      if (!open) {
        const begins = opens()
        if (begins === undefined) break
        if (!begins) {
          if (!isBlank(buf[at] ?? 0)) noise++
          at++
          continue
        }
        drop(at)
        open = true
      }
      inside(buf[at++] ?? 0)
      if (depth === 0) emit(at, false)
      else if (at >= LARGEST) emit(at, true)
    }
    if (!open) drop(at)
    discarded += noise
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
    quiet: report,
    close() {
      if (open) emit(buf.length, true)
      else {
        discarded += buf.length
        drop(buf.length)
      }
      return report()
    },
  }
}

/** One document each; the value as it stands where it is a single one, or cannot be read. */
function split(bytes: Uint8Array, mapping: Pick<CompiledMapping, 'documents'>): readonly Uint8Array[] {
  if (bytes[0] !== LIST && !mapping.documents) return [bytes]
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const value = parseJson(text)
  const found = value === undefined ? [] : documentsIn(value, mapping)
  if (found.length === 0 || found.some((one) => one.kind !== 'object')) return [bytes]
  return found.map(({ from, to }) => new Uint8Array(Buffer.from(text.slice(from, to))))
}
