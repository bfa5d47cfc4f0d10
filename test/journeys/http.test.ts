import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/clock.ts'
import type { RegisterFile } from '../../src/config-schema.ts'
import { readFacts } from '../../src/ledger/facts-file.ts'
import { addKey } from '../../src/machine-keys.ts'
import { bundle } from '../crash/build.ts'
import { type Daemon, startDaemon } from '../crash/daemon.ts'
import { temporary, writeCafe } from './shop.ts'

/** Programs that sell, against the daemon as people run it: its own process, its own file, its own port. */
const main = await bundle('http')

/** A command as a user types it, to its end. */
function command(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { TILLGATE_CONFIG: _, TILLGATE_DATA: __, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env, encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

const http = (id: string, index: number, symbol: string, more: Partial<RegisterFile>): RegisterFile => ({
  ...{ id, index, symbol, driver: 'json', link: { http: {} } },
  ...more,
})

/** A free port the daemon may keep over its restarts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

async function openShop(t: Test) {
  const dir = temporary(t)
  const year = new Date().getFullYear() % 100
  const port = await freePort()
  writeFileSync(join(dir, 'webhook-secret'), 'rất bí mật\n', { mode: 0o600 })
  await writeCafe(dir, { upstream: 'http://127.0.0.1:9', printer: undefined, clock: systemClock }, (config) => ({
    ...config,
    dashboard: { host: '127.0.0.1', port },
    registers: [
      ...config.registers,
      http('R019', 19, `C${year}MAC`, {}),
      http('R020', 20, `C${year}MAD`, {
        settings: {
          mapping: {
            receiptNo: '$.order.id',
            status: '$.order.status',
            total: '$.order.total',
            lines: {
              name: '$.order.items[*].name',
              qty: '$.order.items[*].qty',
              unitPrice: '$.order.items[*].price',
              amount: '$.order.items[*].amount',
            },
          },
        },
        link: {
          http: {
            webhook: {
              ...{ secret: { file: 'webhook-secret' }, header: 'X-Signature', timestampHeader: 'X-Time' },
              ...{ order: 'order.id', revision: 'order.revision' },
            },
          },
        },
      }),
    ],
  }))
  const data = join(dir, 'data')
  const made = addKey(data, { name: 'kiot', for: 'sales' }, '')
  if (!made.ok) throw new Error(made.fault.code)
  const key = made.value
  let running: Daemon | undefined
  t.teardown(() => running?.kill())
  const start = async (env: Record<string, string> = {}): Promise<Daemon> => {
    running = startDaemon({ main, config: join(dir, 'tillgate.json'), env })
    if (!(await running.ready)) throw new Error(running.said())
    return running
  }
  const send = async (path: string, headers: Record<string, string>, body?: string): Promise<Answer> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers },
      ...(body === undefined ? {} : { body }),
    })
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] }
  }
  const sell = (name: string, sale: object | string, token = key, more: Record<string, string> = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': name, ...more }
    return send('/api/v1/sales', headers, typeof sale === 'string' ? sale : JSON.stringify(sale))
  }
  const facts = async (kind: string) => {
    const opened = readFacts(data, 0)
    if (!opened.ok) throw new Error(opened.fault.code)
    const lines: { readonly kind: string; readonly body: Readonly<Record<string, unknown>> }[] = []
    for await (const line of opened.value) lines.push(JSON.parse(line))
    return lines.filter((fact) => fact.kind === kind).map((fact) => fact.body)
  }
  return { dir, data, key, start, send, sell, facts, year }
}

const coffee = {
  lines: [{ name: 'Cà phê sữa đá', qty: '2', unitPrice: 25_000, amount: 50_000 }],
  total: 50_000,
  payments: [{ method: 'cash', amount: 50_000 }],
}
const number = (answer: Answer): unknown => (answer.body['identity'] as { number?: number } | undefined)?.number

t.test('a program sells: an invoice once, the same answer as often as it asks, and a reason for all else', async (t) => {
  const shop = await openShop(t)
  const daemon = await shop.start()
  const first = await shop.sell('order-1', coffee)
  t.equal(first.status, 201)
  t.match(first.body, {
    entry: 'R019-00000001',
    identity: { seller: '0199999014', form: 1, symbol: `C${shop.year}MAC`, number: 1 },
    code: /^M1-\d\d-A1B2C-01900000001$/,
    qr: /.{20,}/,
    due: /^\d{4}-\d\d-\d\dT23:59:59\.999\+07:00$/,
    pay: '50000',
  })
  t.same((first.body['lines'] as string[]).length > 2, true, 'what to print stands beside the QR')

  const again = await shop.sell('order-1', coffee)
  t.equal(again.status, 200)
  t.same(again.body, first.body, 'the same answer')
  const asked = await shop.send('/api/v1/sales/R019-00000001', { authorization: `Bearer ${shop.key}` })
  t.same([asked.status, asked.body], [200, first.body])
  const other = await shop.sell('order-1', { ...coffee, total: 49_000 })
  t.equal(other.status, 409)
  t.match(other.body, { code: 'SALES_NAME_USED', message: /R019-00000001/, hint: /\S/ })

  const second = await shop.sell('order-2', coffee)
  t.same([second.status, number(second)], [201, 2], 'two equal coffees under two keys are two sales')
  const digits = await shop.sell('order-3', JSON.stringify(coffee).replaceAll('50000', '"50000"'), shop.key, {
    'content-type': 'application/json; charset=utf-8',
  })
  t.same([digits.status, number(digits)], [201, 3], 'amounts as digits, a charset named')

  const unproven = await shop.sell('order-4', { ...coffee, total: 51_000, payments: [] })
  t.equal(unproven.status, 422)
  t.match(unproven.body, { code: /^SALE_/, message: /\S/, hint: /\S/, entry: 'R019-00000004', state: 'held' })
  t.equal((await shop.sell('order-4', { ...coffee, total: 51_000, payments: [] })).status, 422, 'and again')
  const unpaid = await shop.sell('order-5', { ...coffee, status: 'pending' })
  t.match([unpaid.status, unpaid.body], [422, { code: 'SALES_NO_SALE', state: 'set-aside', why: 'provisional' }])

  const malformed: readonly (readonly [string, string, number, string, string?])[] = [
    ['x', '{"total": 1', 400, 'DASHBOARD_BODY'],
    ['x', '[]', 400, 'DASHBOARD_BODY'],
    ['x', '{}', 400, 'DASHBOARD_BODY', 'lines'],
    ['x', JSON.stringify({ ...coffee, total: 50_000.5 }), 400, 'DASHBOARD_BODY', 'total'],
    ['x', JSON.stringify({ ...coffee, lines: [{ name: 'A', amount: '1.000' }] }), 400, 'DASHBOARD_BODY', 'lines.0.amount'],
    ['', JSON.stringify(coffee), 400, 'SALES_IDEMPOTENCY', 'Idempotency-Key'],
    ['two words', JSON.stringify(coffee), 400, 'SALES_IDEMPOTENCY', 'Idempotency-Key'],
    ['x', JSON.stringify({ ...coffee, note: 'x'.repeat(1024 * 1024) }), 413, 'SALES_TOO_BIG'],
  ]
  for (const [name, body, status, code, path] of malformed) {
    const refused = await shop.sell(name, body)
    t.match([refused.status, refused.body['code'], refused.body['path']], [status, code, path], body.slice(0, 40))
  }
  const plain = await shop.sell('x', coffee, shop.key, { 'content-type': 'text/plain' })
  t.same([plain.status, plain.body['code']], [415, 'DASHBOARD_TYPE'])
  const page = await shop.sell('x', coffee, shop.key, { origin: 'http://evil.example' })
  t.same([page.status, page.body['code']], [403, 'DASHBOARD_ORIGIN'], 'a page in a browser never sells')

  t.equal((await shop.facts('frame.captured')).length, 5, 'what was refused at the door was not heard')
  t.equal((await shop.facts('invoice.issued')).length, 3)

  const named = { ...coffee, receiptNo: 'HD1' }
  const numbered = await shop.sell('order-6', named)
  const copy = await shop.sell('order-7', named)
  t.same(
    [numbered.status, copy.status, copy.body],
    [201, 200, numbered.body],
    'a number sent again under another key is that sale',
  )

  const names = Array.from({ length: 50 }, (_, i) => `at-once-${i}`)
  const answers = await Promise.all([...names, ...names].map((name) => shop.sell(name, { ...coffee, receiptNo: name })))
  const numbers = new Set(answers.map(number))
  t.equal(numbers.size, 50, 'fifty at once, each twice')
  t.same([...numbers].sort((a, b) => Number(a) - Number(b)).at(-1), 54, 'without a gap')
  t.same(
    [200, 201].map((status) => answers.filter((answer) => answer.status === status).length),
    [50, 50],
    'one of each pair was the first',
  )
  await daemon.stop()
  t.equal((await daemon.ended).code, 0)
})

t.test('killed between hearing and answering: the same key again gives that invoice, no second number', async (t) => {
  const shop = await openShop(t)
  for (const [i, point] of ['capture.flushed', 'issue.flushed'].entries()) {
    const order = `killed-${i}`
    const daemon = await shop.start({ TILLGATE_POINT: `${point}:1` })
    await t.rejects(shop.sell(order, coffee), `${point}: no answer`)
    await daemon.ended
    const alive = await shop.start()
    const after = await shop.sell(order, coffee)
    t.same([after.status, number(after)], [200, 2 * i + 1], `${point}: sent again`)
    t.equal((await shop.sell(order, { ...coffee, total: 1 })).status, 409, `${point}: other content`)
    const next = await shop.sell(`${order}-next`, coffee)
    t.same([next.status, number(next)], [201, 2 * i + 2])
    t.equal((await shop.facts('frame.captured')).length, 2 * i + 2, `${point}: heard once`)
    await alive.stop()
  }
})

t.test('keys count at once, made or revoked while the daemon runs; a webhook hears an order once', async (t) => {
  const shop = await openShop(t)
  const daemon = await shop.start()
  const file = join(shop.data, 'keys', 'machine.json')
  t.equal(statSync(file).mode & 0o777, 0o600)
  const make = (name: string, ...more: string[]): string => {
    const made = command('key', 'add', name, '--data', shop.data, ...more)
    t.match([made.code, made.err], [0, new RegExp(name)], `${name}: said to people, too`)
    return (JSON.parse(made.out) as { key: string }).key
  }
  const [till, metrics, elsewhere] = [make('till'), make('watch', '--for', 'metrics'), make('old', '--register', 'R099')]
  t.notMatch(readFileSync(file, 'utf8'), new RegExp([shop.key, till, metrics].join('|')), 'no key is kept')
  t.equal((await shop.sell('a', coffee, till)).status, 201, 'made meanwhile')
  t.equal((await shop.sell('b', coffee, make('named', '--register', 'R019'))).status, 201)
  t.equal(command('key', 'add', 'till', '--data', shop.data).code, 1, 'a name is given once')
  t.equal(command('key', 'revoke', 'till', '--data', shop.data).code, 0)
  t.equal(command('key', 'revoke', 'till', '--data', shop.data).code, 1, 'and taken back once')
  const listed = command('key', 'list', '--config', join(shop.dir, 'tillgate.json')).out
  t.match(JSON.parse(listed), { keys: [{ name: 'kiot', for: 'sales' }, { name: 'watch', for: 'metrics' }, { name: 'old' }] })
  t.notMatch(listed, /tlg_|hash/)
  const out = await shop.sell('c', coffee, till)
  t.match([out.status, out.body, out.headers.get('www-authenticate')], [401, { code: 'SALES_KEY', hint: /\S/ }, 'Bearer'])
  t.equal((await shop.sell('c', coffee, shop.key)).status, 201, 'the others stay')
  const wrong = await shop.sell('d', coffee, metrics)
  t.same([wrong.status, wrong.body['code']], [403, 'SALES_PURPOSE'])
  const nowhere = await shop.sell('d', coffee, elsewhere)
  t.same([nowhere.status, nowhere.body['code']], [403, 'SALES_REGISTER'])
  t.equal((await shop.sell('d', coffee, make('hook', '--register', 'R020'))).status, 403, 'a webhook is no desk for keys')
  for (const token of ['', 'short', `${shop.key}x`, shop.key.slice(0, -1)])
    t.equal((await shop.sell('d', coffee, token)).status, 401, `"${token.slice(0, 8)}"`)
  t.equal((await shop.send('/api/v1/sales', { 'idempotency-key': 'd' }, JSON.stringify(coffee))).status, 401, 'none')
  writeFileSync(file, '{')
  t.equal((await shop.sell('d', coffee)).status, 401, 'a damaged file lets nobody in')
  t.notMatch(daemon.said(), new RegExp([shop.key, till].join('|')), 'and none is in the log')
  await webhook(t, shop)
})

/** Signed and fresh, an order once; taken back it is a task, open it is set aside (register-capture 8.5). */
async function webhook(t: Test, shop: Awaited<ReturnType<typeof openShop>>): Promise<void> {
  const order = (more: object) =>
    JSON.stringify({
      order: {
        ...{ id: 'DH-77', revision: 1, status: 'paid', total: 50_000 },
        items: [{ name: 'Cà phê sữa đá', qty: 2, price: 25_000, amount: 50_000 }],
        ...more,
      },
    })
  const seconds = (): string => String(Math.floor(Date.now() / 1_000))
  const mac = (body: string, time: string, secret = 'rất bí mật'): string =>
    createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
  const push = (body: string, time = seconds(), signature = mac(body, time), to = 'R020') =>
    shop.send(`/api/v1/webhooks/${to}`, { 'x-signature': signature, 'x-time': time }, body)

  const open = await push(order({ revision: 0, status: 'pending' }))
  t.match([open.status, open.body], [202, { state: 'set-aside', why: 'provisional' }])
  const first = await push(order({}))
  t.match([first.status, first.body], [201, { entry: 'R020-00000002', identity: { number: 1 }, pay: '50000' }])
  const replayed = await push(order({}), seconds(), `sha256=${mac(order({}), seconds())}`)
  t.same([replayed.status, replayed.body], [200, first.body], 'pushed again')
  const other = await push(order({ total: 49_000 }))
  t.same([other.status, other.body['code']], [409, 'SALES_NAME_USED'], 'the same revision with other content')
  const changed = await push(
    order({ revision: 2, total: 75_000, items: [{ name: 'Trà đá', qty: 3, price: 25_000, amount: 75_000 }] }),
  )
  t.match(
    [changed.status, changed.body],
    [202, { state: 'held', fault: { code: 'SALE_REVISED' } }],
    'a changed order is no second sale',
  )
  const cancelled = await push(order({ revision: 3, status: 'cancelled' }))
  t.match(
    [cancelled.status, cancelled.body],
    [202, { state: 'held', fault: { code: /^SALE_VOIDED/ } }],
    'taken back: a task for a person',
  )
  const unproven = await push(order({ id: 'DH-78', total: 51_000 }))
  t.match([unproven.status, unproven.body], [422, { state: 'held', code: /^SALE_/ }])
  const unnamed = await push(JSON.stringify({ order: { status: 'paid', total: 1 } }))
  t.same([unnamed.status, unnamed.body['code'], unnamed.body['path']], [422, 'WEBHOOK_ORDER', 'order.id'])

  const body = order({ id: 'DH-79' })
  const now = seconds()
  const old = String(Number(now) - 301)
  const strangers: readonly (readonly [string, Promise<Answer>, string])[] = [
    ['another secret', push(body, now, mac(body, now, 'guess')), 'WEBHOOK_SIGNATURE'],
    ['no signature', push(body, now, ''), 'WEBHOOK_SIGNATURE'],
    ['another body', push(body, now, mac(order({}), now)), 'WEBHOOK_SIGNATURE'],
    ['a new time on an old signature', push(body, now, mac(body, old)), 'WEBHOOK_SIGNATURE'],
    ['too old', push(body, old), 'WEBHOOK_TIME'],
    ['no time', push(body, 'yesterday'), 'WEBHOOK_TIME'],
    ['no such register', push(body, now, mac(body, now), 'R021'), 'WEBHOOK_SIGNATURE'],
    ['a register without a webhook', push(body, now, mac(body, now), 'R019'), 'WEBHOOK_SIGNATURE'],
  ]
  for (const [about, answer, code] of strangers) {
    const { status, body } = await answer
    t.match([status, body], [401, { code, message: /\S/, hint: /\S/ }], about)
  }
  const issued = (await shop.facts('invoice.issued')).filter(({ register }) => register === 'R020')
  t.equal(issued.length, 1)
}
