import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'

/** A till waits no longer than this for a status byte, in milliseconds: an older question was never answered. */
const PATIENCE = 10_000
/** Blocks of text a printer may answer with (`GS I`, `GS ( H`), in bytes. */
const LONGEST_BLOCK = 80
const XON = 0x11
const XOFF = 0x13

/** What a printer says of itself on its way back to the till: only read along, never asked, never changed. */
export interface PrinterSays {
  /** From the till: which status it asks for. */
  asked(bytes: Uint8Array): void
  /** From the printer. */
  answered(bytes: Uint8Array): void
  /** Paper out, cover open, offline or XOFF: a pause of the till is then no end of its document (register-capture 3). */
  busy(): boolean
  /** Its line is gone: what it said counts no more. */
  forget(): void
}

/** `tell`: the worst there is, or nothing when it is well again; only when that changes. */
export function printerSays(clock: Clock, tell: (trouble?: Fault) => void): PrinterSays {
  const state = { offline: false, paperOut: false, cover: false, error: false, low: false }
  let stopped = false
  let told: string | undefined
  /** Real-time requests without an answer yet: `DLE EOT n`, in order. */
  let questions: { readonly n: number; readonly at: number }[] = []
  let tail: number[] = []
  /** Bytes of an automatic status (ASB) that came so far, and how much of a text block is still passed over. */
  let automatic: number[] = []
  let block = 0

  const draw = (): void => {
    const code = worst()
    if (code === told) return
    told = code
    tell(code === undefined ? undefined : fault(code))
  }
  const worst = (): string | undefined => {
    if (state.paperOut) return 'PRINTER_PAPER_OUT'
    if (state.cover) return 'PRINTER_COVER_OPEN'
    if (state.error) return 'PRINTER_ERROR'
    if (state.offline) return 'PRINTER_OFFLINE'
    return state.low ? 'PRINTER_PAPER_LOW' : undefined
  }
  /** `DLE EOT n`: 0xx1xx10, what the other bits mean depends on n. */
  const realTime = (byte: number): void => {
    questions = questions.filter(({ at }) => clock.up() - at <= PATIENCE)
    const n = questions.shift()?.n
    if (n === 1) {
      state.offline = (byte & 0x08) !== 0
      if (!state.offline) Object.assign(state, { paperOut: false, cover: false, error: false })
    } else if (n === 2)
      Object.assign(state, { cover: (byte & 0x04) !== 0, paperOut: (byte & 0x20) !== 0, error: (byte & 0x40) !== 0 })
    else if (n === 3) state.error = (byte & 0x68) !== 0
    else if (n === 4) Object.assign(state, { low: (byte & 0x0c) !== 0, paperOut: (byte & 0x60) !== 0 })
  }
  /** Automatic status back: 0xx1xx00, then three bytes 0xx0xxxx. */
  const status = ([first = 0, second = 0, third = 0]: readonly number[]): void => {
    state.offline = (first & 0x08) !== 0
    state.cover = (first & 0x20) !== 0
    state.error = (second & 0x6c) !== 0
    state.low = (third & 0x03) !== 0
    state.paperOut = (third & 0x0c) !== 0
  }
  const heard = (byte: number): void => {
    if (block > 0) block = byte === 0 ? 0 : block - 1
    else if (automatic.length > 0 && (byte & 0x90) === 0) {
      automatic.push(byte)
      if (automatic.length < 4) return
      status(automatic)
      automatic = []
    } else {
      automatic = []
      if (byte === 0x5f || byte === 0x37) block = LONGEST_BLOCK
      else if (byte === XOFF || byte === XON) stopped = byte === XOFF
      else if ((byte & 0x93) === 0x10) automatic = [byte]
      else if ((byte & 0x93) === 0x12) realTime(byte)
    }
  }

  return {
    asked(bytes) {
      // A printer hears these even inside a picture; a question torn in two by the network is still one.
      const all = tail.length > 0 ? Buffer.concat([Uint8Array.from(tail), bytes]) : bytes
      for (let at = all.indexOf(0x10); at >= 0; at = all.indexOf(0x10, at + 1)) {
        const n = all[at + 2] ?? 0
        if (all[at + 1] === 0x04 && n >= 1 && n <= 4) questions.push({ n, at: clock.up() })
      }
      tail = [...all.subarray(Math.max(0, all.length - 2))]
      if (questions.length > 64) questions = questions.slice(-64)
    },
    answered(bytes) {
      for (const byte of bytes) heard(byte)
      draw()
    },
    busy: () => stopped || state.offline || state.paperOut || state.cover,
    forget() {
      Object.assign(state, { offline: false, paperOut: false, cover: false, error: false, low: false })
      stopped = false
      questions = []
      automatic = []
      block = 0
      told = undefined
    },
  }
}
