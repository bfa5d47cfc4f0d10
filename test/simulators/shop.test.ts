import { join } from 'node:path'
import t from 'tap'
import { type RegisterOptions, register, type TrueSale } from '../../simulators/register/index.ts'
import { MISCHIEF, type MischiefName } from '../../simulators/register/mischief.ts'
import { addKey } from '../../src/machine-keys.ts'
import { openShop, type ShopRun } from '../journeys/shop.ts'

/** Tills of several trades against a whole gateway: the truth of the till beside the invoices of the book. */
async function sold(shop: ShopRun, options: Omit<RegisterOptions, 'clock' | 'rate'>): Promise<ReadonlyMap<string, number>> {
  const bills = new Map<string, number>()
  const onSale = ({ kind, receiptNo, total }: TrueSale): void => {
    if (kind === 'sale' && receiptNo !== null && total !== null) bills.set(receiptNo, total)
  }
  await register({ clock: shop.clock, rate: 0, onSale, ...options }).done
  return bills
}

/** What was invoiced for a register, in đồng, smallest first; waited for until there are so many. */
async function invoiced(shop: ShopRun, id: string, count: number): Promise<number[]> {
  for (let tries = 0; ; tries++) {
    const pays = (await shop.facts('invoice.issued'))
      .filter(({ body }) => body['register'] === id)
      .map(({ body }) => Number(body['pay']))
    if (pays.length >= count || tries > 100) return pays.sort((a, b) => a - b)
    await shop.clock.sleep(50, new AbortController().signal)
  }
}
const totals = (bills: ReadonlyMap<string, number>): number[] => [...bills.values()].sort((a, b) => a - b)

t.test('a printing till with everything going wrong: nothing is lost, nothing is sold twice', async (t) => {
  const shop = await openShop(t, { printer: true })
  // What makes a bill unsure is told by the reader's own tests; here all that leaves it whole.
  const whole = (Object.keys(MISCHIEF) as MischiefName[]).filter((name) => !['clock', 'wrong-page', 'slow'].includes(name))
  const mischief = whole.map((name) => ({ name, often: name === 'all-day' ? 30 : 20 }))
  const bills = await sold(shop, { script: 'minimart', to: `tcp://127.0.0.1:${shop.port}`, seed: 6, count: 30, mischief })
  t.equal(bills.size, 30)
  t.same(await invoiced(shop, 'R017', 30), totals(bills))
  const paper = shop.paper?.printed().papers.join('\n') ?? ''
  for (const number of bills.keys()) t.ok(paper.includes(number), `${number} is on paper`)
})

t.test('till software posts its sales: each is one invoice, also where it gave up waiting and asked again', async (t) => {
  const shop = await openShop(t, {
    config: (config) => {
      const symbol = `${config.registers[0]?.symbol.slice(0, 3) ?? ''}MAC`
      return {
        ...config,
        registers: [...config.registers, { id: 'R019', index: 19, symbol, driver: 'json', link: { http: {} } }],
      }
    },
  })
  const made = addKey(join(shop.dir, 'data'), { name: 'till', for: 'sales' }, '')
  if (!made.ok) throw new Error(made.fault.code)
  const to = shop.gateway().url
  const mischief = [{ name: 'timeout', often: 40 }] as const
  const bills = await sold(shop, { script: 'salon', id: 'R019', to, key: made.value, seed: 2, count: 12, mischief })
  t.equal(bills.size, 12)
  t.same(await invoiced(shop, 'R019', 12), totals(bills))
  await t.rejects(sold(shop, { script: 'salon', to, key: 'wrong', count: 1 }), /TILLGATE_SALES_KEY/)
})
