import t from 'tap'
import { random } from '../../simulators/register/random.ts'
import { bundle } from './build.ts'
import { openShop } from './shop.ts'
import { storm } from './storm.ts'

/** Kills in all; half of them in each of two shops. `CRASH_KILLS=200` for more, `npm run torture` for as long as you like. */
const KILLS = Number(process.env['CRASH_KILLS'] ?? 120)
const seed = Number(process.env['CRASH_SEED'] ?? 20_261_121)

t.setTimeout(900_000)
t.jobs = 2
const healthy = bundle('random')

for (const [i, script] of ['cafe', 'mischief'].entries())
  t.test(
    `${script}: killed ${KILLS / 2} times at random under load, seed ${seed + i}: nothing lost, doubled, skipped or used again`,
    {
      buffered: true,
    },
    async (t) => {
      const shop = await openShop({ main: await healthy, seed: seed + i, script })
      t.teardown(() => shop.close())
      const { kills, sales, findings } = await storm(shop, { kills: KILLS / 2, dice: random(seed + i) })
      t.same(findings, [])
      t.equal(kills, KILLS / 2)
      t.ok(sales > KILLS / 2, `${sales} sales under load`)
      const { captured, printed, messages } = shop.evidence(true)
      const repeated = captured.filter(({ why }) => why === 'duplicate').length
      t.ok(repeated > 0, 'some were heard twice because the first answer never came')
      t.comment(
        `${sales} sales, ${printed.length} tries, ${captured.length} papers kept, ${repeated} duplicates, ${messages.length} messages`,
      )
    },
  )
