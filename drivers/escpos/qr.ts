/** QR symbols by `GS ( k` (model 2). The printer draws them; only their size is ours to choose. */

/** Bytes that versions 1 to 40 hold at error level L and M (ISO/IEC 18004, table 7, byte mode). */
const CAPACITY_L = [
  17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792, 858, 929, 1003, 1091, 1171, 1273,
  1367, 1465, 1528, 1628, 1732, 1840, 1952, 2068, 2188, 2303, 2431, 2563, 2699, 2809, 2953,
]
const CAPACITY_M = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911, 997, 1059,
  1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
]
/** Quiet zone on both sides, in modules. */
const QUIET = 8
/** Below 3 dots (0.37 mm) phones fail on thermal paper; above 6 it only costs paper. */
const SMALLEST = 3
const LARGEST = 6

export interface QrSize {
  readonly level: 'L' | 'M'
  /** Modules on a side. */
  readonly modules: number
  /** Dots of one module. */
  readonly dots: number
}

const modulesFor = (length: number, capacity: readonly number[]): number | undefined => {
  const version = capacity.findIndex((bytes) => bytes >= length)
  return version < 0 ? undefined : 21 + 4 * version
}

const fit = (modules: number, paper: number): number => Math.min(LARGEST, Math.floor(paper / (modules + QUIET)))

/** Level M where its modules stay large enough for a phone, else L; undefined when no symbol fits the paper. */
export function qrSize(length: number, paper: number): QrSize | undefined {
  const m = modulesFor(length, CAPACITY_M)
  if (m !== undefined && fit(m, paper) >= SMALLEST) return { level: 'M', modules: m, dots: fit(m, paper) }
  const l = modulesFor(length, CAPACITY_L)
  if (l === undefined || fit(l, paper) < 1) return undefined
  return { level: 'L', modules: l, dots: fit(l, paper) }
}

const QR = 49
const LEVEL = { L: 48, M: 49 }
const call = (...parameters: number[]): number[] => [
  0x1d,
  0x28,
  0x6b,
  parameters.length & 0xff,
  parameters.length >> 8,
  ...parameters,
]

/** Stores `text` and prints it; empty when it fits no symbol. `paper`: printable dots, 384 or 576. */
export function qrCommands(text: string, paper: number): Uint8Array {
  const data = Buffer.from(text, 'utf8')
  const size = data.length === 0 ? undefined : qrSize(data.length, paper)
  if (!size) return new Uint8Array(0)
  return Uint8Array.from([
    ...call(QR, 65, 50, 0),
    ...call(QR, 67, size.dots),
    ...call(QR, 69, LEVEL[size.level]),
    ...call(QR, 80, 48, ...data),
    ...call(QR, 81, 48),
  ])
}
