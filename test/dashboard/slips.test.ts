import t from 'tap'
import { openBoard } from '../../src/board.ts'
import { systemClock } from '../../src/clock.ts'
import { dashboard } from '../../src/dashboard/server.ts'
import { fault } from '../../src/domain/fault.ts'
import { entryId, registerId } from '../../src/domain/ids.ts'
import { failed, ok } from '../../src/domain/result.ts'
import type { OfflineSlip } from '../../src/domain/slip.ts'
import { instant } from '../../src/domain/time.ts'
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
