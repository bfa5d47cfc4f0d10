import type { Clock } from '../domain/clock.ts'

/** A till waits no longer than this for a status byte, in milliseconds: an older question was never answered. */
const PATIENCE = 10_000
/** Blocks of text a printer may answer with (`GS I`, `GS ( H`), in bytes. */
const LONGEST_BLOCK = 80
/** Questions without an answer that are remembered. */
const MOST = 64
const [DLE, ESC, GS, XON, XOFF] = [0x10, 0x1b, 0x1d, 0x11, 0x13]

/** What a printer tells of itself; what an answer does not speak of is absent. */
export interface PrinterState {
  readonly offline?: boolean
  readonly paperOut?: boolean
  readonly cover?: boolean
  readonly error?: boolean
  readonly low?: boolean
  /** XOFF. */
  readonly stopped?: boolean
}

/** A question for the status. */
export interface Question {
  readonly bytes: Uint8Array
  /** How many documents had gone out in front of it. */
  readonly behind: number
  /** Ours: its answer is not for the till. */
  readonly ours: boolean
}

export interface Told {
  readonly state: PrinterState
  /** Absent: told without being asked. */
  readonly answers?: Question
}

/** The way back from one printer: which answer belongs to which question, and what it says (register-capture 3). */
export interface BackChannel {
  /** Bytes on their way to the printer. */
  asked(bytes: Uint8Array, about?: { readonly behind?: number; readonly ours?: boolean }): void
  /** Bytes from the printer; `rest`: without the answers to our own questions. */
  answered(bytes: Uint8Array): { readonly told: readonly Told[]; readonly rest: Uint8Array }
  /** Whether somebody still waits for an answer to a question behind so many documents. */
  waiting(behind?: number): boolean
}

/** How the answers to one question look, and what they say. */
interface Kind {
  /** Of the first byte of its answer. */
  readonly fits: (byte: number) => boolean
  readonly says: (byte: number) => PrinterState
}

const realTimeByte = (byte: number): boolean => (byte & 0x93) === 0x12
/** `DLE EOT n`: 0xx1xx10, what the other bits mean depends on n. Online says that nothing stops it. */
const REAL_TIME: Readonly<Record<number, Kind['says']>> = {
  1: (byte) => ((byte & 0x08) !== 0 ? { offline: true } : { offline: false, paperOut: false, cover: false, error: false }),
  2: (byte) => ({ cover: (byte & 0x04) !== 0, paperOut: (byte & 0x20) !== 0, error: (byte & 0x40) !== 0 }),
  3: (byte) => ({ error: (byte & 0x68) !== 0 }),
  4: (byte) => ({ low: (byte & 0x0c) !== 0, paperOut: (byte & 0x60) !== 0 }),
}
const buffered = (says: Kind['says']): Kind => ({ fits: (byte) => (byte & 0x90) === 0, says })
/** `GS r 1`, `ESC v`: answered from the buffer, behind what is printed. */
const PAPER = buffered((byte) => ({ low: (byte & 0x03) !== 0, paperOut: (byte & 0x0c) !== 0 }))
/** The drawer, the model: nothing about paper. */
const OTHER = buffered(() => ({}))
/** `GS I`: model, kind, version. */
const ONE_BYTE = new Set([1, 2, 3, 49, 50, 51])
/** Star's `ESC ACK SOH` is answered with a block; what it says is read where blocks are. */
const BLOCK: Kind = { fits: () => false, says: () => ({}) }

/** The question that begins at `b[at]` with its length, if one does. */
function questionAt(b: Uint8Array, at: number): { readonly kind: Kind; readonly length: number } | undefined {
  const [second, n = 0] = [b[at + 1], b[at + 2]]
  if (b[at] === DLE) {
    const says = second === 0x04 ? REAL_TIME[n] : undefined
    return says && { kind: { fits: realTimeByte, says }, length: 3 }
  }
  if (b[at] === GS) {
    if (second === 0x72 && (n === 1 || n === 49)) return { kind: PAPER, length: 3 }
    if ((second === 0x72 && (n === 2 || n === 50)) || (second === 0x49 && ONE_BYTE.has(n))) return { kind: OTHER, length: 3 }
    return undefined
  }
  if (second === 0x76) return { kind: PAPER, length: 2 }
  if (second === 0x75) return { kind: OTHER, length: 2 }
  return second === 0x06 && n === 0x01 ? { kind: BLOCK, length: 3 } : undefined
}

