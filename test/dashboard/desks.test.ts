import t, { type Test } from 'tap'
import { Value } from 'typebox/value'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { BUYER_MS } from '../../src/dashboard/routes-buyer.ts'
import { dashboard, type Role } from '../../src/dashboard/server.ts'
import * as shapes from '../../src/dashboard/shapes.ts'
import * as its from '../../src/dashboard/shapes-correct.ts'
import { entryId, registerId } from '../../src/domain/ids.ts'
import { instant } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { fakeInvoiceView, fakeShop, keptLog, PAPER } from './fake.ts'
import { fakeDesks } from './fake-desks.ts'

const HOST = '127.0.0.1:8700'
const words = readWords()
const ONE = '/api/v1/invoices/1/C26MAA/1'

async function open(t: Test) {
  const clock = systemClock
  const shop = fakeShop(clock)
  const desks = fakeDesks(clock, shop)
  const log: string[] = []
  const screen = dashboard({
    ledger: shop.ledger,
    view: shop.view,
    board: openBoard(clock),
    words,
    clock,
    log: keptLog(log),
    host: '127.0.0.1',
    port: 8700,
    shop: { name: 'QUÁN PHỞ MINH ANH', taxCode: '0199999014', form: 1 },
    registers: [{ id: registerId('R017'), symbol: 'C26MAA', printer: true }],
    lang: 'vi',
    build: '0.1.0',
    pictures: async () => [],
    paper: async () => PAPER,
    stamp: async () => ({ lines: [], qr: '000201' }),
    sendNow: () => {},
    invoiceView: fakeInvoiceView,
    ...desks.parts,
  })
  const app = await screen.app()
  t.teardown(() => screen.stop(instant(clock.now() + 2_000)))
  const cookies = { owner: '', officer: '', developer: '', nobody: '' }
  for (const role of ['owner', 'officer', 'developer'] as const satisfies readonly Role[]) {
    const token = screen.link(role).split('#')[1]
    const answer = await app.inject({ method: 'POST', url: '/api/v1/login', headers: { host: HOST }, payload: { token } })
    cookies[role] = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }
  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    { body, name, as = 'owner' }: { body?: object; name?: string; as?: keyof typeof cookies } = {},
  ) =>
    app.inject({
      method,
      url,
      headers: {
        host: HOST,
        cookie: cookies[as],
        ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
        ...(name === undefined ? {} : { 'idempotency-key': name }),
      },
      ...(method === 'GET' ? {} : { payload: JSON.stringify(body ?? {}) }),
    })
  return { app, shop, desks, log, call }
}

const asked = {
  situation: 'goods',
  why: 'Bán 1 chai, ghi nhầm 2',
  lines: [{ name: 'Bia Hà Nội', unit: 'lon', quantity: '1', unitPrice: '25000', discount: '0', rate: '10' }],
  evidence: { channel: 'phone', note: 'Đã gọi cho khách' },
}

