import { fault } from '../domain/fault.ts'
import type { Tell } from '../domain/link.ts'

/** Bytes without one exception before anything is said, and the share of them that carries bit 7. */
const RUN = 128
const SHARE = 4

/** Whether the number of its ones is even. */
const EVEN: readonly boolean[] = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length % 2 === 0)
const isPlain = (byte: number): boolean =>
  byte >= 0x20 ? byte < 0x7f : byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0

/**
 * A 7E1 line opened as 8N1 is seen on the line itself, whatever its dialect: bit 7 is the parity bit, every byte is even,
 * and without it all is clean ASCII (register-capture 1.2). Told, never repaired: what it did to other bytes is not known.
 */
export function parityWatch(tell: Tell): { heard(chunk: Uint8Array): void } {
  let run = 0
  let high = 0
  let told = false
  return {
    heard(chunk) {
      let broken = false
      for (const byte of chunk)
        if (EVEN[byte] && isPlain(byte & 0x7f)) {
          run++
          if (byte >= 0x80) high++
        } else {
          run = high = 0
          broken = true
        }
      if (told && broken) {
        told = false
        tell()
      } else if (!told && run >= RUN && high * SHARE > run) {
        told = true
        tell(fault('DRIVER_PARITY'))
      }
    },
  }
}
