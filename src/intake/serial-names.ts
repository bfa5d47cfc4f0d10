import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'

/** Numbered in the order of plugging in; an adapter that was out for a moment may come back as the next number. */
const PLUGGED = /^\/dev\/tty(USB|ACM)\d+$/

/**
 * The name of the same port that does not change: by its serial number, else by its place (CH340 and most PL2303 have no
 * number). Undefined where the name given stays already, or where there is no better one.
 */
export async function stableName(path: string, folder = '/dev/serial', plugged = PLUGGED): Promise<string | undefined> {
  if (!plugged.test(path)) return undefined
  const device = await realpath(path).catch(() => path)
  for (const kind of ['by-id', 'by-path']) {
    const names = await readdir(join(folder, kind)).catch(() => [])
    for (const name of names.sort()) {
      const link = join(folder, kind, name)
      if ((await realpath(link).catch(() => undefined)) === device) return link
    }
  }
  return undefined
}
