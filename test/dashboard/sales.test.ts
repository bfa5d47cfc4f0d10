import { createHmac } from 'node:crypto'
import t, { type Test } from 'tap'
import { json } from '../../drivers/json/index.ts'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import type { MachineKey, Webhook } from '../../src/dashboard/parts.ts'
import { dashboard, type Role } from '../../src/dashboard/server.ts'
import { orderOf, stranger } from '../../src/dashboard/webhook.ts'
import { cursorOf, namedBy } from '../../src/domain/desk.ts'
import type { Entry } from '../../src/domain/entry.ts'
import { type Fault, fault } from '../../src/domain/fault.ts'
import { type EntryId, entryId } from '../../src/domain/ids.ts'
import type { Ledger, NamedEntry } from '../../src/domain/ledger.ts'
import { failed, ok } from '../../src/domain/result.ts'
import { instant } from '../../src/domain/time.ts'
import { httpLink, inOnePiece } from '../../src/intake/link-http.ts'
import { readWords } from '../../src/words.ts'
import { shop as intakeShop, MemoryLedger, R } from '../intake/fakes.ts'
import { fc, runs } from '../property.ts'
import { fakeInvoiceView, fakeShop, keptLog } from './fake.ts'

const words = readWords()
const HOST = '127.0.0.1:8700'
const KEYS: Readonly<Record<string, MachineKey>> = {
  tlg_aaaaaaaaaaaaaaaaaaaaaaaa: { name: 'till', for: 'sales' },
  tlg_bbbbbbbbbbbbbbbbbbbbbbbb: { name: 'watch', for: 'metrics' },
}
const [TILL = '', WATCH = ''] = Object.keys(KEYS)
const coffee = { lines: [{ name: 'Cà phê sữa đá', amount: 50_000 }], total: 50_000 }

/** Finds by name what was captured with it, and can say no. */
class DeskLedger extends MemoryLedger {
  trouble: Fault | undefined
  issuing: Fault | undefined
  readonly marked = new Set<boolean | undefined>()
  override capture(register: unknown, heard: Parameters<MemoryLedger['capture']>[1], cursor?: string) {
    this.marked.add(heard.revised)
    return super.capture(register, heard, cursor)
  }
  async named(_: unknown, name: string): Promise<readonly NamedEntry[]> {
    return this.heard.flatMap(({ cursor }, i) => {
      const found = cursor === undefined ? undefined : namedBy(cursor)
      return found?.name === name ? [{ ...found, entry: entryId(R, i + 1) }] : []
    })
  }
  override frame = async (id?: EntryId): Promise<undefined> =>
    this.heard[Number(id?.split('-')[1]) - 1]?.heard.bytes as unknown as undefined
  override entry = async (id?: EntryId): Promise<undefined> =>
    (this.heard[Number(id?.split('-')[1]) - 1]
      ? ({ id, register: R, since: systemClock.now(), state: 'captured' } as Entry)
      : undefined) as unknown as undefined
  override health = (): ReturnType<Ledger['health']> => ({
    capture: this.trouble ? failed(this.trouble) : ok(undefined),
    issue: this.issuing ? failed(this.issuing) : ok(undefined),
  })
}

