import t, { type Test } from 'tap'
import type { WebSocket } from 'ws'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { type DashboardParts, dashboard, type Role } from '../../src/dashboard/server.ts'
import { instant } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { fakeInvoiceView, fakeShop, keptLog } from './fake.ts'

const HOST = '127.0.0.1:8700'
type Said = {
  n?: number
  fact?: { n: number; kind: string }
  board?: { fact: number; at: string; board: Record<string, { level: string }> }
}

async function open(t: Test, more: Partial<DashboardParts> = {}) {
  const clock = systemClock
  const shop = fakeShop(clock)
  const board = openBoard(clock)
  const screen = dashboard({
    ledger: shop.ledger,
    view: shop.view,
    board,
    words: readWords(),
    clock,
    log: keptLog([]),
    host: '127.0.0.1',
    port: 8700,
    shop: { name: 'Q', taxCode: '0199999014', form: 1 },
    registers: [],
    lang: 'vi',
    build: '0.1.0',
    pictures: async () => [],
    paper: async () => [],
    stamp: async () => undefined,
    sendNow: () => {},
    invoiceView: fakeInvoiceView,
    ...more,
  })
  const app = await screen.app()
  t.teardown(() => screen.stop(instant(clock.now() + 1_000)))
  const login = async (role: Role): Promise<string> => {
    const token = screen.link(role).split('#')[1]
    const answer = await app.inject({ method: 'POST', url: '/api/v1/login', headers: { host: HOST }, payload: { token } })
    return String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }
  const listen = async (cookie: string) => {
    const heard: Said[] = []
    const ended: number[] = []
    const headers = { host: HOST, cookie, origin: `http://${HOST}` }
    // Attached before the socket opens: a message may come with the upgrade.
    const onInit = (socket: WebSocket): void => {
      socket.on('message', (data) => heard.push(JSON.parse(String(data)) as Said))
      socket.on('close', (code) => ended.push(code))
    }
    // An injected upgrade has no connection of its own to take an address from.
    const from = { headers, socket: { remoteAddress: '127.0.0.1' } }
    const socket = await app.injectWS('/live', from as object, { onInit })
    const facts = (): number[] => heard.flatMap((m) => (m.n === undefined ? [] : [m.n]))
    return { socket, heard, ended, facts }
  }
  return { app, screen, shop, board, login, listen }
}

const until = async (true_: () => boolean, ms = 3_000): Promise<boolean> => {
  for (const end = systemClock.up() + ms; systemClock.up() < end; ) {
    if (true_()) return true
    await new Promise((done) => setTimeout(done, 10))
  }
  return false
}

void t.test('a screen that was away hears every fact it missed, then the new ones, each once and in order', async (t) => {
  const { shop, login, listen } = await open(t)
  for (let i = 0; i < 300; i++) shop.sell(1_000n)
  const cookie = await login('owner')
  const end = shop.ledger.end?.() ?? 0
  const { socket, facts, heard } = await listen(cookie)
  socket.send(JSON.stringify({ after: 100 }))
  t.ok(await until(() => facts().length === end - 101), 'all that were missed')
  for (let i = 0; i < 20; i++) shop.sell(2_000n)
  t.ok(await until(() => facts().length === end - 101 + 60), 'and the new ones')
  t.same(
    facts(),
    Array.from({ length: end - 101 + 60 }, (_, i) => 101 + i),
  )
  t.ok(
    heard.every((m) => m.fact === undefined || m.fact.n === m.n),
    'the number is that of the fact',
  )
  socket.terminate()
  const back = await listen(cookie)
  const last = facts().at(-1) ?? 0
  shop.sell(3_000n)
  back.socket.send(JSON.stringify({ after: last }))
  t.ok(await until(() => back.facts().length === 3), 'the same again after a reconnect')
  t.equal(back.facts()[0], last + 1)
  back.socket.terminate()
})

void t.test(
  'the board comes at once, with each change at most four times a second, and at least every two seconds',
  async (t) => {
    const { board, shop, login, listen } = await open(t)
    const { socket, heard } = await listen(await login('officer'))
    t.ok(await until(() => heard.length === 1, 500), 'at once')
    const started = systemClock.up()
    for (let i = 0; i < 50; i++) {
      board.set('upstream', { level: i % 2 ? 'ok' : 'warning', key: 'board.courier.waiting', values: { time: String(i) } })
      await new Promise((done) => setTimeout(done, 10))
    }
    const took = systemClock.up() - started
    t.ok(heard.length <= 2 + Math.ceil(took / 250), `${heard.length} boards in ${took} ms`)
    t.ok(await until(() => heard.at(-1)?.board?.board['upstream']?.level === 'ok', 600), 'the last state is told')
    const before = heard.length
    shop.sell(1_000n)
    t.ok(await until(() => (heard.at(-1)?.board?.fact ?? 0) === (shop.ledger.end?.() ?? 0) - 1, 900), 'counters follow facts')
    await until(() => heard.length > before + 2, 4_500)
    const times = heard.slice(-2).map((m) => Date.parse(m.board?.at ?? ''))
    t.ok((times[1] ?? 0) - (times[0] ?? 0) <= 2_100, 'silence is broken within two seconds')
    socket.terminate()
  },
)

