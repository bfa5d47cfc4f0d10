/** Check bytes of a block, over what each names (register-capture 8.2). */
export type Check = 'lrc' | 'crc16' | 'crc16-ccitt' | 'none'

const [POLY, CCITT] = [0xa001, 0x1021]

/** XOR of all bytes. */
const lrc = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0)

/** CRC-16/ARC, as most registers mean by CRC-16: reflected, starting at 0. */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLY : crc >> 1
  }
  return crc
}

/** CRC-16/XMODEM. */
function crcCcitt(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ CCITT : crc << 1) & 0xffff
  }
  return crc
}

/** The bytes that must stand behind `bytes`: CRC-16 low byte first, CCITT high byte first. */
export function checkOf(bytes: Uint8Array, check: Check): readonly number[] {
  if (check === 'none') return []
  if (check === 'lrc') return [lrc(bytes)]
  const crc = check === 'crc16' ? crc16(bytes) : crcCcitt(bytes)
  return check === 'crc16' ? [crc & 0xff, crc >> 8] : [crc >> 8, crc & 0xff]
}

/** Datecs: the sum of all bytes as four bytes, each a nibble + 0x30. */
export function bcc(bytes: Uint8Array): readonly number[] {
  const sum = bytes.reduce((n, byte) => n + byte, 0) & 0xffff
  return nibbles(sum)
}

export const nibbles = (value: number): readonly number[] => [12, 8, 4, 0].map((shift) => 0x30 + ((value >> shift) & 0xf))

/** The value of four such bytes; undefined where one is none. */
export function ofNibbles(bytes: Uint8Array): number | undefined {
  let value = 0
  for (const byte of bytes) {
    if (byte < 0x30 || byte > 0x3f) return undefined
    value = (value << 4) | (byte - 0x30)
  }
  return bytes.length === 4 ? value : undefined
}
