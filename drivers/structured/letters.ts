import { chooseDecoder, pinnedDecoder } from '../text-grid/choose.ts'
import { decoderById } from '../text-grid/decoders.ts'
import type { Decoder, Piece } from '../text-grid/line.ts'

export interface Lettered {
  readonly text: string
  readonly encoding: string
  /** `DRIVER_ENCODING` when the letters are not sure. */
  readonly doubt?: string
}

/** What a register may pin, by the names of register-capture 5, beside leaving it to the bytes. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'ascii', 'windows-1258', 'tcvn3', 'tcvn', 'viscii', 'vni', 'windows-1252'] as const
const NAMES: Readonly<Record<string, string>> = { tcvn3: 'tcvn3-abc', tcvn: 'vn1' }

const LF = 0x0a
const HT = 0x09

/**
 * Letters of a file: byte order mark, the encoding its settings or its head name, strict UTF-8, else scored as paper is
 * (register-capture 8.4, 5.6). Tabs and line ends stay; NFC.
 */
export function lettersOf(bytes: Uint8Array, named?: string): Lettered {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16(bytes.subarray(2))
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return utf8(bytes.subarray(3))
  const asked = named?.toLowerCase()
  if (asked === 'utf-16le' || asked === 'utf-16') return utf16(bytes)
  if (asked === 'utf-8') return utf8(bytes)
  const lines = piecesOf(bytes)
  const runs = lines.map(({ pieces }) => pieces)
  const pinned = asked === undefined ? undefined : decoderById(NAMES[asked] ?? asked)
  const { decoder, doubt } = pinned ? pinnedDecoder(pinned, runs) : chooseDecoder(runs)
  return { ...decode(lines, decoder), ...(doubt === undefined ? {} : { doubt }) }
}

function utf8(bytes: Uint8Array): Lettered {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).normalize('NFC')
  return { text, encoding: 'utf-8', ...(text.includes('\ufffd') ? { doubt: 'DRIVER_ENCODING' } : {}) }
}
function utf16(bytes: Uint8Array): Lettered {
  const text = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes).normalize('NFC')
  return {
    text,
    encoding: 'utf-16le',
    ...(text.includes('\ufffd') || bytes.length % 2 === 1 ? { doubt: 'DRIVER_ENCODING' } : {}),
  }
}

interface Pieces {
  readonly pieces: readonly Piece[]
  /** Bytes between the pieces: a tab, or the line end. */
  readonly between: readonly string[]
}

/** Line by line and cell by cell: control bytes are no letters here, but tabs and line ends must come through. */
function piecesOf(bytes: Uint8Array): readonly Pieces[] {
  const lines: Pieces[] = []
  let pieces: Piece[] = []
  let between: string[] = []
  let from = 0
  const cut = (to: number, mark: string): void => {
    pieces.push({ bytes: bytes.subarray(from, to), codePage: -1, turn: 0, dong: false, cell: 12, wide: 1, bold: false })
    between.push(mark)
    from = to + 1
  }
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === HT) cut(at, '\t')
    else if (bytes[at] === LF) {
      const end = at > from && bytes[at - 1] === 0x0d ? at - 1 : at
      cut(end, '\n')
      from = at + 1
      lines.push({ pieces, between })
      pieces = []
      between = []
    }
  }
  if (from < bytes.length) cut(bytes.length, '')
  if (pieces.length > 0) lines.push({ pieces, between })
  return lines
}

function decode(lines: readonly Pieces[], decoder: Decoder): Lettered {
  const text = lines
    .map(({ pieces, between }) =>
      decoder
        .decode(pieces)
        .map((said, i) => said + (between[i] ?? ''))
        .join(''),
    )
    .join('')
  return { text: text.normalize('NFC'), encoding: decoder.id }
}
