import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Ledger } from './domain/ledger.ts'
import type { Log } from './domain/log.ts'
import type { Part } from './domain/part.ts'
import { openSettings, type Settings } from './settings.ts'
import { SUSPENDED } from './switchboard.ts'

export interface OverlayParts {
  readonly data: string
  readonly ledger: Pick<Ledger, 'record'>
  readonly log: Log
}

/**
 * At each start the story tells which settings laid over `tillgate.json` have changed since it last told, whoever wrote them: a
 * screen, or `tillgate activate` (audit-pack 1.4, `config.changed`). Names only, never values. Suspension is told when it happens.
 */
export function overlayStory({ data, ledger, log }: OverlayParts): Part {
  return {
    name: 'overlay',
    async start() {
      const settings = openSettings(join(data, 'settings.json'))
      const told = settings.data.told ?? {}
      const now = digests(settings.data.overlay)
      const fields = [...new Set([...Object.keys(told), ...Object.keys(now)])].filter((key) => told[key] !== now[key]).sort()
      if (fields.length === 0) return
      const [before, after] = [whole(told), whole(now)]
      const written = await ledger.record({ kind: 'changed', what: 'config', before, after, fields, who: 'owner' })
      if (!written.ok)
        return log.error({ part: 'overlay', code: written.fault.code }, 'the change of settings was not written down')
      settings.read()
      settings.data.told = now
      settings.write()
    },
    stop: () => Promise.resolve(),
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const digests = (overlay: Settings['overlay']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(overlay)
      .filter(([key]) => key !== SUSPENDED)
      .map(([key, value]) => [key, sha256(JSON.stringify(value))]),
  )

/** The same for the same settings, in whatever order they were made. */
const whole = (of: Readonly<Record<string, string>>): string => sha256(JSON.stringify(Object.entries(of).sort()))
