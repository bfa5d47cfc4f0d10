/** Lengths of ESC/POS commands, as a printer must know them: by declared length, never by searching. */

const ESC2 = '@2<LSimvq\x0c\x0e\x145'
const ESC4 = '$\\cf'
const GS4 = '$\\LWP'

/** Bytes of the token at `at`; 0: not all of it is there yet. Text is a token of one byte. */
export function tokenLength(b: Uint8Array, at: number): number {
  const left = b.length - at
  const first = b[at]
  if (first !== 0x1b && first !== 0x1c && first !== 0x1d && first !== 0x10) return 1
  if (left < 2) return 0
  const whole = first === 0x1b ? esc(b, at) : first === 0x1d ? gs(b, at) : first === 0x1c ? fs(b, at) : dle(b, at)
  return whole > 0 && whole <= left ? whole : 0
}

const byte = (b: Uint8Array, at: number): number => b[at] ?? 0
const word = (b: Uint8Array, at: number): number => byte(b, at) + 256 * byte(b, at + 1)
const has = (b: Uint8Array, at: number, size: number): boolean => b.length - at >= size
const upTo = (b: Uint8Array, at: number, from: number, end: number): number => {
  const found = b.indexOf(end, at + from)
  return found < 0 ? 0 : found - at + 1
}

function esc(b: Uint8Array, at: number): number {
  const name = String.fromCharCode(byte(b, at + 1))
  if (ESC2.includes(name)) return 2
  if (ESC4.includes(name)) return 4
  if (name === 'p') return 5
  if (name === 'W') return 10
  if (name === 'D') return upTo(b, at, 2, 0)
  if (name === '(') return has(b, at, 5) ? 5 + word(b, at + 3) : 0
  if (name === '*') return has(b, at, 5) ? 5 + word(b, at + 3) * (byte(b, at + 2) >= 32 ? 3 : 1) : 0
  return 3
}

function gs(b: Uint8Array, at: number): number {
  const name = String.fromCharCode(byte(b, at + 1))
  if (name === ':' || name === 'c') return 2
  if (GS4.includes(name)) return 4
  if (name === 'V') return has(b, at, 3) ? (byte(b, at + 2) >= 65 ? 4 : 3) : 0
  if (name === '(') return has(b, at, 5) ? 5 + word(b, at + 3) : 0
  if (name === '8') return has(b, at, 7) ? 7 + word(b, at + 3) + 65_536 * word(b, at + 5) : 0
  if (name === 'v') return has(b, at, 8) ? 8 + word(b, at + 4) * word(b, at + 6) : 0
  if (name === '*') return has(b, at, 4) ? 4 + 8 * byte(b, at + 2) * byte(b, at + 3) : 0
  if (name === 'k') {
    if (!has(b, at, 4)) return 0
    return byte(b, at + 2) <= 6 ? upTo(b, at, 3, 0) : 4 + byte(b, at + 3)
  }
  if (name === '^' || name === 'z') return 5
  if (name === 'g') return 6
  return 3
}

function fs(b: Uint8Array, at: number): number {
  const name = String.fromCharCode(byte(b, at + 1))
  if (name === '&' || name === '.') return 2
  if (name === 'p' || name === '?' || name === 'S') return 4
  if (name === '(') return has(b, at, 5) ? 5 + word(b, at + 3) : 0
  return 3
}

function dle(b: Uint8Array, at: number): number {
  const name = byte(b, at + 1)
  if (name === 0x04 || name === 0x05) return 3
  if (name === 0x14) return has(b, at, 3) ? (byte(b, at + 2) === 3 ? 8 : byte(b, at + 2) === 8 ? 10 : 5) : 0
  return 1
}