/** Epson's automatic status: 0xx1xx00, then three bytes 0xx0xxxx. */
const epson = ([first = 0, second = 0, third = 0]: readonly number[]): PrinterState => ({
  offline: (first & 0x08) !== 0,
  cover: (first & 0x20) !== 0,
  error: (second & 0x6c) !== 0,
  low: (third & 0x03) !== 0,
  paperOut: (third & 0x0c) !== 0,
})
/** Star's: two bytes of header, status, errors, errors of the buffer, paper sensors (STAR Line Mode, automatic status). */
const star = ([, , status = 0, errors = 0, , paper = 0]: readonly number[]): PrinterState => ({
  offline: (status & 0x08) !== 0,
  cover: (status & 0x20) !== 0,
  error: (errors & 0x6c) !== 0,
  low: (paper & 0x06) !== 0,
  paperOut: (paper & 0x08) !== 0,
})
/** Bytes of a Star block by its first header, 0xx0xxx1: 7 (0F), 8 (21), 9 (23) ... 15 (2F); 0: none. */
const starLength = (byte: number): number => {
  const length = (byte & 0x91) === 0x01 ? ((byte >> 1) & 0x07) | ((byte >> 2) & 0x18) : 0
  return length >= 7 ? length : 0
}

interface Open extends Question {
  readonly kind: Kind
  readonly at: number
}

export function backChannel(clock: Clock): BackChannel {
  let questions: Open[] = []
  /** The last two bytes that were asked: a question torn in two by the network is still one. */
  let tail: Uint8Array = new Uint8Array()
  /** An automatic status of which not all bytes are there: what came, how many it has, the question it answers. */
  let block: { readonly bytes: number[]; readonly length: number; readonly question: Open | undefined } | undefined
  /** How much of a block of text is still passed over. */
  let text = 0

  /** No till waits for ever; an answer to a question of ours must not reach it however late it comes. */
  const open = (): Open[] => {
    if (questions.length > 0) questions = questions.filter(({ at, ours }) => ours || clock.up() - at <= PATIENCE)
    return questions
  }
  const oldest = (which: (question: Open) => boolean): Open | undefined => {
    const at = open().findIndex(which)
    return at < 0 ? undefined : questions.splice(at, 1)[0]
  }
  const told = (state: PrinterState, question?: Open): Told => (question ? { state, answers: question } : { state })

  const begin = (byte: number): Told | undefined => {
    if (byte === 0x5f || byte === 0x37) text = LONGEST_BLOCK
    else if (byte === XOFF || byte === XON) return { state: { stopped: byte === XOFF } }
    else if ((byte & 0x93) === 0x10) block = { bytes: [byte], length: 4, question: undefined }
    else {
      const question = oldest(({ kind }) => kind.fits(byte))
      if (question) return told(question.kind.says(byte), question)
      const length = starLength(byte)
      if (length > 0) block = { bytes: [byte], length, question: oldest(({ kind }) => kind === BLOCK) }
    }
    return undefined
  }

  return {
    asked(bytes, { behind = 0, ours = false } = {}) {
      const all = tail.length > 0 ? Buffer.concat([tail, bytes]) : bytes
      for (let at = 0; at < all.length; at++) {
        const byte = all[at]
        if (byte !== DLE && byte !== ESC && byte !== GS) continue
        const found = questionAt(all, at)
        // A printer hears the real-time ones even inside a picture. What ended in the tail was counted then.
        const end = at + (found?.length ?? 0)
        if (!found || end <= tail.length || end > all.length) continue
        questions.push({ bytes: all.slice(at, end), kind: found.kind, behind, ours, at: clock.up() })
      }
      tail = all.slice(Math.max(0, all.length - 2))
      if (questions.length > MOST) questions = questions.slice(-MOST)
    },
    answered(bytes) {
      const all: Told[] = []
      const rest: number[] = []
      for (const byte of bytes) {
        if (text > 0) text = byte === 0 ? 0 : text - 1
        else if (block && goesOn(block.bytes.length, block.length, byte)) {
          const { bytes: so, length, question } = block
          so.push(byte)
          if (so.length === length) {
            all.push(told(length === 4 ? epson(so) : star(so), question))
            block = undefined
          }
          if (question?.ours) continue
        } else {
          // Not what it looked like: the till gets what was kept back of it.
          if (block?.question?.ours) rest.push(...block.bytes)
          block = undefined
          const news = begin(byte)
          if (news) all.push(news)
          if (news?.answers?.ours || heldBack(block)) continue
        }
        rest.push(byte)
      }
      return { told: all, rest: rest.length === bytes.length ? bytes : Uint8Array.from(rest) }
    },
    waiting: (least = 0) => open().some(({ behind }) => behind >= least),
  }
}

const heldBack = (block: { readonly question: Open | undefined } | undefined): boolean => block?.question?.ours === true

/** Whether a byte may stand at this place of an automatic status. Epson's has four bytes; Star's second one is its version. */
const goesOn = (at: number, length: number, byte: number): boolean =>
  length === 4 ? (byte & 0x90) === 0 : (byte & 0x91) === (at === 1 ? 0x80 : 0)
