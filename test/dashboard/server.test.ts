import t, { type Test } from 'tap'
import { Value } from 'typebox/value'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { hostNames } from '../../src/dashboard/gate.ts'
import { type DashboardParts, dashboard, type Role } from '../../src/dashboard/server.ts'
import * as shapes from '../../src/dashboard/shapes.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { fault } from '../../src/domain/fault.ts'
import { type CivilDate, dayStart, instant } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { fakeInvoiceView, fakeShop, keptLog, PAPER } from './fake.ts'

const HOST = '127.0.0.1:8700'
const words = readWords()

/** A clock that is ours to move; waiting still waits for real. It is an afternoon: in the evening the board says more. */
const movableClock = (): Clock & { move(ms: number): void } => {
  let shift = dayStart('2026-11-21' as CivilDate) + 14.5 * 3_600_000 - systemClock.now()
  let moved = 0
  return {
    now: () => instant(systemClock.now() + shift),
    up: () => systemClock.up() + moved,
    sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 60), signal),
    move(ms) {
      shift += ms
      moved += ms
    },
  }
}

async function open(t: Test, more: Partial<DashboardParts> = {}) {
  const clock = movableClock()
  const shop = fakeShop(clock)
  const board = openBoard(clock)
  const log: string[] = []
  const screen = dashboard({
    ledger: shop.ledger,
    view: shop.view,
    board,
    words,
    clock,
    log: keptLog(log),
    host: '127.0.0.1',
    port: 8700,
    shop: { name: 'QUÁN PHỞ MINH ANH', taxCode: '0199999014', form: 1 },
    registers: [{ id: 'R017' as DashboardParts['registers'][number]['id'], symbol: 'C26MAA', printer: true }],
    lang: 'vi',
    build: '0.1.0',
    pictures: async () => [],
    paper: async () => PAPER,
    stamp: async () => ({ lines: ['HÓA ĐƠN GIÁ TRỊ GIA TĂNG', 'Mã CQT: M1-26-A1B2C-01700000001'], qr: '000201' }),
    sendNow: () => {},
    invoiceView: fakeInvoiceView,
    ...more,
  })
  const app = await screen.app()
  t.teardown(() => screen.stop(instant(clock.now() + 2_000)))
  const login = async (role: Role): Promise<string> => {
    const token = screen.link(role).split('#')[1]
    const answer = await app.inject({ method: 'POST', url: '/api/v1/login', headers: { host: HOST }, payload: { token } })
    t.equal(answer.statusCode, 200, `${role} is let in`)
    return String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }
  const ask = async (url: string, cookie = '', headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { host: HOST, cookie, ...headers } })
  const post = async (url: string, cookie: string, payload: object, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url,
      headers: { host: HOST, cookie, 'content-type': 'application/json', ...headers },
      payload: JSON.stringify(payload),
    })
  return { app, screen, shop, board, clock, log, login, ask, post }
}

/** Full addresses out of the tree that fastify draws. */
function routesOf(tree: string): string[] {
  const path: string[] = []
  return tree.split('\n').flatMap((line) => {
    const m = /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line)
    if (!m) return []
    path.length = (m[1] ?? '').length / 4
    path.push(m[2] ?? '')
    return m[3] ? [path.join('')] : []
  })
}

void t.test('only our own names are answered, whatever the spelling', async (t) => {
  const { app } = await open(t)
  const good = ['127.0.0.1:8700', 'localhost:8700', 'LOCALHOST:8700', 'LocalHost:8700', '[::1]:8700']
  const bad = [
    '',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:8701',
    '127.0.0.1:80',
    'localhost:08700',
    'localhost.:8700',
    '127.0.0.1.:8700',
    'evil.example',
    'evil.example:8700',
    'localhost.evil.example:8700',
    'evil-localhost:8700',
    'localhost:8700.evil.example',
    '127.0.0.1.nip.io:8700',
    '::1:8700',
    '[::1]',
    '[::1]:8701',
    '[::]:8700',
    '0.0.0.0:8700',
    '127.1:8700',
    '2130706433:8700',
    '0x7f000001:8700',
    '127.0.0.2:8700',
    'localhost:8700@evil',
    'user@localhost:8700',
    'localhost:8700 ',
    'localhost%00:8700',
    '192.168.1.20:8700',
  ]
  for (const host of good) t.equal((await app.inject({ url: '/healthz', headers: { host } })).statusCode, 200, host)
  for (const host of bad)
    for (const url of ['/healthz', '/', '/no-such-page', '/api/v1/status'])
      t.equal((await app.inject({ url, headers: { host } })).statusCode, 421, `${JSON.stringify(host)} ${url}`)
  t.same([...hostNames('::1', 80)].includes('[::1]'), true)
  t.throws(() => dashboard({ host: '0.0.0.0', port: 1 } as DashboardParts), /loopback/)
})

