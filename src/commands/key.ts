import { dirname, join, resolve } from 'node:path'
import { systemClock } from '../clock.ts'
import type { Purpose } from '../dashboard/parts.ts'
import { type Fault, fault } from '../domain/fault.ts'
import { factTime } from '../domain/time.ts'
import type { Lang } from '../domain/words.ts'
import { addKey, listKeys, PURPOSES, revokeKey } from '../machine-keys.ts'
import { readWords } from '../words.ts'
import { printFaults } from './run.ts'

/** Where the keys are: a data folder, or the one beside a configuration. */
export interface KeyPlace {
  readonly data?: string
  readonly config?: string
  readonly lang: Lang
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._ -]{0,39}$/u

/** `tillgate key add`: prints the key once, as JSON on standard output. Exit 0, 1. */
export async function keyAdd(name: string, options: KeyPlace & { for: string; register?: string }): Promise<number> {
  return answering(options, (data) => {
    const purpose = PURPOSES.find((one) => one === options.for)
    if (!NAME.test(name) || !purpose) return fault('KEY_NAME', { name })
    const { register } = options
    const key = { name, for: purpose, ...(register === undefined ? {} : { register }) }
    const made = addKey(data, key, factTime(systemClock.now()))
    if (!made.ok) return made.fault
    process.stdout.write(`${JSON.stringify({ ...key, key: made.value })}\n`)
    say(options.lang, 'key.made', { name })
    return undefined
  })
}

/** `tillgate key list`: names and purposes, never a key. Exit 0, 1. */
export async function keyList(options: KeyPlace): Promise<number> {
  return answering(options, (data) => {
    const keys = listKeys(data).map(({ hash: _, ...key }) => key)
    process.stdout.write(`${JSON.stringify({ keys })}\n`)
    if (keys.length === 0) say(options.lang, 'key.none')
    return undefined
  })
}

/** `tillgate key revoke`: counts at once, also for a gateway that runs. Exit 0, 1. */
export async function keyRevoke(name: string, options: KeyPlace): Promise<number> {
  return answering(options, (data) => {
    const done = revokeKey(data, name)
    if (!done.ok) return done.fault
    say(options.lang, 'key.revoked', { name })
    return undefined
  })
}

/** The first key of each purpose, as `init` prints them. */
export function firstKeys(data: string): readonly { readonly purpose: Purpose; readonly key: string }[] {
  return PURPOSES.flatMap((purpose) => {
    const made = addKey(data, { name: purpose, for: purpose }, factTime(systemClock.now()))
    return made.ok ? [{ purpose, key: made.value }] : []
  })
}

function answering({ data, config, lang }: KeyPlace, act: (data: string) => Fault | undefined): number {
  const folder = data ?? (config === undefined ? undefined : join(dirname(resolve(config)), 'data'))
  const refused = folder === undefined ? fault('KEY_WHERE') : shielded(() => act(resolve(folder)))
  if (refused) printFaults(lang, [refused])
  return refused ? 1 : 0
}

/** A file that cannot be read or written is told, not thrown at a shop owner. */
function shielded(act: () => Fault | undefined): Fault | undefined {
  try {
    return act()
  } catch (error) {
    return fault('KEY_FILE', { why: error instanceof Error ? error.message : String(error) })
  }
}

const say = (lang: Lang, key: string, values?: Record<string, string>): void =>
  void process.stderr.write(`${readWords().say(lang, key, values)}\n`)
