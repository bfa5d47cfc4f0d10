import t, { type Test } from 'tap'
import { POINTS, type Point } from '../../src/domain/points.ts'
import { AHEAD, bundle } from './build.ts'
import { check } from './checker.ts'
import { type CrashShop, openShop } from './shop.ts'

/** Each point with the counts at which it is killed. A day closes once a night; a start is one start. */
const COUNTS: Readonly<Partial<Record<Point, readonly number[]>>> = {
  'record.before': [1, 6],
  'record.flushed': [1, 6],
  'push.recorded': [1, 2],
  'push.sent': [1, 2],
  'push.answered': [1, 2],
  'start.opened': [1],
  'start.recovered': [1],
}
const NIGHT: readonly Point[] = ['day.before-head', 'day.after-head']
const runs = POINTS.filter((name) => !NIGHT.includes(name)).flatMap((name) => (COUNTS[name] ?? [1, 4]).map((k) => `${name}:${k}`))

t.setTimeout(600_000)
// They wait for timers and disks more than they compute.
t.jobs = 4
const healthy = bundle('points')

/** Sells until the daemon is dead. What was promised must be in the file as it lies there, before anything heals it. */
async function dies(t: Test, shop: CrashShop, point: string): Promise<void> {
  const daemon = shop.start({ point })
  const enough = new AbortController()
  const selling = shop.sell(Number.POSITIVE_INFINITY, enough.signal)
  const limit = setTimeout(() => void daemon.kill(), 90_000)
  const ending = await daemon.ended
  const never = Date.now() - daemon.from > 89_000
  clearTimeout(limit)
  enough.abort()
  await selling
  t.equal(never ? 'never reached' : ending.signal, 'SIGKILL', `${point} is reached ${ending.code === null ? '' : daemon.said()}`)
  t.same(check(shop.evidence(false)), [], `${point}: as it lies there`)
}

/** Starts again, sells on, waits until all is filed, and dies a second time. */
async function heals(t: Test, shop: CrashShop, point: string): Promise<void> {
  const daemon = shop.start()
  await shop.sell(1)
  t.ok(await shop.drained(), `${point}: everything is filed after a restart ${daemon.said()}`)
  await daemon.kill()
  t.same(check(shop.evidence(true)), [], `${point}: after a restart`)
}

const PARTS = 3
for (let part = 0; part < PARTS; part++)
  t.test(`killed at each named point, started again, sold on: part ${part + 1} of ${PARTS}`, { buffered: true }, async (t) => {
    const shop = await openShop({ main: await healthy, seed: part + 1 })
    t.teardown(() => shop.close())
    for (const point of runs.filter((_, i) => i % PARTS === part)) {
      await dies(t, shop, point)
      await heals(t, shop, point)
    }
    const last = shop.start()
    await last.ready
    t.equal((await last.stop()).code, 0, 'asked to stop, it stops in order')
    t.same(check(shop.evidence(true)), [])
  })

t.test(
  'killed at the first start of all, and at midnight while selling and after nights nobody was there',
  { buffered: true },
  async (t) => {
    const DAY = 86_400_000
    const toMidnight = (now: number): number => DAY - ((now + 7 * 3_600_000) % DAY)
    const shop = await openShop({ main: await bundle('midnight', [AHEAD]), seed: 9 })
    t.teardown(() => shop.close())
    for (const point of ['start.opened:1', 'start.recovered:1']) await dies(t, shop, point)
    let ahead = 0
    const sleep = (ms: number): void => {
      ahead += ms
      shop.sleep(ms)
    }
    for (const name of NIGHT) {
      await heals(t, shop, `before ${name}`)
      sleep(toMidnight(Date.now() + ahead) - 4_000)
      await dies(t, shop, `${name}:1`)
      await heals(t, shop, `${name}:1`)
      sleep(3 * DAY)
      await dies(t, shop, `${name}:2`)
      await heals(t, shop, `${name}:2`)
    }
    const days = shop.evidence(true).facts.filter(({ line }) => line.includes('"kind":"day.closed"'))
    t.equal(days.length, 8, 'each day is closed once')
  },
)

t.test('no point is left out', async (t) => {
  const killed = new Set([...runs.map((run) => run.split(':')[0]), ...NIGHT])
  t.same(
    POINTS.filter((name) => !killed.has(name)),
    [],
  )
})