void t.test('desks: every role may do what the contract says and nothing more', async (t) => {
  const { app, shop, call } = await open(t)
  shop.sell(180_000n)
  const described = (await app.inject({ url: '/api/v1/openapi.json', headers: { host: HOST } })).json().paths as Record<
    string,
    Record<string, unknown>
  >
  const mine = Object.entries(described).filter(([url]) =>
    /(chain|content|propose|replace|adjust|notify|correction|buyer|balance|close|rules|preview|suspended|remedies|refund|take-back)$/.test(
      url,
    ),
  )
  t.ok(mine.length >= 14, 'they are described')
  const officerReads = /(chain|balance|\/rules|suspended)$/
  for (const [url, methods] of mine)
    for (const method of Object.keys(methods).map((m) => m.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE'))
      for (const as of ['owner', 'officer', 'developer', 'nobody'] as const) {
        const real = url
          .replace('{form}/{symbol}/{number}', '1/C26MAA/1')
          .replace('{id}', 'R017-00000001')
          .replace('{name}', 'R017')
          .replace('{day}', '2026-11-20')
        const { statusCode } = await call(method, real, { as })
        const may = as === 'owner' || (as === 'officer' && method === 'GET' && officerReads.test(url))
        t.equal(statusCode !== 401 && statusCode !== 403, may, `${as} ${method} ${url} -> ${statusCode}`)
      }
})

void t.test('R-070 an invoice is replaced: shown first, ordered once under its name, and the draft is gone', async (t) => {
  const { shop, desks, call } = await open(t)
  shop.sell(180_000n)
  const remedies = (await call('GET', '/api/v1/remedies')).json()
  t.ok(Value.Check(its.Remedies, remedies))
  t.match(remedies[2], { situation: 'goods', how: 'replace', source: 'TT91 art.10.1.c' })
  const content = (await call('GET', `${ONE}/content`)).json()
  t.ok(Value.Check(its.Content, content))
  t.match(content.lines[2], { name: 'Bia Hà Nội', quantity: '2', unitPrice: '25000', rate: '10' })

  const { evidence, ...bare } = asked
  const proposed = (await call('POST', `${ONE}/propose`, { body: bare })).json()
  t.ok(Value.Check(its.Proposal, proposed), JSON.stringify([...Value.Errors(its.Proposal, proposed)].slice(0, 3)))
  t.match(proposed, { how: 'replace', missing: ['told'], after: { pay: '25000' }, difference: { pay: '-155000' } })
  t.equal(desks.asks.length, 0, 'nothing was written')

  const held = { situation: 'goods', buyer: { taxCode: '0101243150' } }
  t.equal((await call('PUT', `${ONE}/correction`, { body: held })).statusCode, 200)
  t.same((await call('GET', `${ONE}/correction`)).json(), { draft: held }, 'a reload finds what was filled in')

  t.equal((await call('POST', `${ONE}/replace`, { body: asked })).statusCode, 400, 'not without a name')
  const first = await call('POST', `${ONE}/replace`, { body: asked, name: 'replace-0001' })
  t.equal(first.statusCode, 201)
  t.ok(Value.Check(its.Ordered, first.json()))
  const again = await call('POST', `${ONE}/replace`, { body: asked, name: 'replace-0001' })
  t.equal(again.statusCode, 200)
  t.equal(desks.asks.length, 1)
  t.match(desks.asks[0], {
    who: 'P01',
    name: 'replace-0001',
    ask: {
      how: 'replace',
      situation: 'goods',
      invoice: { seller: '0199999014', form: 1, symbol: 'C26MAA', number: 1 },
      lines: [{ quantity: { units: 1n, scale: 0 }, unitPrice: 25_000n, discount: 0n }],
      evidence,
    },
  })
  t.same((await call('GET', `${ONE}/correction`)).json(), {}, 'the draft went with it')
})

void t.test('R-073 an agreement of 2 MB goes along byte for byte; a bigger one is refused in words', async (t) => {
  const { shop, desks, call } = await open(t)
  shop.sell(180_000n)
  const bytes = Buffer.alloc(its.FILE_LIMIT, 0xa5)
  const file = { name: 'thỏa thuận.pdf', type: 'application/pdf', content: bytes.toString('base64') }
  const body = { ...asked, evidence: { channel: 'written', note: 'Văn bản ngày 20/11', file } }
  t.equal((await call('POST', `${ONE}/replace`, { body, name: 'with-a-file' })).statusCode, 201)
  t.ok(Buffer.from(desks.asks[0]?.ask.evidence?.file?.bytes ?? []).equals(bytes))
  const big = { ...file, content: Buffer.alloc(its.FILE_LIMIT + 200_000).toString('base64') }
  const answer = await call('POST', `${ONE}/replace`, {
    body: { ...body, evidence: { ...body.evidence, file: big } },
    name: 'too-big-1',
  })
  t.equal(answer.statusCode, 413)
  t.equal(answer.json().code, 'DASHBOARD_TOO_BIG')
  for (const wrong of [
    { lines: [{ ...asked.lines[0], quantity: '-1' }] },
    { lines: [{ ...asked.lines[0], unitPrice: '1e3' }] },
    { lines: [{ ...asked.lines[0], unitPrice: '25000.5' }] },
    { lines: [{ ...asked.lines[0], name: 'a\nb' }] },
    { situation: 'cancel' },
    { how: 'cancel' },
    { buyer: {} },
    { why: '   ' },
    { returned: [{ line: -1, quantity: '1' }] },
  ])
    t.equal((await call('POST', `${ONE}/propose`, { body: { ...asked, ...wrong } })).statusCode, 400, JSON.stringify(wrong))
})

void t.test(
  'R-076 the method is locked: 409; an invoice nobody knows: 404; a notice is answered with its own number',
  async (t) => {
    const { shop, desks, call } = await open(t)
    shop.sell(180_000n)
    desks.locked = 'adjust'
    const chain = (await call('GET', `${ONE}/chain`, { as: 'officer' })).json()
    t.ok(Value.Check(its.Chain, chain))
    t.match(chain, { locked: 'adjust', worth: '180000', links: [{ how: 'original', number: 1 }] })
    t.equal((await call('POST', `${ONE}/replace`, { body: asked, name: 'locked-01' })).statusCode, 409)
    desks.locked = undefined
    t.equal((await call('GET', '/api/v1/invoices/1/C26MAA/77/chain')).statusCode, 404)
    const told = { situation: 'buyer-name', why: 'Sai địa chỉ', evidence: { channel: 'in-shop', note: 'Khách đứng tại quầy' } }
    const notice = await call('POST', `${ONE}/notify`, { body: told, name: 'notify-01' })
    t.equal(notice.statusCode, 201)
    t.match(notice.json(), { notice: 'N-00000001', again: false })
  },
)

void t.test('R-022 a buyer waits ten minutes for the next sale, hidden from every screen', async (t) => {
  const { desks, call, log } = await open(t)
  const url = '/api/v1/registers/R017/buyer'
  const buyer = { taxCode: ' 0101243150 ', name: 'CÔNG TY TNHH ABC', address: '1 Lê Lợi' }
  const armed = (await call('POST', url, { body: buyer })).json().armed
  t.match(armed.buyer, { taxCode: '0101***150', name: 'CÔNG T…' })
  t.equal(Date.parse(armed.until) - Date.parse(armed.since), BUYER_MS)
  t.match(desks.next.armed(registerId('R017')), { who: 'P01', buyer: { taxCode: '0101243150' } })
  const owner = (await call('GET', '/api/v1/status')).json()
  t.ok(Value.Check(shapes.Status, owner))
  t.match(owner.armed, [{ register: 'R017', until: armed.until }])
  t.same((await call('GET', '/api/v1/status', { as: 'officer' })).json().armed, [])
  t.notMatch(JSON.stringify(log), /0101243150|ABC/, 'no buyer in the log')
  t.same((await call('DELETE', url)).json(), {})
  t.equal((await call('GET', '/api/v1/registers/R099/buyer')).statusCode, 404)
  t.equal((await call('POST', url, { body: {} })).statusCode, 400, 'nobody is no buyer')
})

void t.test('R-106 the buyer in plain is shown for a reason, and the look is in the story before the answer', async (t) => {
  const { shop, call } = await open(t)
  const id = shop.sell(180_000n)
  t.equal((await call('POST', `/api/v1/entries/${id}/buyer`, { body: {} })).statusCode, 400)
  t.equal(shop.steps.filter((s) => s.kind === 'looked').length, 0)
  const shown = await call('POST', `/api/v1/entries/${id}/buyer`, { body: { reason: 'Khách hỏi lại tên công ty' } })
  t.match(shown.json(), { buyer: { name: 'CÔNG TY TNHH ABC' } })
  t.match(shop.steps.at(-1), { kind: 'looked', entry: id, who: 'P01', why: 'Khách hỏi lại tên công ty' })
  t.equal((await call('POST', `/api/v1/entries/${entryId('R017', 99)}/buyer`, { body: { reason: 'x' } })).statusCode, 404)
})

void t.test('R-084 a day is closed with a word for every difference, and not while something waits', async (t) => {
  const { shop, desks, call } = await open(t)
  const day = '/api/v1/days/2026-11-20'
  const balance = (await call('GET', `${day}/balance`, { as: 'officer' })).json()
  t.match(balance.registers[0].rows[1], { what: 'rate:10%', difference: '-25000', cause: { code: 'held' } })
  t.equal(balance.closed, undefined)
  const refused = await call('POST', `${day}/close`, { body: { reasons: [{ register: 'R017', what: 'total', why: 'Bia' }] } })
  t.equal(refused.statusCode, 422, 'one of two differences has no reason')
  t.equal(refused.json().code, 'DAY_UNEXPLAINED')
  const why = 'Phiếu R017-00004102 đã lập hôm sau'
  const said = ['total', 'rate:10%'].map((what) => ({ register: 'R017', what, why }))
  const silent = await call('POST', `${day}/close`, { body: { reasons: said } })
  t.equal(silent.json().code, 'DAY_UNEXPLAINED', 'a register that sold and was not heard needs a word, too')
  const reasons = [...said, { register: 'R018', what: 'total', why: 'Máy hết giấy, không in được Z' }]
  desks.balance = { ...desks.balance, open: [{ entry: entryId('R017', 4102), state: 'held' }] }
  t.equal((await call('POST', `${day}/close`, { body: { reasons } })).statusCode, 409)
  const [r017, ...others] = desks.balance.registers ?? []
  const gift = { what: 'authority', issued: 0n, accepted: 0n, difference: 0n, cause: { code: 'unanswered' } } as const
  const unanswered = r017 ? [{ ...r017, rows: [...r017.rows, gift] }, ...others] : []
  desks.balance = { ...desks.balance, registers: unanswered, open: [] }
  const early = await call('POST', `${day}/close`, { body: { reasons } })
  t.equal(early.json().code, 'DAY_UNEXPLAINED', 'what the authority has not answered needs a word, also a gift')
  desks.balance = { ...desks.balance, registers: r017 ? [r017, ...others] : [] }
  const closed = await call('POST', `${day}/close`, { body: { reasons } })
  t.equal(closed.statusCode, 200)
  t.match(shop.steps.at(-1), {
    kind: 'reconciled',
    day: '2026-11-20',
    who: 'P01',
    differences: [
      { register: 'R017', what: 'rate:10%', amount: -25_000n },
      { register: 'R017', what: 'total', amount: -25_000n },
      { register: 'R018', what: 'total', amount: 3_120_000n },
    ],
  })
  t.match(closed.json().closed, { who: 'P01', differences: [{ amount: '-25000' }, {}, {}] })
  desks.balance = { ...desks.balance, lastAt: instant(Date.now() + 3_600_000) }
  const reopened = (await call('GET', `${day}/balance`)).json()
  t.match(reopened.again, /^\d{4}-\d\d-\d\dT/, 'sold after it was closed: to be closed again')
  t.equal(reopened.closed, undefined)
  t.equal((await call('GET', '/api/v1/days/2999-01-01/balance')).statusCode, 404, 'no day to come')
})

void t.test('R-003 and R-016: dated rules, another day tried on, and a stop with its second', async (t) => {
  const { call } = await open(t)
  const rules = (await call('GET', '/api/v1/rules', { as: 'officer' })).json()
  t.match(rules.rows[0], { code: 'rate.8', to: '2026-12-31', source: /204\/2025/ })
  t.match(rules.symbols, [{ register: 'R017', now: /^C\d\dMAA$/, next: /^C\d\dMAA$/ }])
  t.not(rules.symbols[0].now, rules.symbols[0].next)
  t.match((await call('GET', '/api/v1/rules/preview?on=2027-01-01')).json(), {
    on: '2027-01-01',
    items: [{ price: '60000', later: { net: '54545', tax: '5455' }, sameNet: '61112' }],
  })
  t.equal((await call('GET', '/api/v1/rules/preview?on=2027-02-30')).statusCode, 400)
  const url = '/api/v1/shop/suspended'
  t.same((await call('GET', url)).json(), {})
  for (const from of ['2026-11-21', '2026-11-21T12:00:00Z', '2026-13-41T12:00:00+07:00'])
    t.equal((await call('POST', url, { body: { notice: '12/TB-CT', from } })).statusCode, 400, from)
  const noon = { notice: '12/TB-CT', from: '2026-11-21T12:00:00+07:00' }
  t.same((await call('POST', url, { body: noon })).json(), { suspended: noon })
  t.match((await call('POST', url, { body: { notice: '13/TB-CT' } })).json().suspended.from, /^\d{4}-\d\d-\d\dT[\d:]{8}\+07:00$/)
  t.equal((await call('DELETE', url)).statusCode, 400, 'lifted for a reason only')
  t.same((await call('DELETE', url, { body: { reason: 'Thông báo cho dùng lại 20/TB-CT' } })).json(), {})
})
