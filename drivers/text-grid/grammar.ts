/** More bytes are needed before the length is known. */
export const MORE = 0
/** Not in the table: the two command bytes are consumed and counted, never the text behind them. */
export const UNKNOWN = -1
/** A length beyond reason: the two command bytes are consumed, what follows is read as text, the document is held. */
export const DESYNC = -2

/** No picture is larger; a frame of an audit pack is not either. */
export const MAX_PICTURE = 4 * 1024 * 1024
/** What follows up to the next boundary is counted, not kept. */
export const MAX_FRAME = MAX_PICTURE
/** Bytes of text in one line, and lines in one document: beyond, it is no receipt (register-capture 11). */
export const MAX_LINE = 4096
export const MAX_LINES = 5000

const NOISE = 64
/** So many unknown commands, and more than known ones, are no print job: the rest of it is not read (register-capture 11). */
export const isNoise = (unknown: number, known: number): boolean => unknown > NOISE && unknown > known

/** What a command means for the document it stands in; where it ends, not what it prints. */
export type Meaning =
  /** The paper is cut, or the host says the job is over: the document ends with it. */
  | 'end'
  /** The host begins a job: what came before is another document. */
  | 'begin'
  | 'reset'
  | 'feed'
  /** Prints something that is no text: a picture, a barcode. */
  | 'prints'
  /** A picture that has its own cut inside. */
  | 'prints-and-ends'
  /** A picture the printer has stored: the head of a receipt, or its foot. */
  | 'logo'
  /** Leaves nothing on the paper and sets nothing: status requests, drawer. */
  | 'talk'
  | 'sheet-on'
  | 'sheet-off'
  /** Following bytes are for the pole display, or for the printer again. */
  | 'display'
  | 'printer'
  | 'other'

/** One printer dialect as the cutter of documents needs it. All functions are pure and look at bytes before `end` only. */
export interface Grammar {
  /** 1: the byte may be text. */
  readonly text: Uint8Array
  /** 1: a command begins with the byte. */
  readonly begins: Uint8Array
  /** Length of the command that begins at `b[at]`, payload not come yet included; or `MORE`, `UNKNOWN`, `DESYNC`. */
  measure(b: Uint8Array, at: number, end: number, letterBefore: boolean): number
  /** Of the command of `size` bytes at `b[at]`; at least its first 64 are there. */
  meaning(b: Uint8Array, at: number, size: number): Meaning
  /** Lines that a `feed` feeds. */
  feed(b: Uint8Array, at: number): number
  /** What a healthy printer answers to the whole command at `b[at]`. */
  answer(b: Uint8Array, at: number, size: number): Uint8Array | undefined
  /** The unfinished command in `b[at, end)` may become an end mark. */
  mayEnd(b: Uint8Array, at: number, end: number): boolean
}

export const word = (b: Uint8Array, i: number): number => (b[i] ?? 0) | ((b[i + 1] ?? 0) << 8)
export const signed = (b: Uint8Array, i: number): number => (word(b, i) << 16) >> 16

/** A set of bytes as a table. */
export const bytesOf = (...bytes: readonly number[]): Uint8Array => {
  const table = new Uint8Array(256)
  for (const byte of bytes) table[byte] = 1
  return table
}
