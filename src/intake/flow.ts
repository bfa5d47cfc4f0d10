import type { SerialPort } from 'serialport'

const XON = 0x11
const XOFF = 0x13
/** A printer that says XOFF has room for about this many bytes more. */
const SLICE = 256

/** A printer's XON and XOFF, obeyed here and not in the system's driver, so that the till sees them too. */
export interface Flow {
  /** The pieces in which bytes are handed over. */
  pieces(bytes: Uint8Array): readonly Uint8Array[]
  /** Resolves when the next piece may go, or when the port is closed. */
  clear(): Promise<void>
}

/** No status byte of a printer looks like XON or XOFF: their fixed bits differ (register-capture 3). */
export function flowOf(port: SerialPort): Flow {
  let stopped = false
  /** Only a printer that uses it pays for it: from its first XOFF on each piece is waited out. */
  let used = false
  let wake = (): void => {}
  port.on('data', (bytes: Uint8Array) => {
    for (const byte of bytes) if (byte === XOFF || byte === XON) stopped = byte === XOFF
    used ||= stopped
    if (!stopped) wake()
  })
  const closed = new Promise<void>((resolve) => {
    port.once('close', () => {
      stopped = false
      wake()
      resolve()
    })
  })
  return {
    pieces: (bytes) =>
      Array.from({ length: Math.ceil(bytes.length / SLICE) }, (_, i) => bytes.subarray(i * SLICE, (i + 1) * SLICE)),
    async clear() {
      if (used && !stopped && port.isOpen)
        await Promise.race([closed, new Promise<void>((resolve) => port.drain(() => resolve()))])
      while (stopped)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    },
  }
}
