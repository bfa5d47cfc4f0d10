import { stat } from 'node:fs/promises'
import type { SerialPort } from 'serialport'
import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Tell } from '../domain/link.ts'
import { failed, ok, type Result } from '../domain/result.ts'
import { lineErrors } from './line-errors.ts'

export interface SerialOptions {
  /** `/dev/ttyUSB0`, `/dev/serial/by-id/...`, `COM3`; opened though `list()` may not show it (ptys, links). */
  readonly path: string
  readonly baud: number
  readonly dataBits?: 5 | 6 | 7 | 8
  readonly parity?: 'none' | 'even' | 'odd' | 'mark' | 'space'
  readonly stopBits?: 1 | 1.5 | 2
  readonly rtscts?: boolean
}

/** Milliseconds between two looks at whether the port is still there: a lost cable is not always told (register-capture 1.2). */
const LOOK = 1_000

/**
 * Opens a port and watches it: it is closed when its path vanishes or leads to another device. Software flow control is never on: it would eat
 * 0x11 and 0x13, which are picture bytes and TCVN capitals. `tell` hears of a disturbed line, where the system counts that.
 * Faults: CAPTURE_PORT_BUSY, CAPTURE_PORT_MISSING.
 */
export async function openSerial(options: SerialOptions, clock: Clock, tell: Tell = () => {}): Promise<Result<SerialPort>> {
  // Loaded with the first port: most shops print over the network and need not pay for it.
  const lib = await import('serialport')
  const port = new lib.SerialPort({
    path: options.path,
    baudRate: options.baud,
    dataBits: options.dataBits ?? 8,
    parity: options.parity ?? 'none',
    stopBits: options.stopBits ?? 1,
    rtscts: options.rtscts ?? false,
    xon: false,
    xoff: false,
    // Dropping DTR at close resets some printers.
    hupcl: false,
    autoOpen: false,
  })
  // Errors of modem lines on ptys and clones mean "no modem lines"; a broken port ends its stream by itself.
  port.on('error', () => {})
  const before = await deviceAt(options.path)
  const error = await new Promise<Error | null>((resolve) => port.open(resolve))
  if (error) return failed(why(options.path, error))
  // A closed port would take writes for ever, waiting to be opened again.
  port.once('close', () => port.destroy())
  void watch(port, options.path, before, clock, tell)
  return ok(port)
}

async function watch(port: SerialPort, path: string, opened: string | undefined, clock: Clock, tell: Tell): Promise<void> {
  const closed = new AbortController()
  port.once('close', () => closed.abort())
  let errors = await lineErrors(path)
  while (!closed.signal.aborted) {
    await clock.sleep(LOOK, closed.signal)
    if (closed.signal.aborted) return
    // Out and in again between two looks: the old device is deaf though its name is there.
    if ((await deviceAt(path)) !== opened) return dropSerial(port)
    const now = await lineErrors(path)
    if (now !== undefined && errors !== undefined && now > errors)
      tell(fault('CAPTURE_LINE_ERRORS', { count: String(now - errors) }))
    errors = now
  }
}

/** Ports of Windows have no file to look at: there the driver's own close event has to do. */
const deviceAt = async (path: string): Promise<string | undefined> =>
  /^(\\\\\.\\)?COM\d+$/i.test(path)
    ? path
    : stat(path).then(
        ({ dev, ino, rdev }) => `${dev}:${ino}:${rdev}`,
        () => undefined,
      )

function why(path: string, error: Error): Fault {
  const busy = /lock|busy|denied/i.test(error.message)
  return fault(busy ? 'CAPTURE_PORT_BUSY' : 'CAPTURE_PORT_MISSING', { port: path, why: error.message.slice(0, 120) })
}

/** All bytes out, then the port is given back. */
export async function closeSerial(port: SerialPort): Promise<void> {
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()))
  if (!port.isOpen) return
  const drained = new Promise<void>((resolve) => port.drain(() => resolve()))
  await Promise.race([drained, closed])
  dropSerial(port)
  await closed
}

/** At once. An error here says that it is closed already. */
export function dropSerial(port: SerialPort): void {
  if (port.isOpen && !port.closing) port.close(() => {})
}
