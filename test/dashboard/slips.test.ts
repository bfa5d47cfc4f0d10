import t from 'tap'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { dashboard } from '../../src/dashboard/server.ts'
import { type Fault, fault } from '../../src/domain/fault.ts'
import { entryId, registerId } from '../../src/domain/ids.ts'
import type { ProofFile } from '../../src/domain/incident.ts'
import { failed, ok } from '../../src/domain/result.ts'
import type { OfflineSlip } from '../../src/domain/slip.ts'
import { civilDate, instant, readTime } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { fakeInvoiceView, fakeShop, keptLog, PAPER } from './fake.ts'

const HOST = '127.0.0.1:8700'
const PHOTO = Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x0a, 0x3c, 0xc3, 0x28])
/** Files of proofs by their fact, and what may be there instead. */
const KEPT: Readonly<Record<number, ProofFile | Fault>> = {
  7: { name: 'ảnh.jpg', type: 'image/jpeg', bytes: PHOTO },
  8: { name: '/../Giấy tờ, số 1".exe', type: 'application/pdf', bytes: Buffer.from('%PDF') },
  9: { name: ' .. ', type: 'toString', bytes: Buffer.from('<script>') },
  10: { name: 'a\u202egpj.txt', type: 'text/plain', bytes: Buffer.from('x') },
  11: { name: '\r\n', type: 'application/xml', bytes: Buffer.from('<a/>') },
  13: fault('LEDGER_BUYER_KEY'),
  14: fault('INCIDENT_ERASED'),
}

void t.test('R-051: the owner enters a slip of a dead gateway; nobody else does', async (t) => {
  const clock = systemClock
  const shop = fakeShop(clock)
  const heard: OfflineSlip[] = []
  const screen = dashboard({
    ledger: shop.ledger,
    view: shop.view,
    board: openBoard(clock),
    words: readWords(),
    clock,
    log: keptLog([]),
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
    slips: {
      async order(register, slip) {
        if (register !== 'R017') return failed(fault('DASHBOARD_NOT_FOUND'))
        const again = heard.some((one) => one.slip === slip.slip)
        heard.push(slip)
        return ok({ entry: entryId(registerId('R017'), 9), again })
      },
    },
  })
  const app = await screen.app()
  t.teardown(() => screen.stop(instant(clock.now() + 2_000)))
  const cookie = async (role: 'owner' | 'officer'): Promise<string> => {
    const token = screen.link(role).split('#')[1]
    const answer = await app.inject({ method: 'POST', url: '/api/v1/login', headers: { host: HOST }, payload: { token } })
    return String(answer.headers['set-cookie']).split(';')[0] ?? ''
  }
  const owner = await cookie('owner')
  const officer = await cookie('officer')
  const line = { name: 'Phở bò', quantity: '1.5', unitPrice: '60000', discount: '0' }
  const slip = { slip: 'CHO-0007', time: '2026-11-21T08:15', lines: [line], total: '90000', payment: 'cash' }
  const post = (payload: object, as = owner, register = 'R017', headers: object = { 'idempotency-key': 'slip-0007-a' }) =>
    app.inject({
      method: 'POST',
      url: `/api/v1/registers/${register}/slips`,
      headers: { host: HOST, cookie: as, 'x-tillgate': '1', origin: `http://${HOST}`, ...headers },
      payload,
    })
  const first = await post(slip)
  t.match(first.json(), { entry: 'R017-00000009', again: false })
  t.equal(first.statusCode, 201)
  t.match(heard, [
    { slip: 'CHO-0007', total: 90_000n, discount: 0n, lines: [{ quantity: { units: 15n, scale: 1 }, unitPrice: 60_000n }] },
  ])
  t.equal((await post(slip)).statusCode, 200, 'the same slip again')
  t.equal((await post(slip, officer)).statusCode, 403)
  t.equal((await post(slip, owner, 'R099')).statusCode, 404)
  t.equal((await post(slip, owner, 'R017', {})).statusCode, 400, 'Idempotency-Key')
  t.equal((await post({ ...slip, time: 'hôm qua' })).statusCode, 400)
  t.equal((await post({ ...slip, total: '-1' })).statusCode, 400)
  t.equal(heard.length, 2)
  const api = await app.inject({ url: '/api/v1/openapi.json', headers: { host: HOST, cookie: owner } })
  t.match(api.json(), { paths: { '/api/v1/registers/{id}/slips': { post: { summary: /R-051/ } } } })
})

