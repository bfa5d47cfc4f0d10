import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Around, Wire } from './wire.ts'

/** Milliseconds a till waits until its file is taken away. */
const PATIENCE = 60_000

/** A file for each job, moved into place; taken away means kept. */
export function intoFolder(dir: string, { clock, signal }: Around): Wire {
  let held: Uint8Array[] = []
  const taken = async (target: string): Promise<boolean> => {
    for (const end = clock.up() + PATIENCE; clock.up() < end && !signal.aborted; await clock.sleep(50, signal))
      if (!(await stat(target).catch(() => undefined))) return true
    return false
  }
  const put = async (bytes: Uint8Array, name: string): Promise<string> => {
    await mkdir(dir, { recursive: true })
    const target = join(dir, name)
    await writeFile(`${target}.tmp`, bytes)
    await rename(`${target}.tmp`, target)
    return target
  }
  let last = ''
  return {
    // An empty file is nothing a till would write.
    carries: ({ manner }) => manner !== 'empty',
    async send({ bytes, manner, before }, name) {
      last = name
      held.push(...(before ? [before] : []), bytes)
      // Nothing says yet whether a file that two receipts share will be taken.
      if (manner === 'joined') return { acked: Promise.resolve(false) }
      const whole = Buffer.concat(held)
      held = []
      return { acked: taken(await put(whole, name)) }
    },
    async finish() {
      if (held.length > 0) await put(Buffer.concat(held), last)
      held = []
    },
    close: async () => {},
  }
}
