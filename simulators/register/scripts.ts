import { mischievous, type Wanted } from './mischief.ts'
import type { Random } from './random.ts'
import { job, type Script } from './script.ts'
import { TRADES } from './trades/index.ts'

/** What tills do now and then, where nothing else is asked for. */
const USUAL: Wanted = [{ name: 'probe', often: 15 }]
/** A bad day: everything that leaves the true bill behind it, and readable. */
const BAD_DAY: Wanted = [
  ...USUAL,
  ...(['half', 'timeout', 'noise', 'http', 'drawer', 'empty', 'tiny'] as const).map((name) => ({ name, often: 10 })),
  { name: 'slow', often: 3 },
]

/** Scripts by name: every trade, and `mischief`, a café on a bad day. Anything else is a file whose bytes are played again. */
export const SCRIPTS: Readonly<Record<string, Script>> = {
  ...Object.fromEntries(Object.entries(TRADES).map(([name, { act }]) => [name, mischievous(act, USUAL)])),
  ...(TRADES['cafe'] ? { mischief: mischievous(TRADES['cafe'].act, BAD_DAY) } : {}),
}

/** The script of that name, with the mischief asked for instead of the usual. Undefined: there is none. */
export function scriptOf(name: string, wanted: Wanted | undefined, dice: Random): Script | undefined {
  if (!Object.hasOwn(SCRIPTS, name)) return undefined
  const act = TRADES[name]?.act ?? SCRIPTS[name]
  return wanted && act ? mischievous(act, wanted, dice) : SCRIPTS[name]
}

/** The report that ends the day of such a till; a file that is played again has none. */
export const closeOf = (name: string) => TRADES[name === 'mischief' ? 'cafe' : name]?.close

export const replay =
  (bytes: Uint8Array): Script =>
  () => [job(bytes, null)]

export type { Job, Scene, Script, TrueSale } from './script.ts'