/** The real routes, desk and intake, on a book in memory. */
async function open(t: Test, { webhook }: { readonly webhook?: Webhook } = {}) {
  const ledger = new DeskLedger()
  const link = httpLink({ register: R, ledger, where: 'http /api/v1/sales' })
  const { part, item } = await intakeShop({ link, driver: inOnePiece(json) }, ledger)
  const clock = { ...systemClock, sleep: (ms: number, signal: AbortSignal) => systemClock.sleep(Math.min(ms, 100), signal) }
  const log: string[] = []
  const screen = dashboard({
    ...{ ledger, view: fakeShop(clock).view, board: openBoard(clock), words, clock, log: keptLog(log) },
    ...{ host: '127.0.0.1', port: 8700, shop: { name: 'QUÁN', taxCode: '0199999014', form: 1 }, registers: [] },
    ...{ lang: 'vi', build: '0.1.0', paper: async () => [], stamp: async () => undefined, invoiceView: fakeInvoiceView },
    ...{ pictures: async () => [], sendNow: () => {} },
    counter: {
      keys: { find: (token) => KEYS[token] },
      desks: new Map([[R, webhook ? { desk: link, webhook } : { desk: link }]]),
    },
  })
  const app = await screen.app()
  t.teardown(() => screen.stop(instant(clock.now() + 2_000)))
  const post = async (url: string, body: unknown, headers: Record<string, string> = {}) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body)
    const all = { host: HOST, 'content-type': 'application/json', ...headers }
    const answer = await app.inject({ method: 'POST', url, headers: all, payload })
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() as Record<string, unknown> }
  }
  const sell = (name: string, body: unknown = coffee, more: Record<string, string> = {}) =>
    post('/api/v1/sales', body, { authorization: `Bearer ${TILL}`, 'idempotency-key': name, ...more })
  return { app, screen, ledger, link, part, item, post, sell, log }
}

void t.test('what cannot be kept is refused at once, and is an invoice when it is sent again', async (t) => {
  const { ledger, sell, part, item, link } = await open(t)
  t.match(item(`register/${R}`), { level: 'ok', values: { link: 'http /api/v1/sales' } }, 'the board names the desk')
  ledger.trouble = fault('LEDGER_DISK_FULL')
  const full = await sell('a')
  t.match([full.status, full.body, full.headers['retry-after']], [503, { code: 'LEDGER_DISK_FULL', hint: /\S/ }, '5'])
  ledger.trouble = undefined
  ledger.full = fault('LEDGER_DISK_FULL')
  const late = await sell('a')
  t.match([late.status, late.body], [503, { code: 'SALES_NOT_KEPT' }], 'full only when it was written')
  ledger.full = undefined
  t.equal((await sell('a')).status, 201)
  t.equal(ledger.heard.length, 1, 'nothing of the refusals is heard later by itself')
  t.same(Buffer.from(ledger.heard[0]?.heard.bytes ?? []).toString(), JSON.stringify(coffee), 'the bytes as they came')
  ledger.trouble = fault('LEDGER_DISK_FULL')
  t.equal((await sell('a')).status, 200, 'what is in the book is answered from a full disk, too')
  ledger.trouble = undefined

  await part.stop(instant(systemClock.now() + 1_000))
  const stopped = await sell('b')
  t.match([stopped.status, stopped.body], [503, { code: 'SALES_NOT_KEPT' }])
  t.match(await link.hand({ name: 'b' }, Buffer.from('{}')), { ok: false, fault: { code: 'SALES_NOT_KEPT' } })
})

void t.test('an invoice that takes its time is asked for later', async (t) => {
  const { ledger, sell, app } = await open(t)
  ledger.sealMs = 400
  const slow = await sell('a')
  const ask = `/api/v1/sales/${entryId(R, 1)}`
  t.match([slow.status, slow.body, slow.headers['location']], [202, { state: 'captured', ask }, ask])
  ledger.issuing = fault('CLOCK_BEHIND')
  t.match((await sell('a')).body, { state: 'captured', fault: { code: 'CLOCK_BEHIND', message: /\S/ } })
  ledger.issuing = undefined
  await systemClock.sleep(450, new AbortController().signal)
  const headers = { host: HOST, authorization: `Bearer ${TILL}` }
  const there = await app.inject({ url: ask, headers })
  t.match([there.statusCode, there.json()], [200, { identity: { number: 1 }, qr: 'qr', lines: ['HD 1'] }])
  t.equal((await app.inject({ url: '/api/v1/sales/R017-00000009', headers })).statusCode, 404)
  t.equal((await app.inject({ url: '/api/v1/sales/..%2Fhealthz', headers })).statusCode, 400)
})