void t.test('another page may neither post nor open a feed nor read', async (t) => {
  const { app, login, post, ask } = await open(t)
  const cookie = await login('owner')
  const foreign = [
    'null',
    '',
    'http://evil.example',
    'https://127.0.0.1:8700',
    'http://127.0.0.1',
    'http://127.0.0.1:8701',
    'http://localhost:8700.evil.example',
    'http://a.localhost:8700',
    'http://evil.example/http://127.0.0.1:8700',
    'http://127.0.0.1:8700/',
    'HTTP://127.0.0.1:8700',
    'file://',
  ]
  for (const origin of foreign) {
    t.equal((await post('/api/v1/logout', cookie, {}, { origin })).statusCode, 403, `post from ${origin}`)
    await t.rejects(app.injectWS('/live', { headers: { host: HOST, cookie, origin } }), { message: /403/ }, `feed from ${origin}`)
  }
  await t.rejects(app.injectWS('/live', { headers: { host: HOST, cookie } }), { message: /403/ }, 'a feed without origin')
  await t.rejects(app.injectWS('/live', { headers: { host: 'evil.example', cookie, origin: `http://${HOST}` } }), {
    message: /421/,
  })
  await t.rejects(
    app.injectWS('/live', { headers: { host: HOST, origin: `http://${HOST}` } }),
    { message: /401/ },
    'a feed without login',
  )
  for (const site of ['cross-site', 'same-site', 'odd'])
    t.equal((await ask('/api/v1/status', cookie, { 'sec-fetch-site': site })).statusCode, 403, `reading from ${site}`)
  t.equal((await ask('/api/v1/status', cookie, { 'sec-fetch-site': 'same-origin' })).statusCode, 200)
  t.equal(
    (await ask('/', '', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' })).statusCode,
    403,
  )
  const link = await ask('/healthz', '', {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  })
  t.equal(link.statusCode, 200, 'a link from a chat opens')
  t.equal((await post('/api/v1/logout', cookie, {}, { origin: `http://${HOST}` })).statusCode, 200, 'our own page may')
})

void t.test('a state changes only by exact JSON', async (t) => {
  const { app, login } = await open(t)
  const cookie = await login('owner')
  const types = [
    undefined,
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=utf-8',
    'application/json;',
    'Application/JSON',
    ' application/json x',
    'application/jsonp',
    'text/plain; application/json',
    'application/json\t',
    'application/json,text/plain',
  ]
  for (const type of types)
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'] as const) {
      const headers = { host: HOST, cookie, ...(type === undefined ? {} : { 'content-type': type }) }
      t.equal((await app.inject({ method, url: '/api/v1/logout', headers, payload: '{}' })).statusCode, 415, `${method} ${type}`)
    }
  for (const payload of ['', '{', 'null', '[]', '{"token":1}', '{"token":"a","more":1}', '{"__proto__":{"x":1},"token":"a"}'])
    t.equal(
      (
        await app.inject({
          method: 'POST',
          url: '/api/v1/login',
          headers: { host: HOST, 'content-type': 'application/json' },
          payload,
        })
      ).statusCode,
      400,
      payload,
    )
  const big = JSON.stringify({ token: 'a'.repeat(20_000) })
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/login',
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: big,
  })
  t.equal(answer.statusCode, 413)
  t.equal(answer.json().code, 'DASHBOARD_TOO_BIG')
})

