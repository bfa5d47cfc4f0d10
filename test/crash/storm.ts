import type { Random } from '../../simulators/register/random.ts'
import { check, type Finding } from './checker.ts'
import type { CrashShop } from './shop.ts'

/** How the authority may be while the daemon is being killed; none of them refuses a good invoice. */
const MOODS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['normal'],
  ['lost-answer:0.3', 'twice:0.3'],
  ['reset:0.3', '5xx:0.3'],
  ['silent'],
  ['down'],
  ['garbage:0.2', 'html:0.2'],
  ['401:0.2', '429:0.2'],
]

export interface StormOptions {
  readonly kills: number
  readonly dice: Random
  /** A look at the dead store after every so many kills. */
  readonly lookEvery?: number
  /** Ends early. */
  readonly until?: () => boolean
}

export interface Storm {
  readonly kills: number
  readonly sales: number
  /** Tries that brought no acknowledgement. */
  readonly findings: readonly Finding[]
}

/** Tills that never rest, an authority of changing mood, and a daemon killed at random instants; in the end all is healed and filed. */
export async function storm(shop: CrashShop, { kills, dice, lookEvery = 20, until }: StormOptions): Promise<Storm> {
  const over = new AbortController()
  const selling = shop.sell(Number.POSITIVE_INFINITY, over.signal)
  const findings: Finding[] = []
  let done = 0
  while (done < kills && findings.length === 0 && !until?.()) {
    if (dice.chance(15)) await shop.authority.setMoods(dice.pick(MOODS))
    const daemon = shop.start()
    // Some die while they are still starting.
    if (dice.chance(80)) await daemon.ready
    await new Promise((resolve) => setTimeout(resolve, Math.round(dice.next() ** 2 * 500)))
    const ending = await daemon.kill()
    done += 1
    if (ending.signal !== 'SIGKILL')
      findings.push({ word: 'BROKEN', what: `it ended by itself: ${ending.code ?? ''} ${daemon.said()}` })
    if (done % lookEvery === 0) findings.push(...check(shop.evidence(false)))
  }
  over.abort()
  await selling
  await shop.authority.setMoods(['normal'])
  const last = shop.start()
  await shop.sell(1)
  if (!(await shop.drained())) findings.push({ word: 'LOST', what: `not everything was filed in time: ${last.said()}` })
  await last.kill()
  findings.push(...check(shop.evidence(true)))
  return { kills: done, sales: shop.tills.reduce((sum, one) => sum + one.sales(), 0), findings }
}
