import { random } from '../../simulators/register/random.ts'
import { bundle } from './build.ts'
import { openShop } from './shop.ts'
import { storm } from './storm.ts'

export interface TortureOptions {
  readonly minutes: number
  readonly seed: number
}

/** One shop after another is stormed until the time is over. Prints a line for each and one verdict. Resolves with the exit code. */
export async function torture({ minutes, seed }: TortureOptions): Promise<number> {
  const main = await bundle('torture')
  const end = Date.now() + minutes * 60_000
  const total = { shops: 0, kills: 0, sales: 0, findings: 0 }
  for (let round = seed; Date.now() < end && total.findings === 0; round++) {
    const script = round % 2 === 0 ? 'cafe' : 'mischief'
    const shop = await openShop({ main, seed: round, script })
    try {
      const { kills, sales, findings } = await storm(shop, { kills: 100, dice: random(round), until: () => Date.now() >= end })
      for (const { word, what } of findings) console.log(`${word}: ${what}`)
      console.log(`seed ${round} ${script}: ${kills} kills, ${sales} sales, ${findings.length} findings`)
      total.shops += 1
      total.kills += kills
      total.sales += sales
      total.findings += findings.length
    } finally {
      await shop.close()
    }
  }
  const { shops, kills, sales, findings } = total
  const verdict = findings === 0 ? 'PASSED' : 'FAILED'
  console.log(
    `${verdict}: ${kills} kills in ${shops} shops, ${sales} sales, ${findings} lost, doubled, skipped, reused, altered or broken`,
  )
  return findings === 0 ? 0 : 1
}