void t.test('a link opens once, for ten minutes, and its session ends', async (t) => {
  const saved: unknown[] = []
  const { screen, clock, post, ask, login, shop, log } = await open(t, {
    sessions: { load: async () => [], save: async (all) => void saved.push(all) },
  })
  const token = screen.link('owner').split('#')[1] ?? ''
  t.match(token, /^[\w-]{22}$/, '128 bits')
  const first = await post('/api/v1/login', '', { token })
  t.same(first.json(), { role: 'owner' })
  t.match(first.headers['set-cookie'], /^tillgate-8700=[\w-]{22}; Path=\/; HttpOnly; SameSite=Strict$/)
  const again = await post('/api/v1/login', '', { token })
  t.equal(again.statusCode, 401, 'used twice')
  t.same(Object.keys(again.json()), ['code', 'message', 'hint'])
  t.equal((await post('/api/v1/login', '', { token: 'AAAAAAAAAAAAAAAAAAAAAA' })).statusCode, 401, 'invented')
  const late = screen.link('owner').split('#')[1] ?? ''
  clock.move(10 * 60_000 + 1)
  t.equal((await post('/api/v1/login', '', { token: late })).statusCode, 401, 'too old')

  const cookie = await login('owner')
  t.equal((await ask(screen.link('owner').replace(screen.url, ''), '')).statusCode < 500, true, 'a GET does not use it up')
  t.equal((await post('/api/v1/logout', cookie, {})).statusCode, 200)
  t.equal((await ask('/api/v1/status', cookie)).statusCode, 401, 'after logout')
  const officer = await login('officer')
  clock.move(19 * 60_000)
  t.equal((await ask('/api/v1/status', officer)).statusCode, 200)
  clock.move(21 * 60_000)
  t.equal((await ask('/api/v1/status', officer)).statusCode, 401, 'an officer who went away is out')
  t.match(shop.steps, [{ kind: 'entered', who: 'P01', role: 'owner' }, {}, { kind: 'entered', who: 'P02' }])
  const cookieValue = cookie.split('=')[1] ?? ''
  t.notMatch(JSON.stringify([saved, log]), cookieValue, 'no cookie is stored or logged')
  t.notMatch(JSON.stringify([saved, log]), token)
})

void t.test('sessions survive a restart, by their hash', async (t) => {
  let kept: Parameters<NonNullable<DashboardParts['sessions']>['save']>[0] = []
  const sessions = { load: async () => kept, save: async (all: typeof kept) => void (kept = all) }
  const before = await open(t, { sessions })
  const cookie = await before.login('owner')
  const after = await open(t, { sessions })
  t.equal((await after.ask('/api/v1/status', cookie)).statusCode, 200)
})

void t.test('every route, every role: what the table says and nothing more', async (t) => {
  // Nobody comes as far as the desk: what the walk asks is no incident.
  const { app, login, ask, post, shop } = await open(t, { incidents: {} as never })
  shop.sell(180_000n)
  const cookies: Record<string, string> = {
    owner: await login('owner'),
    officer: await login('officer'),
    developer: await login('developer'),
    nobody: '',
  }
  const described = (await ask('/api/v1/openapi.json')).json().paths as Record<string, Record<string, unknown>>
  const open_ = [
    '/healthz',
    '/api/v1/words/{lang}',
    '/api/v1/openapi.json',
    '/api/v1/login',
    '/api/v1/session',
    '/',
    '/app.js',
    '/icon.svg',
    '/app.css',
    '/dang-nhap',
    '/hoa-don',
    '/can-xu-ly',
  ]
  const isOpen = (url: string): boolean =>
    open_.some(
      (o) =>
        o === url ||
        (/^\/(hoa-don|can-xu-ly|sua-sai|sua-nhieu|phieu-cho|su-co|khach|chot-ngay|bao-cao|quy-dinh)/.test(url) &&
          !url.startsWith('/api')),
    )
  const ownerOnly = [
    '/api/v1/queue/send',
    '/api/v1/entries/{id}/release',
    '/api/v1/entries/{id}/set-aside',
    '/api/v1/entries/{id}/retry',
    '/api/v1/entries/{id}/draft',
    'post /api/v1/incidents',
    'post /api/v1/incidents/{id}/proofs',
    'post /api/v1/incidents/{id}/end',
  ]
  // A picture may show a buyer's name that nobody can mask.
  const notOfficer = ['/api/v1/entries/{id}/picture.png']
  // What a person says of an incident may name people.
  const notDeveloper = ['/api/v1/incidents', '/api/v1/incidents/{id}/proofs/{fact}']
  let walked = 0
  for (const [url, methods] of Object.entries(described))
    for (const method of Object.keys(methods))
      for (const [role, given] of Object.entries(cookies)) {
        if (url === '/api/v1/logout') continue
        const real = url
          .replace('{id}', 'R017-00000001')
          .replace('{lang}', 'vi')
          .replace('{day}', '2026-11-21')
          .replace('{form}', '1')
          .replace('{symbol}', 'C26MAA')
          .replace('{number}', '1')
          .replace('{entry}', 'x')
          .replace('{fact}', '7')
        const { statusCode } = method === 'get' ? await ask(real, given) : await post(real, given, {})
        const barred = role === 'officer' ? notOfficer : role === 'developer' ? notDeveloper : []
        const known = role !== 'nobody' && !barred.includes(url)
        const owners = ownerOnly.includes(url) || ownerOnly.includes(`${method} ${url}`)
        const may = isOpen(url) || (known && (!owners || role === 'owner'))
        t.equal(statusCode !== 401 && statusCode !== 403, may, `${role} ${method} ${url} -> ${statusCode}`)
        walked++
      }
  t.ok(walked > 60, 'the list was walked')
  const routes = routesOf(app.printRoutes({ commonPrefix: false })).map((url) => url.replace(/:(\w+)/g, '{$1}'))
  t.ok(routes.length > 15, 'the routes were found')
  t.same(
    routes.filter((url) => !(url in described)),
    [],
    'nothing exists that is not described',
  )
  for (const url of [
    '/api',
    '/api/v1',
    '/metrics',
    '/documentation',
    '/documentation/json',
    '/.env',
    '/../package.json',
    '/web/app.tsx',
    '/app.js.map',
    '/API/v1/status',
  ])
    t.equal((await ask(url, cookies['owner'])).statusCode, 404, url)
})

