import { DLE, ESC, FS, GS } from './commands.ts'

/** What a healthy printer says (register-capture 3), for registers that have none. */
const READY = Uint8Array.of(0x12)
const NOTHING_TO_SAY = Uint8Array.of(0x00)
/** Automatic status back: four bytes, the first of the fixed pattern 0xx1xx00. */
const AUTOMATIC = Uint8Array.of(0x10, 0x00, 0x00, 0x00)

const block = (text: string): Uint8Array => Uint8Array.of(0x5f, ...Buffer.from(text, 'latin1'), 0x00)

/** `GS I`: model, kind (02 has a cutter), version; then the same in words, as hosts expect to read them. */
const IDENTITY: Readonly<Record<number, Uint8Array>> = {
  1: Uint8Array.of(0x20),
  2: Uint8Array.of(0x02),
  3: Uint8Array.of(0x04),
  65: block('1.00'),
  66: block('EPSON'),
  67: block('TM-T88'),
  68: block('0'),
  69: block(''),
}

function identity(n: number): Uint8Array | undefined {
  const digit = n >= 49 && n <= 51 ? n - 48 : n
  return IDENTITY[digit] ?? (n >= 112 ? block('') : undefined)
}

function gs(b: Uint8Array, at: number): Uint8Array | undefined {
  const n = b[at + 2] ?? 0
  switch (b[at + 1]) {
    case 0x72:
      return NOTHING_TO_SAY
    case 0x61:
    case 0x6a:
      return n === 0 ? undefined : AUTOMATIC
    case 0x49:
      return identity(n)
    case 0x67:
      return n === 0x32 ? block('0') : undefined
    case 0x28:
      // GS ( H 06 00 30 30 d1..d4: "print this far, then say these four bytes"; hosts count on it.
      return n === 0x48 && b[at + 3] === 6 && b[at + 4] === 0 && b[at + 5] === 0x30 && b[at + 6] === 0x30
        ? Uint8Array.of(0x37, 0x22, ...b.subarray(at + 7, at + 11), 0x00)
        : undefined
    default:
      return undefined
  }
}

/** The answer to the whole command at `b[at]`, if it asks for one. */
export function answer(b: Uint8Array, at: number): Uint8Array | undefined {
  const second = b[at + 1]
  switch (b[at]) {
    case DLE:
      if (second === 0x04) return READY
      return second === 0x14 && b[at + 2] === 7 ? AUTOMATIC : undefined
    case ESC:
      return second === 0x75 || second === 0x76 ? NOTHING_TO_SAY : undefined
    case FS:
      return second === 0x28 && b[at + 2] === 0x65 ? AUTOMATIC : undefined
    case GS:
      return gs(b, at)
    default:
      return undefined
  }
}
