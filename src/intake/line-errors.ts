import { readFile, realpath } from 'node:fs/promises'
import { basename } from 'node:path'

/** Where Linux counts what its serial chips complain of; readable for root, as a service is. */
const COUNTERS = '/proc/tty/driver/serial'

/**
 * Framing errors, parity errors, breaks and overruns of a built-in port so far. Undefined where the system does not tell:
 * USB adapters, other systems, a service without the right to look.
 */
export async function lineErrors(path: string, counters = COUNTERS): Promise<number | undefined> {
  const name = basename(await realpath(path).catch(() => path))
  const number = /^ttyS(\d+)$/.exec(name)?.[1]
  if (number === undefined) return undefined
  const text = await readFile(counters, 'utf8').catch(() => '')
  const line = text.split('\n').find((one) => one.startsWith(`${number}:`))
  if (line === undefined) return undefined
  // Only counters above zero are written: `0: uart:16550A port:000003F8 irq:4 tx:0 rx:612 fe:2 brk:1 RTS|DTR`.
  const counts = [...line.matchAll(/\b(?:fe|pe|brk|oe):(\d+)/g)].map((found) => Number(found[1]))
  return counts.reduce((sum, count) => sum + count, 0)
}
