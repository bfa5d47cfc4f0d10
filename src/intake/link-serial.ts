import type { SerialPort } from 'serialport'
import type { Clock } from '../domain/clock.ts'
import type { Connection, Link, Tell } from '../domain/link.ts'
import { aborted, retrying } from './reconnect.ts'
import { closeSerial, dropSerial, openSerial, type SerialOptions } from './serial-port.ts'
import { connectionOver } from './stream.ts'

/**
 * A serial line. One connection for as long as the port is there; after an unplugging the next one, with back-off,
 * for ever (cap 30 s). It has no orderly end of the register's own: it always ends `torn`.
 */
export function serialLink(options: SerialOptions & { readonly clock: Clock }): Link {
  const { path, clock } = options

  async function* connections(_: string | undefined, signal: AbortSignal, tell: Tell = () => {}): AsyncGenerator<Connection> {
    const retry = retrying(clock)
    while (!signal.aborted) {
      const port = await openSerial(options, clock)
      if (port.ok) {
        retry.well()
        tell()
        yield over(port.value)
        await Promise.race([closed(port.value), aborted(signal)])
      } else tell(port.fault)
      await retry.wait(signal)
    }
  }
  return { where: `serial ${path}`, quietMs: 3_000, connections }
}

const closed = (port: SerialPort): Promise<void> =>
  new Promise((resolve) => {
    if (!port.isOpen) resolve()
    else port.once('close', () => resolve())
  })

const over = (port: SerialPort): Connection =>
  connectionOver(port, { close: () => closeSerial(port), abandon: () => dropSerial(port) })
