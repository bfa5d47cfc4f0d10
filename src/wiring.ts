import type { Config } from './config.ts'
import type { ConfigFile } from './config-schema.ts'
import { witnessOf } from './dialect.ts'
import type { Clock } from './domain/clock.ts'
import { registerId } from './domain/ids.ts'
import type { Link, Printer } from './domain/link.ts'
import { ok, type Result } from './domain/result.ts'
import { witness } from './domain/witness.ts'
import type { Attending } from './intake/attendance.ts'
import { connectLink } from './intake/link-connect.ts'
import { fileLink } from './intake/link-file.ts'
import { serialLink } from './intake/link-serial.ts'
import { tcpLink } from './intake/link-tcp.ts'
import { serialPrinter, tcpPrinter } from './intake/printer.ts'

/** The displays beside the registers. Fault CONFIG_DRIVER. */
export function displaysOf({ values }: Config, clock: Clock): Result<readonly Attending[]> {
  const found: Attending[] = []
  for (const [i, { id, witness: beside }] of values.registers.entries()) {
    if (!beside) continue
    const driver = witnessOf(beside, `registers.${i}.witness`)
    if (!driver.ok) return driver
    const link = beside.tcp
      ? tcpLink({ ...beside.tcp, clock })
      : beside.serial
        ? serialLink({ baud: 9600, ...beside.serial, clock })
        : undefined
    if (link) found.push({ register: registerId(id), link, driver: driver.value, witness: witness() })
  }
  return ok(found)
}

export function linkOf(config: Config, { link }: ConfigFile['registers'][number], clock: Clock): Link {
  if (link.tcp) return tcpLink({ ...link.tcp, clock })
  if (link.connect) return connectLink({ ...link.connect, clock })
  if (link.serial) {
    const { tap, ...line } = link.serial
    // Both ears hear one line: the second is set as the first where it does not say otherwise.
    const second = tap === undefined ? {} : { tap: tap === true ? tap : { baud: 9600, ...line, ...tap } }
    return serialLink({ baud: 9600, ...line, ...second, clock })
  }
  if (link.file) return fileLink({ ...link.file, path: config.path(link.file.path), clock })
  throw new Error('the schema lets no register through without a link')
}

export function printerOf(printer: NonNullable<ConfigFile['registers'][number]['printer']>, clock: Clock): Printer {
  if (printer.tcp) return tcpPrinter({ ...printer.tcp, clock })
  if (printer.serial) return serialPrinter({ baud: 9600, ...printer.serial, clock })
  throw new Error('the schema lets no printer through without an address')
}