void t.test('nonsense, a number from the future, or a flood of words ends the socket and nothing else', async (t) => {
  const { login, listen } = await open(t)
  const cookie = await login('owner')
  const cases: [string | Buffer, number][] = [
    ['hello', 1008],
    ['{}', 1008],
    ['{"after":"1"}', 1008],
    ['{"after":-2}', 1008],
    ['{"after":1.5}', 1008],
    ['null', 1008],
    ['[]', 1008],
    [Buffer.from('{"after":0}'), 1008],
    ['{"after":999999}', 4409],
    [JSON.stringify({ after: 0, pad: 'x'.repeat(2000) }), 1009],
  ]
  for (const [said, code] of cases) {
    const { socket, ended } = await listen(cookie)
    socket.send(said)
    t.ok(await until(() => ended.length === 1), `${said}`.slice(0, 40))
    t.equal(ended[0], code, `${said}`.slice(0, 40))
  }
  const { socket, ended } = await listen(cookie)
  socket.send('{"after":0}')
  socket.send('{"after":0}')
  t.ok(await until(() => ended[0] === 1008), 'asking twice')
})

void t.test('logging out closes the sockets of that session, and only those', async (t) => {
  const { app, login, listen } = await open(t)
  const [mine, other] = [await login('owner'), await login('owner')]
  const [a, b, c] = [await listen(mine), await listen(mine), await listen(other)]
  await app.inject({
    method: 'POST',
    url: '/api/v1/logout',
    headers: { host: HOST, cookie: mine, 'content-type': 'application/json' },
    payload: '{}',
  })
  t.ok(await until(() => a.ended.length + b.ended.length === 2, 5_000))
  t.same([a.ended, b.ended, c.ended], [[4401], [4401], []])
  c.socket.terminate()
})

void t.test('a book that does not know its own end is followed all the same', async (t) => {
  const book = fakeShop(systemClock)
  for (let i = 0; i < 5; i++) book.sell(1_000n)
  const { end: known, ...ledger } = book.ledger
  const { listen, login } = await open(t, { ledger, view: book.view })
  const { socket, heard, facts } = await listen(await login('officer'))
  socket.send(JSON.stringify({ after: 10 }))
  book.sell(2_000n)
  t.ok(await until(() => facts().at(-1) === (known?.() ?? 0) - 1), 'resumed in the middle')
  t.ok(await until(() => heard.at(-1)?.board?.fact === (known?.() ?? 0) - 1), 'and the counters follow')
  socket.terminate()
})

void t.test('the port is taken: the start goes on, and the screen comes when the port is free', async (t) => {
  const { createServer } = await import('node:net')
  const other = createServer()
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
  const { port } = other.address() as { port: number }
  const { screen } = await open(t, { port })
  await screen.start()
  await new Promise((done) => other.close(done))
  const alive = async (): Promise<boolean> =>
    fetch(`${screen.url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    )
  t.equal(await alive(), false)
  let came = false
  for (let i = 0; i < 50 && !came; i++) {
    await new Promise((done) => setTimeout(done, 100))
    came = await alive()
  }
  t.ok(came)
})

void t.test('a screen that does not read is dropped; the others and the book do not notice', async (t) => {
  const { screen, app, shop } = await open(t, { port: 0 })
  await screen.start()
  const { default: WebSocketClient } = await import('ws')
  t.not(screen.url, `http://${HOST}`, 'a free port was taken, and is part of the name now')
  const token = screen.link('owner').split('#')[1]
  const host = new URL(screen.url).host
  const answer = await app.inject({ method: 'POST', url: '/api/v1/login', headers: { host }, payload: { token } })
  const given = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  const connect = () => new WebSocketClient(`ws://${host}/live`, { headers: { cookie: given }, origin: `http://${host}` })
  const [slow, quick] = [connect(), connect()]
  let [heard, ended] = [0, 0]
  quick.on('message', (data) => {
    if (String(data).startsWith('{"n"')) heard++
  })
  slow.on('close', (code) => (ended = code))
  await Promise.all([slow, quick].map((s) => new Promise((done) => s.once('open', done))))
  slow.pause()
  slow.send('{"after":-1}')
  quick.send('{"after":-1}')
  for (let i = 0; i < 20_000; i++) {
    shop.sell(1_000n)
    if (i % 500 === 0) await new Promise((done) => setImmediate(done))
  }
  t.ok(await until(() => heard === shop.ledger.end?.(), 20_000), 'the quick one has heard everything')
  await new Promise((done) => setTimeout(done, 5_500))
  slow.resume()
  t.ok(await until(() => ended !== 0, 5_000), 'the slow one is gone')
  t.ok(ended === 4408 || ended === 1006, `closed with ${ended}`)
  quick.terminate()
})