void t.test('the same name at the same moment is heard once; another revision of an order is marked', async (t) => {
  const { ledger, link, sell } = await open(t)
  ledger.diskMs = 30
  const all = await Promise.all(Array.from({ length: 12 }, (_, i) => sell(`n${i % 3}`)))
  t.equal(ledger.heard.length, 3)
  t.same(all.map(({ status }) => status).sort(), [...Array(9).fill(200), 201, 201, 201])
  ledger.marked.clear()
  const body = Buffer.from(JSON.stringify(coffee))
  for (const revision of ['1', '2'])
    t.match(await link.hand({ name: 'DH-1', revision }, body), { ok: true, value: { again: false } })
  t.same([...ledger.marked], [undefined, true])
  t.match(await link.hand({ name: 'DH-1', revision: '1' }, Buffer.from('{}')), { ok: false, fault: { code: 'SALES_NAME_USED' } })
  t.match(await link.hand({ name: 'DH-1' }, body), { ok: true, value: { again: false } }, 'no revision is one of its own')
})

void t.test('who may: a key for sales and nothing else; the description names the routes', async (t) => {
  const { app, post, screen, log } = await open(t)
  const paths = (await app.inject({ url: '/api/v1/openapi.json', headers: { host: HOST } })).json().paths
  t.same(Object.keys(paths['/api/v1/sales'].post.responses), [
    '200',
    '201',
    '202',
    '400',
    '401',
    '403',
    '409',
    '413',
    '415',
    '422',
    '429',
    '503',
  ])
  t.ok(paths['/api/v1/sales'].post.requestBody.content['application/json'].schema.properties.lines)
  t.same(paths['/api/v1/sales'].post.security, [{ key: [] }])
  t.ok(paths['/api/v1/webhooks/{name}'].post && paths['/api/v1/sales/{id}'].get)
  for (const role of ['owner', 'officer', 'developer'] satisfies Role[]) {
    const { headers } = await post('/api/v1/login', { token: screen.link(role).split('#')[1] })
    const cookie = String(headers['set-cookie']).split(';')[0] ?? ''
    t.equal(
      (await post('/api/v1/sales', coffee, { cookie, 'idempotency-key': 'a' })).status,
      401,
      `${role}: a cookie does not sell`,
    )
    t.equal((await app.inject({ url: '/api/v1/sales/R017-00000001', headers: { host: HOST, cookie } })).statusCode, 401)
  }
  const watch = { authorization: `Bearer ${WATCH}`, 'idempotency-key': 'a' }
  t.match(await post('/api/v1/sales', coffee, watch), { status: 403, body: { code: 'SALES_PURPOSE' } })
  t.equal(
    (await app.inject({ url: '/api/v1/status', headers: { host: HOST, authorization: `Bearer ${TILL}` } })).statusCode,
    401,
    'a key opens no screen',
  )
  t.equal((await post('/api/v1/sales', coffee, { ...watch, host: 'evil.example' })).status, 421)
  for (const type of ['text/plain', 'application/json; charset=latin1', 'application/x-www-form-urlencoded'])
    t.equal((await post('/api/v1/sales', coffee, { authorization: `Bearer ${TILL}`, 'content-type': type })).status, 415, type)
  t.notMatch(log.join('\n'), /tlg_/, 'no key is logged')
})

void t.test('whatever is sent is answered in words, never with a fault of ours', async (t) => {
  const { sell, ledger } = await open(t)
  const dong = fc.oneof(fc.bigInt(), fc.integer(), fc.double(), fc.string())
  const odd = fc.record(
    { lines: fc.array(fc.record({ name: fc.string(), qty: fc.anything(), amount: dong }, { requiredKeys: [] })), total: dong },
    { requiredKeys: [] },
  )
  const text = fc.oneof(
    fc.json(),
    odd.map((value) => JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v)) ?? ''),
    fc.string(),
  )
  let n = 0
  await fc.assert(
    fc.asyncProperty(text, async (body) => {
      const { status, body: said } = await sell(`n${++n}`, body)
      if (![201, 202, 400, 422].includes(status)) throw new Error(`${status} for ${body}`)
      if (status >= 400 && (typeof said['code'] !== 'string' || said['message'] === '')) throw new Error(JSON.stringify(said))
    }),
    { numRuns: runs(120) },
  )
  t.ok(ledger.heard.length < n, 'most is refused at the door')
})

