import t from 'tap'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { dashboard } from '../../src/dashboard/server.ts'
import { fault } from '../../src/domain/fault.ts'
import { entryId, registerId } from '../../src/domain/ids.ts'
import { failed, ok } from '../../src/domain/result.ts'
import type { OfflineSlip } from '../../src/domain/slip.ts'
import { civilDate, instant, readTime } from '../../src/domain/time.ts'
import { readWords } from '../../src/words.ts'
import { fakeInvoiceView, fakeShop, keptLog, PAPER } from './fake.ts'

const HOST = '127.0.0.1:8700'

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
          const proofs = [{ at: began, note: 'Mất điện', announcement: '12', file: 'a.jpg' }]
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
              proofs: [{ note: 'Mất điện', announcement: '12', file: 'a.jpg' }],
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
  },
)