void t.test('the same armour is on every answer, errors included', async (t) => {
  const { app, login, ask, post, log, shop } = await open(t)
  const cookie = await login('owner')
  const broken = shop.view as { day: unknown }
  const day = broken.day
  const answers = [
    await ask('/healthz'),
    await ask('/no'),
    await ask('/api/v1/status'),
    await ask('/api/v1/status', cookie),
    await post('/api/v1/login', '', {}),
    await app.inject({ url: '/healthz', headers: { host: 'evil.example' } }),
    await ask('/api/v1/invoices/1/C26MAA/999', cookie),
    await ask('/%c0%ae', cookie),
    await app.inject({
      method: 'POST',
      url: '/api/v1/login',
      headers: { host: HOST, 'content-type': 'text/plain' },
      payload: 'x',
    }),
    await ask('/live', cookie),
  ]
  broken.day = async () => {
    throw new Error('secret path /var/lib/x and 0912345678')
  }
  answers.push(await ask('/api/v1/days/2026-11-20', cookie))
  broken.day = day
  t.same(
    answers.map((a) => a.statusCode),
    [200, 404, 401, 200, 400, 421, 404, 400, 415, 426, 500],
  )
  for (const { headers, statusCode, body } of answers) {
    t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/, `${statusCode}`)
    t.notMatch(headers['content-security-policy'], /unsafe|http:|\*/)
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.equal(headers['referrer-policy'], 'no-referrer')
    t.equal(headers['cache-control'], 'no-store')
    t.match(headers['permissions-policy'], /camera=\(\)/)
    t.notOk(headers['x-powered-by'] ?? headers['server'] ?? headers['access-control-allow-origin'])
    t.notMatch(body, /secret path|node_modules|Error:|at \//)
    if (statusCode >= 400) t.match(Object.keys(JSON.parse(body)), ['code', 'message', 'hint'])
  }
  t.match(log.join('\n'), /secret path/, 'the cause is in the log of the box')
  const en = (await ask('/no', '', { 'accept-language': 'en-GB,en' })).json()
  const vi = (await ask('/no', '', { 'accept-language': 'vi' })).json()
  t.equal(en.code, vi.code)
  t.not(en.message, vi.message)
})

