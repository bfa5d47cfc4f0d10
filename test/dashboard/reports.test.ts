import t, { type Test } from 'tap'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { dashboard, type Role } from '../../src/dashboard/server.ts'
import { type Instant, instant } from '../../src/domain/time.ts'
import { dayWatch } from '../../src/reports/day-watch.ts'
import { reports } from '../../src/reports/reports.ts'
import { readWords } from '../../src/words.ts'
import { at, day, enterprise, fakeBooks, line, registerOf, sold } from '../reports/fake.ts'
import { fakeInvoiceView, fakeShop, keptLog } from './fake.ts'

const HOST = '127.0.0.1:8700'
const buyer = { name: 'CÔNG TY TNHH ABC', taxCode: '0101243150', address: 'Hà Nội' }

async function open(t: Test) {
  const shop = fakeBooks(enterprise, [registerOf('R017', 17, 'C26MAA')])
  const first = await shop.sell(sold([line('=Phở bò', 1n, 54_000n)], { buyer }), '2026-11-20T11:00:00')
  // Reprints are counted by the ledger: here the facts of one entry stand for it.
  const facts: { kind: string }[] = []
  const { ledger } = fakeShop(systemClock)
  const counting = {
    ...ledger,
    record: async (step: Parameters<typeof ledger.record>[0]) => {
      if (step.kind === 'reprinted') facts.push({ kind: 'receipt.reprinted' })
      return ledger.record(step)
    },
  }
  const view = {
    ...shop.parts.view,
    invoice: async (asked: typeof first.identity) => {
      const found = await shop.parts.view.invoice(asked)
      return found && { ...found, facts: facts as never }
    },
    facts: async () => [],
  }
  const lines: string[] = []
  const screen = dashboard({
    ledger: counting,
    view,
    board: openBoard(systemClock),
    words: readWords(),
    clock: systemClock,
    log: keptLog(lines),
    host: '127.0.0.1',
    port: 8700,
    shop: enterprise,
    registers: [],
    lang: 'vi',
    build: '0.1.0',
    paper: async () => [],
    pictures: async () => [],
    stamp: async () => undefined,
    sendNow: () => {},
    invoiceView: fakeInvoiceView,
    reports: reports({ ...shop.parts, view }),
  })
  const app = await screen.app()
  t.teardown(() => screen.stop(instant(systemClock.now() + 2_000)))
  const login = async (role: Role): Promise<string> => {
    const token = screen.link(role).split('#')[1]
    const answer = await app.inject({ method: 'POST', url: '/api/v1/login', headers: { host: HOST }, payload: { token } })
    return String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }
  const ask = async (url: string, cookie: string) => app.inject({ url, headers: { host: HOST, cookie } })
  return { app, login, ask, lines }
}

void t.test('reports over HTTP: JSON, CSV, periods; a stranger gets nothing, an officer no buyer', async (t) => {
  const { app, login, ask, lines } = await open(t)
  const [owner, officer] = [await login('owner'), await login('officer')]
  t.equal((await ask('/api/v1/reports/x', '')).statusCode, 401)
  const x = await ask('/api/v1/reports/x?day=2026-11-20', officer)
  t.equal(x.statusCode, 200)
  t.match(x.headers['content-type'], 'application/json')
  t.match(x.json(), {
    report: 'x',
    from: '2026-11-20',
    tables: [{ key: 'takings', rows: [{ register: 'R017', pay: '54000' }, {}] }],
  })
  t.match((await ask('/api/v1/reports/vat?quarter=2026-Q4', owner)).json(), { from: '2026-10-01', to: '2026-12-31' })
  t.match((await ask('/api/v1/reports/revenue?month=2026-11', owner)).json(), { from: '2026-11-01', to: '2026-11-30' })
  t.match((await ask('/api/v1/reports/items.json?from=2026-11-19&to=2026-11-21', owner)).json(), { from: '2026-11-19' })
  const items = await ask('/api/v1/reports/items.csv?month=2026-11', owner)
  t.equal(items.headers['content-disposition'], 'attachment; filename="items-2026-11-01-2026-11-30.csv"')
  t.match(items.body, '\uFEFF')
  t.match(items.body, "'=Phở bò")
  t.notMatch((await ask('/api/v1/reports/list.csv?month=2026-11', owner)).body, /ABC/)
  t.match((await ask('/api/v1/reports/list.csv?month=2026-11&masked=0', owner)).body, /CÔNG TY TNHH ABC/)
  t.notMatch((await ask('/api/v1/reports/list.csv?month=2026-11&masked=0', officer)).body, /ABC/)
  t.equal(lines.filter((text) => text.includes('in plain')).length, 1, 'who took buyers in plain is logged')
  t.equal((await ask('/api/v1/reports/nothing', owner)).statusCode, 404)
  t.equal((await ask('/api/v1/reports/x?day=2026-02-30', owner)).statusCode, 400)
  t.equal((await ask('/api/v1/reports/books', owner)).json().code, 'REPORT_FORM_BOOKS')
  const described = (await ask('/api/v1/openapi.json', owner)).json().paths
  for (const path of [
    '/api/v1/reports/{report}',
    '/api/v1/reports/month-pack.zip',
    '/api/v1/invoices/{form}/{symbol}/{number}.pdf',
  ])
    t.ok(described[path], path)
  const pack = await app.inject({ url: '/api/v1/reports/month-pack.zip?month=2026-11', headers: { host: HOST, cookie: owner } })
  t.equal(pack.rawPayload.subarray(0, 4).toString('latin1'), 'PK\x03\x04')
})

