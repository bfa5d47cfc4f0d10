import type { Frame, Framed, Framer } from '../../src/domain/driver.ts'

/** A frame in an audit pack may not be larger. */
const LARGEST = 4 * 1024 * 1024
const [LESS, MORE, SLASH, QUERY, BANG, QUOTE, TICK] = [0x3c, 0x3e, 0x2f, 0x3f, 0x21, 0x22, 0x27]
const NONE = new Uint8Array(0)
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
const isName = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f || byte >= 0x80)
/** What may follow `<` where a document begins, and what a whole one of a kind ends with. */
const starts = (text: string) => [...text].map((c) => c.charCodeAt(0))
const COMMENT = starts('!--')
const CDATA = starts('![CDATA[')

/**
 * Cuts a stream into XML documents: from the first tag, with what is said in front of it, to the end of its root element.
 * Works on bytes, since every alphabet a till writes has its marks in ASCII. `split` gives the documents of one root.
 */
export function xmlFramer(split: (bytes: Uint8Array) => readonly Uint8Array[]): Framer {
  let buf: Uint8Array = NONE
  let base = 0
  let at = 0
  let open = false
  let depth = 0
  /** The root element has begun. */
  let rooted = false
  let frames: Frame[] = []
  let discarded = 0

  const drop = (to: number): void => {
    base += to
    buf = buf.subarray(to)
    at = 0
  }
  const emit = (to: number, torn: boolean): void => {
    const whole = buf.slice(0, to)
    const pieces = torn ? [whole] : split(whole)
    pieces.forEach((bytes, i) => {
      frames.push({ bytes, end: i === pieces.length - 1 ? base + to : base, tail: bytes.length, torn })
    })
    drop(to)
    open = false
    rooted = false
    depth = 0
  }
  const isAt = (marks: readonly number[], from: number): boolean => marks.every((mark, i) => buf[from + i] === mark)
  const after = (marks: string, from: number): number => {
    const found = Buffer.from(buf.buffer, buf.byteOffset, buf.length).indexOf(marks, from)
    return found < 0 ? -1 : found + marks.length
  }

  /** One tag, comment or instruction at `at`; false when it must wait for more bytes. */
  const mark = (): boolean => {
    const next = buf[at + 1]
    if (next === undefined || (next === BANG && buf.length - at < 9 && !isAt(COMMENT, at + 1))) return false
    if (next === QUERY || next === BANG) {
      const end =
        next === QUERY
          ? after('?>', at)
          : isAt(COMMENT, at + 1)
            ? after('-->', at + 4)
            : isAt(CDATA, at + 1)
              ? after(']]>', at)
              : after('>', at)
      if (end < 0) return false
      at = end
      return true
    }
    let quote = 0
    for (let i = at + 1; i < buf.length; i++) {
      const byte = buf[i] ?? 0
      if (quote !== 0) quote = byte === quote ? 0 : quote
      else if (byte === QUOTE || byte === TICK) quote = byte
      else if (byte === MORE) {
        const empty = buf[i - 1] === SLASH
        depth += next === SLASH ? -1 : empty ? 0 : 1
        at = i + 1
        rooted = true
        if (depth <= 0) emit(at, false)
        return true
      }
    }
    return false
  }

  const scan = (): void => {
    while (at < buf.length) {
      if (buf[at] === LESS) {
        const next = buf[at + 1]
        if (next === undefined && !open) return
        if (!open && !(next === QUERY || next === BANG || isName(next))) {
          discarded++
          at++
          continue
        }
        if (!open) {
          drop(at)
          open = true
        }
        const before = at
        if (!mark()) {
          if (buf.length >= LARGEST) emit(buf.length, true)
          return
        }
        if (at === before && open) return
        continue
      }
      if (!open && !isBlank(buf[at] ?? 0)) discarded++
      at++
      if (open && at >= LARGEST) emit(at, true)
    }
    if (!open) drop(at)
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
      // A remark behind the last document is none.
      if (open && rooted) emit(buf.length, true)
      else {
        discarded += buf.length - (open ? 0 : at)
        drop(buf.length)
      }
      return report()
    },
  }
}