void t.test('status and entries are what the schemas say; paging finds each row once', async (t) => {
  const { ask, login, shop, board } = await open(t)
  const cookie = await login('owner')
  for (let i = 0; i < 120; i++) shop.sell(BigInt(1000 * (i + 1)), i % 2 ? 'R017' : 'R018')
  shop.hold(shop.hear(), fault('SALE_TOTAL_UNPROVEN'))
  shop.aside(shop.hear(), 'kitchen')
  board.set('upstream', { level: 'warning', key: 'board.courier.waiting', values: { time: '22:06', url: 'http://10.1.1.1' } })
  await new Promise((done) => setTimeout(done, 50))
  const status = (await ask('/api/v1/status', cookie)).json()
  t.ok(Value.Check(shapes.Status, status), JSON.stringify([...Value.Errors(shapes.Status, status)].slice(0, 3)))
  t.match(status, { day: { sales: 121, invoices: 120, pay: '7260000' }, queue: { unsent: 120, held: 1 } })
  t.equal(status.fact, (shop.ledger.end?.() ?? 0) - 1)
  t.match(status.alerts, [
    { part: 'inbox/held', level: 'serious', law: 'every_sale', goto: '/can-xu-ly' },
    { part: 'upstream', law: 'transmit_day' },
  ])
  const officer = (await ask('/api/v1/status', await login('officer'))).json()
  t.same(officer.board.upstream.values, { time: '22:06', url: '…' }, 'an address is not for the officer')

  const seen: string[] = []
  for (let after = ''; ; ) {
    const page = (await ask(`/api/v1/entries?limit=50${after && `&after=${after}`}`, cookie)).json()
    t.ok(Value.Check(shapes.Entries, page))
    seen.push(...page.rows.map((row: { id: string }) => row.id))
    if (!(after = page.next ?? '')) break
  }
  t.equal(seen.length, 122)
  t.equal(new Set(seen).size, 122)
  const held = (await ask('/api/v1/entries?state=held', cookie)).json()
  t.match(held.rows, [{ fault: { code: 'SALE_TOTAL_UNPROVEN', message: words.say('vi', 'fault.SALE_TOTAL_UNPROVEN') } }])
  t.equal((await ask('/api/v1/entries?q=119000', cookie)).json().rows.length, 1)
  for (const wrong of [
    'state=sold',
    'state[]=held',
    'limit=0',
    'limit=1e3',
    'day=2026-02-30',
    'day=x',
    'sort=id',
    'register=R%27',
    '__proto__=1',
  ])
    t.equal((await ask(`/api/v1/entries?${wrong}`, cookie)).statusCode, 400, wrong)
})

void t.test('a book that cannot be read makes the figures unknown and the board red, never silent', async (t) => {
  const { ask, login, shop, board } = await open(t)
  const cookie = await login('owner')
  const broken = { view: shop.view as { queue: unknown }, ledger: shop.ledger as { health: unknown } }
  broken.view.queue = async () => {
    throw new Error('disk I/O error')
  }
  broken.ledger.health = () => ({ capture: { ok: true }, issue: { ok: false, fault: fault('LEDGER_DISK_FULL') } })
  board.set('upstream', { level: 'warning', key: 'board.courier.waiting' })
  const status = (await ask('/api/v1/status', cookie)).json()
  t.match(status, { known: false, board: { ledger: { level: 'critical', key: 'fault.LEDGER_DISK_FULL' } } })
  t.match(status.alerts, [
    { part: 'ledger', level: 'critical', law: 'keep', todo: 'fault.LEDGER_DISK_FULL.hint' },
    { part: 'upstream' },
  ])
  t.ok(Value.Check(shapes.Status, status))
})

void t.test('one entry shows its paper, its invoice and its life; the sealed bytes are given exactly', async (t) => {
  const { ask, login, shop } = await open(t)
  const id = shop.sell(180_000n)
  shop.push(id)
  shop.accept(id)
  const owner = await login('owner')
  const shown = (await ask(`/api/v1/entries/${id}`, owner)).json()
  t.ok(Value.Check(shapes.Detail, shown), JSON.stringify([...Value.Errors(shapes.Detail, shown)].slice(0, 3)))
  t.same(
    shown.facts.map((f: { kind: string }) => f.kind),
    ['frame.captured', 'invoice.issued', 'invoice.stamped', 'message.pushed', 'invoice.accepted'],
  )
  t.match(shown.paper.join('\n'), '⟨202E⟩␇', 'bidi and control marks are made visible')
  t.match(shown.invoice, { number: 1, pay: '180000', lines: [{ name: 'Phở bò', quantity: '2' }, {}, {}] })
  t.match(shown.paper.join('\n'), /0912 345 678/)
  const masked = (await ask(`/api/v1/entries/${id}`, await login('officer'))).json().paper.join('\n')
  t.match(masked, /0912\*\*\*678/)
  t.match(masked, /Bia Hà Nội {7}2 {3}25\.000 {5}50\.000/, 'amounts stay')
  const xml = await ask('/api/v1/invoices/1/C26MAA/1.xml', owner)
  t.same(xml.rawPayload, Buffer.from((await shop.view.sealed(id)) ?? ''))
  t.match(xml.headers, { 'content-type': 'application/xml', 'content-disposition': 'attachment; filename="1C26MAA-1.xml"' })
  const data = (await ask('/api/v1/invoices/1/C26MAA/1', owner)).json()
  t.ok(Value.Check(shapes.Invoice, data))
  t.equal((await ask('/api/v1/invoices/1/C26MAB/1', owner)).statusCode, 404)
  t.equal((await ask('/api/v1/entries/R099-00000001', owner)).statusCode, 404)
})

