import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { register, type TrueSale } from '../../simulators/register/index.ts'
import { TRADES } from '../../simulators/register/trades/index.ts'
import { freePort } from '../../src/commands/free-port.ts'
import type { BalanceJson } from '../../src/dashboard/routes-day.ts'
import { testClock, until } from './clock.ts'
import { openShop } from './shop.ts'

const DAY = '2026-11-20'
/** An electronic register with refunds and voids, rates on the paper and rounded cash, service and tax on top. */
const SCRIPTS = ['ecr', 'supermarket', 'hotel'] as const
const REGISTERS = SCRIPTS.map((script, i) => ({ script, id: `R0${17 + i}`, index: 17 + i }))

/** What a till wrote down, each paper once. */
function truthOf(file: string): readonly TrueSale[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const papers = new Map<number, TrueSale>()
  for (const line of lines) {
    const { n, sale } = JSON.parse(line) as { readonly n: number; readonly sale: TrueSale | null }
    if (sale) papers.set(n, sale)
  }
  return [...papers.values()]
}

t.test('R-084: a day that simulated tills played and closed balances to the đồng once what came back is adjusted', async (t) => {
  const clock = testClock({ start: `${DAY}T16:00:00`, speed: 20 })
  const ports = new Map<string, number>()
  for (const { id } of REGISTERS) ports.set(id, await freePort(0))
  const shop = await openShop(t, {
    clock,
    config: (config) => ({
      ...config,
      registers: REGISTERS.map(({ script, id, index }, i) => ({
        ...{ id, index, driver: TRADES[script]?.driver ?? '', symbol: `C26MA${'ABC'[i]}`, stamp: 'slip', stampMs: 5_000 },
        link: { tcp: { host: '127.0.0.1', port: ports.get(id) ?? 0 } },
      })),
    }),
  })
  const balance = async (): Promise<BalanceJson> => (await shop.api<BalanceJson>(`/api/v1/days/${DAY}/balance`)).body
  const truth = (id: string): string => join(shop.dir, `truth-${id}.jsonl`)
  for (const { script, id } of REGISTERS) {
    const to = `tcp://127.0.0.1:${ports.get(id)}`
    // The register's twentieth paper is its Z: with one more the others would be of its next day.
    const count = script === 'ecr' ? 19 : 4
    await register({ script, to, id, truth: truth(id), clock, seed: 2, rate: 0, count, close: true }).done
  }
  const papers = REGISTERS.flatMap(({ id }) => truthOf(truth(id)))
  const sold = papers.filter(({ kind }) => kind === 'sale')
  t.ok(papers.some(({ voided }) => voided !== undefined))
  t.ok(await until(() => shop.tvan.accepted().length === sold.length, 40_000), `${sold.length} sold`)
  t.ok(await until(async () => (await balance()).registers.every(({ closing }) => closing !== undefined)), 'and closed')

  const apart = async (): Promise<readonly string[]> =>
    (await balance()).registers.flatMap(({ register, rows }) =>
      rows.flatMap(({ what, difference = 'not said', till }) =>
        difference === '0' && till !== undefined ? [] : [`${register} ${what} ${difference}`],
      ),
    )
  const back = papers.filter(({ kind }) => kind === 'refund')
  const [refund] = back
  t.equal(back.length, 1, 'something came back')
  const amount = String(-(refund?.total ?? 0))
  const less = ['rate:8%', 'tender:cash', 'total'].map((what) => `R017 ${what} ${amount}`).join()
  const filed = async (): Promise<boolean> => [...(await apart())].sort().join() === less
  t.ok(await until(filed), `the till has taken it off, its invoice not yet: ${(await apart()).join()}`)

  const [held, ...more] = await shop.entries('held')
  t.equal(held?.fault?.code, 'SALE_REFUND')
  t.equal(more.length, 0)
  // The roll does not say what the goods were bought with; the shop knows the invoice.
  const number = sold.findIndex(({ receiptNo }) => receiptNo === refund?.of) + 1
  const taking = (invoice?: unknown) =>
    shop.api<{ code?: string }>(`/api/v1/entries/${held?.id}/take-back`, invoice ? { invoice } : {})
  t.match(await taking(), { body: { code: 'CORRECTION_NO_ORIGINAL' } })
  const done = await taking({ form: 1, symbol: 'C26MAA', number })
  t.equal(done.status, 201, JSON.stringify(done.body))
  t.ok(await until(() => shop.tvan.accepted().length === sold.length + 1, 40_000), 'adjusted')

  t.ok(await until(async () => (await apart()).length === 0), `every rate, every way of paying: ${(await apart()).join()}`)
  const { registers, open } = await balance()
  t.same(
    registers.map(({ register, closing, rows }) => [register, closing !== undefined, rows.length >= 3]),
    REGISTERS.map(({ id }) => [id, true, true]),
  )
  t.same(open, [])
  const closed = await shop.api<BalanceJson>(`/api/v1/days/${DAY}/close`, { reasons: [] })
  t.equal(closed.status, 200)
  t.match(closed.body.closed, { differences: [] }, 'closed without a word')
})

t.test(
  'R-106: a buyer in a file that a program drops is on his invoice, and nowhere in the clear in the data folder',
  async (t) => {
    const clock = testClock({ start: `${DAY}T16:00:00`, speed: 20 })
    const shop = await openShop(t, {
      clock,
      config: (config, dir) => {
        mkdirSync(join(dir, 'box'))
        const registers = config.registers.map((one) => ({ ...one, driver: 'json', link: { file: { path: 'box' } } }))
        return { ...config, registers }
      },
    })
    const buyer = { name: 'Nguyễn Thị Mẫu', address: '7 phố Huế, Hà Nội', phone: '0790123456' }
    const sale = {
      ...{ receiptNo: 'DH-1', issuedAt: `${DAY}T16:00`, buyer, total: 54_000, payments: [{ method: 'cash', amount: 54_000 }] },
      lines: [{ name: 'Cà phê sữa đá', qty: '2', unitPrice: 27_000, amount: 54_000 }],
    }
    writeFileSync(join(shop.dir, 'box', '.sale.tmp'), JSON.stringify(sale))
    renameSync(join(shop.dir, 'box', '.sale.tmp'), join(shop.dir, 'box', 'sale.json'))
    t.ok(await until(() => shop.tvan.accepted().length === 1, 20_000), JSON.stringify(await shop.entries('held')))
    t.match(Buffer.from(shop.messages[0] ?? []).toString(), buyer.name, 'the authority is told who bought')
    const [entry] = await shop.entries('acknowledged')
    const paper = await shop.api<unknown>(`/api/v1/entries/${entry?.id}`)
    t.match(JSON.stringify(paper.body), 'phê sữa', 'what was heard can be read')
    await shop.stop()
    const traces = ['0790123456', buyer.name, buyer.address]
    for (const file of readdirSync(join(shop.dir, 'data'), { recursive: true, withFileTypes: true })) {
      if (!file.isFile()) continue
      const bytes = readFileSync(join(file.parentPath, file.name))
      t.same(
        traces.filter((trace) => bytes.includes(trace)),
        [],
        file.name,
      )
    }
    t.same(
      shop.logged.filter((line) => traces.some((trace) => line.includes(trace))),
      [],
      'nor in the log',
    )
  },
)
