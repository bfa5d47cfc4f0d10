const SHARE = 4

const bits = (byte: number): number => byte.toString(2).replaceAll('0', '').length
const isPlain = (byte: number): boolean =>
  byte >= 0x20 ? byte < 0x7f : byte === 0x0a || byte === 0x0d || byte === 0x09 || byte === 0

/**
 * A 7E1 line opened as 8N1: bit 7 is the parity bit. True when more than a quarter of the bytes carry it, every byte
 * has even parity, and without it all is clean ASCII (register-capture 1.2).
 */
export function isEvenParity(bytes: Uint8Array): boolean {
  let high = 0
  for (const byte of bytes) {
    if (bits(byte) % 2 !== 0 || !isPlain(byte & 0x7f)) return false
    if (byte >= 0x80) high++
  }
  return high * SHARE > bytes.length
}