void t.test('what a person decides is one step with a reason, and only once', async (t) => {
  const { login, post, shop } = await open(t)
  const [a, b, c] = [shop.hear(), shop.hear(), shop.sell(50_000n)]
  for (const id of [a, b]) shop.hold(id, fault('SALE_NO_ITEMS'))
  shop.push(c)
  const owner = await login('owner')
  for (const body of [{}, { reason: '' }, { reason: '   ' }, { reason: 'x'.repeat(201) }, { reason: 7 }])
    t.equal((await post(`/api/v1/entries/${a}/release`, owner, body)).statusCode, 400, JSON.stringify(body))
  t.equal((await post(`/api/v1/entries/${a}/release`, owner, { reason: 'đã xem lại' })).statusCode, 200)
  t.match(shop.steps.at(-1), { kind: 'released', entry: a, who: 'P01', why: 'đã xem lại' })
  t.equal(
    (await post(`/api/v1/entries/${b}/set-aside`, owner, { reason: 'chuyện khác' })).statusCode,
    400,
    'only reasons of the list',
  )
  t.match((await post(`/api/v1/entries/${b}/set-aside`, owner, { reason: 'test' })).json(), { state: 'set-aside', why: 'test' })
  t.equal((await post(`/api/v1/entries/${b}/set-aside`, owner, { reason: 'test' })).statusCode, 409, 'someone was first')
  t.equal((await post(`/api/v1/entries/${c}/retry`, owner, { reason: 'gửi lại' })).statusCode, 409, 'not while it is on its way')
  shop.reject(c, fault('DELIVERY_REJECTED_FORMAT'))
  t.match((await post(`/api/v1/entries/${c}/retry`, owner, { reason: 'gửi lại' })).json(), { state: 'queued' })
  t.equal((await post('/api/v1/entries/R017-99999999/retry', owner, { reason: 'gửi lại' })).statusCode, 404)
  t.equal(shop.steps.filter((s) => s.kind === 'aside').length, 1)
})

void t.test('a flood from one address is slowed down, and says so', async (t) => {
  const { post } = await open(t)
  const codes: number[] = []
  for (let i = 0; i < 30; i++) codes.push((await post('/api/v1/login', '', { token: 'AAAAAAAAAAAAAAAAAAAAAA' })).statusCode)
  t.equal(codes.filter((c) => c === 401).length, 20)
  t.equal(codes.filter((c) => c === 429).length, 10)
})

void t.test(
  'a port that is denied or an address that is not there: the shop goes on, the board says so, the screen comes later',
  async (t) => {
    const { app, screen, board, log, clock } = await open(t, { port: 0 })
    const listen = app.listen.bind(app)
    // The system's own refusals; which of them can be provoked depends on who runs the tests.
    const refusals = ['EACCES', 'EADDRNOTAVAIL', 'EADDRNOTAVAIL']
    app.listen = ((...args: Parameters<typeof listen>) => {
      const code = refusals.shift()
      return code ? Promise.reject(Object.assign(new Error(code), { code })) : listen(...args)
    }) as typeof app.listen
    await screen.start()
    t.match(board.all()['dashboard'], { level: 'warning', key: 'fault.DASHBOARD_PORT_BUSY', values: { why: 'EACCES' } })
    const end = clock.up() + 5_000
    while (board.all()['dashboard'] && clock.up() < end) await clock.sleep(20, AbortSignal.timeout(1_000))
    t.same(refusals, [])
    t.equal((await fetch(`${screen.url}/healthz`)).status, 200, 'it listens in the end, and the board is quiet')
    t.equal(log.filter((line) => line.includes('DASHBOARD_PORT_BUSY')).length, 2, 'each cause is logged once')
  },
)