void t.test('R-083 the printed invoice over HTTP: its own policy, and copies only as they were recorded', async (t) => {
  const { app, login, ask } = await open(t)
  const [owner, officer] = [await login('owner'), await login('officer')]
  const path = '/api/v1/invoices/1/C26MAA/1'
  const page = await ask(`${path}.html?paper=80`, officer)
  t.equal(page.statusCode, 200)
  t.match(page.headers['content-security-policy'], /^default-src 'none'; style-src 'sha256-/)
  t.match(page.body, 'HÓA ĐƠN GIÁ TRỊ GIA TĂNG')
  t.notMatch(page.body, /ABC|0101243150/, 'the buyer is masked')
  t.equal((await ask(`${path}.html?copy=1`, owner)).statusCode, 404, 'no copy is on record')
  const post = async (cookie: string) =>
    app.inject({
      method: 'POST',
      url: `${path}/reprint`,
      headers: { host: HOST, cookie, 'content-type': 'application/json' },
      payload: '{}',
    })
  t.equal((await post(officer)).statusCode, 403)
  t.match((await post(owner)).json(), { copy: 1 })
  const { copy, html } = (await post(owner)).json()
  t.equal(copy, 2)
  t.match((await ask(html, owner)).body, 'BẢN IN LẠI lần 2')
  t.equal((await ask('/api/v1/invoices/1/C26MAA/9.html', owner)).statusCode, 404)
})

void t.test('R-084 the morning after: a difference is a task until a person closed the day', async (t) => {
  const shop = fakeBooks(enterprise, [registerOf('R017', 17, 'C26MAA')])
  await shop.sell(sold([line('Phở bò', 1n, 54_000n)]), '2026-11-20T11:00:00')
  const clock = { ...systemClock, now: () => at('2026-11-21T07:00:00') }
  const board = openBoard(clock)
  const closed: { day?: string; at?: Instant } = {}
  const watch = dayWatch({
    reconcile: reports(shop.parts).reconcile,
    books: {
      reconciled: async (asked) =>
        asked === closed.day ? { kind: 'reconciled', who: 'o', differences: [], ...closed, day: asked } : undefined,
    },
    board,
    clock,
    log: shop.parts.log,
  })
  await watch.look()
  t.match(board.all()['day'], { level: 'info', key: 'board.day.no_report', values: { date: '20/11/2026', register: 'R017' } })
  shop.close('2026-11-20T22:00:00', { pay: 79_000n })
  await watch.look()
  t.match(board.all()['day'], { level: 'warning', key: 'board.day.differs', values: { amount: '-25.000' } })
  closed.day = day('2026-11-20')
  await watch.look()
  t.equal(board.all()['day'], undefined)
  closed.at = at('2026-11-20T10:59:59')
  await watch.look()
  t.match(board.all()['day'], { key: 'board.day.differs' }, 'closed before the last sale of the day')
  closed.at = at('2026-11-20T11:00:00')
  await watch.look()
  t.equal(board.all()['day'], undefined)
})
