import type { Clock } from '../../src/domain/clock.ts'
import type { Job } from './script.ts'

/** What many drivers ask before a job: initialise, select the printer, transmit status (register-capture 3). */
export const PROBE = Buffer.from([0x1b, 0x40, 0x1b, 0x3d, 0x01, 0x10, 0x04, 0x01])
/** Transmit the paper sensor; 0x60 in the answer: the paper has ended. */
export const PAPER = Buffer.from([0x10, 0x04, 0x04])
export const PAPER_ENDED = 0x60

/** 9,600 baud, 8N1: 24 bytes in 25 milliseconds. */
const SLOW = { bytes: 24, ms: 25 }

/** Writes a job the way its manner has it: whole, at 9,600 baud, or a byte or two at a time. */
export async function inPieces(
  { bytes, manner }: Job,
  write: (part: Uint8Array) => Promise<void>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (manner !== 'slow' && manner !== 'tiny') {
    if (bytes.length > 0) await write(bytes)
    return
  }
  const size = manner === 'slow' ? SLOW.bytes : 2
  for (let at = 0; at < bytes.length && !signal.aborted; at += size) {
    await write(bytes.subarray(at, at + size))
    if (manner === 'slow') await clock.sleep(SLOW.ms, signal)
  }
}