void t.test(
  'R-039: the owner records, proves and ends an incident; the officer reads it; what does not fit is refused',
  async (t) => {
    const clock = systemClock
    const shop = fakeShop(clock)
    const heard: unknown[] = []
    const began = readTime('2026-11-21T09:10:00')
    const screen = dashboard({
      ...{ ledger: shop.ledger, view: shop.view, board: openBoard(clock), words: readWords(), clock, log: keptLog([]) },
      ...{ host: '127.0.0.1', port: 8700, lang: 'vi', build: '0.1.0', invoiceView: fakeInvoiceView },
      shop: { name: 'QUÁN PHỞ MINH ANH', taxCode: '0199999014', form: 1 },
      registers: [],
      pictures: async () => [],
      paper: async () => PAPER,
      stamp: async () => undefined,
      sendNow: () => {},
      incidents: {
        list: async (from, to) => {
          heard.push([from, to])
          const proofs = [{ fact: 7, at: began, note: 'Mất điện', announcement: '12', file: 'a.jpg' }]
          const told = { id: 'own-1-power', cause: 'power', began, ended: began, who: 'Lan', grace: civilDate(began) }
          return [
            { ...told, affected: 3, proofs },
            { ...{ id: 'outage-1', cause: 'network', began }, affected: 0, proofs: [] },
          ]
        },
        async report(ask, who) {
          heard.push([ask, who])
          return ask.cause === 'other' ? failed(fault('INCIDENT_TIMES')) : ok('own-1-power')
        },
        async prove(id, proof) {
          heard.push([id, proof])
          return id === 'own-1-power' ? ok(undefined) : failed(fault('INCIDENT_UNKNOWN'))
        },
        end: async (_, to) => (to === began ? ok(undefined) : failed(fault('INCIDENT_OVER'))),
        async open(id, proof, who) {
          heard.push([id, proof, who])
          const file = id === 'own-1-power' ? KEPT[proof] : fault('INCIDENT_UNKNOWN')
          return !file || 'code' in file ? failed(file ?? fault('INCIDENT_NO_FILE')) : ok(file)
        },
      },
    })
    const app = await screen.app()
    t.teardown(() => screen.stop(instant(clock.now() + 2_000)))
    const cookie = async (role: 'owner' | 'officer' | 'developer'): Promise<string> => {
      const token = screen.link(role).split('#')[1]
      const answer = await app.inject({ method: 'POST', url: '/api/v1/login', headers: { host: HOST }, payload: { token } })
      return String(answer.headers['set-cookie']).split(';')[0] ?? ''
    }
    const [owner, officer, developer] = [await cookie('owner'), await cookie('officer'), await cookie('developer')]
    const url = '/api/v1/incidents'
    const ask = async (path: string, payload?: object, as = owner) => {
      const headers = { host: HOST, cookie: as, ...(payload ? { origin: `http://${HOST}` } : {}) }
      const answer = await app.inject({
        method: payload ? 'POST' : 'GET',
        url: `${url}${path}`,
        headers,
        ...(payload ? { payload } : {}),
      })
      return [answer.statusCode, answer.json()] as const
    }
    const days = '?from=2026-11-01&to=2026-11-21'
    for (const as of [owner, officer])
      t.match(await ask(days, undefined, as), [
        200,
        {
          rows: [
            {
              ...{ id: 'own-1-power', cause: 'power', affected: 3, who: 'Lan', grace: '2026-11-21' },
              ...{ began: '2026-11-21T09:10:00.000+07:00', ended: '2026-11-21T09:10:00.000+07:00' },
              proofs: [{ fact: 7, note: 'Mất điện', announcement: '12', file: 'a.jpg' }],
            },
            { id: 'outage-1', proofs: [] },
          ],
        },
      ])
    t.same(heard.splice(0), [
      ['2026-11-01', '2026-11-21'],
      ['2026-11-01', '2026-11-21'],
    ])
    const body = { cause: 'power', from: '2026-11-21T09:10', note: 'Mất điện' }
    const file = { name: 'a.jpg', type: 'image/jpeg', content: Buffer.from('photo').toString('base64') }
    t.same(await ask('', { ...body, to: '2026-11-21T10:00', announcement: '12', file }), [201, { id: 'own-1-power' }])
    t.match(heard.splice(0), [
      [
        {
          ...{ cause: 'power', from: began, to: readTime('2026-11-21T10:00:00') },
          proof: { note: 'Mất điện', announcement: '12', file: { name: 'a.jpg', bytes: Buffer.from('photo') } },
        },
        String,
      ],
    ])
    t.match(await ask('', { ...body, cause: 'other' }), [422, { code: 'INCIDENT_TIMES' }])
    t.same((await ask('/own-1-power/proofs', { note: 'Thêm', file }))[0], 201)
    t.match(await ask('/own-2-power/proofs', { note: 'Thêm' }), [404, { code: 'INCIDENT_UNKNOWN' }])
    t.same(await ask('/own-1-power/end', { to: '2026-11-21T09:10' }), [200, { id: 'own-1-power' }])
    t.match(await ask('/own-1-power/end', { to: '2026-11-21T09:11' }), [409, { code: 'INCIDENT_OVER' }])
    heard.length = 0
    for (const wrong of [
      { ...body, note: '' },
      { ...body, note: '  ' },
      { ...body, cause: 'laziness' },
      { ...body, from: '2026-11-21' },
      { ...body, file: { ...file, type: 'text/html' } },
      { ...body, more: 1 },
    ])
      t.equal((await ask('', wrong))[0], 400, JSON.stringify(wrong))
    for (const as of [officer, developer]) {
      t.equal((await ask('', body, as))[0], 403)
      t.equal((await ask('/own-1-power/proofs', { note: 'x' }, as))[0], 403)
      t.equal((await ask('/own-1-power/end', { to: '2026-11-21T09:10' }, as))[0], 403)
    }
    t.equal((await ask(days, undefined, developer))[0], 403)
    t.same(heard, [], 'nothing of it came through')

    const opened = (path: string, as = owner, more: object = {}) =>
      app.inject({ url: `${url}/own-1-power/proofs/${path}`, headers: { host: HOST, cookie: as, ...more } })
    for (const as of [owner, officer]) {
      const { statusCode, headers, rawPayload } = await opened('7', as)
      t.equal(statusCode, 200)
      t.ok(rawPayload.equals(PHOTO), 'byte for byte')
      t.match(headers, {
        'content-type': 'image/jpeg',
        'content-length': String(PHOTO.length),
        'content-disposition': `inline; filename="anh.jpg"; filename*=UTF-8''%E1%BA%A3nh.jpg`,
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'x-frame-options': 'DENY',
      })
    }
    t.same(
      heard.splice(0),
      ['P01', 'P02'].map((who) => ['own-1-power', 7, who]),
    )
    for (const [fact, type, disposition] of [
      ['8', 'application/pdf', 'attachment; filename="_.._Giay to, so 1_.exe.pdf"'],
      ['9', 'application/octet-stream', `attachment; filename="file.bin"; filename*=UTF-8''file.bin`],
      ['10', 'text/plain', `attachment; filename="a_gpj.txt"; filename*=UTF-8''a_gpj.txt`],
      ['11', 'application/xml', 'attachment; filename="_.xml"'],
    ] as const) {
      const { statusCode, headers } = await opened(fact)
      t.equal(statusCode, 200)
      t.match(headers, { 'content-type': type, 'content-security-policy': /sandbox$/ })
      t.match(headers['content-disposition'], disposition)
      t.match(headers['content-disposition'], /^[\x20-\x7e]+$/)
    }
    for (const [path, status, code, lang] of [
      ['12', 404, 'INCIDENT_NO_FILE', 'vi'],
      ['13', 503, 'LEDGER_BUYER_KEY', 'vi'],
      ['14', 404, 'INCIDENT_ERASED', 'en'],
      ['0', 400, 'DASHBOARD_BODY', 'vi'],
      ['7/x', 404, 'DASHBOARD_NOT_FOUND', 'vi'],
    ] as const) {
      const answer = await opened(path, officer, { 'accept-language': lang })
      t.match([answer.statusCode, answer.json()], [status, { code, message: readWords().say(lang, `fault.${code}`), hint: /./ }])
      t.notOk(answer.headers['content-disposition'])
    }
    t.match(await ask('/own-2-power/proofs/7'), [404, { code: 'INCIDENT_UNKNOWN' }])
    heard.length = 0
    t.equal((await opened('7', developer)).statusCode, 403)
    t.equal((await opened('7', '')).statusCode, 401)
    t.equal((await opened('7', owner, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).statusCode, 403)
    const asked = await app.inject({ method: 'HEAD', url: `${url}/own-1-power/proofs/7`, headers: { host: HOST, cookie: owner } })
    t.equal(asked.statusCode, 404, 'a look is a GET')
    t.same(heard, [], 'nobody looked')
    const api = (await app.inject({ url: '/api/v1/openapi.json', headers: { host: HOST, cookie: owner } })).json()
    t.match(api.paths[`${url}/{id}/proofs/{fact}`], { get: { summary: /file of a proof/ } })
  },
)
