import type { SerialPort } from 'serialport'
import type { Clock } from '../domain/clock.ts'
import { type Fault, fault } from '../domain/fault.ts'
import type { Connection, Link, Overheard, Tell } from '../domain/link.ts'
import { parityWatch } from './parity.ts'
import { aborted, retrying } from './reconnect.ts'
import { closeSerial, dropSerial, openSerial, type SerialOptions } from './serial-port.ts'
import { connectionOver, pulled } from './stream.ts'

export interface SerialLinkOptions extends SerialOptions {
  readonly clock: Clock
  /**
   * We only listen in: nothing is ever written to the till. With a port: a second adapter on the printer's transmit line,
   * heard as the printer's answers.
   */
  readonly tap?: true | SerialOptions
}

/**
 * A serial line. One connection for as long as the port is there; after an unplugging the next one, with back-off,
 * for ever (cap 30 s). It has no orderly end of the register's own: it always ends `torn`.
 */
export function serialLink(options: SerialLinkOptions): Link {
  const { path, clock, tap } = options

  async function* connections(_: string | undefined, signal: AbortSignal, tell: Tell = () => {}): AsyncGenerator<Connection> {
    for await (const port of ports(options, clock, signal, tell)) {
      const line = connectionOver(port, { close: () => closeSerial(port), abandon: () => dropSerial(port) })
      const parity = parityWatch(tell)
      port.on('data', (chunk: Uint8Array) => parity.heard(chunk))
      yield tap === undefined ? line : { ...line, write: async () => {} }
    }
  }
  const second = tap !== undefined && tap !== true ? { printerSide: overheard(tap, clock) } : {}
  return { where: `serial ${path}`, quietMs: 3_000, connections, ...second }
}

/** The printer's side of a tap: its bytes, whenever the second adapter is there. */
function overheard(options: SerialOptions, clock: Clock): Overheard {
  async function* bytes(signal: AbortSignal, tell: Tell = () => {}): AsyncGenerator<Uint8Array> {
    const unheard = (trouble?: Fault): void => tell(trouble && fault('PRINTER_UNHEARD', { port: options.path }))
    for await (const port of ports(options, clock, signal, unheard)) {
      signal.addEventListener('abort', () => dropSerial(port), { once: true })
      yield* pulled(port).chunks
    }
  }
  return { where: `serial ${options.path}`, bytes }
}

/** The port, opened anew after each loss. */
async function* ports(options: SerialOptions, clock: Clock, signal: AbortSignal, tell: Tell): AsyncGenerator<SerialPort> {
  const retry = retrying(clock)
  while (!signal.aborted) {
    const port = await openSerial(options, clock, tell)
    if (port.ok) {
      retry.well()
      tell()
      yield port.value
      await Promise.race([closed(port.value), aborted(signal)])
    } else tell(port.fault)
    await retry.wait(signal)
  }
}

const closed = (port: SerialPort): Promise<void> =>
  new Promise((resolve) => {
    if (!port.isOpen) resolve()
    else port.once('close', () => resolve())
  })
