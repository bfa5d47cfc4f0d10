import t, { type Test } from 'tap'
import { random } from '../../simulators/register/random.ts'
import { bundle } from './build.ts'
import { check, type Evidence } from './checker.ts'
import { type CrashShop, openShop } from './shop.ts'

t.setTimeout(300_000)

/** Where every paper stands, and under which number. What is on its way is one state: the moment of the kill decides the rest. */
const states = ({ captured, issued }: Evidence): readonly string[] => {
  const numbers = new Map(issued.map(({ entry, form, symbol, number }) => [entry, `${form}${symbol}-${number}`]))
  return captured.map(({ entry, state, why }) =>
    [entry, numbers.get(entry) ?? '-', /^(queued|pushed|in-doubt)$/.test(state) ? 'on its way' : state, why ?? ''].join(' '),
  )
}

async function crashed(t: Test, shop: CrashShop, times: number): Promise<void> {
  const dice = random(7)
  for (let i = 0; i < times; i++) {
    const point = ['start.recovered', undefined, 'start.opened', undefined][i % 4]
    const daemon = shop.start(point === undefined ? {} : { point })
    if (point === undefined) {
      if (dice.chance(50)) await daemon.ready
      await new Promise((resolve) => setTimeout(resolve, dice.whole(0, 300)))
      await daemon.kill()
    }
    t.equal((await daemon.ended).signal, 'SIGKILL', point ?? 'at random')
    t.same(check(shop.evidence(false)), [])
  }
}

t.test('ten crashes during recovery end in the same state as one', async (t) => {
  const main = await bundle('recovery')
  const before = await openShop({ main, seed: 5 })
  t.teardown(() => before.close())
  // Something of everything: filed, taken without a verdict, sent without an answer, and what nobody has touched yet.
  const first = before.start()
  await before.sell(2)
  t.ok(await before.drained())
  await before.authority.setMoods(['silent', 'lost-answer:0.5'])
  await before.sell(3)
  await first.kill()
  for (const point of ['push.sent:1', 'capture.flushed:2']) {
    const daemon = before.start({ point })
    const over = new AbortController()
    const selling = before.sell(Number.POSITIVE_INFINITY, over.signal)
    await daemon.ended
    over.abort()
    await selling
  }
  const left = before.evidence(false)
  t.ok(left.captured.some(({ state }) => state === 'captured'))
  t.ok(left.captured.some(({ state }) => state === 'pushed' || state === 'in-doubt'))
  const sold = new Set(
    left.printed
      .filter(
        ({ kind, bytes }) =>
          kind === 'sale' && left.captured.some((frame) => Buffer.from(bytes).includes(Buffer.from(frame.bytes))),
      )
      .map(({ register, receiptNo }) => `${register} ${receiptNo}`),
  )

  const ends: (readonly string[])[] = []
  for (const times of [1, 10]) {
    const shop = await openShop({ main, seed: 5, copyOf: before.dir })
    t.teardown(() => shop.close())
    await shop.authority.setMoods(['down'])
    await crashed(t, shop, times)
    const daemon = shop.start()
    await daemon.ready
    await shop.authority.setMoods(['normal'])
    t.ok(await shop.drained({ sales: sold.size }), `${times}: everything is filed ${daemon.said()}`)
    // The verdicts are on their way into the store.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    t.equal((await daemon.stop()).code, 0)
    const after = shop.evidence(true)
    t.same(check(after), [])
    t.same(
      left.issued.map((invoice) => after.issued.find(({ entry }) => entry === invoice.entry)),
      left.issued,
      'what was sealed before is the same bytes under the same number',
    )
    ends.push(states(after))
  }
  t.same(ends[1], ends[0])
  t.ok(
    ends[0]?.every((state) => /acknowledged|set-aside/.test(state)),
    String(ends[0]?.join('\n')),
  )
})