const hook: Webhook = {
  secret: 'bí mật',
  header: 'x-sig',
  timestampHeader: 'x-time',
  signed: 'timestamp.body',
  order: '$.order.id',
}
const NOW = instant(1_795_000_000_000)
const sign = (body: Uint8Array, time: string, secret = hook.secret) =>
  createHmac('sha256', secret).update(`${time}.`).update(body).digest()

void t.test('a signature holds for its bytes, its time and its secret alone', async (t) => {
  const body = Buffer.from('{"order":{"id":7}}')
  for (const time of ['1795000000', '1795000000000', new Date(NOW).toISOString(), '1794999700', '1795000300'])
    for (const spelled of ['hex', 'base64'] as const)
      for (const before of ['', 'sha256=', 'SHA256='])
        t.equal(
          stranger({ 'x-sig': before + sign(body, time).toString(spelled), 'x-time': time }, body, hook, NOW),
          undefined,
          time,
        )
  for (const time of ['1794999699', '1795000301', '0', 'now', '2026-11-18'])
    t.match(
      stranger({ 'x-sig': sign(body, time).toString('hex'), 'x-time': time }, body, hook, NOW),
      { code: 'WEBHOOK_TIME' },
      time,
    )
  const plain: Webhook = { secret: 'k', header: 'x-hub', signed: 'body', order: 'id' }
  const mac = createHmac('sha256', 'k').update(body).digest('hex')
  t.equal(stranger({ 'x-hub': mac }, body, plain, NOW), undefined, 'the body alone, where it was agreed so')
  for (const headers of [{}, { 'x-hub': [mac, mac] }, { 'x-hub': mac.slice(1) }, { 'x-hub': `${mac}0` }, { 'x-hub': '' }])
    t.match(stranger(headers, body, plain, NOW), { code: 'WEBHOOK_SIGNATURE' }, JSON.stringify(headers).slice(0, 30))
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, bits) => {
      const changed = Uint8Array.from(bytes)
      changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ bits
      const headers = { 'x-sig': sign(bytes, '1795000000').toString('hex'), 'x-time': '1795000000' }
      return (
        stranger(headers, bytes, hook, NOW) === undefined && stranger(headers, changed, hook, NOW)?.code === 'WEBHOOK_SIGNATURE'
      )
    }),
    { numRuns: runs(300) },
  )
})

void t.test('an order is named by what stands at its place, or not at all', async (t) => {
  const at = (body: unknown, order: string, revision?: string) =>
    orderOf(body, { ...hook, order, ...(revision ? { revision } : {}) })
  t.same(at({ order: { id: 7 } }, '$.order.id'), ok({ name: '7' }))
  t.same(at({ orders: [{ id: 'A' }] }, 'orders.0.id'), ok({ name: 'A' }))
  t.same(at({ id: 'A', v: 3 }, 'id', 'v'), ok({ name: 'A', revision: '3' }))
  for (const id of [undefined, null, '', 1.5, 2 ** 60, true, {}, 'a\nb', '\u0000', 'x'.repeat(201)])
    t.match(at({ id }, 'id'), { ok: false, fault: { code: 'WEBHOOK_ORDER', path: 'id' } }, JSON.stringify(id) ?? 'nothing')
  t.match(at({ id: 'A' }, 'id', 'v'), { ok: false, fault: { path: 'v' } })
  for (const place of ['__proto__', 'constructor.name', 'toString']) t.match(at({}, place), { ok: false })
  const name = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => /^[^\p{Cc}]+$/u.test(text))
  fc.assert(
    fc.property(name, fc.option(name, { nil: undefined }), (one, revision) => {
      const named = { name: one, ...(revision === undefined ? {} : { revision }) }
      return JSON.stringify(namedBy(cursorOf(named))) === JSON.stringify(named)
    }),
    { numRuns: runs(300) },
  )
  t.same(
    ['12:abc', '400@x', '', '#'].map(namedBy),
    [undefined, undefined, undefined, undefined],
    'the places of files are no names',
  )
})
